"""Deciding one customer: segment, running timers, deadline, floors. Pure; the due SELECT says the same of a million."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from gonghai.conditions.comparisons import Context
from gonghai.conditions.evaluate import evaluate
from gonghai.conditions.facts import Registry
from gonghai.policy.document import Policy, Segment
from gonghai.policy.timers import TIMERS
from gonghai.workdays import Calendar, Length, add, after_next_opening_day

# A warning counts as notice until this long after the instant that it gave.
NOTICE_HOLDS: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class InForce:
    """A published policy with all of its pool that the effective deadline reads."""

    policy_id: int
    number: int
    pool_id: int
    policy: Policy
    effective_from: datetime
    grace_until: datetime | None
    lock_grace_days: int
    return_grace_days: int
    notice_floor: bool


@dataclass(frozen=True, slots=True)
class Running:
    """One running timer of the customer's segment. `kept_until`: its deadline, or the floor that lies later;
    `effective`: with the notice floor too."""

    timer: str
    length: Length
    start: datetime
    deadline: datetime
    kept_until: datetime
    effective: datetime


@dataclass(frozen=True, slots=True)
class Floor:
    """Something that keeps the customer longer than the deadline: protected, locked, leave, grace, notice."""

    kind: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """What the policy says of one owned customer at an instant.

    `running` is ordered by effective deadline; its first is the one that counts. `effective` None: never taken.
    `notice`: the notice that a warning gives now, None where none is needed or one stands.
    """

    policy_id: int
    number: int
    segment_index: int
    segment: Segment
    running: tuple[Running, ...]
    floors: tuple[Floor, ...]
    effective: datetime | None
    target: int
    notice: datetime | None = None

    @property
    def deadline(self) -> datetime | None:
        return self.running[0].deadline if self.running else None

    @property
    def kept_until(self) -> datetime | None:
        """The effective deadline without the notice floor: what warnings count down to."""
        return self.running[0].kept_until if self.running else None

    @property
    def held_by(self) -> str | None:
        """The floor that the effective deadline rests on, None when it is the deadline itself."""
        if self.effective is None or self.effective == self.deadline:
            return None
        return max(self.floors, key=lambda floor: floor.until).kind

    def due(self, now: datetime) -> bool:
        return self.effective is not None and self.effective <= now


def decide(
    in_force: InForce, row: Mapping[str, Any], calendar: Calendar, now: datetime, registry: Registry
) -> Decision:
    """Decides an owned customer. `row` holds the customer's columns and owner_leave_from / owner_leave_until."""
    index, segment = find_segment(in_force.policy, row, Context(now, calendar.zone), registry)
    floors = _floors(in_force, row, calendar, now)
    notice = _notice(in_force, row, calendar, now)
    running = sorted(_running(segment, row, calendar, floors, notice), key=lambda r: (r.effective, r.deadline))
    floored = notice if running and not is_short(running[0].length) else None
    if floored is not None:
        floors.append(floored)
    given = floored.until if floored is not None and not has_notice(row, now) else None
    effective = running[0].effective if running else None
    target = segment.target if segment.target is not None else row["pool_id"]
    return Decision(
        in_force.policy_id, in_force.number, index, segment, tuple(running), tuple(floors), effective, target, given
    )


def is_short(length: Length) -> bool:
    """Whether a timer of this length has one warning at a quarter left and no notice floor: hours, or under 3 days."""
    return length.unit in ("hours", "working_hours") or length.n < 3


def decide_segment(
    in_force: InForce, index: int, facts: Mapping[str, Any], target: int, calendar: Calendar
) -> Decision:
    """The decision that a past move rested on: its segment and timers are known, floors had passed."""
    segment = in_force.policy.segments[index]
    running = sorted(_running(segment, facts, calendar, (), None), key=lambda r: r.deadline)
    effective = running[0].deadline if running else None
    return Decision(in_force.policy_id, in_force.number, index, segment, tuple(running), (), effective, target)


def find_segment(policy: Policy, row: Mapping[str, Any], context: Context, registry: Registry) -> tuple[int, Segment]:
    """The first segment whose condition holds; the last one takes everyone else."""
    for index, segment in enumerate(policy.segments):
        if segment.condition is None or evaluate(segment.condition, registry, row, context):
            return index, segment
    raise AssertionError("the last segment has no condition")


def _running(
    segment: Segment, row: Mapping[str, Any], calendar: Calendar, floors: Sequence[Floor], notice: Floor | None
) -> list[Running]:
    found = []
    for timer in TIMERS:
        length = segment.timers.get(timer.name)
        start = timer.start(row, calendar) if length is not None else None
        if length is not None and start is not None:
            deadline = add(start, length, calendar)
            kept = max([deadline, *(floor.until for floor in floors)])
            effective = kept if notice is None or is_short(length) else max(kept, notice.until)
            found.append(Running(timer.name, length, start, deadline, kept, effective))
    return found


def _floors(in_force: InForce, row: Mapping[str, Any], calendar: Calendar, now: datetime) -> list[Floor]:
    """All floors but notice, which depends on the timer."""
    floors = []
    if row["protected_until"] is not None:
        floors.append(Floor("protected", row["protected_until"]))
    if row["locked_until"] is not None:
        floors.append(Floor("locked", _after(row["locked_until"], in_force.lock_grace_days, calendar)))
    # A leave counts from the moment it has begun, not while it is only planned.
    if row["owner_leave_from"] is not None and row["owner_leave_from"] <= now:
        floors.append(Floor("leave", _after(row["owner_leave_until"], in_force.return_grace_days, calendar)))
    if in_force.grace_until is not None and row["clock_start"] < in_force.effective_from:
        floors.append(Floor("grace", in_force.grace_until))
    return floors


def has_notice(row: Mapping[str, Any], now: datetime) -> bool:
    """Whether the owner was told and may rely on it: told, and not longer ago than notice holds."""
    notice: datetime | None = row["notice_until"]
    return notice is not None and now <= notice + NOTICE_HOLDS


def _notice(in_force: InForce, row: Mapping[str, Any], calendar: Calendar, now: datetime) -> Floor | None:
    """Until when notice keeps the customer: as told, or, untold, as it would be if the warning went out now."""
    if not in_force.notice_floor:
        return None
    until = row["notice_until"] if has_notice(row, now) else after_next_opening_day(now, calendar)
    return Floor("notice", until)


def _after(instant: datetime, working_days: int, calendar: Calendar) -> datetime:
    return add(instant, Length(working_days, "working_days"), calendar) if working_days else instant
