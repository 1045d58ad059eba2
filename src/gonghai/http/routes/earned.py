"""Earned limits: each pool's rule, and who would earn what by it now."""

from dataclasses import asdict
from typing import Final

from fastapi import APIRouter, Response
from psycopg.rows import DictRow

from gonghai.base.errors import NotFound
from gonghai.http.call import ActorCall, By
from gonghai.http.etag import IfMatch, set_etag
from gonghai.http.incentive_shapes import Earned, EarnedDocument, EarnedPreview, EarnedStanding
from gonghai.http.limit_shapes import PersonRef
from gonghai.http.problems import refusals
from gonghai.http.shapes import Id, Named, Page
from gonghai.incentives.earned import EarnedRule, earned_rules, rule_of, set_earned_rule, standings
from gonghai.people.calendar import tenant_calendar
from gonghai.pools import queries
from gonghai.pools.limits import RULES
from gonghai.workdays import local_date

router = APIRouter(prefix="/incentives/earned", tags=["incentives"])
_REFUSED: Final = ("earned_sample", "earned_steps_order")


@router.get("")
async def list_earned(call: By) -> Page[Earned]:
    """How limits are earned, pool by pool, of those that one sees."""
    call.actor.need("incentives.read")
    known = await earned_rules(call.conn, call.tenant_id)
    pools = await queries.pool_list(call.conn, call.tenant_id, call.actor.visible_pools(), call.now)
    return Page(items=[_earned(pool, known.get(pool["id"])) for pool in pools])


@router.get("/{pool_id}")
async def get_earned(call: By, pool_id: Id, response: Response) -> Earned:
    """One pool's rule, with its ETag."""
    call.actor.need("incentives.read")
    pool = await _pool(call, pool_id)
    found = _earned(pool, (await earned_rules(call.conn, call.tenant_id)).get(pool_id))
    set_etag(response, found.version)
    return found


@router.put("/{pool_id}", responses=refusals(*_REFUSED))
async def put_earned(call: By, pool_id: Id, version: IfMatch, body: EarnedDocument, response: Response) -> Earned:
    """Another rule, by which the next night grants. For admins, against the version in If-Match ("0": none yet)."""
    call.actor.need("incentives.edit")
    await _pool(call, pool_id)
    await set_earned_rule(call.conn, call.actor, pool_id, version, rule_of(body.model_dump()), now=call.now)
    return await get_earned(call, pool_id, response)


@router.post("/{pool_id}/preview")
async def preview_earned(call: By, pool_id: Id, body: EarnedDocument) -> EarnedPreview:
    """Who would earn how much today by this rule, were it so: by what has happened until now. For admins."""
    call.actor.need("incentives.edit")
    await _pool(call, pool_id)
    calendar = await tenant_calendar(call.conn, call.tenant_id)
    day = local_date(call.now, calendar)
    found = await standings(
        call.conn, call.tenant_id, pool_id, rule_of(body.model_dump()), day, calendar, before=call.now
    )
    items = [
        EarnedStanding(
            person=PersonRef(id=s.person_id, name=s.name), claimed=s.claimed, converted=s.converted, percent=s.percent,
            base=s.base, value=s.value, why_not=s.why_not,
        )
        for s in found
    ]  # fmt: skip
    return EarnedPreview(day=day, items=items)


async def _pool(call: ActorCall, pool_id: int) -> DictRow:
    if pool_id not in call.actor.visible_pools():
        raise NotFound("pool", id=str(pool_id))
    return await queries.pool(call.conn, call.tenant_id, pool_id)


def _earned(pool: DictRow, row: DictRow | None) -> Earned:
    rule = rule_of(row["document"]) if row is not None else EarnedRule(most=pool["daily_quota"] * 2 or 1)
    return Earned(
        pool=Named(id=pool["id"], name=pool["name"]), rule=EarnedDocument.model_validate(asdict(rule)),
        version=row["version"] if row is not None else 0, granted_for=row["granted_for"] if row is not None else None,
        base=pool[RULES[rule.limit]],
    )  # fmt: skip
