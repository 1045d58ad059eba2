"""Pools: the list, one with all its settings, making, changing and closing; what lies in one."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from gonghai.base.errors import NotFound
from gonghai.customers.queries import Filter
from gonghai.http.call import ActorCall, By
from gonghai.http.etag import IfMatch, set_etag
from gonghai.http.idempotency import idempotent
from gonghai.http.list_query import ListQuery
from gonghai.http.paging import After, Limit
from gonghai.http.pool_shapes import (
    Close,
    Closed,
    Pool,
    PoolEdit,
    PoolIn,
    PoolSummary,
    Scopes,
    Settings,
    SubjectShape,
)
from gonghai.http.problems import refusals
from gonghai.http.routes.customers import CustomerPage, customer_page
from gonghai.http.shapes import Id, Page, Rights
from gonghai.moves.close_pool import close_pool
from gonghai.pools import queries
from gonghai.pools.actions import NewPool, Subject, create_pool, edit_pool

router = APIRouter(prefix="/pools", tags=["pools"])


def _rights(call: ActorCall, pool_id: int) -> Rights:
    rights = call.actor.rights(pool_id)
    return Rights(see=rights.see, claim=rights.claim, admin=call.actor.administers(pool_id))


@router.get("")
async def list_pools(call: By) -> Page[PoolSummary]:
    """The pools that the reader sees."""
    call.actor.need("pools.read")
    found = await queries.pool_list(call.conn, call.tenant_id, call.actor.visible_pools(), call.now)
    return Page(items=[PoolSummary.model_validate({**row, "rights": _rights(call, row["id"])}) for row in found])


@router.post("", status_code=201, responses=refusals("pool_name_taken"))
async def add_pool(call: By, body: PoolIn, response: Response) -> Pool:
    """Makes a pool. Without scopes everybody may claim from it."""
    settings, scopes = _given(body)
    new = NewPool(body.name, settings, scopes or {"claim": [Subject("all")]})
    return await _pool(call, await create_pool(call.conn, call.actor, new, now=call.now), response)


@router.get("/{pool_id}")
async def get_pool(call: By, pool_id: Id, response: Response) -> Pool:
    """All settings of a pool."""
    call.actor.need("pools.read")
    need_pool_seen(call, pool_id)
    return await _pool(call, pool_id, response)


@router.patch("/{pool_id}", responses=refusals("pool_name_taken", "pool_closed", "cap_below_holdings"))
async def change_pool(call: By, pool_id: Id, body: PoolEdit, version: IfMatch, response: Response) -> Pool:
    """Changes settings against the version in If-Match; limits hold from the next claim on."""
    need_pool_seen(call, pool_id)
    settings, scopes = _given(body)
    if body.name is not None:
        settings["name"] = body.name
    await edit_pool(
        call.conn,
        call.actor,
        pool_id,
        settings,
        scopes,
        version=version,
        accept_over_cap=body.accept_over_cap,
        now=call.now,
    )
    return await _pool(call, pool_id, response)


@router.post(
    "/{pool_id}/close",
    responses=refusals("pool_closed", "last_pool", "pool_is_policy_target", "pool_is_leaver_pool", "successor_needed"),
)
@idempotent
async def close(call: By, pool_id: Id, body: Close) -> Closed:
    """Closes a pool; its customers go to the successor."""
    need_pool_seen(call, pool_id)
    moved = await close_pool(call.conn, call.actor, pool_id, successor_id=body.successor_id, now=call.now)
    return Closed(moved=moved)


class PoolQuery(BaseModel):
    """What a pool's page is narrowed and ordered by."""

    q: str | None = Field(None, max_length=100)
    level: str | None = None
    source: str | None = None
    industry: str | None = None
    region: str | None = None
    stage: str | None = None
    kind: Literal["company", "person"] | None = None
    fresh: bool | None = None
    sort: Literal["entered_pool_at", "-entered_pool_at"] = "-entered_pool_at"

    def listed(self, pool_id: int) -> ListQuery:
        """The same of all customers' lists."""
        return ListQuery(**self.model_dump(), state="pooled", pool_id=pool_id)


@router.get("/{pool_id}/customers")
async def pool_customers(
    call: By, pool_id: Id, query: Annotated[PoolQuery, Query()], limit: Limit = 50, after: After = None
) -> CustomerPage:
    """What lies in the pool, newest entry first by default."""
    call.actor.need("customers.read")
    need_pool_seen(call, pool_id)
    wanted: Filter = query.listed(pool_id).filter(call)
    return await customer_page(call, wanted, q=query.q, sort=query.sort, limit=limit, after=after)


def need_pool_seen(call: ActorCall, pool_id: int) -> None:
    if pool_id not in call.actor.visible_pools():
        raise NotFound("pool", id=str(pool_id))


def _given(body: Settings) -> tuple[dict[str, Any], Mapping[str, Sequence[Subject]] | None]:
    settings = body.given()
    if body.scopes is None:
        return settings, None
    rights = {"see": body.scopes.see, "claim": body.scopes.claim, "admin": body.scopes.admins}
    return settings, {
        right: [Subject(s.kind, s.id or 0, s.role or "") for s in given]
        for right, given in rights.items()
        if given is not None
    }


async def _pool(call: ActorCall, pool_id: int, response: Response) -> Pool:
    row = await queries.pool(call.conn, call.tenant_id, pool_id)
    given: dict[str, list[SubjectShape]] = {"see": [], "claim": [], "admin": []}
    for s in await queries.scopes(call.conn, call.tenant_id, pool_id):
        subject = SubjectShape(kind=s["subject"], id=s["subject_id"] or None, role=s["role"] or None, name=s["name"])
        given[s["right_name"]].append(subject)
    set_etag(response, row["version"])
    scopes = Scopes(see=given["see"], claim=given["claim"], admins=given["admin"])
    rights = _rights(call, pool_id)
    return Pool.model_validate({**row, "scopes": scopes, "rights": rights})
