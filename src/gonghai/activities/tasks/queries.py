"""Reading tasks: one's own by day, those of a batch or a customer, and how far batches are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.access.visibility import predicate
from gonghai.base.database import Conn, one, rows
from gonghai.base.errors import NotFound

# A task (t) holds while its assignee (p) can sign in and works on the customer (c): it belongs to a spell as plans do,
# so ending the spell writes nothing, and re-opening it brings the task back. One about a customer whom nobody owned
# holds until somebody else does.
ON_CUSTOMER: Final = """(CASE WHEN t.spell_no IS NULL
    THEN c.state = 'pooled' OR c.owner_id = t.assignee_id
    ELSE c.state = 'owned' AND c.spell_no = t.spell_no AND (c.owner_id = t.assignee_id OR EXISTS (
      SELECT FROM collaborator k WHERE k.tenant_id = t.tenant_id AND k.customer_id = t.customer_id
        AND k.spell_no = t.spell_no AND k.person_id = t.assignee_id)) END) IS TRUE"""
IN_FORCE: Final = f"(p.state = 'active' AND {ON_CUSTOMER})"
JOINED: Final = """task t JOIN task_batch b ON b.tenant_id = t.tenant_id AND b.id = t.batch_id
    JOIN person p ON p.tenant_id = t.tenant_id AND p.id = t.assignee_id
    JOIN customer c ON c.tenant_id = t.tenant_id AND c.id = t.customer_id"""

# Which tasks a list shows. What is due at this instant is over; `today` ends at %(day_end)s.
Show = Literal["open", "overdue", "today", "later", "lapsed", "done", "refused", "cancelled", "all"]
_OPEN: Final = f"t.state = 'open' AND {IN_FORCE}"
SHOWS: Final[dict[Show, str]] = {
    "open": _OPEN,
    "overdue": f"{_OPEN} AND t.due_at <= %(now)s",
    "today": f"{_OPEN} AND t.due_at > %(now)s AND t.due_at <= %(day_end)s",
    "later": f"{_OPEN} AND t.due_at > %(day_end)s",
    "lapsed": f"t.state = 'open' AND NOT {IN_FORCE}",
    "done": "t.state = 'done'",
    "refused": "t.state = 'refused'",
    "cancelled": "t.state = 'cancelled'",
    "all": "true",
}
_CLOSED: Final = ("done", "refused", "cancelled")
COUNT_CAP: Final = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of the tasks that the actor may see a list asks for. `assignees` None: anybody's."""

    show: Show = "open"
    assignees: Collection[int] | None = None
    batch_id: int | None = None
    customer_id: int | None = None
    due_from: datetime | None = None
    due_until: datetime | None = None

    @property
    def descending(self) -> bool:
        """What is decided comes newest first, the rest by when it is due."""
        return self.show in _CLOSED


def may_see(actor: Actor, task: DictRow) -> bool:
    """Who was asked, who asked, the managers and the deputy of who was asked; all for admin and auditor."""
    assignee = task["assignee_id"]
    if actor.sees_all or actor.person_id in (assignee, task["given_by"]):
        return True
    return actor.manages_person(assignee) or actor.acts_for(assignee)


def _seen(actor: Actor) -> tuple[str, dict[str, Any]]:
    """The same in SQL."""
    if actor.sees_all:
        return "true", {}
    people = {*(actor.subordinates if "manager" in actor.roles else ()), *actor.deputises, actor.person_id}
    return "(t.assignee_id = ANY (%(see_people)s) OR b.given_by = %(me)s)", {
        "see_people": sorted(person for person in people if person is not None),
        "me": actor.person_id,
    }


async def page(
    conn: Conn,
    actor: Actor,
    wanted: Wanted,
    *,
    now: datetime,
    day_end: datetime,
    after: Sequence[Any] | None,
    limit: int,
) -> list[DictRow]:
    """Up to `limit` tasks behind the key `after` = (due_at, or decided_at where that orders them, id).

    A customer that the actor may not see has no name here.
    """
    seen, params = _seen(actor)
    known, more = predicate(actor)
    key, direction, sign = ("t.decided_at", "DESC", "<") if wanted.descending else ("t.due_at", "ASC", ">")
    parts = ["t.tenant_id = %(t)s", seen, SHOWS[wanted.show]]
    for condition, given in (
        ("t.assignee_id = ANY (%(assignees)s)", wanted.assignees),
        ("t.batch_id = %(batch)s", wanted.batch_id),
        ("t.customer_id = %(customer)s", wanted.customer_id),
        ("t.due_at > %(due_from)s", wanted.due_from),
        ("t.due_at <= %(due_until)s", wanted.due_until),
        (f"({key}, t.id) {sign} (%(after_at)s::timestamptz, %(after_id)s)", after),
    ):
        if given is not None:
            parts.append(condition)
    return await rows(
        conn,
        f"""SELECT t.*, b.title, b.note, b.kind, b.given_by, b.given_at, g.name AS giver_name, p.name AS assignee_name,
            p.state AS assignee_state, {IN_FORCE} AS in_force, CASE WHEN {known} THEN c.name END AS customer_name,
            d.name AS decider_name
          FROM {JOINED} JOIN person g ON g.tenant_id = t.tenant_id AND g.id = b.given_by
          LEFT JOIN person d ON d.tenant_id = t.tenant_id AND d.id = t.decided_by
          WHERE {" AND ".join(parts)} ORDER BY {key} {direction}, t.id {direction} LIMIT %(limit)s""",
        {
            **params, **more, "t": actor.tenant_id, "now": now, "day_end": day_end, "limit": limit,
            "assignees": None if wanted.assignees is None else sorted(wanted.assignees),
            "batch": wanted.batch_id, "customer": wanted.customer_id, "due_from": wanted.due_from, "due_until": wanted.due_until,
            "after_at": after[0] if after else None, "after_id": after[1] if after else None,
        },
    )  # fmt: skip


async def lock_tasks(
    conn: Conn, tenant_id: int, *, task_id: int | None = None, batch_id: int | None = None
) -> list[DictRow]:
    """One task, or all of a batch, with the batch's giver, title and kind; locked in id order, behind the customer."""
    return await rows(
        conn,
        """SELECT t.*, b.given_by, b.title, b.kind FROM task t
           JOIN task_batch b ON b.tenant_id = t.tenant_id AND b.id = t.batch_id
           WHERE t.tenant_id = %(t)s AND (t.id = %(task)s OR t.batch_id = %(batch)s)
           ORDER BY t.id FOR NO KEY UPDATE OF t""",
        {"t": tenant_id, "task": task_id, "batch": batch_id},
    )


async def count_due(conn: Conn, tenant_id: int, people: Collection[int], *, until: datetime) -> int:
    """How many open tasks of these people are due by then; exact up to COUNT_CAP."""
    found = await one(
        conn,
        f"""SELECT count(*) AS n FROM (SELECT FROM {JOINED} WHERE t.tenant_id = %(t)s
            AND t.assignee_id = ANY (%(p)s) AND {_OPEN} AND t.due_at <= %(until)s LIMIT {COUNT_CAP}) x""",
        {"t": tenant_id, "p": sorted(people), "until": until},
    )
    return found["n"] if found else 0


async def count_shown(
    conn: Conn, tenant_id: int, people: Collection[int], *, now: datetime, day_end: datetime
) -> dict[str, int]:
    """How many open tasks of these people are overdue, due today, due later, and have lapsed."""
    counted = ", ".join(f"count(*) FILTER (WHERE {SHOWS[s]}) AS {s}" for s in ("overdue", "today", "later", "lapsed"))
    found = await one(
        conn,
        f"SELECT {counted} FROM {JOINED} WHERE t.tenant_id = %(t)s AND t.assignee_id = ANY (%(p)s) AND t.state = 'open'",
        {"t": tenant_id, "p": sorted(people), "now": now, "day_end": day_end},
    )
    assert found is not None
    return dict(found)


# How far: of all tasks, by state; of the open ones, how many are overdue and how many have lapsed.
_PROGRESS: Final = f"""count(*) AS total, count(*) FILTER (WHERE t.state = 'done') AS done,
    count(*) FILTER (WHERE t.state = 'refused') AS refused,
    count(*) FILTER (WHERE t.state = 'cancelled') AS cancelled,
    count(*) FILTER (WHERE {SHOWS["open"]}) AS open,
    count(*) FILTER (WHERE {SHOWS["overdue"]}) AS overdue,
    count(*) FILTER (WHERE {SHOWS["lapsed"]}) AS lapsed"""


async def batches(
    conn: Conn, actor: Actor, *, everybody: bool, now: datetime, before: int | None, limit: int
) -> list[DictRow]:
    """Batches that the actor gave, newest first, with how far they are; `everybody`: anybody's, for who sees all."""
    return await rows(
        conn,
        f"""SELECT y.*, g.name AS giver_name, x.* FROM (
              SELECT * FROM task_batch n WHERE n.tenant_id = %(t)s AND (%(all)s OR n.given_by = %(me)s)
                AND (%(before)s::bigint IS NULL OR n.id < %(before)s) ORDER BY n.id DESC LIMIT %(limit)s) y
            JOIN person g ON g.tenant_id = y.tenant_id AND g.id = y.given_by
            CROSS JOIN LATERAL (SELECT {_PROGRESS} FROM {JOINED}
              WHERE t.tenant_id = y.tenant_id AND t.batch_id = y.id) x
            ORDER BY y.id DESC""",
        {
            "t": actor.tenant_id, "me": actor.person_id, "all": everybody and actor.sees_all, "now": now,
            "before": before, "limit": limit,
        },
    )  # fmt: skip


async def batch(conn: Conn, actor: Actor, batch_id: int) -> DictRow:
    """One batch with its giver's name; 404 unless the actor gave it, manages who did, or sees all."""
    found = await one(
        conn,
        """SELECT b.*, g.name AS giver_name FROM task_batch b
           JOIN person g ON g.tenant_id = b.tenant_id AND g.id = b.given_by
           WHERE b.tenant_id = %s AND b.id = %s""",
        (actor.tenant_id, batch_id),
    )
    if found is not None and (actor.sees_all or actor.person_id == found["given_by"]):
        return found
    if found is None or not actor.manages_person(found["given_by"]):
        raise NotFound("task_batch", id=str(batch_id))
    return found


async def progress_by_person(conn: Conn, tenant_id: int, batch_id: int, *, now: datetime) -> list[DictRow]:
    """How far each person of a batch is, those with most overdue first."""
    return await rows(
        conn,
        f"""SELECT p.id, p.name, {_PROGRESS} FROM {JOINED} WHERE t.tenant_id = %(t)s AND t.batch_id = %(batch)s
            GROUP BY p.id, p.name ORDER BY overdue DESC, open DESC, p.id""",
        {"t": tenant_id, "batch": batch_id, "now": now},
    )
