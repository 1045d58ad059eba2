"""Pools: the list, one with all its settings, making, changing and closing; what lies in one."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from gonghai.base.errors import NotFound
from gonghai.customers.queries import Filter
from gonghai.http.call import ActorCall, By
from gonghai.http.etag import IfMatch, set_etag
from gonghai.http.idempotency import idempotent
from gonghai.http.list_query import ListQuery
from gonghai.http.paging import After, Limit
from gonghai.http.problems import refusals
from gonghai.http.routes.customers import CustomerPage, customer_page
from gonghai.http.shapes import Id, Page, Rights
from gonghai.http.texts import Line
from gonghai.moves.close_pool import close_pool
from gonghai.pools import queries
from gonghai.pools.actions import NewPool, Subject, create_pool, edit_pool

router = APIRouter(prefix="/pools", tags=["pools"])
Count = Annotated[int, Field(ge=0, le=1_000_000)]
FollowUpKind = Literal["call", "visit", "meeting", "message", "email", "note"]
MaskedField = Literal["phones", "emails", "wechat", "contacts", "address", "website", "uscc"]


class PoolSummary(BaseModel):
    """A pool in the list. `pooled` counts up to 10,000."""

    id: Id
    name: str
    rights: Rights
    pooled: int
    policy_version: int | None
    daily_quota: int
    holding_cap: int
    untouched_cap: int
    cooldown_holders: int
    cooldown_days: int


class SubjectShape(BaseModel):
    """Whom a right is given to: all, a department with all below it, a role, a person."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["all", "department", "role", "person"]
    id: Id | None = None
    role: Literal["rep", "manager", "admin", "auditor"] | None = None
    name: str | None = None


class Scopes(BaseModel):
    """Who sees, who claims, who administers. Claiming and administering include seeing."""

    model_config = ConfigDict(extra="forbid")
    see: list[SubjectShape] | None = None
    claim: list[SubjectShape] | None = None
    admins: list[SubjectShape] | None = None


class ReturnReason(BaseModel):
    """One reason of the list that a release chooses from."""

    model_config = ConfigDict(extra="forbid")
    code: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
    zh: Annotated[Line, Field(min_length=1, max_length=60)]
    en: Annotated[Line, Field(min_length=1, max_length=60)]


class Settings(BaseModel):
    """What may be set; left out stays (or is the default)."""

    model_config = ConfigDict(extra="forbid")
    daily_quota: Count | None = None
    holding_cap: Count | None = None
    holding_exempt_won_days: Annotated[int, Field(ge=1, le=3660)] | None = None
    untouched_cap: Count | None = None
    cooldown_holders: Annotated[int, Field(ge=0, le=100)] | None = None
    cooldown_days: Annotated[int, Field(ge=0, le=3660)] | None = None
    follow_up_kinds: list[FollowUpKind] | None = None
    follow_up_min_note: Annotated[int, Field(ge=0, le=1000)] | None = None
    backdate_hours: Annotated[int, Field(ge=0, le=24 * 365)] | None = None
    return_reasons: list[ReturnReason] | None = None
    release_elsewhere: bool | None = None
    transfer_needs_acceptance: bool | None = None
    masked_fields: list[MaskedField] | None = None
    lock_grace_days: Annotated[int, Field(ge=0, le=60)] | None = None
    return_grace_days: Annotated[int, Field(ge=0, le=60)] | None = None
    notice_floor: bool | None = None
    lock_quota: Count | None = None
    lock_most_days: Annotated[int, Field(ge=1, le=3660)] | None = None
    extension_limit: Annotated[int, Field(ge=0, le=100)] | None = None
    extension_most_days: Annotated[int, Field(ge=1, le=366)] | None = None
    appeal_days: Annotated[int, Field(ge=0, le=366)] | None = None
    scopes: Scopes | None = None


class PoolIn(Settings):
    """A pool to make."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"name": "华东公海", "daily_quota": 20, "scopes": {"claim": [{"kind": "all"}]}}]
        },
    )
    name: Annotated[Line, Field(min_length=1, max_length=60)]


class PoolEdit(Settings):
    """Settings to change."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"daily_quota": 15}]})
    name: Annotated[Line, Field(min_length=1, max_length=60)] | None = None


class Pool(BaseModel):
    """A pool with all its settings."""

    id: Id
    name: str
    state: Literal["open", "closed"]
    rights: Rights
    daily_quota: int
    holding_cap: int
    holding_exempt_won_days: int | None
    untouched_cap: int
    cooldown_holders: int
    cooldown_days: int
    follow_up_kinds: list[str]
    follow_up_min_note: int
    backdate_hours: int
    return_reasons: list[ReturnReason]
    release_elsewhere: bool
    transfer_needs_acceptance: bool
    masked_fields: list[str]
    lock_grace_days: int
    return_grace_days: int
    notice_floor: bool
    lock_quota: int
    lock_most_days: int
    extension_limit: int
    extension_most_days: int
    appeal_days: int
    scopes: Scopes
    version: int


class Close(BaseModel):
    """Where the customers go."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"successor_id": "1"}]})
    successor_id: Id | None = None


class Closed(BaseModel):
    """How many customers went to the successor."""

    moved: int


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
    _need_seen(call, pool_id)
    return await _pool(call, pool_id, response)


@router.patch("/{pool_id}", responses=refusals("pool_name_taken", "pool_closed"))
async def change_pool(call: By, pool_id: Id, body: PoolEdit, version: IfMatch, response: Response) -> Pool:
    """Changes settings against the version in If-Match; limits hold from the next claim on."""
    _need_seen(call, pool_id)
    settings, scopes = _given(body)
    if body.name is not None:
        settings["name"] = body.name
    await edit_pool(call.conn, call.actor, pool_id, settings, scopes, version=version, now=call.now)
    return await _pool(call, pool_id, response)


@router.post(
    "/{pool_id}/close", responses=refusals("pool_closed", "last_pool", "pool_is_policy_target", "successor_needed")
)
@idempotent
async def close(call: By, pool_id: Id, body: Close) -> Closed:
    """Closes a pool; its customers go to the successor."""
    _need_seen(call, pool_id)
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


@router.get("/{pool_id}/customers")
async def pool_customers(
    call: By, pool_id: Id, query: Annotated[PoolQuery, Query()], limit: Limit = 50, after: After = None
) -> CustomerPage:
    """What lies in the pool, newest entry first by default."""
    call.actor.need("customers.read")
    _need_seen(call, pool_id)
    listed = ListQuery(**query.model_dump(exclude={"sort"}), state="pooled", pool_id=pool_id)
    wanted: Filter = listed.filter(call)
    return await customer_page(call, wanted, q=query.q, sort=query.sort, limit=limit, after=after)


def _need_seen(call: ActorCall, pool_id: int) -> None:
    if pool_id not in call.actor.visible_pools():
        raise NotFound("pool", id=str(pool_id))


def _given(body: Settings) -> tuple[dict[str, Any], Mapping[str, Sequence[Subject]] | None]:
    sent = body.model_dump(exclude_unset=True, exclude={"scopes", "name"})
    # Only this one may be emptied; null elsewhere means "leave it".
    settings = {n: v for n, v in sent.items() if v is not None or n == "holding_exempt_won_days"}
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
