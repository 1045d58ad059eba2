"""Moves without an owner's say: between pools, out of circulation and back."""

from collections.abc import Sequence
from typing import Any

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn
from gonghai.base.errors import Refusal
from gonghai.customers.ownership import Mover, close_spells, listed, move_unowned, was
from gonghai.events.log import By, new_batch
from gonghai.moves.batch import checked, decide_each, hold_open, instant, state_refusal
from gonghai.moves.results import Result
from gonghai.moves.telling import tell

Refused = tuple[str, dict[str, Any]]


async def move_pool(conn: Conn, actor: Actor, customer_ids: Sequence[int], *, pool_id: int) -> list[Result]:
    """Pooled in P → pooled in `pool_id`; for admins of both."""
    if pool_id not in actor.pools:
        raise Refusal("pool_not_open", pool_id=str(pool_id))
    await hold_open(conn, actor.tenant_id, pool_id)

    def decide(row: DictRow) -> Mover | Refused:
        both = actor.administers(row["pool_id"]) and actor.administers(pool_id)
        if not (actor.may("customers.move_pool") and both):
            return "forbidden", {"action": "customers.move_pool"}
        refusal = state_refusal(row, "pooled")
        if refusal is not None:
            return refusal
        if row["pool_id"] == pool_id:
            return "already_there", {"pool_id": str(pool_id)}
        return Mover(row["id"], row["version"], None, None, row["pool_id"], pool_id, data={"was": was(row)})

    return await _unowned(conn, actor, customer_ids, decide, "move_pool", "pooled", "pooled")


async def archive(conn: Conn, actor: Actor, customer_ids: Sequence[int], *, reason: str) -> list[Result]:
    """Pooled → archived by the pool's admin; owned → archived by the owner's manager, which ends the spell."""
    if not reason:
        raise Refusal("reason_missing", 422)

    def decide(row: DictRow) -> Mover | Refused:
        may = actor.administers(row["pool_id"]) if row["state"] == "pooled" else actor.manages_person(row["owner_id"])
        if actor.may("customers.archive") and row["state"] in ("archived", "merged"):
            return state_refusal(row, "pooled") or ("archived", {})
        if not (actor.may("customers.archive") and may):
            return "forbidden", {"action": "customers.archive"}
        pool, data = row["pool_id"], {"was": was(row)}
        return Mover(row["id"], row["version"], row["owner_id"], None, pool, pool, reason, data=data)

    movers, results = await decide_each(conn, actor, customer_ids, decide)
    at = await instant(conn)
    by = await _by(conn, actor, "archive", customer_ids)
    owned = [m for m in movers if m.owner_from is not None]
    pooled = [m for m in movers if m.owner_from is None]
    moved: list[DictRow] = []
    if owned:
        moved += await close_spells(
            conn, actor.tenant_id, listed(owned), kind="archive", by=by, at=at, state_to="archived"
        )
        await tell(conn, actor.tenant_id, moved, by)
    if pooled:
        moved += await move_unowned(
            conn,
            actor.tenant_id,
            listed(pooled),
            kind="archive",
            by=by,
            at=at,
            state_from="pooled",
            state_to="archived",
        )
    return checked(movers, moved, results)


async def restore(conn: Conn, actor: Actor, customer_ids: Sequence[int], *, pool_id: int | None = None) -> list[Result]:
    """Archived → pooled in the home pool, or in `pool_id`; for admins of where it goes."""
    if pool_id is not None:
        await hold_open(conn, actor.tenant_id, pool_id)

    def decide(row: DictRow) -> Mover | Refused:
        target = pool_id if pool_id is not None else row["pool_id"]
        if not (actor.may("customers.restore") and actor.administers(target)):
            return "forbidden", {"action": "customers.restore"}
        if row["state"] != "archived":
            return "not_archived", {}
        if target not in actor.pools:
            return "pool_not_open", {"pool_id": str(target)}
        return Mover(row["id"], row["version"], None, None, row["pool_id"], target)

    return await _unowned(conn, actor, customer_ids, decide, "restore", "archived", "pooled")


async def _unowned(
    conn: Conn, actor: Actor, customer_ids: Sequence[int], decide: Any, kind: str, state_from: str, state_to: str
) -> list[Result]:
    movers, results = await decide_each(conn, actor, customer_ids, decide)
    if not movers:
        return list(results.values())
    by = await _by(conn, actor, kind, customer_ids)
    moved = await move_unowned(
        conn, actor.tenant_id, listed(movers), kind=kind, by=by, at=await instant(conn),
        state_from=state_from, state_to=state_to,
    )  # fmt: skip
    return checked(movers, moved, results)


async def _by(conn: Conn, actor: Actor, kind: str, customer_ids: Sequence[int]) -> By:
    if len(customer_ids) == 1:
        return By.person(actor.person_id)
    batch = await new_batch(conn, actor.tenant_id, kind, actor.person_id, await instant(conn))
    return By.person(actor.person_id, batch)
