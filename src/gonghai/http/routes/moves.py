"""Moves as sub-resources: single and in batch; a batch answers per id. Claiming is in claims.py."""

from collections.abc import Sequence
from typing import TypeVar

from fastapi import APIRouter, Response
from pydantic import BaseModel

from gonghai.base.errors import Invalid, NotFound
from gonghai.http.call import ActorCall, By
from gonghai.http.idempotency import idempotent
from gonghai.http.list_query import chosen
from gonghai.http.move_shapes import (
    Archive,
    Batch,
    Moved,
    MoveResults,
    Nothing,
    Release,
    Restore,
    ToPerson,
    ToPool,
    move_results,
)
from gonghai.http.problems import refusals
from gonghai.http.routes.claims import claim_in
from gonghai.http.routes.customers import full
from gonghai.http.shapes import Id
from gonghai.moves.assign import assign
from gonghai.moves.hand_over import deactivate_person
from gonghai.moves.lock import lock, unlock
from gonghai.moves.pool_moves import archive, move_pool, restore
from gonghai.moves.protect import protect, unprotect
from gonghai.moves.release import release
from gonghai.moves.results import Result, only
from gonghai.moves.share import add_collaborators
from gonghai.moves.transfer import transfer

router = APIRouter(tags=["moves"])
T = TypeVar("T")
# The customer isn't in the state that the move begins in.
STATE = ("merged", "archived", "already_claimed", "not_owned", "changed_meanwhile")


@router.post(
    "/customers/{customer_id}/release",
    responses=refusals("reason_unknown", "release_elsewhere_not_allowed", *STATE),
)
@idempotent
async def release_one(call: By, customer_id: Id, body: Release) -> Moved:
    """The owner gives the customer back, with a reason from the pool's list."""
    only(await release(call.conn, call.actor, [customer_id], reason=body.reason, note=body.note, pool_id=body.pool_id))
    return await moved(call, customer_id)


@router.post("/customers/{customer_id}/assign", responses=refusals("over_cap", "receiver_not_active", *STATE))
@idempotent
async def assign_one(call: By, customer_id: Id, body: ToPerson) -> Moved:
    """A manager or pool admin gives a pooled customer to a person."""
    only(
        await assign(
            call.conn, call.actor, [customer_id], owner_id=body.owner_id, confirm_over_cap=body.confirm_over_cap
        )
    )
    return await moved(call, customer_id)


@router.post(
    "/customers/{customer_id}/transfer",
    response_model=Moved,
    responses={
        202: {"model": Moved, "description": "The receiver must accept first."},
        **refusals("over_cap", "already_theirs", "receiver_not_active", *STATE),
    },
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
    after = await moved(call, customer_id)
    if done.outcome == "requested":
        after.request_id = int(done.data["request_id"])
        return Response(after.model_dump_json(), 202, media_type="application/json")
    return after


@router.post("/customers/{customer_id}/move-pool", responses=refusals("already_there", "pool_not_open", *STATE))
@idempotent
async def move_pool_one(call: By, customer_id: Id, body: ToPool) -> Moved:
    """From one pool to another, by an admin of both."""
    only(await move_pool(call.conn, call.actor, [customer_id], pool_id=body.pool_id))
    return await moved(call, customer_id)


@router.post("/customers/{customer_id}/archive", responses=refusals(*STATE))
@idempotent
async def archive_one(call: By, customer_id: Id, body: Archive) -> Moved:
    """Out of circulation, with a reason."""
    only(await archive(call.conn, call.actor, [customer_id], reason=body.reason))
    return await moved(call, customer_id)


@router.post(
    "/customers/{customer_id}/restore", responses=refusals("not_archived", "pool_not_open", "changed_meanwhile")
)
@idempotent
async def restore_one(call: By, customer_id: Id, body: Restore) -> Moved:
    """Back into a pool."""
    only(await restore(call.conn, call.actor, [customer_id], pool_id=body.pool_id))
    return await moved(call, customer_id)


@router.post("/moves")
@idempotent
async def move_many(call: By, body: Batch) -> MoveResults:
    """One move over many customers; what can succeed does, per id."""
    return move_results(await _batch(call, body, await chosen(call, body.customer_ids, body.matching)))


async def _batch(call: ActorCall, body: Batch, ids: Sequence[int]) -> list[Result]:
    conn, actor = call.conn, call.actor
    if not ids:
        return []
    match body.move:
        case "claim":
            return await claim_in(call, ids)
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
        case "share":
            return await add_collaborators(conn, actor, ids, _needed(body.person_ids, "person_ids"))
        case _:
            return await _floors(call, body, ids)


async def _floors(call: ActorCall, body: Batch, ids: Sequence[int]) -> list[Result]:
    """What keeps customers from being taken."""
    conn, actor = call.conn, call.actor
    match body.move:
        case "lock":
            return await lock(conn, actor, ids, until=_needed(body.until, "until"))
        case "unlock":
            return await unlock(conn, actor, ids)
        case "protect":
            return await protect(conn, actor, ids, until=_needed(body.until, "until"), reason=body.reason or "")
        case "unprotect":
            return await unprotect(conn, actor, ids)
        case _:
            raise AssertionError(body.move)


def _needed(given: T | None, name: str) -> T:
    if given is None:
        raise Invalid({"path": f"body.{name}", "code": "missing"})
    return given


async def moved(call: ActorCall, customer_id: int) -> Moved:
    """A single move's answer: the customer as the mover sees it now."""
    try:
        return Moved(customer=await full(call, customer_id))
    except NotFound:
        return Moved(customer=None)


class Deactivated(BaseModel):
    """What the leaver rule did."""

    handed_over: int


@router.post("/people/{person_id}/deactivate", responses=refusals("last_admin", "person_left"))
async def deactivate(call: By, person_id: Id, body: Nothing | None = None) -> Deactivated:
    """The person can't sign in any more; all their customers go back to their home pools in the same transaction."""
    call.actor.need("people.edit")
    handed_over = await deactivate_person(call.conn, call.actor, person_id, now=call.now)
    call.request.app.state.identities.forget_person(person_id)
    return Deactivated(handed_over=handed_over)
