"""Sweeps: start one, see what it does and did, with the reason of every item."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from psycopg.rows import DictRow
from pydantic import BaseModel, ConfigDict

from gonghai.base.errors import NotFound
from gonghai.base.queue import defer
from gonghai.http.call import ActorCall, By
from gonghai.http.idempotency import idempotent
from gonghai.http.paging import After, Limit, cut_page, decode_cursor
from gonghai.http.problems import refusals
from gonghai.http.run_shapes import Undo, can_undo, person, undo_shape
from gonghai.http.shapes import ANSWER, Id, Named, Page, Words
from gonghai.moves import runs
from gonghai.moves.recycle import start_run
from gonghai.moves.undone import newest_undos
from gonghai.policy.timers import BY_NAME, names
from gonghai.policy.versions import version_in_force

router = APIRouter(prefix="/recycle-runs", tags=["runs"])


class Start(BaseModel):
    """All pools, or one."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{}]})
    pool_id: Id | None = None


class PolicyVersion(BaseModel):
    """Which version a pool was swept by."""

    pool_id: Id
    number: int
    policy_id: Id


class Run(BaseModel):
    """The record of a sweep; `undo` is the newest of it, `can_undo` whether the reader may undo it now."""

    model_config = ANSWER

    id: Id
    pool: Named | None
    requested_by: Named | None
    now: datetime
    started_at: datetime
    finished_at: datetime | None
    state: Literal["selecting", "warning", "moving", "done", "failed"]
    due: int
    warned: int
    moved: int
    skipped: int
    failed: int
    calendar_hash: str
    policy_versions: list[PolicyVersion]
    error: str | None
    undo: Undo | None = None
    can_undo: bool = False


class Item(BaseModel):
    """One due customer of a run: by which segment and timers, and what became of it. `why` says why it was skipped:
    `changed` meanwhile, or `busy` in another transaction; `kept` why an undo left it moved. `event_id`: the move, for `why`."""

    customer: Named
    owner: Named
    pool_to: Named
    policy_number: int
    segment: Words
    timers: list[Words]
    outcome: Literal["moved", "skipped", "failed", "undone"] | None
    why: str | None
    kept: Literal["moved_since", "owner_not_active", "pool_closed"] | None
    event_id: Id | None


@router.get("")
async def list_runs(
    call: By,
    eventful: Annotated[bool, Query(description="Without those that ended and had found nothing due.")] = False,
    limit: Limit = 50,
    after: After = None,
) -> Page[Run]:
    """Newest first."""
    call.actor.need("runs.read")
    key = decode_cursor(after, int)
    found = await runs.run_list(
        call.conn, call.tenant_id, before=key[0] if key else None, limit=limit + 1, eventful=eventful
    )
    cut, following = cut_page(found, limit, lambda r: (r["id"],))
    return Page(items=await _runs(call, cut), next=following)


@router.post("", status_code=202, responses=refusals("run_in_progress"))
@idempotent
async def start(call: By, body: Start) -> Run:
    """Starts a sweep now; it goes on in the background. 409 `run_in_progress` while another is at work."""
    call.actor.need("runs.start")
    if body.pool_id is not None and body.pool_id not in call.actor.pools:
        raise NotFound("pool", id=str(body.pool_id))
    run_id = await start_run(
        call.conn, call.tenant_id, pool_id=body.pool_id, requested_by=call.actor.person_id, now=call.now
    )
    await defer(call.conn, "sweep", lock=f"sweep-{call.tenant_id}", tenant_id=call.tenant_id)
    assert run_id is not None
    return await _one(call, run_id)


@router.get("/{run_id}")
async def get_one(call: By, run_id: Id) -> Run:
    """One sweep's record."""
    call.actor.need("runs.read")
    return await _one(call, run_id)


@router.get("/{run_id}/items")
async def items(
    call: By,
    run_id: Id,
    outcome: Annotated[Literal["moved", "skipped", "failed", "undone"] | None, Query()] = None,
    limit: Limit = 50,
    after: After = None,
) -> Page[Item]:
    """What the sweep found due, customer by customer; without the permission to read runs, what it took from oneself."""
    call.actor.need("customers.read")
    await runs.get_run(call.conn, call.tenant_id, run_id)
    key = decode_cursor(after, int)
    found = await runs.items(
        call.conn, call.actor, run_id, outcome=outcome, behind=key[0] if key else 0, limit=limit + 1
    )
    cut, following = cut_page(found, limit, lambda r: (r["customer_id"],))
    return Page(items=await _items(call, list(cut)), next=following)


async def _one(call: ActorCall, run_id: int) -> Run:
    (shown,) = await _runs(call, [await runs.get_run(call.conn, call.tenant_id, run_id)])
    return shown


async def _runs(call: ActorCall, found: Sequence[DictRow]) -> list[Run]:
    undos = await newest_undos(call.conn, call.tenant_id, [row["batch_id"] for row in found])
    return [_run(call, row, undos.get(row["batch_id"])) for row in found]


def _run(call: ActorCall, row: DictRow, undo: DictRow | None) -> Run:
    shown = dict(row)
    shown["pool"] = Named(id=row["pool_id"], name=row["pool_name"]) if row["pool_id"] else None
    shown["requested_by"] = person(row, "requested_by")
    shown["undo"] = undo_shape(undo) if undo else None
    shown["can_undo"] = can_undo(call.actor, row, row["moved"], undo)
    return Run.model_validate(shown)


async def _items(call: ActorCall, found: list[DictRow]) -> list[Item]:
    policies: dict[int, Any] = {}
    for policy_id in {row["policy_id"] for row in found}:
        policies[policy_id] = (await version_in_force(call.conn, call.tenant_id, policy_id))[1]
    shown = []
    for row in found:
        policy = policies[row["policy_id"]]
        segment = policy.policy.segments[row["segment"]]
        shown.append(
            Item(
                customer=Named(id=row["customer_id"], name=row["customer_name"]),
                owner=Named(id=row["owner_id"], name=row["owner_name"]),
                pool_to=Named(id=row["pool_to"], name=row["pool_name"]),
                policy_number=policy.number,
                segment=Words(zh=segment.zh, en=segment.en),
                timers=[Words(zh=BY_NAME[n].zh, en=BY_NAME[n].en) for n in names(row["timers"])],
                outcome=row["outcome"],
                why=row["why"],
                kept=row["kept"],
                event_id=row["event_id"],
            )
        )
    return shown
