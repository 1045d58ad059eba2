"""Which rule applies to whom: a pool's people with the limit of each rule and what sets it; what names a department."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from psycopg.rows import DictRow
from pydantic import BaseModel

from gonghai.base.errors import Forbidden, NotFound
from gonghai.http.call import ActorCall, By
from gonghai.http.limit_shapes import Role, RuleName, SetBy, set_by
from gonghai.http.paging import After, Limit, cut_page, decode_cursor
from gonghai.http.shapes import Id, Named, Page
from gonghai.people import queries as people
from gonghai.pools import queries
from gonghai.pools.departments import naming
from gonghai.pools.limits import RULES, limit_of, people_with_limits

router = APIRouter(tags=["limits"])


class Holds(BaseModel):
    """The limit that holds of one rule, and what sets it."""

    rule: RuleName | Literal["company_cap"]
    value: int
    by: SetBy


class PersonWithLimits(BaseModel):
    """Somebody with their limits in the pool; `company_cap` stands last where the company has one."""

    person: Named
    department: Named | None
    roles: list[Role]
    limits: list[Holds]


class NamesDepartment(BaseModel):
    """A right on a pool, or a limit in one (`pool` null: the company's cap), that names the department or one above it.

    `holds`: of the limits of one rule in one pool the nearest department's.
    """

    department: Named
    pool: Named | None
    right: Literal["see", "claim", "admin"] | None
    rule: RuleName | None
    value: int | None
    holds: bool


@router.get("/pools/{pool_id}/limits/people")
async def people_of_pool(
    call: By,
    pool_id: Id,
    department_id: Annotated[Id | None, Query(description="Of this department and all below it.")] = None,
    limit: Limit = 50,
    after: After = None,
) -> Page[PersonWithLimits]:
    """Whose limit is what, and by what: a table of people and rules. For the pool's admins and auditors, and for managers
    of their people."""
    call.actor.need("pools.read")
    if pool_id not in call.actor.visible_pools():
        raise NotFound("pool", id=str(pool_id))
    pool = await queries.pool(call.conn, call.tenant_id, pool_id)
    company = await people.tenant(call.conn, call.tenant_id)
    behind = decode_cursor(after, int)
    found = await people_with_limits(
        call.conn, call.tenant_id, pool_id, among=_among(call, pool_id), department_id=department_id,
        after=behind[0] if behind else None, limit=limit + 1,
    )  # fmt: skip
    shown, following = cut_page(found, limit, lambda row: (row["id"],))
    return Page(items=[_person(row, pool, company) for row in shown], next=following)


@router.get("/departments/{department_id}/rules")
async def rules_of_department(call: By, department_id: Id) -> Page[NamesDepartment]:
    """Which pools' scopes and limits name the department or one above it, and so hold for its people. Of the pools that
    the reader sees."""
    call.actor.need("people.read")
    call.actor.need("pools.read")
    await people.department(call.conn, call.tenant_id, department_id)
    seen = {0, *call.actor.visible_pools()}
    found = [row for row in await naming(call.conn, call.tenant_id, department_id) if row["pool_id"] in seen]
    nearest: dict[tuple[int, str], int] = {}
    for row in found:
        if row["rule"] is not None:
            nearest.setdefault((row["pool_id"], row["rule"]), row["height"])
    return Page(items=[_naming(row, nearest) for row in found])


def _among(call: ActorCall, pool_id: int) -> Sequence[int] | None:
    actor = call.actor
    if actor.administers(pool_id) or actor.sees_all:
        return None
    if "manager" not in actor.roles:
        raise Forbidden("pools.read")
    return sorted(actor.subordinates)


def _person(row: DictRow, pool: Mapping[str, Any], company: people.TenantRow) -> PersonWithLimits:
    limits = []
    for rule in RULES:
        holds = limit_of(pool, row["differing"], rule)
        by = set_by(holds.by) if holds.by is not None else SetBy(kind="pool", name=pool["name"])
        limits.append(Holds.model_validate({"rule": rule, "value": holds.value, "by": by}))
    if company.holding_cap is not None:
        own = (row["differing_cap"] or {}).get("holding_cap")
        by = set_by(own["by"]) if own is not None else SetBy(kind="company", name=company.name)
        limits.append(Holds(rule="company_cap", value=own["value"] if own is not None else company.holding_cap, by=by))
    department = Named(id=row["department_id"], name=row["department_name"]) if row["department_id"] else None
    return PersonWithLimits(
        person=Named(id=row["id"], name=row["name"]), department=department, roles=row["roles"], limits=limits
    )


def _naming(row: DictRow, nearest: Mapping[tuple[int, str], int]) -> NamesDepartment:
    return NamesDepartment(
        department=Named(id=row["subject_id"], name=row["department_name"]),
        pool=Named(id=row["pool_id"], name=row["pool_name"]) if row["pool_id"] else None,
        right=row["right_name"],
        rule=row["rule"],
        value=row["value"],
        holds=row["rule"] is None or nearest[row["pool_id"], row["rule"]] == row["height"],
    )
