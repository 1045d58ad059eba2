"""Requests: what waits for one's yes, what one asked for, what was decided; asking is in asking.py."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from psycopg.rows import DictRow

from gonghai.access.actor import system
from gonghai.activities.queries import follow_ups_of_spell
from gonghai.customers.masking import mask_text, masked_fields
from gonghai.customers.queries import by_ids
from gonghai.http.call import ActorCall, By
from gonghai.http.customer_shapes import Countdown, countdown_of
from gonghai.http.idempotency import idempotent
from gonghai.http.paging import After, Limit, cut_page, decode_cursor
from gonghai.http.problems import refusals
from gonghai.http.request_shapes import (
    Accept,
    Answer,
    Comment,
    Decided,
    DecisionResult,
    DecisionResults,
    Decisions,
    Kind,
    NewComment,
    RequestDetail,
    RequestShape,
    request_fields,
    request_hidden,
)
from gonghai.http.routes.history import follow_up_line, why_shape
from gonghai.http.shapes import Id, Named, Page
from gonghai.moves.requests.decide import comment, decide, only_request, withdraw
from gonghai.moves.requests.queries import comments_of, get_request, list_requests
from gonghai.policy.countdown import countdowns
from gonghai.policy.why import why_event, why_now
from gonghai.pools.queries import reason_words

router = APIRouter(prefix="/requests", tags=["requests"])
# What a yes may run into.
EFFECTS = ("request_decided", "request_lapsed", "over_cap", "receiver_not_active", "until_past", "already_theirs",
           "claimed_since", "archived", "merged", "pool_not_open")  # fmt: skip


@router.get("")
async def list_box(
    call: By,
    box: Annotated[Literal["to_decide", "mine", "decided"], Query()] = "to_decide",
    kind: Annotated[Kind | None, Query()] = None,
    asked_by: Annotated[Id | None, Query(description="Of this person's only.")] = None,
    limit: Limit = 50,
    after: After = None,
) -> Page[RequestShape]:
    """`to_decide`: open ones that the reader may decide; `mine`: asked by the reader; `decided`: of the first, those over."""
    key = decode_cursor(after, int)
    found = await list_requests(
        call.conn, call.actor, box=box, kind=kind, asked_by=asked_by, now=call.now, before=key[0] if key else None,
        limit=limit + 1,
    )  # fmt: skip
    cut, following = cut_page(found, limit, lambda r: (r["id"],))
    clocks = await _countdowns(call, cut)
    reasons = await reason_words(call.conn, call.tenant_id)
    items = [
        RequestShape.model_validate(request_fields(row, call.actor, clocks.get(row["customer_id"]), reasons))
        for row in cut
    ]
    return Page(items=items, next=following)


async def _countdowns(call: ActorCall, found: Sequence[DictRow]) -> dict[int, Countdown | None]:
    """Of the customers whose requests wait. A receiver is told the deadline though it isn't theirs to see yet."""
    ids = [row["customer_id"] for row in found if row["shown_state"] == "open"]
    if not ids:
        return {}
    clock = await countdowns(call.conn, call.tenant_id, call.now)
    customers = await by_ids(call.conn, system(call.tenant_id), ids)
    return {customer["id"]: countdown_of(customer, clock) for customer in customers}


@router.get("/{request_id}")
async def get_one(call: By, request_id: Id) -> RequestDetail:
    """One request with its facts and what was said about it; 404 unless the reader asked or decides."""
    row = await get_request(call.conn, call.actor, request_id, now=call.now)
    thread = await comments_of(call.conn, call.tenant_id, request_id)
    clocks = await _countdowns(call, [row])
    reasons = await reason_words(call.conn, call.tenant_id)
    fields = request_fields(row, call.actor, clocks.get(row["customer_id"]), reasons)
    hidden = request_hidden(row, call.actor)
    said = [
        Comment(
            id=m["id"],
            author=Named(id=m["author_id"], name=m["author_name"]),
            at=m["at"],
            text=mask_text(m["text"], hidden),
        )
        for m in thread
    ]
    return RequestDetail.model_validate({**fields, **await _facts(call, row), "thread": said})


async def _facts(call: ActorCall, row: Mapping[str, Any]) -> dict[str, Any]:
    """Both sides see the same; what came after a spell's end is neither's to see.

    A 撞单 is argued on what the deciders see anyway: its asker learns nothing of a customer that isn't theirs.
    """
    customer_id, conn, tenant_id = row["customer_id"], call.conn, call.tenant_id
    (customer,) = await by_ids(conn, system(tenant_id), [customer_id])
    hidden = masked_fields(call.actor, customer)
    if row["kind"] == "appeal":
        why = await why_event(conn, tenant_id, customer, row["event_id"], hidden=hidden)
    elif row["shown_state"] == "open" and (row["kind"] != "duplicate" or row["may_decide"]):
        why = await why_now(conn, tenant_id, customer, now=call.now, hidden=hidden)
    else:
        return {"why": None, "follow_ups": []}
    lines = []
    # Who may take a customer over isn't told yet what was talked about.
    if row["kind"] not in ("reverify", "transfer"):
        lines = await follow_ups_of_spell(conn, call.actor, customer, row["spell_no"])
    return {"why": why_shape(why), "follow_ups": [follow_up_line(line) for line in lines]}


@router.post("/{request_id}/comments", status_code=201)
@idempotent
async def add_comment(call: By, request_id: Id, body: NewComment) -> RequestDetail:
    """Says something to the other side."""
    await comment(call.conn, call.actor, request_id, body.text)
    return await get_one(call, request_id)


@router.post("/decisions")
@idempotent
async def decide_many(call: By, body: Decisions) -> DecisionResults:
    """One answer to many requests; what can be decided is, per id."""
    results = await decide(call.conn, call.actor, body.ids, accept=body.decision == "accept", note=body.note)
    return DecisionResults(
        results=[DecisionResult(id=r.id, outcome=r.outcome, code=r.code, data=r.data) for r in results]
    )


@router.post("/{request_id}/accept", responses=refusals(*EFFECTS))
@idempotent
async def accept(call: By, request_id: Id, body: Accept) -> Decided:
    """Says yes, and what was asked for happens."""
    results = await decide(
        call.conn, call.actor, [request_id], accept=True, note=body.note, days=body.days,
        confirm_over_cap=body.confirm_over_cap,
    )  # fmt: skip
    only_request(results)
    return Decided(id=request_id, state="accepted")


@router.post("/{request_id}/decline", responses=refusals("request_decided", "request_lapsed"))
@idempotent
async def decline(call: By, request_id: Id, body: Answer) -> Decided:
    """Says no: all stays as it is; a customer to be re-verified is archived."""
    only_request(await decide(call.conn, call.actor, [request_id], accept=False, note=body.note))
    return Decided(id=request_id, state="declined")


@router.post("/{request_id}/withdraw", responses=refusals("request_decided"))
@idempotent
async def withdraw_one(call: By, request_id: Id, body: Answer) -> Decided:
    """Takes one's own request back."""
    await withdraw(call.conn, call.actor, request_id, note=body.note)
    return Decided(id=request_id, state="withdrawn")
