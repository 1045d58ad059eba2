"""Claiming over HTTP: one customer in one round trip, or several chosen on a pool's page."""

import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel

from gonghai.base import clock
from gonghai.base.database import Conn
from gonghai.base.errors import Forbidden, Invalid
from gonghai.customers import queries
from gonghai.http.call import AnyCall, Call, database, identify, written
from gonghai.http.idempotency import idempotent
from gonghai.http.identity import Identity
from gonghai.http.move_shapes import Claims, MoveResults, Nothing, move_results
from gonghai.http.problems import refusals
from gonghai.http.shapes import Id, parse_id
from gonghai.moves.claim import CLAIM, claim, claim_parameters, claim_results, undecided, working_days
from gonghai.moves.results import Result, only
from gonghai.pools.actor import load_actor


class _Straight(APIRoute):
    """The hot path: FastAPI documents the endpoint, which is called with the request and the id alone."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        endpoint = self.endpoint

        async def handle(request: Request) -> Response:
            try:
                customer_id = parse_id(request.path_params["customer_id"])
            except ValueError as error:
                raise Invalid({"path": "path.customer_id", "code": "id", "message": str(error)}) from None
            claimed: Claimed | Asked | Response = await endpoint(request, customer_id)
            if isinstance(claimed, Response):
                return claimed
            status = 202 if isinstance(claimed, Asked) else 200
            return Response(claimed.model_dump_json(), status, media_type="application/json")

        return handle


# In the order in which they are looked at; the first that fails is the answer.
CLAIM_CODES = (
    "already_yours",
    "already_claimed",
    "archived",
    "merged",
    "moved",
    "not_active",
    "not_dealt",
    "on_leave",
    "not_in_scope",
    "outside_window",
    "frozen_until",
    "cooldown_until",
    "daily_quota",
    "min_interval",
    "holding_cap",
    "untouched_cap",
)
# Whoever is refused by one of these may claim from the pool, so they see what lies in it.
_IN_SCOPE = frozenset(CLAIM_CODES[CLAIM_CODES.index("not_in_scope") + 1 :])
router = APIRouter(tags=["moves"])
straight = APIRouter(route_class=_Straight)


def _need_claim(identity: Identity) -> None:
    """Claiming is for all but auditors; a key may be narrowed to something else."""
    scoped = identity.scopes is None or identity.scopes & {"all", "customers", "customers.claim"}
    if not scoped or not identity.roles & {"rep", "manager", "admin"}:
        raise Forbidden("customers.claim")


async def claim_in(call: Call, ids: Sequence[int], expected_pool: int | None = None) -> list[Result]:
    """Claims inside the request's transaction."""
    identity = call.identity
    _need_claim(identity)
    found = await claim(
        call.conn, call.tenant_id, identity.person_id, ids, zone=identity.zone, expected_pool=expected_pool
    )
    return await _visible_refusals(call.conn, identity, found)


class _WorkingDays:
    """Working days of tenants whose pools are open on them, remembered for a minute: a rush asks for them each time."""

    SECONDS = 60.0

    def __init__(self) -> None:
        self._known: dict[int, tuple[float, dict[str, Any]]] = {}

    def known(self, tenant_id: int) -> dict[str, Any] | None:
        """What a claim can be told beforehand; None for a tenant that never asked, or not lately."""
        kept = self._known.get(tenant_id)
        return kept[1] if kept is not None and kept[0] > time.monotonic() else None

    async def learn(self, conn: Conn, tenant_id: int) -> None:
        days = await working_days(conn, tenant_id, clock.now())
        self._known[tenant_id] = time.monotonic() + self.SECONDS, {"working": days}


_days = _WorkingDays()


class Claimed(BaseModel):
    """The claim went through."""

    id: Id
    state: Literal["owned"] = "owned"
    owner_id: Id


class Asked(BaseModel):
    """The pool wants a yes before this customer is claimed: the request that waits for it."""

    id: Id
    state: Literal["pooled"] = "pooled"
    request_id: Id


@straight.post(
    "/customers/{customer_id}/claim",
    response_model=Claimed,
    responses={202: {"model": Asked, "description": "The claim became a request."}, **refusals(*CLAIM_CODES)},
)
async def claim_one(request: Request, customer_id: Id, body: Nothing | None = None) -> Any:
    """Claims a customer from its pool: 200; 202 where the pool wants a yes first; or 409 with the first rule that fails."""
    identity = await identify(request)
    if "idempotency-key" in request.headers:
        async with database(request).tenant(identity.tenant_id) as conn:
            once = await _claim_once(call=Call(conn, identity, clock.now(), request), customer_id=customer_id)
        written(request, identity.tenant_id)
        return once
    _need_claim(identity)
    parameters = claim_parameters(
        identity.tenant_id, identity.person_id, [customer_id], identity.zone, known=_days.known(identity.tenant_id)
    )
    found = await database(request).alone(CLAIM, parameters)
    if undecided(found):
        async with database(request).tenant(identity.tenant_id) as conn:
            await _days.learn(conn, identity.tenant_id)
            result = only(await claim_in(Call(conn, identity, clock.now(), request), [customer_id]))
        written(request, identity.tenant_id)
        return _claimed(identity, result)
    results = claim_results(found)
    if _doubtful(results):
        async with database(request).tenant(identity.tenant_id, hot=True) as conn:
            results = await _visible_refusals(conn, identity, results)
    only(results)
    written(request, identity.tenant_id)
    return Claimed(id=customer_id, owner_id=identity.person_id)


@idempotent
async def _claim_once(call: Call, customer_id: int) -> Any:
    claimed = _claimed(call.identity, only(await claim_in(call, [customer_id])))
    return (
        Response(claimed.model_dump_json(), 202, media_type="application/json")
        if isinstance(claimed, Asked)
        else claimed
    )


def _claimed(identity: Identity, result: Result) -> Claimed | Asked:
    if result.outcome == "asked":
        return Asked(id=result.id, request_id=result.data["request_id"])
    return Claimed(id=result.id, owner_id=identity.person_id)


@router.post("/pools/{pool_id}/claims")
@idempotent
async def claim_many(call: AnyCall, pool_id: Id, body: Claims) -> MoveResults:
    """Claims several customers chosen on a pool's page; what can succeed does."""
    return move_results(await claim_in(call, body.customer_ids, pool_id))


def _doubtful(results: Sequence[Result]) -> list[int]:
    """Customers refused for a reason that doesn't say whether the claimer sees them."""
    return [r.id for r in results if r.code not in (None, "not_found") and r.code not in _IN_SCOPE]


async def _visible_refusals(conn: Conn, identity: Identity, results: list[Result]) -> list[Result]:
    """Who may not see a customer is not told anything about it, not even that it was refused."""
    doubtful = _doubtful(results)
    if not doubtful:
        return results
    # A loser of the race knew it lay in a pool of theirs. In a rush that is half of all clicks: one statement.
    seen = set(await queries.lying_in_claim_scope(conn, identity.tenant_id, identity.person_id, doubtful))
    if seen != set(doubtful):
        actor = await load_actor(conn, identity.tenant_id, identity.person_id, scopes=identity.scopes)
        seen |= {row["id"] for row in await queries.by_ids(conn, actor, doubtful)}
        seen |= set(await queries.lying_in(conn, identity.tenant_id, doubtful, actor.visible_pools()))
    unseen = set(doubtful) - seen
    return [Result.refused(r.id, "not_found") if r.id in unseen else r for r in results]


router.include_router(straight)
