"""Handing over a person's book, and deactivating people: everything that a leaver owns follows in one transaction."""

from datetime import datetime

from gonghai.access.actor import Actor
from gonghai.base.database import Conn
from gonghai.base.errors import Refusal
from gonghai.moves.hand_overs.book import fill, hold, need_hand_over
from gonghai.moves.hand_overs.carry_out import HandedOver, carry_out, need_confirmed
from gonghai.moves.hand_overs.leaving import end_sharing, forget_person, pass_requests_on, waiting_for
from gonghai.moves.hand_overs.rule import by_rule
from gonghai.moves.hand_overs.ways import Asked
from gonghai.people.persons import deactivate
from gonghai.people.record import lock_tenant


async def deactivate_person(conn: Conn, actor: Actor, person_id: int, *, now: datetime) -> int:
    """Deactivates, and gives every customer of the person away by the company's leaver rule; how many.

    Nothing is shared with them any more, what they asked for lapses, what they were asked goes to others, and no
    right that names them is left. Whoever gives the person a customer locks the same row first, so none is left
    behind with an owner who can't sign in. Caps refuse nothing; going over one is recorded.
    """
    return (await let_go(conn, actor, person_id, now=now)).customers


async def let_go(conn: Conn, actor: Actor, person_id: int, *, now: datetime) -> HandedOver:
    """deactivate_person, with what was done: who got how many customers."""
    actor.need("people.edit")
    tenant = await lock_tenant(conn, actor.tenant_id)
    return await _hand_over(conn, actor, person_id, by_rule(tenant), now=now)


async def hand_over(conn: Conn, actor: Actor, person_id: int, asked: Asked, *, now: datetime) -> HandedOver:
    """Gives the person's book away as asked, as it is now; with `deactivate` in the transaction in which they leave.

    Refuses as `hold` does, `heirs_over_cap` unless confirmed, and `nothing_to_hand_over` for an empty book of
    somebody who stays.
    """
    need_hand_over(actor, person_id)
    if asked.deactivate:
        actor.need("people.edit")
        await lock_tenant(conn, actor.tenant_id)
    return await _hand_over(conn, actor, person_id, asked, now=now)


async def _hand_over(conn: Conn, actor: Actor, person_id: int, asked: Asked, *, now: datetime) -> HandedOver:
    """Persons, pools, customers, requests: locked in this order."""
    planned = await hold(conn, actor, person_id, asked)
    waiting: list[int] = []
    if asked.deactivate:
        waiting = await waiting_for(conn, actor.tenant_id, person_id)
        await deactivate(conn, actor, person_id, now=now)
        waiting += await forget_person(conn, actor, person_id, now=now)
    await fill(conn, actor, planned, person_id, now=now)
    if not asked.deactivate and not planned.places:
        raise Refusal("nothing_to_hand_over")
    if not asked.by_rule:
        need_confirmed(planned)
    done = await carry_out(conn, actor, person_id, planned)
    if asked.deactivate:
        await end_sharing(conn, actor, person_id, done.batch_id)
        await pass_requests_on(conn, actor, person_id, waiting)
    return done
