"""Worked example 3: at one customer either the rep's entry comes first or the recycle, never both."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from gonghai.access.actor import Actor
from gonghai.activities.actions import NewFollowUp, record_follow_up
from gonghai.base import clock
from gonghai.base.database import rows
from gonghai.base.errors import Refusal
from gonghai.customers import ownership
from gonghai.deals.actions import NewDeal, open_deal
from gonghai.moves import recycle
from gonghai.moves.warn import warn
from tests.moves.world import World
from tests.races.racing import Barrier

# Selection ends, and each chunk ends, with an UPDATE of the run: held there, all they decided or moved is undisclosed.
HOLD_THE_RUN = "LOCK TABLE recycle_run IN SHARE MODE"
# An entry has written its customer and waits to log it: it holds the row.
HOLD_THE_LOG = "LOCK TABLE event IN SHARE MODE"
# Nobody can lock or write a customer yet.
HOLD_CUSTOMERS = "LOCK TABLE customer IN EXCLUSIVE MODE"
TAKEN = {"name": "没建商机", "timers": {"follow_up": "3 days", "deal": "3 days"}}


async def _due(world: World, n: int) -> tuple[Actor, list[int], datetime]:
    """A rep with `n` customers claimed ten days ago, and an instant at which a sweep takes them all."""
    pool = await world.pool()
    amy = await world.rep("amy")
    claimed = clock.now() - timedelta(days=10)
    await world.policy(pool, TAKEN, at=claimed - timedelta(days=1))
    customers = await world.customers(n, pool, amy.person_id, at=claimed)
    return amy, customers, clock.now()


async def _entry(world: World, rep: Actor, customer: int, later: float = 0) -> None:
    """A follow-up for every other customer, a deal for the rest; `later` seconds after it may touch customers at all."""
    async with world.transaction() as conn:
        await conn.execute("LOCK TABLE customer IN ROW SHARE MODE")
        await conn.execute("SELECT pg_sleep(%s)", (later,))
        if customer % 2:
            await record_follow_up(conn, rep, customer, NewFollowUp("call", "聊了聊"))
        else:
            await open_deal(conn, rep, customer, NewDeal("新商机"))


async def _start(world: World, now: datetime) -> int:
    async with world.transaction() as conn:
        run_id = await recycle.start_run(conn, world.tenant_id, pool_id=None, requested_by=None, now=now)
    assert run_id is not None
    return run_id


async def _select(world: World, run_id: int) -> None:
    """A run that was cut off after its selection and warnings: carrying it out goes on with the moves."""
    async with world.transaction() as conn:
        await recycle._select(conn, world.tenant_id, run_id)
    await warn(world.database, world.tenant_id, run_id)


async def _outcome(world: World, customers: Sequence[int]) -> tuple[set[int], set[int]]:
    """(customers that were recycled, customers with an entry), both by the log."""
    async with world.transaction() as conn:
        found = await rows(
            conn,
            "SELECT subject_id, kind FROM event WHERE tenant_id = %s AND subject = 'customer' AND subject_id = ANY (%s)",
            (world.tenant_id, list(customers)),
        )
    recycled = {row["subject_id"] for row in found if row["kind"] == "recycle"}
    return recycled, {row["subject_id"] for row in found if row["kind"] in ("follow_up", "open_deal")}


async def _entries_after_the_decision(world: World) -> tuple[set[int], set[int], list[int], int]:
    rep, customers, now = await _due(world, 20)
    run_id = await _start(world, now)
    async with Barrier(world.company.owner_url, HOLD_THE_RUN) as barrier:
        barrier.start(recycle.carry_out(world.database, world.tenant_id, run_id))
        await barrier.waiting(1)
        for customer in customers[:10]:
            await _entry(world, rep, customer)
    assert barrier.results == [None]
    print(f"20 customers decided on, 10 written meanwhile: {barrier.waited} waited for a lock")
    return *await _outcome(world, customers), customers, barrier.waited


async def test_3_what_was_entered_after_the_sweeps_decision_keeps_the_customer(world: World) -> None:
    recycled, entered, customers, waited = await _entries_after_the_decision(world)
    assert waited == 1
    assert (entered, recycled) == (set(customers[:10]), set(customers[10:]))
    assert (await world.verify()).differences == 0


async def test_without_the_version_guard_a_sweep_takes_what_was_just_worked_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name, guard in (
        (ownership, "_CLOSE", " AND c.version = w.version"),
        (recycle, "_MOVERS", " AND c.version = i.customer_version"),
    ):
        statement: str = getattr(module, name)
        assert guard in statement
        monkeypatch.setattr(module, name, statement.replace(guard, ""))
    recycled, entered, customers, _ = await _entries_after_the_decision(world)
    assert recycled & entered == set(customers[:10])


async def test_3_the_recycle_came_first_and_the_rep_is_told(world: World) -> None:
    rep, customers, now = await _due(world, 20)
    run_id = await _start(world, now)
    await _select(world, run_id)
    async with Barrier(world.company.owner_url, HOLD_THE_RUN) as barrier:
        barrier.start(recycle.carry_out(world.database, world.tenant_id, run_id))
        await barrier.waiting(1)
        barrier.start(*[_entry(world, rep, customer) for customer in customers])
        await barrier.waiting(21)
    print(f"20 entries behind a sweep: {barrier.waited} waited for a lock")
    assert {(type(r), r.code, r.data["ended_by"]) for r in barrier.results[1:]} == {
        (Refusal, "no_longer_yours", "recycle")
    }
    assert await _outcome(world, customers) == (set(customers), set())
    assert (await world.verify()).differences == 0


async def test_3_a_customer_being_written_is_left_and_not_waited_for(world: World) -> None:
    rep, customers, now = await _due(world, 20)
    run_id = await _start(world, now)
    async with Barrier(world.company.owner_url, HOLD_THE_LOG) as barrier:
        barrier.start(*[_entry(world, rep, customer) for customer in customers])
        await barrier.waiting(20)
        barrier.start(recycle.carry_out(world.database, world.tenant_id, run_id))
        await barrier.waiting(21)
    print(f"a sweep behind 20 entries: {barrier.waited} waited for a lock")
    assert barrier.results == [None] * 21
    assert await _outcome(world, customers) == (set(), set(customers))
    assert (await world.verify()).differences == 0


async def test_3_a_sweep_and_forty_entries_at_one_instant_never_both_have_a_customer(world: World) -> None:
    rep, customers, now = await _due(world, 40)
    run_id = await _start(world, now)
    await _select(world, run_id)
    async with Barrier(world.company.owner_url, HOLD_CUSTOMERS) as barrier:
        barrier.start(recycle.carry_out(world.database, world.tenant_id, run_id))
        # Spread over the few milliseconds that the sweep takes, so that some come before it and some behind.
        barrier.start(*[_entry(world, rep, customer, i / 4000) for i, customer in enumerate(customers)])
        await barrier.waiting(41)
    answers: list[Any] = barrier.results[1:]
    recycled, entered = await _outcome(world, customers)
    print(f"a sweep and 40 entries: {barrier.waited} waited for a lock; {len(recycled)} recycled")
    assert recycled | entered == set(customers)
    assert not recycled & entered
    told = {c for c, a in zip(customers, answers, strict=True) if getattr(a, "code", None) == "no_longer_yours"}
    assert told == recycled
    assert {c for c, a in zip(customers, answers, strict=True) if a is None} == entered
    assert (await world.verify()).differences == 0
