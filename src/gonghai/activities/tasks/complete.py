"""Tasks done by follow-ups: in the transaction that records one, under the customer's lock; and undone with it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from psycopg.rows import DictRow

from gonghai.activities.tasks.decide import why_open
from gonghai.activities.tasks.queries import IN_FORCE, JOINED
from gonghai.base.database import Conn, rows
from gonghai.base.queue import defer

# Locked before it is decided on: somebody may be cancelling it.
_THEIRS: Final = f"""SELECT t.id, t.asked_at, b.kind, b.title FROM {JOINED}
  WHERE t.tenant_id = %(t)s AND t.customer_id = %(c)s AND t.state = 'open' AND {IN_FORCE}
    AND (t.assignee_id = %(author)s OR t.assignee_id IN (
      SELECT x.person_id FROM deputies_at(%(t)s, %(at)s) x WHERE x.deputy_id = %(author)s))
  ORDER BY t.id FOR NO KEY UPDATE OF t"""
_SETTLE: Final = """UPDATE task t SET follow_up_id = x.follow_up_id, version = t.version + 1,
    state = CASE WHEN x.follow_up_id IS NULL THEN 'open' ELSE 'done' END, decided_at = f.recorded_at,
    decided_by = f.author_id
  FROM unnest(%(tasks)s::bigint[], %(follow_ups)s::bigint[]) AS x (task_id, follow_up_id)
  LEFT JOIN follow_up f ON f.tenant_id = %(t)s AND f.id = x.follow_up_id
  WHERE t.tenant_id = %(t)s AND t.id = x.task_id"""


async def do_tasks(conn: Conn, follow_up: DictRow) -> list[dict[str, Any]]:
    """Open tasks about the follow-up's locked customer, of its author and of those for whom they act now: id, title, and
    `why_open` where it leaves one open.

    The givers hear of batches that are complete by it.
    """
    tenant_id, author = follow_up["tenant_id"], follow_up["author_id"]
    asked = {"t": tenant_id, "c": follow_up["customer_id"], "author": author, "at": follow_up["recorded_at"]}
    theirs = await rows(conn, _THEIRS, asked)
    told = [
        {"id": task["id"], "title": task["title"], "why_open": why_open(task["kind"], task["asked_at"], follow_up)}
        for task in theirs
    ]
    await _settle(conn, tenant_id, {task["id"]: follow_up["id"] for task in told if task["why_open"] is None})
    return told


async def do_again(conn: Conn, tenant_id: int, follow_up_id: int) -> None:
    """What a voided follow-up did is open again, unless another by or for the assignee does it. Under the customer's lock."""
    tasks = await rows(
        conn,
        """SELECT t.id, t.customer_id, t.assignee_id, t.asked_at, b.kind FROM task t
           JOIN task_batch b ON b.tenant_id = t.tenant_id AND b.id = t.batch_id
           WHERE t.tenant_id = %s AND t.follow_up_id = %s ORDER BY t.id FOR NO KEY UPDATE OF t""",
        (tenant_id, follow_up_id),
    )
    if not tasks:
        return
    others = await rows(
        conn,
        """SELECT f.id, f.author_id, f.for_id, f.kind, f.at, f.qualifies, f.why_not, f.note FROM follow_up f
           WHERE f.tenant_id = %(t)s AND f.customer_id = %(c)s AND f.voided_at IS NULL
             AND (f.author_id = ANY (%(people)s) OR f.for_id = ANY (%(people)s)) ORDER BY f.recorded_at, f.id""",
        {"t": tenant_id, "c": tasks[0]["customer_id"], "people": [task["assignee_id"] for task in tasks]},
    )
    await _settle(conn, tenant_id, {task["id"]: _first(task, others) for task in tasks})


def _first(task: DictRow, follow_ups: Sequence[DictRow]) -> int | None:
    doing = (
        f["id"]
        for f in follow_ups
        if task["assignee_id"] in (f["author_id"], f["for_id"]) and why_open(task["kind"], task["asked_at"], f) is None
    )
    return next(doing, None)


async def _settle(conn: Conn, tenant_id: int, done_by: Mapping[int, int | None]) -> None:
    """Locked tasks are done by these follow-ups; None: open again."""
    if not done_by:
        return
    follow_ups = list(done_by.values())
    await rows(conn, f"{_SETTLE} RETURNING t.id", {"t": tenant_id, "tasks": list(done_by), "follow_ups": follow_ups})
    if any(follow_ups):
        await defer(conn, "notify", tenant_id=tenant_id, tasks=list(done_by))
