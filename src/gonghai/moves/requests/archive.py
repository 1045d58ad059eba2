"""Archiving on request: an owner says why a customer is no good; a manager's yes archives it."""

from collections.abc import Sequence

from gonghai.access.actor import Actor
from gonghai.base.database import Conn
from gonghai.base.errors import Refusal
from gonghai.customers.ownership import Mover, close_spells, listed, was
from gonghai.customers.permitted import lock_permitted
from gonghai.events.log import By, new_batch
from gonghai.moves.batch import instant
from gonghai.moves.requests.effects import Answer, Pair, Refused, mark
from gonghai.moves.requests.table import Asking, ask


async def ask_archive(conn: Conn, actor: Actor, customer_id: int, *, reason: str, note: str = "") -> int:
    """Asks the owner's managers to archive it; the request's id. Refuses `already_asked`."""
    customer = await lock_permitted(conn, actor, customer_id, "ask_archive")
    at = await instant(conn)
    asking = Asking("archive", customer, note, data={"reason": reason})
    made = await ask(conn, actor.tenant_id, [asking], asked_by=actor.person_id, at=at)
    if customer_id not in made:
        raise Refusal("already_asked")
    return made[customer_id]


async def accept_archives(conn: Conn, actor: Actor, pairs: Sequence[Pair], answer: Answer) -> dict[int, Refused]:
    """Archives, which ends the spells."""
    movers = [
        Mover(
            c["id"], c["version"], c["owner_id"], None, c["pool_id"], c["pool_id"], request["data"]["reason"],
            data={**mark(request), "was": was(c)},
        )
        for request, c in pairs
    ]  # fmt: skip
    many = len(movers) > 1
    batch = await new_batch(conn, actor.tenant_id, "archive", actor.person_id, answer.at) if many else None
    by = By.person(actor.person_id, batch)
    moved = await close_spells(
        conn, actor.tenant_id, listed(movers), kind="archive", by=by, at=answer.at, state_to="archived"
    )
    assert len(moved) == len(movers), "the rows are locked"
    return {}
