"""Reading the records of imports, and their faulty rows as a file."""

from collections.abc import AsyncIterator

from psycopg.rows import DictRow

from gonghai.base.database import Conn, Database, one, rows
from gonghai.base.errors import NotFound

_SELECT = """SELECT i.*, q.name AS pool_name, p.name AS asked_by_name FROM import i
  LEFT JOIN pool q ON q.tenant_id = i.tenant_id AND q.id = i.pool_id
  LEFT JOIN person p ON p.tenant_id = i.tenant_id AND p.id = i.asked_by"""


async def import_list(conn: Conn, tenant_id: int, *, before: int | None, limit: int) -> list[DictRow]:
    """Imports, newest first."""
    return await rows(
        conn,
        f"{_SELECT} WHERE i.tenant_id = %(t)s AND (%(before)s::bigint IS NULL OR i.id < %(before)s)"
        " ORDER BY i.id DESC LIMIT %(limit)s",
        {"t": tenant_id, "before": before, "limit": limit},
    )


async def get_import(conn: Conn, tenant_id: int, import_id: int) -> DictRow:
    """One import; 404 without."""
    row = await one(conn, f"{_SELECT} WHERE i.tenant_id = %s AND i.id = %s", (tenant_id, import_id))
    if row is None:
        raise NotFound("import", id=str(import_id))
    return row


async def pieces(database: Database, tenant_id: int, import_id: int, part: str) -> AsyncIterator[bytes]:
    """The stored bytes of a part, a piece and a transaction at a time: the reader may be slow."""
    no = 0
    while True:
        no += 1
        async with database.tenant(tenant_id) as conn:
            found = await one(
                conn,
                "SELECT bytes FROM import_piece WHERE tenant_id = %s AND import_id = %s AND part = %s AND no = %s",
                (tenant_id, import_id, part, no),
            )
        if found is None:
            return
        yield bytes(found["bytes"])
