"""When customers fall: one pass that places each owned customer among a few instants, for preview and forecast.

Says of a million what `decide` says of one, by the segment as it is now: the place of a customer is the number of
the horizons at which it is not due yet. Per length the cutoffs of all horizons are computed once; a column is then
placed among these constants by a binary search.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from gonghai.conditions.comparisons import Context
from gonghai.conditions.facts import Registry
from gonghai.conditions.sql import to_sql
from gonghai.policy.decide import NOTICE_HOLDS, InForce, is_short
from gonghai.policy.due import Leave
from gonghai.policy.timers import BY_NAME
from gonghai.workdays import Calendar, Length, add, after_next_opening_day, cutoff, local_date

PLACES = 64
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Placing:
    """An SQL expression over alias c: segment × PLACES + place; with its named parameters.

    Place i < len(horizons): due at horizons[i], not at the one before; len(horizons): not due at any of them.
    """

    text: str
    params: dict[str, Any]


def decode_place(code: int) -> tuple[int, int]:
    """(segment, place) of a code."""
    return divmod(code, PLACES)


def placing(
    in_force: InForce,
    calendar: Calendar,
    now: datetime,
    horizons: Sequence[datetime],
    leaves: Sequence[Leave],
    registry: Registry,
    *,
    prefix: str,
) -> Placing:
    """Builds the expression for the customers of one pool. `horizons` ascend and are fewer than PLACES.

    `prefix` keeps the parameters of several expressions in one statement apart.
    """
    assert 0 < len(horizons) < PLACES
    builder = _Builder(in_force, calendar, now, horizons, prefix)
    floors = builder.floors(leaves)
    whens = []
    for index, segment in enumerate(in_force.policy.segments):
        outcome = f"{index * PLACES} + {builder.segment(segment.timers, floors)}"
        if segment.condition is None:
            whens.append(f"ELSE {outcome}")
        else:
            fragment = to_sql(segment.condition, registry, Context(now, calendar.zone), prefix=f"{prefix}s{index}")
            builder.params.update(fragment.params)
            whens.append(f"WHEN {fragment.text} THEN {outcome}")
    text = whens[0].removeprefix("ELSE ") if len(whens) == 1 else f"CASE {' '.join(whens)} END"
    return Placing(f"({text})", builder.params)


class _Builder:
    def __init__(
        self, in_force: InForce, calendar: Calendar, now: datetime, horizons: Sequence[datetime], prefix: str
    ) -> None:
        self._in_force = in_force
        self._calendar = calendar
        self._now = now
        self._horizons = horizons
        self._prefix = prefix
        self.params: dict[str, Any] = {}

    def segment(self, timers: Mapping[str, Length], floors: str | None) -> str:
        """The place of the earliest running timer, or of the floor behind it."""
        beyond = str(len(self._horizons))
        if not timers:
            return beyond
        short = [self._timer(name, length) for name, length in timers.items() if self._told_once(length)]
        long = [self._timer(name, length) for name, length in timers.items() if not self._told_once(length)]
        if long and self._in_force.notice_floor:
            # `beyond` stands for a timer that doesn't run: notice alone makes nobody fall.
            short.append(f"greatest({_least([*long, beyond])}, {self._notice()})")
        else:
            short += long
        earliest = _least([*short, beyond])
        return earliest if floors is None else f"greatest({earliest}, {floors})"

    def _told_once(self, length: Length) -> bool:
        return self._in_force.notice_floor and is_short(length)

    def _timer(self, name: str, length: Length) -> str:
        key = f"{self._prefix}_{length.n}_{length.unit}"
        if key not in self.params:
            cutoffs = [cutoff(horizon, length, self._calendar) for horizon in self._horizons]
            self.params[key] = [at + _MICROSECOND for at in cutoffs]
            self.params[f"{key}_days"] = [local_date(at, self._calendar) for at in cutoffs]
        after, days = f"%({key})s::timestamptz[]", f"%({key}_days)s::date[]"
        return BY_NAME[name].place.format(after=after, after_days=days)

    def floors(self, leaves: Sequence[Leave]) -> str | None:
        """The place of the latest floor but notice; null where there is none."""
        grace = self._in_force.lock_grace_days
        unlocked = self._column("locked_until", "locked", lambda h: self._working_days_before(h, grace))
        parts = [self._column("protected_until", "protected", lambda h: h), unlocked]
        away = [(leave.person_id, self._place(self._after_leave(leave.until))) for leave in leaves]
        if held := [(person, place) for person, place in away if place]:
            self.params[f"{self._prefix}_away"] = [person for person, _ in held]
            self.params[f"{self._prefix}_back"] = [place for _, place in held]
            away_sql = f"%({self._prefix}_away)s::bigint[]"
            parts.append(f"(%({self._prefix}_back)s::int[])[array_position({away_sql}, c.owner_id)]")
        until = self._in_force.grace_until
        if until is not None and (place := self._place(until)):
            self.params[f"{self._prefix}_from"] = self._in_force.effective_from
            parts.append(f"CASE WHEN c.clock_start < %({self._prefix}_from)s THEN {place} END")
        return f"greatest({', '.join(parts)})"

    def _notice(self) -> str:
        told = self._column("notice_until", "notice", lambda h: h)
        self.params[f"{self._prefix}_void"] = self._now - NOTICE_HOLDS
        untold = self._place(after_next_opening_day(self._now, self._calendar))
        return f"CASE WHEN c.notice_until >= %({self._prefix}_void)s THEN {told} ELSE {untold} END"

    def _column(self, column: str, name: str, latest: Callable[[datetime], datetime]) -> str:
        """The place of an instant in a column; `latest(horizon)`: the last instant that holds nothing by then."""
        key = f"{self._prefix}_{name}"
        self.params[key] = [latest(horizon) + _MICROSECOND for horizon in self._horizons]
        return f"width_bucket(c.{column}, %({key})s::timestamptz[])"

    def _place(self, until: datetime) -> int:
        return sum(horizon < until for horizon in self._horizons)

    def _after_leave(self, until: datetime) -> datetime:
        days = self._in_force.return_grace_days
        return add(until, Length(days, "working_days"), self._calendar) if days else until

    def _working_days_before(self, horizon: datetime, days: int) -> datetime:
        return cutoff(horizon, Length(days, "working_days"), self._calendar) if days else horizon


def _least(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"least({', '.join(parts)})"
