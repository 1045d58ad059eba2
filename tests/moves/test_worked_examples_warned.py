"""The worked examples in which owners are warned, in pools with the notice floor, on a clock that the tests set."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from psycopg.rows import DictRow

from gonghai.activities.actions import NewFollowUp, record_follow_up
from gonghai.base.database import rows
from gonghai.deals.actions import Edit, NewDeal, open_deal, win_deal
from gonghai.moves.results import only
from gonghai.moves.transfer import transfer
from tests.fixtures.people import Company, make_company
from tests.moves.test_worked_examples import everyone, local
from tests.moves.world import World
from tests.properties.travel import Travelling, travel_possible


class Travellers(World):
    """A company whose clock stands where the test puts it, in pools with the notice floor."""

    def __init__(self, company: Company, travelling: Travelling) -> None:
        super().__init__(company)
        self._travelling = travelling

    def at(self, instant: str | datetime) -> datetime:
        """Puts the clock there."""
        self._travelling.now = local(instant) if isinstance(instant, str) else instant
        return self._travelling.now

    async def warnings(self, customer: int) -> list[DictRow]:
        sql = "SELECT * FROM warning WHERE tenant_id = %s AND customer_id = %s ORDER BY at"
        async with self.transaction() as conn:
            return await rows(conn, sql, (self.tenant_id, customer))

    async def told(self, customer: int) -> list[tuple[str, int]]:
        """Which step, and to whom."""
        return [(w["step"], w["owner_id"]) for w in await self.warnings(customer)]


@pytest.fixture
async def travellers(migrated_url: str) -> AsyncIterator[Travellers]:
    with travel_possible(migrated_url):
        database = Travelling(migrated_url)
        database.now = local("2026-09-01 00:00")
        async with database:
            yield Travellers(await make_company(database, migrated_url), database)


@pytest.mark.parametrize(
    ("warned", "left", "taken"),
    [
        # In time: on the make-up Saturday before it opens, so that this day itself is the notice.
        ("2026-10-10 00:10", "2026-10-10 23:00", "2026-10-11 00:01"),
        # The sweeps stood still; late on Saturday it must wait until the end of Monday.
        ("2026-10-10 23:00", "2026-10-12 23:59:59.999999", "2026-10-13 00:00"),
    ],
)
async def test_1_warned_a_working_day_before(travellers: Travellers, warned: str, left: str, taken: str) -> None:
    pool = await travellers.pool(notice_floor=True)
    amy = await travellers.rep("amy")
    await travellers.policy(pool, everyone(follow_up="3 working days"), at=local("2026-09-01 00:00"))
    (customer,) = await travellers.customers(1, pool, at=local("2026-09-02 00:00"))
    await travellers.claimed(customer, amy.person_id or 0, local("2026-09-30 10:00"))
    for text in ("2026-10-09 23:50", warned, "2026-10-10 23:10", left):
        assert await travellers.sweep(travellers.at(text)) == []
    assert await travellers.told(customer) == [("1", amy.person_id)], "once, and no sooner than a day before"
    (warning,) = await travellers.warnings(customer)
    assert (warning["at"], warning["last"]) == (local(warned), True)
    assert await travellers.sweep(travellers.at(taken)) == [customer]
    assert (await travellers.verify()).differences == 0


@pytest.mark.parametrize(
    ("found", "ends"),
    [
        ("2026-11-25 00:05", "2026-11-26 00:00"),  # a Wednesday that opens after the warning
        ("2026-11-25 10:00", "2026-11-27 00:00"),  # it is open already: Thursday
        ("2026-11-27 18:30", "2026-12-01 00:00"),  # Friday evening: Monday
    ],
)
async def test_4_who_slips_into_another_segment_is_warned_now_and_not_taken_tonight(
    travellers: Travellers, found: str, ends: str
) -> None:
    pool = await travellers.pool(notice_floor=True)
    amy = await travellers.rep("amy")
    recent = {"fact": "last_win_at", "is": "within_days", "value": 365}
    won = {"name": "一年内成交", "when": recent, "timers": {}}
    await travellers.policy(pool, won, everyone(follow_up="30 days"), at=local("2025-01-01 00:00"))
    (customer,) = await travellers.customers(1, pool, amy.person_id, at=local("2025-10-01 09:00"))
    async with travellers.transaction() as conn:
        deal = (await open_deal(conn, amy, customer, NewDeal("年度框架")))["id"]
    travellers.at("2025-11-24 15:00")
    async with travellers.transaction() as conn:
        await win_deal(conn, amy, customer, deal, Edit())
    travellers.at("2026-05-09 11:00")  # 200 days before
    async with travellers.transaction() as conn:
        await record_follow_up(conn, amy, customer, NewFollowUp("call"))
    assert await travellers.sweep(travellers.at("2026-11-24 23:59:59.999999")) == []
    assert await travellers.told(customer) == [], "it is won within a year, until midnight"
    assert await travellers.sweep(travellers.at(found)) == []
    assert await travellers.told(customer) == [("due", amy.person_id)]
    assert (await travellers.row(customer))["notice_until"] == local(ends)
    assert await travellers.sweep(travellers.at(local(ends) - timedelta(microseconds=1))) == []
    assert await travellers.sweep(travellers.at(ends)) == [customer]
    assert await travellers.told(customer) == [("due", amy.person_id)]
    assert (await travellers.verify()).differences == 0


async def test_6_the_friend_has_the_notice_along_and_is_told_too(travellers: Travellers) -> None:
    pool = await travellers.pool(notice_floor=True, transfer_needs_acceptance=False)
    amy, bob = await travellers.rep("amy"), await travellers.rep("bob")
    await travellers.policy(pool, everyone(follow_up="30 days"), at=local("2026-10-01 00:00"))
    (customer,) = await travellers.customers(1, pool, at=local("2026-10-20 09:00"))
    await travellers.claimed(customer, amy.person_id or 0, local("2026-11-02 10:00"))
    assert await travellers.sweep(travellers.at("2026-11-30 08:00")) == [], "day 28: three days are left at midnight"
    assert await travellers.told(customer) == [("3", amy.person_id)]
    travellers.at("2026-12-01 11:00")
    async with travellers.transaction() as conn:
        only(await transfer(conn, amy, [customer], owner_id=bob.person_id or 0))
    row = await travellers.row(customer)
    assert (row["owner_id"], row["notice_until"]) == (bob.person_id, local("2026-12-01 00:00"))
    assert await travellers.sweep(travellers.at("2026-12-02 00:10")) == []
    assert await travellers.told(customer) == [("3", amy.person_id), ("1", bob.person_id)]
    assert await travellers.sweep(travellers.at("2026-12-02 23:59:59.999999")) == []
    assert await travellers.sweep(travellers.at("2026-12-03 00:00")) == [customer]
    assert (await travellers.verify()).differences == 0
