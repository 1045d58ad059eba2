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
from gonghai.conditions.tree import Condition
from gonghai.policy.decide import NOTICE_HOLDS, InForce, is_short
from gonghai.policy.document import Policy, Segment
from gonghai.policy.due import Leave
from gonghai.policy.timers import BY_NAME
from gonghai.workdays import Calendar, Length, add, after_next_opening_day, cutoff, local_date

PLACES = 64
# A segment's place and the segment → its code, as SQL.
Outcome = Callable[[int, Segment], str]
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Placing:
    """An SQL expression over alias c that places a customer; with its named parameters.

    Place i < len(horizons): due at horizons[i], not at the one before; len(horizons): later than all of them;
    len(horizons) + 1: no timer runs, so never.
    """

    text: str
    params: dict[str, Any]


def decode_place(code: int) -> tuple[int, int]:
    """(segment, place) of a code of `placing`."""
    return divmod(code, PLACES)


def decode_places(code: int) -> tuple[int, int, int]:
    """(segment, place, the other's place) of a code of `placing_both`."""
    segment, places = divmod(code, PLACES * PLACES)
    return segment, *divmod(places, PLACES)


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
    """Segment × PLACES + place, for the customers of one pool. `horizons` ascend and are fewer than PLACES - 1.

    `prefix` keeps the parameters of several expressions in one statement apart.
    """
    builder = _Builder(calendar, now, horizons, leaves, prefix)
    return Placing(builder.table(in_force.policy, registry, builder.one(in_force)), builder.params)


def placing_both(
    in_force: InForce,
    other: InForce,
    calendar: Calendar,
    now: datetime,
    horizons: Sequence[datetime],
    leaves: Sequence[Leave],
    registry: Registry,
    *,
    prefix: str,
) -> Placing:
    """(Segment × PLACES + place) × PLACES + the place by `other`, which differs in grace and notice floor only."""
    builder = _Builder(calendar, now, horizons, leaves, prefix)
    return Placing(builder.table(in_force.policy, registry, builder.both(in_force, other)), builder.params)


def placing_against(
    in_force: InForce,
    other: InForce,
    present: InForce,
    calendar: Calendar,
    now: datetime,
    horizons: Sequence[datetime],
    leaves: Sequence[Leave],
    registry: Registry,
    *,
    prefix: str,
) -> Placing:
    """The code of `placing_both` × PLACES² + the code of `placing` by `present`, another policy.

    Segments that both begin with are looked for once: mostly an edit changes lengths, and conditions cost the most.
    """
    new = _Builder(calendar, now, horizons, leaves, f"{prefix}n")
    old = _Builder(calendar, now, horizons, leaves, f"{prefix}o")
    outcome, was = new.both(in_force, other), old.one(present)
    segments, before = in_force.policy.segments, present.policy.segments
    shared = 0
    while shared < min(len(segments), len(before)) and segments[shared].condition == before[shared].condition:
        shared += 1
    cases = [
        (segments[i].condition, f"{PLACES * PLACES} * ({outcome(i, segments[i])}) + {was(i, before[i])}")
        for i in range(shared)
    ]
    if shared < len(segments):
        rest = [
            new.table(in_force.policy, registry, outcome, first=shared),
            old.table(present.policy, registry, was, first=shared),
        ]
        cases.append((None, f"{PLACES * PLACES} * {rest[0]} + {rest[1]}"))
    return Placing(new.cases(cases, registry), {**new.params, **old.params})


def decode_against(code: int) -> tuple[int, int]:
    """(the code of `placing_both`, the code of `placing`) of a code of `placing_against`."""
    return divmod(code, PLACES * PLACES)


class _Builder:
    def __init__(
        self, calendar: Calendar, now: datetime, horizons: Sequence[datetime], leaves: Sequence[Leave], prefix: str
    ) -> None:
        assert 0 < len(horizons) < PLACES - 1
        self._calendar = calendar
        self._now = now
        self._horizons = horizons
        self._leaves = leaves
        self._prefix = prefix
        self.params: dict[str, Any] = {}

    def table(self, policy: Policy, registry: Registry, outcome: Outcome, first: int = 0) -> str:
        """The first segment, from that one on, whose condition holds, and what comes of it."""
        rest = list(enumerate(policy.segments))[first:]
        return self.cases([(segment.condition, outcome(i, segment)) for i, segment in rest], registry, first)

    def cases(self, cases: Sequence[tuple[Condition | None, str]], registry: Registry, first: int = 0) -> str:
        whens = []
        for i, (condition, text) in enumerate(cases, start=first):
            if condition is None:
                whens.append(f"ELSE {text}")
            else:
                context = Context(self._now, self._calendar.zone)
                fragment = to_sql(condition, registry, context, prefix=f"{self._prefix}s{i}")
                self.params.update(fragment.params)
                whens.append(f"WHEN {fragment.text} THEN {text}")
        return f"({whens[0].removeprefix('ELSE ')})" if len(whens) == 1 else f"(CASE {' '.join(whens)} END)"

    def one(self, in_force: InForce) -> Outcome:
        place = self.placer(in_force)
        return lambda i, segment: f"{i * PLACES} + {place(segment.timers)}"

    def both(self, in_force: InForce, other: InForce) -> Outcome:
        one, two = self.placer(in_force), self.placer(other)

        def outcome(i: int, segment: Segment) -> str:
            return f"{i * PLACES * PLACES} + {PLACES} * {one(segment.timers)} + {two(segment.timers)}"

        return outcome

    def placer(self, in_force: InForce) -> Callable[[Mapping[str, Length]], str]:
        """A segment's timers → the place of the earliest running one, or of the floor behind it."""
        floors = self._floors(in_force)
        never = str(len(self._horizons) + 1)

        def place(timers: Mapping[str, Length]) -> str:
            if not timers:
                return never
            told = {name for name, length in timers.items() if in_force.notice_floor and not is_short(length)}
            parts = [self._timer(name, length) for name, length in timers.items() if name not in told]
            if told:
                # `never` stands for a timer that doesn't run: notice alone makes nobody fall.
                long = [self._timer(name, length) for name, length in timers.items() if name in told]
                parts.append(f"greatest(least({', '.join([*long, never])}), {self._notice()})")
            return f"greatest(least({', '.join([*parts, never])}), {floors})"

        return place

    def _timer(self, name: str, length: Length) -> str:
        key = f"{self._prefix}_{length.n}_{length.unit}"
        if key not in self.params:
            cutoffs = [cutoff(horizon, length, self._calendar) for horizon in self._horizons]
            self.params[key] = [at + _MICROSECOND for at in cutoffs]
            self.params[f"{key}_days"] = [local_date(at, self._calendar) for at in cutoffs]
        after, days = f"%({key})s::timestamptz[]", f"%({key}_days)s::date[]"
        return BY_NAME[name].place.format(after=after, after_days=days)

    def _floors(self, in_force: InForce) -> str:
        """The places of all floors but notice; null where a customer has none, which greatest() passes over."""
        grace = in_force.lock_grace_days
        unlocked = self._column("locked_until", "locked", lambda h: self._working_days_before(h, grace))
        parts = [self._column("protected_until", "protected", lambda h: h), unlocked]
        back = in_force.return_grace_days
        away = [(leave.person_id, self._place(self._after(leave.until, back))) for leave in self._leaves]
        if held := [(person, place) for person, place in away if place]:
            self.params[f"{self._prefix}_away"] = [person for person, _ in held]
            self.params[f"{self._prefix}_back"] = [place for _, place in held]
            away_sql = f"%({self._prefix}_away)s::bigint[]"
            parts.append(f"(%({self._prefix}_back)s::int[])[array_position({away_sql}, c.owner_id)]")
        until = in_force.grace_until
        if until is not None and (place := self._place(until)):
            self.params[f"{self._prefix}_from"] = in_force.effective_from
            parts.append(f"CASE WHEN c.clock_start < %({self._prefix}_from)s THEN {place} END")
        return ", ".join(parts)

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

    def _after(self, instant: datetime, days: int) -> datetime:
        return add(instant, Length(days, "working_days"), self._calendar) if days else instant

    def _working_days_before(self, horizon: datetime, days: int) -> datetime:
        return cutoff(horizon, Length(days, "working_days"), self._calendar) if days else horizon
