"""Reading follow-ups: a customer's, newest first."""

from datetime import datetime

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, rows
from gonghai.customers.queries import get

COLUMNS = """f.id, f.customer_id, f.spell_no, f.author_id, f.kind, f.at, f.recorded_at, f.outcome, f.note, f.next_at,
    f.qualifies, f.why_not, f.voided_at, f.voided_by"""


async def list_follow_ups(
    conn: Conn, actor: Actor, customer_id: int, *, before: tuple[datetime, int] | None, limit: int
) -> list[DictRow]:
    """At most `limit` follow-ups, as `timeline_follow_ups`; 404 when the customer is not visible."""
    await get(conn, actor, customer_id)
    return await timeline_follow_ups(conn, actor.tenant_id, customer_id, before=before, limit=limit)


async def timeline_follow_ups(
    conn: Conn, tenant_id: int, customer_id: int, *, before: tuple[datetime, int] | None, limit: int
) -> list[DictRow]:
    """At most `limit` follow-ups with `author_name`, newest first, after the one at `before` = (at, id).

    Whether the reader may see the customer is the caller's to check.
    """
    older = "AND (f.at, f.id) < (%(at)s, %(id)s)" if before else ""
    at, follow_up_id = before or (None, None)
    return await rows(
        conn,
        f"""SELECT {COLUMNS}, p.name AS author_name FROM follow_up f
            LEFT JOIN person p ON p.tenant_id = %(t)s AND p.id = f.author_id
            WHERE f.tenant_id = %(t)s AND f.customer_id = %(c)s {older}
            ORDER BY f.at DESC, f.id DESC LIMIT %(limit)s""",
        {"t": tenant_id, "c": customer_id, "at": at, "id": follow_up_id, "limit": limit},
    )
