"""Unusual revealing and browsing: each person's figures beside the medians, and the lists behind them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from gonghai.analytics import unusual
from gonghai.analytics.reveals import browsed_by, daily, exported_by, period, revealed_by
from gonghai.analytics.unusual import FLOORS, TIMES, Line
from gonghai.base.errors import NotFound
from gonghai.http.call import ActorCall, By
from gonghai.http.paging import After, Limit, cut_page, decode_cursor
from gonghai.http.shapes import ANSWER, Id, Named, Page
from gonghai.people.queries import names_of

router = APIRouter(prefix="/insight/reveals", tags=["insight"])
MOST_PEOPLE = 500
Days = Annotated[Literal["1", "7", "30"], Query(description="Local days back, today included.")]


class FigureShape(BaseModel):
    """How often, today and in the last 7 and 30 local days. `peak`: the most on one of the last seven days; it is
    `unusual` beyond `times` both medians and the floor. A median is of days with any activity; null: there are none."""

    model_config = ConfigDict(from_attributes=True)
    today: int
    last_7: int
    last_30: int
    peak: int
    peak_day: date | None
    own_median: float | None
    all_median: float | None
    unusual: bool


class PersonFigures(BaseModel):
    """One person: customers revealed, those of them never claimed afterwards, rows of pools listed, pooled customers
    opened, exports."""

    person: Named
    revealed: FigureShape
    never_claimed: FigureShape
    listed: FigureShape
    opened: FigureShape
    exports: FigureShape
    unusual: bool


class Floors(BaseModel):
    """Below this many on a day nothing is called unusual."""

    revealed: int
    never_claimed: int
    listed: int
    opened: int
    exports: int


class RevealsReport(BaseModel):
    """The people whom the reader answers for, the unusual first; at most 500 of `total`."""

    today: date
    times: int
    floors: Floors
    items: list[PersonFigures]
    total: int


class RevealLine(BaseModel):
    """One customer that was revealed; null where the reader doesn't see it now. `claimed_at`: by the same person."""

    at: datetime
    customer: Named | None
    pool: Named
    fields: list[str]
    claimed_at: datetime | None


class ExportLine(BaseModel):
    """One file: how many customers, of which list. `searched`: narrowed by a search, whose words aren't kept."""

    at: datetime
    pool: Named | None
    count: int
    filter: dict[str, Any]
    searched: bool


class BrowsedDay(BaseModel):
    """What a person was shown of a pool on a local day."""

    day: date
    pool: Named
    listed: int
    opened: int


class BrowsedDays(BaseModel):
    """Newest first."""

    model_config = ANSWER

    items: list[BrowsedDay]


@router.get("")
async def report(call: By, pool_id: Id | None = None) -> RevealsReport:
    """Who reveals and browses how much, in one pool or all. For managers of their people, admins and auditors of all."""
    people = _people(call)
    over = period(call.now, call.actor.zone)
    days = await daily(call.conn, call.tenant_id, over, zone=call.actor.zone, pool_id=pool_id)
    found = unusual.lines(days, people, over.today)
    names = await names_of(call.conn, call.tenant_id, [line.person_id for line in found[:MOST_PEOPLE]])
    return RevealsReport(
        today=over.today,
        times=TIMES,
        floors=Floors(**FLOORS),
        items=[_person(line, names[line.person_id]) for line in found[:MOST_PEOPLE]],
        total=len(found),
    )


@router.get("/{person_id}/customers")
async def revealed(
    call: By,
    person_id: Id,
    days: Days = "30",
    never_claimed: bool = False,
    pool_id: Id | None = None,
    limit: Limit = 50,
    after: After = None,
) -> Page[RevealLine]:
    """Which customers a person revealed, when, and whether they claimed them afterwards; newest first."""
    await _need_answered_for(call, person_id)
    key = decode_cursor(after, int)
    found = await revealed_by(
        call.conn, call.actor, person_id, period(call.now, call.actor.zone, int(days)),
        pool_id=pool_id, never_claimed=never_claimed, before=key[0] if key else None, limit=limit + 1,
    )  # fmt: skip
    cut, following = cut_page(found, limit, lambda row: (row["id"],))
    items = [
        RevealLine(
            at=row["at"],
            customer=_named(row, "customer"),
            pool=Named(id=row["pool_id"], name=row["pool_name"]),
            fields=row["data"]["fields"],
            claimed_at=row["claimed_at"],
        )
        for row in cut
    ]
    return Page(items=items, next=following)


@router.get("/{person_id}/exports")
async def exported(
    call: By, person_id: Id, days: Days = "30", pool_id: Id | None = None, limit: Limit = 50, after: After = None
) -> Page[ExportLine]:
    """Which lists a person exported; newest first."""
    await _need_answered_for(call, person_id)
    key = decode_cursor(after, int)
    over = period(call.now, call.actor.zone, int(days))
    found = await exported_by(
        call.conn, call.actor, person_id, over, pool_id=pool_id, before=key[0] if key else None, limit=limit + 1
    )
    cut, following = cut_page(found, limit, lambda row: (row["id"],))
    items = [ExportLine.model_validate({"at": row["at"], "pool": _named(row, "pool"), **row["data"]}) for row in cut]
    return Page(items=items, next=following)


@router.get("/{person_id}/days")
async def browsed(call: By, person_id: Id, days: Days = "30", pool_id: Id | None = None) -> BrowsedDays:
    """How many rows a person was shown and how many customers they opened, by day and pool."""
    await _need_answered_for(call, person_id)
    over = period(call.now, call.actor.zone, int(days))
    found = await browsed_by(call.conn, call.tenant_id, person_id, over, pool_id=pool_id)
    return BrowsedDays(items=[BrowsedDay.model_validate({**row, "pool": _named(row, "pool")}) for row in found])


def _people(call: ActorCall) -> frozenset[int] | None:
    """Whom the reader answers for; None: everybody."""
    call.actor.need("insight.read")
    return None if call.actor.sees_all else call.actor.subordinates


async def _need_answered_for(call: ActorCall, person_id: int) -> None:
    people = _people(call)
    known = await names_of(call.conn, call.tenant_id, [person_id])
    if not known or (people is not None and person_id not in people):
        raise NotFound("person", id=str(person_id))


def _named(row: Mapping[str, Any], what: str) -> Named | None:
    return Named(id=row[f"{what}_id"], name=row[f"{what}_name"]) if row[f"{what}_id"] is not None else None


def _person(line: Line, name: str) -> PersonFigures:
    figures = {n: FigureShape.model_validate(figure) for n, figure in line.figures.items()}
    return PersonFigures(person=Named(id=line.person_id, name=name), unusual=bool(line.unusual), **figures)
