"""What an undone move does to points and earned limits: as if it had never been made."""

from datetime import UTC, timedelta

import pytest
from fastapi import FastAPI

from gonghai.access.actor import Actor
from gonghai.incentives.earned import EarnedRule, Step, grant_tonight, set_earned_rule
from gonghai.moves.hand_over import hand_over
from gonghai.moves.hand_overs.ways import Asked
from gonghai.moves.undo import carry_out, start_undo
from tests.fixtures.people import signed_in
from tests.incentives.stage import EVERYONE, MONDAY, Stage, on

CONTACT, WON, COMPLETE, NEGLECT = (
    "first_contact_in_time", "won_from_pool", "complete_record", "recycled_by_neglect",
)  # fmt: skip
WAYS = ["heir", "pool"]


async def handed_over(stage: Stage, giver: Actor, heir: Actor, way: str = "heir") -> int:
    """The giver's whole book, to the heir or home; its batch."""
    assert giver.person_id is not None
    assert heir.person_id is not None
    asked = Asked("heirs", heirs=(heir.person_id,)) if way == "heir" else Asked("pools")
    async with stage.world.transaction() as conn:
        done = await hand_over(conn, stage.admin, giver.person_id, asked, now=stage.database.now)
    assert done.batch_id is not None
    return done.batch_id


async def undone(stage: Stage, batch: int) -> None:
    async with stage.world.transaction() as conn:
        undo = await start_undo(conn, stage.admin, batch, now=stage.database.now)
    await carry_out(stage.database, stage.world.tenant_id, undo)


async def owners(stage: Stage, *customers: int) -> set[int | None]:
    return {(await stage.world.row(customer))["owner_id"] for customer in customers}


@pytest.mark.parametrize("way", WAYS)
async def test_an_undone_hand_over_leaves_the_points_of_both_sides_and_the_giver_earns_on(
    stage: Stage, way: str
) -> None:
    amy, bob, _ = stage.reps
    await stage.rules(on(CONTACT, WON))
    called, waiting, own = await stage.claimed(amy), await stage.claimed(amy), await stage.claimed(bob)
    stage.at(hours=1)
    await stage.call(called, amy)
    await stage.win(own, bob)
    before = await stage.points()
    assert before == [(CONTACT, 5), (WON, 20)]
    stage.at(hours=2)
    batch = await handed_over(stage, amy, bob, way)
    assert await stage.points() == before
    stage.at(hours=3)
    await undone(stage, batch)
    assert await owners(stage, called, waiting) == {amy.person_id}
    assert await stage.points() == before
    # Of the claim before the hand-over: its deadline still runs, and it still is a customer from the pool.
    stage.at(hours=4)
    await stage.call(waiting, amy)
    await stage.win(waiting, amy)
    assert await stage.points() == [*before, (CONTACT, 5), (WON, 20)]
    assert {row["person_id"] for row in (await stage.ledger())[2:]} == {amy.person_id}
    await stage.agrees()


async def test_what_an_heir_did_before_the_hand_over_was_undone_earns_as_if_it_had_stood(stage: Stage) -> None:
    """An heir never claimed it, so nothing is earned for calls and wins; a record that they completed stays theirs."""
    amy, bob, _ = stage.reps
    await stage.rules(on(CONTACT, WON, COMPLETE))
    customer = await stage.claimed(amy)
    stage.at(hours=1)
    batch = await handed_over(stage, amy, bob)
    await stage.call(customer, bob)
    await stage.win(customer, bob)
    await stage.edit(customer, bob, industry="制造", phones=["13800000000"])
    assert await stage.points() == [(COMPLETE, 3)]
    stage.at(hours=2)
    await undone(stage, batch)
    assert await stage.points() == [(COMPLETE, 3)]
    assert (await stage.ledger())[0]["person_id"] == bob.person_id
    await stage.agrees()


@pytest.mark.parametrize("way", WAYS)
async def test_neglect_after_an_undone_hand_over_is_the_givers_and_knows_their_earlier_follow_ups(
    stage: Stage, way: str
) -> None:
    amy, bob, _ = stage.reps
    await stage.world.policy(stage.pool, {"name": "所有", "timers": {"won": "20 days"}}, at=MONDAY)
    await stage.rules(on(NEGLECT))
    looked_after, untouched = await stage.claimed(amy), await stage.claimed(amy)
    await stage.call(looked_after, amy)
    stage.at(days=1)
    await undone(stage, await handed_over(stage, amy, bob, way))
    stage.at(days=22)
    assert await stage.sweep() == [looked_after, untouched]
    assert await stage.points() == [(NEGLECT, -4)]
    (row,) = await stage.ledger()
    assert (row["person_id"], row["customer_id"]) == (amy.person_id, untouched)
    await stage.agrees()


async def test_an_heirs_neglect_is_taken_back_with_its_sweep_and_stays_theirs(stage: Stage) -> None:
    amy, bob, _ = stage.reps
    await stage.world.policy(stage.pool, EVERYONE, at=MONDAY)
    await stage.rules(on(NEGLECT))
    customer = await stage.claimed(amy)
    stage.at(days=1)
    await handed_over(stage, amy, bob)
    stage.at(days=12)
    assert await stage.sweep() == [customer]
    assert await stage.points(bob) == [(NEGLECT, -4)]
    swept = await stage.newest_batch()
    for _ in range(2):  # asked again, nothing more comes back
        await undone(stage, swept)
        assert await stage.points() == [(NEGLECT, -4), (NEGLECT, 4)]
    assert {row["person_id"] for row in await stage.ledger()} == {bob.person_id}
    await stage.agrees()


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("way", WAYS)
async def test_earned_limits_count_a_win_after_an_undone_hand_over_on_the_next_day(
    stage: Stage, way: str, times: int
) -> None:
    amy, bob, _ = stage.reps
    rule = EarnedRule(on=True, last=10, days=30, least=4, steps=(Step(50, 3),), most=50)
    mine = [await stage.claimed(amy) for _ in range(4)]
    async with stage.world.transaction() as conn:
        await set_earned_rule(conn, stage.admin, stage.pool, 0, rule, now=stage.database.now)
    for n in range(times):
        stage.at(hours=1 + n)
        await undone(stage, await handed_over(stage, amy, bob, way))
    await stage.win(mine[0], amy)
    assert await granted(stage, days=1) == 0  # one of four
    stage.at(days=1)
    await stage.win(mine[1], amy)
    assert await granted(stage, days=2) == 1  # two of four


async def test_earned_limits_count_no_win_of_an_heir_nor_of_a_later_spell_of_ones_own(stage: Stage) -> None:
    amy, bob, _ = stage.reps
    rule = EarnedRule(on=True, last=10, days=30, least=1, steps=(Step(1, 3),), most=50)
    customer = await stage.claimed(amy)
    async with stage.world.transaction() as conn:
        await set_earned_rule(conn, stage.admin, stage.pool, 0, rule, now=stage.database.now)
    await handed_over(stage, amy, bob)
    await stage.win(customer, bob)
    await handed_over(stage, bob, amy)
    await stage.win(customer, amy)  # by a hand-over of its own, which nobody undid
    assert await granted(stage, days=1) == 0


async def granted(stage: Stage, days: int) -> int:
    """How many have a higher limit after the first beat of that day."""
    stage.database.now = MONDAY.replace(hour=0, minute=4) + timedelta(days=days)
    async with stage.world.transaction() as conn:
        return await grant_tonight(conn, stage.world.tenant_id, now=stage.database.now)


async def test_the_board_says_until_when_it_counts(stage: Stage, app: FastAPI) -> None:
    boss = await signed_in(app, stage.company, stage.boss.person_id)
    assert (await boss.get("/incentives/leaderboard")).json()["counted_at"] is None  # no rules yet
    stage.at()
    await stage.rules(on(WON))
    for hours in (1, 2):  # also where nothing has happened since
        at = stage.at(hours=hours)
        await stage.count()
        assert (await boss.get("/incentives/leaderboard")).json()["counted_at"] == f"{at.astimezone(UTC):%FT%TZ}"
