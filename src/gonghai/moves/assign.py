"""Assigning: a manager, a pool admin or the system gives pooled customers to a person."""

from collections.abc import Sequence
from typing import Any

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn
from gonghai.customers.ownership import Mover, listed, open_spells
from gonghai.events.log import By, new_batch
from gonghai.moves.batch import checked, decide_each, instant, state_refusal
from gonghai.moves.receivers import Room, lock_receiver
from gonghai.moves.results import Result
from gonghai.moves.telling import tell


async def assign(
    conn: Conn, actor: Actor, customer_ids: Sequence[int], *, owner_id: int, confirm_over_cap: bool = False
) -> list[Result]:
    """Pooled → owned by `owner_id`. Beyond the receiver's cap only after confirmation, which is recorded."""
    await lock_receiver(conn, actor.tenant_id, owner_id)
    at = await instant(conn)
    room = await Room.of(conn, actor.tenant_id, owner_id, set(actor.pools), zone=actor.zone, now=at)

    def decide(row: DictRow) -> Mover | tuple[str, dict[str, Any]]:
        related = actor.manages_person(owner_id) or actor.administers(row["pool_id"])
        if not (actor.may("customers.assign") and related):
            return "forbidden", {"action": "customers.assign"}
        refusal = state_refusal(row, "pooled")
        if refusal is not None:
            return refusal
        over = room.over(row["pool_id"])
        if over is not None and not confirm_over_cap:
            return "over_cap", over
        room.give(row["pool_id"])
        data = {"over_cap": over} if over is not None else None
        return Mover(row["id"], row["version"], None, owner_id, row["pool_id"], row["pool_id"], None, None, data)

    movers, results = await decide_each(conn, actor, customer_ids, decide)
    if not movers:
        return list(results.values())
    at = await instant(conn)
    batch = await new_batch(conn, actor.tenant_id, "assign", actor.person_id, at) if len(customer_ids) > 1 else None
    by = By.person(actor.person_id, batch)
    moved = await open_spells(conn, actor.tenant_id, listed(movers), kind="assign", by=by, at=at)
    await tell(conn, actor.tenant_id, moved, by)
    return checked(movers, moved, results)
