"""Locking a customer to write about it: not visible, not allowed, no longer yours, or the row."""

from dataclasses import replace

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, one
from gonghai.base.errors import Forbidden, Refusal
from gonghai.customers.collaborators import collaborator_ids, sharing_now
from gonghai.customers.may import allowed_moves, need_visible
from gonghai.customers.record import lock
from gonghai.people.deputies import acts_for

# What is written into a spell, by the permission it takes; without an owner there is none.
_IN_A_SPELL = {
    "follow_up": "customers.follow_up", "void_follow_up": "follow_ups.void", "deal": "deals.edit",
    "ask_extension": "requests.ask", "ask_archive": "requests.ask",
}  # fmt: skip


async def lock_permitted(conn: Conn, actor: Actor, customer_id: int, move: str) -> DictRow:
    """The locked row, where this actor may make `move` (a word of `allowed_moves`) on it.

    Refuses with `no_longer_yours` whoever held it last and lost it, else 404 where the customer is not visible,
    `not_owned` where the move needs an owner and there is none, 403 for the rest.
    """
    customer = await lock(conn, actor.tenant_id, customer_id)
    if customer_id in actor.shared:
        known = await collaborator_ids(conn, actor.tenant_id, [customer_id])
        actor = sharing_now(actor, {customer_id: customer}, known)
    owner = customer["owner_id"]
    if actor.acts_for(owner) and not await acts_for(conn, actor.tenant_id, actor.person_id, owner):
        actor = replace(actor, deputises={p: s for p, s in actor.deputises.items() if p != owner})
    if move in allowed_moves(actor, customer):
        return customer
    if customer["owner_id"] is None or customer["owner_id"] != actor.person_id:
        await _refuse_last_holder(conn, actor, customer)
    need_visible(actor, customer)
    if customer["owner_id"] is None and move in _IN_A_SPELL and actor.may(_IN_A_SPELL[move]):
        raise Refusal("not_owned", pool_id=str(customer["pool_id"]))
    raise Forbidden(move)


async def _refuse_last_holder(conn: Conn, actor: Actor, customer: DictRow) -> None:
    ended = await one(
        conn,
        "SELECT s.owner_id, s.ended_at, s.ended_by FROM spell s WHERE s.tenant_id = %s AND s.customer_id = %s"
        " AND s.ended_at IS NOT NULL ORDER BY s.no DESC LIMIT 1",
        (actor.tenant_id, customer["id"]),
    )
    if ended is not None and ended["owner_id"] == actor.person_id:
        raise Refusal("no_longer_yours", ended_at=ended["ended_at"], ended_by=ended["ended_by"])
