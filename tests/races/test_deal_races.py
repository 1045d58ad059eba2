"""Dealing under a rush: everybody another customer, nobody in two offers, an answer counts once."""

from typing import Any

import psycopg
import pytest

from gonghai.access.actor import Actor
from gonghai.base.database import Database, rows, value
from gonghai.base.errors import Refusal
from gonghai.moves.assign import assign
from gonghai.moves.draws import carry_out
from gonghai.moves.draws.planning import lock_draw
from gonghai.moves.offers import answer, next_best
from tests.moves.world import World
from tests.races.racing import Barrier, without

PEOPLE = 40


async def _people(world: World, n: int) -> list[Actor]:
    return [await world.rep(f"rep{i}") for i in range(n)]


async def _ask(database: Database, actor: Actor, pool: int) -> int:
    async with database.tenant(actor.tenant_id) as conn:
        return await next_best.deal_next(conn, actor, pool)


async def _offered(world: World) -> list[int]:
    async with world.transaction() as conn:
        found = await rows(
            conn, "SELECT o.customer_id FROM offer o WHERE o.tenant_id = %s AND o.state = 'open'", (world.tenant_id,)
        )
    return [row["customer_id"] for row in found]


async def _rush(world: World, owner_url: str, pool: int, actors: list[Actor]) -> list[Any]:
    """All ask at the same moment: behind a lock of the table that offers are written into."""
    async with Barrier(owner_url, "LOCK TABLE offer IN EXCLUSIVE MODE") as barrier:
        barrier.start(*(_ask(world.database, actor, pool) for actor in actors))
        await barrier.waiting(len(actors))
    assert barrier.waited >= len(actors)
    return barrier.results


async def test_a_rush_is_dealt_as_many_customers_as_people(world: World, migrated_url: str) -> None:
    pool = await world.pool(mode="next_best")
    await world.customers(PEOPLE + 5, pool)
    actors = await _people(world, PEOPLE)
    results = await _rush(world, migrated_url, pool, actors)
    assert [r for r in results if not isinstance(r, int)] == []
    offered = await _offered(world)
    assert len(offered) == len(set(offered)) == PEOPLE


async def test_with_too_few_customers_each_is_dealt_once_and_the_others_are_told(
    world: World, migrated_url: str
) -> None:
    pool = await world.pool(mode="next_best")
    await world.customers(5, pool)
    results = await _rush(world, migrated_url, pool, await _people(world, 20))
    refused = [r for r in results if isinstance(r, Refusal)]
    assert {r.code for r in refused} == {"nothing_to_deal"}
    assert len(refused) == 15
    assert len(set(await _offered(world))) == 5


async def test_without_its_guards_the_same_customer_is_dealt_to_many(
    world: World, migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = await world.pool(mode="next_best")
    await world.customers(20, pool)
    actors = await _people(world, 10)
    monkeypatch.setattr(next_best, "_CANDIDATES", next_best._CANDIDATES.replace("FOR NO KEY UPDATE SKIP LOCKED", ""))
    monkeypatch.setattr(
        next_best,
        "_INSERT",
        next_best._INSERT.replace("ON CONFLICT (tenant_id, customer_id) WHERE state = 'open' DO NOTHING", ""),
    )
    async with await psycopg.AsyncConnection.connect(migrated_url, autocommit=True) as owner:
        await owner.execute("DROP INDEX offer_customer")
        try:
            await _rush(world, migrated_url, pool, actors)
            offered = await _offered(world)
        finally:
            await owner.execute("DELETE FROM offer WHERE tenant_id = %s", (world.tenant_id,))
            await owner.execute(
                "CREATE UNIQUE INDEX offer_customer ON offer (tenant_id, customer_id) WHERE state = 'open'"
            )
    assert len(set(offered)) < len(offered)


async def test_one_person_who_asks_often_has_one_offer(world: World, migrated_url: str) -> None:
    pool = await world.pool(mode="next_best")
    await world.customers(20, pool)
    (actor,) = await _people(world, 1)
    results = await _rush_of_one(world, migrated_url, pool, actor)
    assert len(set(results)) == 1
    assert len(await _offered(world)) == 1


async def _rush_of_one(world: World, owner_url: str, pool: int, actor: Actor) -> list[Any]:
    lock = "SELECT FROM person WHERE tenant_id = %s AND id = %s FOR NO KEY UPDATE"
    async with Barrier(owner_url, lock, (world.tenant_id, actor.person_id)) as barrier:
        barrier.start(*(_ask(world.database, actor, pool) for _ in range(16)))
        await barrier.waiting(16)
    return barrier.results


async def _answer(world: World, actor: Actor, offer: int, verb: str) -> Any:
    async with world.transaction() as conn:
        if verb == "accept":
            return await answer.accept(conn, actor, offer)
        return await answer.decline(conn, actor, offer, reason=None)


async def _assign(world: World, boss: Actor, customer: int) -> Any:
    async with world.transaction() as conn:
        (result,) = await assign(conn, boss, [customer], owner_id=boss.person_id or 0)
        return result.code


@pytest.mark.parametrize("verb", ["accept", "decline"])
async def test_an_offer_is_answered_once_however_often_at_once(world: World, migrated_url: str, verb: str) -> None:
    pool = await world.pool(mode="next_best", daily_quota=2, decline_cost=1)
    (customer,) = await world.customers(1, pool)
    (actor,) = await _people(world, 1)
    offer = await _ask(world.database, actor, pool)
    lock = "SELECT FROM customer WHERE tenant_id = %s AND id = %s FOR NO KEY UPDATE"
    async with Barrier(migrated_url, lock, (world.tenant_id, customer)) as barrier:
        barrier.start(*(_answer(world, actor, offer, verb) for _ in range(12)))
        await barrier.waiting(12)
    refused = [r.code for r in barrier.results if isinstance(r, Refusal)]
    assert len(refused) == 11
    assert set(refused) <= {"offer_answered", "offer_lost"}
    events = await world.events(customer)
    assert sum(e["kind"] == "claim" for e in events) == (verb == "accept")


async def test_accepting_beside_an_assignment_leaves_one_owner(world: World, migrated_url: str) -> None:
    pool = await world.pool(mode="next_best")
    boss = await world.admin()
    actors = await _people(world, 8)
    customers = await world.customers(8, pool)
    offers = [await _ask(world.database, actor, pool) for actor in actors]
    async with Barrier(migrated_url, "LOCK TABLE spell IN EXCLUSIVE MODE") as barrier:
        barrier.start(*(_answer(world, a, o, "accept") for a, o in zip(actors, offers, strict=True)))
        barrier.start(*(_assign(world, boss, c) for c in customers))
        await barrier.waiting(8)
    for customer in customers:
        moves = [e["kind"] for e in await world.events(customer) if e["kind"] in ("claim", "assign")]
        assert len(moves) == 1
    accepted, assigned = barrier.results[:8], barrier.results[8:]
    won = sum(not isinstance(r, BaseException) for r in accepted)
    assert won + sum(r is None for r in assigned) == 8
    assert {r.code for r in accepted if isinstance(r, Refusal)} <= {"offer_lost"}
    assert (await world.verify()).differences == 0


async def _deal_draw(database: Database, tenant_id: int, draw: int) -> bool:
    async with database.tenant(tenant_id) as conn:
        return await carry_out.deal_draw(conn, tenant_id, draw)


async def _closed_draw(world: World, pool: int, wishes: dict[int, list[int]]) -> int:
    """A draw whose window has just closed over these wishes; its id."""
    async with world.transaction() as conn:
        draw = await value(
            conn,
            "INSERT INTO draw (tenant_id, pool_id, opens_at, closes_at, seed, planned_at)"
            " VALUES (%s, %s, now() - interval '1 hour', now(), sha256('seed'), now()) RETURNING id",
            (world.tenant_id, pool),
        )
        for person, ids in wishes.items():
            await rows(
                conn,
                "INSERT INTO draw_wish (tenant_id, draw_id, person_id, place, customer_id)"
                " SELECT %s, %s, %s, x.place, x.id FROM unnest(%s::bigint[]) WITH ORDINALITY AS x (id, place) RETURNING 1",
                (world.tenant_id, draw, person, ids),
            )
    return int(draw)


async def _dealt_twice_at_once(world: World, owner_url: str) -> tuple[list[Any], list[int]]:
    pool = await world.pool(mode="draw")
    people = await _people(world, 4)
    ids = await world.customers(6, pool)
    draw = await _closed_draw(world, pool, {p.person_id or 0: ids for p in people})
    lock = "SELECT FROM pool WHERE tenant_id = %s AND id = %s FOR NO KEY UPDATE"
    async with Barrier(owner_url, lock, (world.tenant_id, pool)) as barrier:
        barrier.start(*(_deal_draw(world.database, world.tenant_id, draw) for _ in range(4)))
        await barrier.waiting(4)
    events = [sum(e["kind"] == "deal_draw" for e in await _draw_events(world, draw))]
    return barrier.results, events


async def _draw_events(world: World, draw: int) -> list[Any]:
    async with world.transaction() as conn:
        return await rows(
            conn,
            "SELECT e.kind FROM event e WHERE e.tenant_id = %s AND e.subject = 'draw' AND e.subject_id = %s",
            (world.tenant_id, draw),
        )


async def test_a_draw_that_several_jobs_deal_at_once_is_dealt_once(world: World, migrated_url: str) -> None:
    results, events = await _dealt_twice_at_once(world, migrated_url)
    assert sorted(results) == [False, False, False, True]
    assert events == [1]
    assert (await world.verify()).differences == 0


async def test_without_the_lock_of_its_row_a_draw_is_dealt_again(
    world: World, migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(monkeypatch, lock_draw, " FOR {strength}")
    results, events = await _dealt_twice_at_once(world, migrated_url)
    assert sum(r is True for r in results) > 1
    assert events[0] > 1


async def test_two_draws_of_a_pool_dealt_at_once_give_each_customer_to_one(world: World, migrated_url: str) -> None:
    pool = await world.pool(mode="draw", daily_quota=3)
    people = await _people(world, 5)
    ids = await world.customers(8, pool)
    wishes = {p.person_id or 0: ids for p in people}
    draws = [await _closed_draw(world, pool, wishes) for _ in range(2)]
    lock = "SELECT FROM pool WHERE tenant_id = %s AND id = %s FOR NO KEY UPDATE"
    async with Barrier(migrated_url, lock, (world.tenant_id, pool)) as barrier:
        barrier.start(*(_deal_draw(world.database, world.tenant_id, draw) for draw in draws))
        await barrier.waiting(2)
    assert barrier.results == [True, True]
    owners = [(await world.row(i))["owner_id"] for i in ids]
    assert None not in owners
    for customer in ids:
        assert sum(e["kind"] == "claim" for e in await world.events(customer)) == 1
    for person in people:
        assert owners.count(person.person_id) <= 3
    assert (await world.verify()).differences == 0
