"""Reading the record of hand-overs: who gave whose book to whom, and when."""

from typing import Any

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, one, rows
from gonghai.base.errors import NotFound

_SELECT = """SELECT h.*, p.name AS person_name, b.name AS by_name, (
    SELECT jsonb_agg(jsonb_build_object('person_id', r.person_id, 'person_id_name', g.name, 'pool_id', r.pool_id,
        'pool_id_name', q.name, 'customers', r.customers, 'over_cap', r.over_cap) ORDER BY r.place)
    FROM hand_over_receiver r LEFT JOIN person g ON g.tenant_id = r.tenant_id AND g.id = r.person_id
    LEFT JOIN pool q ON q.tenant_id = r.tenant_id AND q.id = r.pool_id
    WHERE r.tenant_id = h.tenant_id AND r.hand_over_id = h.id) AS receivers
  FROM hand_over h JOIN person p ON p.tenant_id = h.tenant_id AND p.id = h.person_id
  LEFT JOIN person b ON b.tenant_id = h.tenant_id AND b.id = h.by_id
  WHERE h.tenant_id = %(t)s"""


def _seen(actor: Actor) -> tuple[str, dict[str, Any]]:
    """Hand-overs that the actor sees: those of their people, and their own."""
    params: dict[str, Any] = {"t": actor.tenant_id}
    if actor.sees_all:
        return "true", params
    mine = sorted(actor.subordinates | ({actor.person_id} if actor.person_id is not None else frozenset()))
    return "(h.person_id = ANY (%(mine)s) OR h.by_id = %(me)s)", {**params, "mine": mine, "me": actor.person_id}


async def hand_over_list(
    conn: Conn, actor: Actor, *, person_id: int | None, before: int | None, limit: int
) -> list[DictRow]:
    """Newest first, below id `before`; of one giver, if given."""
    actor.need("runs.read")
    seen, params = _seen(actor)
    return await rows(
        conn,
        f"{_SELECT} AND {seen} AND (%(before)s::bigint IS NULL OR h.id < %(before)s)"
        " AND (%(person)s::bigint IS NULL OR h.person_id = %(person)s) ORDER BY h.id DESC LIMIT %(limit)s",
        {**params, "person": person_id, "before": before, "limit": limit},
    )


async def get_hand_over(conn: Conn, actor: Actor, hand_over_id: int) -> DictRow:
    """One; 404 unless the actor sees it."""
    actor.need("runs.read")
    seen, params = _seen(actor)
    row = await one(conn, f"{_SELECT} AND {seen} AND h.id = %(id)s", {**params, "id": hand_over_id})
    if row is None:
        raise NotFound("hand_over", id=str(hand_over_id))
    return row
