"""What becomes of a task beside being done: refused by its assignee, cancelled, passed on to somebody else."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.activities.tasks.decide import To
from gonghai.activities.tasks.give import NewTasks, giving_of, receivers, spell_of
from gonghai.activities.tasks.queries import batch, lock_tasks, may_see
from gonghai.base.database import Conn, one, run, value
from gonghai.base.errors import Forbidden, NotFound, Refusal
from gonghai.base.queue import defer
from gonghai.customers.record import lock_many
from gonghai.events.log import By, append
from gonghai.people.deputies import acts_for


async def refuse_task(conn: Conn, actor: Actor, task_id: int, *, reason: str) -> None:
    """The assignee, or their deputy for them, won't do it and says why; the giver is told. Refuses `task_not_open`
    {state}."""
    task = await _locked(conn, actor, task_id)
    acted_for = task["assignee_id"] if task["assignee_id"] != actor.person_id else None
    if acted_for is not None and not await acts_for(conn, actor.tenant_id, actor.person_id, acted_for):
        raise Forbidden("tasks.refuse")
    if not actor.may("customers.follow_up"):
        raise Forbidden("tasks.refuse")
    _need_open(task)
    await _close(conn, actor, [task], "refused", reason)
    at: datetime = await value(conn, "SELECT clock_timestamp() AS at")
    await append(
        conn, actor.tenant_id, kind="refuse_task", subject="task", subject_id=task_id, version=task["version"] + 1,
        by=By.person(actor.person_id), at=at, data={"for": str(acted_for)} if acted_for is not None else {},
    )  # fmt: skip
    await defer(conn, "notify", tenant_id=actor.tenant_id, tasks=[task_id])


async def cancel_task(conn: Conn, actor: Actor, task_id: int) -> None:
    """The giver, or a manager of the assignee, takes it back. Refuses `task_not_open` {state}."""
    task = await _locked(conn, actor, task_id)
    if not may_decide(actor, task):
        raise Forbidden("tasks.assign")
    _need_open(task)
    await _close(conn, actor, [task], "cancelled", None)


async def cancel_batch(conn: Conn, actor: Actor, batch_id: int) -> int:
    """Takes back what is still open of a batch, each as `cancel_task` would; how many."""
    await batch(conn, actor, batch_id)
    actor.need("tasks.assign")
    tasks = await lock_tasks(conn, actor.tenant_id, batch_id=batch_id)
    wanted = [task for task in tasks if task["state"] == "open" and may_decide(actor, task)]
    if wanted:
        await _close(conn, actor, wanted, "cancelled", None)
    return len(wanted)


async def reassign_task(conn: Conn, actor: Actor, task_id: int, person_id: int) -> None:
    """Passes an open task on, also a lapsed one; it belongs to the customer's spell of now. Told to the new assignee.

    By who could cancel it, for whom they might give it to. Refuses as `give_tasks` does, and `task_not_open` {state}.
    """
    known = await one(
        conn, "SELECT t.customer_id FROM task t WHERE t.tenant_id = %s AND t.id = %s", (actor.tenant_id, task_id)
    )
    if known is None:
        raise NotFound("task", id=str(task_id))
    to = To("person", person_id)
    members = await receivers(conn, actor.tenant_id, to)
    customers = await lock_many(conn, actor.tenant_id, [known["customer_id"]])
    task = await _locked(conn, actor, task_id)
    if not may_decide(actor, task):
        raise Forbidden("tasks.assign")
    _need_open(task)
    customer = customers[known["customer_id"]]
    asked = NewTasks(task["title"], kind=task["kind"])
    outcome = (await giving_of(conn, actor, to, asked, members, customers)).assignee(customer)
    if not isinstance(outcome, int):
        raise _refused(*outcome)
    at: datetime = await value(conn, "SELECT clock_timestamp() AS at")
    await run(
        conn,
        "UPDATE task t SET assignee_id = %s, spell_no = %s, asked_at = %s, version = t.version + 1"
        " WHERE t.tenant_id = %s AND t.id = %s",
        (outcome, spell_of(customer), at, actor.tenant_id, task_id),
    )
    await append(
        conn, actor.tenant_id, kind="reassign_task", subject="task", subject_id=task_id, version=task["version"] + 1,
        by=By.person(actor.person_id), at=at, data={"from": str(task["assignee_id"]), "to": str(outcome)},
    )  # fmt: skip
    await defer(conn, "notify", tenant_id=actor.tenant_id, passed_task=task_id)


def may_decide(actor: Actor, task: Mapping[str, Any]) -> bool:
    """Who may cancel a task or pass it on: its giver, and managers of the assignee."""
    related = task["given_by"] == actor.person_id or actor.manages_person(task["assignee_id"])
    return related and actor.may("tasks.assign")


async def _locked(conn: Conn, actor: Actor, task_id: int) -> DictRow:
    found = await lock_tasks(conn, actor.tenant_id, task_id=task_id)
    if not found or not may_see(actor, found[0]):
        raise NotFound("task", id=str(task_id))
    return found[0]


def _need_open(task: DictRow) -> None:
    if task["state"] != "open":
        raise Refusal("task_not_open", state=task["state"])


def _refused(code: str, data: dict[str, object]) -> Refusal:
    if code == "not_found":
        return NotFound("customer")
    return Forbidden("tasks.assign") if code == "forbidden" else Refusal(code, **data)


async def _close(conn: Conn, actor: Actor, tasks: list[DictRow], state: str, reason: str | None) -> None:
    await run(
        conn,
        "UPDATE task t SET state = %s, reason = %s, decided_at = clock_timestamp(), decided_by = %s,"
        " version = t.version + 1 WHERE t.tenant_id = %s AND t.id = ANY (%s)",
        (state, reason, actor.person_id, actor.tenant_id, [task["id"] for task in tasks]),
    )
