"""Seasons: their edges at local midnight, never two at once, and what may still be changed."""

from collections.abc import Awaitable
from datetime import date, datetime

import pytest

from gonghai.base.errors import ChangedMeanwhile, Forbidden, Refusal
from gonghai.incentives.leaderboard import people_board
from gonghai.incentives.reading import season_of
from gonghai.incentives.seasons import NewSeason, edit_season, get_season, remove_season, season_at
from gonghai.moves.release import release
from gonghai.people.calendar import tenant_calendar
from tests.incentives.stage import ZONE, Stage, on

MARCH = (date(2026, 3, 1), date(2026, 3, 31))
APRIL = (date(2026, 4, 1), date(2026, 4, 30))


async def refusal(work: Awaitable[object]) -> tuple[str, dict[str, object]]:
    with pytest.raises(Refusal) as caught:
        await work
    return caught.value.code, caught.value.data


async def edited(stage: Stage, season: int, first: date, last: date, name: str = "春季", version: int = 1) -> None:
    async with stage.world.transaction() as conn:
        new = NewSeason(name, first, last)
        await edit_season(conn, stage.admin, season, version, new, now=stage.database.now)


async def points_in(stage: Stage, season: int) -> int:
    async with stage.world.transaction() as conn:
        row = await get_season(conn, stage.world.tenant_id, season)
        of = season_of(row, await tenant_calendar(conn, stage.world.tenant_id))
        board = await people_board(conn, stage.admin, "all", (of.from_at, of.until_at), before=None, limit=9)
    return sum(row["points"] for row in board)


async def test_a_point_lies_in_the_season_of_its_local_day(stage: Stage) -> None:
    amy, *_ = stage.reps
    await stage.rules(on("won_from_pool"))
    march, april = await stage.season(*MARCH, "三月"), await stage.season(*APRIL, "四月")
    for at in ("2026-03-31T23:59:59.999999", "2026-04-01T00:00:00", "2026-04-30T23:59:59", "2026-05-01T00:00:00"):
        stage.database.now = datetime.fromisoformat(at).replace(tzinfo=ZONE)
        await stage.win(await stage.claimed(amy), amy)
    await stage.count()
    assert (await points_in(stage, march), await points_in(stage, april)) == (20, 40)


async def test_seasons_never_overlap_and_the_other_is_named(stage: Stage) -> None:
    season = await stage.season(*MARCH, "三月")
    other = await stage.season(*APRIL, "四月")
    told = {"id": str(season), "name": "三月", "first_day": "2026-03-01", "last_day": "2026-03-31"}
    assert await refusal(stage.season(date(2026, 3, 31), date(2026, 4, 2))) == ("season_overlaps", told)
    assert (await refusal(edited(stage, other, date(2026, 3, 31), date(2026, 4, 30))))[0] == "season_overlaps"
    assert (await refusal(edited(stage, season, date(2026, 3, 1), date(2026, 4, 1))))[0] == "season_overlaps"
    await edited(stage, season, *MARCH, name="三月冲刺")


async def test_what_has_begun_keeps_its_first_day_and_what_is_over_keeps_both(stage: Stage) -> None:
    season = await stage.season(*MARCH)
    assert (await refusal(edited(stage, season, date(2026, 3, 2), date(2026, 3, 31))))[0] == "season_begun"
    assert (await refusal(edited(stage, season, date(2026, 3, 1), date(2026, 2, 28))))[0] == "season_past"
    await edited(stage, season, date(2026, 3, 1), date(2026, 3, 2))  # closed today
    stage.at(days=1)
    assert (await refusal(edited(stage, season, date(2026, 3, 1), date(2026, 3, 9), version=2)))[0] == "season_over"
    await edited(stage, season, date(2026, 3, 1), date(2026, 3, 2), name="短", version=2)
    assert (await refusal(stage.season(date(2026, 3, 1), date(2026, 3, 2))))[0] == "season_past"
    assert (await refusal(stage.season(date(2026, 5, 2), date(2026, 5, 1))))[0] == "season_order"


async def test_only_a_season_to_come_is_taken_back_and_only_admins_may(stage: Stage) -> None:
    running, planned = await stage.season(*MARCH), await stage.season(*APRIL)
    async with stage.world.transaction() as conn:
        assert (await refusal(remove_season(conn, stage.admin, running, now=stage.database.now)))[0] == "season_begun"
    async with stage.world.transaction() as conn:
        await remove_season(conn, stage.admin, planned, now=stage.database.now)
    with pytest.raises(Forbidden):
        async with stage.world.transaction() as conn:
            await remove_season(conn, stage.boss, running, now=stage.database.now)
    with pytest.raises(ChangedMeanwhile):
        await edited(stage, running, *MARCH, version=7)


async def test_between_seasons_the_last_one_shows(stage: Stage) -> None:
    async with stage.world.transaction() as conn:
        assert await season_at(conn, stage.world.tenant_id, date(2026, 3, 2)) is None
    season = await stage.season(*MARCH)
    async with stage.world.transaction() as conn:
        for day in (date(2026, 3, 1), date(2026, 5, 1)):
            found = await season_at(conn, stage.world.tenant_id, day)
            assert found is not None
            assert found["id"] == season


async def test_a_season_set_up_later_counts_each_record_once_within_it(stage: Stage) -> None:
    """Two spells without any season earn once; once the second lies in a season of its own, it earns too."""
    amy, bob, _ = stage.reps
    await stage.rules(on("complete_record", complete_record={"fields": ["industry"]}))
    customer = await stage.claimed(amy)
    await stage.edit(customer, amy, industry="制造")
    stage.at(days=1)
    await stage.edit(customer, amy, industry=None)
    async with stage.world.transaction() as conn:
        await release(conn, amy, [customer], reason="no_need")
    await stage.claim(customer, bob)
    await stage.edit(customer, bob, industry="物流")
    assert len(await stage.points()) == 1
    await stage.season(date(2026, 3, 3), date(2026, 3, 31))
    assert [p for _, p in await stage.points(bob)] == [3]
    await stage.agrees()
