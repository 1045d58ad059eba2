"""Locks and protections: who sets them, within what, what they keep off, and what ending them does."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gonghai.access.actor import Actor
from gonghai.base import clock
from gonghai.base.database import run
from gonghai.base.errors import Forbidden
from gonghai.moves.lock import lock, unlock
from gonghai.moves.protect import protect, unprotect
from gonghai.moves.release import release
from gonghai.moves.results import Result
from gonghai.moves.transfer import transfer
from gonghai.workdays import Calendar, Length, add
from tests.fixtures.customers import counted_statements
from tests.moves.world import World

HOLDING = {"name": "所有", "timers": {"holding": "10 days"}}
LONG_AGO = timedelta(days=60)
CHINA = Calendar(ZoneInfo("Asia/Shanghai"))


class Desk:
    """A pool, a rep, the rep's manager, and a colleague of another department."""

    def __init__(self, world: World, pool: int, rep: Actor, boss: Actor, colleague: Actor) -> None:
        self.world, self.pool, self.rep, self.boss, self.colleague = world, pool, rep, boss, colleague

    async def mine(self, n: int = 1) -> list[int]:
        """Customers of the rep's whose deadline passed long ago."""
        return await self.world.customers(n, self.pool, self.rep.person_id, clock.now() - LONG_AGO)

    async def lock(self, who: Actor, ids: Sequence[int], until: datetime) -> list[Result]:
        async with self.world.transaction() as conn:
            return await lock(conn, who, ids, until=until)

    async def unlock(self, who: Actor, ids: Sequence[int]) -> list[Result]:
        async with self.world.transaction() as conn:
            return await unlock(conn, who, ids)

    async def protect(self, who: Actor, ids: Sequence[int], until: datetime) -> list[Result]:
        async with self.world.transaction() as conn:
            return await protect(conn, who, ids, until=until, reason="合同评审中")

    async def unprotect(self, who: Actor, ids: Sequence[int]) -> list[Result]:
        async with self.world.transaction() as conn:
            return await unprotect(conn, who, ids)

    async def warn(self, customer: int, until: datetime) -> None:
        """As if the owner had been told: the notice itself is another test's."""
        async with self.world.transaction() as conn:
            await run(conn, "UPDATE customer SET notice_until = %s WHERE id = %s", (until, customer))


async def desk(world: World, **settings: Any) -> Desk:
    pool = await world.pool(**settings)
    await world.policy(pool, HOLDING, at=clock.now() - timedelta(days=90))
    company = world.company
    boss = await company.person("经理", ("manager",))
    team = await company.department("销售一部", leads=[boss])
    rep = await company.person("销售", department_id=team)
    colleague = await company.person("同事")
    actors = [await company.actor(person) for person in (rep, boss, colleague)]
    return Desk(world, pool, *actors)


def codes(results: Sequence[Result]) -> list[str | None]:
    return [result.code for result in results]


def days(n: float) -> datetime:
    return clock.now() + timedelta(days=n)


async def test_a_locked_customer_is_not_taken_before_the_lock_and_its_grace_are_over(world: World) -> None:
    at = await desk(world)
    locked, other = await at.mine(2)
    until = days(10)
    assert codes(await at.lock(at.rep, [locked], until)) == [None]
    assert await world.sweep(clock.now()) == [other]
    ends = add(until, Length(2, "working_days"), CHINA)
    assert await world.sweep(ends - timedelta(seconds=1)) == []
    assert await world.sweep(ends) == [locked]
    assert (await world.verify()).differences == 0


async def test_the_quota_counts_per_home_pool_and_a_lock_renewed_counts_once(world: World) -> None:
    at = await desk(world, lock_quota=2)
    elsewhere = await world.pool("另一个公海", lock_quota=1)
    at.rep = await world.company.actor(at.rep.person_id or 0)
    three, (far,) = await at.mine(3), await world.customers(1, elsewhere, at.rep.person_id)
    results = await at.lock(at.rep, [*three, far], days(5))
    assert codes(results) == [None, None, "lock_quota", None]
    assert results[2].data == {"used": 2, "limit": 2}
    assert codes(await at.lock(at.rep, three[:1], days(6))) == [None]
    assert codes(await at.unlock(at.rep, three[:1])) == [None]
    assert codes(await at.lock(at.rep, three[2:], days(5))) == [None]
    assert (await world.verify()).differences == 0


async def test_a_lock_that_is_over_or_of_a_spell_that_ended_counts_no_more(world: World) -> None:
    at = await desk(world, lock_quota=1)
    first, second, third = await at.mine(3)
    await at.lock(at.rep, [first], days(3))
    async with world.transaction() as conn:
        assert codes(await release(conn, at.rep, [first], reason="other")) == [None], "also while locked"
    assert codes(await at.lock(at.rep, [second], days(3))) == [None]
    async with world.transaction() as conn:
        await run(conn, "UPDATE customer SET locked_until = %s WHERE id = %s", (days(-1), second))
    assert codes(await at.lock(at.rep, [third], days(3))) == [None]


async def test_a_managers_lock_is_not_refused_by_the_quota_but_counts(world: World) -> None:
    at = await desk(world, lock_quota=1)
    first, second, third = await at.mine(3)
    assert codes(await at.lock(at.boss, [first, second], days(3))) == [None, None]
    (refused,) = await at.lock(at.rep, [third], days(3))
    assert (refused.code, refused.data) == ("lock_quota", {"used": 2, "limit": 1})


async def test_a_lock_lasts_to_the_end_of_the_last_local_day_and_not_into_the_past(world: World) -> None:
    at = await desk(world, lock_most_days=30)
    (customer,) = await at.mine()
    longest = add(clock.now(), Length(30, "days"), CHINA)
    (refused,) = await at.lock(at.rep, [customer], longest + timedelta(days=1))
    assert (refused.code, refused.data) == ("lock_too_long", {"limit": 30})
    assert codes(await at.lock(at.boss, [customer], longest + timedelta(days=1))) == ["lock_too_long"]
    assert codes(await at.lock(at.rep, [customer], days(-1))) == ["until_past"]
    assert codes(await at.lock(at.rep, [customer], longest)) == [None]


async def test_unlocking_starts_the_lock_grace_and_voids_the_notice(world: World) -> None:
    at = await desk(world)
    (customer,) = await at.mine()
    await at.lock(at.rep, [customer], days(20))
    await at.warn(customer, days(1))
    assert codes(await at.unlock(at.rep, [customer])) == [None]
    row = await world.row(customer)
    event = (await world.events(customer))[-1]
    assert row["locked_until"] == event["at"] == datetime.fromisoformat(event["data"]["changes"]["locked_until"][1])
    assert row["notice_until"] is None
    ends = add(row["locked_until"], Length(2, "working_days"), CHINA)
    assert await world.sweep(ends - timedelta(seconds=1)) == []
    assert await world.sweep(ends) == [customer]
    assert codes(await at.unlock(at.rep, [customer])) == ["not_owned"], "the policy took it"


async def test_only_a_lock_that_runs_can_be_ended(world: World) -> None:
    at = await desk(world)
    (customer,) = await at.mine()
    assert codes(await at.unlock(at.rep, [customer])) == ["not_locked"]
    assert codes(await at.unprotect(at.boss, [customer])) == ["not_protected"]


async def test_a_protected_customer_is_not_taken_and_its_notice_is_void(world: World) -> None:
    at = await desk(world)
    protected, other = await at.mine(2)
    await at.warn(protected, days(1))
    until = days(7)
    assert codes(await at.protect(at.boss, [protected], until)) == [None]
    event = (await world.events(protected))[-1]
    assert (event["kind"], event["reason"], (await world.row(protected))["notice_until"]) == (
        "protect", "合同评审中", None,
    )  # fmt: skip
    assert await world.sweep(clock.now()) == [other]
    assert await world.sweep(until - timedelta(seconds=1)) == []
    assert await world.sweep(until) == [protected]


async def test_ending_a_protection_leaves_the_clocks_that_ran_on(world: World) -> None:
    at = await desk(world)
    (customer,) = await at.mine()
    await at.protect(at.boss, [customer], days(7))
    assert codes(await at.unprotect(at.boss, [customer])) == [None]
    assert [e["kind"] for e in await world.events(customer)] == ["create", "protect", "unprotect"]
    assert (await world.verify()).differences == 0
    assert await world.sweep(clock.now()) == [customer]


async def test_a_notice_given_for_a_protections_end_is_none_once_the_protection_is_ended(world: World) -> None:
    at = await desk(world, notice_floor=True)
    (customer,) = await at.mine()
    await at.protect(at.boss, [customer], days(7))
    await at.warn(customer, days(-1))
    assert codes(await at.unprotect(at.boss, [customer])) == [None]
    assert (await world.row(customer))["notice_until"] is None
    assert await world.sweep(clock.now()) == [], "told only that it goes in a week"


async def test_locks_are_the_owners_and_managers_protections_the_managers(world: World) -> None:
    at = await desk(world)
    (customer,) = await at.mine()
    (pooled,) = await world.customers(1, at.pool)
    for who, wanted in ((at.colleague, "not_found"), (at.boss, None), (at.rep, None)):
        assert codes(await at.lock(who, [customer], days(3))) == [wanted]
    assert codes(await at.protect(at.boss, [customer], days(3))) == [None]
    for action in (at.protect(at.rep, [customer], days(3)), at.unprotect(at.rep, [customer])):
        with pytest.raises(Forbidden):
            await action
    assert codes(await at.lock(at.rep, [pooled], days(3))) == ["not_owned"]


async def test_a_protection_beyond_five_years_is_a_slip_of_the_keyboard(world: World) -> None:
    at = await desk(world)
    (customer,) = await at.mine()
    assert codes(await at.protect(at.boss, [customer], datetime(2226, 1, 1, tzinfo=UTC))) == ["protection_too_long"]
    assert codes(await at.protect(at.boss, [customer], days(-1))) == ["until_past"]


async def test_a_transfer_by_the_owner_carries_lock_and_protection(world: World) -> None:
    at = await desk(world, transfer_needs_acceptance=False)
    (customer,) = await at.mine()
    await at.lock(at.rep, [customer], days(5))
    await at.protect(at.boss, [customer], days(6))
    before = await world.row(customer)
    async with world.transaction() as conn:
        assert codes(await transfer(conn, at.rep, [customer], owner_id=at.colleague.person_id or 0)) == [None]
    after = await world.row(customer)
    assert [after[n] for n in ("locked_until", "protected_until")] == [
        before[n] for n in ("locked_until", "protected_until")
    ]
    assert (await world.verify()).differences == 0


async def test_a_batch_takes_as_many_statements_for_fifty_as_for_two(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = await desk(world, lock_quota=100)
    few, many = await at.mine(2), await at.mine(50)
    for who, action in ((at.rep, at.lock), (at.boss, at.protect)):
        with counted_statements(monkeypatch) as for_few:
            assert codes(await action(who, few, days(3))) == [None] * 2
        with counted_statements(monkeypatch) as for_many:
            assert codes(await action(who, many, days(3))) == [None] * 50
        assert len(for_many) == len(for_few)
