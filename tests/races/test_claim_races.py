"""One winner and exact limits, with many at the same instant; and both broken as soon as their guard is gone."""

from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

import httpx
import psycopg
from fastapi import FastAPI

from gonghai.base.settings import Settings
from gonghai.http.app import create_app
from gonghai.moves.claim import claim
from tests.fixtures.people import signed_in
from tests.moves.world import World
from tests.races.conftest import CONNECTIONS
from tests.races.racing import Barrier, without_in_sql

# The guards of claiming as they stand in its SQL.
LOCK_CLAIMER = "WHERE p.tenant_id = p_tenant AND p.id = p_person FOR NO KEY UPDATE"
LOCK_CUSTOMER = "WHERE x.tenant_id = p_tenant AND x.id = customer_id FOR NO KEY UPDATE"
SAME_VERSION = " AND c.version = p_version AND c.state = 'pooled'"
ROWS = "SELECT FROM {} WHERE id = ANY (%s) FOR UPDATE"


async def _browsers(
    app: FastAPI, world: World, people: Sequence[int], stack: AsyncExitStack
) -> list[httpx.AsyncClient]:
    browsers = [await stack.enter_async_context(await signed_in(app, world.company, p)) for p in people]
    for browser in browsers:
        # Signing in is no part of the race.
        assert (await browser.get("/customers?scope=mine")).status_code == 200
    return browsers


async def _rush(app: FastAPI, world: World, people: int, waiting: int) -> tuple[Barrier, int]:
    """That many people claim one customer at once; the barrier with their answers, and the customer."""
    pool = await world.pool()
    (customer,) = await world.customers(1, pool)
    ids = [await world.company.person(f"p{i}") for i in range(people)]
    async with AsyncExitStack() as stack:
        browsers = await _browsers(app, world, ids, stack)
        async with Barrier(world.company.owner_url, ROWS.format("customer"), ([customer],)) as barrier:
            barrier.start(*[b.post(f"/customers/{customer}/claim", json={}) for b in browsers])
            await barrier.waiting(waiting)
    print(f"{people} people on one customer: {barrier.waited} waited for a lock")
    return barrier, customer


async def _claim_events(world: World, customers: Sequence[int]) -> int:
    return sum([[e["kind"] for e in await world.events(c)].count("claim") for c in customers])


async def test_10_of_a_hundred_people_on_one_customer_one_wins_and_the_others_are_told_who(
    app: FastAPI, world: World
) -> None:
    barrier, customer = await _rush(app, world, 100, CONNECTIONS - 2)
    assert barrier.waited >= CONNECTIONS - 2
    answers: list[httpx.Response] = barrier.results
    assert Counter(a.status_code for a in answers) == {200: 1, 409: 99}
    (winner,) = [a.json()["owner_id"] for a in answers if a.status_code == 200]
    told = {(a.json()["code"], a.json()["data"]["owner"]["id"]) for a in answers if a.status_code == 409}
    assert told == {("already_claimed", winner)}
    assert await _claim_events(world, [customer]) == 1
    assert (await world.verify()).differences == 0


async def _unguarded_rush(world: World, guards: dict[str, Sequence[str]], people: int = 40) -> tuple[list[Any], int]:
    """As many claim one customer at once through functions without these guards; their answers, the claim events."""
    pool = await world.pool()
    (customer,) = await world.customers(1, pool)
    ids = [await world.company.person(f"p{i}") for i in range(people)]
    owner_url = world.company.owner_url
    async with without_in_sql(owner_url, guards, size=CONNECTIONS) as database:

        async def attempt(person_id: int) -> str | None:
            async with database.tenant(world.tenant_id) as conn:
                (result,) = await claim(conn, world.tenant_id, person_id, [customer], zone="Asia/Shanghai")
                return result.code

        async with Barrier(owner_url, ROWS.format("customer"), ([customer],)) as barrier:
            barrier.start(*map(attempt, ids))
            await barrier.waiting(people - 2)
    print(f"{people} people on one customer without a guard: {barrier.waited} waited for a lock")
    return barrier.results, await _claim_events(world, [customer])


async def test_without_its_guards_a_rush_has_several_winners(world: World) -> None:
    results, events = await _unguarded_rush(world, {"claim": [LOCK_CUSTOMER], "open_spell": [SAME_VERSION]})
    assert results.count(None) == events > 1


async def test_without_the_customers_lock_losers_get_no_answer(world: World) -> None:
    results, events = await _unguarded_rush(world, {"claim": [LOCK_CUSTOMER]})
    assert results.count(None) == events == 1
    assert any(isinstance(result, psycopg.Error) for result in results)


async def _two_reps_with_one_left(app: FastAPI, world: World, gate: str | None = None) -> tuple[Barrier, Counter[str]]:
    """Each claims 64 different customers at once; how many customers each got. The gate is the claimers' rows."""
    pool = await world.pool(daily_quota=3)
    reps = [await world.company.person(name) for name in ("amy", "bob")]
    used = await world.customers(4, pool)
    wanted = [await world.customers(64, pool) for _ in reps]
    async with AsyncExitStack() as stack:
        browsers = await _browsers(app, world, reps, stack)
        for i, browser in enumerate(browsers):
            for customer in used[2 * i : 2 * i + 2]:
                assert (await browser.post(f"/customers/{customer}/claim", json={})).status_code == 200
        held = (gate, ()) if gate else (ROWS.format("person"), (reps,))
        async with Barrier(world.company.owner_url, *held) as barrier:
            for pair in zip(*wanted, strict=True):
                barrier.start(*[b.post(f"/customers/{c}/claim", json={}) for b, c in zip(browsers, pair, strict=True)])
            await barrier.waiting(CONNECTIONS - 2)
    print(f"128 claims of two reps: {barrier.waited} waited for a lock")
    return barrier, Counter(a.json()["owner_id"] for a in barrier.results if a.status_code == 200)


async def test_11_two_reps_with_one_left_get_exactly_one_each_of_64_at_once(app: FastAPI, world: World) -> None:
    barrier, got = await _two_reps_with_one_left(app, world)
    assert barrier.waited >= CONNECTIONS - 2
    assert sorted(got.values()) == [1, 1]
    refused = Counter(a.json()["code"] for a in barrier.results if a.status_code == 409)
    assert refused == {"daily_quota": 126}
    assert (await world.verify()).differences == 0


async def test_without_the_claimers_lock_a_quota_is_overrun(world: World) -> None:
    async with without_in_sql(world.company.owner_url, {"claim": [LOCK_CLAIMER]}, size=CONNECTIONS) as database:
        # Held when they have counted and are about to log.
        app = create_app(database, Settings())
        _, got = await _two_reps_with_one_left(app, world, "LOCK TABLE event IN SHARE MODE")
    assert sum(got.values()) >= CONNECTIONS - 2
