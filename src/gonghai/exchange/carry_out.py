"""Carries an import out: looks through the whole file, then writes it chunk by chunk, each a transaction of its own.

A chunk's rows, its counts and its faulty rows are committed together with the number of its last row. So a worker that
was killed goes on behind that row, and no row is written twice. A dry run begins anew.
"""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, closing
from typing import Any, BinaryIO

from psycopg.errors import DeadlockDetected, UniqueViolation
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from gonghai.base.database import Conn, Database, one, run
from gonghai.events.log import new_batch
from gonghai.exchange.actions import finish
from gonghai.exchange.chunks import Chunk, Chunks
from gonghai.exchange.faults import ImportFileError
from gonghai.exchange.kinds import KINDS, Kind, Work
from gonghai.exchange.mapping import Mapping, map_headers
from gonghai.exchange.queries import get_import, pieces
from gonghai.exchange.readers import open_table
from gonghai.exchange.record import Outcome, add_faulty_rows, count, file_fault
from gonghai.exchange.survey import Survey
from gonghai.exchange.table import Table
from gonghai.moves.batch import instant

# A chunk that collides with somebody else's write (the same new external id) is done anew.
_ATTEMPTS = 5

Progress = Callable[[DictRow], Awaitable[None]]


async def carry_out(
    database: Database,
    tenant_id: int,
    import_id: int,
    *,
    source: BinaryIO | None = None,
    progress: Progress | None = None,
) -> None:
    """Begins an import that waits, or goes on with one that was interrupted; the record says how it ended.

    `source` is the file, default: the stored one. `progress` is handed the record after each chunk. What is wrong with
    the file ends in state `failed`; anything unforeseen is raised, and the import can be carried on with.
    """
    record = await _begin(database, tenant_id, import_id)
    if record is None:
        return
    with tempfile.TemporaryFile() as stored:
        if source is None:
            async for piece in pieces(database, tenant_id, import_id, "source"):
                stored.write(piece)
        try:
            await _read_and_write(database, record, source or stored, progress)
        except ImportFileError as error:
            await _fail(database, tenant_id, import_id, error)


async def give_up(database: Database, tenant_id: int, import_id: int) -> None:
    """Ends as failed an import that met something unforeseen again and again."""
    await _fail(database, tenant_id, import_id, ImportFileError("internal_error"))


async def _fail(database: Database, tenant_id: int, import_id: int, error: ImportFileError) -> None:
    """Rows already written stay, and the record says up to which."""
    async with database.tenant(tenant_id) as conn:
        record = await get_import(conn, tenant_id, import_id)
        await finish(conn, tenant_id, import_id, "failed", file_fault(error, record["kind"], record["last_row"]))


async def _begin(database: Database, tenant_id: int, import_id: int) -> DictRow | None:
    """The record, now running, with the tenant's zone and country; None if it has ended."""
    async with database.tenant(tenant_id) as conn:
        record = await one(
            conn,
            """SELECT i.*, t.timezone, t.country FROM import i JOIN tenant t ON t.id = i.tenant_id
               WHERE i.tenant_id = %s AND i.id = %s AND i.state IN ('waiting', 'running') FOR NO KEY UPDATE OF i""",
            (tenant_id, import_id),
        )
        if record is not None and record["state"] == "running" and record["dry_run"]:
            return await _anew(conn, record)
        if record is None or record["state"] == "running":
            return record
        at = await instant(conn)
        batch_id = await new_batch(conn, tenant_id, "import", record["asked_by"], at)
        await run(
            conn,
            "UPDATE import SET state = 'running', started_at = %s, batch_id = %s WHERE tenant_id = %s AND id = %s",
            (at, batch_id, tenant_id, import_id),
        )
        return {**record, "state": "running", "started_at": at, "batch_id": batch_id}


async def _anew(conn: Conn, record: DictRow) -> DictRow:
    """A dry run that was interrupted begins from the first row: what its rows would have changed was in memory alone."""
    key = (record["tenant_id"], record["id"])
    await run(
        conn,
        """UPDATE import i SET last_row = 0, rows_done = 0, created = 0, updated = 0, unchanged = 0, faulty = 0,
               duplicates = 0, deactivated = 0, rejoined = 0, errors_sample = '[]', outcome = '{}'
           WHERE i.tenant_id = %s AND i.id = %s""",
        key,
    )
    await run(conn, "DELETE FROM import_piece WHERE tenant_id = %s AND import_id = %s AND part = 'faulty'", key)
    return {**record, "last_row": 0}


async def _read_and_write(database: Database, record: DictRow, file: BinaryIO, progress: Progress | None) -> None:
    kind = KINDS[record["kind"]]
    table, mapping, survey = await asyncio.to_thread(_look_through, file, record, kind)
    with closing(survey), closing(kind.work(record, mapping, survey)) as work:
        async with database.tenant(record["tenant_id"]) as conn:
            await _note_file(conn, record, table, mapping, survey)
        behind = record["last_row"]
        chunks = Chunks(table, mapping, survey, work.read, kind.key, behind=behind)
        async with aclosing(_ahead(chunks)) as ahead:
            async for chunk in ahead:
                for part in work.parts(chunk):
                    now = await _write_chunk(database, record, mapping, part, behind, work)
                    if now is None:
                        return
                    behind = part.last_row
                    if progress is not None:
                        await progress(now)
    async with database.tenant(record["tenant_id"]) as conn:
        await finish(conn, record["tenant_id"], record["id"], "done")


async def _ahead(chunks: Chunks[Any]) -> AsyncGenerator[Chunk[Any], None]:
    """The chunks, each read in a thread while PostgreSQL writes the one before."""
    following = asyncio.create_task(asyncio.to_thread(chunks.next))
    try:
        while (chunk := await following) is not None:
            following = asyncio.create_task(asyncio.to_thread(chunks.next))
            yield chunk
    finally:
        await asyncio.gather(following, return_exceptions=True)


def _look_through(file: BinaryIO, record: DictRow, kind: Kind) -> tuple[Table, Mapping, Survey]:
    asked = record["asked"]
    table = open_table(file, filename=record["filename"], encoding=asked["encoding"])
    mapping = map_headers(table.headers, asked["mapping"], kind.fields)
    return table, mapping, Survey(table, mapping, kind.key)


async def _note_file(conn: Conn, record: DictRow, table: Table, mapping: Mapping, survey: Survey) -> None:
    await run(
        conn,
        """UPDATE import i SET mapping = %s, unmapped = %s, encoding = %s, rows_total = %s
           WHERE i.tenant_id = %s AND i.id = %s""",
        (
            Jsonb(mapping.as_headers()), [left.header for left in mapping.unmapped], table.encoding, survey.total,
            record["tenant_id"], record["id"],
        ),
    )  # fmt: skip


async def _write_chunk(
    database: Database, record: DictRow, mapping: Mapping, chunk: Chunk[Any], behind: int, work: Work
) -> DictRow | None:
    """The record after the chunk; None where the import was stopped, or somebody else goes on with it."""
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            async with database.tenant(record["tenant_id"]) as conn:
                now, decided = await _in_transaction(conn, record, mapping, chunk, behind, work)
            work.note(decided)
            return now
        except (UniqueViolation, DeadlockDetected):
            if attempt == _ATTEMPTS:
                raise
    raise AssertionError("unreachable")


async def _in_transaction(
    conn: Conn, record: DictRow, mapping: Mapping, chunk: Chunk[Any], behind: int, work: Work
) -> tuple[DictRow | None, Outcome | None]:
    tenant_id, import_id = record["tenant_id"], record["id"]
    now = await one(
        conn,
        "SELECT i.state, i.last_row, i.outcome FROM import i WHERE i.tenant_id = %s AND i.id = %s FOR NO KEY UPDATE",
        (tenant_id, import_id),
    )
    if now is None or now["state"] != "running" or now["last_row"] != behind:
        return None, None
    decided = await work.write(conn, chunk, now["outcome"])
    await add_faulty_rows(conn, record, mapping, chunk, decided)
    return await count(conn, record, chunk, decided), decided
