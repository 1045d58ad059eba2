"""Which version is in force when: planned starts, overtaken ones, rollback; one pool's broken policy stops no other's."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gonghai.base.database import rows, run
from gonghai.base.errors import Refusal
from gonghai.moves.close_pool import close_pool
from gonghai.policy.document import PolicyInvalid
from gonghai.policy.drafts import faults
from gonghai.policy.starts import policies_starting
from gonghai.policy.versions import Start, in_force, publish, publish_again, standing, versions
from gonghai.workdays import Length
from tests.moves.world import World

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def everyone(days: int, **more: Any) -> dict[str, Any]:
    return {"name": "全部", "timers": {"follow_up": f"{days} days"}, **more}


async def number_at(world: World, pool: int, now: datetime) -> int | None:
    async with world.transaction() as conn:
        found, broken = await in_force(conn, world.tenant_id, now, [pool])
    assert not broken
    return found[pool].number if pool in found else None


async def states_at(world: World, pool: int, now: datetime) -> dict[int, str]:
    async with world.transaction() as conn:
        return {row["number"]: standing(row, now) for row in await versions(conn, world.tenant_id, pool)}


async def test_a_planned_version_takes_over_at_its_instant_and_not_before(world: World) -> None:
    pool = await world.pool()
    await world.policy(pool, everyone(30), at=NOW - 9 * DAY)
    await world.policy(pool, everyone(5), at=NOW, effective_from=NOW + 2 * DAY)
    moment = timedelta(microseconds=1)
    assert [await number_at(world, pool, at) for at in (NOW, NOW + 2 * DAY - moment, NOW + 2 * DAY)] == [1, 1, 2]
    assert await states_at(world, pool, NOW) == {1: "in_force", 2: "planned"}
    assert await states_at(world, pool, NOW + 2 * DAY) == {1: "superseded", 2: "in_force"}
    owner = await world.rep("李娜")
    (customer,) = await world.customers(1, pool, owner.person_id, at=NOW - 8 * DAY)
    assert await world.sweep(NOW + 2 * DAY - moment) == []
    assert await world.sweep(NOW + 2 * DAY) == [customer]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(starts=st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=1, max_size=6), now=st.integers(0, 16))
async def test_the_state_that_is_shown_is_the_version_that_decides(
    world: World, starts: list[tuple[int, int]], now: int
) -> None:
    pool = await world.pool(f"公海 {id(starts)} {now} {len(starts)}")
    at = NOW
    for after, ahead in starts:
        at += timedelta(hours=after)
        await world.policy(pool, everyone(30), at=at, effective_from=at + timedelta(hours=ahead))
    moment = max(NOW + timedelta(hours=now), at)
    shown = await states_at(world, pool, moment)
    decides = await number_at(world, pool, moment)
    assert [n for n, state in shown.items() if state == "in_force"] == ([decides] if decides else [])
    later = {await number_at(world, pool, moment + timedelta(minutes=30 * i)) for i in range(1, 40)} - {decides}
    assert {n for n, state in shown.items() if state == "planned"} == later


async def test_rolling_back_publishes_the_old_document_and_overtakes_what_was_planned(world: World) -> None:
    pool = await world.pool()
    await world.policy(pool, everyone(30), at=NOW - 9 * DAY)
    await world.policy(pool, everyone(5), at=NOW - 2 * DAY)
    await world.policy(pool, everyone(3), at=NOW - DAY, effective_from=NOW + 5 * DAY)
    async with world.transaction() as conn:
        grace = Start(grace=Length(3, "working_days"))
        number = await publish_again(conn, world.company.system, pool, 1, note="撤回", at=NOW, start=grace)
        found = {row["number"]: row for row in await versions(conn, world.tenant_id, pool)}
    assert number == 4
    assert found[4]["document"] == found[1]["document"]
    assert (found[4]["based_on"], found[4]["grace_until"]) == (1, datetime(2026, 11, 30, 16, 0, tzinfo=UTC))
    assert await states_at(world, pool, NOW) == {1: "superseded", 2: "superseded", 3: "superseded", 4: "in_force"}
    assert await number_at(world, pool, NOW + 9 * DAY) == 4
    with pytest.raises(Refusal, match="not_found"):
        async with world.transaction() as conn:
            await publish_again(conn, world.company.system, pool, 99, at=NOW)


async def test_a_broken_policy_of_one_pool_stops_no_other_pools_sweep_nor_when_its_turn_comes_by_plan(
    world: World,
) -> None:
    good, bad = await world.pool("好公海"), await world.pool("坏公海")
    target = await world.pool("目标公海")
    owner = await world.rep("李娜")
    await world.policy(good, everyone(5), at=NOW - 90 * DAY)
    await world.policy(bad, everyone(5), at=NOW - 90 * DAY)
    away = everyone(5, target={"pool": "目标公海"})
    await world.policy(bad, away, at=NOW - 90 * DAY, effective_from=NOW)
    async with world.transaction() as conn:
        with pytest.raises(Refusal, match="pool_is_policy_target"):
            await close_pool(conn, world.company.system, target, successor_id=good, now=NOW - DAY)
    # Past the guard, as an operator's hand in the database might.
    async with world.transaction() as conn:
        await run(conn, "UPDATE pool SET state = 'closed' WHERE tenant_id = %s AND id = %s", (world.tenant_id, target))
    ours = await world.customers(2, good, owner.person_id, at=NOW - 20 * DAY)
    theirs = await world.customers(2, bad, owner.person_id, at=NOW - 20 * DAY)
    # Until the planned one begins, the old one still holds.
    early = await world.customers(1, bad, owner.person_id, at=NOW - 40 * DAY)
    assert set(await world.sweep(NOW - 17 * DAY)) == {*early}
    assert set(await world.sweep(NOW + DAY)) == {*ours}
    assert (await world.row(theirs[0]))["state"] == "owned"
    async with world.transaction() as conn:
        last = (
            await rows(conn, "SELECT * FROM recycle_run WHERE tenant_id = %s ORDER BY id DESC", (world.tenant_id,))
        )[0]
    assert (last["state"], last["failed"]) == ("done", 1)
    assert f"pool {bad}" in last["error"]
    assert (await world.verify()).differences == 0


async def test_a_start_that_is_near_is_announced_once_with_what_it_would_do_by_then(world: World) -> None:
    pool, quiet = await world.pool(notice_floor=True), await world.pool("另一个")
    owner = await world.rep("李娜")
    await world.customers(3, pool, owner.person_id, at=NOW - 20 * DAY)
    await world.policy(pool, everyone(60), at=NOW - 30 * DAY)
    await world.policy(
        pool, everyone(10), at=NOW - 2 * DAY, effective_from=NOW + timedelta(hours=20), grace=Length(2, "working_days")
    )
    await world.policy(quiet, everyone(5), at=NOW - 9 * DAY)
    await world.policy(quiet, everyone(9), at=NOW - 2 * DAY, effective_from=NOW + timedelta(hours=10))
    await world.policy(quiet, everyone(8), at=NOW - DAY, effective_from=NOW + timedelta(hours=9))
    async with world.transaction() as conn:
        assert await policies_starting(conn, world.tenant_id, NOW - timedelta(hours=17)) == []
    async with world.transaction() as conn:
        found = await policies_starting(conn, world.tenant_id, NOW)
    assert [(s.pool_id, s.number) for s in found] == [(quiet, 3), (pool, 2)]
    counts = found[1].preview
    assert counts is not None
    assert (counts.population, counts.totals.at_once, counts.present.within_30) == (3, 3, 0)
    assert (counts.really.at_once, counts.really.within_7) == (0, 3)
    async with world.transaction() as conn:
        assert await policies_starting(conn, world.tenant_id, NOW + timedelta(hours=1)) == []


async def test_a_planned_version_that_no_longer_compiles_is_announced_with_its_faults(world: World) -> None:
    pool, target = await world.pool(), await world.pool("目标公海")
    await world.policy(
        pool, everyone(5, target={"pool": "目标公海"}), at=NOW - DAY, effective_from=NOW + timedelta(hours=3)
    )
    async with world.transaction() as conn:
        await run(conn, "UPDATE pool SET state = 'closed' WHERE tenant_id = %s AND id = %s", (world.tenant_id, target))
        (found,) = await policies_starting(conn, world.tenant_id, NOW)
    assert found.preview is None
    assert [fault["path"] for fault in found.faults] == ["segments[0].target"]


async def test_a_closed_target_is_refused_at_its_cell(world: World) -> None:
    pool, target = await world.pool(), await world.pool("目标公海")
    async with world.transaction() as conn:
        await close_pool(conn, world.company.system, target, successor_id=None, now=NOW)
    with pytest.raises(PolicyInvalid) as refused:
        await world.policy(pool, everyone(5, target={"pool": "目标公海"}), at=NOW)
    assert [(e["path"], e["code"]) for e in refused.value.errors] == [("segments[0].target", "pool_unknown")]


async def test_a_cleaning_rule_that_asks_somebody_unknown_is_refused_at_its_cell(world: World) -> None:
    pool = await world.pool()
    when = {"fact": "has_phone", "is": "is_false"}

    def asking(login: str) -> dict[str, Any]:
        rule = {"name": "无电话", "when": when, "do": {"reverify": {"person": login}}}
        return {"segments": [{"name": "全部"}], "cleaning": {"rules": [rule]}}

    async with world.transaction() as conn:
        with pytest.raises(PolicyInvalid) as refused:
            await publish(conn, world.company.system, pool, asking("nobody.at.all"), at=NOW)
        (fault,) = refused.value.errors
        assert (fault["path"], fault["code"]) == ("cleaning.rules[0].do.reverify", "person_unknown")
        assert await faults(conn, world.tenant_id, asking("nobody.at.all")) == [fault]
        assert await publish(conn, world.company.system, pool, asking(world.company.admin_login.upper()), at=NOW) == 1
