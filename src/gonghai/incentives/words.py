"""Why somebody has points, or a higher limit, in a sentence of each language."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any, Final

from gonghai.policy.history import FIELD_WORDS
from gonghai.workdays import Length

Pair = tuple[str, str]
RULE_WORDS: Final[Mapping[str, Pair]] = {
    "first_contact_in_time": ("及时首次跟进", "first contact in time"),
    "won_from_pool": ("公海客户成交", "won from the pool"),
    "complete_record": ("资料补全", "complete record"),
    "recycled_by_neglect": ("疏于跟进被收回", "recycled by neglect"),
}
_UNDONE: Final[Mapping[str, Pair]] = {
    "void_follow_up": ("那条跟进已作废", "that follow-up was voided"),
    "undo": ("那次收回已撤销", "that recycle was undone"),
    "appeal": ("申诉通过，客户已归还", "an appeal gave the customer back"),
    "seasons": (
        "赛季日期调整后，同一赛季内已计过一次",
        "after the season's days changed, the record counts once already",
    ),
}
_TIMERS: Final[Mapping[str, Pair]] = {
    "first_contact": ("超过首次跟进期限", "no first contact in time"),
    "follow_up": ("超过未跟进期限", "no follow-up for too long"),
}
_COUNTED: Final[Mapping[str, Pair]] = {"won": ("成交", "won"), "deal": ("有商机", "with a deal")}


def sentence(row: Mapping[str, Any], customer: str | None, zone: tzinfo) -> Pair:
    """(zh, en) of a row of the ledger; `customer` None: not for this reader."""
    why = row["why"]
    zh, en = customer or "一位客户", customer or "a customer"
    rule_zh, rule_en = RULE_WORDS[row["rule"]]
    if row["reverses"] is not None:
        because = _UNDONE[why["by"]]
        return f"撤回「{rule_zh}」（{zh}）：{because[0]}", f"“{rule_en}” taken back ({en}): {because[1]}"
    return _GRANTS[row["rule"]](row, why, (zh, en), zone)


def _first_contact(row: Mapping[str, Any], why: Mapping[str, Any], customer: Pair, zone: tzinfo) -> Pair:
    length = Length.parse(why["length"])
    claimed, due, at = _local(why["claimed"], zone), _local(why["due"], zone), _local(row["at"].isoformat(), zone)
    return (
        f"{customer[0]}：{claimed} 领取，{at} 已跟进，早于期限 {due}（{length.words('zh')}内）",
        f"{customer[1]}: claimed {claimed}, followed up {at}, before {due} ({length.words('en')})",
    )


def _won(row: Mapping[str, Any], why: Mapping[str, Any], customer: Pair, zone: tzinfo) -> Pair:
    amount, extra = why["amount"], row["points"] - why["base"]
    more = (f"，其中按金额 +{extra}", f", {extra} of it for the amount") if extra else ("", "")
    of = (f" {_money(amount)} 元", f" ({_money(amount)})") if amount is not None else ("", "")
    return (
        f"{customer[0]}：从公海领取后成交{of[0]}{more[0]}",
        f"{customer[1]}: claimed from the pool and won{of[1]}{more[1]}",
    )


def _complete(row: Mapping[str, Any], why: Mapping[str, Any], customer: Pair, zone: tzinfo) -> Pair:
    zh = "、".join(FIELD_WORDS[name][0] for name in why["fields"])
    en = ", ".join(FIELD_WORDS[name][1] for name in why["fields"])
    return f"{customer[0]}：补全了{zh}", f"{customer[1]}: {en} filled in"


def _neglect(row: Mapping[str, Any], why: Mapping[str, Any], customer: Pair, zone: tzinfo) -> Pair:
    timers = [_TIMERS[name] for name in why["timers"]]
    if not why["follow_ups"]:
        timers.append(("持有期内没有一次有效跟进", "not one follow-up that counts"))
    zh, en = "、".join(t[0] for t in timers), ", ".join(t[1] for t in timers)
    return f"{customer[0]}：被收回公海，{zh}", f"{customer[1]}: recycled, {en}"


_GRANTS: Final = {
    "first_contact_in_time": _first_contact,
    "won_from_pool": _won,
    "complete_record": _complete,
    "recycled_by_neglect": _neglect,
}


def earned_words(n: Mapping[str, Any]) -> Pair:
    """Why a limit is higher today, of the numbers that an earned override holds."""
    counted, percent = _COUNTED[n["counts"]], f"{n['percent']:g}%"
    limit = {"daily_quota": ("当日额度", "the day's quota"), "holding_cap": ("持有上限", "the holding cap")}[n["limit"]]
    return (
        f"近 {n['days']} 天领取 {n['claimed']} 个，{counted[0]} {n['converted']} 个（{percent}），{limit[0]} +{n['add']}",
        f"{n['converted']} of {n['claimed']} claimed in {n['days']} days {counted[1]} ({percent}): {limit[1]} +{n['add']}",
    )


def _local(text: str, zone: tzinfo) -> str:
    return datetime.fromisoformat(text).astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _money(amount: str) -> str:
    return f"{float(amount):,.2f}".removesuffix(".00")
