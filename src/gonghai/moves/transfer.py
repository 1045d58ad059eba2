"""Transferring: from owner to owner. The owner's own carries all clocks; a manager's starts them anew."""

from collections.abc import Sequence
from typing import Any

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, rows
from gonghai.customers.ownership import Mover, listed, pass_spells
from gonghai.events.log import By, new_batch
from gonghai.moves.batch import checked, decide_each, instant, state_refusal
from gonghai.moves.receivers import Room, lock_receiver
from gonghai.moves.requests.transfer import ask_transfers
from gonghai.moves.results import Result
from gonghai.moves.telling import tell


async def transfer(
    conn: Conn,
    actor: Actor,
    customer_ids: Sequence[int],
    *,
    owner_id: int,
    note: str = "",
    confirm_over_cap: bool = False,
) -> list[Result]:
    """Owned by A → owned by `owner_id`.

    By A: the receiver's caps hold, and where the pool says so the receiver must accept first: the outcome is then
    `requested`, with the request's id. By a manager of A (and of the receiver): at once, clocks anew.
    """
    actor.need("customers.transfer")
    await lock_receiver(conn, actor.tenant_id, owner_id)
    at = await instant(conn)
    room = await Room.of(conn, actor.tenant_id, owner_id, set(actor.pools), zone=actor.zone, now=at)
    asking = await _asking_pools(conn, actor.tenant_id)
    wanted: list[DictRow] = []

    def decide(row: DictRow) -> Mover | tuple[str, dict[str, Any]]:
        refusal = state_refusal(row, "owned")
        if refusal is not None:
            return refusal
        if row["owner_id"] == owner_id:
            return "already_theirs", {}
        mine = row["owner_id"] == actor.person_id
        if not mine and not (actor.manages_person(row["owner_id"]) and actor.manages_person(owner_id)):
            return "forbidden", {"action": "customers.transfer"}
        over = room.over(row["pool_id"])
        if over is not None and (mine or not confirm_over_cap):
            return "over_cap", over
        room.give(row["pool_id"])
        if mine and row["pool_id"] in asking:
            wanted.append(row)
            return "requested", {}
        data: dict[str, Any] = {"carry": mine}
        if over is not None:
            data["over_cap"] = over
        return Mover(
            row["id"], row["version"], row["owner_id"], owner_id, row["pool_id"], row["pool_id"], None, None, data
        )

    movers, results = await decide_each(conn, actor, customer_ids, decide)
    at = await instant(conn)
    for customer_id, request_id in (await ask_transfers(conn, actor, wanted, owner_id, note=note, at=at)).items():
        results[customer_id] = Result(customer_id, "requested", None, {"request_id": str(request_id)})
    batch = await new_batch(conn, actor.tenant_id, "transfer", actor.person_id, at) if len(customer_ids) > 1 else None
    return await _pass(conn, actor, movers, results, By.person(actor.person_id, batch))


async def _pass(conn: Conn, actor: Actor, movers: Sequence[Mover], results: dict[int, Result], by: By) -> list[Result]:
    at = await instant(conn)
    moved: list[DictRow] = []
    for carry in (True, False):
        some = [m for m in movers if m.data is not None and m.data["carry"] is carry]
        if some:
            moved += await pass_spells(conn, actor.tenant_id, listed(some), kind="transfer", by=by, at=at, carry=carry)
    await tell(conn, actor.tenant_id, moved, by)
    return checked(movers, moved, results)


async def _asking_pools(conn: Conn, tenant_id: int) -> set[int]:
    found = await rows(conn, "SELECT id FROM pool WHERE tenant_id = %s AND transfer_needs_acceptance", (tenant_id,))
    return {row["id"] for row in found}
