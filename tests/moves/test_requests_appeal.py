"""Appeals: granted, the customer is its former owner's as if it had never gone; unless somebody claimed it since."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from gonghai.base import clock
from gonghai.base.errors import NotFound, Refusal
from gonghai.customers.record import lock
from gonghai.moves.hand_over import deactivate_person
from gonghai.moves.pool_moves import archive, move_pool, restore
from gonghai.moves.requests.appeal import ground
from gonghai.moves.undo import carry_out, start_undo
from gonghai.workdays import Calendar, end_of_working_day
from tests.moves.desk import make_desk
from tests.moves.world import World

CHINA = Calendar(ZoneInfo("Asia/Shanghai"))


async def test_a_granted_appeal_reopens_the_spell_with_its_clocks_protected_for_three_working_days(
    world: World,
) -> None:
    desk = await make_desk(world)
    (customer,) = await desk.mine(days_ago=30)
    before = await world.row(customer)
    assert await world.sweep(clock.now()) == [customer]
    request = await desk.appeal(customer)
    assert await desk.codes(desk.keeper, request) == [None]
    after, event = await world.row(customer), (await world.events(customer))[-1]
    for name in ("state", "owner_id", "pool_id", "spell_no", "clock_start", "recycle_count", "last_return"):
        assert after[name] == before[name], name
    assert after["protected_until"] == end_of_working_day(event["at"], 3, CHINA)
    assert (event["kind"], event["actor_id"], event["data"]["request"]) == (
        "appeal",
        desk.keeper.person_id,
        str(request),
    )
    assert await world.sweep(clock.now()) == []
    assert await world.sweep(after["protected_until"]) == [customer]
    assert (await world.verify()).differences == 0


async def test_the_pools_admins_decide_or_where_none_is_named_the_companys(world: World) -> None:
    desk = await make_desk(world)
    first, second = await desk.taken(2)
    requests = [await desk.appeal(first), await desk.appeal(second)]
    assert await desk.codes(desk.boss, *requests) == ["not_found", "not_found"]
    assert await desk.codes(await world.admin(), requests[0]) == [None]
    assert await desk.codes(desk.keeper, requests[1], accept=False) == [None]
    assert (await world.row(second))["state"] == "pooled"
    with pytest.raises(Refusal, match="already_asked"):
        await desk.appeal(second)


async def test_what_somebody_claimed_since_is_not_given_back(world: World) -> None:
    desk = await make_desk(world, cooldown_holders=0)
    one, two = await desk.taken(2)
    request = await desk.appeal(one)
    for customer in (one, two):
        await world.claimed(customer, desk.colleague.person_id or 0, clock.now())
    (refused,) = await desk.decide(desk.keeper, request)
    owner = {"id": str(desk.colleague.person_id), "name": "同事"}
    assert (refused.code, refused.data) == ("claimed_since", {"owner": owner})
    with pytest.raises(Refusal, match="claimed_since"):
        await desk.appeal(two)


async def test_what_was_archived_since_stays_so_and_what_was_moved_comes_back(world: World) -> None:
    desk = await make_desk(world)
    one, two, three = await desk.taken(3)
    requests = [await desk.appeal(customer) for customer in (one, two, three)]
    other = await world.pool("另一个公海")
    boss = await world.admin()
    async with world.transaction() as conn:
        await archive(conn, boss, [one, three], reason="公司已注销")
        await restore(conn, boss, [three])
        await move_pool(conn, boss, [two], pool_id=other)
    assert await desk.codes(desk.keeper, *requests) == ["archived", None, "archived"]
    back = await world.row(two)
    assert (back["owner_id"], back["pool_id"]) == (desk.rep.person_id, desk.pool)
    assert (await world.verify()).differences == 0


async def test_appeals_end_with_the_last_local_day_and_not_every_pool_takes_them(world: World) -> None:
    desk = await make_desk(world, appeal_days=7)
    late, fresh = await desk.taken(2)
    async with world.transaction() as conn:
        await conn.execute("UPDATE pool SET appeal_days = 0 WHERE tenant_id = %s", (world.tenant_id,))
    with pytest.raises(Refusal, match="no_appeals"):
        await desk.appeal(late)
    async with world.transaction() as conn:
        await conn.execute("UPDATE pool SET appeal_days = 7 WHERE tenant_id = %s", (world.tenant_id,))
        row = await lock(conn, world.tenant_id, fresh)
        at = (await world.events(fresh))[-1]["at"]
        until = (await ground(conn, desk.rep, row, at=at)).until
        assert (await ground(conn, desk.rep, row, at=until - timedelta(seconds=1))).refused is None
        refused = (await ground(conn, desk.rep, row, at=until)).refused
    assert until.astimezone(CHINA.zone).date() - at.astimezone(CHINA.zone).date() == timedelta(days=8)
    assert refused == ("appeal_too_late", {"until": until.isoformat()})


async def test_only_the_former_owner_of_the_newest_recycle_appeals(world: World) -> None:
    desk = await make_desk(world)
    (customer,) = await desk.taken()
    (released,) = await desk.mine()
    for who, which in ((desk.colleague, customer), (desk.boss, customer), (desk.rep, released)):
        with pytest.raises(NotFound):
            await desk.appeal(which, who=who)


async def test_who_left_meanwhile_gets_nothing_back(world: World) -> None:
    desk = await make_desk(world)
    (customer,) = await desk.taken()
    request = await desk.appeal(customer)
    async with world.transaction() as conn:
        await deactivate_person(conn, await world.admin(), desk.rep.person_id or 0, now=clock.now())
    (refused,) = await desk.decide(desk.keeper, request)
    assert refused.code == "request_decided"


async def test_many_appeals_are_granted_in_one_batch(world: World) -> None:
    desk = await make_desk(world)
    customers = await desk.taken(3)
    requests = [await desk.appeal(c) for c in customers]
    assert await desk.codes(desk.keeper, *requests) == [None] * 3
    assert {(await world.row(c))["owner_id"] for c in customers} == {desk.rep.person_id}
    assert (await world.verify()).differences == 0


async def test_a_spell_that_is_open_again_brings_its_requests_back(world: World) -> None:
    desk = await make_desk(world)
    (customer,) = await desk.mine(days_ago=30)
    asked = await desk.extend(customer)
    assert await world.sweep(clock.now()) == [customer]
    assert await desk.codes(desk.boss, asked) == ["request_lapsed"]
    assert await desk.codes(desk.keeper, await desk.appeal(customer)) == [None]
    assert await desk.codes(desk.boss, asked, accept=False) == [None]


async def test_what_an_undo_gave_back_is_theirs_already(world: World) -> None:
    desk = await make_desk(world)
    (customer,) = await desk.taken()
    request = await desk.appeal(customer)
    async with world.transaction() as conn:
        batch = (await world.events(customer))[-1]["batch_id"]
        undo_id = await start_undo(conn, await world.admin(), batch, now=clock.now())
    await carry_out(world.database, world.tenant_id, undo_id)
    assert await desk.codes(desk.keeper, request) == ["already_theirs"]
    with pytest.raises(Refusal, match="already_yours"):
        await desk.appeal(customer)
