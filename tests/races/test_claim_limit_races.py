"""Every counted rule of a claim at its limit: with one left, 64 requests at the same moment get exactly one."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from gonghai.base import clock
from gonghai.base.database import Database, rows, run
from gonghai.moves.claim import claim
from gonghai.moves.requests.decide import decide
from gonghai.pools.actions import Subject
from gonghai.pools.limit_actions import grant_override, set_limit
from tests.moves.world import World
from tests.races.racing import Barrier, without_in_sql

REQUESTS = 64
LEVEL_A = {"fact": "level", "is": "eq", "value": "A"}
LOCK_CLAIMER = "WHERE p.tenant_id = p_tenant AND p.id = p_person FOR NO KEY UPDATE"

# What each leaves: the pool's settings, what the claimer holds before (a level each), and the code of the others.
Rule = tuple[dict[str, Any], list[str], str]
RULES: dict[str, Rule] = {
    "daily_quota": ({"daily_quota": 1}, [], "daily_quota"),
    "min_interval": ({"min_interval_seconds": 86400}, [], "min_interval"),
    "holding_cap": ({"holding_cap": 3}, ["B", "B"], "holding_cap"),
    "holding_cap beside what doesn't count": (
        {"holding_cap": 3, "holding_exempt": LEVEL_A}, ["A", "A", "A", "B", "B"], "holding_cap",
    ),
    "untouched_cap": ({"untouched_cap": 1}, [], "untouched_cap"),
    "the company's cap": ({}, ["B", "B"], "holding_cap"),
    "a department's limit": ({}, [], "daily_quota"),
    "an override": ({"daily_quota": 0}, [], "daily_quota"),
}  # fmt: skip


async def _prepare(world: World, rule: str) -> tuple[int, list[int], str]:
    """The claimer with one left, 64 free customers, and the code that the others get."""
    settings, held, code = RULES[rule]
    pool = await world.pool(**{"untouched_cap": 1000, "daily_quota": 1000, **settings})
    person = await world.company.person("王磊")
    for level in held:
        await world.customers(1, pool, person, level=level)
    async with world.transaction() as conn:
        if rule == "the company's cap":
            await run(conn, "UPDATE tenant SET holding_cap = 3 WHERE id = %s", (world.tenant_id,))
        if rule == "a department's limit":
            subject = Subject("department", world.company.root_id)
            await set_limit(conn, world.company.system, pool, "daily_quota", subject, 1, now=clock.now())
        if rule == "an override":
            now = clock.now()
            await grant_override(
                conn, world.company.system, pool, "daily_quota", person, 1, from_at=now,
                until_at=now.replace(year=now.year + 1), why="试用", now=now,
            )  # fmt: skip
    return person, await world.customers(REQUESTS, pool), code


async def _rush(world: World, database: Database, rule: str, gate: Callable[[int], tuple[str, Any]]) -> Counter[str]:
    person, customers, _ = await _prepare(world, rule)

    async def attempt(customer: int) -> str:
        async with database.tenant(world.tenant_id) as conn:
            (result,) = await claim(conn, world.tenant_id, person, [customer], zone="Asia/Shanghai")
            return result.code or result.outcome

    async with Barrier(world.company.owner_url, *gate(person)) as barrier:
        barrier.start(*map(attempt, customers))
        await barrier.waiting(40)
    print(f"{rule}: {REQUESTS} requests, {barrier.waited} waited for a lock: {dict(Counter(barrier.results))}")
    assert barrier.waited >= 40
    return Counter(barrier.results)


@pytest.mark.parametrize("rule", RULES)
async def test_with_one_left_64_requests_at_once_get_exactly_one(world: World, rule: str) -> None:
    seen = await _rush(world, world.database, rule, lambda p: ("SELECT FROM person WHERE id = %s FOR UPDATE", (p,)))
    assert seen == {"claimed": 1, RULES[rule][2]: REQUESTS - 1}
    assert (await world.verify()).differences == 0


@pytest.mark.parametrize("rule", RULES)
async def test_without_the_claimers_lock_every_one_of_them_is_overrun(world: World, rule: str) -> None:
    async with without_in_sql(world.company.owner_url, {"claim": [LOCK_CLAIMER]}, size=48) as database:
        # Held when they have counted and are about to log.
        seen = await _rush(world, database, rule, lambda _: ("LOCK TABLE event IN SHARE MODE", ()))
    assert seen["claimed"] > 1


async def test_64_requests_granted_at_once_give_what_the_quota_has_left(world: World) -> None:
    pool = await world.pool(daily_quota=1, approval={"fact": "kind", "is": "eq", "value": "company"})
    person = await world.company.person("王磊")
    customers = await world.customers(REQUESTS, pool)
    boss = await world.admin()
    async with world.transaction() as conn:
        asked = await claim(conn, world.tenant_id, person, customers[:1], zone="Asia/Shanghai")
    requests = [int(r.data["request_id"]) for r in asked]
    for customer in customers[1:]:
        async with world.transaction() as conn:
            (result,) = await claim(conn, world.tenant_id, person, [customer], zone="Asia/Shanghai")
            requests.append(int(result.data["request_id"]))

    async def grants(request: int) -> str:
        async with world.transaction() as conn:
            (result,) = await decide(conn, boss, [request], accept=True)
            return result.code or result.outcome

    gate = "SELECT FROM person WHERE id = %s FOR UPDATE"
    async with Barrier(world.company.owner_url, gate, (person,)) as barrier:
        barrier.start(*map(grants, requests))
        await barrier.waiting(40)
    print(f"{REQUESTS} grants: {barrier.waited} waited for a lock")
    assert Counter(barrier.results) == {"accepted": 1, "daily_quota": REQUESTS - 1}
    async with world.transaction() as conn:
        open_ones = await rows(
            conn, "SELECT id FROM request WHERE tenant_id = %s AND state = 'open'", (world.tenant_id,)
        )
    assert len(open_ones) == REQUESTS - 1, "what a rule refuses now may be granted tomorrow"
    assert (await world.verify()).differences == 0


async def test_64_people_ask_for_one_customer_and_one_of_them_gets_it(world: World) -> None:
    pool = await world.pool(approval={"fact": "kind", "is": "eq", "value": "company"})
    (customer,) = await world.customers(1, pool)
    boss = await world.admin()
    requests = []
    for n in range(REQUESTS):
        person = await world.company.person(f"p{n}")
        async with world.transaction() as conn:
            (result,) = await claim(conn, world.tenant_id, person, [customer], zone="Asia/Shanghai")
            requests.append(int(result.data["request_id"]))

    async def grants(request: int) -> str:
        async with world.transaction() as conn:
            (result,) = await decide(conn, boss, [request], accept=True)
            return result.code or result.outcome

    gate = "SELECT FROM customer WHERE id = %s FOR UPDATE"
    async with Barrier(world.company.owner_url, gate, (customer,)) as barrier:
        barrier.start(*map(grants, requests))
        await barrier.waiting(40)
    seen = Counter(barrier.results)
    assert seen == {"accepted": 1, "request_lapsed": REQUESTS - 1}
    assert (await world.verify()).differences == 0
