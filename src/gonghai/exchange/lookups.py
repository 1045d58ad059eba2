"""Finds what a chunk of rows speaks of: owners, authors, pools, customers. One statement each, locked in one order.

Persons first, then pools, then customers, each by id: the order of all moves.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from psycopg.rows import DictRow

from gonghai.base.database import Conn, rows
from gonghai.customers.keys import lock_creations, matches
from gonghai.customers.likeness import Key
from gonghai.exchange.earlier import LetIn
from gonghai.exchange.faults import CellCode, ImportFileError
from gonghai.exchange.texts import folded
from gonghai.exchange.values import ParsedCustomer


class Entry(NamedTuple):
    """An imported follow-up. All of it identifies it, so that the same file twice gives it once."""

    at: datetime
    kind: str
    note: str
    author_id: int | None


@dataclass(slots=True)
class Known:
    """What the database has of a chunk. Keys are texts of the file; `contacts` and `follow_ups` are by customer id.

    An owner is a person's id, or the code that says why there is none.
    """

    owners: Mapping[str, int | CellCode] = field(default_factory=dict)
    authors: Mapping[str, int | None] = field(default_factory=dict)
    pools: Mapping[str, int] = field(default_factory=dict)
    home: int = 0  # the pool of rows that name none
    customers: Mapping[str, DictRow] = field(default_factory=dict)
    contacts: Mapping[int, Sequence[DictRow]] = field(default_factory=dict)
    follow_ups: Mapping[int, Collection[Entry]] = field(default_factory=dict)
    # Of the rows that would be new: their keys, and whom these match, by row; what earlier rows of the file have; and
    # which of the matches' external ids stand in the file too.
    keys: Mapping[int, Collection[Key]] = field(default_factory=dict)
    matches: Mapping[int, Sequence[DictRow]] = field(default_factory=dict)
    earlier: LetIn = field(default_factory=dict)
    in_file: Collection[str] = ()


async def look_up(
    conn: Conn, tenant_id: int, customers: Sequence[ParsedCustomer], *, home: int, keys: Mapping[int, Collection[Key]]
) -> Known:
    """All that the rows speak of; owners, pools and customers stay locked until the transaction ends.

    `keys` by row, where new customers are to be looked for among those that are there: nobody else creates any then.
    """
    known = Known()
    known.owners = await _owners(conn, tenant_id, _said(c.owner for c in customers))
    known.authors = await _authors(conn, tenant_id, _said(f.by for c in customers for f in c.follow_ups))
    known.pools, known.home = await _pools(conn, tenant_id, home)
    if keys:
        await lock_creations(conn, tenant_id)
    known.customers = await _customers(conn, tenant_id, _said(c.external_id for c in customers))
    there = [row["id"] for row in known.customers.values()]
    if there and any(c.contact_name for c in customers):
        known.contacts = await _contacts(conn, tenant_id, there)
    if there and any(c.follow_ups for c in customers):
        known.follow_ups = await _follow_ups(conn, tenant_id, there, [f.at for c in customers for f in c.follow_ups])
    new = [c.row for c in customers if c.row in keys and (c.external_id or "") not in known.customers]
    if new:
        known.keys = {row: keys[row] for row in new}
        found = await matches(conn, tenant_id, list(known.keys.values()))
        known.matches = {row: found[no] for no, row in enumerate(new) if no in found}
    return known


def _said(texts: Iterable[str | None]) -> list[str]:
    return sorted({text for text in texts if text})


_PERSONS = """SELECT p.id, p.login, lower(p.email) AS email, p.name, p.state FROM person p
  WHERE p.tenant_id = %(t)s AND (p.login = ANY (%(lower)s) OR lower(p.email) = ANY (%(lower)s) OR p.name = ANY (%(n)s))
  ORDER BY p.id"""


async def _persons(conn: Conn, tenant_id: int, texts: list[str], lock: str = "") -> list[DictRow]:
    if not texts:
        return []
    params = {"t": tenant_id, "lower": [text.lower() for text in texts], "n": texts}
    return await rows(conn, f"{_PERSONS} {lock}", params)


def _meant(persons: Iterable[DictRow], text: str) -> list[DictRow]:
    """Those with this login; else with this e-mail; else with this name, as other programs write owners."""
    by = {"login": text.lower(), "email": text.lower(), "name": text}
    for column, wanted in by.items():
        found = [person for person in persons if person[column] == wanted]
        if found:
            return found
    return []


async def _owners(conn: Conn, tenant_id: int, texts: list[str]) -> dict[str, int | CellCode]:
    """Only who is active can be given customers; their rows are locked, as deactivation locks them too."""
    found = await _persons(conn, tenant_id, texts, "FOR NO KEY UPDATE")
    active = [person for person in found if person["state"] == "active"]
    owners: dict[str, int | CellCode] = {}
    for text in texts:
        meant = _meant(active, text)
        owners[text] = meant[0]["id"] if len(meant) == 1 else "ambiguous_owner" if meant else "unknown_owner"
    return owners


async def _authors(conn: Conn, tenant_id: int, texts: list[str]) -> dict[str, int | None]:
    """Whoever wrote a follow-up may have left long ago; None for nobody, or several."""
    found = await _persons(conn, tenant_id, texts)
    authors: dict[str, int | None] = {}
    for text in texts:
        meant = _meant(found, text)
        authors[text] = meant[0]["id"] if len(meant) == 1 else None
    return authors


async def _pools(conn: Conn, tenant_id: int, home: int) -> tuple[dict[str, int], int]:
    """Open pools by folded name; and the home, or whoever succeeded it if it was closed meanwhile.

    Raises ImportFileError `pool_closed` where nobody did.
    """
    found = await rows(
        conn,
        "SELECT q.id, q.name, q.state, q.successor_id FROM pool q WHERE q.tenant_id = %s ORDER BY q.id FOR SHARE",
        (tenant_id,),
    )
    by_id = {row["id"]: row for row in found}
    while by_id[home]["state"] != "open" and by_id[home]["successor_id"] is not None:
        home = by_id[home]["successor_id"]
    if by_id[home]["state"] != "open":
        raise ImportFileError("pool_closed", pool=by_id[home]["name"])
    return {folded(row["name"]): row["id"] for row in found if row["state"] == "open"}, home


async def _customers(conn: Conn, tenant_id: int, external_ids: list[str]) -> dict[str, DictRow]:
    if not external_ids:
        return {}
    found = await rows(
        conn,
        "SELECT c.* FROM customer c WHERE c.tenant_id = %s AND c.external_id = ANY (%s) ORDER BY c.id FOR NO KEY UPDATE",
        (tenant_id, external_ids),
    )
    return {row["external_id"]: row for row in found}


async def _contacts(conn: Conn, tenant_id: int, ids: list[int]) -> dict[int, list[DictRow]]:
    of: defaultdict[int, list[DictRow]] = defaultdict(list)
    for row in await rows(
        conn,
        "SELECT k.id, k.customer_id, k.name, k.title FROM contact k WHERE k.tenant_id = %s AND k.customer_id = ANY (%s)"
        " ORDER BY k.id",
        (tenant_id, ids),
    ):
        of[row["customer_id"]].append(row)
    return of


async def _follow_ups(conn: Conn, tenant_id: int, ids: list[int], instants: list[datetime]) -> dict[int, set[Entry]]:
    of: defaultdict[int, set[Entry]] = defaultdict(set)
    for row in await rows(
        conn,
        "SELECT f.customer_id, f.at, f.kind, f.note, f.author_id FROM follow_up f"
        " WHERE f.tenant_id = %s AND f.customer_id = ANY (%s) AND f.at = ANY (%s)",
        (tenant_id, ids, instants),
    ):
        of[row["customer_id"]].add(Entry(row["at"], row["kind"], row["note"], row["author_id"]))
    return of
