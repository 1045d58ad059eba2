"""Which batches one may undo, and reading the record of undoing them."""

from collections.abc import Sequence
from datetime import datetime

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.access.visibility import predicate
from gonghai.base.database import Conn, one, rows
from gonghai.base.errors import Forbidden, NotFound, Refusal
from gonghai.moves.hand_overs.book import may_hand_over
from gonghai.moves.undo import start_undo

# What can be undone: the table of its record, whose pool's admins may, and how much there is to undo.
_BATCHES = {
    "recycle_run": "SELECT batch_id, pool_id, finished_at, moved AS n FROM recycle_run",
    "cleaning_run": "SELECT batch_id, pool_id, finished_at, archived + moved + asked AS n FROM cleaning_run",
    # Its rows may name any pool.
    "import": "SELECT batch_id, NULL::bigint AS pool_id, finished_at,"
    " CASE WHEN dry_run OR kind = 'people' THEN 0 ELSE created END AS n FROM import",
    "hand_over": "SELECT batch_id, NULL::bigint AS pool_id, at AS finished_at, customers AS n, person_id FROM hand_over",
}


async def undo(conn: Conn, actor: Actor, what: str, record_id: int, *, now: datetime) -> int:
    """Begins undoing a recycle_run, cleaning_run, import or hand_over; the id of the undo.

    For admins, for the admins of the pool that a run was confined to, and a hand-over for whoever may hand over that
    person's book. Refuses `run_unfinished`, and
    `nothing_to_undo` where nothing was moved.
    """
    needed = "people.hand_over" if what == "hand_over" else "runs.undo"
    actor.need(needed)
    sql = f"{_BATCHES[what]} WHERE tenant_id = %s AND id = %s FOR SHARE"
    record = await one(conn, sql, (actor.tenant_id, record_id))
    if record is None:
        raise NotFound(what, id=str(record_id))
    may = may_hand_over(actor, record["person_id"]) if what == "hand_over" else may_undo(actor, record["pool_id"])
    if not may:
        raise Forbidden(needed)
    if record["finished_at"] is None:
        raise Refusal("run_unfinished")
    if not record["n"]:
        raise Refusal("nothing_to_undo")
    return await start_undo(conn, actor, record["batch_id"], now=now)


def may_undo(actor: Actor, pool_id: int | None) -> bool:
    """Whether the actor may undo a run of this pool (None: of all pools, or an import)."""
    return actor.may("runs.undo") and ("admin" in actor.roles or (pool_id is not None and actor.administers(pool_id)))


_SELECT = """SELECT u.*, p.name AS requested_by_name FROM undo u
  LEFT JOIN person p ON p.tenant_id = u.tenant_id AND p.id = u.requested_by"""


async def get_undo(conn: Conn, tenant_id: int, undo_id: int) -> DictRow:
    """One undo; 404 without."""
    row = await one(conn, f"{_SELECT} WHERE u.tenant_id = %s AND u.id = %s", (tenant_id, undo_id))
    if row is None:
        raise NotFound("undo", id=str(undo_id))
    return row


async def newest_undos(conn: Conn, tenant_id: int, batch_ids: Sequence[int | None]) -> dict[int, DictRow]:
    """The newest undo of each batch that has one, by batch; `undone` is what all undos of the batch undid."""
    found = await rows(
        conn,
        f"""SELECT DISTINCT ON (x.batch_id) x.*, sum(x.undone) OVER (PARTITION BY x.batch_id) AS undone_in_all
          FROM ({_SELECT} WHERE u.tenant_id = %s AND u.batch_id = ANY (%s)) x ORDER BY x.batch_id, x.id DESC""",
        (tenant_id, [b for b in batch_ids if b is not None]),
    )
    return {row["batch_id"]: {**row, "undone": int(row["undone_in_all"])} for row in found}


async def kept_list(conn: Conn, actor: Actor, undo_id: int, *, behind: int, limit: int) -> list[DictRow]:
    """What an undo left as it was, in customer order, behind customer `behind`: those that the actor sees."""
    seen, params = predicate(actor)
    return await rows(
        conn,
        f"""SELECT k.customer_id, k.why, c.name AS customer_name, o.id AS owner_id, o.name AS owner_name,
            e.kind, e.at FROM undo_kept k
          JOIN customer c ON c.tenant_id = k.tenant_id AND c.id = k.customer_id
          LEFT JOIN person o ON o.tenant_id = k.tenant_id AND o.id = coalesce((k.data->>'owner')::bigint, c.owner_id)
          LEFT JOIN event e ON e.tenant_id = k.tenant_id AND e.id = (k.data->>'event')::bigint
          WHERE k.tenant_id = %(t)s AND k.undo_id = %(undo)s AND k.customer_id > %(behind)s AND {seen}
          ORDER BY k.customer_id LIMIT %(limit)s""",
        {"t": actor.tenant_id, "undo": undo_id, "behind": behind, "limit": limit, **params},
    )


# The move that a run's item `i` of a run `r` became, by its event: the version after the one that was decided on.
EVENT_OF_ITEM = """(SELECT e.id FROM event e WHERE e.tenant_id = i.tenant_id AND e.subject = 'customer'
    AND e.subject_id = i.customer_id AND e.version = i.customer_version + 1 AND e.batch_id = r.batch_id) AS event_id"""
# What became of a run's item `i` of a run `r` since: joined to a list of items, by the newest undo that reached it.
OF_ITEM = """LEFT JOIN LATERAL (
    SELECT k.why AS kept, k.why IS NULL AS undone FROM undo u
    JOIN undo_item x ON x.tenant_id = u.tenant_id AND x.undo_id = u.id AND x.customer_id = i.customer_id
      AND x.customer_id <= u.done_to
    LEFT JOIN undo_kept k ON k.tenant_id = u.tenant_id AND k.undo_id = u.id AND k.customer_id = i.customer_id
    WHERE u.tenant_id = r.tenant_id AND u.batch_id = r.batch_id ORDER BY u.id DESC LIMIT 1) un ON true"""
