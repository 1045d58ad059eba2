"""Asking about one customer: for more time, for it back, for its archiving."""

from fastapi import APIRouter

from gonghai.access.actor import system
from gonghai.customers import queries
from gonghai.customers.may import need_move
from gonghai.http.call import ActorCall, By
from gonghai.http.idempotency import idempotent
from gonghai.http.problems import refusals
from gonghai.http.request_shapes import (
    AppealChance,
    AskAppeal,
    AskArchive,
    AskExtension,
    ExtensionChance,
    RequestDetail,
)
from gonghai.http.routes.requests import get_one
from gonghai.http.shapes import Id
from gonghai.moves.requests.appeal import ask_appeal, ground
from gonghai.moves.requests.archive import ask_archive
from gonghai.moves.requests.extension import ask_extension, chance

router = APIRouter(prefix="/customers/{customer_id}", tags=["requests"])


@router.get("/extension")
async def extension_chance(call: By, customer_id: Id) -> ExtensionChance:
    """What the owner may ask for in this spell."""
    row = await queries.get(call.conn, call.actor, customer_id)
    need_move(call.actor, row, "ask_extension")
    left = await chance(call.conn, call.tenant_id, row, now=call.now)
    code, data = left.refused if left.refused is not None else (None, {})
    return ExtensionChance(
        possible=code is None, code=code, data=data, waiting=left.waiting, used=left.used, limit=left.limit,
        most_days=left.most_days, effective=left.effective,
    )  # fmt: skip


@router.post(
    "/extension",
    status_code=201,
    responses=refusals(
        "nothing_to_extend", "extension_limit", "already_asked", "extension_too_long", "no_longer_yours", "not_owned"
    ),
)
@idempotent
async def extension(call: By, customer_id: Id, body: AskExtension) -> RequestDetail:
    """The owner asks the managers for more time. The clock goes on until one says yes."""
    made = await ask_extension(call.conn, call.actor, customer_id, days=body.days, note=body.note)
    return await _asked(call, made)


@router.get("/appeal")
async def appeal_chance(call: By, customer_id: Id) -> AppealChance:
    """Whether the reader may appeal against the newest recycle; 404 for whom it was not taken from."""
    call.actor.need("requests.ask")
    # Whom it was taken from needn't see it any more.
    customer = await queries.get(call.conn, system(call.tenant_id), customer_id)
    found = await ground(call.conn, call.actor, customer, at=call.now)
    code, data = found.refused if found.refused is not None else (None, {})
    return AppealChance(possible=code is None, code=code, data=data, until=found.until, event_id=found.event["id"])


@router.post(
    "/appeal",
    status_code=201,
    responses=refusals(
        "no_appeals", "appeal_too_late", "already_asked", "already_yours", "claimed_since", "archived", "merged"
    ),
)
@idempotent
async def appeal(call: By, customer_id: Id, body: AskAppeal) -> RequestDetail:
    """The former owner asks the admins of the pool it was taken from to give it back."""
    return await _asked(call, await ask_appeal(call.conn, call.actor, customer_id, note=body.note))


@router.post("/archive-request", status_code=201, responses=refusals("already_asked", "no_longer_yours", "not_owned"))
@idempotent
async def archive_request(call: By, customer_id: Id, body: AskArchive) -> RequestDetail:
    """The owner asks the managers to take the customer out of circulation."""
    made = await ask_archive(call.conn, call.actor, customer_id, reason=body.reason, note=body.note)
    return await _asked(call, made)


async def _asked(call: ActorCall, request_id: int) -> RequestDetail:
    return await get_one(call, request_id)
