"""A transfer that the receiver must accept: asking, and taking the customer over with all its clocks."""

from collections.abc import Sequence
from datetime import datetime

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, run
from gonghai.customers.ownership import Mover, listed, pass_spells
from gonghai.events.log import By
from gonghai.moves.receivers import Room
from gonghai.moves.requests.effects import Answer, Pair, Refused
from gonghai.moves.requests.table import Asking, ask
from gonghai.moves.telling import tell


async def ask_transfers(
    conn: Conn, actor: Actor, customers: Sequence[DictRow], decider_id: int, *, note: str, at: datetime
) -> dict[int, int]:
    """Asks `decider_id` to take locked customers over; request ids by customer. For the same spell it replaces the
    last one."""
    await run(
        conn,
        "UPDATE request r SET state = 'withdrawn', decided_at = %s FROM unnest(%s::bigint[], %s::integer[])"
        " AS x (customer_id, spell_no) WHERE r.tenant_id = %s AND r.kind = 'transfer'"
        " AND r.customer_id = x.customer_id AND r.spell_no = x.spell_no AND r.state = 'open'",
        (at, [c["id"] for c in customers], [c["spell_no"] for c in customers], actor.tenant_id),
    )
    asking = [Asking("transfer", customer, note, decider_id) for customer in customers]
    return await ask(conn, actor.tenant_id, asking, asked_by=actor.person_id, at=at)


async def accept_transfers(conn: Conn, actor: Actor, pairs: Sequence[Pair], answer: Answer) -> dict[int, Refused]:
    """The receivers take over what the asker still owns, as far as their caps go: the actor, or for whom they act."""
    refused: dict[int, Refused] = {}
    for receiver in dict.fromkeys(request["decider_id"] for request, _ in pairs):
        theirs = [pair for pair in pairs if pair[0]["decider_id"] == receiver]
        refused |= await _accept(conn, actor, answer.people[receiver], theirs, answer.at)
    return refused


async def _accept(
    conn: Conn, actor: Actor, receiver: DictRow, pairs: Sequence[Pair], at: datetime
) -> dict[int, Refused]:
    if receiver["state"] != "active":
        person = {"id": str(receiver["id"]), "name": receiver["name"]}
        return {request["id"]: ("receiver_not_active", {"person": person}) for request, _ in pairs}
    pools = {customer["pool_id"] for _, customer in pairs}
    room = await Room.of(conn, actor.tenant_id, receiver["id"], pools, zone=actor.zone, now=at)
    refused: dict[int, Refused] = {}
    movers: dict[int, list[Mover]] = {}
    for request, customer in pairs:
        pool = customer["pool_id"]
        full = room.over(pool)
        if full is not None:
            refused[request["id"]] = "over_cap", full
            continue
        room.give(pool)
        # Its actor is whoever gave it away.
        deputy = {"deputy": str(actor.person_id)} if receiver["id"] != actor.person_id else {}
        data = {"carry": True, "request": request["id"], **deputy}
        mover = Mover(customer["id"], customer["version"], customer["owner_id"], receiver["id"], pool, pool, data=data)
        movers.setdefault(request["asked_by"], []).append(mover)
    for asker, some in movers.items():
        by = By.person(asker)
        moved = await pass_spells(conn, actor.tenant_id, listed(some), kind="transfer", by=by, at=at, carry=True)
        assert len(moved) == len(some), "the rows are locked"
        await tell(conn, actor.tenant_id, moved, by)
    return refused
