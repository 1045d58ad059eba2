"""Extensions: asked by the owner within a limit per spell; a manager's yes protects, and never shortens."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from gonghai.base import clock
from gonghai.base.errors import Forbidden, NotFound, Refusal
from gonghai.moves.protect import protect
from gonghai.moves.requests.queries import list_requests
from gonghai.moves.requests.table import close_lapsed
from gonghai.workdays import Calendar, Length, add
from tests.fixtures.customers import counted_statements
from tests.moves.desk import make_desk
from tests.moves.world import World

CHINA = Calendar(ZoneInfo("Asia/Shanghai"))


async def test_a_granted_extension_keeps_the_customer_that_many_days_beyond_its_deadline(world: World) -> None:
    desk = await make_desk(world)
    (customer,) = await desk.mine()
    deadline = add((await world.row(customer))["clock_start"], Length(10, "days"), CHINA)
    request = await desk.extend(customer, days=3)
    assert await desk.codes(desk.boss, request) == [None]
    row = await world.row(customer)
    assert row["protected_until"] == deadline + timedelta(days=3)
    event = (await world.events(customer))[-1]
    assert (event["kind"], event["actor_id"], event["data"]["request"]) == (
        "protect",
        desk.boss.person_id,
        str(request),
    )
    assert await world.sweep(deadline + timedelta(days=3, seconds=-1)) == []
    assert await world.sweep(deadline + timedelta(days=3)) == [customer]
    assert (await world.verify()).differences == 0


async def test_asking_does_not_stop_the_clock_and_a_spell_that_is_over_lapses_the_request(world: World) -> None:
    desk = await make_desk(world)
    (customer,) = await desk.mine()
    request = await desk.extend(customer)
    assert await world.sweep(clock.now() + timedelta(days=20)) == [customer]
    assert await desk.codes(desk.boss, request) == ["request_lapsed"]
    async with world.transaction() as conn:
        now = clock.now()
        assert await list_requests(conn, desk.boss, box="to_decide", kind=None, now=now, before=None, limit=9) == []
        (mine,) = await list_requests(conn, desk.rep, box="mine", kind=None, now=now, before=None, limit=9)
    assert mine["shown_state"] == "lapsed"


async def test_open_and_accepted_ones_count_against_the_limit_of_the_spell(world: World) -> None:
    desk = await make_desk(world, extension_limit=2)
    (customer,) = await desk.mine()
    first = await desk.extend(customer)
    with pytest.raises(Refusal, match="already_asked"):
        await desk.extend(customer)
    assert await desk.codes(desk.boss, first, accept=False) == [None]
    for _ in range(2):  # the declined one does not count
        assert await desk.codes(desk.boss, await desk.extend(customer)) == [None]
    with pytest.raises(Refusal, match="extension_limit") as refusal:
        await desk.extend(customer)
    assert refusal.value.data == {"used": 2, "limit": 2}


async def test_a_lapsed_request_makes_room_for_the_next(world: World) -> None:
    desk = await make_desk(world)
    (customer,) = await desk.mine()
    first = await desk.extend(customer)
    with pytest.raises(Refusal, match="extension_limit"):
        await desk.extend(customer)
    await desk.wait(first, days=7)
    assert await desk.codes(desk.boss, first) == ["request_lapsed"]
    async with world.transaction() as conn:
        assert await close_lapsed(conn, world.tenant_id, clock.now()) == 1
    second = await desk.extend(customer)
    assert [r["state"] for r in await desk.requests()] == ["lapsed", "open"]
    assert await desk.codes(desk.boss, second) == [None]


async def test_the_manager_may_give_another_length_and_a_longer_protection_stays(world: World) -> None:
    desk = await make_desk(world, extension_limit=2)
    one, two = await desk.mine(2)
    deadline = add((await world.row(one))["clock_start"], Length(10, "days"), CHINA)
    (given,) = await desk.decide(desk.boss, await desk.extend(one, days=3), days=1)
    assert given.code is None
    assert (await world.row(one))["protected_until"] == deadline + timedelta(days=1)
    (stored,) = await desk.requests()
    assert (stored["data"]["days"], stored["data"]["granted_days"]) == (3, 1)
    request = await desk.extend(two, days=1)
    long = clock.now() + timedelta(days=100)
    async with world.transaction() as conn:
        await protect(conn, desk.boss, [two], until=long, reason="合同评审中")
    assert await desk.codes(desk.boss, request) == [None]
    assert (await world.row(two))["protected_until"] == long
    assert (await world.verify()).differences == 0


async def test_what_has_no_deadline_or_is_too_long_is_refused(world: World) -> None:
    desk = await make_desk(world, extension_most_days=14)
    (customer,) = await desk.mine()
    with pytest.raises(Refusal, match="extension_too_long"):
        await desk.extend(customer, days=15)
    await world.policy(desk.pool, {"name": "所有", "timers": {}}, at=clock.now())
    with pytest.raises(Refusal, match="nothing_to_extend"):
        await desk.extend(customer)


async def test_only_the_owner_asks_and_only_managers_of_the_owner_decide(world: World) -> None:
    desk = await make_desk(world)
    (customer,) = await desk.mine()
    for who, error in ((desk.colleague, NotFound), (desk.boss, Forbidden)):
        with pytest.raises(error):
            await desk.extend(customer, who=who)
    request = await desk.extend(customer)
    assert await desk.codes(desk.rep, request) == ["forbidden"], "one's own"
    assert await desk.codes(desk.colleague, request) == ["not_found"]
    assert await desk.codes(desk.keeper, request) == ["not_found"], "the pool's admin is no manager"
    assert await desk.codes(await world.admin(), request) == [None]
    assert await desk.codes(desk.boss, request) == ["request_decided"]


async def test_whoever_leads_no_more_decides_no_more(world: World) -> None:
    desk = await make_desk(world)
    (customer,) = await desk.mine()
    request = await desk.extend(customer)
    async with world.transaction() as conn:
        await conn.execute("DELETE FROM department_lead WHERE person_id = %s", (desk.boss.person_id,))
    assert await desk.codes(await world.company.actor(desk.boss.person_id or 0), request) == ["not_found"]


async def test_many_are_decided_with_as_many_statements_as_two(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = await make_desk(world)
    few = [await desk.extend(c) for c in await desk.mine(2)]
    many = [await desk.extend(c) for c in await desk.mine(12)]
    with counted_statements(monkeypatch) as for_few:
        assert await desk.codes(desk.boss, *few) == [None] * 2
    with counted_statements(monkeypatch) as for_many:
        assert await desk.codes(desk.boss, *many) == [None] * 12
    assert len(for_many) == len(for_few)
    assert (await world.verify()).differences == 0
