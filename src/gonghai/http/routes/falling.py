"""What goes back soon: the warnings of a day, the customers of oneself or one's team, a pool's next thirty days."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel

from gonghai.customers.queries import by_ids
from gonghai.http.call import ActorCall, By
from gonghai.http.customer_shapes import CustomerRow, customer_row
from gonghai.http.paging import LARGEST_PAGE, After, Limit, cut_page, decode_cursor
from gonghai.http.shapes import ANSWER, Id, Named, Page, Words
from gonghai.notifications.warned import day_of_warnings
from gonghai.people.calendar import tenant_calendar
from gonghai.people.queries import names_of
from gonghai.policy import falling as falling_soon
from gonghai.policy.countdown import countdowns
from gonghai.policy.falling import falling, forecast
from gonghai.policy.timers import BY_NAME
from gonghai.pools.queries import pool
from gonghai.workdays import local_date

router = APIRouter(tags=["falling"])
FOREMOST = 200
Scope = Annotated[
    Literal["mine", "team", "acting_for"],
    Query(
        description="`team`: of the departments one leads; of everybody for those who see all. `acting_for`: of those"
        " whose deputy one is."
    ),
]


class Warned(BaseModel):
    """A warning as it was told. `step`: days of the ladder, `quarter`, or `due` for who was found due untold."""

    customer: Named
    owner: Named
    step: str
    at: datetime
    effective: datetime
    timer: Words


class OwnerFalling(BaseModel):
    """How many of one owner's customers go, and when the first does."""

    owner: Named
    count: int
    soonest: datetime


class FallingList(BaseModel):
    """Who goes within so many days, soonest first; `items` are the first of `total`.

    `owners`: those with most, and those with the soonest, of `owner_total`. Beyond 10,000 customers `soonest` is exact
    to the day.
    """

    model_config = ANSWER

    items: list[CustomerRow]
    total: int
    owners: list[OwnerFalling]
    owner_total: int


class DayCount(BaseModel):
    """How many go on one local day, or with its end."""

    date: date
    count: int


class ForecastShape(BaseModel):
    """The next thirty days of a pool, of all whom the reader may see. `due_now` go with the next sweep."""

    model_config = ANSWER

    now: datetime
    policy_number: int | None
    due_now: int
    days: list[DayCount]
    whole: bool


@router.get("/warnings")
async def warnings(
    call: By, scope: Scope = "mine", day: date | None = None, limit: Limit = 50, after: After = None
) -> Page[Warned]:
    """The warnings of a local day, today by default, of customers that the reader sees; who goes first comes first."""
    if day is None:
        day = local_date(call.now, await tenant_calendar(call.conn, call.tenant_id))
    key = decode_cursor(after, datetime, int, str)
    found = await day_of_warnings(
        call.conn, call.actor, owners=_owners(call, scope), day=day, after=key, limit=limit + 1
    )
    cut, following = cut_page(found, limit, lambda r: (r["effective"], r["customer_id"], r["step"]))
    items = [
        Warned(
            customer=Named(id=row["customer_id"], name=row["customer_name"]),
            owner=Named(id=row["owner_id"], name=row["owner_name"]),
            step=row["step"],
            at=row["at"],
            effective=row["effective"],
            timer=Words(zh=BY_NAME[row["timer"]].zh, en=BY_NAME[row["timer"]].en),
        )
        for row in cut
    ]
    return Page(items=items, next=following)


@router.get("/falling")
async def falling_list(
    call: By,
    scope: Scope = "mine",
    days: Annotated[int, Query(ge=0, le=90, description="How far to look ahead.")] = 7,
    pool_id: Id | None = None,
    owner_id: Annotated[Id | None, Query(description="Of the scope, only this owner's.")] = None,
    limit: Annotated[int, Query(ge=0, le=LARGEST_PAGE)] = 50,
) -> FallingList:
    """Customers that go back within so many days unless something happens, by the countdown that every page shows."""
    owners = _owners(call, scope)
    if owner_id is not None:
        owners = [owner_id] if owners is None or owner_id in owners else []
    found = await falling(
        call.conn, call.actor, owners=owners, pool_id=pool_id, days=days, now=call.now, only_owners=not limit
    )
    shown = await by_ids(call.conn, call.actor, [f.customer_id for f in found.customers[:limit]])
    clock = await countdowns(call.conn, call.tenant_id, call.now)
    return FallingList(
        items=[customer_row(call.actor, row, clock) for row in shown],
        total=found.total,
        owners=await _foremost(call, found.owners) if scope != "mine" else [],
        owner_total=len(found.owners),
    )


@router.get("/pools/{pool_id}/forecast")
async def pool_forecast(call: By, pool_id: Id) -> ForecastShape:
    """How many customers go back on each of the next thirty days if nothing happens, today first."""
    call.actor.need("customers.read")
    # A pool one may not see is not there.
    await pool(call.conn, call.tenant_id, pool_id if pool_id in call.actor.visible_pools() else 0)
    found = await forecast(call.conn, call.actor, pool_id, now=call.now)
    return ForecastShape(
        now=call.now,
        policy_number=found.number,
        due_now=found.due_now,
        days=[DayCount(date=day, count=count) for day, count in found.days.items()],
        whole=call.actor.administers(pool_id) or call.actor.sees_all,
    )


def _owners(call: ActorCall, scope: str) -> list[int] | None:
    """Whose customers a scope means; None: everybody's."""
    actor = call.actor
    actor.need("customers.read")
    if scope == "mine":
        return [actor.person_id] if actor.person_id is not None else []
    if scope == "acting_for":
        return sorted(actor.deputises)
    if actor.sees_all:
        return None
    return sorted(actor.subordinates) if "manager" in actor.roles else []


async def _foremost(call: ActorCall, owners: Sequence[falling_soon.OwnerFalling]) -> list[OwnerFalling]:
    """The owners with most, then those with the soonest, with their names."""
    kept = {o.owner_id: o for o in [*owners[:FOREMOST], *sorted(owners, key=lambda o: o.soonest)[:FOREMOST]]}
    names = await names_of(call.conn, call.tenant_id, list(kept))
    return [OwnerFalling(owner=Named(id=i, name=names[i]), count=o.count, soonest=o.soonest) for i, o in kept.items()]
