"""Requests: what waits for one's yes, what one asked for."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from psycopg.rows import DictRow
from pydantic import BaseModel, ConfigDict, Field

from gonghai.access.actor import system
from gonghai.customers.queries import by_ids
from gonghai.customers.record import lock
from gonghai.http.call import ActorCall, By
from gonghai.http.customer_shapes import Countdown, countdown_of
from gonghai.http.idempotency import idempotent
from gonghai.http.paging import After, Limit, cut_page, decode_cursor
from gonghai.http.shapes import Id, Named, Page
from gonghai.moves.batch import instant
from gonghai.moves.receivers import lock_receiver
from gonghai.moves.requests import close_request, list_requests, lock_request
from gonghai.moves.transfer import accept_transfer
from gonghai.policy.countdown import Countdowns, countdowns

router = APIRouter(prefix="/requests", tags=["requests"])


class RequestShape(BaseModel):
    """A request. `deadline` is the customer's countdown, which a transfer carries over."""

    id: Id
    kind: Literal["transfer"]
    customer: Named
    asked_by: Named
    asked_at: datetime
    decider: Named
    lapses_at: datetime
    state: Literal["open", "accepted", "declined", "withdrawn", "lapsed"]
    decided_at: datetime | None
    note: str
    answer: str
    countdown: Countdown | None


class Answer(BaseModel):
    """A word with it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{}]})
    note: Annotated[str, Field(max_length=1000)] = ""


class Decided(BaseModel):
    """The request's state now."""

    id: Id
    state: Literal["accepted", "declined", "withdrawn"]


@router.get("")
async def list_mine(
    call: By,
    box: Annotated[Literal["to_decide", "mine"], Query()] = "to_decide",
    limit: Limit = 50,
    after: After = None,
) -> Page[RequestShape]:
    """`to_decide`: open ones waiting for the reader; `mine`: all that the reader asked for."""
    key = decode_cursor(after, int)
    found = await list_requests(
        call.conn, call.actor, box=box, now=call.now, before=key[0] if key else None, limit=limit + 1
    )
    cut, following = cut_page(found, limit, lambda r: (r["id"],))
    clock = await countdowns(call.conn, call.tenant_id, call.now)
    return Page(items=[await _shape(call, row, clock) for row in cut], next=following)


async def _shape(call: ActorCall, row: DictRow, clock: Countdowns) -> RequestShape:
    # The receiver is told the deadline though the customer isn't theirs to see yet.
    found = await by_ids(call.conn, system(call.tenant_id), [row["customer_id"]])
    shown = {
        **row,
        "state": row["shown_state"],
        "customer": Named(id=row["customer_id"], name=row["customer_name"]),
        "asked_by": Named(id=row["asked_by"], name=row["asker_name"]),
        "decider": Named(id=row["decider_id"], name=row["decider_name"]),
        "countdown": countdown_of(found[0], clock) if found and row["shown_state"] == "open" else None,
    }
    return RequestShape.model_validate(shown)


@router.post("/{request_id}/accept")
@idempotent
async def accept(call: By, request_id: Id, body: Answer) -> Decided:
    """Takes the customer over, with all its clocks."""
    assert call.actor.person_id is not None
    # The receiver first, then the customer: the order every move locks in.
    await lock_receiver(call.conn, call.tenant_id, call.actor.person_id)
    request = await lock_request(call.conn, call.actor, request_id)
    customer = await lock(call.conn, call.tenant_id, request["customer_id"])
    at = await instant(call.conn)
    await close_request(call.conn, call.actor, request, "accepted", answer=body.note, at=at)
    await accept_transfer(call.conn, call.actor, request, customer)
    return Decided(id=request_id, state="accepted")


@router.post("/{request_id}/decline")
@idempotent
async def decline(call: By, request_id: Id, body: Answer) -> Decided:
    """Says no; the customer stays with its owner."""
    return await _close(call, request_id, "declined", body.note)


@router.post("/{request_id}/withdraw")
@idempotent
async def withdraw(call: By, request_id: Id, body: Answer) -> Decided:
    """Takes one's own request back."""
    return await _close(call, request_id, "withdrawn", body.note)


async def _close(call: ActorCall, request_id: int, state: Literal["declined", "withdrawn"], note: str) -> Decided:
    request = await lock_request(call.conn, call.actor, request_id)
    await close_request(call.conn, call.actor, request, state, answer=note, at=await instant(call.conn))
    return Decided(id=request_id, state=state)
