"""Reading requests: the boxes, one request with its comments, how many wait. Seen by asker and deciders alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, one, rows, value
from gonghai.base.errors import NotFound
from gonghai.moves.requests.table import OVER_SQL, asked, decidable

_LIST = f"""SELECT r.*, c.name AS customer_name, c.state AS customer_state, c.owner_id AS customer_owner_id,
    c.pool_id AS customer_pool_id, c.spell_no AS customer_spell_no, a.name AS asker_name, d.name AS decider_name,
    b.name AS decided_name, q.name AS pool_name, {{decidable}} AS may_decide,
    CASE WHEN r.state = 'open' AND (r.lapses_at <= %(now)s OR {OVER_SQL}) THEN 'lapsed' ELSE r.state END AS shown_state,
    (SELECT count(*) FROM request_comment m WHERE m.tenant_id = r.tenant_id AND m.request_id = r.id) AS comments
  FROM request r JOIN customer c ON c.tenant_id = r.tenant_id AND c.id = r.customer_id
  LEFT JOIN person a ON a.tenant_id = r.tenant_id AND a.id = r.asked_by
  LEFT JOIN person d ON d.tenant_id = r.tenant_id AND d.id = r.decider_id
  LEFT JOIN person b ON b.tenant_id = r.tenant_id AND b.id = r.decided_by
  LEFT JOIN pool q ON q.tenant_id = r.tenant_id AND q.id = r.pool_id
  WHERE r.tenant_id = %(t)s"""

_BOXES = {
    "to_decide": "r.state = 'open' AND {decidable}|shown_state = 'open'",
    "mine": "{asked}|true",
    "decided": "{decidable}|shown_state <> 'open'",
}


def _sql(actor: Actor, box: str, now: datetime) -> tuple[str, dict[str, Any]]:
    mine, params = decidable(actor)
    inner, _, outer = _BOXES[box].format(decidable=mine, asked=asked(actor)).partition("|")
    sql = f"SELECT * FROM ({_LIST.format(decidable=mine)} AND {inner}) x WHERE {outer}"
    return sql, {**params, "t": actor.tenant_id, "now": now, "me": actor.person_id}


async def list_requests(
    conn: Conn,
    actor: Actor,
    *,
    box: str,
    kind: str | None,
    asked_by: int | None = None,
    now: datetime,
    before: int | None,
    limit: int,
) -> list[DictRow]:
    """box `to_decide`: open ones the actor may decide; `mine`: asked by the actor; `decided`: those over. Newest first."""
    sql, params = _sql(actor, box, now)
    return await rows(
        conn,
        f"{sql} AND (%(kind)s::text IS NULL OR x.kind = %(kind)s)"
        " AND (%(asked_by)s::bigint IS NULL OR x.asked_by = %(asked_by)s)"
        " AND (%(before)s::bigint IS NULL OR x.id < %(before)s) ORDER BY x.id DESC LIMIT %(limit)s",
        {**params, "kind": kind, "asked_by": asked_by, "before": before, "limit": limit},
    )


async def count_to_decide(conn: Conn, actor: Actor, now: datetime) -> int:
    """How many open requests the actor may decide."""
    sql, params = _sql(actor, "to_decide", now)
    n: int = await value(conn, f"SELECT count(*) FROM ({sql}) y", params)
    return n


def waiting_by_asker(actor: Actor, now: datetime) -> tuple[str, dict[str, Any]]:
    """A SELECT of asked_by and n: how many of each person's open requests the actor may decide; with its parameters."""
    mine, params = decidable(actor)
    sql = f"""SELECT r.asked_by, count(*) AS n FROM request r
      JOIN customer c ON c.tenant_id = r.tenant_id AND c.id = r.customer_id
      WHERE r.tenant_id = %(t)s AND r.state = 'open' AND r.lapses_at > %(now)s AND NOT {OVER_SQL} AND {mine}
      GROUP BY r.asked_by"""
    return sql, {**params, "t": actor.tenant_id, "now": now}


async def get_request(conn: Conn, actor: Actor, request_id: int, *, now: datetime) -> DictRow:
    """One request as in the lists; 404 unless the actor asked for it or may decide it."""
    mine, params = decidable(actor)
    row = await one(
        conn,
        f"{_LIST.format(decidable=mine)} AND r.id = %(id)s AND ({asked(actor)} OR {mine})",
        {**params, "t": actor.tenant_id, "now": now, "me": actor.person_id, "id": request_id},
    )
    if row is None:
        raise NotFound("request", id=str(request_id))
    return row


async def comments_of(conn: Conn, tenant_id: int, request_id: int) -> list[DictRow]:
    """What was said about a request, oldest first, with the authors' names."""
    return await rows(
        conn,
        "SELECT m.id, m.at, m.text, m.author_id, p.name AS author_name FROM request_comment m"
        " JOIN person p ON p.tenant_id = m.tenant_id AND p.id = m.author_id"
        " WHERE m.tenant_id = %s AND m.request_id = %s ORDER BY m.id",
        (tenant_id, request_id),
    )


async def lock_requests(conn: Conn, tenant_id: int, ids: Sequence[int]) -> dict[int, DictRow]:
    """Rows by id, locked in id order; behind their customers, as everybody locks."""
    found = await rows(
        conn,
        "SELECT * FROM request r WHERE r.tenant_id = %s AND r.id = ANY (%s) ORDER BY r.id FOR NO KEY UPDATE",
        (tenant_id, list(ids)),
    )
    return {row["id"]: row for row in found}
