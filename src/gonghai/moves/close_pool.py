"""Closing a pool: its customers go to the successor, pooled, owned and archived alike, in one transaction."""

from datetime import datetime

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, rows, run, value
from gonghai.base.errors import Refusal
from gonghai.customers.ownership import Who, rehome
from gonghai.events.log import By, append, new_batch
from gonghai.moves.batch import instant
from gonghai.policy.versions import uses_as_target
from gonghai.pools.actions import lock_pool

_LOCK = """SELECT x.id FROM customer x WHERE x.tenant_id = %(tenant_id)s AND x.pool_id = %(closing)s
  ORDER BY x.id FOR NO KEY UPDATE"""
_HOMED = """SELECT x.id AS customer_id, x.version, x.owner_id AS owner_from, x.owner_id AS owner_to,
    x.pool_id AS pool_from, %(successor)s::bigint AS pool_to, 'pool_closed' AS reason, NULL::bigint AS policy_id,
    NULL::jsonb AS data FROM customer x WHERE x.tenant_id = %(tenant_id)s AND x.pool_id = %(closing)s"""


async def close_pool(conn: Conn, actor: Actor, pool_id: int, *, successor_id: int | None, now: datetime) -> int:
    """Closes a pool; how many customers went to the successor.

    Needs a successor while it holds customers or is the home of any; never while another pool's policy sends
    customers to it, or the leaver rule does; the last pool can't be closed.
    """
    actor.need("pools.edit")
    ids = sorted({pool_id, successor_id} - {None}, key=int) if successor_id else [pool_id]
    locked = {int(i): await lock_pool(conn, actor.tenant_id, int(i)) for i in ids if i is not None}
    if locked[pool_id]["state"] != "open":
        raise Refusal("pool_closed")
    open_pools = await value(
        conn, "SELECT count(*) FROM pool WHERE tenant_id = %s AND state = 'open'", (actor.tenant_id,)
    )
    if open_pools == 1:
        raise Refusal("last_pool")
    if await uses_as_target(conn, actor.tenant_id, pool_id, now):
        raise Refusal("pool_is_policy_target")
    if await value(
        conn,
        "SELECT t.leaver_pool_id IS NOT DISTINCT FROM %s FROM tenant t WHERE t.id = %s",
        (pool_id, actor.tenant_id),
    ):
        raise Refusal("pool_is_leaver_pool")
    holds = await value(
        conn,
        "SELECT EXISTS (SELECT FROM customer WHERE tenant_id = %s AND pool_id = %s)",
        (actor.tenant_id, pool_id),
    )
    if holds and (successor_id is None or successor_id == pool_id or locked[successor_id]["state"] != "open"):
        raise Refusal("successor_needed")
    moved = 0
    if holds and successor_id is not None:
        moved = await _rehome(conn, actor, pool_id, successor_id)
        await _pass_on_requests(conn, actor.tenant_id, pool_id, successor_id)
    await run(
        conn,
        "UPDATE pool SET state = 'closed', successor_id = %s, version = version + 1 WHERE tenant_id = %s AND id = %s",
        (successor_id, actor.tenant_id, pool_id),
    )
    await append(
        conn, actor.tenant_id, kind="close_pool", subject="pool", subject_id=pool_id,
        version=locked[pool_id]["version"] + 1, by=By.person(actor.person_id), at=now, pool_to=successor_id,
    )  # fmt: skip
    return moved


async def _pass_on_requests(conn: Conn, tenant_id: int, pool_id: int, successor_id: int) -> None:
    """What waits for the pool's admins is for the successor's to decide."""
    await run(
        conn,
        "WITH asked AS (SELECT r.id FROM request r WHERE r.tenant_id = %(t)s AND r.pool_id = %(closing)s"
        " AND r.state = 'open' ORDER BY r.id FOR NO KEY UPDATE)"
        " UPDATE request r SET pool_id = %(successor)s FROM asked WHERE r.tenant_id = %(t)s AND r.id = asked.id",
        {"t": tenant_id, "closing": pool_id, "successor": successor_id},
    )


async def _rehome(conn: Conn, actor: Actor, pool_id: int, successor_id: int) -> int:
    params = {"tenant_id": actor.tenant_id, "closing": pool_id, "successor": successor_id}
    await rows(conn, _LOCK, params)
    at = await instant(conn)
    by = By.person(actor.person_id, await new_batch(conn, actor.tenant_id, "close_pool", actor.person_id, at))
    return len(await rehome(conn, actor.tenant_id, Who(_HOMED, params), by=by, at=at))
