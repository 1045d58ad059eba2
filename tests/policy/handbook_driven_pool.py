"""For the kinds of sentence about who uses a pool and what becomes of customers in it: whether a database does so."""

from datetime import date, timedelta
from itertools import count, pairwise
from typing import Any

from gonghai.access.actor import Actor
from gonghai.base import clock
from gonghai.base.database import one, run
from gonghai.moves import clean
from gonghai.moves.cleanings import start_scheduled
from gonghai.policy.versions import in_force
from gonghai.workdays import local_date, local_midnight
from tests.policy.handbook_stage import Data, Stage

DAY = timedelta(days=1)
_numbers = count(1)


# People ---------------------------------------------------------------------------------------------------


async def _crowd(stage: Stage) -> list[tuple[Actor, set[int]]]:
    """People of several departments and roles, each with their department and all above it."""
    company = stage.world.company
    below = await company.department("下级", stage.department_id)
    beside = await company.department("旁边")
    crowd = []
    for role, department, above in (
        ("rep", stage.department_id, {stage.department_id}), ("manager", below, {below, stage.department_id}),
        ("rep", beside, {beside}), ("manager", beside, {beside}), ("auditor", beside, {beside}),
    ):  # fmt: skip
        person = await company.person(f"crowd{next(_numbers)}", (role,), department_id=department)
        crowd.append((await company.actor(person), above | {company.root_id}))
    return crowd


def named(subjects: list[dict[str, Any]], who: Actor, above: set[int]) -> bool:
    return any(
        s["kind"] == "all"
        or (s["kind"] == "role" and s["role"] in who.roles)
        or (s["kind"] == "person" and s["id"] == str(who.person_id))
        or (s["kind"] == "department" and int(s["id"]) in above)
        for s in subjects
    )


async def may_claim(stage: Stage, data: Data) -> None:
    async with stage.only():
        for who, above in await _crowd(stage):
            [customer] = await stage.pooled()
            refused = (await stage.claim(who, customer)).code
            assert (refused is None) == named(data["subjects"], who, above) == who.rights(stage.pool_id).claim
            assert refused in (None, "not_in_scope")


async def may_see(stage: Stage, data: Data) -> None:
    for who, above in await _crowd(stage):
        right = who.rights(stage.pool_id)
        seen = named(data["subjects"], who, above) or right.claim or right.admin or who.sees_all
        assert (stage.pool_id in who.visible_pools()) == seen


async def may_admin(stage: Stage, data: Data) -> None:
    for who, above in [*await _crowd(stage), (await stage.world.admin(), set[int]())]:
        assert who.administers(stage.pool_id) == (named(data["subjects"], who, above) or "admin" in who.roles)


# Cleaning -------------------------------------------------------------------------------------------------


async def cleaning_order(stage: Stage, data: Data) -> None:
    """A customer whom every rule is about goes by the first."""
    await cleaning_rule(
        stage, {"rule": 0, "deed": "archive", "reason": "清理甲"}, phones=[], recycle_count=9, level="C"
    )
    async with stage.world.transaction() as conn:
        compiled, _ = await in_force(conn, stage.world.tenant_id, clock.now(), [stage.pool_id])
    cleaning = compiled[stage.pool_id].policy.cleaning
    assert cleaning is not None
    assert len(cleaning.rules) == data["rules"]
    begun = await _scheduled(stage, {"day": 9, "week": 24, "month": 95, None: 35}[data["every"]])
    # The first comes in the midst of a period that had none yet.
    gaps = {(b - a).days for a, b in pairwise(begun[1:])}
    assert gaps <= {"day": {1}, "week": {7}, "month": {28, 29, 30, 31}, None: set()}[data["every"]]
    assert (len(begun) > 2) == (data["every"] is not None)


async def _scheduled(stage: Stage, days: int) -> list[date]:
    """On which of the days from next month on a cleaning begins by itself."""
    calendar = await stage.calendar()
    noon = local_midnight(clock.now() + 40 * DAY, calendar) + DAY / 2
    begun = []
    for n in range(days):
        async with stage.world.transaction() as conn:
            for started in await start_scheduled(conn, stage.world.tenant_id, now=noon + n * DAY):
                begun.append(local_date(noon + n * DAY, calendar))
                await run(conn, "UPDATE cleaning_run SET state = 'done', finished_at = now WHERE tenant_id = %s AND id = %s",
                          (stage.world.tenant_id, started))  # fmt: skip
    return begun


# Customers whom the rules of `some_cleaning` are about, one each.
ABOUT: list[dict[str, Any]] = [
    {"recycle_count": 9, "phones": ["13800138000"]},
    {"level": "C", "phones": ["13800138000"]},
    {"phones": []},
]


async def cleaning_rule(stage: Stage, data: Data, **about: Any) -> None:
    about = about or ABOUT[data["rule"]]
    mine, other = await stage.pooled(2)
    await stage.set(mine, **about)
    await stage.set(other, phones=["13800138000"])
    async with stage.world.transaction() as conn:
        started = await clean.start_cleaning(
            conn, stage.world.tenant_id, stage.pool_id, requested_by=None, now=clock.now()
        )
    await clean.carry_out(stage.world.database, stage.world.tenant_id, started)
    after, kept = await stage.world.row(mine), await stage.world.row(other)
    assert (kept["state"], kept["pool_id"]) == ("pooled", stage.pool_id)
    async with stage.world.transaction() as conn:
        asked = await one(conn, "SELECT * FROM request WHERE tenant_id = %s AND customer_id = %s AND kind = 'reverify'",
                          (stage.world.tenant_id, mine))  # fmt: skip
    assert (after["state"] == "archived", after["pool_id"], asked is not None) == (
        data["deed"] == "archive",
        int(data["to"]) if data["deed"] == "move" else stage.pool_id,
        data["deed"] == "reverify",
    )
    if data["deed"] == "archive":
        assert after["archived_reason"] == data["reason"]
    if asked is not None:
        assert asked["deciders"] == ("person" if data["login"] else "pool_admins")


DRIVEN = {
    "may_claim": may_claim,
    "may_see": may_see,
    "may_admin": may_admin,
    "cleaning_order": cleaning_order,
    "cleaning_rule": cleaning_rule,
}
