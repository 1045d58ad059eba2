"""The company itself: its name, zone, country and opening, and what holds in all of its pools."""

from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from gonghai.http.call import ActorCall, By
from gonghai.http.etag import IfMatch, set_etag
from gonghai.http.problems import refusals
from gonghai.http.shapes import Id
from gonghai.http.texts import Line
from gonghai.moves.hand_overs.rule import set_leaver_rule
from gonghai.people import queries
from gonghai.people.tenants import edit_tenant
from gonghai.pools.holdings import Subject, check_holdings
from gonghai.pools.limits import COMPANY

router = APIRouter(prefix="/tenant", tags=["tenant"])
Told = Literal["owner", "exists", "nothing"]
Keeper = Literal["owner", "active", "admin"]
Rule = Literal["home_pool", "manager", "pool"]
Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class Tenant(BaseModel):
    """The company. `opening` are local intervals of every working day. `leaver_rule`: where a leaver's customers go,
    each to its home pool, to the nearest lead (where there is none: the home pools), or all into `leaver_pool_id`.

    `duplicate_told`: what is told of a match that one may not see. `duplicate_keeper`: whether an owner keeps a customer
    that somebody else types in: always, while active (in the last `duplicate_active_days`), or as an admin decides.
    `holding_cap`: how many customers one person may hold over all pools; null for no such cap.
    """

    id: Id
    name: str
    timezone: str
    locale: str
    country: str
    opening: list[tuple[str, str]]
    handbook_acknowledged: bool
    duplicate_told: Told
    duplicate_keeper: Keeper
    duplicate_active_days: int
    holding_cap: int | None
    leaver_rule: Rule
    leaver_pool_id: Id | None
    version: int


class TenantEdit(BaseModel):
    """What changes. Another zone, country or opening moves deadlines. "00:00" as a closing time is midnight.

    `accept_over_cap`: also where people hold more than the new cap; they claim nothing until below.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"opening": [["09:00", "12:00"], ["13:30", "18:00"]], "country": "CN"}]},
    )
    name: Line | None = None
    timezone: Annotated[str, Field(max_length=60)] | None = None
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    opening: Annotated[list[tuple[Clock, Clock]], Field(min_length=1, max_length=6)] | None = None
    handbook_acknowledged: bool | None = None
    duplicate_told: Told | None = None
    duplicate_keeper: Keeper | None = None
    duplicate_active_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    holding_cap: Annotated[int, Field(ge=0, le=1_000_000, description="null: no such cap")] | None = None
    accept_over_cap: bool = False


@router.get("")
async def get_tenant(call: By, response: Response) -> Tenant:
    """The company's settings; everybody may look."""
    return await _tenant(call, response)


@router.patch("", responses=refusals("cap_below_holdings"))
async def change_tenant(call: By, version: IfMatch, body: TenantEdit, request: Request, response: Response) -> Tenant:
    """Changes settings against the version in If-Match. For admins."""
    said = body.model_dump(exclude_unset=True, exclude={"accept_over_cap"}).items()
    values = {name: new for name, new in said if new is not None or name == "holding_cap"}
    if "opening" in values:
        values["opening"] = [list(interval) for interval in values["opening"]]
    await edit_tenant(call.conn, call.actor, version, values, now=call.now)
    if values.get("holding_cap") is not None and not body.accept_over_cap:
        # After the write, whose refusals come first; refused, it is rolled back.
        await check_holdings(call.conn, call.tenant_id, COMPANY, Subject("all"), values["holding_cap"])
    request.app.state.identities.forget_tenant(call.tenant_id)
    return await _tenant(call, response)


class LeaverRule(BaseModel):
    """The rule; `pool_id` for the rule `pool`, and only for it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"rule": "manager"}]})
    rule: Rule
    pool_id: Id | None = None


@router.put("/leaver-rule", responses=refusals("pool_not_open"))
async def change_leaver_rule(call: By, version: IfMatch, body: LeaverRule, response: Response) -> Tenant:
    """Where the customers of whoever leaves go from now on, against the version in If-Match. For admins."""
    await set_leaver_rule(call.conn, call.actor, version, body.rule, body.pool_id, now=call.now)
    return await _tenant(call, response)


async def _tenant(call: ActorCall, response: Response) -> Tenant:
    row = await queries.tenant(call.conn, call.tenant_id)
    set_etag(response, row.version)
    return Tenant.model_validate(row, from_attributes=True)
