"""Sharing a customer beside everything that ends, passes or re-opens its spell: each is made or refused, none is lost."""

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from gonghai.access.actor import Actor
from gonghai.activities.actions import NewFollowUp, record_follow_up
from gonghai.base import clock
from gonghai.base.database import Conn, rows
from gonghai.base.errors import Refusal
from gonghai.customers import collaborators, record
from gonghai.moves import recycle
from gonghai.moves.hand_over import deactivate_person
from gonghai.moves.release import release
from gonghai.moves.results import only
from gonghai.moves.share import add_collaborators, remove_collaborator
from gonghai.moves.transfer import transfer
from tests.moves.world import World
from tests.races.racing import LOCK, Barrier, without

HOLD_CUSTOMERS = "LOCK TABLE customer IN EXCLUSIVE MODE"
Attempt = Callable[[Conn], Awaitable[Any]]


async def done(world: World, attempt: Attempt) -> Any:
    async with world.transaction() as conn:
        result = await attempt(conn)
        return only(result).outcome if isinstance(result, list) else "done"


async def _meeting(world: World, pool: int, seed: int) -> list[Any]:
    """One due customer that helps a while already; everything at once; what became of each."""
    people = [await world.rep(f"{name}{seed}") for name in ("owner", "friend", "old", "new", "leaver")]
    owner, friend, old, new, leaver = people
    boss = await world.admin()
    (customer,) = await world.customers(1, pool, owner.person_id, clock.now() - timedelta(days=20))
    ids = [customer]
    async with world.transaction() as conn:
        await add_collaborators(conn, owner, ids, [old.person_id or 0, leaver.person_id or 0])
        run = await recycle.start_run(conn, world.tenant_id, pool_id=None, requested_by=None, now=clock.now())
    assert run is not None
    async with world.transaction() as conn:
        await recycle._select(conn, world.tenant_id, run)
    old = await world.company.actor(old.person_id or 0)

    def to(actor: Actor) -> int:
        return actor.person_id or 0

    attempts: list[Attempt] = [
        lambda conn: add_collaborators(conn, owner, ids, [to(new)]),
        lambda conn: add_collaborators(conn, boss, ids, [to(new), to(friend)]),
        lambda conn: remove_collaborator(conn, owner, ids, to(old)),
        lambda conn: remove_collaborator(conn, old, ids, to(old)),
        lambda conn: record_follow_up(conn, old, customer, NewFollowUp("call")),
        lambda conn: transfer(conn, owner, ids, owner_id=to(friend)),
        lambda conn: transfer(conn, boss, ids, owner_id=to(old)),
        lambda conn: release(conn, owner, ids, reason="other"),
        lambda conn: deactivate_person(conn, boss, to(leaver), now=clock.now()),
    ]
    coroutines = [done(world, attempt) for attempt in attempts]
    coroutines.append(recycle.carry_out(world.database, world.tenant_id, run))
    random.Random(seed).shuffle(coroutines)
    async with Barrier(world.company.owner_url, HOLD_CUSTOMERS) as barrier:
        barrier.start(*coroutines)
        await barrier.waiting(7)
    return barrier.results


async def test_sharing_leaving_transfer_release_recycle_and_deactivation_of_one_customer_at_once(world: World) -> None:
    pool = await world.pool(transfer_needs_acceptance=False, collaborators_count=True)
    await world.policy(pool, {"name": "所有", "timers": {"holding": "1 days"}}, at=clock.now() - timedelta(days=30))
    seen: Counter[str] = Counter()
    for seed in range(10):
        for result in await _meeting(world, pool, seed):
            seen[result.code if isinstance(result, Refusal) else f"{type(result).__name__}"] += 1
    print(f"10 meetings: {dict(seen)}")
    answers = {
        "str", "NoneType", "not_owned", "forbidden", "not_found", "already_theirs", "already_collaborator",
        "not_collaborator", "collaborator_is_owner", "no_longer_yours",
    }  # fmt: skip
    assert set(seen) <= answers, seen
    report = await world.verify()
    assert report.differences == 0, report.examples
    async with world.transaction() as conn:
        wrong = await rows(
            conn,
            "SELECT c.id FROM customer c JOIN collaborator k ON k.tenant_id = c.tenant_id AND k.customer_id = c.id"
            " AND k.spell_no = c.spell_no JOIN person p ON p.tenant_id = c.tenant_id AND p.id = k.person_id"
            " WHERE c.tenant_id = %s AND (p.state = 'left' OR k.person_id = c.owner_id)",
            (world.tenant_id,),
        )
    assert wrong == []


async def _shared_at_once(world: World) -> tuple[int, list[Any]]:
    """Eight colleagues added to one customer at one instant, each by a request of its own."""
    pool = await world.pool()
    owner = await world.rep("owner")
    helpers = [await world.company.person(f"helper{i}") for i in range(8)]
    (customer,) = await world.customers(1, pool, owner.person_id)

    def adding(person: int) -> Attempt:
        return lambda conn: add_collaborators(conn, owner, [customer], [person])

    async with Barrier(world.company.owner_url, HOLD_CUSTOMERS) as barrier:
        barrier.start(*[done(world, adding(person)) for person in helpers])
        await barrier.waiting(8)
    return customer, barrier.results


async def test_eight_colleagues_added_at_once_are_eight_collaborators(world: World) -> None:
    customer, results = await _shared_at_once(world)
    assert results == ["moved"] * 8
    assert [event["kind"] for event in await world.events(customer)] == ["create", *["share"] * 8]
    assert (await world.verify()).differences == 0


async def test_without_lock_and_version_guard_they_break_the_history(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(monkeypatch, record.lock_many, LOCK)
    guarded = " AND c.version = w.version"
    assert guarded in collaborators._ADD
    monkeypatch.setattr(
        collaborators, "_ADD", collaborators._ADD.replace(guarded, "").replace("c.version + 1", "w.version + 1")
    )
    _, results = await _shared_at_once(world)
    assert results != ["moved"] * 8
