"""Writes what was decided about a chunk: the same few statements for one row and for a thousand.

New customers go through `customers.insert`. A customer that is there gets an event, and a version, for each thing
that changes: its fields, a contact, each follow-up. The caller holds the locks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from gonghai.base.database import Conn, rows, run
from gonghai.customers.fields import FIELDS, LISTS, PRIVATE, plain
from gonghai.customers.insert import insert_customers
from gonghai.customers.keys import write_keys
from gonghai.customers.likeness import KEYED
from gonghai.customers.search import write_search
from gonghai.events.log import By
from gonghai.exchange.decide import Contact, Decided, New, Touched
from gonghai.exchange.lookups import Entry

_TYPES = {"amount": "numeric", "contract_end": "date", **dict.fromkeys(LISTS, "jsonb")}


@dataclass(slots=True)
class _Rows:
    """Rows to write, table by table, in the order of their columns below."""

    customers: list[tuple[Any, ...]] = field(default_factory=list)
    events: list[tuple[Any, ...]] = field(default_factory=list)
    history: list[tuple[Any, ...]] = field(default_factory=list)
    contacts: list[tuple[Any, ...]] = field(default_factory=list)
    follow_ups: list[tuple[Any, ...]] = field(default_factory=list)


class _Ids:
    """Ids taken from a table's sequence beforehand, as events speak of them."""

    def __init__(self, ids: list[int]) -> None:
        self._ids = iter(ids)

    @classmethod
    async def of(cls, conn: Conn, table: str, count: int) -> "_Ids":
        if not count:
            return cls([])
        sql = f"SELECT nextval(pg_get_serial_sequence('{table}', 'id')) AS id FROM generate_series(1, %s)"
        return cls([row["id"] for row in await rows(conn, sql, (count,))])

    def next(self) -> int:
        return next(self._ids)


async def write(conn: Conn, tenant_id: int, decided: Decided, *, by: By, at: datetime) -> None:
    """Writes new customers and changes of those that are there, in the caller's transaction."""
    new = [n.customer for n in decided.new]
    ids = await insert_customers(conn, tenant_id, new, kind="import", by=by, at=at)
    begun = dict(zip(ids, decided.new, strict=True))
    touched = [*decided.touched.values(), *(_as_touched(i, n) for i, n in begun.items() if n.follow_ups)]
    contacts = [n.contact for n in decided.new if n.contact] + [t.contact for t in touched if t.contact]
    contact_ids = await _Ids.of(conn, "contact", sum(contact.id is None for contact in contacts))
    follow_up_ids = await _Ids.of(conn, "follow_up", sum(len(t.follow_ups) for t in touched))
    out = _Rows()
    for customer_id, one in begun.items():
        if one.contact:
            # Part of the beginning that the import event stands for.
            _add_contact(out, customer_id, one.contact, contact_ids)
    for each in touched:
        _touch(out, each, contact_ids, follow_up_ids, at)
    await _store(conn, tenant_id, out, by, at)
    await write_search(conn, tenant_id, [(t.row["id"], t.facts["name"]) for t in touched if "name" in t.facts])
    await write_keys(conn, tenant_id, [t.row["id"] for t in touched if KEYED & t.facts.keys()])


def _as_touched(customer_id: int, new: New) -> Touched:
    """A customer just inserted, as a row that its follow-ups touch."""
    nothing: dict[str, Any] = {name: [] if name in LISTS else None for name in FIELDS}
    row = {**nothing, "kind": "company", **new.customer.fields, "id": customer_id, "version": 1}
    spell_no = 0 if new.customer.owner_id is None else 1
    return Touched({**row, "spell_no": spell_no, "last_activity_at": None}, follow_ups=new.follow_ups)


def _touch(out: _Rows, touched: Touched, contact_ids: _Ids, follow_up_ids: _Ids, at: datetime) -> None:
    row, version = touched.row, int(touched.row["version"])

    def event(kind: str, data: Mapping[str, Any]) -> None:
        nonlocal version
        version += 1
        out.events.append((row["id"], version, kind, row["spell_no"] or None, Jsonb(data)))

    if touched.facts:
        event("edit", _edit(row, touched.facts))
        private = sorted(touched.facts.keys() & PRIVATE)
        out.history += [(row["id"], version, n, Jsonb(row[n]), Jsonb(touched.facts[n])) for n in private]
    if touched.contact:
        contact_id = _add_contact(out, row["id"], touched.contact, contact_ids)
        fields = ["title"] if touched.contact.id else ["name", *(["title"] if touched.contact.title else [])]
        how = "edit" if touched.contact.id else "create"
        event("edit_contact", {"contact": str(contact_id), "how": how, "fields": fields})
    for entry in touched.follow_ups:
        follow_up_id = follow_up_ids.next()
        out.follow_ups.append((follow_up_id, row["id"], *entry))
        event("follow_up", _follow_up(follow_up_id, entry))
    values = {**row, **touched.facts}
    instants = [row["last_activity_at"], *(entry.at for entry in touched.follow_ups)]
    last = max((instant for instant in instants if instant is not None), default=None)
    fields_now = (Jsonb(values[n]) if n in LISTS else values[n] for n in FIELDS)
    out.customers.append((row["id"], row["version"], version, last, *fields_now))


def _edit(row: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """As customers.record.edit tells it: private values stand in field_history."""
    public = {n: [plain(row[n]), plain(new)] for n, new in facts.items() if n not in PRIVATE}
    return {"changes": public, "private": sorted(facts.keys() & PRIVATE)}


def _follow_up(follow_up_id: int, entry: Entry) -> dict[str, Any]:
    told = {"id": str(follow_up_id), "kind": entry.kind, "at": entry.at}
    return {**told, "qualifies": False, "why_not": "imported"}


def _add_contact(out: _Rows, customer_id: int, contact: Contact, ids: _Ids) -> int:
    contact_id = contact.id or ids.next()
    out.contacts.append((contact_id, customer_id, contact.name, contact.title))
    return contact_id


async def _store(conn: Conn, tenant_id: int, out: _Rows, by: By, at: datetime) -> None:
    common = {
        "t": tenant_id,
        "at": at,
        "actor": by.kind,
        "actor_id": by.person_id,
        "batch_id": by.batch_id,
    }
    for sql, columns, found in (
        (_CONTACTS, ("bigint", "bigint", "text", "text"), out.contacts),
        (_FOLLOW_UPS, ("bigint", "bigint", "timestamptz", "text", "text", "bigint"), out.follow_ups),
        (
            _CUSTOMERS,
            ("bigint", "bigint", "bigint", "timestamptz", *(_TYPES.get(n, "text") for n in FIELDS)),
            out.customers,
        ),
        (_EVENTS, ("bigint", "bigint", "text", "integer", "jsonb"), out.events),
        (_HISTORY, ("bigint", "bigint", "text", "jsonb", "jsonb"), out.history),
    ):
        if found:
            touched = await run(conn, sql.format(n=_unnest(columns)), {**common, **_arrays(found)})
            assert touched == len(found), "the caller holds the locks"


def _unnest(types: Sequence[str]) -> str:
    """n(c0, c1, …) from arrays."""
    arrays = ", ".join(f"%(c{i})s::{kind}[]" for i, kind in enumerate(types))
    return f"unnest({arrays}) AS n ({', '.join(f'c{i}' for i in range(len(types)))})"


def _arrays(found: Sequence[tuple[Any, ...]]) -> dict[str, list[Any]]:
    return {f"c{i}": list(values) for i, values in enumerate(zip(*found, strict=True))}


_CONTACTS = """INSERT INTO contact AS k (tenant_id, id, customer_id, name, title)
  SELECT %(t)s, n.c0, n.c1, n.c2, n.c3 FROM {n}
  ON CONFLICT (tenant_id, id) DO UPDATE SET title = excluded.title"""
_FOLLOW_UPS = """INSERT INTO follow_up (tenant_id, id, customer_id, spell_no, author_id, kind, at, recorded_at, note,
    qualifies, why_not)
  SELECT %(t)s, n.c0, n.c1, NULL, n.c5, n.c3, n.c2, %(at)s, n.c4, false, 'imported' FROM {n}"""
_EVENTS = """INSERT INTO event (tenant_id, at, kind, subject_id, version, actor, actor_id, spell_no, batch_id, data)
  SELECT %(t)s, %(at)s, n.c2, n.c0, n.c1, %(actor)s, %(actor_id)s, n.c3, %(batch_id)s, n.c4 FROM {n} ORDER BY n.c0, n.c1"""
_HISTORY = """INSERT INTO field_history (tenant_id, customer_id, version, field, old_value, new_value)
  SELECT %(t)s, n.c0, n.c1, n.c2, n.c3, n.c4 FROM {n}"""
_SET = ", ".join(
    f"{name} = ARRAY(SELECT jsonb_array_elements_text(n.c{i}))" if name in LISTS else f"{name} = n.c{i}"
    for i, name in enumerate(FIELDS, 4)
)
_CUSTOMERS = f"""UPDATE customer c SET {_SET}, version = n.c2, last_activity_at = n.c3, updated_at = %(at)s
  FROM {{n}} WHERE c.tenant_id = %(t)s AND c.id = n.c0 AND c.version = n.c1"""
