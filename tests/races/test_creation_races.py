"""Two people who create the same company at the same instant: one does, the other is told."""

from collections import Counter
from contextlib import AsyncExitStack

import httpx
import pytest
from fastapi import FastAPI

from gonghai.customers import keys
from tests.fixtures.people import signed_in
from tests.moves.world import World
from tests.races.racing import Barrier, without

PEOPLE = 4


async def _created_at_once(app: FastAPI, world: World) -> list[httpx.Response]:
    """Several people, one company, into one pool; all wait for the pool's row and are let go together."""
    pool = await world.pool()
    async with AsyncExitStack() as stack:
        people = [await world.company.person(f"销售{n}") for n in range(PEOPLE)]
        browsers = [await stack.enter_async_context(await signed_in(app, world.company, p)) for p in people]
        row = "SELECT FROM pool WHERE id = %s FOR UPDATE"
        async with Barrier(world.company.owner_url, row, (pool,)) as barrier:
            names = ("远洋科技有限公司", "远洋科技（股份）有限公司")
            barrier.start(
                *[
                    b.post("/customers", json={"name": names[n % 2], "pool_id": str(pool)})
                    for n, b in enumerate(browsers)
                ]
            )
            await barrier.waiting(PEOPLE)
    print(f"{PEOPLE} creations at once: {barrier.waited} waited for a lock")
    return barrier.results


async def test_of_those_who_create_one_company_at_once_one_does_and_the_others_are_told(
    app: FastAPI, world: World
) -> None:
    answers = await _created_at_once(app, world)
    assert Counter(a.status_code for a in answers) == {201: 1, 409: PEOPLE - 1}
    (made,) = [a.json()["id"] for a in answers if a.status_code == 201]
    told = [a.json()["data"]["matches"] for a in answers if a.status_code == 409]
    assert [[match["id"] for match in matches] for matches in told] == [[made]] * (PEOPLE - 1)


async def test_without_the_lock_all_of_them_create_it(
    app: FastAPI, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(monkeypatch, keys.lock_creations, "pg_advisory_xact_lock(", "abs(")
    answers = await _created_at_once(app, world)
    assert Counter(a.status_code for a in answers)[201] > 1
