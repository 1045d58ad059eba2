"""Verifying a tenant: its events, replayed, must give the present. Reads only; each chunk is one snapshot."""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

from psycopg.rows import DictRow, args_row

from gonghai.base.database import Conn, Database, rows
from gonghai.base.errors import NotFound
from gonghai.customers.fields import PRIVATE
from gonghai.moves.replay import replay
from gonghai.moves.replayed import COLUMNS, Collaborator, Deal, Event, FollowUp, Replayed, Spell

CHUNK: Final = 2000  # customers
EXAMPLES: Final = 20
_LAST_ID: Final = 2**63 - 1
# Personal values are not for a terminal or a log: an example of them says only that they differ.
_HIDDEN: Final = "(not shown)"


@dataclass(frozen=True, slots=True)
class Difference:
    """One column or row that the events don't give. Ids are text, as in the API."""

    tenant: str
    customer: str
    field: str
    replayed: Any
    stored: Any


@dataclass(slots=True)
class Report:
    """What was compared, how many differences there are, and the first EXAMPLES of them."""

    customers: int = 0
    events: int = 0
    differences: int = 0
    examples: list[Difference] = field(default_factory=list)
    seconds: float = 0.0

    def differ(self, tenant_id: int, customer_id: int, name: str, replayed: Any, stored: Any) -> None:
        self.differences += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(Difference(str(tenant_id), str(customer_id), name, replayed, stored))


async def verify(database: Database, tenant_id: int | None = None) -> Report:
    """Compares one tenant, or all. 404 for a tenant that is not there."""
    began = time.perf_counter()
    report = Report()
    known = await tenants(database)
    if tenant_id is not None and tenant_id not in known:
        raise NotFound("tenant", id=str(tenant_id))
    for each in known if tenant_id is None else [tenant_id]:
        await verify_tenant(database, each, report)
    report.seconds = round(time.perf_counter() - began, 3)
    return report


async def verify_tenant(database: Database, tenant_id: int, report: Report) -> None:
    """Adds one tenant's comparison to the report."""
    after = 0
    while True:
        async with database.tenant(tenant_id) as conn:
            # One snapshot for all tables of a chunk: moves go on meanwhile.
            await conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            chunk = await rows(conn, _CUSTOMERS, {"t": tenant_id, "after": after, "limit": CHUNK})
            # The last chunk has no upper end: events may speak of customers that are not there.
            upto = chunk[-1]["id"] if len(chunk) == CHUNK else _LAST_ID
            present = await _present(conn, tenant_id, chunk, after, upto)
            events = await _all(conn, Event, _EVENTS, tenant_id, after, upto)
        _compare_chunk(report, tenant_id, present, events)
        if upto == _LAST_ID:
            return
        after = upto


async def tenants(database: Database) -> list[int]:
    """The ids of all tenants, in their order."""
    found: list[int] = []
    while True:
        async with database.anyone() as conn:
            more = await rows(conn, "SELECT list_tenants(%s, 1000) AS id", (found[-1] if found else 0,))
        if not more:
            return found
        found += [row["id"] for row in more]


_AS_TEXT: Final = ("amount", "contract_end")  # as events hold them
_SELECTED: Final = ", ".join(f"c.{n}::text" if n in _AS_TEXT else f"c.{n}" for n in [*COLUMNS, *sorted(PRIVATE)])
_CUSTOMERS: Final = f"""SELECT c.id, {_SELECTED} FROM customer c
  WHERE c.tenant_id = %(t)s AND c.id > %(after)s ORDER BY c.id LIMIT %(limit)s"""
_EVENTS: Final = """SELECT e.subject_id, e.version, e.at, e.kind, e.actor_id, e.owner_from, e.owner_to, e.pool_from,
    e.pool_to, e.spell_no, e.reason, e.data
  FROM event e WHERE e.tenant_id = %(t)s AND e.subject = 'customer'
    AND e.subject_id > %(after)s AND e.subject_id <= %(upto)s ORDER BY e.subject_id, e.version"""
_OF_CHUNK: Final = "x.tenant_id = %(t)s AND x.customer_id > %(after)s AND x.customer_id <= %(upto)s"
_SPELLS: Final = f"""SELECT x.customer_id, x.no, x.no, x.owner_id, x.started_at, x.started_by, x.ended_at, x.ended_by
  FROM spell x WHERE {_OF_CHUNK}"""
_FOLLOW_UPS: Final = f"""SELECT x.customer_id, x.id, x.spell_no, x.kind, x.at, x.qualifies, x.why_not
  FROM follow_up x WHERE {_OF_CHUNK}"""
_DEALS: Final = f"""SELECT x.customer_id, x.id, x.spell_no, x.state, x.amount::text, x.expected_date::text, x.opened_at,
    x.closed_at FROM deal x WHERE {_OF_CHUNK}"""
_COLLABORATORS: Final = f"""SELECT x.customer_id, x.spell_no, x.person_id, x.added_by, x.added_at
  FROM collaborator x WHERE {_OF_CHUNK}"""
_HISTORY: Final = f"""SELECT x.customer_id, x.field, x.new_value FROM field_history x
  WHERE {_OF_CHUNK} ORDER BY x.customer_id, x.version"""


@dataclass(slots=True)
class _Present:
    """The tables' side of one customer; `history` holds the newest value of each private field."""

    row: DictRow | None = None
    spells: dict[int, Spell] = field(default_factory=dict)
    follow_ups: dict[int, FollowUp] = field(default_factory=dict)
    deals: dict[int, Deal] = field(default_factory=dict)
    collaborators: dict[tuple[int, int], Collaborator] = field(default_factory=dict)
    history: dict[str, Any] = field(default_factory=dict)


async def _present(conn: Conn, tenant_id: int, chunk: list[DictRow], after: int, upto: int) -> dict[int, _Present]:
    of: defaultdict[int, _Present] = defaultdict(_Present)
    for row in chunk:
        of[row["id"]].row = row
    for customer, no, *values in await _all(conn, _tuple, _SPELLS, tenant_id, after, upto):
        of[customer].spells[no] = Spell(*values)
    for customer, key, *values in await _all(conn, _tuple, _FOLLOW_UPS, tenant_id, after, upto):
        of[customer].follow_ups[key] = FollowUp(*values)
    for customer, key, *values in await _all(conn, _tuple, _DEALS, tenant_id, after, upto):
        of[customer].deals[key] = Deal(*values)
    for customer, no, person, *values in await _all(conn, _tuple, _COLLABORATORS, tenant_id, after, upto):
        of[customer].collaborators[no, person] = Collaborator(*values)
    for customer, name, new in await _all(conn, _tuple, _HISTORY, tenant_id, after, upto):
        of[customer].history[name] = new
    return of


def _tuple(*values: Any) -> tuple[Any, ...]:
    return values


async def _all(conn: Conn, make: Any, sql: str, tenant_id: int, after: int, upto: int) -> list[Any]:
    """Rows as tuples, in PostgreSQL's binary form: several times cheaper than dicts from text."""
    async with conn.cursor(binary=True, row_factory=args_row(make)) as cursor:
        await cursor.execute(sql, {"t": tenant_id, "after": after, "upto": upto})
        return await cursor.fetchall()


def _compare_chunk(report: Report, tenant_id: int, present: Mapping[int, _Present], events: list[Event]) -> None:
    report.events += len(events)
    told: set[int] = set()
    for customer_id, own in groupby(events, attrgetter("customer_id")):
        told.add(customer_id)
        there = present.get(customer_id)
        if there is None or there.row is None:
            report.differ(tenant_id, customer_id, "customer", "events", None)
            continue
        for name, replayed, stored in _differences(replay(own), there.row, there):
            report.differ(tenant_id, customer_id, name, replayed, stored)
    for customer_id, there in present.items():
        report.customers += there.row is not None
        if customer_id not in told:
            report.differ(tenant_id, customer_id, "events", None, "customer")


def _differences(replayed: Replayed, row: DictRow, there: _Present) -> Iterator[tuple[str, Any, Any]]:
    for version, what in replayed.faults:
        yield f"event {version}", what, None
    for name, value in replayed.columns.items():
        if name not in row:
            yield name, value, None
        elif row[name] != value:
            yield name, value, row[name]
    yield from _rows_differ("spell", Spell._fields, replayed.spells, there.spells)
    yield from _rows_differ("follow_up", FollowUp._fields, replayed.follow_ups, there.follow_ups)
    yield from _rows_differ("deal", Deal._fields, replayed.deals, there.deals)
    yield from _rows_differ("collaborator", Collaborator._fields, replayed.collaborators, there.collaborators)
    yield from _private_differ(row, there.history)


def _rows_differ(
    what: str, names: Iterable[str], replayed: Mapping[Any, Any], stored: Mapping[Any, Any]
) -> Iterator[tuple[str, Any, Any]]:
    if replayed == stored:
        return
    for key in sorted(replayed.keys() | stored.keys()):
        ours, theirs = replayed.get(key), stored.get(key)
        if ours is None or theirs is None:
            yield f"{what} {key}", ours is not None, theirs is not None
        else:
            for name, one, other in zip(names, ours, theirs, strict=True):
                if one != other:
                    yield f"{what} {key} {name}", one, other


def _private_differ(row: DictRow, history: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Erasing a person empties the history; a customer without any value in it is not compared."""
    if all(value is None for value in history.values()):
        return
    for name in PRIVATE:
        if (row[name] or None) != (history.get(name) or None):
            yield name, _HIDDEN, _HIDDEN
