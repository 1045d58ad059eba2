"""Locking and protecting one customer; many at once are in moves.py."""

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from gonghai.http.call import By
from gonghai.http.idempotency import idempotent
from gonghai.http.move_shapes import Moved, Nothing, Reason
from gonghai.http.problems import refusals
from gonghai.http.routes.moves import STATE, moved
from gonghai.http.shapes import Id, Instant
from gonghai.moves.lock import lock, unlock
from gonghai.moves.protect import protect, unprotect
from gonghai.moves.results import only

router = APIRouter(prefix="/customers/{customer_id}", tags=["moves"])


class Lock(BaseModel):
    """Until when it is kept."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"until": "2026-12-26T00:00:00+08:00"}]})
    until: Instant


class Protect(Lock):
    """Until when it is kept, and why."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"until": "2026-12-26T00:00:00+08:00", "reason": "contract in review"}]},
    )
    reason: Reason


@router.post("/lock", responses=refusals("lock_quota", "lock_too_long", "until_past", *STATE))
@idempotent
async def lock_one(call: By, customer_id: Id, body: Lock) -> Moved:
    """The owner, within the lock quota, or the owner's manager keeps the customer from being taken."""
    only(await lock(call.conn, call.actor, [customer_id], until=body.until))
    return await moved(call, customer_id)


@router.post("/unlock", responses=refusals("not_locked", *STATE))
@idempotent
async def unlock_one(call: By, customer_id: Id, body: Nothing | None = None) -> Moved:
    """Ends the lock; the pool's lock grace begins."""
    only(await unlock(call.conn, call.actor, [customer_id]))
    return await moved(call, customer_id)


@router.post("/protect", responses=refusals("protection_too_long", "until_past", *STATE))
@idempotent
async def protect_one(call: By, customer_id: Id, body: Protect) -> Moved:
    """The owner's manager keeps the customer from being taken."""
    only(await protect(call.conn, call.actor, [customer_id], until=body.until, reason=body.reason))
    return await moved(call, customer_id)


@router.post("/unprotect", responses=refusals("not_protected", *STATE))
@idempotent
async def unprotect_one(call: By, customer_id: Id, body: Nothing | None = None) -> Moved:
    """Ends the protection."""
    only(await unprotect(call.conn, call.actor, [customer_id]))
    return await moved(call, customer_id)
