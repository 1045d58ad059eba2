"""What a policy would do to the customers that a pool's people own now: one pass, against the version in force.

By the rules: without grace and notice floor. Really: with both, so when each would go. Both by the segment as of now.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from gonghai.base.database import Conn, one, rows
from gonghai.base.errors import NotFound
from gonghai.people.calendar import tenant_calendar
from gonghai.policy.decide import InForce
from gonghai.policy.document import compile_policy
from gonghai.policy.due import Leave
from gonghai.policy.horizons import decode_against, decode_place, decode_places, placing_against, placing_both
from gonghai.policy.leaves import leaves
from gonghai.policy.registry import REGISTRY
from gonghai.policy.versions import Start, dates, in_force, pool_names
from gonghai.workdays import Calendar

# At once, within a week, within a month.
DAYS: Final = (0, 7, 30)


@dataclass(slots=True)
class Counts:
    """How many would go: at once, within 7 and within 30 days (each with those before)."""

    at_once: int = 0
    within_7: int = 0
    within_30: int = 0

    def add(self, place: int, n: int) -> None:
        """`n` customers at a place of horizons.py."""
        self.at_once += n if place < 1 else 0
        self.within_7 += n if place < 2 else 0
        self.within_30 += n if place < 3 else 0

    def merge(self, other: "Counts") -> None:
        self.at_once += other.at_once
        self.within_7 += other.within_7
        self.within_30 += other.within_30


@dataclass(slots=True)
class Group:
    """Customers counted together: how many there are, by the rules, really, and by the version in force."""

    count: int = 0
    totals: Counts = field(default_factory=Counts)
    really: Counts = field(default_factory=Counts)
    present: Counts = field(default_factory=Counts)

    def merge(self, other: "Group") -> None:
        self.count += other.count
        self.totals.merge(other.totals)
        self.really.merge(other.really)
        self.present.merge(other.present)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is looked at: the candidate as it would be in force, the version in force now, and the instant."""

    candidate: InForce
    present: InForce | None
    calendar: Calendar
    leaves: Sequence[Leave]
    now: datetime

    @property
    def horizons(self) -> list[datetime]:
        return [self.now + timedelta(days=days) for days in DAYS]

    @property
    def rules(self) -> InForce:
        return by_the_rules(self.candidate)


@dataclass(slots=True)
class Preview:
    """All counts. `never`: customers of whom no timer runs, so that the candidate never takes them as they are."""

    whole: Group
    segments: list[Group]
    owners: dict[int, Group]
    never: int = 0


def by_the_rules(policy: InForce) -> InForce:
    """The policy without grace and notice floor."""
    return replace(policy, grace_until=None, notice_floor=False)


async def plan(
    conn: Conn, tenant_id: int, pool_id: int, document: Any, *, start: Start, now: datetime, number: int | None = None
) -> Plan:
    """Compiles a document for the pool as if it were published now. 422 with every fault's path."""
    compiled = compile_policy(document, REGISTRY, await pool_names(conn, tenant_id))
    effective_from, grace_until = await dates(conn, tenant_id, start, now)
    return await _plan(conn, tenant_id, pool_id, compiled, effective_from, grace_until, now, number)


async def plan_of(conn: Conn, tenant_id: int, version: Mapping[str, Any], now: datetime) -> Plan:
    """The same of a published version, with its own start and grace."""
    compiled = compile_policy(version["document"], REGISTRY, await pool_names(conn, tenant_id))
    starts, grace = version["effective_from"], version["grace_until"]
    return await _plan(conn, tenant_id, version["pool_id"], compiled, starts, grace, now, version["number"])


async def _plan(
    conn: Conn,
    tenant_id: int,
    pool_id: int,
    policy: Any,
    starts: datetime,
    grace: datetime | None,
    now: datetime,
    number: int | None,
) -> Plan:
    pool = await one(
        conn,
        "SELECT q.lock_grace_days, q.return_grace_days, q.notice_floor FROM pool q WHERE q.tenant_id = %s AND q.id = %s",
        (tenant_id, pool_id),
    )
    if pool is None:
        raise NotFound("pool", id=str(pool_id))
    if starts > now:
        # Nobody goes by rules that have not begun, and every clock that runs now began before them.
        grace = starts if grace is None else max(grace, starts)
    candidate = InForce(0, number or 0, pool_id, policy, starts, grace, **pool)
    present, _ = await in_force(conn, tenant_id, now, [pool_id])
    calendar = await tenant_calendar(conn, tenant_id)
    return Plan(candidate, present.get(pool_id), calendar, await leaves(conn, tenant_id, now), now)


def statement(plan: Plan) -> tuple[str, dict[str, Any]]:
    """The one pass: how many customers of each owner have each code (of placing_both, or with a version in force
    placing_against)."""
    given = (plan.calendar, plan.now, plan.horizons, plan.leaves, REGISTRY)
    if plan.present is None:
        placed = placing_both(plan.rules, plan.candidate, *given, prefix="a")
    else:
        placed = placing_against(plan.rules, plan.candidate, by_the_rules(plan.present), *given, prefix="a")
    text = f"""SELECT x.owner_id, x.code, count(*) AS n FROM (SELECT c.owner_id, {placed.text} AS code FROM customer c
        WHERE c.tenant_id = %(tenant_id)s AND c.pool_id = %(pool_id)s AND c.state = 'owned' OFFSET 0) x
      GROUP BY x.owner_id, x.code"""
    return text, {**placed.params, "pool_id": plan.candidate.pool_id}


async def preview(conn: Conn, tenant_id: int, plan: Plan) -> Preview:
    """Counts the pool's owned customers."""
    text, params = statement(plan)
    return counted(plan, await rows(conn, text, {**params, "tenant_id": tenant_id}))


def counted(plan: Plan, found: Iterable[Mapping[str, Any]]) -> Preview:
    """The statement's rows, summed by owner and segment."""
    result = Preview(Group(), [Group() for _ in plan.candidate.policy.segments], {})
    never = len(DAYS) + 1
    for row in found:
        code, present = (row["code"], None) if plan.present is None else decode_against(row["code"])
        segment, rules, really = decode_places(code)
        owner = result.owners.setdefault(row["owner_id"], Group())
        for group in (result.whole, result.segments[segment], owner):
            group.count += row["n"]
            group.totals.add(rules, row["n"])
            group.really.add(really, row["n"])
            if present is not None:
                group.present.add(decode_place(present)[1], row["n"])
        if rules == never:
            result.never += row["n"]
    return result
