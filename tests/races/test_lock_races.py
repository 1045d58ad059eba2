"""Locks at once: an owner with one left in the quota gets one, however many are asked for at the same moment."""

from collections import Counter
from datetime import timedelta

import pytest

from gonghai.base import clock
from gonghai.moves import lock as locking
from gonghai.moves.lock import lock
from tests.moves.world import World
from tests.races.racing import LOCK, Barrier, without

ATTEMPTS = 20


async def _locks(world: World) -> tuple[Counter[str], int]:
    """Twenty requests, each for another customer of one owner who has locked 2 of 3."""
    pool = await world.pool(lock_quota=3)
    rep = await world.rep("销售")
    customers = await world.customers(ATTEMPTS + 2, pool, rep.person_id)
    until = clock.now() + timedelta(days=5)

    async def locks(*ids: int) -> str:
        async with world.transaction() as conn:
            result = (await lock(conn, rep, ids, until=until))[0]
            return result.code or result.outcome

    assert await locks(*customers[:2]) == "moved"
    # Whoever has counted waits here to write.
    async with Barrier(world.company.owner_url, "LOCK TABLE event IN SHARE MODE") as barrier:
        barrier.start(*(locks(customer) for customer in customers[2:]))
        await barrier.waiting(ATTEMPTS)
    return Counter(barrier.results), barrier.waited


async def test_one_place_left_in_the_quota_is_given_once(world: World) -> None:
    seen, waited = await _locks(world)
    print(f"{ATTEMPTS} locks: {waited} waited for a lock")
    assert waited >= ATTEMPTS
    assert seen == {"moved": 1, "lock_quota": ATTEMPTS - 1}
    assert (await world.verify()).differences == 0


async def test_without_the_owners_lock_the_quota_is_overrun(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, locking._limits, LOCK)
    seen, _ = await _locks(world)
    assert seen["moved"] > 1
