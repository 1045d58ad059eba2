"""Worked example 7 under pressure: nobody who has left owns a customer, whoever gives them one meanwhile."""

import pytest

from gonghai.base import clock
from gonghai.base.errors import Refusal
from gonghai.moves.assign import assign
from gonghai.moves.claim import claim
from gonghai.moves.create import create
from gonghai.moves.hand_over import deactivate_person
from gonghai.moves.receivers import lock_receiver
from gonghai.moves.results import only
from gonghai.moves.transfer import transfer
from tests.moves.world import World
from tests.races.racing import LOCK, Barrier, without


async def _deactivate(world: World, person_id: int) -> int:
    boss = await world.admin()
    async with world.transaction() as conn:
        return await deactivate_person(conn, boss, person_id, now=clock.now())


async def _assign(world: World, customer: int, person_id: int) -> str:
    boss = await world.admin()
    async with world.transaction() as conn:
        return only(await assign(conn, boss, [customer], owner_id=person_id)).outcome


async def test_7_whoever_gives_a_leaver_customers_at_that_instant_leaves_none_behind(world: World) -> None:
    pool = await world.pool(transfer_needs_acceptance=False)
    leaver, friend = await world.rep("leaver"), await world.rep("friend")
    who = leaver.person_id or 0
    customers = await world.customers(16, pool) + await world.customers(8, pool, friend.person_id)

    async def claims(customer: int) -> str:
        async with world.transaction() as conn:
            (result,) = await claim(conn, world.tenant_id, who, [customer], zone=leaver.zone)
            if result.code is not None:
                raise Refusal(result.code)
            return result.outcome

    async def passes(customer: int) -> str:
        async with world.transaction() as conn:
            return only(await transfer(conn, friend, [customer], owner_id=who)).outcome

    async def creates(name: str) -> str:
        async with world.transaction() as conn:
            await create(conn, leaver, {"name": name}, pool_id=pool, owner_id=who)
            return "created"

    async with Barrier(world.company.owner_url, "SELECT FROM person WHERE id = %s FOR UPDATE", (who,)) as barrier:
        for i in range(8):
            barrier.start(_assign(world, customers[i], who), claims(customers[8 + i]), passes(customers[16 + i]))
            barrier.start(creates(f"新{i}"))
            await barrier.waiting(4 * i + 4 + (i > 3))
            if i == 3:
                barrier.start(_deactivate(world, who))
                await barrier.waiting(4 * i + 5)
    print(f"32 gifts and a deactivation: {barrier.waited} waited for a lock")
    assert barrier.waited >= 33
    handed_over = barrier.results.pop(16)
    given = [r for r in barrier.results if isinstance(r, str)]
    refused = [r.code for r in barrier.results if not isinstance(r, str)]
    assert len(given) == handed_over
    assert set(refused) <= {"receiver_not_active", "not_active"}
    assert await _owned(world, who) == 0
    assert (await world.verify()).differences == 0


async def _owned(world: World, person_id: int) -> int:
    async with world.transaction() as conn:
        found = await conn.execute(
            "SELECT count(*) AS n FROM customer WHERE tenant_id = %s AND owner_id = %s", (world.tenant_id, person_id)
        )
        row = await found.fetchone()
    assert row is not None
    return int(row["n"])


async def _assignment_overtaken(world: World, leaver_waits: bool) -> int:
    """An assignment has checked its receiver and waits for its customer; how many the receiver, gone, then owns."""
    pool = await world.pool()
    leaver = (await world.rep("leaver")).person_id or 0
    (customer,) = await world.customers(1, pool)
    async with Barrier(
        world.company.owner_url, "SELECT FROM customer WHERE id = %s FOR UPDATE", (customer,)
    ) as barrier:
        barrier.start(_assign(world, customer, leaver))
        await barrier.waiting(1)
        if leaver_waits:
            barrier.start(_deactivate(world, leaver))
            await barrier.waiting(2)
        else:
            assert await _deactivate(world, leaver) == 0
    print(f"an assignment and a deactivation: {barrier.waited} waited for a lock")
    assert barrier.results == ["moved", 1][: len(barrier.results)]
    return await _owned(world, leaver)


async def test_7_a_deactivation_waits_for_an_assignment_under_way(world: World) -> None:
    assert await _assignment_overtaken(world, True) == 0


async def test_without_the_receivers_lock_somebody_who_left_owns_a_customer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(monkeypatch, lock_receiver, LOCK)
    assert await _assignment_overtaken(world, False) == 1
