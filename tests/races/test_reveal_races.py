"""A quota of reveals is exact with many requests of one person at one instant, and is overrun without its lock."""

from collections import Counter
from contextlib import AsyncExitStack

import pytest
from fastapi import FastAPI

from gonghai.base.database import value
from gonghai.customers import reveals
from tests.fixtures.people import signed_in
from tests.moves.world import World
from tests.races.conftest import CONNECTIONS
from tests.races.racing import LOCK, Barrier, without

ROWS = "SELECT FROM person WHERE id = ANY (%s) FOR UPDATE"


async def _one_left(app: FastAPI, world: World, gate: str | None = None) -> tuple[Barrier, int]:
    """A rep with one reveal left asks for 64 customers at once; the barrier, and how many reveals the log has."""
    pool = await world.pool(reveal_quota=3)
    rep = await world.company.person("amy")
    used, wanted = await world.customers(2, pool), await world.customers(64, pool)
    async with AsyncExitStack() as stack:
        browser = await stack.enter_async_context(await signed_in(app, world.company, rep))
        for customer in used:
            assert (await browser.post(f"/customers/{customer}/reveals", json={})).status_code == 200
        held = (gate, ()) if gate else (ROWS, ([rep],))
        async with Barrier(world.company.owner_url, *held) as barrier:
            barrier.start(*[browser.post(f"/customers/{c}/reveals", json={}) for c in wanted])
            await barrier.waiting(CONNECTIONS - 2)
    print(f"64 reveals with one left: {barrier.waited} waited for a lock")
    async with world.company.database.tenant(world.tenant_id) as conn:
        logged = await value(
            conn, "SELECT count(*) FROM event WHERE tenant_id = %s AND kind = 'reveal'", (world.tenant_id,)
        )
    return barrier, logged


async def test_with_one_left_64_requests_at_once_reveal_exactly_one(app: FastAPI, world: World) -> None:
    barrier, logged = await _one_left(app, world)
    assert barrier.waited >= CONNECTIONS - 2
    answers = Counter((a.status_code, a.json().get("code")) for a in barrier.results)
    assert answers == {(200, None): 1, (409, "reveal_quota"): 63}
    assert logged == 3


async def test_without_the_lock_a_quota_of_reveals_is_overrun(
    app: FastAPI, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(monkeypatch, reveals._lock_person, LOCK)
    # Held when they have counted and are about to log.
    _, logged = await _one_left(app, world, "LOCK TABLE event IN SHARE MODE")
    assert logged >= CONNECTIONS - 2
