"""A customer's events and follow-ups in one line, newest first."""

from collections.abc import Sequence
from datetime import datetime

from psycopg.rows import DictRow

from gonghai.activities.queries import COLUMNS
from gonghai.base.database import Conn, rows


async def timeline_keys(
    conn: Conn, tenant_id: int, customer_id: int, *, before: tuple[datetime, int, int] | None, limit: int
) -> list[DictRow]:
    """Rows of (at, is_event, id), newest first, behind `before`.

    The events that record a follow-up are left out: the follow-up itself stands there.
    """
    return await rows(
        conn,
        """SELECT x.at, x.is_event, x.id FROM (
            SELECT e.at, 1 AS is_event, e.id FROM event e WHERE e.tenant_id = %(t)s AND e.subject = 'customer'
                AND e.subject_id = %(c)s AND e.kind NOT IN ('follow_up', 'void_follow_up')
            UNION ALL
            SELECT f.at, 0, f.id FROM follow_up f WHERE f.tenant_id = %(t)s AND f.customer_id = %(c)s) x
          WHERE %(at)s::timestamptz IS NULL OR (x.at, x.is_event, x.id) < (%(at)s, %(is_event)s, %(id)s)
          ORDER BY x.at DESC, x.is_event DESC, x.id DESC LIMIT %(limit)s""",
        {
            "t": tenant_id,
            "c": customer_id,
            "at": before[0] if before else None,
            "is_event": before[1] if before else None,
            "id": before[2] if before else None,
            "limit": limit,
        },
    )


async def follow_ups_by_ids(conn: Conn, tenant_id: int, customer_id: int, ids: Sequence[int]) -> dict[int, DictRow]:
    """Follow-ups of one customer by id, with `author_name`."""
    found = await rows(
        conn,
        f"""SELECT {COLUMNS}, p.name AS author_name FROM follow_up f
            LEFT JOIN person p ON p.tenant_id = %(t)s AND p.id = f.author_id
            WHERE f.tenant_id = %(t)s AND f.customer_id = %(c)s AND f.id = ANY (%(ids)s)""",
        {"t": tenant_id, "c": customer_id, "ids": list(ids)},
    )
    return {row["id"]: row for row in found}
