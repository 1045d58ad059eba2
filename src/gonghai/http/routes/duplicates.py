"""撞单: whether a customer that is typed in is there already, and asking for it."""

from fastapi import APIRouter

from gonghai.http.call import By
from gonghai.http.duplicate_shapes import AskDuplicate, Match, Matches, Typed
from gonghai.http.idempotency import idempotent
from gonghai.http.problems import refusals
from gonghai.http.request_shapes import RequestDetail
from gonghai.http.routes.requests import get_one
from gonghai.moves.duplicates import find, told
from gonghai.moves.requests.duplicate import ask_duplicate

router = APIRouter(prefix="/customers/duplicates", tags=["duplicates"])


@router.post("/check")
async def check(call: By, typed: Typed) -> Matches:
    """What creating such a customer would be refused with. 429 `too_many_checks` for whoever asks all the time."""
    call.actor.need("customers.create")
    probes = call.request.app.state.probes
    probes.check(call.tenant_id, call.actor.person_id, call.now)
    probes.note(call.tenant_id, call.actor.person_id, call.now)
    found = await find(call.conn, call.actor, typed.model_dump(), now=call.now)
    return Matches(matches=[Match.model_validate(match.shown()) for match in told(found)])


@router.post(
    "/requests",
    status_code=201,
    responses=refusals("no_duplicate", "already_yours", "duplicate_claimable", "duplicate_kept", "already_asked"),
)
@idempotent
async def ask(call: By, body: AskDuplicate) -> RequestDetail:
    """Asks the admins of its pool for the customer that matches; found again from the fields, as its id may be secret."""
    call.request.app.state.probes.check(call.tenant_id, call.actor.person_id, call.now)
    call.request.app.state.probes.note(call.tenant_id, call.actor.person_id, call.now)
    fields = body.model_dump(exclude={"note", "customer_id"})
    made = await ask_duplicate(call.conn, call.actor, fields, note=body.note, customer_id=body.customer_id)
    return await get_one(call, made)
