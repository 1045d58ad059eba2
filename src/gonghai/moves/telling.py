"""Having people told of a move: defers the job that writes their notices, in the move's own transaction."""

from collections.abc import Sequence

from psycopg.rows import DictRow

from gonghai.base.database import Conn, rows
from gonghai.base.queue import defer
from gonghai.events.log import By


async def tell(conn: Conn, tenant_id: int, moved: Sequence[DictRow], by: By) -> None:
    """For the rows that a guarded statement moved, in their batch or one by one."""
    if not moved:
        return
    if by.batch_id is not None:
        await defer(conn, "notify", tenant_id=tenant_id, batch=by.batch_id)
        return
    # The rows are locked, so a customer's newest event is this move's.
    found = await rows(
        conn,
        "SELECT max(e.id) AS id FROM event e WHERE e.tenant_id = %s AND e.subject = 'customer' AND e.subject_id = ANY (%s)"
        " GROUP BY e.subject_id",
        (tenant_id, [row["id"] for row in moved]),
    )
    await defer(conn, "notify", tenant_id=tenant_id, events=[row["id"] for row in found])
