"""Releasing: the owner gives a customer back, with a reason from the pool's list."""

from collections.abc import Sequence
from typing import Any

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, rows
from gonghai.customers.ownership import Mover, close_spells, listed
from gonghai.events.log import By, new_batch
from gonghai.moves.batch import checked, decide_each, hold_open, instant, state_refusal
from gonghai.moves.results import Result


async def release(
    conn: Conn,
    actor: Actor,
    customer_ids: Sequence[int],
    *,
    reason: str | None,
    note: str = "",
    pool_id: int | None = None,
) -> list[Result]:
    """Owned by the actor → pooled in the home pool, or in `pool_id` where the home pool allows it."""
    actor.need("customers.release")
    if pool_id is not None:
        await hold_open(conn, actor.tenant_id, pool_id)
    pools = await _pools(conn, actor.tenant_id)

    def decide(row: DictRow) -> Mover | tuple[str, dict[str, Any]]:
        refusal = state_refusal(row, "owned")
        if refusal is not None:
            return refusal
        if row["owner_id"] != actor.person_id:
            return "forbidden", {"action": "customers.release"}
        home = pools[row["pool_id"]]
        codes = [r["code"] for r in home["return_reasons"]]
        if codes and reason not in codes:
            return "reason_unknown", {"reasons": codes}
        target = pool_id if pool_id is not None else row["pool_id"]
        if target != row["pool_id"] and (not home["release_elsewhere"] or target not in pools):
            return "release_elsewhere_not_allowed", {"pool_id": str(target)}
        data = {"note": True} if note else None
        return Mover(row["id"], row["version"], row["owner_id"], None, row["pool_id"], target, reason, None, data)

    movers, results = await decide_each(conn, actor, customer_ids, decide)
    if not movers:
        return list(results.values())
    at = await instant(conn)
    batch = await new_batch(conn, actor.tenant_id, "release", actor.person_id, at) if len(customer_ids) > 1 else None
    by = By.person(actor.person_id, batch)
    moved = await close_spells(conn, actor.tenant_id, listed(movers), kind="release", by=by, at=at)
    return checked(movers, moved, results)


async def _pools(conn: Conn, tenant_id: int) -> dict[int, DictRow]:
    found = await rows(
        conn,
        "SELECT id, return_reasons, release_elsewhere FROM pool WHERE tenant_id = %s AND state = 'open'",
        (tenant_id,),
    )
    return {row["id"]: row for row in found}
