"""Why: what holds a customer, until when, by which rule, and what would change it; as data and as sentences.

One function for the page, the API and the jobs' notices. Sentences come in Chinese and English from the same facts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gonghai.conditions.facts import Registry
from gonghai.conditions.words import words
from gonghai.policy.decide import Decision, InForce, Running
from gonghai.policy.timers import BY_NAME
from gonghai.policy.timers import names as names_of
from gonghai.workdays import Calendar, Length, elapsed

Row = Mapping[str, Any]
FLOORS = {
    "protected": ("已设保护", "it is protected"),
    "locked": ("已锁定{grace}", "it is locked{grace}"),
    "leave": ("负责人休假{grace}", "its owner is on leave{grace}"),
    "grace": ("新规则发布的过渡期", "the new rules were published with a grace period"),
    "notice": ("须提前一个工作日提醒", "nobody loses a customer without a working day's notice"),
}
STOPS = {
    "first_contact": ("记录第一次有效跟进", "a first follow-up that counts is logged"),
    "follow_up": ("记录一次有效跟进", "a follow-up that counts is logged"),
    "deal": ("新建商机", "a deal is opened"),
    "won": ("成交", "a deal is won"),
    "holding": ("主管设置保护", "a manager protects it"),
    "contract": ("更新合同到期日", "the contract's end date is moved"),
}
# What runs out, in the words of "n of m": zh, en.
RUNNING = {
    "first_contact": ("未首次跟进已 {n}，期限 {m}", "no first contact for {n} of {m}"),
    "follow_up": ("未跟进已 {n}，期限 {m}", "no follow-up for {n} of {m}"),
    "deal": ("未建商机已 {n}，期限 {m}", "no deal for {n} of {m}"),
    "won": ("未成交已 {n}，期限 {m}", "not won for {n} of {m}"),
    "holding": ("已持有 {n}，最长 {m}", "held for {n} of {m}"),
    "contract": ("合同到期已 {n}，期限 {m}", "contract ended {n} ago, of {m}"),
}


@dataclass(slots=True)
class Why:
    """An explanation. `facts` are {label: {zh, en}, value}; `changes` say what would change the outcome."""

    kind: str
    data: dict[str, Any] = field(default_factory=dict)
    zh: list[str] = field(default_factory=list)
    en: list[str] = field(default_factory=list)
    facts: list[dict[str, Any]] = field(default_factory=list)
    version: int | None = None
    changes_zh: list[str] = field(default_factory=list)
    changes_en: list[str] = field(default_factory=list)

    def say(self, zh: str, en: str) -> None:
        self.zh.append(zh)
        self.en.append(en)

    def fact(self, zh: str, en: str, value: Any) -> None:
        self.facts.append({"label": {"zh": zh, "en": en}, "value": value})


def local(instant: datetime, calendar: Calendar) -> str:
    """An instant as people of the tenant read it."""
    return instant.astimezone(calendar.zone).strftime("%Y-%m-%d %H:%M")


def explain_deadline(
    row: Row,
    decision: Decision,
    in_force: InForce,
    calendar: Calendar,
    now: datetime,
    registry: Registry,
    pool_names: Mapping[int, str],
) -> Why:
    """Why an owned customer goes back when it does, or never. `row` also has owner_name."""
    why = Why("deadline" if decision.effective else "no_deadline", version=decision.number)
    since = local(row["clock_start"], calendar)
    why.say(
        f"由{row['owner_name']}负责，本次计时始于 {since}。",
        f"Owned by {row['owner_name']}; the clock started at {since}.",
    )
    _segment(why, decision, registry)
    target = pool_names.get(decision.target, "")
    for running in decision.running:
        n, m = _passed(running, calendar, now)
        why.fact(BY_NAME[running.timer].zh, BY_NAME[running.timer].en, {
            "start": running.start, "length": running.length.dump(), "deadline": running.deadline,
            "zh": f"{n[0]} / {m[0]}", "en": f"{n[1]} of {m[1]}",
        })  # fmt: skip
    why.data = {
        "segment": decision.segment_index, "policy_id": str(decision.policy_id), "version": decision.number,
        "effective": decision.effective, "deadline": decision.deadline, "held_by": decision.held_by,
        "timer": decision.running[0].timer if decision.running else None,
        "target": {"id": str(decision.target), "name": target},
    }  # fmt: skip
    if decision.effective is None:
        why.say("该分组没有计时，不会自动退回公海。", "This segment has no running timer: it is never taken back.")
        return why
    _deadline(why, decision, in_force, calendar, now, target)
    return why


def _segment(why: Why, decision: Decision, registry: Registry) -> None:
    segment = decision.segment
    if segment.condition is None:
        zh, en = "其余所有客户", "everyone else"
    else:
        zh, en = words(segment.condition, registry, "zh"), words(segment.condition, registry, "en")
    why.say(
        f"适用公海规则第 {decision.number} 版的分组「{segment.zh}」（{zh}）。",
        f"Segment “{segment.en}” of policy version {decision.number} ({en}).",
    )


def _passed(running: Running, calendar: Calendar, now: datetime) -> tuple[tuple[str, str], tuple[str, str]]:
    n = elapsed(running.start, now, running.length.unit, calendar)
    unit_zh = {"hours": "小时", "days": "天", "working_days": "个工作日", "working_hours": "个工作小时"}
    noun = running.length.unit.replace("_", " ")
    passed_en = f"{n} {noun.removesuffix('s') if n == 1 else noun}"
    return (f"{n} {unit_zh[running.length.unit]}", passed_en), (running.length.words("zh"), running.length.words("en"))


def _floor(held: str, in_force: InForce) -> tuple[str, str]:
    """What puts the deadline off, with the grace of this pool."""
    days = {"leave": in_force.return_grace_days, "locked": in_force.lock_grace_days}.get(held, 0)
    zh, en = FLOORS[held]
    if not days:
        return zh.format(grace=""), en.format(grace="")
    length = Length(days, "working_days")
    after_zh, after_en = ("返岗后", "the return") if held == "leave" else ("解锁后", "unlocking")
    return zh.format(grace=f"，{after_zh} {length.words('zh')}"), en.format(
        grace=f", and {length.words('en')} after {after_en}"
    )


def _deadline(why: Why, decision: Decision, in_force: InForce, calendar: Calendar, now: datetime, target: str) -> None:
    first = decision.running[0]
    n, m = _passed(first, calendar, now)
    zh, en = RUNNING[first.timer]
    why.say(zh.format(n=n[0], m=m[0]) + "。", en.format(n=n[1], m=m[1]).capitalize() + ".")
    assert decision.effective is not None
    when = local(decision.effective, calendar)
    stop_zh, stop_en = STOPS[first.timer]
    held = decision.held_by
    if held is not None:
        floor_zh, floor_en = _floor(held, in_force)
        original = local(first.deadline, calendar)
        why.say(
            f"原期限 {original}，已顺延：{floor_zh}。",
            f"The deadline was {original}; it is put off because {floor_en}.",
        )
    if decision.effective <= now:
        why.say(f"已到期，下次回收时退回「{target}」。", f"It is due: the next sweep returns it to {target}.")
    else:
        why.say(
            f"将于 {when} 退回「{target}」，除非在此之前{stop_zh}。",
            f"Goes to {target} at {when} unless {stop_en} before then.",
        )
    others = decision.running[1:]
    why.changes_zh.append(f"{stop_zh}后重新计时。")
    why.changes_en.append(f"The clock starts again once {stop_en}.")
    if others:
        then = local(others[0].deadline, calendar)
        why.changes_zh.append(f"其后最近的期限是「{BY_NAME[others[0].timer].zh}」：{then}。")
        why.changes_en.append(f"The next deadline behind it is “{BY_NAME[others[0].timer].en}”: {then}.")


def explain_recycle(
    event: Row, decision: Decision, calendar: Calendar, registry: Registry, names: Mapping[str, str]
) -> Why:
    """Why a past recycle happened: the decision made again from the facts that its event keeps.

    `names` has owner and pool.
    """
    why = Why("move", version=decision.number)
    at = local(event["at"], calendar)
    why.say(
        f"{at} 由公海规则从{names['owner']}名下收回，进入「{names['pool']}」。",
        f"At {at} the policy took it back from {names['owner']} into {names['pool']}.",
    )
    _segment(why, decision, registry)
    ran_out = names_of(event["data"]["timers"])
    for running in decision.running:
        if running.timer not in ran_out:
            continue
        start, end = local(running.start, calendar), local(running.deadline, calendar)
        why.say(
            f"「{BY_NAME[running.timer].zh}」自 {start} 起算，期限 {running.length.words('zh')}，于 {end} 到期。",
            f"“{BY_NAME[running.timer].en}” ran from {start}, {running.length.words('en')}, and ended at {end}.",
        )
    why.data = {
        "event_id": str(event["id"]), "policy_id": str(decision.policy_id), "version": decision.number,
        "segment": decision.segment_index, "facts": event["data"],
        "deadline": decision.deadline, "at": event["at"],
    }  # fmt: skip
    return why
