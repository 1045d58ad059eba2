"""Tasks in a hand-over: what the giver was asked goes to the heir with the customer, and comes back when that is undone.

Collaborators go along with a customer, so what they were asked does too. What goes into a pool writes nothing: its tasks
lapse with the spell, and are back when an undo opens that again. All under the customers' locks, in the order of ids.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from gonghai.activities.tasks.queries import JOINED, ON_CUSTOMER
from gonghai.base.database import Conn, rows, value
from gonghai.events.log import By

# Of both statements: what changes hands is another's task from now on, and each such task has its event.
_MOVED: Final = """passed AS (
    UPDATE task t SET assignee_id = h.to_id, spell_no = h.to_spell, asked_at = h.to_asked,
      version = t.version + (h.to_id <> h.from_id)::integer
    FROM held h WHERE t.tenant_id = %(t)s AND t.id = h.id
    RETURNING t.id, t.version, h.from_id, h.to_id, h.was_spell, h.was_asked
  ), logged AS (
    INSERT INTO event (tenant_id, at, kind, subject, subject_id, version, actor, actor_id, batch_id, data)
    SELECT %(t)s, %(at)s, 'reassign_task', 'task', p.id, p.version, %(actor)s, %(actor_id)s, %(by_batch)s,
      jsonb_build_object('from', p.from_id::text, 'to', p.to_id::text, 'spell_no', p.was_spell, 'asked_at', p.was_asked)
    FROM passed p WHERE p.from_id <> p.to_id RETURNING 1
  ) SELECT count(*) AS n FROM logged"""
_COLLABORATES: Final = """EXISTS (SELECT FROM collaborator k WHERE k.tenant_id = t.tenant_id
    AND k.customer_id = t.customer_id AND k.spell_no = c.spell_no AND k.person_id = t.assignee_id)"""

_ALONG: Final = f"""WITH held AS MATERIALIZED (
    SELECT t.id, t.assignee_id AS from_id, t.spell_no AS was_spell, t.asked_at AS was_asked, c.spell_no AS to_spell,
      CASE WHEN t.assignee_id = %(giver)s THEN c.owner_id ELSE t.assignee_id END AS to_id,
      CASE WHEN t.assignee_id = %(giver)s THEN %(at)s ELSE t.asked_at END AS to_asked
    FROM customer c JOIN task t ON t.tenant_id = c.tenant_id AND t.customer_id = c.id AND t.state = 'open'
    WHERE c.tenant_id = %(t)s AND c.id = ANY (%(ids)s) AND (
      (t.spell_no = c.spell_no - 1 AND (t.assignee_id IN (%(giver)s, c.owner_id) OR {_COLLABORATES}))
      OR (t.spell_no IS NULL AND t.assignee_id = %(giver)s))
    ORDER BY t.id FOR NO KEY UPDATE OF t
  ), {_MOVED}"""
# A task that nobody touched since still has the version of its event.
_BACK: Final = f"""WITH held AS MATERIALIZED (
    SELECT t.id, t.assignee_id AS from_id, t.spell_no AS was_spell, t.asked_at AS was_asked,
      CASE WHEN e.id IS NOT NULL THEN c.owner_id ELSE t.assignee_id END AS to_id,
      CASE WHEN e.id IS NOT NULL AND e.data->>'spell_no' IS NULL THEN NULL ELSE c.spell_no END AS to_spell,
      coalesce((e.data->>'asked_at')::timestamptz, t.asked_at) AS to_asked
    FROM customer c JOIN task t ON t.tenant_id = c.tenant_id AND t.customer_id = c.id AND t.state = 'open'
      AND t.spell_no = c.spell_no - 1
    LEFT JOIN event e ON e.tenant_id = t.tenant_id AND e.subject = 'task' AND e.subject_id = t.id
      AND e.version = t.version AND e.kind = 'reassign_task' AND e.batch_id = %(batch)s
    WHERE c.tenant_id = %(t)s AND c.id = ANY (%(ids)s) AND (e.id IS NOT NULL OR {_COLLABORATES})
    ORDER BY t.id FOR NO KEY UPDATE OF t
  ), {_MOVED}"""


@dataclass(frozen=True, slots=True)
class OpenTasks:
    """How many open tasks somebody has, by customer; `of_spell`: of these, those that end with the spell. Others were
    given before anybody owned the customer, and hold in its pool."""

    all: Counter[int]
    of_spell: Counter[int]


async def open_tasks(conn: Conn, tenant_id: int, person_id: int) -> OpenTasks:
    """The person's, whether they can still sign in or not."""
    found = await rows(
        conn,
        f"""SELECT t.customer_id, count(*) AS n, count(t.spell_no) AS of_spell FROM {JOINED}
            WHERE t.tenant_id = %s AND t.assignee_id = %s AND t.state = 'open' AND {ON_CUSTOMER}
            GROUP BY t.customer_id""",
        (tenant_id, person_id),
    )
    every, of_spell = (Counter({row["customer_id"]: row[name] for row in found}) for name in ("n", "of_spell"))
    return OpenTasks(every, of_spell)


async def go_along(
    conn: Conn, tenant_id: int, customer_ids: Sequence[int], giver_id: int, *, by: By, at: datetime
) -> int:
    """Open tasks about customers that a hand-over has just passed on are their new owners'; how many changed hands."""
    return await _move(conn, _ALONG, tenant_id, customer_ids, by, at, giver=giver_id)


async def come_back(
    conn: Conn, tenant_id: int, customer_ids: Sequence[int], batch_id: int, *, by: By, at: datetime
) -> int:
    """The same the other way, for customers of the hand-over `batch_id` that an undo has just given back."""
    return await _move(conn, _BACK, tenant_id, customer_ids, by, at, batch=batch_id)


async def _move(
    conn: Conn, sql: str, tenant_id: int, customer_ids: Sequence[int], by: By, at: datetime, **params: Any
) -> int:
    n: int = await value(
        conn,
        sql,
        {
            "t": tenant_id, "ids": list(customer_ids), "at": at, "actor": by.kind, "actor_id": by.person_id,
            "by_batch": by.batch_id, **params,
        },
    )  # fmt: skip
    return n
