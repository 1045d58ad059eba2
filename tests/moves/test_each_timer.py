"""Each timer alone, in each unit, over every kind of history: the sweep takes a customer at the oracle's instant."""

from datetime import date, datetime, timedelta

import pytest

from gonghai.access.actor import Actor
from gonghai.activities.actions import NewFollowUp, record_follow_up, void_follow_up
from gonghai.base import clock
from gonghai.base.database import Conn
from gonghai.customers.record import edit, lock
from gonghai.deals.actions import Edit, NewDeal, adopt_deal, lose_deal, open_deal, win_deal
from gonghai.events.log import By
from gonghai.moves.claim import claim
from gonghai.moves.release import release
from gonghai.moves.transfer import transfer
from tests.moves.world import World
from tests.properties import oracle

MICROSECOND = timedelta(microseconds=1)


class Histories:
    """What a rep may have done with a customer claimed two days ago."""

    def __init__(self, rep: Actor, boss: Actor) -> None:
        self.rep, self.boss = rep, boss

    async def nothing(self, conn: Conn, customer: int) -> None:
        pass

    async def called(self, conn: Conn, customer: int) -> None:
        await record_follow_up(conn, self.rep, customer, NewFollowUp("call"))

    async def noted(self, conn: Conn, customer: int) -> None:
        await record_follow_up(conn, self.rep, customer, NewFollowUp("note"))

    async def called_late(self, conn: Conn, customer: int) -> None:
        await self.called(conn, customer)
        yesterday = clock.now() - timedelta(hours=20)
        await record_follow_up(conn, self.rep, customer, NewFollowUp("call", at=yesterday))

    async def called_in_vain(self, conn: Conn, customer: int) -> None:
        stored = await record_follow_up(conn, self.rep, customer, NewFollowUp("call"))
        await void_follow_up(conn, self.boss, customer, stored["id"], reason="没打")

    async def opened(self, conn: Conn, customer: int) -> int:
        deal_id: int = (await open_deal(conn, self.rep, customer, NewDeal("新单")))["id"]
        return deal_id

    async def lost(self, conn: Conn, customer: int) -> None:
        await lose_deal(conn, self.rep, customer, await self.opened(conn, customer), Edit())

    async def lost_one_of_two(self, conn: Conn, customer: int) -> None:
        await self.opened(conn, customer)
        await self.lost(conn, customer)

    async def won(self, conn: Conn, customer: int) -> None:
        await win_deal(conn, self.rep, customer, await self.opened(conn, customer), Edit())

    async def contracted(self, conn: Conn, customer: int) -> None:
        await self._ends_in(conn, customer, 3)

    async def contract_over(self, conn: Conn, customer: int) -> None:
        await self._ends_in(conn, customer, -100)

    async def _ends_in(self, conn: Conn, customer: int, days: int) -> None:
        ends = oracle.local_day(clock.now()) + days * oracle.DAY
        row = await lock(conn, self.rep.tenant_id, customer)
        await edit(conn, row, {"contract_end": ends}, by=By.person(self.rep.person_id), at=clock.now())


EVERY = [name for name in vars(Histories) if not name.startswith("_")]


@pytest.mark.parametrize("unit", ["hours", "days"])
@pytest.mark.parametrize("timer", ["first_contact", "follow_up", "deal", "won", "holding", "contract"])
async def test_a_sweep_takes_each_customer_at_its_instant_and_not_a_microsecond_before(
    world: World, timer: str, unit: str
) -> None:
    pool = await world.pool()
    rep = await world.rep("rep")
    claimed = clock.now() - timedelta(days=2)
    customers = await world.customers(len(EVERY), pool, rep.person_id, at=claimed)
    histories = Histories(rep, await world.admin())
    for customer, name in zip(customers, EVERY, strict=True):
        async with world.transaction() as conn:
            await getattr(histories, name)(conn, customer)
    published = claimed - timedelta(days=1)
    length = {"hours": 96, "days": 4}[unit]
    await world.policy(pool, {"name": "所有", "timers": {timer: {"n": length, "unit": unit}}}, at=published)
    version = oracle.Version(pool, published, [oracle.Rule(None, {timer: (length, unit)})])
    around = oracle.Surroundings([version], {}, {})
    await _sweep_at_each_instant(world, customers, around)


async def _sweep_at_each_instant(world: World, customers: list[int], around: oracle.Surroundings) -> None:
    instants: dict[int, datetime] = {}
    for customer in customers:
        found = oracle.effective(await world.events(customer), around, clock.now())
        if found:
            instants[customer] = found[0]
    for instant in sorted(set(instants.values())):
        assert await world.sweep(instant - MICROSECOND) == []
        assert await world.sweep(instant) == [c for c in customers if instants.get(c) == instant]
    kept = [c for c in customers if c not in instants]
    assert await world.sweep(clock.now() + timedelta(days=400)) == []
    assert [(await world.row(c))["state"] for c in kept] == ["owned"] * len(kept)


@pytest.mark.parametrize(("length", "unit"), [(3, "working_days"), (20, "working_hours")])
async def test_round_national_day_every_start_falls_due_at_the_instant_counted_day_by_day(
    world: World, length: int, unit: str
) -> None:
    pool = await world.pool()
    rep = await world.rep("rep")
    first = oracle.midnight(date(2026, 9, 17))
    starts = [first + timedelta(hours=17 * i, seconds=i) for i in range(36)]
    customers = [(await world.customers(1, pool, rep.person_id, at=at))[0] for at in starts]
    await world.policy(pool, {"name": "所有", "timers": {"holding": {"n": length, "unit": unit}}}, at=first)
    version = oracle.Version(pool, first, [oracle.Rule(None, {"holding": (length, unit)})])
    await _sweep_at_each_instant(world, customers, oracle.Surroundings([version], oracle.china_2026(), {}))


async def test_a_deal_of_an_earlier_spell_holds_the_timer_only_once_it_is_adopted(world: World) -> None:
    pool = await world.pool(cooldown_days=0)
    amy, bob = await world.rep("amy"), await world.rep("bob")
    boss = await world.admin()
    claimed = clock.now() - timedelta(days=2)
    adopted, ignored = await world.customers(2, pool, amy.person_id, at=claimed)
    await world.policy(pool, {"name": "所有", "timers": {"deal": "4 days"}}, at=claimed - timedelta(days=1))
    deals = []
    for customer in (adopted, ignored):
        async with world.transaction() as conn:
            deals.append((await open_deal(conn, amy, customer, NewDeal("旧单")))["id"])
    async with world.transaction() as conn:
        await release(conn, amy, [adopted, ignored], reason="other")
        await claim(conn, world.tenant_id, bob.person_id or 0, [adopted, ignored], zone=bob.zone)
        await adopt_deal(conn, bob, adopted, deals[0])
    assert await world.sweep(clock.now() + timedelta(days=9)) == [ignored]
    async with world.transaction() as conn:
        await transfer(conn, boss, [adopted], owner_id=amy.person_id or 0)
    assert await world.sweep(clock.now() + timedelta(days=9)) == [], "an open deal goes along with a manager's transfer"
    assert (await world.verify()).differences == 0
