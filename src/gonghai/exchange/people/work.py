"""The rows of a file of people, carried out part by part: looked up, decided on, written by the same actions as the page.

A leaver is a part, and so a transaction, of their own: all that they own goes by the company's leaver rule in it.
A dry run writes nothing and locks nothing; it keeps in memory what the rows before would have changed.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from psycopg.rows import DictRow

from gonghai.access.actor import Actor, system
from gonghai.base.database import Conn, rows
from gonghai.base.errors import Refusal
from gonghai.exchange.chunks import Chunk
from gonghai.exchange.faults import CellError, ImportFileError
from gonghai.exchange.mapping import Mapping as Columns
from gonghai.exchange.people.decide import Decided, Importer, Known, decide
from gonghai.exchange.people.leavers import Books
from gonghai.exchange.people.organisation import Organisation, read_organisation
from gonghai.exchange.people.outcome import told
from gonghai.exchange.people.values import ParsedPerson, as_login, parse_person
from gonghai.exchange.people.write import write
from gonghai.exchange.survey import Key, Survey
from gonghai.exchange.table import Row
from gonghai.moves.batch import instant
from gonghai.people.api_keys import is_narrowed
from gonghai.people.leads import admins
from gonghai.people.persons import taken_logins
from gonghai.people.record import lock_tenant
from gonghai.pools.actor import load_actor

LOGIN: Final = Key("login", as_login, "login_repeated")
# Those who change are locked, and can't claim, until the part is written.
MOST: Final = 100


class PeopleWork:
    """One import of people."""

    def __init__(self, record: DictRow, columns: Columns, _: Survey) -> None:
        self._record = record
        self._columns = columns
        # Of a dry run, from its first part on.
        self._organisation: Organisation | None = None
        self._admins: set[int] | None = None
        self._books = Books()

    def read(self, row: Row) -> ParsedPerson | list[CellError]:
        return parse_person(row, self._columns)

    def parts(self, chunk: Chunk[ParsedPerson]) -> Iterator[Chunk[ParsedPerson]]:
        """Each leaver alone, the others by the hundred."""
        parsed = {person.row: person for person in chunk.parsed}
        part = Chunk[ParsedPerson]()
        for number, row in chunk.rows.items():
            person = parsed.get(number)
            leaves = person is not None and person.state == "left"
            if part.rows and (leaves or len(part.rows) == MOST):
                yield part
                part = Chunk()
            part.rows[number] = row
            if person is not None:
                part.parsed.append(person)
            else:
                part.faults[number] = chunk.faults[number]
            if leaves:
                yield part
                part = Chunk()
        if part.rows:
            yield part

    async def write(self, conn: Conn, chunk: Chunk[ParsedPerson], outcome: Mapping[str, Any]) -> Decided:
        """Decides about the part and, but for a dry run, writes it. ImportFileError where the importer may no longer."""
        actor = await self._actor(conn)
        tenant = await self._tenant(conn)
        known = await self._known(conn, chunk)
        asked = self._record["asked"]
        importer = Importer(actor.person_id, is_narrowed(actor), asked["create_departments"])
        decided = decide(chunk, known, self._columns, importer)
        if self._record["dry_run"]:
            goes = await self._books.would_go(conn, tenant, known.organisation, decided.leavers)
        else:
            locale = actor.locale if actor.person_id is not None else tenant["locale"]
            batch_id = self._record["batch_id"]
            goes = await write(conn, actor, decided, batch_id=batch_id, locale=locale, now=await instant(conn))
        decided.outcome = told(outcome, decided, goes)
        return decided

    async def _actor(self, conn: Conn) -> Actor:
        """The importer as they are now: whoever lost the right imports no further row."""
        tenant_id, person_id = self._record["tenant_id"], self._record["asked_by"]
        if person_id is None:
            return system(tenant_id)
        scopes = self._record["asked"]["scopes"]
        try:
            actor = await load_actor(conn, tenant_id, person_id, scopes=None if scopes is None else frozenset(scopes))
            actor.need("people.edit")
            actor.need("departments.edit")
        except Refusal:
            raise ImportFileError("importer_may_not") from None
        return actor

    async def _tenant(self, conn: Conn) -> DictRow:
        """Locked before any person, as everything that changes admins, leads or the tree does."""
        tenant_id = self._record["tenant_id"]
        if not self._record["dry_run"]:
            return await lock_tenant(conn, tenant_id)
        (tenant,) = await rows(conn, "SELECT * FROM tenant t WHERE t.id = %s", (tenant_id,))
        return tenant

    async def _known(self, conn: Conn, chunk: Chunk[ParsedPerson]) -> Known:
        tenant_id, dry_run = self._record["tenant_id"], self._record["dry_run"]
        # Their own move locks them, in its order, and finds out by itself where their customers go.
        leave = not dry_run and all(person.state == "left" for person in chunk.parsed)
        logins = sorted(person.login for person in chunk.parsed)
        found = await rows(
            conn,
            "SELECT * FROM person p WHERE p.tenant_id = %s AND p.login = ANY (%s) ORDER BY p.id"
            + ("" if dry_run or leave else " FOR NO KEY UPDATE"),
            (tenant_id, logins),
        )
        persons = {row["login"]: row for row in found}
        others = [login for login in logins if login not in persons]
        taken = await taken_logins(conn, others) if others else set()
        if self._organisation is None or self._admins is None or not dry_run:
            self._organisation = Organisation() if leave else await read_organisation(conn, tenant_id)
            self._admins = set(await admins(conn, tenant_id))
        return Known(persons, taken, self._admins, self._organisation)

    def note(self, _: Decided | None) -> None:
        pass

    def close(self) -> None:
        pass
