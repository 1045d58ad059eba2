"""What is left of each limit: the same counts and numbers that a claim is decided on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gonghai.base.database import Conn, rows
from gonghai.moves.claim import local_calendar
from gonghai.policy.claim_conditions import exempt_held
from gonghai.pools.limits import COMPANY, limit_of, limits_sql
from gonghai.workdays import local_midnight


@dataclass(frozen=True, slots=True)
class Used:
    """How much of a limit is used. `by`: what sets it where it isn't the pool (the company's cap: the company)."""

    used: int
    limit: int
    by: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """One person's use of one pool's limits. `exempt`: a pool admin, whom the pool's claim rules don't bind."""

    pool_id: int
    daily_quota: Used
    holding_cap: Used
    untouched_cap: Used
    lock_quota: Used
    reveal_quota: Used
    exempt: bool
    company_cap: Used | None


_USAGE = f"""SELECT q.*, p.id AS person_id, u.daily_used, u.held, u.untouched, {limits_sql("q.id", "p", "%(now)s")} AS differing,
    (SELECT count(*) FROM customer c WHERE c.tenant_id = q.tenant_id AND c.owner_id = p.id AND c.pool_id = q.id
        AND c.locked_until > %(now)s) AS locked,
    (SELECT count(*) FROM event e WHERE e.tenant_id = q.tenant_id AND e.actor_id = p.id AND e.kind = 'reveal'
        AND e.pool_from = q.id AND e.at >= %(day)s) AS revealed,
    q.exempt_admins AND ('admin' = ANY (p.roles)
        OR has_pool_right(q.tenant_id, q.id, 'admin', p.id, p.roles, p.department_id)) AS exempt
  FROM person p, pool q, LATERAL pool_usage(q.tenant_id, p.id, q.id, %(day)s, q.holding_exempt_won_days, q.mode) u
  WHERE p.tenant_id = %(t)s AND p.id = ANY (%(persons)s) AND q.tenant_id = %(t)s AND q.id = ANY (%(pools)s)"""

_COMPANY = f"""SELECT p.id AS person_id, t.holding_cap, company_usage(p.tenant_id, p.id, %(day)s) AS held,
    {limits_sql(str(COMPANY), "p", "%(now)s")} AS differing
  FROM tenant t JOIN person p ON p.tenant_id = t.id WHERE t.id = %(t)s AND p.id = ANY (%(persons)s)
    AND t.holding_cap IS NOT NULL"""


async def pool_usage(
    conn: Conn, tenant_id: int, person_id: int, pool_ids: Sequence[int], *, zone: str, now: datetime
) -> dict[int, Usage]:
    """Usage by pool id, in a constant number of statements; `now` gives the local day that the daily quota counts."""
    found = await pool_usages(conn, tenant_id, [person_id], pool_ids, zone=zone, now=now)
    return found.get(person_id, {})


async def pool_usages(
    conn: Conn, tenant_id: int, person_ids: Sequence[int], pool_ids: Sequence[int], *, zone: str, now: datetime
) -> dict[int, dict[int, Usage]]:
    """Of many persons, by person and pool: as many statements as for one."""
    calendar = local_calendar(zone)
    day_start = local_midnight(now, calendar)
    params = {"t": tenant_id, "persons": list(person_ids), "pools": list(pool_ids), "now": now, "day": day_start}
    found = await rows(conn, _USAGE, params)
    company = {row["person_id"]: row for row in await rows(conn, _COMPANY, params)}
    exempt = {}
    if company or any(row["holding_exempt"] is not None for row in found):
        exempt = await exempt_held(conn, tenant_id, person_ids, now=now, day_start=day_start, calendar=calendar)
    caps = {person: _company_cap(row, exempt.get(person, {})) for person, row in company.items()}
    usages: dict[int, dict[int, Usage]] = {}
    for row in found:
        person = row["person_id"]
        not_held = exempt.get(person, {}).get(row["id"], 0)
        usages.setdefault(person, {})[row["id"]] = _usage(row, not_held, caps.get(person))
    return usages


def _company_cap(row: Mapping[str, Any], exempt: Mapping[int, int]) -> Used:
    own = (row["differing"] or {}).get("holding_cap")
    held = row["held"] - sum(exempt.values())
    return Used(held, own["value"], own["by"]) if own else Used(held, row["holding_cap"], {"kind": "company"})


def _usage(row: Mapping[str, Any], exempt: int, company_cap: Used | None) -> Usage:
    def used(rule: str, n: int) -> Used:
        limit = limit_of(row, row["differing"], rule)
        return Used(n, limit.value, limit.by)

    return Usage(
        pool_id=row["id"],
        daily_quota=used("daily_quota", row["daily_used"]),
        holding_cap=used("holding_cap", row["held"] - exempt),
        untouched_cap=used("untouched_cap", row["untouched"]),
        lock_quota=used("lock_quota", row["locked"]),
        reveal_quota=used("reveal_quota", row["revealed"]),
        exempt=row["exempt"],
        company_cap=company_cap,
    )
