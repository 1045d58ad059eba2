"""Answering an offer: accepting claims the customer, declining costs what was said when it was offered."""

from typing import Final, Literal

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, run
from gonghai.base.errors import Refusal
from gonghai.customers.record import lock
from gonghai.moves.claim import claim
from gonghai.moves.offers.next_best import lock_person
from gonghai.moves.offers.queries import own_offer
from gonghai.moves.results import Result, only

Reason = Literal["not_my_field", "no_time", "bad_data", "other"]
# What of a customer's state says that the offer is void.
_GONE: Final = frozenset({"already_claimed", "already_yours", "archived", "merged", "moved", "not_found"})


async def accept(conn: Conn, actor: Actor, offer_id: int) -> Result:
    """Claims the offered customer, by all the rules; `asked` where the pool wants a yes first.

    Refuses `offer_lapsed` {until}, `offer_lost` {code} when the customer left the pool otherwise, `offer_answered`
    {state}, and what refuses a claim: then the offer stays open while its time runs.
    """
    actor.need("customers.claim")
    assert actor.person_id is not None
    offer = await _lock_standing(conn, actor, offer_id)
    found = await claim(
        conn, actor.tenant_id, actor.person_id, [offer["customer_id"]], zone=actor.zone,
        expected_pool=offer["pool_id"], how="dealt", data={"offer": str(offer_id)},
    )  # fmt: skip
    if found[0].code in _GONE:
        raise Refusal("offer_lost", why=found[0].code)
    result = only(found)
    await _close(conn, actor, offer_id, "accepted", None)
    return result


async def decline(conn: Conn, actor: Actor, offer_id: int, *, reason: Reason | None) -> int:
    """Puts the customer back for others; what it cost of today's quota. Refuses as `accept` does."""
    actor.need("customers.claim")
    offer = await _lock_standing(conn, actor, offer_id)
    await _close(conn, actor, offer_id, "declined", reason)
    return int(offer["cost"])


async def _lock_standing(conn: Conn, actor: Actor, offer_id: int) -> DictRow:
    """The actor's offer, if it still stands, with person, customer and offer locked in this order."""
    await lock_person(conn, actor)
    offer = await own_offer(conn, actor, offer_id)
    await lock(conn, actor.tenant_id, offer["customer_id"])
    offer = await own_offer(conn, actor, offer_id, lock=True)
    if offer["is_lost"]:
        raise Refusal("offer_lost")
    if offer["is_lapsed"]:
        raise Refusal("offer_lapsed", until=offer["expires_at"], cost=offer["cost"])
    if offer["state"] != "open":
        raise Refusal("offer_answered", state=offer["state"])
    return offer


async def _close(conn: Conn, actor: Actor, offer_id: int, state: str, reason: str | None) -> None:
    await run(
        conn,
        "UPDATE offer o SET state = %s, reason = %s, decided_at = clock_timestamp()"
        " WHERE o.tenant_id = %s AND o.id = %s AND o.state = 'open'",
        (state, reason, actor.tenant_id, offer_id),
    )
