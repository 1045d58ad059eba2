"""Giving tasks: a manager or a pool's admin asks people to follow customers up, over a selection, in one batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.activities.decide import Kind
from gonghai.activities.tasks.decide import Giving, Refused, To
from gonghai.activities.tasks.queries import IN_FORCE, JOINED
from gonghai.base.database import Conn, rows, value
from gonghai.base.errors import Invalid, NotFound, Refusal
from gonghai.base.queue import defer
from gonghai.customers.collaborators import collaborator_ids, sharing_now
from gonghai.customers.record import lock_many
from gonghai.events.log import By, append
from gonghai.people.calendar import tenant_calendar
from gonghai.pools.admins import pool_viewers
from gonghai.workdays import end_of_working_day

DAYS: Final = 3  # working days, where no end was given


@dataclass(frozen=True, slots=True)
class NewTasks:
    """What is asked for. `kind` None: any follow-up; `due_at` None: the end of the third working day."""

    title: str
    note: str = ""
    kind: Kind | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """One customer of the selection: who got the task, or the code that refused it."""

    customer_id: int
    assignee_id: int | None = None
    code: str | None = None
    data: dict[str, Any] = field(default_factory=dict)


async def give_tasks(
    conn: Conn, actor: Actor, customer_ids: Sequence[int], to: To, new: NewTasks, *, now: datetime
) -> tuple[int | None, list[Given]]:
    """(the batch, an answer per customer); no batch where no task was given.

    Managers for the customers and people of their subtrees, pool admins for what lies in their pools. A task goes to
    the owner or a collaborator; about a customer whom nobody owns, where the pool lets one follow up without claiming,
    to who sees that pool. A department's people get those in turn.

    Refuses, per id, `not_found`, `forbidden`, `archived`, `merged`, `not_owned`, `not_theirs`, `owner_elsewhere`,
    `claim_first`, `pool_not_theirs`, `kind_not_counted`, `already_given`; as a whole `until_past`,
    `person_not_active` and `nobody_there`.
    """
    actor.need("tasks.assign")
    due_at = new.due_at or end_of_working_day(now, DAYS, await tenant_calendar(conn, actor.tenant_id))
    if due_at <= now:
        raise Refusal("until_past")
    members = await receivers(conn, actor.tenant_id, to)
    locked = await lock_many(conn, actor.tenant_id, customer_ids)
    giving = await giving_of(conn, actor, to, new, members, locked)
    decided = {i: giving.assignee(locked.get(i)) for i in dict.fromkeys(customer_ids)}
    chosen = {i: person for i, person in decided.items() if isinstance(person, int)}
    batch_id = await _write(conn, actor, locked, chosen, new, due_at) if chosen else None
    return batch_id, [_given(i, outcome) for i, outcome in decided.items()]


def _given(customer_id: int, outcome: int | Refused) -> Given:
    if isinstance(outcome, int):
        return Given(customer_id, outcome)
    return Given(customer_id, None, *outcome)


async def receivers(conn: Conn, tenant_id: int, to: To) -> list[int]:
    """Whom tasks may go to, in the order of their turns, kept from being deactivated meanwhile; none for owners.

    404, and the refusals of `give_tasks`. Auditors change nothing, so nothing is asked of them.
    """
    if to.kind == "owner":
        return []
    if to.id is None:
        raise Invalid({"path": "body.to.id", "code": "missing"})
    if to.kind == "person":
        return [await _active(conn, tenant_id, to.id)]
    found = await rows(
        conn,
        """WITH RECURSIVE below AS (
             SELECT d.id FROM department d WHERE d.tenant_id = %(t)s AND d.id = %(id)s
             UNION SELECT d.id FROM below u JOIN department d ON d.tenant_id = %(t)s AND d.parent_id = u.id)
           SELECT p.id FROM person p WHERE p.tenant_id = %(t)s AND p.department_id IN (SELECT u.id FROM below u)
             AND p.state = 'active' AND p.roles <> '{auditor}' ORDER BY p.id FOR SHARE OF p""",
        {"t": tenant_id, "id": to.id},
    )
    if not found:
        raise Refusal("nobody_there")
    return [row["id"] for row in found]


async def _active(conn: Conn, tenant_id: int, person_id: int) -> int:
    found = await rows(
        conn,
        "SELECT p.name, p.state FROM person p WHERE p.tenant_id = %s AND p.id = %s FOR SHARE",
        (tenant_id, person_id),
    )
    if not found:
        raise NotFound("person", id=str(person_id))
    if found[0]["state"] != "active":
        raise Refusal("person_not_active", person={"id": str(person_id), "name": found[0]["name"]})
    return person_id


async def giving_of(
    conn: Conn, actor: Actor, to: To, new: NewTasks, members: Sequence[int], locked: Mapping[int, DictRow]
) -> Giving:
    """What the decisions read of locked customers."""
    sharing = await collaborator_ids(conn, actor.tenant_id, list(locked))
    pools = sorted({row["pool_id"] for row in locked.values()})
    counted = await rows(
        conn,
        "SELECT q.id, q.follow_up_kinds FROM pool q WHERE q.tenant_id = %s AND q.id = ANY (%s)",
        (actor.tenant_id, pools),
    )
    return Giving(
        actor=sharing_now(actor, locked, sharing),
        to=to,
        kind=new.kind,
        members=members,
        sharing=sharing,
        viewers=await pool_viewers(conn, actor.tenant_id, pools, members) if members else {},
        asked=await _asked(conn, actor.tenant_id, list(locked), new),
        kinds={row["id"]: row["follow_up_kinds"] for row in counted},
    )


async def _asked(conn: Conn, tenant_id: int, customer_ids: Sequence[int], new: NewTasks) -> dict[int, set[int]]:
    """Who has the same open task, by its title and kind, by locked customer."""
    found = await rows(
        conn,
        f"""SELECT t.customer_id, t.assignee_id FROM {JOINED} WHERE t.tenant_id = %(t)s
            AND t.customer_id = ANY (%(ids)s) AND t.state = 'open' AND b.title = %(title)s
            AND b.kind IS NOT DISTINCT FROM %(kind)s
            AND {IN_FORCE}""",
        {"t": tenant_id, "ids": list(customer_ids), "title": new.title, "kind": new.kind},
    )
    asked: dict[int, set[int]] = {}
    for row in found:
        asked.setdefault(row["customer_id"], set()).add(row["assignee_id"])
    return asked


async def _write(
    conn: Conn, actor: Actor, locked: Mapping[int, DictRow], chosen: Mapping[int, int], new: NewTasks, due_at: datetime
) -> int:
    """The batch with its tasks, its one event, and the job that tells people."""
    t = actor.tenant_id
    # After the wait for the locks: a follow-up from before can't do the task.
    at: datetime = await value(conn, "SELECT clock_timestamp() AS at")
    batch_id: int = await value(
        conn,
        """INSERT INTO task_batch (tenant_id, given_by, given_at, title, note, kind, due_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING id""",
        (t, actor.person_id, at, new.title, new.note, new.kind, due_at),
    )
    await conn.execute(
        """INSERT INTO task (tenant_id, batch_id, customer_id, spell_no, assignee_id, asked_at, due_at)
           SELECT b.tenant_id, b.id, x.customer_id, x.spell_no, x.assignee_id, b.given_at, b.due_at
           FROM unnest(%(customers)s::bigint[], %(spells)s::integer[], %(assignees)s::bigint[])
             WITH ORDINALITY AS x (customer_id, spell_no, assignee_id, no)
           JOIN task_batch b ON b.tenant_id = %(t)s AND b.id = %(batch)s ORDER BY x.no""",
        {
            "t": t, "batch": batch_id, "customers": list(chosen), "assignees": list(chosen.values()),
            "spells": [spell_of(locked[i]) for i in chosen],
        },
    )  # fmt: skip
    await append(
        conn, t, kind="give_tasks", subject="task_batch", subject_id=batch_id, version=1,
        by=By.person(actor.person_id), at=at, data={"total": len(chosen), "kind": new.kind, "due_at": due_at},
    )  # fmt: skip
    await defer(conn, "notify", tenant_id=t, task_batch=batch_id)
    return batch_id


def spell_of(customer: Mapping[str, Any]) -> int | None:
    """The open spell that a task about this customer belongs to."""
    return customer["spell_no"] if customer["state"] == "owned" else None
