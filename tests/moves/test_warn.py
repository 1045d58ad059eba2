"""Warnings through the sweep: each step once, notice before anybody is taken, and what voids it."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from psycopg.rows import DictRow

from gonghai.activities.actions import NewFollowUp, record_follow_up
from gonghai.base import clock
from gonghai.base.database import one, rows
from gonghai.moves.results import only
from gonghai.moves.transfer import transfer
from gonghai.workdays import Calendar, after_next_opening_day, end_of_day, local_date
from tests.moves.world import World

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def everyone(**timers: str) -> dict[str, Any]:
    return {"name": "所有客户", "timers": timers}


async def warnings(world: World, customer: int) -> list[DictRow]:
    async with world.transaction() as conn:
        return await rows(
            conn,
            "SELECT * FROM warning w WHERE w.tenant_id = %s AND w.customer_id = %s ORDER BY w.at, w.spell_no",
            (world.tenant_id, customer),
        )


async def steps(world: World, customer: int) -> list[str]:
    return [row["step"] for row in await warnings(world, customer)]


async def newest_run(world: World) -> DictRow:
    async with world.transaction() as conn:
        row = await one(
            conn, "SELECT * FROM recycle_run r WHERE r.tenant_id = %s ORDER BY r.id DESC LIMIT 1", (world.tenant_id,)
        )
    assert row is not None
    return row


async def claimed(
    world: World, at: datetime, *, floor: bool = True, n: int = 1, **timers: str
) -> tuple[int, list[int]]:
    """(owner, customers) of a pool with one rule for everyone."""
    pool = await world.pool(notice_floor=floor)
    amy = await world.rep("amy")
    await world.policy(pool, everyone(**timers), at=at - 9 * DAY)
    assert amy.person_id is not None
    return amy.person_id, await world.customers(n, pool, amy.person_id, at=at)


async def test_each_step_is_told_once_and_notice_is_given_with_the_first(world: World) -> None:
    owner, (customer,) = await claimed(world, local("2026-11-02 10:00"), follow_up="30 days")
    now, taken = local("2026-11-20 00:05"), local("2026-12-03 00:00")
    while now < taken:
        assert await world.sweep(now) == []
        now += 6 * HOUR
    told = await warnings(world, customer)
    assert [(w["step"], w["deadline_date"].isoformat(), w["last"]) for w in told] == [
        ("7", "2026-12-03", False),
        ("3", "2026-12-03", False),
        ("1", "2026-12-03", True),
    ]
    assert {(w["owner_id"], w["timer"], w["effective"], w["spell_no"]) for w in told} == {
        (owner, "follow_up", taken, 1)
    }
    assert [w["day"] for w in told] == [local_date(w["at"], Calendar()) for w in told]
    (event,) = [e for e in await world.events(customer) if e["kind"] == "warn"]
    given = after_next_opening_day(told[0]["at"], Calendar())
    assert [datetime.fromisoformat(t) if t else t for t in event["data"]["changes"]["notice_until"]] == [None, given]
    assert (event["actor"], event["data"]["step"], event["data"]["timer"]) == ("policy", "7", "follow_up")
    assert await world.sweep(taken) == [customer]
    assert len(await warnings(world, customer)) == 3
    assert (await world.verify()).differences == 0


async def test_4_who_falls_due_at_once_is_told_and_kept_until_a_working_day_has_passed(world: World) -> None:
    pool = await world.pool(notice_floor=True)
    amy = await world.rep("amy")
    lapses = local("2026-11-04 00:00")  # a Wednesday
    won = {"fact": "last_win_at", "is": "within_days", "value": 365}
    segments = {"name": "近期成交", "when": won, "timers": {}}, everyone(follow_up="30 days")
    await world.policy(pool, *segments, at=local("2025-01-01 00:00"))
    (customer,) = await world.customers(1, pool, amy.person_id, at=local("2025-10-01 10:00"))
    async with world.transaction() as conn:
        await conn.execute(
            "UPDATE customer SET last_win_at = %s, first_contact_at = %s, last_follow_up_at = %s"
            " WHERE tenant_id = %s AND id = %s",
            (lapses - 365 * DAY - HOUR, *[lapses - 200 * DAY] * 2, world.tenant_id, customer),
        )
    assert await world.sweep(lapses - HOUR) == []
    assert await steps(world, customer) == []
    # At half past midnight it is told: Wednesday opens after that, so it may go when Wednesday ends.
    assert await world.sweep(lapses + HOUR / 2) == []
    (told,) = await warnings(world, customer)
    assert (told["step"], told["effective"], told["last"]) == ("due", local("2026-11-05 00:00"), True)
    assert await world.sweep(local("2026-11-04 23:50")) == []
    assert await steps(world, customer) == ["due"]
    assert await world.sweep(local("2026-11-05 00:00")) == [customer]


async def test_6_notice_goes_along_with_the_owners_transfer(world: World) -> None:
    pool = await world.pool(transfer_needs_acceptance=False, notice_floor=True)
    amy, bob = await world.rep("amy"), await world.rep("bob")
    begun = clock.now() - 29 * DAY
    await world.policy(pool, everyone(follow_up="30 days"), at=begun - DAY)
    (customer,) = await world.customers(1, pool, amy.person_id, at=begun)
    warned = begun + 27 * DAY
    assert await world.sweep(warned) == []
    given = (await world.row(customer))["notice_until"]
    assert given == after_next_opening_day(warned, Calendar())
    async with world.transaction() as conn:
        only(await transfer(conn, amy, [customer], owner_id=bob.person_id or 0))
    assert (await world.row(customer))["notice_until"] == given
    goes = max(given, end_of_day(local_date(begun, Calendar()) + 30 * DAY, Calendar()))
    assert await world.sweep(goes - HOUR) == []
    told = await warnings(world, customer)
    # B is told too, in a spell of B's own, by the notice that came along.
    assert [(w["owner_id"], w["spell_no"]) for w in told][:2] == [(amy.person_id, 1), (bob.person_id, 2)]
    assert (await world.row(customer))["notice_until"] == given
    assert await world.sweep(goes) == [customer]
    assert (await world.verify()).differences == 0


async def test_nobody_is_taken_untold_however_long_the_sweep_stood_still(world: World) -> None:
    _, ids = await claimed(world, local("2026-06-01 10:00"), follow_up="30 days", n=5)
    friday = local("2026-11-06 15:00")
    assert await world.sweep(friday) == []
    assert (await newest_run(world))["warned"] == 5
    for now in (friday + HOUR, friday + 2 * DAY, local("2026-11-09 23:59")):
        assert await world.sweep(now) == []
        assert (await newest_run(world))["warned"] == 0
    assert await world.sweep(local("2026-11-10 00:00")) == ids


async def test_notice_that_ran_out_long_ago_is_given_anew(world: World) -> None:
    _, (customer,) = await claimed(world, local("2026-06-01 10:00"), follow_up="30 days")
    await world.sweep(local("2026-11-02 12:00"))
    # Nobody swept for three weeks.
    assert await world.sweep(local("2026-11-23 12:00")) == []
    assert await steps(world, customer) == ["due", "due"]
    assert await world.sweep(local("2026-11-25 00:00")) == [customer]


async def test_a_follow_up_voids_the_notice(world: World) -> None:
    began = clock.now() - 28 * DAY
    owner, (customer,) = await claimed(world, began, follow_up="30 days")
    await world.sweep(clock.now())
    assert (await world.row(customer))["notice_until"] is not None
    amy = await world.company.actor(owner)
    async with world.transaction() as conn:
        await record_follow_up(conn, amy, customer, NewFollowUp("call"))
    assert (await world.row(customer))["notice_until"] is None
    assert await world.sweep(clock.now() + 20 * DAY) == []
    assert (await world.row(customer))["notice_until"] is None
    # The next deadline is another date, and told again.
    assert await world.sweep(clock.now() + 24 * DAY) == []
    assert [w["step"] for w in await warnings(world, customer)] == ["3", "7"]
    assert (await world.verify()).differences == 0


async def test_a_short_timer_is_told_at_a_quarter_and_gives_no_notice(world: World) -> None:
    _, (customer,) = await claimed(world, local("2026-11-06 15:00"), first_contact="4 working hours")
    assert await world.sweep(local("2026-11-06 17:50")) == []
    assert await steps(world, customer) == []
    assert await world.sweep(local("2026-11-09 09:00")) == []
    assert await steps(world, customer) == ["quarter"]
    assert (await world.row(customer))["notice_until"] is None
    assert await world.sweep(local("2026-11-09 09:50")) == []
    assert await steps(world, customer) == ["quarter"]
    assert await world.sweep(local("2026-11-09 10:00")) == [customer]


async def test_a_pool_without_the_floor_warns_without_touching_the_customer(world: World) -> None:
    _, (customer,) = await claimed(world, local("2026-11-02 10:00"), floor=False, follow_up="30 days")
    before = await world.row(customer)
    assert await world.sweep(local("2026-12-02 12:00")) == []
    assert await steps(world, customer) == ["1"]
    assert await world.row(customer) == before
    assert await world.sweep(local("2026-12-03 00:00")) == [customer]
    assert await steps(world, customer) == ["1"]
