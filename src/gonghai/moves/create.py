"""Creating a customer is a move: it opens a spell, or puts the customer into a pool."""

from collections.abc import Mapping
from typing import Any

from gonghai.access.actor import Actor
from gonghai.base.database import Conn
from gonghai.base.errors import Forbidden, Invalid, Refusal
from gonghai.customers.field_rights import need_writable
from gonghai.customers.fields import clean
from gonghai.customers.insert import insert_customers
from gonghai.customers.keys import lock_creations
from gonghai.customers.record import NewCustomer, unique_external_id
from gonghai.events.log import By
from gonghai.moves.batch import hold_open, instant
from gonghai.moves.duplicates import Match, find, refuse_told
from gonghai.moves.receivers import lock_receiver
from gonghai.moves.telling import tell


async def create(
    conn: Conn,
    actor: Actor,
    fields: Mapping[str, Any],
    *,
    pool_id: int,
    owner_id: int | None = None,
    despite_duplicate: str | None = None,
) -> int:
    """A new customer, pooled in `pool_id` or owned with it as home pool; its id.

    A rep may create into pools they see, and own what they create; for others to own it takes a manager of the
    owner. Never refused for a cap, but counts as held. Fields that the actor's roles may not write stay empty, else 403.
    One that matches another is refused as refuse_told says; `despite_duplicate`: why it is another customer all the same.
    The admins are told of each that matches.
    """
    actor.need("customers.create")
    values = clean(fields)
    if not values.get("name"):
        raise Invalid({"path": "name", "code": "missing"})
    need_writable(actor, values)
    rights = actor.rights(pool_id)
    if not (rights.see or rights.claim or rights.admin):
        raise Refusal("pool_not_open", pool_id=str(pool_id))
    if owner_id is not None:
        if owner_id != actor.person_id and not actor.manages_person(owner_id):
            raise Forbidden("customers.assign")
        await lock_receiver(conn, actor.tenant_id, owner_id)
    await hold_open(conn, actor.tenant_id, pool_id)
    await lock_creations(conn, actor.tenant_id)
    at = await instant(conn)
    found = await find(conn, actor, values, now=at)
    despite = refuse_told(actor, found, despite=despite_duplicate is not None, pool_id=pool_id)
    reason = despite_duplicate if despite else None
    new = NewCustomer(values, pool_id, owner_id, reason, _matched(found, despite))
    by = By.person(actor.person_id)
    async with unique_external_id(conn, values.get("external_id")):
        (customer_id,) = await insert_customers(conn, actor.tenant_id, [new], kind="create", by=by, at=at)
    if found:
        await tell(conn, actor.tenant_id, [{"id": customer_id}], by)
    return customer_id


def _matched(found: list[Match], despite: bool) -> dict[str, Any]:
    """What the event keeps of the matches; `matched` is for the admins' notice and is shown to nobody else."""
    data: dict[str, Any] = {"matched": [{"id": str(m.id), "kinds": m.row["kinds"]} for m in found]} if found else {}
    return data | ({"despite_duplicate": True} if despite else {})
