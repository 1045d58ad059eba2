"""The due SELECT: one pass over a tenant's owned customers, turned round so that columns meet constants.

Per length the cutoff is computed once: the latest start that is due now. Nested CASE finds the segment first and
then looks only at its timers; a prefilter on the loosest cutoff leaves most rows alone. `horizons.py` says of the
same customers when they fall. The same pass with a later horizon per timer finds who may have to be warned.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gonghai.conditions.comparisons import Context
from gonghai.conditions.facts import Registry
from gonghai.conditions.sql import to_sql
from gonghai.policy.decide import NOTICE_HOLDS, InForce, is_short
from gonghai.policy.timers import BIT, BY_NAME
from gonghai.workdays import Calendar, Length, cutoff, local_date

# code = (place of the policy in the list × SEGMENTS + segment) × 64 + bits of the timers that ran out
SEGMENTS = 64
BITS = 64

# The horizon of a timer: deadlines up to it are wanted.
Reach = Callable[[InForce, Length], datetime]


@dataclass(frozen=True, slots=True)
class Leave:
    """An owner whose leave has begun, and when it ends."""

    person_id: int
    until: datetime


@dataclass(slots=True)
class DueSelect:
    """SELECT customer_id, version, owner_id, pool_id, code of all due customers; with its named parameters."""

    text: str
    params: dict[str, Any]


def due_select(
    policies: Sequence[InForce], calendar: Calendar, now: datetime, leaves: Sequence[Leave], registry: Registry
) -> DueSelect:
    """Builds the statement for the pools of `policies`; `%(tenant_id)s` is left to the caller."""
    return _select(_Builder(calendar, now, leaves, registry, None), policies, now)


def reach_select(
    policies: Sequence[InForce],
    calendar: Calendar,
    now: datetime,
    leaves: Sequence[Leave],
    registry: Registry,
    reach: Reach,
) -> DueSelect:
    """The same with a horizon per timer, and whether told or not: all whose deadline and floors may lie within reach.

    It lets some pass that don't: floors are held against the latest horizon of their policy. `decide` has the last word.
    """  # fmt: skip
    return _select(_Builder(calendar, now, leaves, registry, reach), policies, now)


def _select(builder: "_Builder", policies: Sequence[InForce], now: datetime) -> DueSelect:
    branches = [f"WHEN {p.pool_id} THEN {builder.policy(i, p)}" for i, p in enumerate(policies)]
    builder.params["due_now"] = now
    builder.params["unprotected"] = max(builder.horizons, default=now)
    builder.params["loosest"] = max(builder.cutoffs, default=datetime.min.replace(tzinfo=now.tzinfo))
    builder.params["due_pools"] = [p.pool_id for p in policies]
    text = f"""SELECT x.customer_id, x.version, x.owner_id, x.pool_id, x.code FROM (
        SELECT c.id AS customer_id, c.version, c.owner_id, c.pool_id, CASE c.pool_id {" ".join(branches)} END AS code
        FROM customer c
        WHERE c.tenant_id = %(tenant_id)s AND c.state = 'owned' AND c.pool_id = ANY (%(due_pools)s)
          AND c.clock_start <= %(loosest)s AND (c.protected_until IS NULL OR c.protected_until <= %(unprotected)s)
        OFFSET 0) x
      WHERE x.code IS NOT NULL AND x.code %% {BITS} > 0"""
    return DueSelect(text, builder.params)


def decode(code: int) -> tuple[int, int, int]:
    """(place of the policy, segment, timer bits) of a code."""
    segment, bits = divmod(code, BITS)
    return *divmod(segment, SEGMENTS), bits


class _Builder:
    """`reach` None: exactly what is due now."""

    def __init__(
        self, calendar: Calendar, now: datetime, leaves: Sequence[Leave], registry: Registry, reach: Reach | None
    ) -> None:
        self._calendar = calendar
        self._now = now
        self._leaves = leaves
        self._registry = registry
        self._reach = reach
        self.params: dict[str, Any] = {}
        self.cutoffs: list[datetime] = []
        self.horizons: dict[datetime, int] = {}

    def policy(self, place: int, in_force: InForce) -> str:
        floors = self._floors(place, in_force)
        whens = []
        for index, segment in enumerate(in_force.policy.segments):
            base = (place * SEGMENTS + index) * BITS
            outcome = self._segment(base, segment.timers, in_force)
            if segment.condition is None:
                whens.append(f"ELSE {outcome}")
            else:
                context = Context(self._now, self._calendar.zone)
                fragment = to_sql(segment.condition, self._registry, context, prefix=f"p{place}s{index}")
                self.params.update(fragment.params)
                whens.append(f"WHEN {fragment.text} THEN {outcome}")
        cases = " ".join(whens)
        table = cases.removeprefix("ELSE ") if len(whens) == 1 else f"CASE {cases} END"
        return f"CASE WHEN {floors} THEN {table} END" if floors else table

    def _segment(self, base: int, timers: Mapping[str, Length], in_force: InForce) -> str:
        notice_floor = in_force.notice_floor and self._reach is None
        long: list[str] = []
        short: list[str] = []
        for name, length in timers.items():
            floored = notice_floor and not is_short(length)
            (long if floored else short).append(self._timer(name, length, self._horizon(in_force, length)))
        if long:
            # Only who was told, and not too long ago, loses a customer by these.
            self.params["notice_void"] = self._now - NOTICE_HOLDS
            told = "c.notice_until BETWEEN %(notice_void)s AND %(due_now)s"
            short.append(f"CASE WHEN {told} THEN {' + '.join(long)} ELSE 0 END")
        return f"{base} + {' + '.join(short)}" if short else "NULL::int"

    def _horizon(self, in_force: InForce, length: Length) -> datetime:
        return self._now if self._reach is None else self._reach(in_force, length)

    def _timer(self, name: str, length: Length, horizon: datetime) -> str:
        due = BY_NAME[name].due.format(**self._cutoff(length, horizon))
        return f"CASE WHEN {due} THEN {BIT[name]} ELSE 0 END"

    def _cutoff(self, length: Length, horizon: datetime) -> dict[str, str]:
        name = f"cut{self.horizons.setdefault(horizon, len(self.horizons))}_{length.n}_{length.unit}"
        if name not in self.params:
            instant = cutoff(horizon, length, self._calendar)
            self.cutoffs.append(instant)
            self.params[name] = instant
            self.params[f"{name}_day"] = local_date(instant, self._calendar)
        return {"cutoff": f"%({name})s::timestamptz", "cutoff_day": f"%({name}_day)s::date"}

    def _floors(self, place: int, in_force: InForce) -> str:
        """Conditions under which no floor holds the customer; what varies by pool only."""
        lengths = {length for segment in in_force.policy.segments for length in segment.timers.values()}
        horizon = max((self._horizon(in_force, length) for length in lengths), default=self._now)
        lock = self._working_days_before(horizon, in_force.lock_grace_days)
        self.params[f"p{place}_lock"] = lock
        parts = [f"(c.locked_until IS NULL OR c.locked_until <= %(p{place}_lock)s)"]
        back = self._working_days_before(horizon, in_force.return_grace_days)
        away = [leave.person_id for leave in self._leaves if leave.until > back]
        if away:
            self.params[f"p{place}_away"] = away
            parts.append(f"c.owner_id <> ALL (%(p{place}_away)s)")
        if in_force.grace_until is not None and in_force.grace_until > horizon:
            self.params[f"p{place}_effective_from"] = in_force.effective_from
            parts.append(f"c.clock_start >= %(p{place}_effective_from)s")
        return " AND ".join(parts)

    def _working_days_before(self, horizon: datetime, days: int) -> datetime:
        """The latest instant whose floor, `days` working days on, has passed at the horizon."""
        return cutoff(horizon, Length(days, "working_days"), self._calendar) if days else horizon
