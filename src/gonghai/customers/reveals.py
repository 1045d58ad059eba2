"""Revealing: reading a pooled customer's masked fields in clear before anybody claims it, so many a day, each an event.

The event stands beside the customer's own history (subject "reveal"): nothing of the customer changes. It holds which
fields were revealed, never their values.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, one, rows
from gonghai.base.errors import Forbidden, Refusal
from gonghai.customers.contacts import contacts_of
from gonghai.customers.masking import Cover, masked_contact, masked_fields
from gonghai.customers.may import relation
from gonghai.customers.queries import get
from gonghai.events.log import By, append

# Masked fields that a contact's own stand under.
_OF_CONTACTS = frozenset({"contacts", "phones", "emails", "wechat"})


@dataclass(frozen=True, slots=True)
class Revealed:
    """What was masked, in clear: values by field, and the contacts; how much of the quota is used."""

    customer: DictRow
    values: Mapping[str, Any]
    contacts: Sequence[Mapping[str, Any]] | None
    used: int
    limit: int


async def reveal(conn: Conn, actor: Actor, customer_id: int) -> Revealed:
    """The masked fields of a pooled customer that the actor sees, in clear.

    The same customer again on the same local day costs nothing. Refuses with 404, 403, `reveal_not_allowed` where the
    pool lets nobody reveal, and `reveal_quota` (used, limit, until) when the day's are used up.
    """
    actor.need("customers.reveal")
    await _lock_person(conn, actor)
    customer = await get(conn, actor, customer_id)
    cover = masked_fields(actor, customer)
    hidden = cover - cover.dropped
    if not hidden or customer["state"] != "pooled":
        raise Forbidden("reveal")
    today = await _today(conn, actor, customer)
    if not today["limit"]:
        raise Refusal("reveal_not_allowed", pool_id=str(customer["pool_id"]))
    used = today["used"]
    if not today["again"]:
        if used >= today["limit"]:
            raise Refusal("reveal_quota", used=used, limit=today["limit"], until=today["until"])
        await _log(conn, actor, customer, hidden, today["at"])
        used += 1
    values = {name: customer[name] for name in hidden & customer.keys()}
    contacts = None
    if hidden & _OF_CONTACTS and "contacts" not in cover.dropped:
        found = await contacts_of(conn, actor.tenant_id, customer_id)
        contacts = [masked_contact(contact, Cover(frozenset(), cover.dropped)) for contact in found]
    return Revealed(customer, values, contacts, used, today["limit"])


async def note_auditor(conn: Conn, actor: Actor, customer: Mapping[str, Any], contacts: Sequence[Any]) -> None:
    """Writes that an auditor opened a customer whose masked fields hold something: once per customer and local day.

    Whoever would see them anyhow (its owner, a pool's admin, an admin) reveals nothing by it.
    """
    r = relation(actor, customer)
    if "auditor" not in actor.roles or r.owner or r.manager or r.pool_admin:
        return
    fields = actor.rights(customer["pool_id"]).masked_fields
    filled = {name for name in fields if (contacts if name == "contacts" else customer[name])}
    if not filled:
        return
    await _lock_person(conn, actor)
    today = await _today(conn, actor, customer)
    if not today["again"]:
        await _log(conn, actor, customer, filled, today["at"])


async def _lock_person(conn: Conn, actor: Actor) -> None:
    """Whoever reveals takes turns with themselves, so that a later statement counts exactly."""
    await rows(
        conn,
        "SELECT FROM person p WHERE p.tenant_id = %s AND p.id = %s FOR NO KEY UPDATE",
        (actor.tenant_id, actor.person_id),
    )


async def _today(conn: Conn, actor: Actor, customer: Mapping[str, Any]) -> DictRow:
    """The instant, after the lock; what the person has revealed in the customer's pool since local midnight, how many
    they may; whether the customer is among what they revealed; when the local day ends."""
    found = await one(
        conn,
        """WITH n AS MATERIALIZED (SELECT clock_timestamp() AS at)
           SELECT n.at, ((n.at AT TIME ZONE %(zone)s)::date + 1)::timestamp AT TIME ZONE %(zone)s AS until,
               (SELECT coalesce((SELECT l.value FROM person p, LATERAL limits_of(p.tenant_id, p.id, q.id,
                        p.department_id, p.roles, n.at) l
                    WHERE p.tenant_id = %(t)s AND p.id = %(person)s AND l.rule = 'reveal_quota'), q.reveal_quota)
                FROM pool q WHERE q.tenant_id = %(t)s AND q.id = %(pool)s) AS limit,
               count(e.id) FILTER (WHERE e.pool_from = %(pool)s) AS used,
               coalesce(bool_or(e.subject_id = %(customer)s), false) AS again
           FROM n LEFT JOIN event e ON e.tenant_id = %(t)s AND e.actor_id = %(person)s AND e.kind = 'reveal'
               AND e.at >= date_trunc('day', n.at, %(zone)s) GROUP BY n.at""",
        {
            "t": actor.tenant_id,
            "person": actor.person_id,
            "pool": customer["pool_id"],
            "customer": customer["id"],
            "zone": actor.zone,
        },
    )
    assert found is not None
    return found


async def _log(conn: Conn, actor: Actor, customer: Mapping[str, Any], fields: Iterable[str], at: datetime) -> None:
    await append(
        conn, actor.tenant_id, kind="reveal", subject="reveal", subject_id=customer["id"], version=customer["version"],
        by=By.person(actor.person_id), at=at, data={"fields": sorted(fields)}, pool_from=customer["pool_id"],
    )  # fmt: skip
