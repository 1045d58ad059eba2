"""Different moves of one customer at one instant: each is made or refused with what is true then, none is lost."""

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from fastapi import FastAPI

from gonghai.base import clock
from gonghai.base.database import Conn
from gonghai.base.errors import Refusal
from gonghai.customers import ownership, record
from gonghai.moves import recycle
from gonghai.moves.assign import assign
from gonghai.moves.claim import claim
from gonghai.moves.close_pool import close_pool
from gonghai.moves.create import create
from gonghai.moves.hand_over import deactivate_person
from gonghai.moves.pool_moves import archive
from gonghai.moves.release import release
from gonghai.moves.results import only
from gonghai.moves.transfer import transfer
from tests.fixtures.people import signed_in
from tests.moves.world import World
from tests.races.racing import LOCK, Barrier, without

HOLD_CUSTOMERS = "LOCK TABLE customer IN EXCLUSIVE MODE"
Attempt = Callable[[Conn], Awaitable[Any]]


class Meeting:
    """One customer, owned by `owner` and due, and everything that may happen to it at once."""

    def __init__(self, world: World, pool: int, seed: int) -> None:
        self.world, self.pool, self.random = world, pool, random.Random(seed)

    async def prepare(self) -> None:
        world = self.world
        names = [f"{name}{self.random.random()}" for name in ("owner", "friend", "claimer")]
        self.owner, self.friend, self.claimer = [await world.rep(name) for name in names]
        self.boss = await world.admin()
        pooled = self.random.random() < 0.3
        held = None if pooled else self.owner.person_id
        (self.customer,) = await world.customers(1, self.pool, held, clock.now() - timedelta(days=20))
        async with world.transaction() as conn:
            self.run = await recycle.start_run(conn, world.tenant_id, pool_id=None, requested_by=None, now=clock.now())
        assert self.run is not None
        async with world.transaction() as conn:
            await recycle._select(conn, world.tenant_id, self.run)

    def attempts(self) -> list[Any]:
        """All of them in a random order, as coroutines."""
        ids, friend = [self.customer], self.friend.person_id or 0
        claimer, owner = self.claimer.person_id or 0, self.owner.person_id or 0
        tenant, zone = self.world.tenant_id, self.owner.zone
        made: list[Attempt] = [
            lambda conn: claim(conn, tenant, claimer, ids, zone=zone),
            lambda conn: claim(conn, tenant, owner, ids, zone=zone),
            lambda conn: assign(conn, self.boss, ids, owner_id=friend),
            lambda conn: assign(conn, self.boss, ids, owner_id=claimer),
            lambda conn: transfer(conn, self.owner, ids, owner_id=friend),
            lambda conn: transfer(conn, self.boss, ids, owner_id=claimer),
            lambda conn: release(conn, self.owner, ids, reason="other"),
            lambda conn: deactivate_person(conn, self.boss, owner, now=clock.now()),
        ]
        # It ends most of what is possible, so it comes seldom.
        if self.random.random() < 0.3:
            made.append(lambda conn: archive(conn, self.boss, ids, reason="closed_down"))
        coroutines = [self._in_transaction(attempt) for attempt in made]
        coroutines.append(recycle.carry_out(self.world.database, tenant, self.run or 0))
        self.random.shuffle(coroutines)
        return coroutines

    async def _in_transaction(self, attempt: Attempt) -> Any:
        async with self.world.transaction() as conn:
            done = await attempt(conn)
            return only(done).outcome if isinstance(done, list) else done


async def _meetings(world: World, rounds: int) -> tuple[Counter[str], int]:
    """That many meetings, one after another; what became of the attempts, and how many waited."""
    pool = await world.pool(transfer_needs_acceptance=False)
    await world.policy(pool, {"name": "所有", "timers": {"holding": "1 days"}}, at=clock.now() - timedelta(days=30))
    seen: Counter[str] = Counter()
    waited = 0
    for seed in range(rounds):
        meeting = Meeting(world, pool, seed)
        await meeting.prepare()
        async with Barrier(world.company.owner_url, HOLD_CUSTOMERS) as barrier:
            barrier.start(*meeting.attempts())
            await barrier.waiting(7)  # two claims see at once that somebody owns it
        waited += barrier.waited
        for result in barrier.results:
            seen[result.code if isinstance(result, Refusal) else f"{type(result).__name__}"] += 1
    return seen, waited


async def test_claim_recycle_assign_transfer_archive_and_deactivation_of_one_customer_at_once(world: World) -> None:
    seen, waited = await _meetings(world, 12)
    print(f"12 meetings of 9 or 10 moves: {waited} waited for a lock; {dict(seen)}")
    assert waited >= 12 * 7
    # Only answers of the rules: no deadlock, no failed assertion.
    answers = {
        "str", "int", "NoneType", "already_claimed", "already_yours", "not_owned", "forbidden", "archived",
        "receiver_not_active", "not_active", "already_theirs", "cooldown_until", "not_found",
    }  # fmt: skip
    assert set(seen) <= answers, seen
    report = await world.verify()
    assert report.differences == 0, report.examples
    async with world.transaction() as conn:
        found = await conn.execute(
            "SELECT count(*) AS n FROM customer c JOIN person p ON p.tenant_id = c.tenant_id AND p.id = c.owner_id"
            " WHERE c.tenant_id = %s AND p.state <> 'active'",
            (world.tenant_id,),
        )
        assert await found.fetchone() == {"n": 0}


async def test_without_lock_and_version_guard_moves_that_meet_break_the_history(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(monkeypatch, record.lock_many, LOCK)
    for name in ("_CLOSE", "_PASS", "_UNOWNED"):
        statement: str = getattr(ownership, name)
        for guard in (" AND c.version = w.version", " AND c.state = 'owned'", " AND c.owner_id = w.owner_from"):
            statement = statement.replace(guard, "")
        assert "w.version" not in statement
        monkeypatch.setattr(ownership, name, statement)
    pool = await world.pool()
    rep, boss = await world.rep("rep"), await world.admin()
    (customer,) = await world.customers(1, pool, rep.person_id)

    async def releases() -> None:
        async with world.transaction() as conn:
            only(await release(conn, rep, [customer], reason="other"))

    async def archives() -> None:
        async with world.transaction() as conn:
            only(await archive(conn, boss, [customer], reason="closed_down"))

    row = "SELECT FROM customer WHERE id = %s FOR UPDATE"
    async with Barrier(world.company.owner_url, row, (customer,)) as barrier:
        barrier.start(releases(), archives())
        await barrier.waiting(2)
    assert barrier.results == [None, None], "both believe that the customer was owned"
    assert (await world.verify()).differences > 0


async def test_twenty_gifts_to_one_person_with_one_place_left_give_one(world: World) -> None:
    seen, waited = await _gifts(world)
    print(f"20 gifts: {waited} waited for a lock")
    assert waited >= 20
    assert seen == {"moved": 1, "over_cap": 19}


async def test_without_the_receivers_lock_gifts_overrun_the_cap(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from gonghai.moves.receivers import lock_receiver

    without(monkeypatch, lock_receiver, LOCK)
    seen, _ = await _gifts(world)
    assert seen["moved"] > 1


async def _gifts(world: World) -> tuple[Counter[str], int]:
    pool = await world.pool(transfer_needs_acceptance=False, holding_cap=3)
    receiver = (await world.rep("receiver")).person_id or 0
    await world.customers(2, pool, receiver)
    givers = [await world.rep(f"giver{i}") for i in range(20)]
    customers = [(await world.customers(1, pool, giver.person_id))[0] for giver in givers]

    async def gives(i: int) -> str:
        async with world.transaction() as conn:
            (result,) = await transfer(conn, givers[i], [customers[i]], owner_id=receiver)
            return result.code or result.outcome

    async with Barrier(world.company.owner_url, HOLD_CUSTOMERS) as barrier:
        barrier.start(*map(gives, range(20)))
        await barrier.waiting(20)
    return Counter(barrier.results), barrier.waited


async def test_accepting_a_transfer_while_its_owner_asks_somebody_else_is_no_deadlock(
    app: FastAPI, world: World
) -> None:
    pool = await world.pool(transfer_needs_acceptance=True)
    owner, first, second = [(await world.rep(name)).person_id or 0 for name in ("owner", "first", "second")]
    (customer,) = await world.customers(1, pool, owner)
    row = "SELECT FROM customer WHERE id = %s FOR UPDATE"
    async with (
        await signed_in(app, world.company, owner) as asking,
        await signed_in(app, world.company, first) as accepting,
    ):
        asked = await asking.post(f"/customers/{customer}/transfer", json={"owner_id": str(first)})
        async with Barrier(world.company.owner_url, row, (customer,)) as barrier:
            barrier.start(asking.post(f"/customers/{customer}/transfer", json={"owner_id": str(second)}))
            await barrier.waiting(1)
            barrier.start(accepting.post(f"/requests/{asked.json()['request_id']}/accept", json={}))
            await barrier.waiting(2)
    assert not [r for r in barrier.results if isinstance(r, psycopg.Error)]
    assert [r.status_code for r in barrier.results] == [202, 409]
    assert barrier.results[1].json()["code"] == "request_decided"


async def test_a_pool_that_is_being_closed_gets_no_new_customer(world: World) -> None:
    await world.pool()
    closing = await world.pool("关闭的公海")
    rep, boss = await world.rep("rep"), await world.admin()

    async def creates() -> int:
        async with world.transaction() as conn:
            return await create(conn, rep, {"name": "新客户"}, pool_id=closing, owner_id=rep.person_id)

    async def closes() -> int:
        async with world.transaction() as conn:
            return await close_pool(conn, boss, closing, successor_id=None, now=clock.now())

    row = "SELECT FROM person WHERE id = %s FOR UPDATE"
    async with Barrier(world.company.owner_url, row, (rep.person_id,)) as barrier:
        # It has read that the pool is open, and waits to lock its owner.
        barrier.start(creates())
        await barrier.waiting(1)
        assert await closes() == 0
    print(f"a creation and a closing: {barrier.waited} waited for a lock")
    (refusal,) = barrier.results
    assert refusal.code == "pool_not_open"
    assert (await world.verify()).customers == 0
