"""What will go back soon: customers of some owners that fall within a few days, and how many of a pool on each day."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from gonghai.access.actor import Actor
from gonghai.access.visibility import predicate
from gonghai.base.database import Conn, rows
from gonghai.people.calendar import tenant_calendar
from gonghai.policy.countdown import countdowns
from gonghai.policy.decide import InForce
from gonghai.policy.horizons import PLACES, decode_place, placing
from gonghai.policy.leaves import leaves
from gonghai.policy.registry import DECIDING, REGISTRY
from gonghai.policy.versions import in_force
from gonghai.workdays import Calendar, end_of_day, local_date

DAY: Final = timedelta(days=1)
# A derived deadline has no index: so many customers are put in exact order, the soonest days first, and no more.
MOST: Final = 10_000
MOST_PLACES: Final = 60
FORECAST_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Falling:
    """A customer that goes at `effective` unless something happens."""

    customer_id: int
    owner_id: int
    effective: datetime


@dataclass(frozen=True, slots=True)
class OwnerFalling:
    """How many of one owner's customers go; `soonest` is exact up to MOST customers in all, beyond it to the day."""

    owner_id: int
    count: int
    soonest: datetime


@dataclass(frozen=True, slots=True)
class FallingSoon:
    """`customers`: the first MOST of `total`, soonest first; `owners`: of all, most customers first."""

    customers: Sequence[Falling]
    total: int
    owners: Sequence[OwnerFalling]


async def falling(
    conn: Conn,
    actor: Actor,
    *,
    owners: Sequence[int] | None,
    pool_id: int | None,
    days: int,
    now: datetime,
    only_owners: bool = False,
) -> FallingSoon:
    """Visible customers of these owners that go within so many days. `owners` None: of everybody.

    With `only_owners` the customers are left out where there are more than MOST.
    """
    clock = await countdowns(conn, actor.tenant_id, now)
    policies = [p for p in clock.policies.values() if pool_id in (None, p.pool_id)]
    if not policies:
        return FallingSoon([], 0, [])
    horizons = [*(now + i * DAY for i in range(0, days, 1 + days // MOST_PLACES)), now + days * DAY]
    placed, params = await _placed(conn, actor, policies, clock.calendar, owners, horizons, now)
    counted = await rows(
        conn,
        f"SELECT p.owner_id, count(*) AS n, min(p.place) AS place FROM ({placed}) p"
        f" WHERE p.place < {len(horizons)} GROUP BY p.owner_id ORDER BY n DESC, p.owner_id",
        params,
    )
    total = sum(row["n"] for row in counted)
    by_owner = [OwnerFalling(row["owner_id"], row["n"], horizons[row["place"]]) for row in counted]
    if total > MOST and only_owners:
        return FallingSoon([], total, by_owner)
    candidates = await rows(
        conn,
        f"SELECT {DECIDING} FROM (SELECT p.id FROM ({placed}) p WHERE p.place < {len(horizons)}"
        f" ORDER BY p.place, p.id LIMIT {MOST}) x JOIN customer c ON c.tenant_id = %(t)s AND c.id = x.id"
        " JOIN person o ON o.tenant_id = c.tenant_id AND o.id = c.owner_id",
        params,
    )
    found = []
    for row in candidates:
        decision = clock.of(row)
        assert decision is not None, "its pool has a policy"
        assert decision.effective is not None, "it has a place"
        found.append(Falling(row["id"], row["owner_id"], decision.effective))
    found.sort(key=lambda f: (f.effective, f.customer_id))
    return FallingSoon(found, total, by_owner if total > MOST else _owners_of(found))


async def _placed(
    conn: Conn,
    actor: Actor,
    policies: Sequence[InForce],
    calendar: Calendar,
    owners: Sequence[int] | None,
    horizons: Sequence[datetime],
    now: datetime,
) -> tuple[str, dict[str, Any]]:
    """A SELECT of id, owner_id and place among the horizons, of visible customers of these owners; its parameters."""
    seen, params = predicate(actor)
    params |= {"t": actor.tenant_id, "owners": owners}
    only = seen if owners is None else f"c.owner_id = ANY (%(owners)s) AND {seen}"
    away = await leaves(conn, actor.tenant_id, now)
    parts = []
    for policy in policies:
        prefix = f"f{policy.pool_id}"
        code = placing(policy, calendar, now, horizons, away, REGISTRY, prefix=prefix)
        params |= {**code.params, f"{prefix}_pool": policy.pool_id}
        parts.append(
            f"SELECT c.id, c.owner_id, {code.text} %% {PLACES} AS place FROM customer c WHERE c.tenant_id = %(t)s"
            f" AND c.state = 'owned' AND c.owner_id IS NOT NULL AND c.pool_id = %({prefix}_pool)s AND {only}"
        )
    return " UNION ALL ".join(parts), params


async def falling_test(conn: Conn, tenant_id: int, *, days: int, now: datetime) -> tuple[str, dict[str, Any]]:
    """SQL over customer c: an owned one that goes within so many days, for counts inside another statement."""
    clock = await countdowns(conn, tenant_id, now)
    away = await leaves(conn, tenant_id, now)
    cases, params = [], dict[str, Any]()
    for policy in clock.policies.values():
        prefix = f"f{policy.pool_id}"
        code = placing(policy, clock.calendar, now, [now + days * DAY], away, REGISTRY, prefix=prefix)
        params |= {**code.params, f"{prefix}_pool": policy.pool_id}
        cases.append(f"WHEN c.pool_id = %({prefix}_pool)s THEN {code.text} %% {PLACES} = 0")
    return f"(CASE {' '.join(cases)} ELSE false END)" if cases else "false", params


def _owners_of(found: Sequence[Falling]) -> list[OwnerFalling]:
    """By owner, of customers with the soonest first."""
    counts = Counter(f.owner_id for f in found)
    soonest = {f.owner_id: f.effective for f in reversed(found)}
    return [OwnerFalling(owner, n, soonest[owner]) for owner, n in counts.most_common()]


@dataclass(frozen=True, slots=True)
class Forecast:
    """How many of a pool's customers go on each day if nothing happens; `due_now` are to go with the next sweep."""

    number: int | None
    due_now: int
    days: Mapping[date, int]


async def forecast(conn: Conn, actor: Actor, pool_id: int, *, now: datetime) -> Forecast:
    """The next FORECAST_DAYS local days, today first, of the customers that the actor may see; all for the pool's admins.

    A day counts whoever goes in it or with its end.
    """
    calendar = await tenant_calendar(conn, actor.tenant_id)
    today = local_date(now, calendar)
    dates = [today + i * DAY for i in range(FORECAST_DAYS)]
    policies, _ = await in_force(conn, actor.tenant_id, now, [pool_id])
    policy = policies.get(pool_id)
    if policy is None:
        return Forecast(None, 0, dict.fromkeys(dates, 0))
    horizons = [now, *(end_of_day(day, calendar) for day in dates)]
    away = await leaves(conn, actor.tenant_id, now)
    placed = placing(policy, calendar, now, horizons, away, REGISTRY, prefix="f")
    seen, params = ("true", dict[str, Any]()) if actor.administers(pool_id) else predicate(actor)
    counted = await rows(
        conn,
        f"SELECT x.code, count(*) AS n FROM (SELECT {placed.text} AS code FROM customer c WHERE c.tenant_id = %(t)s"
        f" AND c.state = 'owned' AND c.pool_id = %(pool)s AND {seen}) x GROUP BY x.code",
        {"t": actor.tenant_id, "pool": pool_id, **params, **placed.params},
    )
    places = [0] * (len(horizons) + 2)
    for row in counted:
        places[decode_place(row["code"])[1]] += row["n"]
    return Forecast(policy.number, places[0], dict(zip(dates, places[1:], strict=False)))
