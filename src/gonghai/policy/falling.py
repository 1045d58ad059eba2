"""What will go back soon: customers of some owners that fall within a few days, and how many of a pool on each day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from gonghai.access.actor import Actor
from gonghai.access.visibility import predicate
from gonghai.base.database import Conn, rows
from gonghai.people.calendar import tenant_calendar
from gonghai.policy.countdown import countdowns
from gonghai.policy.due import reach_select
from gonghai.policy.horizons import decode_place, placing
from gonghai.policy.leaves import leaves
from gonghai.policy.registry import DECIDING, REGISTRY
from gonghai.policy.versions import in_force
from gonghai.workdays import end_of_day, local_date

DAY: Final = timedelta(days=1)
# A derived deadline has no index: so many candidates are decided one by one, and no more.
MOST: Final = 10_000
FORECAST_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Falling:
    """A customer that goes at `effective` unless something happens."""

    customer_id: int
    owner_id: int
    effective: datetime


async def falling(
    conn: Conn, actor: Actor, *, owners: Sequence[int] | None, pool_id: int | None, days: int, now: datetime
) -> tuple[list[Falling], bool]:
    """(visible customers of these owners that go within so many days, soonest first; whether only MOST were looked at).

    `owners` None: of everybody.
    """
    clock = await countdowns(conn, actor.tenant_id, now)
    policies = [p for p in clock.policies.values() if pool_id in (None, p.pool_id)]
    if not policies:
        return [], False
    until = now + days * DAY
    seen, params = predicate(actor)
    only = seen if owners is None else f"c.owner_id = ANY (%(owners)s) AND {seen}"
    away = await leaves(conn, actor.tenant_id, now)
    select = reach_select(policies, clock.calendar, now, away, REGISTRY, lambda _, __: until, only=only)
    candidates = await rows(
        conn,
        f"SELECT {DECIDING} FROM (SELECT d.customer_id FROM ({select.text}) d LIMIT %(most)s) x"
        " JOIN customer c ON c.tenant_id = %(tenant_id)s AND c.id = x.customer_id"
        " JOIN person o ON o.tenant_id = c.tenant_id AND o.id = c.owner_id",
        {"tenant_id": actor.tenant_id, "owners": owners, "most": MOST + 1, **params, **select.params},
    )
    found = []
    for row in candidates[:MOST]:
        decision = clock.of(row)
        if decision is not None and decision.effective is not None and decision.effective <= until:
            found.append(Falling(row["id"], row["owner_id"], decision.effective))
    found.sort(key=lambda f: (f.effective, f.customer_id))
    return found, len(candidates) > MOST


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
