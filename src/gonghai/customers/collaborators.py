"""Collaborators: who else works on an owned customer. In force while its spell is open and they are active.

Ending the spell writes nothing here, so re-opening it brings them back. Each change is one event of the customer,
`share` or `unshare`, which names the persons.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, rows
from gonghai.events.log import By

MOST: Final = 50  # of one customer


@dataclass(frozen=True, slots=True)
class Shared:
    """A locked customer's row, and the persons whom it is shared with from now on, or no longer."""

    customer: DictRow
    persons: Sequence[int]


_BUMPED = """WITH w AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(versions)s::bigint[], %(data)s::jsonb[])
      AS x (customer_id, version, data)), u AS (
    UPDATE customer c SET version = c.version + 1, updated_at = %(at)s
    FROM w WHERE c.tenant_id = %(t)s AND c.id = w.customer_id AND c.version = w.version
    RETURNING c.id, c.version, c.spell_no, w.data), p AS (
    SELECT u.id, u.spell_no, x.person::bigint AS person_id
    FROM u CROSS JOIN LATERAL jsonb_array_elements_text(u.data->'persons') AS x (person)), logged AS (
    INSERT INTO event (tenant_id, at, kind, subject_id, version, actor, actor_id, spell_no, batch_id, data)
    SELECT %(t)s, %(at)s, %(kind)s, u.id, u.version, %(actor)s, %(actor_id)s, u.spell_no, %(batch_id)s, u.data FROM u)"""
_ADD = f"""{_BUMPED}, added AS (
    INSERT INTO collaborator (tenant_id, customer_id, spell_no, person_id, added_by, added_at)
    SELECT %(t)s, p.id, p.spell_no, p.person_id, %(actor_id)s, %(at)s FROM p)
    SELECT u.id, u.version FROM u"""
_REMOVE = f"""{_BUMPED}, removed AS (
    DELETE FROM collaborator k USING p WHERE k.tenant_id = %(t)s AND k.customer_id = p.id AND k.spell_no = p.spell_no
      AND k.person_id = p.person_id)
    SELECT u.id, u.version FROM u"""


async def share(conn: Conn, tenant_id: int, shared: Sequence[Shared], *, by: By, at: datetime) -> list[DictRow]:
    """Adds collaborators to the open spells of locked customers, who aren't such yet; id and version of each."""
    return await _write(conn, _ADD, tenant_id, shared, "share", by, at)


async def unshare(conn: Conn, tenant_id: int, shared: Sequence[Shared], *, by: By, at: datetime) -> list[DictRow]:
    """Takes collaborators from the newest spells of locked customers; id and version of each."""
    return await _write(conn, _REMOVE, tenant_id, shared, "unshare", by, at)


async def _write(
    conn: Conn, statement: str, tenant_id: int, shared: Sequence[Shared], kind: str, by: By, at: datetime
) -> list[DictRow]:
    if not shared:
        return []
    params: dict[str, Any] = {
        "t": tenant_id, "kind": kind, "at": at, "actor": by.kind, "actor_id": by.person_id, "batch_id": by.batch_id,
        "ids": [s.customer["id"] for s in shared],
        "versions": [s.customer["version"] for s in shared],
        "data": [Jsonb({"persons": [str(person) for person in s.persons]}) for s in shared],
    }  # fmt: skip
    written = await rows(conn, statement, params)
    assert len(written) == len(shared), "the rows are locked"
    return written


async def collaborators_of(conn: Conn, tenant_id: int, customer_id: int) -> list[DictRow]:
    """Who works on an owned customer beside its owner, in the order they were added: id, name, added_at.

    Visibility is the caller's.
    """
    return await rows(
        conn,
        """SELECT p.id, p.name, k.added_at FROM customer c
           JOIN collaborator k ON k.tenant_id = %(t)s AND k.customer_id = c.id AND k.spell_no = c.spell_no
           JOIN person p ON p.tenant_id = %(t)s AND p.id = k.person_id AND p.state = 'active'
           WHERE c.tenant_id = %(t)s AND c.id = %(c)s AND c.state = 'owned' ORDER BY k.added_at, p.id""",
        {"t": tenant_id, "c": customer_id},
    )


async def collaborator_ids(conn: Conn, tenant_id: int, customer_ids: Sequence[int]) -> dict[int, set[int]]:
    """The collaborators of the newest spell of locked customers, by customer; read behind the lock."""
    found = await rows(
        conn,
        """SELECT k.customer_id, k.person_id FROM customer c
           JOIN collaborator k ON k.tenant_id = %(t)s AND k.customer_id = c.id AND k.spell_no = c.spell_no
           WHERE c.tenant_id = %(t)s AND c.id = ANY (%(ids)s)""",
        {"t": tenant_id, "ids": list(customer_ids)},
    )
    by_customer: dict[int, set[int]] = {}
    for row in found:
        by_customer.setdefault(row["customer_id"], set()).add(row["person_id"])
    return by_customer


def sharing_now(actor: Actor, customers: Mapping[int, Mapping[str, Any]], known: Mapping[int, set[int]]) -> Actor:
    """The actor with what is shared of these locked customers as `known` has it: it was read before the wait."""
    others = {i: no for i, no in actor.shared.items() if i not in customers}
    mine = {i: c["spell_no"] for i, c in customers.items() if actor.person_id in known.get(i, ())}
    return replace(actor, shared={**others, **mine})
