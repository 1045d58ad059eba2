"""Points: the rules, the seasons, the leaderboards and the ledger."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Response
from psycopg.rows import DictRow

from gonghai.base.errors import Invalid
from gonghai.http.call import ActorCall, By
from gonghai.http.etag import IfMatch, set_etag
from gonghai.http.incentive_shapes import (
    Leaderboard,
    Mine,
    NewSeason,
    Placed,
    PointRow,
    Rules,
    RulesInForce,
    Season,
)
from gonghai.http.limit_shapes import PersonRef
from gonghai.http.paging import After, Limit, cut_page, decode_cursor
from gonghai.http.problems import refusals
from gonghai.http.shapes import Id, Named, Page, Words
from gonghai.incentives import seasons
from gonghai.incentives.count import counted_at
from gonghai.incentives.leaderboard import Between, my_place, people_board, team_board, top_of
from gonghai.incentives.points import may_see_points_of, point_list
from gonghai.incentives.reading import season_of
from gonghai.incentives.rule_actions import current_rules, set_rules
from gonghai.incentives.rules import COMPLETABLE, Complete, FirstContact, Neglect, Won
from gonghai.incentives.words import sentence
from gonghai.people import queries as people
from gonghai.people.calendar import tenant_calendar
from gonghai.workdays import local_date

router = APIRouter(prefix="/incentives", tags=["incentives"])
# What the editor begins with: sensible numbers, all switched off.
_BLANK: Final[Mapping[str, Any]] = {
    "leaderboard": "all",
    "first_contact_in_time": asdict(FirstContact()),
    "won_from_pool": asdict(Won(step_amount=10_000)),
    "complete_record": asdict(Complete()),
    "recycled_by_neglect": asdict(Neglect()),
}
_SEASON: Final = ("season_order", "season_past", "season_overlaps")


@router.get("/rules")
async def get_rules(call: By, response: Response) -> RulesInForce:
    """What earns points now; everybody may look."""
    call.actor.need("incentives.read")
    row = await current_rules(call.conn, call.tenant_id)
    number = row["number"] if row is not None else 0
    set_etag(response, number)
    by = row is not None and row["set_by"] is not None
    return RulesInForce(
        rules=Rules.model_validate(row["document"] if row is not None else _BLANK),
        version=number,
        since=row["from_at"] if row is not None else None,
        set_by=PersonRef(id=row["set_by"], name=row["set_by_name"]) if row is not None and by else None,
        completable=list(COMPLETABLE),
    )


@router.put("/rules")
async def put_rules(call: By, version: IfMatch, body: Rules, response: Response) -> RulesInForce:
    """Other rules from now on; what was earned stays. For admins, against the version in If-Match ("0": none yet)."""
    await set_rules(call.conn, call.actor, version, body.model_dump(mode="json"), now=call.now)
    return await get_rules(call, response)


@router.get("/seasons")
async def list_seasons(call: By) -> Page[Season]:
    """All seasons, the latest first."""
    call.actor.need("incentives.read")
    found, today = await seasons.season_list(call.conn, call.tenant_id), await _today(call)
    return Page(items=[_season(row, today) for row in found])


@router.post("/seasons", status_code=201, responses=refusals(*_SEASON))
async def add_season(call: By, body: NewSeason) -> Season:
    """A season, which may have begun already; it can't overlap another. For admins."""
    new = seasons.NewSeason(body.name, body.first_day, body.last_day)
    season_id = await seasons.create_season(call.conn, call.actor, new, now=call.now)
    return await _one(call, season_id)


@router.put("/seasons/{season_id}", responses=refusals(*_SEASON, "season_begun", "season_over"))
async def put_season(call: By, season_id: Id, version: IfMatch, body: NewSeason) -> Season:
    """Another name, or other days: the first as long as it hasn't begun, the last as long as it isn't over."""
    new = seasons.NewSeason(body.name, body.first_day, body.last_day)
    await seasons.edit_season(call.conn, call.actor, season_id, version, new, now=call.now)
    return await _one(call, season_id)


@router.delete("/seasons/{season_id}", status_code=204, responses=refusals("season_begun"))
async def delete_season(call: By, season_id: Id) -> None:
    """Takes back a season that hasn't begun."""
    await seasons.remove_season(call.conn, call.actor, season_id, now=call.now)


@router.get("/leaderboard")
async def leaderboard(
    call: By,
    season: Annotated[Id | None, Query(description="Default: the present one, else the last.")] = None,
    by: Annotated[Literal["person", "team"], Query()] = "person",
    limit: Limit = 50,
    after: After = None,
) -> Leaderboard:
    """Who has how many points in a season, as far as the company shows it; with one's own place and neighbours."""
    call.actor.need("incentives.read")
    rules, today = await current_rules(call.conn, call.tenant_id), await _today(call)
    setting = rules["document"]["leaderboard"] if rules is not None else "all"
    row = await _wanted(call, season, today)
    counted = await counted_at(call.conn, call.tenant_id)
    if row is None:
        return Leaderboard(season=None, by=by, shown=setting, top=0, mine=None, counted_at=counted, items=[], next=None)
    between = await _between(call, row)
    found: list[DictRow]
    if by == "person":
        behind = decode_cursor(after, int, int)
        key = (behind[0], behind[1]) if behind else None
        found = await people_board(call.conn, call.actor, setting, between, before=key, limit=limit + 1)
        items, following = cut_page(found, limit, lambda r: (r["points"], r["id"]))
    else:
        behind = decode_cursor(after, str, int)
        team = (_number(behind[0]), behind[1]) if behind else None
        found = await team_board(call.conn, call.actor, setting, between, before=team, limit=limit + 1)
        items, following = cut_page(found, limit, lambda r: (str(r["mean"]), r["id"]))
    top = await top_of(call.conn, call.actor, setting, between, by_team=by == "team")
    near = await my_place(call.conn, call.actor, setting, between)
    return Leaderboard(
        season=_season(row, today), by=by, shown=setting, top=float(top), mine=_mine(call, near),
        counted_at=counted, items=[_placed(call, item) for item in items], next=following,
    )  # fmt: skip


@router.get("/points")
async def list_points(
    call: By,
    person_id: Annotated[Id | None, Query(description="Default: oneself.")] = None,
    season: Annotated[Id | None, Query()] = None,
    limit: Limit = 50,
    after: After = None,
) -> Page[PointRow]:
    """A person's ledger, newest first: what each point was for. One's own; one's people's for managers."""
    person = person_id if person_id is not None else call.actor.person_id
    assert person is not None
    call.actor.need("incentives.read")
    await people.person(call.conn, call.tenant_id, person)
    row = await seasons.get_season(call.conn, call.tenant_id, season) if season is not None else None
    between = await _between(call, row) if row is not None else None
    key = decode_cursor(after, datetime, int)
    behind = (key[0], key[1]) if key else None
    found = await point_list(call.conn, call.actor, person, between=between, before=behind, limit=limit + 1)
    zone = (await tenant_calendar(call.conn, call.tenant_id)).zone
    items, following = cut_page(found, limit, lambda r: (r["at"], r["id"]))
    return Page(items=[_point(item, zone) for item in items], next=following)


async def _today(call: ActorCall) -> date:
    return local_date(call.now, await tenant_calendar(call.conn, call.tenant_id))


async def _wanted(call: ActorCall, season_id: int | None, today: date) -> DictRow | None:
    if season_id is not None:
        return await seasons.get_season(call.conn, call.tenant_id, season_id)
    return await seasons.season_at(call.conn, call.tenant_id, today)


async def _between(call: ActorCall, row: DictRow) -> Between:
    season = season_of(row, await tenant_calendar(call.conn, call.tenant_id))
    return season.from_at, season.until_at


async def _one(call: ActorCall, season_id: int) -> Season:
    return _season(await seasons.get_season(call.conn, call.tenant_id, season_id), await _today(call))


def _season(row: DictRow, today: date) -> Season:
    standing = "planned" if today < row["first_day"] else "over" if row["last_day"] < today else "running"
    return Season.model_validate({**row, "standing": standing})


def _number(text: str) -> str:
    """A mean out of a cursor: the client's text."""
    try:
        if Decimal(text).is_finite():
            return text
    except InvalidOperation:
        pass
    raise Invalid({"path": "query.after", "code": "cursor"})


def _placed(call: ActorCall, row: DictRow) -> Placed:
    if "heads" in row:
        return Placed(
            id=row["id"], name=row["name"], team=row["above"], place=row["place"], points=row["points"],
            heads=row["heads"], mean=float(row["mean"]),
        )  # fmt: skip
    return Placed(
        id=row["id"], name=row["name"], team=row["department"], place=row["place"], points=row["points"],
        mean=row["points"], left=row["state"] == "left", may_see_points=may_see_points_of(call.actor, row["id"]),
    )  # fmt: skip


def _mine(call: ActorCall, near: list[DictRow]) -> Mine | None:
    me = next((row for row in near if row["id"] == call.actor.person_id), None)
    if me is None:
        return None
    return Mine(place=me["place"], of=me["of_all"], points=me["points"], near=[_placed(call, row) for row in near])


def _point(row: DictRow, zone: tzinfo) -> PointRow:
    seen = row["seen_id"] is not None
    zh, en = sentence(row, row["customer_name"] if seen else None, zone)
    customer = Named(id=row["seen_id"], name=row["customer_name"]) if seen else None
    return PointRow.model_validate({**row, "customer": customer, "sentence": Words(zh=zh, en=en)})
