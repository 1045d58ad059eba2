"""Limits for persons, departments and roles, overrides, and why somebody's limit is what it is."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query
from psycopg.rows import DictRow

from gonghai.base.errors import Forbidden, Invalid, NotFound
from gonghai.http.call import ActorCall, By
from gonghai.http.idempotency import idempotent
from gonghai.http.limit_shapes import (
    Considered,
    LimitEdit,
    LimitOf,
    LimitShape,
    LimitsOf,
    LimitSubject,
    NewLimit,
    NewOverride,
    OverrideShape,
    PersonRef,
    set_by,
)
from gonghai.http.paging import After, Limit, cut_page, decode_cursor
from gonghai.http.problems import refusals
from gonghai.http.shapes import Id, Page
from gonghai.moves.limits import Usage, pool_usage
from gonghai.people import queries as people
from gonghai.pools import queries
from gonghai.pools.holdings import Subject
from gonghai.pools.limit_actions import (
    edit_limit,
    grant_override,
    limit_list,
    override_list,
    remove_limit,
    revoke_override,
    set_limit,
)
from gonghai.pools.limits import COMPANY, RULES, candidates

router = APIRouter(tags=["limits"])
CAP: Final = "cap_below_holdings"
_WITHOUT_COUNT: Final = frozenset({"min_interval"})


def _pool(call: ActorCall, pool_id: int) -> int:
    call.actor.need("pools.read")
    if pool_id not in call.actor.visible_pools():
        raise NotFound("pool", id=str(pool_id))
    return pool_id


def _limit(row: DictRow) -> LimitShape:
    subject = LimitSubject(
        kind=row["subject"], id=row["subject_id"] or None, role=row["role"] or None, name=row["name"]
    )
    return LimitShape(id=row["id"], rule=row["rule"], subject=subject, value=row["value"])


def _override(row: DictRow) -> OverrideShape:
    granted = PersonRef(id=row["granted_by"], name=row["granted_name"]) if row["granted_by"] is not None else None
    return OverrideShape.model_validate(
        {
            **row, "person": PersonRef(id=row["person_id"], name=row["person_name"]), "granted_by": granted,
            "from": row["from_at"], "until": row["until_at"],
        }
    )  # fmt: skip


def _subject(given: LimitSubject) -> Subject:
    if (given.kind == "role") != (given.role is not None) or (given.kind != "role") != (given.id is not None):
        raise Invalid({"path": "subject", "code": "subject_incomplete"})
    return Subject(given.kind, given.id or 0, given.role or "")


async def _add(call: ActorCall, pool_id: int, body: NewLimit) -> LimitShape:
    return _limit(
        await set_limit(
            call.conn, call.actor, pool_id, body.rule, _subject(body.subject), body.value,
            accept_over_cap=body.accept_over_cap, now=call.now,
        )
    )  # fmt: skip


async def _edit(call: ActorCall, pool_id: int, limit_id: int, body: LimitEdit) -> LimitShape:
    return _limit(
        await edit_limit(
            call.conn, call.actor, pool_id, limit_id, body.value, accept_over_cap=body.accept_over_cap, now=call.now
        )
    )


async def _grant(call: ActorCall, pool_id: int, body: NewOverride) -> OverrideShape:
    return _override(
        await grant_override(
            call.conn, call.actor, pool_id, body.rule, body.person_id, body.value, from_at=body.from_ or call.now,
            until_at=body.until, why=body.why, accept_over_cap=body.accept_over_cap, now=call.now,
        )
    )  # fmt: skip


async def _overrides(call: ActorCall, pool_id: int, state: str, limit: int, after: str | None) -> Page[OverrideShape]:
    key = decode_cursor(after, int)
    found = await override_list(
        call.conn, call.tenant_id, pool_id, past=state == "past", now=call.now, before=key[0] if key else None,
        limit=limit + 1,
    )  # fmt: skip
    cut, following = cut_page(found, limit, lambda r: (r["id"],))
    return Page(items=[_override(row) for row in cut], next=following)


@router.get("/pools/{pool_id}/limits")
async def pool_limits(call: By, pool_id: Id) -> Page[LimitShape]:
    """The limits of the pool that differ for somebody. What nobody is named for is as the pool's settings say."""
    return Page(items=[_limit(row) for row in await limit_list(call.conn, call.tenant_id, _pool(call, pool_id))])


@router.post("/pools/{pool_id}/limits", status_code=201, responses=refusals("limit_exists", CAP, "pool_closed"))
@idempotent
async def add_limit(call: By, pool_id: Id, body: NewLimit) -> LimitShape:
    """Sets a limit for a person, a department or a role; it holds from the next claim on."""
    return await _add(call, _pool(call, pool_id), body)


@router.patch("/pools/{pool_id}/limits/{limit_id}", responses=refusals(CAP, "pool_closed"))
async def change_limit(call: By, pool_id: Id, limit_id: Id, body: LimitEdit) -> LimitShape:
    """Another value for the same subject."""
    return await _edit(call, _pool(call, pool_id), limit_id, body)


@router.delete("/pools/{pool_id}/limits/{limit_id}", status_code=204, responses=refusals("pool_closed"))
async def delete_limit(call: By, pool_id: Id, limit_id: Id) -> None:
    """What comes next in line holds again."""
    await remove_limit(call.conn, call.actor, _pool(call, pool_id), limit_id, now=call.now)


@router.get("/pools/{pool_id}/overrides")
async def pool_overrides(
    call: By,
    pool_id: Id,
    state: Annotated[Literal["current", "past"], Query()] = "current",
    limit: Limit = 50,
    after: After = None,
) -> Page[OverrideShape]:
    """Overrides that hold or will hold, or those that are over, newest first. For managers, pool admins, auditors."""
    call.actor.need("pools.read")
    _need_insight(call, _pool(call, pool_id))
    return await _overrides(call, pool_id, state, limit, after)


@router.post(
    "/pools/{pool_id}/overrides",
    status_code=201,
    responses=refusals(
        "overrides_overlap", "override_order", "override_in_past", "person_not_active", CAP, "pool_closed"
    ),
)
@idempotent
async def add_override(call: By, pool_id: Id, body: NewOverride) -> OverrideShape:
    """Grants one person another number for a while. It beats every limit."""
    return await _grant(call, _pool(call, pool_id), body)


@router.post("/pools/{pool_id}/overrides/{override_id}/revoke", responses=refusals("override_over"))
@idempotent
async def end_override(call: By, pool_id: Id, override_id: Id) -> OverrideShape:
    """Ends an override now."""
    return _override(await revoke_override(call.conn, call.actor, _pool(call, pool_id), override_id, now=call.now))


@router.get("/tenant/limits")
async def company_limits(call: By) -> Page[LimitShape]:
    """Whose company-wide cap differs."""
    call.actor.need("pools.read")
    return Page(items=[_limit(row) for row in await limit_list(call.conn, call.tenant_id, COMPANY)])


@router.post("/tenant/limits", status_code=201, responses=refusals("limit_exists", "no_company_cap", CAP))
@idempotent
async def add_company_limit(call: By, body: NewLimit) -> LimitShape:
    """Sets somebody's company-wide cap, where the company has one."""
    return await _add(call, COMPANY, body)


@router.patch("/tenant/limits/{limit_id}", responses=refusals(CAP))
async def change_company_limit(call: By, limit_id: Id, body: LimitEdit) -> LimitShape:
    """Another value for the same subject."""
    return await _edit(call, COMPANY, limit_id, body)


@router.delete("/tenant/limits/{limit_id}", status_code=204)
async def delete_company_limit(call: By, limit_id: Id) -> None:
    """The company's cap holds again."""
    await remove_limit(call.conn, call.actor, COMPANY, limit_id, now=call.now)


@router.get("/tenant/overrides")
async def company_overrides(
    call: By,
    state: Annotated[Literal["current", "past"], Query()] = "current",
    limit: Limit = 50,
    after: After = None,
) -> Page[OverrideShape]:
    """Overrides of the company-wide cap. For admins and auditors."""
    _need_insight(call, COMPANY)
    return await _overrides(call, COMPANY, state, limit, after)


@router.post(
    "/tenant/overrides",
    status_code=201,
    responses=refusals(
        "overrides_overlap", "override_order", "override_in_past", "person_not_active", CAP, "no_company_cap"
    ),
)
@idempotent
async def add_company_override(call: By, body: NewOverride) -> OverrideShape:
    """Grants one person another company-wide cap for a while."""
    return await _grant(call, COMPANY, body)


@router.post("/tenant/overrides/{override_id}/revoke", responses=refusals("override_over"))
@idempotent
async def end_company_override(call: By, override_id: Id) -> OverrideShape:
    """Ends an override now."""
    return _override(await revoke_override(call.conn, call.actor, COMPANY, override_id, now=call.now))


@router.get("/pools/{pool_id}/limits/of/{person_id}")
async def limits_of_person(call: By, pool_id: Id, person_id: Id) -> LimitsOf:
    """Why a person's limits are what they are: all numbers that could hold, by precedence, and what is used.

    Of oneself; of others for their managers, the pool's admins and auditors.
    """
    _pool(call, pool_id)
    actor = call.actor
    others = actor.manages_person(person_id) or actor.administers(pool_id) or actor.sees_all
    if person_id != actor.person_id and not others:
        raise Forbidden("pools.read", person=str(person_id))
    await people.person(call.conn, call.tenant_id, person_id)
    pool = await queries.pool(call.conn, call.tenant_id, pool_id)
    usage = (await pool_usage(call.conn, call.tenant_id, person_id, [pool_id], zone=actor.zone, now=call.now))[pool_id]
    could = await candidates(call.conn, call.tenant_id, person_id, pool_id)
    items = [_of(rule, [r for r in could if r["rule"] == rule], _own(pool["name"], pool[RULES[rule]]), usage)
             for rule in RULES]  # fmt: skip
    if usage.company_cap is not None:
        company = await people.tenant(call.conn, call.tenant_id)
        cap = await candidates(call.conn, call.tenant_id, person_id, COMPANY)
        items.append(_of("company_cap", cap, _own(company.name, company.holding_cap or 0, "company"), usage))
    return LimitsOf(exempt=usage.exempt, items=items)


def _own(name: str, value: int, kind: str = "pool") -> dict[str, Any]:
    return {
        "kind": kind,
        "id": None,
        "role": "",
        "name": name,
        "value": value,
        "why": None,
        "until_at": None,
        "earned": None,
    }


def _of(rule: str, could: list[DictRow], own: Mapping[str, Any], usage: Usage) -> LimitOf:
    used = None if rule in _WITHOUT_COUNT else getattr(usage, rule)
    ladder = [
        Considered(
            kind=c["kind"], id=str(c["id"]) if c["id"] else None, name=c["name"], value=c["value"], why=c["why"],
            until=c["until_at"], earned=c["earned"], holds=place == 0,
        )
        for place, c in enumerate([*could, own])
    ]  # fmt: skip
    first = ladder[0]
    by = used.by if used is not None else {"kind": first.kind, "id": first.id, "name": first.name}
    return LimitOf(rule=rule, value=first.value, used=used.used if used else None, by=set_by(by), considered=ladder)


def _need_insight(call: ActorCall, pool_id: int) -> None:
    actor = call.actor
    if not (actor.sees_all or "manager" in actor.roles or (pool_id != COMPANY and actor.administers(pool_id))):
        raise Forbidden("pools.edit")
