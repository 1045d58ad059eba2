"""Decides what becomes of each row of a chunk: a new customer, changes of one that is there, nothing, or faults. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from gonghai.customers.fields import FIELDS, clean, plain
from gonghai.customers.likeness import KINDS, Key, keys_of
from gonghai.customers.record import NewCustomer
from gonghai.exchange.chunks import Chunk, fault_in
from gonghai.exchange.faults import CellError
from gonghai.exchange.lookups import Entry, Known
from gonghai.exchange.mapping import Mapping as Columns
from gonghai.exchange.texts import folded
from gonghai.exchange.values import ParsedCustomer, ParsedFollowUp


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact to add, or, with an id, one that gets another title."""

    name: str
    title: str | None
    id: int | None = None


@dataclass(slots=True)
class Touched:
    """Changes of one customer that is there: `row` as locked, `facts` that differ."""

    row: Mapping[str, Any]
    facts: dict[str, Any] = field(default_factory=dict)
    contact: Contact | None = None
    follow_ups: list[Entry] = field(default_factory=list)


@dataclass(slots=True)
class New:
    """A new customer, with what hangs on it."""

    customer: NewCustomer
    contact: Contact | None
    follow_ups: list[Entry]


@dataclass(slots=True)
class Decided:
    """A chunk's outcome; each row counts once, as created, updated, unchanged, faulty or a duplicate.

    `let_in`: the keys of new customers with their rows.
    """

    new: list[New] = field(default_factory=list)
    touched: dict[int, Touched] = field(default_factory=dict)
    faults: dict[int, list[CellError]] = field(default_factory=dict)
    duplicates: dict[int, list[CellError]] = field(default_factory=dict)
    let_in: dict[tuple[Key, bool], int] = field(default_factory=dict)
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    # Of people alone.
    deactivated: int = 0
    rejoined: int = 0
    outcome: None = None

    @property
    def left_out(self) -> dict[int, list[CellError]]:
        """The rows that were not imported, with why."""
        return self.faults | self.duplicates


def decide(
    chunk: Chunk[ParsedCustomer], known: Known, columns: Columns, kind: Literal["customers", "follow_ups"]
) -> Decided:
    """What becomes of the chunk. Owner and pool of a customer that is there are never looked at."""
    decided = Decided(faults=dict(chunk.faults))
    one = _customer if kind == "customers" else _follow_ups
    for parsed in chunk.parsed:
        faults = one(decided, parsed, known, columns)
        if faults:
            decided.faults[parsed.row] = faults
    return decided


def _customer(decided: Decided, parsed: ParsedCustomer, known: Known, columns: Columns) -> list[CellError]:
    row = known.customers.get(parsed.external_id or "")
    if row is not None:
        return _existing(decided, row, parsed, known)
    owner, faults = _owner(parsed, known, columns)
    pool_id = known.pools.get(folded(parsed.pool)) if parsed.pool else known.home
    if pool_id is None:
        faults.append(fault_in(columns, parsed, "pool", "unknown_pool"))
    if parsed.name is None:
        faults.append(fault_in(columns, parsed, "external_id", "name_missing"))
    if not faults and (same := _same(decided, parsed, known, columns)):
        decided.duplicates[parsed.row] = [same]
    elif not faults and pool_id is not None:
        new = NewCustomer(_fields(parsed), pool_id, owner)
        decided.new.append(New(new, _contact(parsed, ()), _not_there(parsed.follow_ups, known, ())))
        decided.created += 1
        for key in known.keys.get(parsed.row, ()):
            decided.let_in.setdefault((key, parsed.external_id is not None), parsed.row)
    return faults


def _same(decided: Decided, parsed: ParsedCustomer, known: Known, columns: Columns) -> CellError | None:
    """The earlier row of the file, or else the customer that is there, which the row's keys match."""
    told_apart = parsed.external_id is not None
    rows = {
        (key, has_id): decided.let_in.get((key, has_id), known.earlier.get((key, has_id)))
        for key in known.keys.get(parsed.row, ())
        for has_id in (False, True)
        if not (told_apart and has_id)
    }
    first = min((row for row in rows.values() if row is not None), default=None)
    if first is not None:
        kinds = {key.kind for (key, _), row in rows.items() if row == first}
        by = [kind for kind in KINDS if kind in kinds]
        return fault_in(columns, parsed, "name", "same_as_row", first=first, by=by)
    for there in known.matches.get(parsed.row, ()):
        if told_apart and there["external_id"] in known.in_file:
            continue
        where = there["owner_name"] or there["pool_name"]
        told = {"id": str(there["id"]), "name": there["name"], "where": where, "by": there["kinds"]}
        return fault_in(columns, parsed, "name", "same_as_customer", **told)
    return None


def row_keys(customers: Sequence[ParsedCustomer], country: str) -> dict[int, set[Key]]:
    """By row, the keys of the customers that rows speak of."""
    return {parsed.row: keys_of(_fields(parsed), country) for parsed in customers}


def _existing(decided: Decided, row: Mapping[str, Any], parsed: ParsedCustomer, known: Known) -> list[CellError]:
    touched = Touched(row)
    touched.facts = {n: v for n, v in _fields(parsed).items() if plain(row[n]) != plain(v)}
    touched.contact = _contact(parsed, known.contacts.get(row["id"], ()))
    touched.follow_ups = _not_there(parsed.follow_ups, known, known.follow_ups.get(row["id"], ()))
    if touched.facts or touched.contact or touched.follow_ups:
        decided.touched[row["id"]] = touched
        decided.updated += 1
    else:
        decided.unchanged += 1
    return []


def _follow_ups(decided: Decided, parsed: ParsedCustomer, known: Known, columns: Columns) -> list[CellError]:
    """A list of follow-ups: each row adds one to the customer with its external id."""
    if parsed.external_id is None:
        return [fault_in(columns, parsed, "external_id", "customer_missing")]
    row = known.customers.get(parsed.external_id)
    if row is None:
        return [fault_in(columns, parsed, "external_id", "unknown_customer")]
    if not parsed.follow_ups:
        return [fault_in(columns, parsed, "follow_up_at", "time_missing")]
    touched = decided.touched.get(row["id"], Touched(row))
    added = _not_there(parsed.follow_ups, known, {*known.follow_ups.get(row["id"], ()), *touched.follow_ups})
    if added:
        touched.follow_ups += added
        decided.touched[row["id"]] = touched
        decided.created += 1
    else:
        decided.unchanged += 1
    return []


def _owner(parsed: ParsedCustomer, known: Known, columns: Columns) -> tuple[int | None, list[CellError]]:
    if parsed.owner is None:
        return None, []
    owner = known.owners[parsed.owner]
    if isinstance(owner, int):
        return owner, []
    return None, [fault_in(columns, parsed, "owner", owner)]


def _fields(parsed: ParsedCustomer) -> dict[str, Any]:
    """The customer's fields that the row speaks of."""
    said = {name: getattr(parsed, name) for name in FIELDS}
    return clean({name: value for name, value in said.items() if value not in (None, ())})


def _contact(parsed: ParsedCustomer, there: Sequence[Mapping[str, Any]]) -> Contact | None:
    name, title = parsed.contact_name, parsed.contact_title
    # In a list of persons the customer is the contact.
    if name is None or (name == parsed.name and title is None):
        return None
    for contact in there:
        if contact["name"] == name:
            return None if title in (None, contact["title"]) else Contact(name, title, contact["id"])
    return Contact(name, title)


def _not_there(follow_ups: Sequence[ParsedFollowUp], known: Known, there: Collection[Entry]) -> list[Entry]:
    """Those not there yet. Who is no person of the tenant stands in front of the note, and may become one later."""
    added = []
    for said in follow_ups:
        anonymous = Entry(said.at, said.kind, f"[{said.by}] {said.note}".strip() if said.by else said.note, None)
        author = known.authors.get(said.by or "")
        entry = anonymous if author is None else Entry(said.at, said.kind, said.note, author)
        if entry not in there and anonymous not in there:
            added.append(entry)
    return added
