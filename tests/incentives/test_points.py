"""Each rule on real moves, its innocent look-alikes, and what takes points back."""

import asyncio
from datetime import date, timedelta
from decimal import Decimal

import pytest

from gonghai.base.database import run, value
from gonghai.deals.actions import Edit, NewDeal, open_deal, win_deal
from gonghai.moves.requests.appeal import ask_appeal
from gonghai.moves.requests.decide import decide
from gonghai.moves.transfer import transfer
from gonghai.moves.undo import carry_out, start_undo
from gonghai.people.calendar import set_day
from tests.fixtures.customers import counted_statements
from tests.incentives.stage import EVERYONE, MONDAY, Stage, on

CONTACT, WON, COMPLETE, NEGLECT = (
    "first_contact_in_time", "won_from_pool", "complete_record", "recycled_by_neglect",
)  # fmt: skip


async def test_a_first_contact_before_the_policys_deadline_earns_once(stage: Stage) -> None:
    amy, *_ = stage.reps
    stage.at(hours=-1)
    await stage.world.policy(
        stage.pool, {"name": "所有", "timers": {"first_contact": "2 hours"}}, at=stage.database.now
    )
    await stage.rules(on(CONTACT))
    stage.at()
    early, late = await stage.claimed(amy), await stage.claimed(amy)
    stage.at(hours=1)
    await stage.call(early, amy)
    stage.at(hours=1.5)
    await stage.call(early, amy)
    stage.at(hours=2)
    await stage.call(late, amy)
    assert await stage.points() == [(CONTACT, 5)]
    (row,) = await stage.ledger()
    assert (row["customer_id"], row["person_id"], row["at"]) == (early, amy.person_id, MONDAY + timedelta(hours=1))
    assert row["why"]["length"] == "2 hours"
    await stage.agrees()


async def test_the_deadline_is_that_of_the_segment_the_customer_was_in_when_it_was_claimed(stage: Stage) -> None:
    amy, *_ = stage.reps
    soon = {
        "all": [
            {"fact": "amount", "is": "ge", "value": 1000},
            {"fact": "contract_end", "is": "on_or_after", "value": "2026-06-01"},
        ]
    }
    rich = {"name": "大客户", "when": soon, "timers": {"first_contact": "1 hours"}}
    rest = {"name": "其他", "timers": {"first_contact": "3 hours"}}
    await stage.world.policy(stage.pool, rich, rest, at=MONDAY - timedelta(days=1))
    await stage.rules(on(CONTACT))
    big = {"amount": Decimal(5000), "contract_end": date(2026, 7, 1)}
    was_rich, became_rich = await stage.claimed(amy, **big), await stage.claimed(amy)
    await stage.edit(was_rich, amy, amount=None)
    await stage.edit(became_rich, amy, **big)
    stage.at(hours=2)
    for customer in (was_rich, became_rich):
        await stage.call(customer, amy)
    await stage.count()
    assert [row["customer_id"] for row in await stage.ledger()] == [became_rich]
    await stage.agrees()


async def test_without_such_a_timer_the_rules_own_working_hours_count(stage: Stage) -> None:
    amy, bob, _ = stage.reps
    await stage.rules(on(CONTACT))
    stage.at(hours=7)  # Monday 17:00; eight working hours are over on Tuesday at 16:00
    mine, others = await stage.claimed(amy), await stage.claimed(bob)
    stage.at(hours=29.9)
    await stage.call(mine, amy)
    stage.at(hours=30)
    await stage.call(others, bob)
    assert await stage.points(amy) == [(CONTACT, 5)]
    assert await stage.points(bob) == []


async def test_a_first_contact_that_is_none_earns_nothing(stage: Stage) -> None:
    amy, bob, _ = stage.reps
    await stage.rules(on(CONTACT))
    noted, called, passed = [await stage.claimed(amy) for _ in range(3)]
    stage.at(hours=1)
    await stage.call(noted, amy, kind="note")  # doesn't count
    (created,) = await stage.world.customers(1, stage.pool, amy.person_id, stage.database.now)
    stage.at(hours=2)
    await stage.call(created, amy)  # never claimed
    async with stage.world.transaction() as conn:
        await transfer(conn, stage.admin, [passed], owner_id=bob.person_id or 0)
    await stage.call(passed, bob)  # claimed by somebody else
    assert await stage.points() == []
    await stage.call(called, amy)
    assert await stage.points() == [(CONTACT, 5)]


async def test_a_voided_first_contact_is_taken_back_and_the_next_one_in_time_earns(stage: Stage) -> None:
    amy, *_ = stage.reps
    await stage.rules(on(CONTACT))
    customer = await stage.claimed(amy)
    stage.at(hours=1)
    call = await stage.call(customer, amy)
    assert await stage.points() == [(CONTACT, 5)]
    stage.at(hours=2)
    await stage.void(customer, call)
    assert await stage.points() == [(CONTACT, 5), (CONTACT, -5)]
    earned, back = await stage.ledger()
    assert (back["reverses"], back["why"]["by"], back["at"]) == (earned["id"], "void_follow_up", earned["at"])
    stage.at(hours=3)
    await stage.call(customer, amy)
    assert await stage.points() == [(CONTACT, 5), (CONTACT, -5), (CONTACT, 5)]
    await stage.agrees()


async def test_what_is_in_time_is_decided_once_whatever_the_calendar_says_later(stage: Stage) -> None:
    amy, *_ = stage.reps
    await stage.rules(on(CONTACT))
    stage.at(hours=7)
    customer = await stage.claimed(amy)
    assert await stage.points() == []
    async with stage.world.transaction() as conn:  # another working Saturday and no Tuesday: it would be in time
        await set_day(conn, stage.admin, date(2026, 3, 3), works=False, note="", now=stage.database.now)
    stage.at(hours=31)
    await stage.call(customer, amy)
    assert await stage.points() == []
    await stage.agrees()


async def test_a_deal_won_from_the_pool_earns_more_for_its_amount_up_to_the_most(stage: Stage) -> None:
    amy, bob, _ = stage.reps
    await stage.rules(on(WON))
    for amount in (None, 9_999, 35_000, 9_000_000):
        await stage.win(await stage.claimed(amy), amy, amount)
    (own,) = await stage.world.customers(1, stage.pool, bob.person_id, stage.database.now)
    await stage.win(own, bob, 50_000)  # not from the pool
    assert await stage.points() == [(WON, 20), (WON, 20), (WON, 23), (WON, 70)]
    await stage.agrees()


async def test_a_record_that_its_owner_completes_earns_once_a_spell_and_season(stage: Stage) -> None:
    amy, bob, _ = stage.reps
    await stage.rules(on(COMPLETE))
    await stage.season(date(2026, 3, 1), date(2026, 3, 31))
    customer = await stage.claimed(amy)
    await stage.edit(customer, amy, industry="制造")
    assert await stage.points() == []
    await stage.edit(customer, amy, phones=["13800000000"], level="A")
    assert await stage.points() == [(COMPLETE, 3)]
    (row,) = await stage.ledger()
    assert row["why"]["fields"] == ["industry", "phones"]
    stage.at(days=1)
    await stage.edit(customer, amy, industry=None)
    await stage.edit(customer, amy, industry="物流")
    filled = await stage.claimed(bob, industry="制造", phones=["13800000001"])
    await stage.edit(filled, bob, industry="物流")  # was complete
    helped = await stage.claimed(bob, industry="制造")
    await stage.edit(helped, stage.admin, phones=["13800000002"])  # by somebody else
    await stage.edit(helped, bob, industry="物流")
    assert await stage.points() == [(COMPLETE, 3)]
    await stage.agrees()


async def test_a_customer_lost_by_neglect_costs_and_one_that_was_looked_after_does_not(stage: Stage) -> None:
    amy, *_ = stage.reps
    await stage.world.policy(stage.pool, EVERYONE, at=MONDAY)
    await stage.rules(on(NEGLECT))
    neglected = await stage.claimed(amy)
    kept = await stage.claimed(amy)
    stage.at(days=9)
    await stage.call(kept, amy)
    stage.at(days=11)
    assert await stage.sweep() == [neglected]
    assert await stage.points() == [(NEGLECT, -4)]
    (row,) = await stage.ledger()
    assert (row["why"]["timers"], row["why"]["follow_ups"]) == (["follow_up"], 0)
    await stage.agrees()


async def test_a_customer_taken_for_another_reason_costs_nothing_once_it_was_followed_up(stage: Stage) -> None:
    amy, *_ = stage.reps
    await stage.world.policy(stage.pool, {"name": "所有", "timers": {"won": "10 days"}}, at=MONDAY)
    await stage.rules(on(NEGLECT))
    looked_after, untouched = await stage.claimed(amy), await stage.claimed(amy)
    stage.at(days=1)
    await stage.call(looked_after, amy)
    stage.at(days=11)
    assert await stage.sweep() == [looked_after, untouched]
    assert await stage.points() == [(NEGLECT, -4)]
    assert (await stage.ledger())[0]["customer_id"] == untouched


@pytest.mark.parametrize("how", ["undo", "appeal"])
async def test_a_recycle_that_is_undone_or_appealed_takes_its_minus_back(stage: Stage, how: str) -> None:
    amy, *_ = stage.reps
    await stage.world.policy(stage.pool, EVERYONE, at=MONDAY)
    await stage.rules(on(NEGLECT))
    customer = await stage.claimed(amy)
    stage.at(days=11)
    assert await stage.sweep() == [customer]
    assert await stage.points() == [(NEGLECT, -4)]
    await stage.settle()
    stage.at(days=11, hours=1)
    async with stage.world.transaction() as conn:
        if how == "appeal":
            request = await ask_appeal(conn, amy, customer, note="在跟进")
            assert [r.code for r in await decide(conn, stage.admin, [request], accept=True, note="")] == [None]
        else:
            undo = await start_undo(conn, stage.admin, await stage.newest_batch(), now=stage.database.now)
    if how == "undo":
        await carry_out(stage.database, stage.world.tenant_id, undo)
    assert await stage.points() == [(NEGLECT, -4), (NEGLECT, 4)]
    assert (await stage.ledger())[1]["why"]["by"] == how
    await stage.agrees()


async def test_a_change_of_the_rules_holds_from_then_on(stage: Stage) -> None:
    amy, *_ = stage.reps
    before = await stage.claimed(amy)
    await stage.win(before, amy)
    stage.at(hours=1)
    await stage.rules(on(WON))
    stage.at(hours=2)
    await stage.win(before, amy)
    stage.at(hours=3)
    await stage.rules(on(WON, won_from_pool={"points": 7}))
    stage.at(hours=4)
    await stage.win(before, amy)
    stage.at(hours=5)
    await stage.rules(on())
    stage.at(hours=6)
    await stage.win(before, amy)
    assert await stage.points() == [(WON, 20), (WON, 7)]
    assert [row["version"] for row in await stage.ledger()] == [1, 2]
    await stage.agrees()


async def test_counting_again_or_twice_at_once_adds_nothing(stage: Stage) -> None:
    amy, *_ = stage.reps
    await stage.rules(on(CONTACT, WON))
    for _ in range(5):
        customer = await stage.claimed(amy)
        await stage.call(customer, amy)
        await stage.win(customer, amy)
    await asyncio.gather(stage.count(), stage.count(), stage.count())
    assert len(await stage.ledger()) == 10
    async with stage.world.transaction() as conn:
        await run(conn, "UPDATE point_count SET settled = floor WHERE tenant_id = %s", (stage.world.tenant_id,))
    assert await stage.count() == 0
    assert len(await stage.ledger()) == 10


async def test_each_kind_of_event_is_found_when_all_before_it_is_counted_for_good(stage: Stage) -> None:
    amy, *_ = stage.reps
    await stage.world.policy(stage.pool, EVERYONE, at=MONDAY)
    await stage.rules(on(CONTACT, WON, COMPLETE, NEGLECT, complete_record={"fields": ["industry"]}))
    customer = await stage.claimed(amy)
    kept, lost = await stage.claimed(amy), await stage.claimed(amy)

    async def counted() -> list[tuple[str, int]]:
        """The rows of one step."""
        before = len(await stage.ledger())
        await stage.settle()
        return [(row["rule"], row["points"]) for row in (await stage.ledger())[before:]]

    assert await counted() == []
    stage.at(hours=1)
    call = await stage.call(customer, amy)
    assert await counted() == [(CONTACT, 5)]
    await stage.void(customer, call)
    assert await counted() == [(CONTACT, -5)]
    await stage.edit(customer, amy, industry="制造")
    assert await counted() == [(COMPLETE, 3)]
    await stage.win(customer, amy)
    assert await counted() == [(WON, 20)]
    stage.at(hours=2)
    for one in (customer, kept):
        await stage.call(one, amy)
    assert await counted() == [(CONTACT, 5), (CONTACT, 5)]
    stage.at(days=9)
    for one in (customer, kept):
        await stage.call(one, amy)
    stage.at(days=12)
    assert await stage.sweep() == [lost]
    assert await counted() == [(NEGLECT, -4)]
    batch = await stage.newest_batch()
    async with stage.world.transaction() as conn:
        undo = await start_undo(conn, stage.admin, batch, now=stage.database.now)
    await carry_out(stage.database, stage.world.tenant_id, undo)
    assert await counted() == [(NEGLECT, 4)]


async def test_an_event_that_commits_after_later_ones_were_counted_is_not_lost(stage: Stage) -> None:
    """Its id is lower than what was seen: whoever reads only "id > last seen" never sees it."""
    amy, bob, _ = stage.reps
    await stage.rules(on(WON))
    slow, quick = await stage.claimed(amy), await stage.claimed(bob)
    await stage.count()
    async with stage.world.transaction() as conn:
        deal = await open_deal(conn, amy, slow, NewDeal("合同"))
        await win_deal(conn, amy, slow, deal["id"], Edit())
        await stage.win(quick, bob)
        for _ in range(3):
            assert await stage.points() == [(WON, 20)]
        sql = "SELECT settled < (SELECT max(e.id) FROM event e WHERE e.tenant_id = n.tenant_id) FROM point_count n"
        async with stage.world.transaction() as other:
            assert await value(other, f"{sql} WHERE n.tenant_id = %s", (stage.world.tenant_id,))
    assert await stage.points() == [(WON, 20), (WON, 20)]
    for _ in range(3):
        await stage.count()
    async with stage.world.transaction() as other:
        assert not await value(other, f"{sql} WHERE n.tenant_id = %s", (stage.world.tenant_id,)), (
            "nothing is read again"
        )


async def test_a_batch_of_any_size_costs_the_same_statements(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    amy, bob, carl = stage.reps
    await stage.rules(on(CONTACT, WON))
    seen = []
    for n in (1, 9):
        for _ in range(n):
            for rep in (amy, bob, carl):
                customer = await stage.claimed(rep)
                await stage.call(customer, rep)
                await stage.win(customer, rep)
        with counted_statements(monkeypatch) as statements:
            await stage.count()
        seen.append(len(statements))
    assert seen[0] == seen[1] <= 25
    assert len(await stage.ledger()) == 60
