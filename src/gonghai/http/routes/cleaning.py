"""Cleaning a pool: what its rules would do now, starting a run, and what runs did."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from psycopg.rows import DictRow
from pydantic import BaseModel, ConfigDict, Field

from gonghai.http.call import ActorCall, By
from gonghai.http.idempotency import idempotent
from gonghai.http.paging import After, Limit, cut_page, decode_cursor
from gonghai.http.problems import refusals
from gonghai.http.run_shapes import Undo, can_undo, person, undo_shape
from gonghai.http.shapes import ANSWER, Id, Named, Page, Words
from gonghai.moves import cleanings
from gonghai.moves.clean import start_cleaning
from gonghai.moves.undone import newest_undos
from gonghai.policy.cleaning import MOST_RULES, Archive, Cleaning, Move, Reverify
from gonghai.policy.cleaning_words import deed_words
from gonghai.policy.document import compile_cleaning
from gonghai.policy.registry import REGISTRY
from gonghai.policy.versions import every_pool, in_force, pool_names, version_in_force

router = APIRouter(tags=["runs"])


class CleaningRules(BaseModel):
    """A policy's document whose cleaning rules to try; without one, those in force."""

    model_config = ConfigDict(extra="forbid")
    document: dict[str, Any] | None = None


class CleaningTry(CleaningRules):
    """One rule by its place, or all."""

    rule: Annotated[int, Field(ge=0, lt=MOST_RULES)] | None = None


class RuleCount(BaseModel):
    """How many customers a rule would be about."""

    index: int
    name: Words
    deed: Words
    count: int


class CleaningPreview(BaseModel):
    """What a cleaning would do now."""

    now: datetime
    rules: list[RuleCount]
    total: int


class CleaningCandidate(BaseModel):
    """A customer that a rule would be about."""

    customer: Named
    rule: int
    entered_pool_at: datetime
    recycle_count: int
    last_activity_at: datetime | None


class StartCleaning(BaseModel):
    """The pool to clean."""

    model_config = ConfigDict(extra="forbid")
    pool_id: Id


class CleaningRun(BaseModel):
    """The record of a cleaning; `requested_by` null: its schedule. `undo` is the newest of it."""

    model_config = ANSWER

    id: Id
    pool: Named
    policy_number: int
    requested_by: Named | None
    now: datetime
    started_at: datetime
    finished_at: datetime | None
    state: Literal["selecting", "moving", "done", "failed"]
    found: int
    archived: int
    moved: int
    asked: int
    skipped: int
    error: str | None
    undo: Undo | None = None
    can_undo: bool = False


class CleaningItem(BaseModel):
    """One customer of a cleaning: by which rule, what became of it. `why` says why it was skipped: `changed` meanwhile,
    `busy` in another transaction, `pool_closed`, `person_not_active`; `kept` why an undo left it as it was. `event_id`:
    its move, for `why`; none where it was asked about."""

    customer: Named
    rule: int
    rule_name: Words
    deed: Words
    outcome: Literal["archived", "moved", "asked", "skipped", "undone"] | None
    why: str | None
    kept: Literal["moved_since", "owner_not_active", "pool_closed"] | None
    event_id: Id | None


@router.post("/pools/{pool_id}/cleaning/preview")
async def preview(call: By, pool_id: Id, body: CleaningRules) -> CleaningPreview:
    """How many customers each rule would be about now. 422 `policy_invalid` with the paths of faulty rules."""
    cleaning = await _to_try(call, pool_id, body.document)
    if cleaning is None:
        return CleaningPreview(now=call.now, rules=[], total=0)
    counts = await cleanings.preview(call.conn, call.tenant_id, pool_id, cleaning, now=call.now)
    names = await every_pool(call.conn, call.tenant_id)
    shown = [
        RuleCount(index=i, name=Words(zh=rule.zh, en=rule.en), deed=_words(deed_words(rule.deed, names)), count=n)
        for i, (rule, n) in enumerate(zip(cleaning.rules, counts, strict=True))
    ]
    return CleaningPreview(now=call.now, rules=shown, total=sum(counts))


@router.post("/pools/{pool_id}/cleaning/preview/customers")
async def preview_customers(
    call: By, pool_id: Id, body: CleaningTry, limit: Limit = 50, after: After = None
) -> Page[CleaningCandidate]:
    """Which customers a rule would be about now."""
    cleaning = await _to_try(call, pool_id, body.document)
    if cleaning is None:
        return Page(items=[])
    key = decode_cursor(after, int)
    found = await cleanings.preview_customers(
        call.conn, call.tenant_id, pool_id, cleaning,
        rule=body.rule, behind=key[0] if key else 0, limit=limit + 1, now=call.now,
    )  # fmt: skip
    cut, following = cut_page(found, limit, lambda row: (row["id"],))
    shown = [CleaningCandidate(customer=Named(id=row["id"], name=row["name"]), **_without_id(row)) for row in cut]
    return Page(items=shown, next=following)


def _without_id(row: DictRow) -> dict[str, Any]:
    return {name: row[name] for name in ("rule", "entered_pool_at", "recycle_count", "last_activity_at")}


async def _to_try(call: ActorCall, pool_id: int, document: Any) -> Cleaning | None:
    cleanings.need_cleaning(call.actor, pool_id)
    if document is not None:
        return compile_cleaning(document, REGISTRY, await pool_names(call.conn, call.tenant_id))
    compiled, _ = await in_force(call.conn, call.tenant_id, call.now, [pool_id])
    return compiled[pool_id].policy.cleaning if pool_id in compiled else None


@router.get("/cleaning-runs")
async def list_runs(
    call: By,
    eventful: Annotated[bool, Query(description="Without those that ended and had found nothing.")] = False,
    limit: Limit = 50,
    after: After = None,
) -> Page[CleaningRun]:
    """Newest first."""
    call.actor.need("runs.read")
    key = decode_cursor(after, int)
    found = await cleanings.run_list(
        call.conn, call.tenant_id, before=key[0] if key else None, limit=limit + 1, eventful=eventful
    )
    cut, following = cut_page(found, limit, lambda row: (row["id"],))
    return Page(items=await _runs(call, cut), next=following)


@router.post(
    "/cleaning-runs",
    status_code=202,
    responses=refusals("run_in_progress", "no_cleaning_rules", "policy_broken"),
)
@idempotent
async def start(call: By, body: StartCleaning) -> CleaningRun:
    """Cleans a pool now by its rules in force; it goes on in the background."""
    cleanings.need_cleaning(call.actor, body.pool_id)
    run_id = await start_cleaning(
        call.conn, call.tenant_id, body.pool_id, requested_by=call.actor.person_id, now=call.now
    )
    await cleanings.defer_cleaning(call.conn, call.tenant_id, run_id)
    return await _one(call, run_id)


@router.get("/cleaning-runs/{run_id}")
async def get_one(call: By, run_id: Id) -> CleaningRun:
    """One cleaning's record."""
    call.actor.need("runs.read")
    return await _one(call, run_id)


@router.get("/cleaning-runs/{run_id}/items")
async def items(
    call: By,
    run_id: Id,
    outcome: Annotated[Literal["archived", "moved", "asked", "skipped", "undone"] | None, Query()] = None,
    limit: Limit = 50,
    after: After = None,
) -> Page[CleaningItem]:
    """What the cleaning found, customer by customer."""
    call.actor.need("runs.read")
    record = await cleanings.get_run(call.conn, call.tenant_id, run_id)
    cleaning = await _cleaning_of(call, record)
    names = await every_pool(call.conn, call.tenant_id)
    done = outcome in ("archived", "moved", "asked")
    rules = [i for i, rule in enumerate(cleaning.rules) if _DONE[type(rule.deed)] == outcome] if done else None
    key = decode_cursor(after, int)
    found = await cleanings.items(
        call.conn, call.actor, run_id,
        outcome="done" if done else outcome, rules=rules, behind=key[0] if key else 0, limit=limit + 1,
    )  # fmt: skip
    cut, following = cut_page(found, limit, lambda row: (row["customer_id"],))
    return Page(items=[_item(row, cleaning, names) for row in cut], next=following)


_DONE: dict[type, str] = {Archive: "archived", Move: "moved", Reverify: "asked"}


def _item(row: DictRow, cleaning: Cleaning, names: dict[int, str]) -> CleaningItem:
    rule = cleaning.rules[row["rule"]]
    outcome = _DONE[type(rule.deed)] if row["outcome"] == "done" else row["outcome"]
    return CleaningItem(
        customer=Named(id=row["customer_id"], name=row["customer_name"]),
        rule=row["rule"],
        rule_name=Words(zh=rule.zh, en=rule.en),
        deed=_words(deed_words(rule.deed, names)),
        outcome=outcome,
        why=row["why"],
        kept=row["kept"],
        event_id=row["event_id"],
    )


async def _cleaning_of(call: ActorCall, record: DictRow) -> Cleaning:
    _, version = await version_in_force(call.conn, call.tenant_id, record["policy_id"])
    return version.policy.cleaning or Cleaning(None, ())


async def _one(call: ActorCall, run_id: int) -> CleaningRun:
    (shown,) = await _runs(call, [await cleanings.get_run(call.conn, call.tenant_id, run_id)])
    return shown


async def _runs(call: ActorCall, found: Sequence[DictRow]) -> list[CleaningRun]:
    undos = await newest_undos(call.conn, call.tenant_id, [row["batch_id"] for row in found])
    return [_run(call, row, undos.get(row["batch_id"])) for row in found]


def _run(call: ActorCall, row: DictRow, undo: DictRow | None) -> CleaningRun:
    shown = dict(row)
    shown["pool"] = Named(id=row["pool_id"], name=row["pool_name"])
    shown["requested_by"] = person(row, "requested_by")
    shown["undo"] = undo_shape(undo) if undo else None
    shown["can_undo"] = can_undo(call.actor, row, row["archived"] + row["moved"] + row["asked"], undo)
    return CleaningRun.model_validate(shown)


def _words(both: tuple[str, str]) -> Words:
    return Words(zh=both[0], en=both[1])
