"""What waits for one, and for those one acts for: the count of due tasks and planned follow-ups, and the plans."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from gonghai.activities.decide import Kind
from gonghai.activities.plans import count_plans, plans
from gonghai.activities.tasks.queries import count_shown
from gonghai.http.call import By
from gonghai.http.paging import After, Limit, cut_page, decode_cursor
from gonghai.http.routes.tasks import Whose, day_end, whose
from gonghai.http.shapes import Id, Instant, Named, Page

router = APIRouter(tags=["tasks"])


class PlanCounts(BaseModel):
    """Planned follow-ups by when they are due."""

    overdue: int
    today: int
    later: int


class TaskCounts(PlanCounts):
    """Open tasks by when they are due; `lapsed` ones are in none of the others."""

    lapsed: int


class Agenda(BaseModel):
    """What waits for the people asked for. `day_end`: when today is over where the company is."""

    now: datetime
    day_end: datetime
    tasks: TaskCounts
    plans: PlanCounts


class Last(BaseModel):
    """The follow-up that planned it; the note is null where a former owner wrote it."""

    kind: Kind
    at: datetime
    note: str | None


class Plan(BaseModel):
    """A planned follow-up: what the customer's newest follow-up said comes next. `owner`: whose it is to do."""

    customer: Named
    owner: Named
    next_at: datetime
    last: Last


@router.get("/agenda")
async def agenda(
    call: By,
    scope: Whose = "mine",
    assignee_id: Annotated[Id | None, Query(description="Of the scope, only this person's.")] = None,
) -> Agenda:
    """How much is overdue, due today and later."""
    call.actor.need("tasks.read")
    end = await day_end(call)
    people = whose(call, scope, assignee_id)
    tasks = await count_shown(call.conn, call.tenant_id, people, now=call.now, day_end=end)
    planned = await count_plans(call.conn, call.tenant_id, people, now=call.now, day_end=end)
    return Agenda(now=call.now, day_end=end, tasks=TaskCounts(**tasks), plans=PlanCounts(**planned))


@router.get("/plans")
async def list_plans(
    call: By,
    scope: Whose = "mine",
    owner_id: Annotated[Id | None, Query(description="Of the scope, only this owner's.")] = None,
    due_from: Annotated[Instant | None, Query(description="Planned for after this instant.")] = None,
    due_until: Annotated[Instant | None, Query(description="Planned for this instant or before.")] = None,
    limit: Limit = 50,
    after: After = None,
) -> Page[Plan]:
    """Planned follow-ups, the earliest first."""
    call.actor.need("customers.read")
    key = decode_cursor(after, datetime, int)
    owners = whose(call, scope, owner_id)
    found = await plans(call.conn, call.actor, owners, after_time=due_from, until=due_until, after=key, limit=limit + 1)
    items, following = cut_page(found, limit, lambda row: (row["next_at"], row["id"]))
    return Page(
        items=[
            Plan(
                customer=Named(id=row["id"], name=row["name"]),
                owner=Named(id=row["owner_id"], name=row["owner_name"]),
                next_at=row["next_at"],
                last=Last(kind=row["kind"], at=row["at"], note=row["note"]),
            )
            for row in items
        ],
        next=following,
    )
