"""Reading follow-ups: a customer's, newest first, alone or between the events."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, rows
from gonghai.customers.masking import masked_follow_up
from gonghai.customers.queries import get

COLUMNS = """f.tenant_id, f.id, f.customer_id, f.spell_no, f.author_id, f.kind, f.at, f.recorded_at, f.outcome, f.note, f.next_at,
    f.qualifies, f.why_not, f.voided_at, f.voided_by, f.for_id"""


async def list_follow_ups(
    conn: Conn, actor: Actor, customer_id: int, *, before: tuple[datetime, int] | None, limit: int
) -> list[dict[str, Any]]:
    """At most `limit` follow-ups with `author_name`, masked for the actor, newest first, after the one at `before`
    = (at, id).

    404 when the customer is not visible.
    """
    customer = await get(conn, actor, customer_id)
    older = "AND (f.at, f.id) < (%(at)s, %(id)s)" if before else ""
    at, follow_up_id = before or (None, None)
    found = await rows(
        conn,
        f"""SELECT {COLUMNS}, p.name AS author_name, o.name AS for_name FROM follow_up f
            LEFT JOIN person p ON p.tenant_id = %(t)s AND p.id = f.author_id
            LEFT JOIN person o ON o.tenant_id = %(t)s AND o.id = f.for_id
            WHERE f.tenant_id = %(t)s AND f.customer_id = %(c)s {older}
            ORDER BY f.at DESC, f.id DESC LIMIT %(limit)s""",
        {"t": actor.tenant_id, "c": customer_id, "at": at, "id": follow_up_id, "limit": limit},
    )
    return [masked_follow_up(actor, customer, row) for row in found]


async def timeline(
    conn: Conn, tenant_id: int, customer_id: int, *, before: tuple[datetime, int, int] | None, limit: int
) -> list[DictRow]:
    """A customer's events and follow-ups in one line: rows of (at, is_event, id), newest first, behind `before`.

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


async def follow_ups_by_ids(
    conn: Conn, actor: Actor, customer: Mapping[str, Any], ids: Sequence[int]
) -> dict[int, dict[str, Any]]:
    """Follow-ups of one customer by id, with `author_name`, masked for the actor."""
    found = await rows(
        conn,
        f"""SELECT {COLUMNS}, p.name AS author_name, o.name AS for_name FROM follow_up f
            LEFT JOIN person p ON p.tenant_id = %(t)s AND p.id = f.author_id
            LEFT JOIN person o ON o.tenant_id = %(t)s AND o.id = f.for_id
            WHERE f.tenant_id = %(t)s AND f.customer_id = %(c)s AND f.id = ANY (%(ids)s)""",
        {"t": actor.tenant_id, "c": customer["id"], "ids": list(ids)},
    )
    return {row["id"]: masked_follow_up(actor, customer, row) for row in found}


async def follow_ups_of_spell(
    conn: Conn, actor: Actor, customer: Mapping[str, Any], spell_no: int, *, limit: int = 50
) -> list[dict[str, Any]]:
    """The newest follow-ups of one spell, newest first, with `author_name`, masked for the actor."""
    found = await rows(
        conn,
        f"""SELECT {COLUMNS}, p.name AS author_name, o.name AS for_name FROM follow_up f
            LEFT JOIN person p ON p.tenant_id = %(t)s AND p.id = f.author_id
            LEFT JOIN person o ON o.tenant_id = %(t)s AND o.id = f.for_id
            WHERE f.tenant_id = %(t)s AND f.customer_id = %(c)s AND f.spell_no = %(no)s
            ORDER BY f.at DESC, f.id DESC LIMIT %(limit)s""",
        {"t": actor.tenant_id, "c": customer["id"], "no": spell_no, "limit": limit},
    )
    return [masked_follow_up(actor, customer, row) for row in found]
