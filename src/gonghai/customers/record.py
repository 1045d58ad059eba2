"""Writing a customer's facts: create, edit, and every change that a condition or a timer reads.

Each write bumps `version` and appends the one event that made it: a sweep decided on an older version
then leaves the customer alone.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from psycopg.errors import UniqueViolation
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from gonghai.base.database import Conn, one, rows, run
from gonghai.base.errors import NotFound, Refusal
from gonghai.customers.fields import FIELDS, PRIVATE, plain
from gonghai.customers.keys import write_keys
from gonghai.customers.likeness import KEYED
from gonghai.customers.search import write_search
from gonghai.events.log import By, append

# Columns that only ownership.py may write.
OWNED_COLUMNS = frozenset({"state", "owner_id", "pool_id", "spell_no", "entered_pool_at", "recycle_count"})


async def lock(conn: Conn, tenant_id: int, customer_id: int) -> DictRow:
    """The customer's row, locked until the transaction ends. 404 when there is none."""
    row = await one(
        conn,
        "SELECT * FROM customer c WHERE c.tenant_id = %s AND c.id = %s FOR NO KEY UPDATE",
        (tenant_id, customer_id),
    )
    if row is None:
        raise NotFound("customer", id=str(customer_id))
    return row


async def lock_many(conn: Conn, tenant_id: int, ids: Sequence[int]) -> dict[int, DictRow]:
    """Rows by id, locked in id order."""
    found = await rows(
        conn,
        "SELECT * FROM customer c WHERE c.tenant_id = %s AND c.id = ANY (%s) ORDER BY c.id FOR NO KEY UPDATE",
        (tenant_id, list(ids)),
    )
    return {row["id"]: row for row in found}


async def change(
    conn: Conn,
    customer: DictRow,
    *,
    kind: str,
    by: By,
    at: datetime,
    set_columns: Mapping[str, Any],
    data: dict[str, Any] | None = None,
) -> int:
    """Writes columns of a locked customer with the event that says so; the new version."""
    assert not OWNED_COLUMNS & set_columns.keys(), "ownership.py writes these"
    assignments = "".join(f"{name} = %({name})s, " for name in set_columns)
    params = {**set_columns, "at": at, "t": customer["tenant_id"], "id": customer["id"], "v": customer["version"]}
    touched = await run(
        conn,
        f"UPDATE customer c SET {assignments}version = c.version + 1, updated_at = %(at)s "
        "WHERE c.tenant_id = %(t)s AND c.id = %(id)s AND c.version = %(v)s",
        params,
    )
    assert touched == 1, "the caller holds the lock"
    version: int = customer["version"] + 1
    await append(
        conn,
        customer["tenant_id"],
        kind=kind,
        subject="customer",
        subject_id=customer["id"],
        version=version,
        by=by,
        at=at,
        data=data,
        spell_no=customer["spell_no"] or None,
    )
    return version


async def edit(conn: Conn, customer: DictRow, values: Mapping[str, Any], *, by: By, at: datetime) -> int:
    """Changes fields of a locked customer; unchanged ones are left out, and no change is no event."""
    changed = {name: value for name, value in values.items() if plain(customer[name]) != plain(value)}
    if not changed:
        return int(customer["version"])
    public = {n: [plain(customer[n]), plain(v)] for n, v in changed.items() if n not in PRIVATE}
    private = sorted(changed.keys() & PRIVATE)
    async with unique_external_id(conn, changed.get("external_id")):
        version = await change(
            conn, customer, kind="edit", by=by, at=at, set_columns=changed, data={"changes": public, "private": private}
        )
    history = [(customer[n], changed[n], n) for n in private]
    await write_history(conn, customer["tenant_id"], customer["id"], version, history)
    if "name" in changed:
        await write_search(conn, customer["tenant_id"], [(customer["id"], changed["name"])])
    if KEYED & changed.keys():
        await write_keys(conn, customer["tenant_id"], [customer["id"]])
    return version


@asynccontextmanager
async def unique_external_id(conn: Conn, external_id: str | None) -> AsyncIterator[None]:
    """A write that may give a customer an external id: refused where another customer has it, also at the same time."""
    if external_id is None:
        yield
        return
    try:
        async with conn.transaction():
            yield
    except UniqueViolation as violation:
        if violation.diag.constraint_name != "customer_external":
            raise
        raise Refusal("external_id_taken", external_id=external_id) from None


async def write_history(
    conn: Conn, tenant_id: int, customer_id: int, version: int, values: Sequence[tuple[Any, Any, str]]
) -> None:
    """Old and new values of private fields, keyed by the event that changed them."""
    async with conn.cursor() as cursor:
        await cursor.executemany(
            "INSERT INTO field_history (tenant_id, customer_id, version, field, old_value, new_value)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            [(tenant_id, customer_id, version, name, Jsonb(old), Jsonb(new)) for old, new, name in values],
        )


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """What a customer begins with; `owner_id` None begins in the pool. `fields` are cleaned.

    `reason` and `data` go into its first event.
    """

    fields: Mapping[str, Any]
    pool_id: int
    owner_id: int | None = None
    reason: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


def initial_facts(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The public fields a create or import event carries, so that replay begins with them."""
    return {n: plain(v) for n, v in fields.items() if n in FIELDS and n not in PRIVATE and v not in (None, [])}
