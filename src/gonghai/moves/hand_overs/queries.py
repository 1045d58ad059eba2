"""Reading the record of hand-overs: who gave whose book to whom, and when, down to the customers."""

from typing import Any

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.access.visibility import predicate
from gonghai.base.database import Conn, one, rows
from gonghai.base.errors import NotFound
from gonghai.moves.undone import OF_ITEM

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
    return "(h.person_id = ANY (%(mine)s) OR h.by_id = %(me)s)", {**params, "mine": _team(actor), "me": actor.person_id}


def _team(actor: Actor) -> list[int]:
    return sorted(actor.subordinates | ({actor.person_id} if actor.person_id is not None else frozenset()))


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


async def customer_list(
    conn: Conn,
    actor: Actor,
    hand_over_id: int,
    *,
    person_id: int | None,
    pool_id: int | None,
    behind: int,
    limit: int,
) -> list[DictRow]:
    """Where each customer of one went, in customer order behind customer `behind`: those whose customer or giver the
    actor sees; of one receiver, if given. 404 unless the actor sees the hand-over."""
    record = await get_hand_over(conn, actor, hand_over_id)
    seen, params = predicate(actor)
    return await rows(
        conn,
        f"""WITH r AS (SELECT %(t)s::bigint AS tenant_id, %(batch)s::bigint AS batch_id),
          i AS (
            SELECT e.tenant_id, e.subject_id AS customer_id, c.name AS customer_name, e.id AS event_id,
              e.owner_to AS person_id, CASE WHEN e.owner_to IS NULL THEN e.pool_to END AS pool_id,
              e.data ? 'over_cap' AS over_cap, (e.data->'why'->>'row')::integer AS row
            FROM event e JOIN customer c ON c.tenant_id = %(t)s AND c.id = e.subject_id
            WHERE e.tenant_id = %(t)s AND e.batch_id = %(batch)s AND e.subject = 'customer' AND e.kind = 'hand_over'
              AND e.subject_id > %(behind)s AND ({seen} OR e.owner_from = ANY (%(team)s))
              AND (%(person)s::bigint IS NULL OR e.owner_to = %(person)s)
              AND (%(pool)s::bigint IS NULL OR (e.owner_to IS NULL AND e.pool_to = %(pool)s))
            ORDER BY e.subject_id LIMIT %(limit)s)
          SELECT i.*, g.name AS person_id_name, q.name AS pool_id_name, coalesce(un.undone, false) AS undone, un.kept
          FROM i CROSS JOIN r LEFT JOIN person g ON g.tenant_id = %(t)s AND g.id = i.person_id
          LEFT JOIN pool q ON q.tenant_id = %(t)s AND q.id = i.pool_id {OF_ITEM} ORDER BY i.customer_id""",
        {
            "t": actor.tenant_id, "batch": record["batch_id"], "team": _team(actor), "person": person_id,
            "pool": pool_id, "behind": behind, "limit": limit, **params,
        },
    )  # fmt: skip
