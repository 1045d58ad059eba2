"""Deputies named at once: no two make a ring that neither alone would, and nobody gets two."""

from datetime import timedelta
from typing import Any

import pytest

from gonghai.base import clock
from gonghai.base.errors import Refusal
from gonghai.people import deputies
from tests.moves.world import World
from tests.races.racing import LOCK, Barrier, without

DAY = timedelta(days=1)
HOLD = "SELECT FROM tenant WHERE id = %s FOR UPDATE"


async def _named(world: World, person: int, deputy: int) -> Any:
    admin, now = await world.admin(), clock.now()
    async with world.transaction() as conn:
        return await deputies.set_deputy(conn, admin, person, deputy, now, now + DAY, now=now)


async def _at_once(world: World, pairs: list[tuple[int, int]]) -> list[str]:
    async with Barrier(world.company.owner_url, HOLD, (world.tenant_id,)) as barrier:
        barrier.start(*(_named(world, person, deputy) for person, deputy in pairs))
        await barrier.waiting(len(pairs))
    return sorted(r.code if isinstance(r, Refusal) else "named" for r in barrier.results)


async def _people(world: World, n: int) -> list[int]:
    return [await world.company.person(f"p{i}") for i in range(n)]


async def test_three_named_at_once_make_no_ring(world: World) -> None:
    a, b, c = await _people(world, 3)
    assert await _at_once(world, [(a, b), (b, c), (c, a)]) == ["deputy_circular", "named", "named"]


async def test_nobody_gets_two_deputies_at_once(world: World) -> None:
    a, b, c = await _people(world, 3)
    assert await _at_once(world, [(a, b), (a, c)]) == ["deputies_overlap", "named"]


async def test_without_the_tenants_lock_there_would_be_a_ring(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    a, b, c = await _people(world, 3)
    without(monkeypatch, deputies.lock_tenant, LOCK)
    admin, now = await world.admin(), clock.now()

    async def named(person: int, deputy: int) -> Any:
        async with world.transaction() as conn:
            return await deputies.set_deputy(conn, admin, person, deputy, now, now + DAY, now=now)

    # Each waits before it writes what the others can't see yet.
    async with Barrier(world.company.owner_url, "LOCK TABLE deputy IN EXCLUSIVE MODE") as barrier:
        barrier.start(*(named(person, deputy) for person, deputy in [(a, b), (b, c), (c, a)]))
        await barrier.waiting(3)
    assert not [r for r in barrier.results if isinstance(r, Exception)]
