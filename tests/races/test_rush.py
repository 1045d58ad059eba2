"""9:00: a hundred people click two hundred customers at once. One winner each, limits exact, and every loser told right."""

import asyncio
import random
from collections import Counter

import httpx
from fastapi import FastAPI

from gonghai.base.database import rows
from tests.fixtures.people import signed_in
from tests.moves.world import World
from tests.races.racing import Barrier

PEOPLE, CUSTOMERS, QUOTA, SEEN = 100, 200, 3, 20


async def test_a_rush_has_one_winner_each_exact_limits_and_honest_answers(
    app: FastAPI, world: World, migrated_url: str
) -> None:
    pool = await world.pool(daily_quota=QUOTA, untouched_cap=QUOTA + 1, cooldown_days=7)
    people = [await world.company.person(f"rep{n}") for n in range(PEOPLE)]
    browsers = {person: await signed_in(app, world.company, person) for person in people}
    free = set(await world.customers(CUSTOMERS, pool))
    answers: list[tuple[int, int, httpx.Response]] = []
    chance = random.Random(900)

    async def rush(person: int) -> None:
        """Clicks what is on top of a page that shows what is known to be gone, until one's limit or the end."""
        while free:
            customer = chance.choice(sorted(free)[:SEEN])
            answer = await browsers[person].post(f"/customers/{customer}/claim")
            answers.append((person, customer, answer))
            if answer.status_code == 409 and answer.json()["code"] == "daily_quota":
                return
            free.discard(customer)

    # Nobody gets through until many wait at the pool's door.
    async with Barrier(migrated_url, "LOCK TABLE spell IN SHARE MODE") as barrier:
        barrier.start(*(rush(person) for person in people))
        await barrier.waiting(SEEN)
    assert [each for each in barrier.results if each is not None] == []
    assert barrier.waited >= SEEN

    won = {customer: person for person, customer, answer in answers if answer.status_code == 200}
    assert len(won) == sum(answer.status_code == 200 for _, _, answer in answers) == CUSTOMERS
    per_person = Counter(won.values())
    assert max(per_person.values()) == QUOTA
    codes = Counter(answer.json()["code"] for _, _, answer in answers if answer.status_code != 200)
    assert set(codes) <= {"already_claimed", "daily_quota"}, codes
    assert codes["already_claimed"] > 0
    for person, customer, answer in answers:
        if answer.status_code == 200:
            continue
        said = answer.json()
        if said["code"] == "already_claimed":
            assert said["data"]["owner"]["id"] == str(won[customer]) != str(person)
        else:
            assert (said["data"]["used"], said["data"]["limit"]) == (QUOTA, QUOTA) == (per_person[person], QUOTA)
    async with world.transaction() as conn:
        found = await rows(
            conn,
            "SELECT c.id, c.owner_id, (SELECT count(*) FROM spell s WHERE s.tenant_id = c.tenant_id"
            " AND s.customer_id = c.id) AS spells FROM customer c WHERE c.tenant_id = %s",
            (world.tenant_id,),
        )
    assert {row["id"]: row["owner_id"] for row in found} == won
    assert {row["spells"] for row in found} == {1}
    assert (await world.verify()).differences == 0


async def test_a_repeated_click_is_told_that_the_customer_is_ones_own(app: FastAPI, world: World) -> None:
    pool = await world.pool()
    rep = await world.company.person("rep")
    (customer,) = await world.customers(1, pool)
    browser = await signed_in(app, world.company, rep)
    both = await asyncio.gather(*(browser.post(f"/customers/{customer}/claim") for _ in range(2)))
    assert sorted(answer.status_code for answer in both) == [200, 409]
    assert {answer.json()["code"] for answer in both if answer.status_code == 409} == {"already_yours"}
