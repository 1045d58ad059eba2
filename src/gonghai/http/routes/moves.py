"""Moves as sub-resources: single and in batch; a batch answers per id."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from gonghai.base import clock
from gonghai.base.database import Conn
from gonghai.base.errors import Forbidden, Invalid, NotFound, Refusal
from gonghai.customers import queries
from gonghai.http.call import ActorCall, AnyCall, By, Call, database, identify
from gonghai.http.customer_shapes import Customer
from gonghai.http.idempotency import idempotent
from gonghai.http.identity import Identity
from gonghai.http.routes.customers import ListQuery, full
from gonghai.http.shapes import ANSWER, Id
from gonghai.moves.assign import assign
from gonghai.moves.batch import MOST_IDS
from gonghai.moves.claim import CLAIM, claim, claim_parameters, claim_results
from gonghai.moves.hand_over import deactivate_person
from gonghai.moves.pool_moves import archive, move_pool, restore
from gonghai.moves.release import release
from gonghai.moves.results import Result, only
from gonghai.moves.transfer import transfer
from gonghai.pools.actor import load_actor

router = APIRouter(tags=["moves"])
Reason = Annotated[str, Field(max_length=60)]
Note = Annotated[str, Field(max_length=1000)]
Ids = Annotated[list[Id], Field(min_length=1, max_length=1000)]


class Nothing(BaseModel):
    """An empty body."""

    model_config = ConfigDict(extra="forbid")


class Release(BaseModel):
    """Why it is given back; `pool_id` where the pool lets one choose."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "no_need"}]})
    reason: Reason | None = None
    note: Note = ""
    pool_id: Id | None = None


class ToPerson(BaseModel):
    """Who gets it. Beyond the receiver's cap only with `confirm_over_cap`."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"owner_id": "7"}]})
    owner_id: Id
    note: Note = ""
    confirm_over_cap: bool = False


class ToPool(BaseModel):
    """Where it goes."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"pool_id": "2"}]})
    pool_id: Id


class Archive(BaseModel):
    """Why it goes out of circulation."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "closed_down"}]})
    reason: Annotated[str, Field(min_length=1, max_length=60)]


class Restore(BaseModel):
    """Back into the home pool, or another."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{}]})
    pool_id: Id | None = None


class Claims(BaseModel):
    """Customers chosen on one pool's page."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"customer_ids": ["12", "13"]}]})
    customer_ids: Annotated[list[Id], Field(min_length=1, max_length=200)]


class MoveResult(BaseModel):
    """One id of a batch: what became of it, or the code that refused it with its numbers."""

    model_config = ANSWER

    id: Id
    outcome: Literal["claimed", "moved", "requested", "refused"]
    code: str | None = None
    data: dict[str, Any] = {}


class MoveResults(BaseModel):
    """Per id, in the order given."""

    results: list[MoveResult]


class Moved(BaseModel):
    """A single move: the customer as it is now, or None when it has left the mover's sight; or what was asked for."""

    model_config = ANSWER

    customer: Customer | None
    request_id: Id | None = None


class Batch(BaseModel):
    """One move over many customers: chosen ids, or all that match a list's query (up to 10,000)."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"move": "release", "customer_ids": ["12", "13"], "reason": "no_need"}]},
    )
    move: Literal["claim", "release", "assign", "transfer", "move_pool", "archive", "restore"]
    customer_ids: Ids | None = None
    matching: ListQuery | None = None
    reason: Reason | None = None
    note: Note = ""
    owner_id: Id | None = None
    pool_id: Id | None = None
    confirm_over_cap: bool = False

    @model_validator(mode="after")
    def _one_choice(self) -> "Batch":
        if (self.customer_ids is None) == (self.matching is None):
            raise ValueError("give customer_ids or matching, not both")
        return self


def _need_claim(identity: Identity) -> None:
    """Claiming is for all but auditors; a key may be narrowed to something else."""
    scoped = identity.scopes is None or identity.scopes & {"all", "customers", "customers.claim"}
    if not scoped or not identity.roles & {"rep", "manager", "admin"}:
        raise Forbidden("customers.claim")


async def _claim(call: Call, ids: Sequence[int], expected_pool: int | None = None) -> list[Result]:
    identity = call.identity
    _need_claim(identity)
    found = await claim(
        call.conn, call.tenant_id, identity.person_id, ids, zone=identity.zone, expected_pool=expected_pool
    )
    return await _visible_refusals(call.conn, identity, found)


class Claimed(BaseModel):
    """The claim went through."""

    id: Id
    state: Literal["owned"] = "owned"
    owner_id: Id


@router.post("/customers/{customer_id}/claim")
async def claim_one(request: Request, customer_id: Id, body: Nothing | None = None) -> Claimed:
    """Claims a customer from its pool: 200, or 409 with the code of the first rule that fails."""
    identity = await identify(request)
    if "idempotency-key" in request.headers:
        async with database(request).tenant(identity.tenant_id) as conn:
            once: Claimed = await _claim_once(call=Call(conn, identity, clock.now(), request), customer_id=customer_id)
            return once
    _need_claim(identity)
    parameters = claim_parameters(identity.tenant_id, identity.person_id, [customer_id], identity.zone)
    results = claim_results(await database(request).alone(CLAIM, parameters))
    if results[0].code is not None:
        async with database(request).tenant(identity.tenant_id) as conn:
            only(await _visible_refusals(conn, identity, results))
    return Claimed(id=customer_id, owner_id=identity.person_id)


@idempotent
async def _claim_once(call: Call, customer_id: int) -> Claimed:
    only(await _claim(call, [customer_id]))
    return Claimed(id=customer_id, owner_id=call.identity.person_id)


@router.post("/pools/{pool_id}/claims")
@idempotent
async def claim_many(call: AnyCall, pool_id: Id, body: Claims) -> MoveResults:
    """Claims several customers chosen on a pool's page; what can succeed does."""
    return _answer(await _claim(call, body.customer_ids, pool_id))


async def _visible_refusals(conn: Conn, identity: Identity, results: list[Result]) -> list[Result]:
    """Who may not see a customer is not told anything about it, not even that it was refused."""
    refused = [r.id for r in results if r.code not in (None, "not_found")]
    if not refused:
        return results
    actor = await load_actor(conn, identity.tenant_id, identity.person_id, scopes=identity.scopes)
    seen = {row["id"] for row in await queries.by_ids(conn, actor, refused)}
    # A loser of the race knew it lay in a pool of theirs.
    seen |= set(await queries.lying_in(conn, identity.tenant_id, refused, actor.visible_pools()))
    return [Result.refused(r.id, "not_found") if r.code and r.id not in seen else r for r in results]


@router.post("/customers/{customer_id}/release")
@idempotent
async def release_one(call: By, customer_id: Id, body: Release) -> Moved:
    """The owner gives the customer back, with a reason from the pool's list."""
    only(await release(call.conn, call.actor, [customer_id], reason=body.reason, note=body.note, pool_id=body.pool_id))
    return await _moved(call, customer_id)


@router.post("/customers/{customer_id}/assign")
@idempotent
async def assign_one(call: By, customer_id: Id, body: ToPerson) -> Moved:
    """A manager or pool admin gives a pooled customer to a person."""
    only(
        await assign(
            call.conn, call.actor, [customer_id], owner_id=body.owner_id, confirm_over_cap=body.confirm_over_cap
        )
    )
    return await _moved(call, customer_id)


@router.post(
    "/customers/{customer_id}/transfer",
    response_model=Moved,
    responses={202: {"model": Moved, "description": "The receiver must accept first."}},
)
@idempotent
async def transfer_one(call: By, customer_id: Id, body: ToPerson) -> Moved | Response:
    """From owner to owner; 202 where the receiver must accept first."""
    done = only(
        await transfer(
            call.conn, call.actor, [customer_id], owner_id=body.owner_id, note=body.note,
            confirm_over_cap=body.confirm_over_cap,
        )
    )  # fmt: skip
    moved = await _moved(call, customer_id)
    if done.outcome == "requested":
        moved.request_id = int(done.data["request_id"])
        return Response(moved.model_dump_json(), 202, media_type="application/json")
    return moved


@router.post("/customers/{customer_id}/move-pool")
@idempotent
async def move_pool_one(call: By, customer_id: Id, body: ToPool) -> Moved:
    """From one pool to another, by an admin of both."""
    only(await move_pool(call.conn, call.actor, [customer_id], pool_id=body.pool_id))
    return await _moved(call, customer_id)


@router.post("/customers/{customer_id}/archive")
@idempotent
async def archive_one(call: By, customer_id: Id, body: Archive) -> Moved:
    """Out of circulation, with a reason."""
    only(await archive(call.conn, call.actor, [customer_id], reason=body.reason))
    return await _moved(call, customer_id)


@router.post("/customers/{customer_id}/restore")
@idempotent
async def restore_one(call: By, customer_id: Id, body: Restore) -> Moved:
    """Back into a pool."""
    only(await restore(call.conn, call.actor, [customer_id], pool_id=body.pool_id))
    return await _moved(call, customer_id)


@router.post("/moves")
@idempotent
async def move_many(call: By, body: Batch) -> MoveResults:
    """One move over many customers; what can succeed does, per id."""
    ids = body.customer_ids or await _matching(call, body)
    return _answer(await _batch(call, body, ids))


async def _matching(call: ActorCall, body: Batch) -> list[int]:
    assert body.matching is not None
    if body.matching.q:
        raise Refusal("matching_by_search", 422)
    ids = await queries.matching_ids(call.conn, call.actor, body.matching.filter(call), limit=MOST_IDS + 1)
    if len(ids) > MOST_IDS:
        raise Refusal("too_many_matching", 422, limit=MOST_IDS)
    return ids


async def _batch(call: ActorCall, body: Batch, ids: Sequence[int]) -> list[Result]:
    conn, actor = call.conn, call.actor
    if not ids:
        return []
    match body.move:
        case "claim":
            return await _claim(call, ids)
        case "release":
            return await release(conn, actor, ids, reason=body.reason, note=body.note, pool_id=body.pool_id)
        case "assign":
            owner = _needed(body.owner_id, "owner_id")
            return await assign(conn, actor, ids, owner_id=owner, confirm_over_cap=body.confirm_over_cap)
        case "transfer":
            owner = _needed(body.owner_id, "owner_id")
            return await transfer(
                conn, actor, ids, owner_id=owner, note=body.note, confirm_over_cap=body.confirm_over_cap
            )
        case "move_pool":
            return await move_pool(conn, actor, ids, pool_id=_needed(body.pool_id, "pool_id"))
        case "archive":
            return await archive(conn, actor, ids, reason=body.reason or "")
        case "restore":
            return await restore(conn, actor, ids, pool_id=body.pool_id)


def _needed(given: int | None, name: str) -> int:
    if given is None:
        raise Invalid({"path": f"body.{name}", "code": "missing"})
    return given


def _answer(results: Sequence[Result]) -> MoveResults:
    return MoveResults(results=[MoveResult(id=r.id, outcome=r.outcome, code=r.code, data=r.data) for r in results])


async def _moved(call: ActorCall, customer_id: int) -> Moved:
    try:
        return Moved(customer=await full(call, customer_id))
    except NotFound:
        return Moved(customer=None)


class Deactivated(BaseModel):
    """What the leaver rule did."""

    handed_over: int


@router.post("/people/{person_id}/deactivate")
async def deactivate(call: By, person_id: Id, body: Nothing | None = None) -> Deactivated:
    """The person can't sign in any more; all their customers go back to their home pools in the same transaction."""
    call.actor.need("people.edit")
    handed_over = await deactivate_person(call.conn, call.actor, person_id, now=call.now)
    call.request.app.state.identities.forget_person(person_id)
    return Deactivated(handed_over=handed_over)
