"""What is left of each limit: the same counts that a claim is decided on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gonghai.base.database import Conn, rows
from gonghai.moves.claim import local_calendar
from gonghai.workdays import local_midnight


@dataclass(frozen=True, slots=True)
class Usage:
    """One person's use of one pool's limits."""

    pool_id: int
    daily_used: int
    held: int
    untouched: int
    daily_quota: int
    holding_cap: int
    untouched_cap: int
    cooldown_holders: int
    cooldown_days: int
    locked: int
    lock_quota: int
    revealed: int
    reveal_quota: int


async def pool_usage(
    conn: Conn, tenant_id: int, person_id: int, pool_ids: Sequence[int], *, zone: str, now: datetime
) -> dict[int, Usage]:
    """Usage by pool id; `now` gives the local day that the daily quota counts."""
    day_start = local_midnight(now, local_calendar(zone))
    found = await rows(
        conn,
        "SELECT q.id AS pool_id, u.daily_used, u.held, u.untouched, q.daily_quota, q.holding_cap, q.untouched_cap,"
        " q.cooldown_holders, q.cooldown_days, q.lock_quota, (SELECT count(*) FROM customer c WHERE"
        " c.tenant_id = q.tenant_id AND c.owner_id = %s AND c.pool_id = q.id AND c.locked_until > %s) AS locked,"
        " q.reveal_quota, (SELECT count(*) FROM event e WHERE e.tenant_id = q.tenant_id AND e.actor_id = %s"
        " AND e.kind = 'reveal' AND e.pool_from = q.id AND e.at >= %s) AS revealed"
        " FROM pool q, LATERAL pool_usage(q.tenant_id, %s, q.id, %s, q.holding_exempt_won_days) u"
        " WHERE q.tenant_id = %s AND q.id = ANY (%s)",
        (person_id, now, person_id, day_start, person_id, day_start, tenant_id, list(pool_ids)),
    )
    return {row["pool_id"]: Usage(**row) for row in found}
