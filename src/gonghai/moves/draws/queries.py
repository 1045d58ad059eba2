"""Reading draws: a pool's list, one with the reader's wishes, all wishes for dealing and for the record."""

from collections.abc import Sequence
from datetime import datetime

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, one, rows
from gonghai.base.errors import NotFound
from gonghai.customers.queries import by_ids

# Where a planned draw stands follows from its window, and from whether its pool still draws.
_STATE = """CASE WHEN d.state <> 'planned' THEN d.state
    WHEN q.state <> 'open' OR q.mode <> 'draw' THEN 'cancelled'
    WHEN %(now)s < d.opens_at THEN 'planned' WHEN %(now)s < d.closes_at THEN 'open' ELSE 'closing' END AS stands,
  coalesce(d.why, CASE WHEN q.state <> 'open' THEN 'pool_closed' WHEN q.mode <> 'draw' AND d.state = 'planned'
    THEN 'mode_changed' END) AS why_cancelled"""
_SELECT = f"""SELECT d.*, {_STATE}, q.name AS pool_name, q.draw_most_wishes, p.name AS planned_by_name,
    w.people, w.wishes, w.won, n.id AS next_id
  FROM draw d JOIN pool q ON q.tenant_id = d.tenant_id AND q.id = d.pool_id
  LEFT JOIN person p ON p.tenant_id = d.tenant_id AND p.id = d.planned_by
  LEFT JOIN draw n ON n.tenant_id = d.tenant_id AND n.follows = d.id
  CROSS JOIN LATERAL (SELECT count(DISTINCT x.person_id) AS people, count(*) AS wishes,
      count(*) FILTER (WHERE x.outcome = 'won') AS won
    FROM draw_wish x WHERE x.tenant_id = d.tenant_id AND x.draw_id = d.id) w"""


async def draw_list(
    conn: Conn, tenant_id: int, pool_id: int, *, before: int | None, limit: int, now: datetime
) -> list[DictRow]:
    """A pool's draws, the newest plan first, below id `before`."""
    return await rows(
        conn,
        f"{_SELECT} WHERE d.tenant_id = %(t)s AND d.pool_id = %(pool)s"
        " AND (%(before)s::bigint IS NULL OR d.id < %(before)s) ORDER BY d.id DESC LIMIT %(limit)s",
        {"t": tenant_id, "pool": pool_id, "before": before, "limit": limit, "now": now},
    )


async def get_draw(conn: Conn, actor: Actor, draw_id: int, *, now: datetime) -> DictRow:
    """One draw; 404 where there is none, or its pool is not the actor's to see."""
    row = await one(
        conn, f"{_SELECT} WHERE d.tenant_id = %(t)s AND d.id = %(d)s", {"t": actor.tenant_id, "d": draw_id, "now": now}
    )
    if row is None or not (row["pool_id"] in actor.visible_pools() or actor.sees_all):
        raise NotFound("draw", id=str(draw_id))
    return row


async def all_wishes(conn: Conn, tenant_id: int, draw_id: int) -> list[DictRow]:
    """Everybody's wishes in order of person and place."""
    return await rows(
        conn,
        "SELECT w.* FROM draw_wish w WHERE w.tenant_id = %s AND w.draw_id = %s ORDER BY w.person_id, w.place",
        (tenant_id, draw_id),
    )


async def own_wishes(conn: Conn, actor: Actor, draw_id: int) -> list[DictRow]:
    """The actor's wishes in their order, with names; who took one, unless the pool hides that."""
    return await rows(
        conn,
        "SELECT w.*, c.name AS customer_name, CASE WHEN q.hide_claimers THEN NULL ELSE t.name END AS taken_by_name"
        " FROM draw_wish w JOIN draw d ON d.tenant_id = w.tenant_id AND d.id = w.draw_id"
        " JOIN pool q ON q.tenant_id = d.tenant_id AND q.id = d.pool_id"
        " JOIN customer c ON c.tenant_id = w.tenant_id AND c.id = w.customer_id"
        " LEFT JOIN person t ON t.tenant_id = w.tenant_id AND t.id = w.taken_by"
        " WHERE w.tenant_id = %s AND w.draw_id = %s AND w.person_id = %s ORDER BY w.place",
        (actor.tenant_id, draw_id, actor.person_id),
    )


async def to_decide(conn: Conn, tenant_id: int) -> list[int]:
    """Draws that have closed and were not dealt, or whose pool no longer draws: what a job that was missed left."""
    found = await rows(
        conn,
        "SELECT d.id FROM draw d JOIN pool q ON q.tenant_id = d.tenant_id AND q.id = d.pool_id"
        " WHERE d.tenant_id = %s AND d.state = 'planned'"
        " AND (d.closes_at <= clock_timestamp() OR q.mode <> 'draw' OR q.state <> 'open') ORDER BY d.closes_at, d.id",
        (tenant_id,),
    )
    return [row["id"] for row in found]


async def dealt_draws(conn: Conn, tenant_id: int, draw_id: int | None) -> list[DictRow]:
    """Dealt draws (or that one) with the digest that the log has of their records."""
    return await rows(
        conn,
        "SELECT d.*, e.data->>'digest' AS logged FROM draw d JOIN event e ON e.tenant_id = d.tenant_id"
        " AND e.subject = 'draw' AND e.subject_id = d.id AND e.kind = 'deal_draw'"
        " WHERE d.tenant_id = %s AND d.state = 'dealt' AND (%s::bigint IS NULL OR d.id = %s) ORDER BY d.id",
        (tenant_id, draw_id, draw_id),
    )


async def names_in(conn: Conn, actor: Actor, draw: DictRow, wishes: Sequence[DictRow]) -> dict[str, dict[str, str]]:
    """Names in a record as its reader may see them: of customers they see, of people unless the pool hides who got
    what."""
    customers = await by_ids(conn, actor, sorted({row["customer_id"] for row in wishes}))
    hidden = await one(
        conn,
        "SELECT q.hide_claimers FROM pool q WHERE q.tenant_id = %s AND q.id = %s",
        (actor.tenant_id, draw["pool_id"]),
    )
    people: list[DictRow] = []
    if hidden is not None and (not hidden["hide_claimers"] or actor.administers(draw["pool_id"])):
        people = await rows(
            conn,
            "SELECT p.id, p.name FROM person p WHERE p.tenant_id = %s AND p.id = ANY (%s)",
            (actor.tenant_id, sorted({row["person_id"] for row in wishes})),
        )
    return {
        "people": {str(row["id"]): row["name"] for row in people},
        "customers": {str(row["id"]): row["name"] for row in customers},
    }
