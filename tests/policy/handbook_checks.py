"""For each kind of sentence that needs no database: whether the product does what the sentence's data say."""

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from gonghai.conditions.words import words
from gonghai.policy.decide import Decision, Running, decide
from gonghai.policy.registry import REGISTRY
from gonghai.workdays import Length, Unit, add
from tests.policy.handbook_cases import DAY, MICRO, Case, customer_in, customers_in

Data = Mapping[str, Any]
Check = Callable[[Case, Data], None]
# The deadlines of an example are far behind for a customer whose clock started then.
LONG_AGO = 4000 * DAY


def decided(case: Case, row: Data, at: datetime) -> Decision:
    return decide(case.in_force, row, case.calendar, at, REGISTRY)


def running(case: Case, row: Data, at: datetime, timer: str) -> Running | None:
    return next((r for r in decided(case, row, at).running if r.timer == timer), None)


def counted(case: Case, start: datetime, n: int, unit: str) -> datetime:
    """When a length is over, counted day by day and stretch by stretch, not by the product's arithmetic."""
    if unit == "hours":
        return start + timedelta(hours=n)
    zone = case.calendar.zone
    day = start.astimezone(zone).date()
    if unit == "working_hours":
        return _in_open_time(case, start, timedelta(hours=n))
    while n:
        day += DAY
        n -= unit == "days" or case.calendar.works(day)
    return datetime.combine(day + DAY, time(), zone)


def _in_open_time(case: Case, start: datetime, left: timedelta) -> datetime:
    day = start.astimezone(case.calendar.zone).date()
    while True:
        for opens, closes in case.calendar.opening if case.calendar.works(day) else ():
            begin = max(start, datetime.combine(day, opens, case.calendar.zone))
            end = datetime.combine(day, closes, case.calendar.zone)
            if begin < end:
                if end - begin >= left:
                    return begin + left
                left -= end - begin
        day += DAY


def overdue(case: Case, at: datetime, *, long: bool = False) -> dict[str, Any] | None:
    """A customer who is due at that instant but for floors, in some segment; `long`: by none of the short clocks.

    None while the grace of the rules' publication keeps everybody.
    """
    if case.in_force.grace_until is not None and at < case.in_force.grace_until:
        return None
    for index, segment in enumerate(case.policy.segments):
        lengths = {n: x for n, x in segment.timers.items() if n != "contract"}
        short = [x.unit in ("hours", "working_hours") or x.n < 3 for x in lengths.values()]
        if lengths and not (long and any(short)):
            row = customer_in(case, index, at, clock_start=at - LONG_AGO, notice_until=at - DAY)
            if row is not None and decided(case, {**row, "last_win_at": None}, at).segment_index == index:
                return {**row, "last_win_at": None}
    return None


# Reading --------------------------------------------------------------------------------------------------


def order(case: Case, data: Data) -> None:
    assert data["segments"] == len(case.policy.segments)
    for index in range(data["segments"]):
        row = customer_in(case, index, case.source.start)
        if row is not None:
            assert decided(case, row, case.source.start).segment_index == index


def earliest(case: Case, _: Data) -> None:
    for index, segment in enumerate(case.policy.segments):
        row = customer_in(case, index, case.source.start, clock_start=case.source.start)
        if row is None or len(segment.timers) < 2:
            continue
        found = decided(case, {**row, "notice_until": case.source.start}, case.source.start + MICRO)
        if found.running:
            assert found.effective == min(r.effective for r in found.running)


def unit(case: Case, name: Unit) -> None:
    for n in range(1, 7):
        for hours in (0, 3, 11, 30):
            start = case.source.start + timedelta(hours=hours)
            assert counted(case, start, n, name) == add(start, Length(n, name), case.calendar)


def working_hours(case: Case, data: Data) -> None:
    assert data["opening"] == [f"{a:%H:%M}–{b:%H:%M}" for a, b in case.calendar.opening]
    unit(case, "working_hours")


def who(case: Case, data: Data) -> None:
    condition = case.policy.segments[data["segment"]].condition
    said = next(s for x in case.sections for s in x.sentences if s.kind == "who" and s.data == data)
    if condition is not None:
        assert words(condition, REGISTRY, "zh") in said.zh
        assert words(condition, REGISTRY, "en") in said.en


def never(case: Case, data: Data) -> None:
    row = customer_in(case, data["segment"], case.source.start, clock_start=case.source.start - LONG_AGO)
    if row is not None:
        assert decided(case, row, case.source.start).effective is None


# Timers ---------------------------------------------------------------------------------------------------


def history(case: Case, data: Data, start: datetime) -> dict[str, Any]:
    """What the example says has happened: the columns of such a customer."""
    columns: dict[str, Any] = {"clock_start": start}
    if data["timer"] == "first_contact":
        columns |= {"first_contact_at": None, "last_follow_up_at": None}
    if data["timer"] == "follow_up":
        columns |= {"first_contact_at": start, "last_follow_up_at": start}
    if data["timer"] == "contract":
        day = start.astimezone(case.calendar.zone).date() - DAY
        columns |= {"clock_start": start - 30 * DAY, "contract_end": data.get("contract_end", day)}
    return columns


def example_customer(case: Case, data: Data) -> dict[str, Any] | None:
    """The example's customer, in its segment when the example ends."""
    found = customers_in(case, data["segment"], data["end"], **history(case, data, data["start"]))
    # What was won before the customer was got has no part in the story.
    return next((r for r in found if r["last_win_at"] is None or r["last_win_at"] <= r["clock_start"]), None)


def timer(case: Case, data: Data) -> None:
    start = counted(case, case.source.start, 1, "days")
    row = customer_in(case, data["segment"], start, **history(case, data, start))
    if row is None:
        return
    found = running(case, row, start, data["timer"])
    assert found is not None
    assert found.deadline == counted(case, start if data["timer"] != "won" else found.start, data["n"], data["unit"])
    assert str(decided(case, row, start).target) == data["to"]
    _restarts(case, row, data["timer"], start)


def _restarts(case: Case, row: Data, name: str, start: datetime) -> None:
    """What the sentence says of stopping and starting again."""
    later = start + DAY
    changed: dict[str, dict[str, Any]] = {
        "first_contact": {"first_contact_at": later, "last_follow_up_at": later},
        "follow_up": {"first_contact_at": start, "last_follow_up_at": later},
        "deal": {"live_deals": 1},
        "won": {"last_win_at": later},
        "holding": {"last_follow_up_at": later, "live_deals": 1, "last_win_at": later},
        "contract": {"contract_end": None},
    }
    segment = decided(case, row, start).segment_index
    after = {**row, **changed[name]}
    if decided(case, after, later).segment_index != segment:
        return  # the change took it into another segment, as the handbook says it may
    found = running(case, after, later, name)
    if name in ("first_contact", "deal", "contract"):
        assert found is None
    else:
        assert found is not None
        assert found.start == (start if name == "holding" else later)
    if name == "deal":
        lost = running(case, {**row, "deal_lost_at": later}, later, name)
        assert lost is not None
        assert lost.start == later


def timer_example(case: Case, data: Data) -> None:
    row = example_customer(case, data)
    if row is None:
        assert not reachable(case, data), f"nobody of segment {data['segment']} can live through the example"
        return
    told = {**row, "notice_until": data["end"] - MICRO}
    found = running(case, told, data["end"], data["timer"])
    assert found is not None
    assert (found.start, found.deadline) == (data["start"], data["end"])
    assert decided(case, told, data["end"]).due(data["end"]) or floors_hold(case, told, data["end"])
    if len(case.policy.segments[data["segment"]].timers) == 1:
        assert not decided(case, told, data["end"] - MICRO).due(data["end"] - MICRO)


def reachable(case: Case, data: Data) -> bool:
    """Whether anybody can be in the segment at all."""
    return customer_in(case, data["segment"], data["start"]) is not None


def floors_hold(case: Case, row: Data, at: datetime) -> bool:
    return any(floor.until > at for floor in decided(case, row, at).floors)


def segment_example(case: Case, data: Data) -> None:
    fixed = {"clock_start": data["start"], "contract_end": None, "first_contact_at": None, "last_follow_up_at": None}
    found = customers_in(case, data["segment"], data["end"], **fixed)
    row = next((r for r in found if r["last_win_at"] is None or r["last_win_at"] <= data["start"]), None)
    if row is None:
        return
    told = {**row, "notice_until": data["end"] - MICRO}
    now = decided(case, told, data["end"])
    assert (now.running[0].timer, now.deadline, now.due(data["end"])) == (data["timer"], data["end"], True)
    before = decided(case, told, data["end"] - MICRO)
    assert before.segment_index != data["segment"] or not before.due(data["end"] - MICRO)


CHECKS: dict[str, Check] = {
    "order": order,
    "earliest": earliest,
    "unit_days": lambda case, _: unit(case, "days"),
    "unit_working_days": lambda case, _: unit(case, "working_days"),
    "unit_hours": lambda case, _: unit(case, "hours"),
    "unit_working_hours": working_hours,
    "who": who,
    "never": never,
    "timer": timer,
    "timer_example": timer_example,
    "segment_example": segment_example,
}
