"""The people to talk to at a customer. Whoever may edit the customer may edit them.

Events say which contact and which fields; names, phones and e-mails stay out of the log.
"""

from collections.abc import Mapping
from typing import Any, Final

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, one, rows, run, value
from gonghai.base.errors import Forbidden, Invalid, NotFound, Refusal
from gonghai.customers.field_rights import need_writable
from gonghai.customers.fields import clean
from gonghai.customers.keys import write_keys
from gonghai.customers.permitted import lock_permitted
from gonghai.customers.record import change
from gonghai.events.log import By

FIELDS: Final = ("name", "title", "phones", "emails", "wechat")
MOST = 200
_COLUMNS = "k.id, k.name, k.title, k.phones, k.emails, k.wechat"


async def contacts_of(conn: Conn, tenant_id: int, customer_id: int) -> list[DictRow]:
    """A customer's contacts in the clear, oldest first. Visibility and masks are the caller's."""
    return await rows(
        conn,
        f"SELECT {_COLUMNS} FROM contact k WHERE k.tenant_id = %s AND k.customer_id = %s ORDER BY k.id",
        (tenant_id, customer_id),
    )


async def add_contact(conn: Conn, actor: Actor, customer_id: int, fields: Mapping[str, Any]) -> DictRow:
    """A new contact from some of FIELDS, the name among them; the stored row."""
    customer = await lock_permitted(conn, actor, customer_id, "edit")
    values = _checked(fields)
    if "name" not in values:
        raise Invalid({"path": "name", "code": "missing"})
    _need_writable(actor, {}, values)
    key = {"t": actor.tenant_id, "c": customer_id, "most": MOST}
    stored = await one(
        conn,
        f"""INSERT INTO contact AS k (tenant_id, customer_id, {", ".join(values)})
            SELECT %(t)s, %(c)s, {", ".join(f"%({name})s" for name in values)}
            WHERE (SELECT count(*) FROM contact o WHERE o.tenant_id = %(t)s AND o.customer_id = %(c)s) < %(most)s
            RETURNING {_COLUMNS}""",
        {**values, **key},
    )
    if stored is None:
        raise Refusal("too_many_contacts", limit=MOST)
    await _changed(conn, actor, customer, stored["id"], "create", [n for n in values if values[n]])
    return stored


async def edit_contact(
    conn: Conn, actor: Actor, customer_id: int, contact_id: int, fields: Mapping[str, Any]
) -> DictRow:
    """Changes some of FIELDS; the row as it is now. No difference is no event."""
    customer = await lock_permitted(conn, actor, customer_id, "edit")
    values = _checked(fields)
    key = {"t": actor.tenant_id, "c": customer_id, "k": contact_id}
    where = "k.tenant_id = %(t)s AND k.customer_id = %(c)s AND k.id = %(k)s"
    known = await one(conn, f"SELECT {_COLUMNS} FROM contact k WHERE {where}", key)
    if known is None:
        raise NotFound("contact", id=str(contact_id))
    changed = {name: new for name, new in values.items() if known[name] != new}
    if not changed:
        return known
    _need_writable(actor, known, changed)
    assignments = ", ".join(f"{name} = %({name})s" for name in changed)
    stored = await one(
        conn, f"UPDATE contact k SET {assignments} WHERE {where} RETURNING {_COLUMNS}", {**changed, **key}
    )
    assert stored is not None
    await _changed(conn, actor, customer, contact_id, "edit", changed)
    return stored


async def delete_contact(conn: Conn, actor: Actor, customer_id: int, contact_id: int) -> None:
    """Removes a contact; 404 when it isn't there."""
    customer = await lock_permitted(conn, actor, customer_id, "edit")
    _need_writable(actor, {}, {})
    gone = await run(
        conn,
        "DELETE FROM contact k WHERE k.tenant_id = %s AND k.customer_id = %s AND k.id = %s",
        (actor.tenant_id, customer_id, contact_id),
    )
    if not gone:
        raise NotFound("contact", id=str(contact_id))
    await _changed(conn, actor, customer, contact_id, "delete", ())


def _need_writable(actor: Actor, known: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """403 where the actor's roles may not change contacts, or what they hold of a field that is hidden or read only."""
    if "contacts" in actor.unwritable_fields:
        raise Forbidden("customers.edit", field="contacts")
    need_writable(actor, values, {name: known.get(name) for name in values})


def _checked(fields: Mapping[str, Any]) -> dict[str, Any]:
    assert fields.keys() <= set(FIELDS)
    values = clean(fields)
    if "name" in values and not values["name"]:
        raise Invalid({"path": "name", "code": "missing"})
    return values


async def _changed(conn: Conn, actor: Actor, customer: DictRow, contact_id: int, how: str, fields: Any) -> None:
    at = await value(conn, "SELECT clock_timestamp() AS at")
    data = {"contact": str(contact_id), "how": how, "fields": sorted(fields)}
    by = By.person(actor.person_id)
    await change(conn, customer, kind="edit_contact", by=by, at=at, set_columns={}, data=data)
    await write_keys(conn, customer["tenant_id"], [customer["id"]])
