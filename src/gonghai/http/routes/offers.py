"""Next best: the pool deals one customer; accepting claims it, declining has its price."""

from datetime import datetime
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from gonghai.base.errors import NotFound
from gonghai.customers import queries as customers
from gonghai.http.browsing import note_listed
from gonghai.http.call import ActorCall, By
from gonghai.http.customer_shapes import CustomerRow, customer_row
from gonghai.http.idempotency import idempotent
from gonghai.http.move_shapes import Nothing
from gonghai.http.problems import refusals
from gonghai.http.shapes import ANSWER, Id
from gonghai.moves.offers import answer, queries
from gonghai.moves.offers.next_best import deal_next
from gonghai.pools.queries import pool as pool_row

router = APIRouter(tags=["offers"])


class Offer(BaseModel):
    """A customer kept for the reader until `expires_at`. `cost`: of the daily quota, when declined or left to lapse."""

    id: Id
    pool_id: Id
    customer: CustomerRow
    offered_at: datetime
    expires_at: datetime
    cost: int


class NextBest(BaseModel):
    """Where one stands in a pool that deals: the open offer, until when one waits for the next, how many lie in the
    pool (up to 10,000) and how many of them in open offers, and what declining costs."""

    model_config = ANSWER

    offer: Offer | None
    wait_until: datetime | None
    waiting: int
    offered: int
    offer_minutes: int
    decline_cost: int
    decline_wait_minutes: int


class Decline(BaseModel):
    """Why not, from a short list."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "not_my_field"}]})
    reason: answer.Reason | None = None


class Accepted(BaseModel):
    """The customer is claimed, or asked for where the pool wants a yes first."""

    model_config = ANSWER

    customer_id: Id
    outcome: Literal["claimed", "asked"]
    request_id: Id | None = None


class Declined(BaseModel):
    """What it cost of today's quota, and until when one waits for the next."""

    model_config = ANSWER

    cost: int
    wait_until: datetime | None


# Limits of the person, before anything is dealt; in their order.
_LIMITS = (
    "not_active", "on_leave", "not_in_scope", "outside_window", "daily_quota", "min_interval", "holding_cap",
    "untouched_cap",
)  # fmt: skip


@router.get("/pools/{pool_id}/offers/mine")
async def mine(call: By, pool_id: Id) -> NextBest:
    """The reader's open offer in this pool, and how the pool stands."""
    call.actor.need("customers.read")
    if pool_id not in call.actor.visible_pools():
        raise NotFound("pool", id=str(pool_id))
    pool = await pool_row(call.conn, call.tenant_id, pool_id)
    offer = await queries.open_offer(call.conn, call.actor, pool_id)
    counts = await queries.standing(call.conn, call.tenant_id, pool_id)
    settings = {name: pool[name] for name in ("offer_minutes", "decline_cost", "decline_wait_minutes")}
    return NextBest(
        offer=await _offer(call, offer["id"]) if offer is not None else None,
        wait_until=await _waits(call, pool_id),
        **counts,
        **settings,
    )


@router.post(
    "/pools/{pool_id}/offers",
    responses=refusals("no_offers_here", "offer_wait_until", *_LIMITS, "nothing_to_deal"),
)
@idempotent
async def deal(call: By, pool_id: Id, body: Nothing | None = None) -> Offer:
    """Deals the caller the next customer and keeps it for them; while an offer is open, that one again."""
    return await _offer(call, await deal_next(call.conn, call.actor, pool_id))


@router.post(
    "/offers/{offer_id}/accept",
    responses=refusals("offer_lost", "offer_lapsed", "offer_answered", *_LIMITS, "frozen_until", "cooldown_until"),
)
@idempotent
async def accept(call: By, offer_id: Id, body: Nothing | None = None) -> Accepted:
    """Claims the offered customer."""
    result = await answer.accept(call.conn, call.actor, offer_id)
    outcome: Literal["claimed", "asked"] = "asked" if result.outcome == "asked" else "claimed"
    return Accepted(customer_id=result.id, outcome=outcome, request_id=result.data.get("request_id"))


@router.post("/offers/{offer_id}/decline", responses=refusals("offer_lost", "offer_lapsed", "offer_answered"))
@idempotent
async def decline(call: By, offer_id: Id, body: Decline) -> Declined:
    """Puts the offered customer back for others. Letting an offer lapse costs the same."""
    offer = await queries.own_offer(call.conn, call.actor, offer_id)
    cost = await answer.decline(call.conn, call.actor, offer_id, reason=body.reason)
    return Declined(cost=cost, wait_until=await _waits(call, offer["pool_id"]))


async def _waits(call: ActorCall, pool_id: int) -> datetime | None:
    until = await queries.waits_until(call.conn, call.actor, pool_id)
    return until if until is not None and until > call.now else None


async def _offer(call: ActorCall, offer_id: int) -> Offer:
    row = await queries.own_offer(call.conn, call.actor, offer_id)
    customer = await customers.get(call.conn, call.actor, row["customer_id"])
    note_listed(call, [customer])
    return Offer.model_validate({**row, "customer": customer_row(call.actor, customer)})
