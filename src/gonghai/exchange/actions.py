"""Starting and stopping an import: its record, the stored file, and the word to stop."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO, Final, Literal

from phonenumbers import SUPPORTED_REGIONS
from psycopg.types.json import Jsonb

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, one, run
from gonghai.base.errors import Invalid, NotFound, Refusal
from gonghai.exchange.encodings import named_encoding
from gonghai.exchange.messages import Language
from gonghai.pools.queries import pool

Kind = Literal["customers", "follow_ups", "people"]
OnDuplicate = Literal["skip", "create"]
PIECE: Final = 1024 * 1024  # bytes
LARGEST: Final = 200 * PIECE  # of an uploaded file


class TooLarge(Refusal):
    """A file over LARGEST; nothing of it is kept."""

    status = 413

    def __init__(self) -> None:
        super().__init__("too_large", limit=LARGEST)


@dataclass(frozen=True, slots=True)
class NewImport:
    """What to import and how. `pool_id` is for customers' rows that name no pool, None for people; `country` (ISO 3166)
    for phone numbers that name none (default: the tenant's); `mapping` is header → field, or None to leave the column
    out. `duplicates`: what becomes of rows that match a customer, or an earlier row, in another way than by their
    external id. `create_departments`: whether people's departments that are missing are made."""

    filename: str
    pool_id: int | None
    kind: Kind = "customers"
    dry_run: bool = False
    mapping: Mapping[str, str | None] = field(default_factory=dict)
    encoding: str | None = None
    country: str | None = None
    language: Language = "zh"  # of the file of faulty rows
    duplicates: OnDuplicate = "skip"
    create_departments: bool = False
    digest: str = ""  # of the file, to know it again

    def asked(self) -> dict[str, Any]:
        return {
            "mapping": dict(self.mapping),
            "encoding": self.encoding,
            "country": self.country,
            "language": self.language,
            "duplicates": self.duplicates,
            "create_departments": self.create_departments,
            "digest": self.digest,
        }


async def start_import(conn: Conn, actor: Actor, new: NewImport, *, now: datetime) -> int:
    """Makes the record of an import, waiting to be carried out; its id.

    For a worker the caller stores the file and defers the job `import_file`; or carries it out itself. Refuses with
    `forbidden`, `not_found` and `pool_closed` for the pool, `unknown_encoding`, and 422 for a country, or a pool where none
    belongs.
    """
    actor.need("imports.start")
    if new.kind == "people":
        actor.need("people.edit")
        actor.need("departments.edit")
    await _check_pool(conn, actor.tenant_id, new)
    _check(new)
    made = await one(
        conn,
        """INSERT INTO import (tenant_id, kind, pool_id, filename, asked_by, dry_run, state, asked, created_at)
           VALUES (%s, %s, %s, %s, %s, %s, 'waiting', %s, %s) RETURNING id""",
        (
            actor.tenant_id, new.kind, new.pool_id, new.filename, actor.person_id, new.dry_run,
            Jsonb(_asked(actor, new)), now,
        ),
    )  # fmt: skip
    assert made is not None
    return int(made["id"])


def _asked(actor: Actor, new: NewImport) -> dict[str, Any]:
    """With what narrows the key by which it is asked for: in the background nobody signs in."""
    return {**new.asked(), "scopes": None if actor.scopes is None else sorted(actor.scopes)}


async def _check_pool(conn: Conn, tenant_id: int, new: NewImport) -> None:
    if (new.pool_id is None) != (new.kind == "people"):
        raise Invalid({"path": "pool_id", "code": "missing" if new.pool_id is None else "not_needed"})
    if new.pool_id is not None and (await pool(conn, tenant_id, new.pool_id))["state"] != "open":
        raise Refusal("pool_closed")


def _check(new: NewImport) -> None:
    if new.country is not None and new.country not in SUPPORTED_REGIONS:
        raise Invalid({"path": "country", "code": "unknown_country", "value": new.country})
    if new.encoding is not None:
        named_encoding(new.encoding)


def digest_of(source: BinaryIO) -> str:
    """SHA-256 of the whole file."""
    source.seek(0)
    digest = hashlib.sha256()
    while piece := source.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()


async def store(conn: Conn, tenant_id: int, import_id: int, source: BinaryIO) -> None:
    """Stores the file in pieces, where any worker finds it."""
    source.seek(0)
    no = 0
    while piece := source.read(PIECE):
        no += 1
        await run(
            conn,
            "INSERT INTO import_piece (tenant_id, import_id, part, no, bytes) VALUES (%s, %s, 'source', %s, %s)",
            (tenant_id, import_id, no, piece),
        )


async def unfinished_import(conn: Conn, actor: Actor, new: NewImport) -> int | None:
    """An interrupted import of the very same file, asked for by nobody in particular (the command line), to go on with."""
    found = await one(
        conn,
        """SELECT i.id FROM import i
           WHERE i.tenant_id = %s AND i.kind = %s AND i.pool_id IS NOT DISTINCT FROM %s AND i.dry_run = %s
           AND i.asked = %s AND i.asked_by IS NULL AND i.state IN ('waiting', 'running') ORDER BY i.id LIMIT 1""",
        (actor.tenant_id, new.kind, new.pool_id, new.dry_run, Jsonb(_asked(actor, new))),
    )
    return None if found is None else int(found["id"])


async def cancel_import(conn: Conn, actor: Actor, import_id: int) -> None:
    """Stops an import that waits or runs: rows already written stay, no further one is. 409 `import_finished` else."""
    actor.need("imports.start")
    stopped = await finish(conn, actor.tenant_id, import_id, "cancelled")
    if stopped:
        return
    known = await one(
        conn, "SELECT i.state FROM import i WHERE i.tenant_id = %s AND i.id = %s", (actor.tenant_id, import_id)
    )
    if known is None:
        raise NotFound("import", id=str(import_id))
    raise Refusal("import_finished", state=known["state"])


async def finish(
    conn: Conn, tenant_id: int, import_id: int, state: str, error: Mapping[str, Any] | None = None
) -> bool:
    """Ends an import that waits or runs and lets go of its file, which nobody needs any more; whether it did."""
    ended = await run(
        conn,
        """UPDATE import i SET state = %s, error = %s, finished_at = clock_timestamp()
           WHERE i.tenant_id = %s AND i.id = %s AND i.state IN ('waiting', 'running')""",
        (state, None if error is None else Jsonb(error), tenant_id, import_id),
    )
    if ended:
        await run(
            conn,
            "DELETE FROM import_piece WHERE tenant_id = %s AND import_id = %s AND part = 'source'",
            (tenant_id, import_id),
        )
    return bool(ended)
