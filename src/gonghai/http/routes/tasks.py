"""Follow-up tasks over HTTP: giving, one's own and others', refusing, cancelling, passing on; how far batches are."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from gonghai.activities.tasks import queries
from gonghai.activities.tasks.answer import cancel_batch, cancel_task, reassign_task, refuse_task
from gonghai.activities.tasks.decide import To
from gonghai.activities.tasks.give import NewTasks, give_tasks
from gonghai.activities.tasks.queries import Show, Wanted
from gonghai.customers.queries import get
from gonghai.http import task_shapes as shapes
from gonghai.http.call import ActorCall, By
from gonghai.http.idempotency import idempotent
from gonghai.http.list_query import chosen
from gonghai.http.move_shapes import Nothing
from gonghai.http.paging import After, Limit, cut_page, decode_cursor
from gonghai.http.problems import refusals
from gonghai.http.shapes import Id, Instant, Page
from gonghai.people.calendar import tenant_calendar
from gonghai.workdays import end_of_day, local_date

router = APIRouter(tags=["tasks"])
_WHOSE = "`acting_for`: of those whose deputy one is; `both`: these and one's own."
Whose = Annotated[Literal["mine", "acting_for", "both"], Query(description=_WHOSE)]
BatchScope = Annotated[
    Literal["mine", "all"], Query(description="`mine`: given by oneself; `all`: by anybody, for those who see all.")
]


@router.post("/tasks", responses=refusals("until_past", "person_not_active", "nobody_there"))
@idempotent
async def give(call: By, body: shapes.NewTasks) -> shapes.TaskResults:
    """Gives people tasks about the customers named, or all that match a list's query; per id, in one batch."""
    call.actor.need("tasks.assign")
    ids = await chosen(call, body.customer_ids, body.matching)
    new = NewTasks(title=body.title, note=body.note, kind=body.kind, due_at=body.due_at)
    batch_id, given = await give_tasks(call.conn, call.actor, ids, To(body.to.kind, body.to.id), new, now=call.now)
    return shapes.results(batch_id, given)


@router.get("/tasks")
async def list_tasks(
    call: By,
    scope: Annotated[
        Literal["mine", "acting_for", "both", "all"], Query(description=f"{_WHOSE} `all`: that the reader may see.")
    ] = "mine",
    show: Annotated[
        Show,
        Query(description="`open` without lapsed ones; `today` until the local day ends; decided ones newest first."),
    ] = "open",
    batch_id: Id | None = None,
    assignee_id: Annotated[Id | None, Query(description="Of the scope, only this person's.")] = None,
    due_from: Annotated[Instant | None, Query(description="Due after this instant.")] = None,
    due_until: Annotated[Instant | None, Query(description="Due at this instant or before.")] = None,
    limit: Limit = 50,
    after: After = None,
) -> Page[shapes.Task]:
    """Tasks: what is due first comes first."""
    call.actor.need("tasks.read")
    anybodys = None if assignee_id is None else {assignee_id}
    people = anybodys if scope == "all" else whose(call, scope, assignee_id)
    wanted = Wanted(show, people, batch_id, None, due_from, due_until)
    return await _page(call, wanted, limit, after)


@router.get("/customers/{customer_id}/tasks")
async def of_customer(customer_id: Id, call: By, limit: Limit = 50, after: After = None) -> Page[shapes.Task]:
    """The open tasks about a customer that the reader may see, lapsed ones left out."""
    call.actor.need("customers.read")
    await get(call.conn, call.actor, customer_id)
    return await _page(call, Wanted("open", customer_id=customer_id), limit, after)


async def _page(call: ActorCall, wanted: Wanted, limit: int, after: str | None) -> Page[shapes.Task]:
    key = decode_cursor(after, datetime, int)
    found = await queries.page(
        call.conn, call.actor, wanted, now=call.now, day_end=await day_end(call), after=key, limit=limit + 1
    )

    def place(row: Any) -> tuple[Any, int]:
        return row["decided_at" if wanted.descending else "due_at"], row["id"]

    items, following = cut_page(found, limit, place)
    return Page(items=[shapes.task(call.actor, row, call.now) for row in items], next=following)


def whose(call: ActorCall, scope: Literal["mine", "acting_for", "both"], only: int | None) -> set[int]:
    """The people that a scope means: the reader, those they act for, or both; of them `only` one where that is given."""
    own = {call.actor.person_id} if call.actor.person_id is not None else set()
    people = {"mine": own, "acting_for": {*call.actor.deputises}, "both": {*own, *call.actor.deputises}}[scope]
    return people if only is None else people & {only}


async def day_end(call: ActorCall) -> datetime:
    """When today is over where the company is."""
    calendar = await tenant_calendar(call.conn, call.tenant_id)
    return end_of_day(local_date(call.now, calendar), calendar)


@router.post("/tasks/{task_id}/refuse", status_code=204, responses=refusals("task_not_open"))
@idempotent
async def refuse(call: By, task_id: Id, body: shapes.Refuse) -> Response:
    """The assignee, or their deputy for them, won't do it and says why."""
    await refuse_task(call.conn, call.actor, task_id, reason=body.reason)
    return Response(status_code=204)


@router.post("/tasks/{task_id}/cancel", status_code=204, responses=refusals("task_not_open"))
@idempotent
async def cancel(call: By, task_id: Id, body: Nothing | None = None) -> Response:
    """The giver, or a manager of the assignee, takes it back."""
    await cancel_task(call.conn, call.actor, task_id)
    return Response(status_code=204)


@router.post(
    "/tasks/{task_id}/reassign",
    status_code=204,
    responses=refusals(
        "task_not_open", "person_not_active", "not_theirs", "claim_first", "pool_not_theirs", "kind_not_counted",
        "already_given", "archived", "merged",
    ),
)  # fmt: skip
@idempotent
async def reassign(call: By, task_id: Id, body: shapes.PassOn) -> Response:
    """Passes it on to somebody who works on the customer now."""
    await reassign_task(call.conn, call.actor, task_id, body.person_id)
    return Response(status_code=204)


@router.get("/task-batches")
async def list_batches(
    call: By, scope: BatchScope = "mine", limit: Limit = 20, after: After = None
) -> Page[shapes.TaskBatch]:
    """What one gave, newest first, and how far it is."""
    call.actor.need("tasks.read")
    key = decode_cursor(after, int)
    found = await queries.batches(
        call.conn, call.actor, everybody=scope == "all", now=call.now, before=key[0] if key else None, limit=limit + 1
    )
    items, following = cut_page(found, limit, lambda row: (row["id"],))
    return Page(items=[shapes.batch(row, row) for row in items], next=following)


@router.get("/task-batches/{batch_id}")
async def one_batch(batch_id: Id, call: By) -> shapes.TaskBatchDetail:
    """How far a batch is, person by person."""
    call.actor.need("tasks.read")
    row = await queries.batch(call.conn, call.actor, batch_id)
    people = await queries.progress_by_person(call.conn, call.tenant_id, batch_id, now=call.now)
    return shapes.batch_detail(row, people)


@router.post("/task-batches/{batch_id}/cancel")
@idempotent
async def cancel_all(call: By, batch_id: Id, body: Nothing | None = None) -> shapes.TaskBatchDetail:
    """Takes back what is still open of a batch."""
    await cancel_batch(call.conn, call.actor, batch_id)
    return await one_batch(batch_id, call)
