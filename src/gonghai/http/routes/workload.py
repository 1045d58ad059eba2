"""团队工作量: how much each of one's people has on their hands, for whoever leads them."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from gonghai.analytics.workload import FALLING_DAYS, Asked, Load, workload
from gonghai.http.call import ActorCall, By
from gonghai.http.limit_shapes import Left, set_by
from gonghai.http.paging import After, Limit, cut_page, decode_cursor
from gonghai.http.shapes import ANSWER, Id, Named
from gonghai.moves.hand_overs.book import may_hand_over
from gonghai.moves.limits import Used
from gonghai.people.leave import may_set_leave

router = APIRouter(prefix="/team", tags=["team"])
Column = Literal["name", "held", "claimed", "untouched", "oldest", "falling", "tasks", "overdue", "requests", "leave"]
Sort = Literal[
    "name", "-name", "held", "-held", "claimed", "-claimed", "untouched", "-untouched", "oldest", "-oldest",
    "falling", "-falling", "tasks", "-tasks", "overdue", "-overdue", "requests", "-requests", "leave", "-leave",
]  # fmt: skip

EXAMPLE: JsonDict = {
    "person": {"id": "7", "name": "王芳"},
    "department": {"id": "3", "name": "华东一部"},
    "held": {"used": 212, "limit": 200, "by": {"kind": "pool"}},
    "claimed_today": {"used": 7, "limit": 14, "by": {"kind": "department", "id": "3", "name": "华东一部"}},
    "untouched": {"used": 3, "limit": 10, "by": {"kind": "pool"}},
    "untouched_since": "2026-09-28T01:12:00Z",
    "company": None,
    "exempt": False,
    "falling": 9,
    "tasks": 3,
    "overdue": 1,
    "requests": 2,
    "leave": None,
    "deputy": None,
    "may_set_leave": True,
    "may_hand_over": True,
}


class WorkLeave(BaseModel):
    """A leave that is planned or under way."""

    from_: datetime = Field(alias="from")
    until: datetime


class ActingFor(BaseModel):
    """Who acts for the person now."""

    person: Named
    until: datetime


class PersonLoad(BaseModel):
    """One person's work. `held`, `claimed_today` and `untouched` (claimed, without first contact) are those of the pool
    asked for, with what sets the limit; `untouched_since`: since when the oldest of these waits; `company`: the cap
    over all pools, null where there is none. `exempt`: a pool admin whom claim rules don't bind. `falling`: customers of
    any pool that go back within 7 days. `overdue` ones are among the open `tasks`. `requests`: open ones of the person
    that the reader may decide."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})
    person: Named
    department: Named | None
    held: Left
    claimed_today: Left
    untouched: Left
    untouched_since: datetime | None
    company: Left | None
    exempt: bool
    falling: int
    tasks: int
    overdue: int
    requests: int
    leave: WorkLeave | None
    deputy: ActingFor | None
    may_set_leave: bool
    may_hand_over: bool


class WorkTotals(BaseModel):
    """Of everybody asked for, on all pages. `over`: people above a cap; `away`: on leave now."""

    people: int
    held: int
    claimed_today: int
    untouched: int
    falling: int
    tasks: int
    overdue: int
    requests: int
    over: int
    away: int


class Workload(BaseModel):
    """One page of people with the totals of all pages. `falling_days`: how far `falling` looks ahead."""

    model_config = ANSWER

    items: list[PersonLoad]
    totals: WorkTotals
    falling_days: int
    next: str | None = None


@router.get("/workload")
async def team_workload(
    call: By,
    pool_id: Annotated[Id, Query(description="Whose limits are shown.")],
    department_id: Annotated[Id | None, Query(description="Of this department and all below it.")] = None,
    sort: Annotated[
        Sort, Query(description="`held` goes by how full, so who is over comes first with `-held`.")
    ] = "-held",
    limit: Limit = 50,
    after: After = None,
) -> Workload:
    """The active people of the departments that the reader leads, for admins and auditors everybody: what they hold and
    may hold, what falls soon, what is untouched, what waits for the reader."""
    column: Column = sort.removeprefix("-")  # type: ignore[assignment]
    asked = Asked(
        pool_id=pool_id,
        department_id=department_id,
        sort=column,
        descending=sort.startswith("-"),
        behind=decode_cursor(after, str if column == "name" else int, int),
        limit=limit + 1,
    )
    found, totals = await workload(call.conn, call.actor, asked, now=call.now)
    cut, following = cut_page(found, limit, lambda load: (load.key, load.id))
    return Workload(
        items=[_shape(call, load) for load in cut],
        totals=WorkTotals(
            people=totals.people, held=totals.held, claimed_today=totals.claimed, untouched=totals.untouched,
            falling=totals.falling, tasks=totals.tasks, overdue=totals.overdue,
            requests=totals.requests, over=totals.over, away=totals.away,
        ),
        falling_days=FALLING_DAYS,
        next=following,
    )  # fmt: skip


def _left(used: Used) -> Left:
    return Left(used=used.used, limit=used.limit, by=set_by(used.by))


def _acting(deputy: tuple[int, str, datetime]) -> ActingFor:
    return ActingFor(person=Named(id=deputy[0], name=deputy[1]), until=deputy[2])


def _shape(call: ActorCall, load: Load) -> PersonLoad:
    return PersonLoad(
        person=Named(id=load.id, name=load.name),
        department=Named(id=load.department[0], name=load.department[1]) if load.department else None,
        held=_left(load.held),
        claimed_today=_left(load.claimed),
        untouched=_left(load.untouched),
        untouched_since=load.oldest,
        company=_left(load.company) if load.company else None,
        exempt=load.exempt,
        falling=load.falling,
        tasks=load.tasks,
        overdue=load.overdue,
        requests=load.requests,
        leave=WorkLeave.model_validate({"from": load.leave[0], "until": load.leave[1]}) if load.leave else None,
        deputy=_acting(load.deputy) if load.deputy else None,
        may_set_leave=may_set_leave(call.actor, load.id),
        may_hand_over=may_hand_over(call.actor, load.id),
    )
