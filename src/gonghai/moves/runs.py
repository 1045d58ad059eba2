"""Reading the record of sweeps and their items."""

from typing import Any

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.access.visibility import predicate
from gonghai.base.database import Conn, one, rows
from gonghai.base.errors import NotFound
from gonghai.moves.undone import EVENT_OF_ITEM, OF_ITEM

_SELECT = """SELECT r.*, q.name AS pool_name, p.name AS requested_by_name FROM recycle_run r
  LEFT JOIN pool q ON q.tenant_id = r.tenant_id AND q.id = r.pool_id
  LEFT JOIN person p ON p.tenant_id = r.tenant_id AND p.id = r.requested_by"""
# A sweep writes on an item only that it was not moved.
_OUTCOME = (
    "CASE WHEN un.undone THEN 'undone' ELSE coalesce(i.outcome, CASE WHEN i.customer_id <= r.done_to THEN 'moved' END)"
    " END"
)


# Most runs find nothing: one looks every ten minutes.
_EVENTFUL = "(r.due > 0 OR r.warned > 0 OR r.state <> 'done')"


async def run_list(
    conn: Conn, tenant_id: int, *, before: int | None, limit: int, eventful: bool = False
) -> list[DictRow]:
    """Runs, newest first; `eventful`: without those that ended and had found nothing due."""
    return await rows(
        conn,
        f"{_SELECT} WHERE r.tenant_id = %(t)s AND (%(before)s::bigint IS NULL OR r.id < %(before)s)"
        f" AND (NOT %(eventful)s OR {_EVENTFUL}) ORDER BY r.id DESC LIMIT %(limit)s",
        {"t": tenant_id, "before": before, "eventful": eventful, "limit": limit},
    )


async def get_run(conn: Conn, tenant_id: int, run_id: int) -> DictRow:
    """One run; 404 without."""
    row = await one(conn, f"{_SELECT} WHERE r.tenant_id = %s AND r.id = %s", (tenant_id, run_id))
    if row is None:
        raise NotFound("recycle_run", id=str(run_id))
    return row


async def items(
    conn: Conn, actor: Actor, run_id: int, *, outcome: str | None, behind: int, limit: int
) -> list[DictRow]:
    """Items of a run in customer order, behind customer `behind`: those whose customer or former owner one sees.

    Who may not read runs sees what it took from them.
    """
    seen, params = predicate(actor) if actor.may("runs.read") else ("false", dict[str, Any]())
    losers = actor.subordinates if actor.may("runs.read") else frozenset[int]()
    return await rows(
        conn,
        f"""SELECT i.*, {_OUTCOME} AS outcome, un.kept, {EVENT_OF_ITEM},
            c.name AS customer_name, o.name AS owner_name, q.name AS pool_name
          FROM recycle_item i JOIN recycle_run r ON r.tenant_id = i.tenant_id AND r.id = i.run_id
          JOIN customer c ON c.tenant_id = i.tenant_id AND c.id = i.customer_id
          JOIN person o ON o.tenant_id = i.tenant_id AND o.id = i.owner_id
          JOIN pool q ON q.tenant_id = i.tenant_id AND q.id = i.pool_to
          {OF_ITEM}
          WHERE i.tenant_id = %(t)s AND i.run_id = %(run)s AND i.customer_id > %(behind)s
            AND (%(outcome)s::text IS NULL OR {_OUTCOME} = %(outcome)s)
            AND ({seen} OR i.owner_id = ANY (%(team)s))
          ORDER BY i.customer_id LIMIT %(limit)s""",
        {
            "t": actor.tenant_id,
            "run": run_id,
            "behind": behind,
            "outcome": outcome,
            "team": sorted(losers | ({actor.person_id} if actor.person_id is not None else frozenset())),
            "limit": limit,
            **params,
        },
    )
