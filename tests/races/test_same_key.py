"""Worked example 12: a request sent twice with one Idempotency-Key moves once and is answered twice."""

from contextlib import AsyncExitStack

import httpx
import pytest
from fastapi import FastAPI

from gonghai.http import idempotency
from tests.fixtures.people import signed_in
from tests.moves.world import World
from tests.races.racing import Barrier, without

KEY = {"Idempotency-Key": "once-only"}


async def test_12_a_claim_sent_twice_at_once_is_one_claim_answered_twice(app: FastAPI, world: World) -> None:
    pool = await world.pool()
    amy = await world.company.person("amy")
    customer, other = await world.customers(2, pool)
    row = "SELECT FROM customer WHERE id = %s FOR UPDATE"
    async with await signed_in(app, world.company, amy) as browser:
        async with Barrier(world.company.owner_url, row, (customer,)) as barrier:
            barrier.start(*[browser.post(f"/customers/{customer}/claim", json={}, headers=KEY) for _ in range(2)])
            await barrier.waiting(2)
        print(f"one key twice: {barrier.waited} waited for a lock")
        answers: list[httpx.Response] = barrier.results
        assert [a.status_code for a in answers] == [200, 200]
        assert answers[0].json() == answers[1].json()
        # Hours later, when the claim itself would be refused, the same key still gets the same answer.
        again = await browser.post(f"/customers/{customer}/claim", json={}, headers=KEY)
        assert (again.status_code, again.json()) == (200, answers[0].json())
        assert (await browser.post(f"/customers/{customer}/claim", json={})).json()["code"] == "already_yours"
        reused = await browser.post(f"/customers/{other}/claim", json={}, headers=KEY)
        assert (reused.status_code, reused.json()["code"]) == (422, "idempotency_key_reused")
    assert [e["kind"] for e in await world.events(customer)] == ["create", "claim"]
    assert (await world.row(other))["state"] == "pooled"


async def test_12_the_same_key_with_another_body_is_refused(app: FastAPI, world: World) -> None:
    pool = await world.pool()
    amy = await world.company.person("amy")
    first, second = await world.customers(2, pool)
    async with await signed_in(app, world.company, amy) as browser:
        bodies = [{"customer_ids": [str(first)]}, {"customer_ids": [str(second)]}]
        answers = [await browser.post(f"/pools/{pool}/claims", json=body, headers=KEY) for body in bodies]
    assert [a.status_code for a in answers] == [200, 422]
    assert answers[1].json()["code"] == "idempotency_key_reused"
    assert (await world.row(second))["state"] == "pooled"


async def test_12_a_refusal_is_an_answer_too(app: FastAPI, world: World) -> None:
    pool = await world.pool(daily_quota=0)
    amy = await world.company.person("amy")
    (customer,) = await world.customers(1, pool)
    row = "SELECT FROM person WHERE id = %s FOR UPDATE"
    async with await signed_in(app, world.company, amy) as browser:
        async with Barrier(world.company.owner_url, row, (amy,)) as barrier:
            barrier.start(*[browser.post(f"/customers/{customer}/claim", json={}, headers=KEY) for _ in range(2)])
            await barrier.waiting(2)
    assert [(a.status_code, a.json()["code"]) for a in barrier.results] == [(409, "daily_quota")] * 2
    assert barrier.results[0].headers["content-type"] == barrier.results[1].headers["content-type"]


async def _created_twice(app: FastAPI, world: World) -> list[httpx.Response]:
    pool = await world.pool()
    amy = await world.company.person("amy")
    body = {"name": "远洋科技", "pool_id": str(pool), "owner": "me", "despite_duplicate": "另一家"}
    row = "SELECT FROM person WHERE id = %s FOR UPDATE"
    async with AsyncExitStack() as stack:
        browser = await stack.enter_async_context(await signed_in(app, world.company, amy))
        async with Barrier(world.company.owner_url, row, (amy,)) as barrier:
            barrier.start(*[browser.post("/customers", json=body, headers=KEY) for _ in range(2)])
            await barrier.waiting(2)
    return barrier.results


async def test_12_a_customer_is_created_once_and_the_answer_is_that_of_a_creation(app: FastAPI, world: World) -> None:
    answers = await _created_twice(app, world)
    assert [a.status_code for a in answers] == [201, 201]
    assert len({a.json()["id"] for a in answers}) == 1
    assert (await world.verify()).customers == 1


async def test_without_looking_at_the_key_a_customer_is_created_twice(
    app: FastAPI, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(monkeypatch, idempotency._begin, "if mine:", "if True:")
    answers = await _created_twice(app, world)
    assert len({a.json()["id"] for a in answers}) == 2
    assert (await world.verify()).customers == 2
