"""Inserting customers: one or a thousand in the same few statements, with spell, event, search text and keys."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from gonghai.base.database import Conn, rows, run
from gonghai.customers.fields import FIELDS, LISTS, PRIVATE
from gonghai.customers.keys import write_keys
from gonghai.customers.record import NewCustomer, initial_facts
from gonghai.customers.search import write_search
from gonghai.events.log import By

_KINDS = {"amount": "numeric", "contract_end": "date"}
_COLUMNS = [name for name in FIELDS if name not in LISTS]


async def insert_customers(
    conn: Conn, tenant_id: int, new: Sequence[NewCustomer], *, kind: str, by: By, at: datetime
) -> list[int]:
    """Writes new customers at version 1, pooled or owned, in the order given; their ids.

    `kind` is the move: create or import. Owners' rows are locked by the caller.
    """
    if not new:
        return []
    fields = ", ".join(_COLUMNS)
    typed = ", ".join(f"%({name})s::{_KINDS.get(name, 'text')}[]" for name in _COLUMNS)
    statement = f"""WITH n AS (
        SELECT * FROM unnest({typed}, %(owner)s::bigint[], %(pool)s::bigint[], %(lists)s::jsonb[],
            %(reason)s::text[], %(data)s::jsonb[]) WITH ORDINALITY AS x ({fields}, owner, pool, lists, reason, data, o)
    ), ids AS (
        SELECT n.*, nextval(pg_get_serial_sequence('customer', 'id')) AS id FROM n ORDER BY o
    ), made AS (
        INSERT INTO customer (tenant_id, id, state, owner_id, pool_id, spell_no, clock_start, entered_pool_at,
            first_pooled_at, created_at, created_by, updated_at, {fields}, phones, emails, tags)
        SELECT %(t)s, id, CASE WHEN owner IS NULL THEN 'pooled' ELSE 'owned' END, owner, pool,
            CASE WHEN owner IS NULL THEN 0 ELSE 1 END, CASE WHEN owner IS NOT NULL THEN %(at)s::timestamptz END,
            CASE WHEN owner IS NULL THEN %(at)s::timestamptz END, CASE WHEN owner IS NULL THEN %(at)s::timestamptz END,
            %(at)s, %(actor_id)s, %(at)s, {fields},
            ARRAY(SELECT jsonb_array_elements_text(lists -> 'phones')),
            ARRAY(SELECT jsonb_array_elements_text(lists -> 'emails')),
            ARRAY(SELECT jsonb_array_elements_text(lists -> 'tags'))
        FROM ids
    ), begun AS (
        INSERT INTO spell (tenant_id, customer_id, no, owner_id, started_at, started_by)
        SELECT %(t)s, id, 1, owner, %(at)s, %(kind_)s FROM ids WHERE owner IS NOT NULL
    ), logged AS (
        INSERT INTO event (tenant_id, at, kind, subject_id, version, actor, actor_id, owner_to, pool_to, spell_no,
            reason, batch_id, data)
        SELECT %(t)s, %(at)s, %(kind_)s, id, 1, %(actor)s, %(actor_id)s, owner, pool,
            CASE WHEN owner IS NOT NULL THEN 1 END, reason, %(batch_id)s, data FROM ids
    ) SELECT id FROM ids ORDER BY o"""
    found = await rows(conn, statement, _params(tenant_id, new, kind, by, at))
    ids = [row["id"] for row in found]
    await _private(conn, tenant_id, list(zip(ids, new, strict=True)))
    await write_search(conn, tenant_id, [(i, n.fields["name"]) for i, n in zip(ids, new, strict=True)])
    await write_keys(conn, tenant_id, ids)
    return ids


def _params(tenant_id: int, new: Sequence[NewCustomer], kind: str, by: By, at: datetime) -> dict[str, Any]:
    columns: dict[str, Any] = {name: [n.fields.get(name) for n in new] for name in _COLUMNS}
    columns["kind"] = [n.fields.get("kind") or "company" for n in new]
    return {
        **columns,
        "t": tenant_id,
        "owner": [n.owner_id for n in new],
        "pool": [n.pool_id for n in new],
        "lists": [Jsonb({name: n.fields.get(name) or [] for name in LISTS}) for n in new],
        "reason": [n.reason for n in new],
        "data": [Jsonb({"facts": {"kind": "company", **initial_facts(n.fields)}, **n.data}) for n in new],
        "at": at,
        "actor": by.kind,
        "actor_id": by.person_id,
        "batch_id": by.batch_id,
    } | {"kind_": kind}


async def _private(conn: Conn, tenant_id: int, made: Sequence[tuple[int, NewCustomer]]) -> None:
    values = [
        (customer_id, name, Jsonb(n.fields[name]))
        for customer_id, n in made
        for name in sorted(PRIVATE)
        if n.fields.get(name) not in (None, [])
    ]
    await run(
        conn,
        "INSERT INTO field_history (tenant_id, customer_id, version, field, old_value, new_value)"
        " SELECT %s, n.id, 1, n.field, 'null', n.value"
        " FROM unnest(%s::bigint[], %s::text[], %s::jsonb[]) AS n (id, field, value)",
        (tenant_id, [i for i, _, _ in values], [f for _, f, _ in values], [v for _, _, v in values]),
    )
