"""Deciding one customer: segment, running timers, deadline, floors. Pure; the due SELECT says the same of a million."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gonghai.conditions.comparisons import Context
from gonghai.conditions.evaluate import evaluate
from gonghai.conditions.facts import Registry
from gonghai.policy.document import Policy, Segment
from gonghai.policy.timers import TIMERS
from gonghai.workdays import Calendar, Length, add


@dataclass(frozen=True, slots=True)
class InForce:
    """A published policy with all of its pool that the effective deadline reads."""

    policy_id: int
    number: int
    pool_id: int
    policy: Policy
    published_at: datetime
    grace_until: datetime | None
    lock_grace_days: int
    return_grace_days: int
    notice_floor: bool


@dataclass(frozen=True, slots=True)
class Running:
    """One running timer of the customer's segment."""

    timer: str
    length: Length
    start: datetime
    deadline: datetime


@dataclass(frozen=True, slots=True)
class Floor:
    """Something that keeps the customer longer than the deadline: protected, locked, leave, grace, notice."""

    kind: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """What the policy says of one owned customer at an instant.

    `running` is ordered by deadline; its first is the one that counts. `effective` None: never taken.
    """

    policy_id: int
    number: int
    segment_index: int
    segment: Segment
    running: tuple[Running, ...]
    floors: tuple[Floor, ...]
    effective: datetime | None
    target: int

    @property
    def deadline(self) -> datetime | None:
        return self.running[0].deadline if self.running else None

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
    running = sorted(_running(segment, row, calendar), key=lambda r: r.deadline)
    floors = tuple(_floors(in_force, row, calendar, now))
    effective = max([running[0].deadline, *(f.until for f in floors)]) if running else None
    target = segment.target if segment.target is not None else row["pool_id"]
    return Decision(in_force.policy_id, in_force.number, index, segment, tuple(running), floors, effective, target)


def decide_segment(
    in_force: InForce, index: int, facts: Mapping[str, Any], target: int, calendar: Calendar
) -> Decision:
    """The decision that a past move rested on: its segment and timers are known, floors had passed."""
    segment = in_force.policy.segments[index]
    running = sorted(_running(segment, facts, calendar), key=lambda r: r.deadline)
    effective = running[0].deadline if running else None
    return Decision(in_force.policy_id, in_force.number, index, segment, tuple(running), (), effective, target)


def find_segment(policy: Policy, row: Mapping[str, Any], context: Context, registry: Registry) -> tuple[int, Segment]:
    """The first segment whose condition holds; the last one takes everyone else."""
    for index, segment in enumerate(policy.segments):
        if segment.condition is None or evaluate(segment.condition, registry, row, context):
            return index, segment
    raise AssertionError("the last segment has no condition")


def _running(segment: Segment, row: Mapping[str, Any], calendar: Calendar) -> list[Running]:
    found = []
    for timer in TIMERS:
        length = segment.timers.get(timer.name)
        start = timer.start(row, calendar) if length is not None else None
        if length is not None and start is not None:
            found.append(Running(timer.name, length, start, add(start, length, calendar)))
    return found


def _floors(in_force: InForce, row: Mapping[str, Any], calendar: Calendar, now: datetime) -> list[Floor]:
    floors = []
    if row["protected_until"] is not None:
        floors.append(Floor("protected", row["protected_until"]))
    if row["locked_until"] is not None:
        floors.append(Floor("locked", _after(row["locked_until"], in_force.lock_grace_days, calendar)))
    # A leave counts from the moment it has begun, not while it is only planned.
    if row["owner_leave_from"] is not None and row["owner_leave_from"] <= now:
        floors.append(Floor("leave", _after(row["owner_leave_until"], in_force.return_grace_days, calendar)))
    if in_force.grace_until is not None and row["clock_start"] < in_force.published_at:
        floors.append(Floor("grace", in_force.grace_until))
    if in_force.notice_floor and row["notice_until"] is not None:
        floors.append(Floor("notice", row["notice_until"]))
    return floors


def _after(instant: datetime, working_days: int, calendar: Calendar) -> datetime:
    return add(instant, Length(working_days, "working_days"), calendar) if working_days else instant
