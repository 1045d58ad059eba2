"""Reading the log: a customer's events with the names people know."""

from collections.abc import Sequence

from psycopg.rows import DictRow

from gonghai.base.database import Conn, one, rows

_SELECT = """SELECT e.*, a.name AS actor_name, f.name AS owner_from_name, t.name AS owner_to_name,
    pf.name AS pool_from_name, pt.name AS pool_to_name, fo.name AS for_name, dp.name AS deputy_name,
    CASE WHEN e.kind IN ('share', 'unshare') THEN ARRAY(SELECT p.name FROM person p WHERE p.tenant_id = e.tenant_id
        AND p.id IN (SELECT x::bigint FROM jsonb_array_elements_text(e.data->'persons') AS x) ORDER BY p.id) END
        AS person_names
  FROM event e
  LEFT JOIN person a ON a.tenant_id = e.tenant_id AND a.id = e.actor_id
  LEFT JOIN person f ON f.tenant_id = e.tenant_id AND f.id = e.owner_from
  LEFT JOIN person t ON t.tenant_id = e.tenant_id AND t.id = e.owner_to
  LEFT JOIN pool pf ON pf.tenant_id = e.tenant_id AND pf.id = e.pool_from
  LEFT JOIN person fo ON fo.tenant_id = e.tenant_id AND fo.id = (e.data->>'for')::bigint
  LEFT JOIN person dp ON dp.tenant_id = e.tenant_id AND dp.id = (e.data->>'deputy')::bigint
  LEFT JOIN pool pt ON pt.tenant_id = e.tenant_id AND pt.id = e.pool_to"""

# Kinds that move a customer; the others change a fact.
MOVES = (
    "create", "import", "claim", "assign", "release", "recycle", "transfer", "hand_over", "move_pool", "lock",
    "unlock", "protect", "unprotect", "archive", "restore", "merge", "undo", "appeal",
)  # fmt: skip


async def customer_events(
    conn: Conn,
    tenant_id: int,
    customer_id: int,
    *,
    before: int | None,
    limit: int,
    kinds: Sequence[str] | None = None,
) -> list[DictRow]:
    """Events of one customer, newest first, below version `before`."""
    return await rows(
        conn,
        f"{_SELECT} WHERE e.tenant_id = %(t)s AND e.subject = 'customer' AND e.subject_id = %(c)s"
        " AND (%(before)s::bigint IS NULL OR e.version < %(before)s)"
        " AND (%(kinds)s::text[] IS NULL OR e.kind = ANY (%(kinds)s))"
        " ORDER BY e.version DESC LIMIT %(limit)s",
        {"t": tenant_id, "c": customer_id, "before": before, "limit": limit, "kinds": list(kinds) if kinds else None},
    )


async def one_event(conn: Conn, tenant_id: int, customer_id: int, event_id: int) -> DictRow | None:
    """One event of one customer."""
    return await one(
        conn,
        f"{_SELECT} WHERE e.tenant_id = %s AND e.id = %s AND e.subject = 'customer' AND e.subject_id = %s",
        (tenant_id, event_id, customer_id),
    )


async def events_by_ids(conn: Conn, tenant_id: int, customer_id: int, ids: Sequence[int]) -> dict[int, DictRow]:
    """Events of one customer by id."""
    found = await rows(
        conn,
        f"{_SELECT} WHERE e.tenant_id = %s AND e.subject = 'customer' AND e.subject_id = %s AND e.id = ANY (%s)",
        (tenant_id, customer_id, list(ids)),
    )
    return {row["id"]: row for row in found}
