"""The handbook on when a customer goes back: the segments, each timer, and what that means in real dates."""

from datetime import datetime
from typing import Final

from gonghai.conditions.words import words
from gonghai.policy.document import Segment
from gonghai.policy.handbook.sentences import Section, Sentence, Source, at, on_day
from gonghai.policy.timers import BY_NAME, TIMERS
from gonghai.workdays import Length, Unit, add, end_of_day, local_date

# {m}: the length, {to}: the pool.
TIMER_SAID: Final = {
    "first_contact": (
        "拿到客户后 {m}内没有一次有效跟进，就退回「{to}」；跟进一次，这一项就不再计时。",
        "Without one follow-up that counts within {m} of getting it, it goes back to {to}; one ends this clock.",
    ),
    "follow_up": (
        "连续 {m}没有有效跟进，就退回「{to}」；每次有效跟进都重新计时。",
        "After {m} without a follow-up that counts it goes back to {to}; each one starts the clock again.",
    ),
    "deal": (
        "连续 {m}没有进行中或已成交的商机，就退回「{to}」；建了商机就不计时，全部输单后重新计时。",
        "After {m} without an open or won deal it goes back to {to}; a deal stops the clock, losing the last one"
        " starts it again.",
    ),
    "won": (
        "连续 {m}没有成交，就退回「{to}」；每次成交都重新计时。",
        "After {m} without a win it goes back to {to}; each win starts the clock again.",
    ),
    "holding": (
        "拿到客户满 {m}就退回「{to}」，不论跟进得怎样。",
        "{m} after getting it, it goes back to {to}, however well it is looked after.",
    ),
    "contract": (
        "合同到期日过后满 {m}就退回「{to}」；没有填合同到期日的不计这一项。",
        "{m} after the contract's end date it goes back to {to}; without such a date this clock doesn't run.",
    ),
}
# {start} → {end}.
EXAMPLE_SAID: Final = {
    "first_contact": ("{start} 领取、一直没有跟进", "claimed {start}, never followed up"),
    "follow_up": ("{start} 领取、当时跟进一次后再没有跟进", "claimed and followed up {start}, never again"),
    "deal": ("{start} 领取、一直没有商机", "claimed {start}, no deal since"),
    "won": ("{start} 领取、一直没有成交", "claimed {start}, nothing won since"),
    "holding": ("{start} 领取", "claimed {start}"),
    "contract": ("{start}合同到期", "the contract ends on {start}"),
}
_UNITS: Final[dict[Unit, tuple[str, str]]] = {
    "days": (
        "「天」按自然日算，从第二天起数，到最后一天结束为止。",
        "Days are calendar days: counted from the next day on, to the end of the last one.",
    ),
    "working_days": (
        "「工作日」按公司日历算（含调休），从第二天起数，到最后一个工作日结束为止。",
        "Working days are those of the company's calendar: counted from the next day on, to the end of the last one.",
    ),
    "hours": ("「小时」按钟点算，夜里和假日也算。", "Hours are counted by the clock, nights and holidays too."),
    "working_hours": (
        "「工作小时」只算工作日的上班时间：{opening}。",
        "Working hours count during opening hours of working days only: {opening}.",
    ),
}


def reading(source: Source) -> Section:
    """How the segments are to be read, and what the units mean that occur in them."""
    if source.in_force is None:
        said = [Sentence(
            "no_policy",
            "这个公海还没有发布规则：客户拿到手后不会自动退回。",
            "No rules are published for this pool: whoever has a customer keeps it.",
        )]  # fmt: skip
        return Section("reading", "多久不动就掉公海", "When a customer goes back", tuple(said))
    segments = source.in_force.policy.segments
    said = []
    if len(segments) > 1:
        said.append(Sentence(
            "order",
            f"客户分 {len(segments)} 组，从上往下看：归入第一个符合的组，只按那一组计时。客户情况变了，就按当时符合的组算。",
            f"There are {len(segments)} segments, read from the top: a customer belongs to the first that fits, and only"
            " that one counts. When the customer changes, the segment that fits then holds.",
            {"segments": len(segments)},
        ))  # fmt: skip
    if any(len(s.timers) > 1 for s in segments):
        said.append(Sentence(
            "earliest",
            "同一组里有几项在计时，最早到期的那一项说了算。",
            "Where several clocks run in one segment, the one that ends first decides.",
        ))  # fmt: skip
    return Section("reading", "多久不动就掉公海", "When a customer goes back", (*said, *_units(source)))


def _units(source: Source) -> list[Sentence]:
    assert source.in_force is not None
    used = {length.unit for s in source.in_force.policy.segments for length in s.timers.values()}
    hours = [f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in source.calendar.opening]
    return [
        Sentence(
            f"unit_{unit}",
            zh.format(opening="、".join(hours)),
            en.format(opening=", ".join(hours)),
            {"opening": hours} if unit == "working_hours" else {},
        )
        for unit, (zh, en) in _UNITS.items()
        if unit in used
    ]


def segments(source: Source) -> list[Section]:
    """A section per segment: who is in it, its clocks, each with an example."""
    if source.in_force is None:
        return []
    return [_segment(source, i, segment) for i, segment in enumerate(source.in_force.policy.segments)]


def _segment(source: Source, index: int, segment: Segment) -> Section:
    said = [_who(source, index, segment)]
    if not segment.timers:
        said.append(Sentence(
            "never", "没有计时：客户一直归负责人，不会掉公海。", "No clock runs: its owner keeps it.", {"segment": index}
        ))  # fmt: skip
    for timer in TIMERS:
        if timer.name in segment.timers:
            said += [_timer(source, index, segment, timer.name), _example(source, index, segment, timer.name)]
    if sum(name != "contract" for name in segment.timers) > 1:
        said.append(_nothing_done(source, index, segment))
    return Section(f"segment_{index}", segment.zh, segment.en, tuple(said))


def _who(source: Source, index: int, segment: Segment) -> Sentence:
    if segment.condition is not None:
        zh, en = (words(segment.condition, source.registry, locale) for locale in ("zh", "en"))
        return Sentence("who", f"归入这一组的：{zh}。", f"In this segment: {en}.", {"segment": index})
    assert source.in_force is not None
    if len(source.in_force.policy.segments) == 1:
        return Sentence("who", "适用于所有客户。", "For all customers.", {"segment": index})
    return Sentence(
        "who", "归入这一组的：以上各组都不符合的客户。", "In this segment: all who fit none of the above.",
        {"segment": index},
    )  # fmt: skip


def _target(source: Source, segment: Segment) -> str:
    return source.pool_name(segment.target if segment.target is not None else source.pool["id"])


def _timer(source: Source, index: int, segment: Segment, timer: str) -> Sentence:
    length = segment.timers[timer]
    zh, en = TIMER_SAID[timer]
    to = _target(source, segment)
    said = en.format(m=length.words("en"), to=to)
    data = {
        "segment": index, "timer": timer, "n": length.n, "unit": length.unit,
        "to": str(segment.target if segment.target is not None else source.pool["id"]),
    }  # fmt: skip
    return Sentence("timer", zh.format(m=length.words("zh"), to=to), said[:1].upper() + said[1:], data)


def _end(source: Source, timer: str, length: Length) -> tuple[datetime, tuple[str, str], datetime]:
    """When an example's clock starts, how that is said, and when it ends."""
    if timer == "contract":
        day = local_date(source.start, source.calendar)
        begins = end_of_day(day, source.calendar)
        return begins, on_day(day), add(begins, length, source.calendar)
    return source.start, at(source.start, source.calendar), add(source.start, length, source.calendar)


def _example(source: Source, index: int, segment: Segment, timer: str) -> Sentence:
    length = segment.timers[timer]
    start, begins, end = _end(source, timer, length)
    ends = at(end, source.calendar, year=local_date(source.start, source.calendar).year)
    zh, en = EXAMPLE_SAID[timer]
    data = {"segment": index, "timer": timer, "n": length.n, "unit": length.unit, "start": start, "end": end}
    if timer == "contract":
        data["contract_end"] = local_date(source.start, source.calendar)
    return Sentence(
        "timer_example",
        f"例（只看这一项）：{zh.format(start=begins[0])} → {ends[0]} 退回。",
        f"Example (by this clock alone): {en.format(start=begins[1])} → goes back on {ends[1]}.",
        data,
        example=True,
    )


def _nothing_done(source: Source, index: int, segment: Segment) -> Sentence:
    running = [t.name for t in TIMERS if t.name in segment.timers and t.name != "contract"]
    ends = {name: add(source.start, segment.timers[name], source.calendar) for name in running}
    first = min(running, key=lambda name: ends[name])
    begins = at(source.start, source.calendar)
    when = at(ends[first], source.calendar, year=local_date(source.start, source.calendar).year)
    name = BY_NAME[first]
    return Sentence(
        "segment_example",
        f"例：{begins[0]} 领取、之后什么都没做 → 最先到期的是「{name.zh}」，{when[0]} 退回。",
        f"Example: claimed {begins[1]}, nothing done since → “{name.en}” ends first: goes back on {when[1]}.",
        {"segment": index, "timer": first, "start": source.start, "end": ends[first]},
        example=True,
    )
