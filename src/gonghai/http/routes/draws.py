"""Draws: planning, wishes, results, and the record by which anybody can check one."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from psycopg.rows import DictRow
from pydantic import BaseModel, ConfigDict, Field

from gonghai.base.errors import NotFound, Refusal
from gonghai.http.call import ActorCall, By
from gonghai.http.idempotency import idempotent
from gonghai.http.move_shapes import Nothing
from gonghai.http.paging import After, Limit, cut_page, decode_cursor
from gonghai.http.problems import refusals
from gonghai.http.shapes import ANSWER, Id, Instant, Named, Page
from gonghai.moves.draws import queries
from gonghai.moves.draws.dealing import seed_hash
from gonghai.moves.draws.planning import Plan, Repeat, cancel_draw, plan_draw
from gonghai.moves.draws.record import published
from gonghai.moves.draws.wishes import enter_wishes
from gonghai.moves.results import Result

router = APIRouter(tags=["draws"])


class PlanIn(BaseModel):
    """From when until when wishes are taken; `opens_at` left out: from now. A series goes on until one is cancelled."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"opens_at": "2026-12-01T01:00:00Z", "closes_at": "2026-12-01T09:00:00Z", "repeat": "working_day"}
            ]
        },
    )
    opens_at: Instant | None = None
    closes_at: Instant
    repeat: Repeat = "never"


class Draw(BaseModel):
    """A draw. `seed_hash` is told from the start, `seed` and the record's `digest` once it is dealt; `why` it was
    cancelled. `people`, `wishes`, `won`: how many."""

    model_config = ANSWER

    id: Id
    pool: Named
    opens_at: datetime
    closes_at: datetime
    repeat: Repeat
    state: Literal["planned", "open", "closing", "dealt", "cancelled"]
    why: Literal["by_hand", "mode_changed", "pool_closed"] | None
    seed_hash: str
    seed: str | None
    digest: str | None
    planned_by: Named | None
    planned_at: datetime
    decided_at: datetime | None
    people: int
    wishes: int
    won: int
    most_wishes: int
    next_id: Id | None
    may_cancel: bool


class Wish(BaseModel):
    """One of the reader's wishes and, once dealt, what became of it: won in which `round` at which `turn` of it, taken
    by whom before, refused by which rule (`code`), or not reached as a limit of the reader's had ended their part."""

    model_config = ANSWER

    place: int
    customer: Named
    outcome: Literal["won", "taken", "refused", "not_reached"] | None
    round: int | None
    turn: int | None
    taken_by: Named | None
    code: str | None


class DrawDetail(Draw):
    """A draw with the reader's own wishes."""

    my_wishes: list[Wish]


class WishesIn(BaseModel):
    """Customers of the pool, the dearest first; none withdraws."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"customer_ids": ["12", "13"]}]})
    customer_ids: Annotated[list[Id], Field(max_length=200)]


class Entered(BaseModel):
    """One id: entered, or the code of the rule that refused it with its numbers."""

    model_config = ANSWER

    id: Id
    outcome: Literal["entered", "refused"]
    code: str | None = None
    data: dict[str, Any] = {}


class WishesOut(BaseModel):
    """Per id in the order given, and the draw with the wishes as they stand."""

    results: list[Entered]
    draw: DrawDetail


class RecordWish(BaseModel):
    """What became of one wish."""

    model_config = ConfigDict(extra="forbid")
    customer: str
    outcome: Literal["won", "taken", "refused", "not_reached"]
    round: int
    turn: int | None = None
    taken_by: str | None = None
    code: str | None = None


class RecordEntry(BaseModel):
    """One person's wishes in their order."""

    person: str
    wishes: list[RecordWish]


class RecordDraw(BaseModel):
    """Which draw it was."""

    id: str
    pool_id: str
    opens_at: str
    closes_at: str
    dealt_at: str


class Names(BaseModel):
    """Names that the reader may see, by id: for reading only, no part of what is checked."""

    people: dict[str, str]
    customers: dict[str, str]


class Record(BaseModel):
    """All that dealing was decided by, and what it gave: `gonghai draw verify FILE` deals once more from it."""

    format: str
    draw: RecordDraw
    seed_hash: str
    seed: str
    entries: list[RecordEntry]
    digest: str
    names: Names


@router.get("/pools/{pool_id}/draws")
async def list_draws(call: By, pool_id: Id, limit: Limit = 50, after: After = None) -> Page[Draw]:
    """A pool's draws, the newest plan first."""
    call.actor.need("pools.read")
    if pool_id not in call.actor.visible_pools():
        raise NotFound("pool", id=str(pool_id))
    key = decode_cursor(after, int)
    before = key[0] if key else None
    found = await queries.draw_list(call.conn, call.tenant_id, pool_id, before=before, limit=limit + 1, now=call.now)
    cut, following = cut_page(found, limit, lambda row: (row["id"],))
    return Page(items=[Draw.model_validate(_shown(call, row)) for row in cut], next=following)


@router.post(
    "/pools/{pool_id}/draws",
    status_code=201,
    responses=refusals(
        "no_draws_here", "draw_ends_before_it_begins", "draw_in_the_past", "draw_too_long", "draw_too_far",
        "draw_outside_window", "draw_overlaps",
    ),
)  # fmt: skip
@idempotent
async def plan(call: By, pool_id: Id, body: PlanIn) -> DrawDetail:
    """Plans a draw: its seed is made now, and the hash of it published. For the pool's admins."""
    wanted = Plan(body.opens_at or call.now, body.closes_at, body.repeat)
    return await _detail(call, await plan_draw(call.conn, call.actor, pool_id, wanted, now=call.now))


@router.get("/draws/{draw_id}")
async def get_one(call: By, draw_id: Id) -> DrawDetail:
    """One draw with the reader's own wishes."""
    call.actor.need("pools.read")
    return await _detail(call, draw_id)


@router.put(
    "/draws/{draw_id}/wishes",
    responses=refusals(
        "draw_not_open", "draw_closed", "draw_over", "too_many_wishes", "not_active", "on_leave", "not_in_scope"
    ),
)
async def put_wishes(call: By, draw_id: Id, body: WishesIn) -> WishesOut:
    """Puts these in place of the caller's wishes. What the rules forbid today is refused, each with why; limits of the
    caller (quota, caps, window) may have room when it is dealt, and are looked at then."""
    results = await enter_wishes(call.conn, call.actor, draw_id, body.customer_ids)
    return WishesOut(results=[_entered(r) for r in results], draw=await _detail(call, draw_id))


@router.post("/draws/{draw_id}/cancel", responses=refusals("draw_over"))
@idempotent
async def cancel(call: By, draw_id: Id, body: Nothing | None = None) -> DrawDetail:
    """Calls a draw off before it is dealt; its wishes lapse, and its series ends. For the pool's admins."""
    await cancel_draw(call.conn, call.actor, draw_id)
    return await _detail(call, draw_id)


@router.get("/draws/{draw_id}/record", response_model_exclude_none=True, responses=refusals("draw_not_dealt"))
async def record(call: By, draw_id: Id) -> Record:
    """The published record of a dealt draw; checked from this file alone by `gonghai draw verify FILE`."""
    call.actor.need("pools.read")
    row = await queries.get_draw(call.conn, call.actor, draw_id, now=call.now)
    if row["state"] != "dealt":
        raise Refusal("draw_not_dealt", state=row["stands"])
    wishes = await queries.all_wishes(call.conn, call.tenant_id, draw_id)
    names = await queries.names_in(call.conn, call.actor, row, wishes)
    return Record.model_validate({**published(row, wishes), "names": names})


async def _detail(call: ActorCall, draw_id: int) -> DrawDetail:
    row = await queries.get_draw(call.conn, call.actor, draw_id, now=call.now)
    mine = await queries.own_wishes(call.conn, call.actor, draw_id)
    return DrawDetail.model_validate({**_shown(call, row), "my_wishes": [_wish(each) for each in mine]})


def _shown(call: ActorCall, row: DictRow) -> dict[str, Any]:
    seed, dealt = bytes(row["seed"]), row["state"] == "dealt"
    planner = Named(id=row["planned_by"], name=row["planned_by_name"]) if row["planned_by"] is not None else None
    may = call.actor.may("policy.publish") and call.actor.administers(row["pool_id"])
    return {
        **row,
        "pool": Named(id=row["pool_id"], name=row["pool_name"]),
        "state": row["stands"],
        "why": row["why_cancelled"],
        "seed_hash": seed_hash(seed),
        "seed": seed.hex() if dealt else None,
        "planned_by": planner,
        "most_wishes": row["draw_most_wishes"],
        "may_cancel": may and row["state"] == "planned",
    }


def _wish(row: DictRow) -> Wish:
    taken_by = Named(id=row["taken_by"], name=row["taken_by_name"]) if row["taken_by_name"] is not None else None
    customer = Named(id=row["customer_id"], name=row["customer_name"])
    return Wish.model_validate({**row, "customer": customer, "taken_by": taken_by})


def _entered(result: Result) -> Entered:
    return Entered(id=result.id, outcome="refused" if result.code else "entered", code=result.code, data=result.data)
