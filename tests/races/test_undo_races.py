"""An undo, or a cleaning, beside people who claim: each customer goes one way, never two, and nobody waits in a circle."""

import random
from datetime import timedelta

from gonghai.base import clock
from gonghai.base.database import one, value
from gonghai.moves import clean, undo
from gonghai.moves.claim import claim
from gonghai.moves.hand_over import deactivate_person
from gonghai.moves.results import Result
from gonghai.policy.versions import publish
from tests.moves.world import World
from tests.races.racing import Barrier

HOLD_CUSTOMERS = "LOCK TABLE customer IN EXCLUSIVE MODE"
CUSTOMERS = 30


async def recycled(world: World) -> tuple[int, list[int]]:
    """(former owner, their customers that a sweep has taken just now)."""
    pool = await world.pool(holding_cap=1000, untouched_cap=1000, daily_quota=1000, cooldown_days=0)
    owner = await world.rep("owner")
    began = clock.now() - timedelta(days=60)
    await world.policy(pool, {"name": "全部", "timers": {"follow_up": "30 days"}}, at=began)
    ids = await world.customers(CUSTOMERS, pool, owner.person_id, at=began)
    assert await world.sweep(clock.now()) == ids
    return owner.person_id or 0, ids


async def begun(world: World) -> int:
    """An undo of the newest batch whose customers are selected."""
    async with world.transaction() as conn:
        batch = await value(conn, "SELECT max(batch_id) FROM event WHERE tenant_id = %s", (world.tenant_id,))
        undo_id = await undo.start_undo(conn, await world.admin(), batch, now=clock.now())
    async with world.transaction() as conn:
        await undo._select(conn, world.tenant_id, undo_id)
    return undo_id


async def test_each_customer_is_given_back_or_claimed_never_both(world: World) -> None:
    _, ids = await recycled(world)
    undo_id = await begun(world)
    claimers = [(await world.rep(f"claimer{i}")).person_id or 0 for i in range(6)]
    chosen = [(claimer, customer) for claimer in claimers for customer in random.sample(ids, 6)]
    random.shuffle(chosen)

    async def attempt(claimer: int, customer: int) -> Result:
        async with world.transaction() as conn:
            (result,) = await claim(conn, world.tenant_id, claimer, [customer], zone="Asia/Shanghai")
            return result

    async with Barrier(world.company.owner_url, HOLD_CUSTOMERS) as barrier:
        barrier.start(*[attempt(*each) for each in chosen[:18]])
        await barrier.waiting(6)
        barrier.start(undo.carry_out(world.database, world.tenant_id, undo_id))
        barrier.start(*[attempt(*each) for each in chosen[18:]])
        await barrier.waiting(7)
    assert not [r for r in barrier.results if isinstance(r, BaseException)]
    claimed = {r.id for r in barrier.results if isinstance(r, Result) and r.outcome == "claimed"}
    back = {i for i in ids if (await world.events(i))[-1]["kind"] == "undo"}
    assert (claimed | back, claimed & back) == (set(ids), set())
    async with world.transaction() as conn:
        record = await one(conn, "SELECT * FROM undo WHERE tenant_id = %s AND id = %s", (world.tenant_id, undo_id))
    assert record is not None
    assert (record["state"], record["undone"], record["kept"]) == ("done", len(back), len(claimed))
    assert (await world.verify()).differences == 0


async def test_two_workers_on_one_undo_undo_each_customer_once(world: World) -> None:
    owner, ids = await recycled(world)
    undo_id = await begun(world)
    async with Barrier(world.company.owner_url, HOLD_CUSTOMERS) as barrier:
        barrier.start(*[undo.carry_out(world.database, world.tenant_id, undo_id) for _ in range(2)])
        await barrier.waiting(2)
    assert barrier.results == [None, None]
    for customer in ids:
        assert [e["kind"] for e in await world.events(customer)] == ["create", "recycle", "undo"]
        assert (await world.row(customer))["owner_id"] == owner


async def test_nobody_gets_a_customer_back_while_they_leave(world: World) -> None:
    """Whichever comes first, no customer is left with an owner who can't sign in."""
    owner, ids = await recycled(world)
    undo_id = await begun(world)
    boss = await world.admin()

    async def leave() -> int:
        async with world.transaction() as conn:
            return await deactivate_person(conn, boss, owner, now=clock.now())

    async with Barrier(world.company.owner_url, HOLD_CUSTOMERS) as barrier:
        barrier.start(leave(), undo.carry_out(world.database, world.tenant_id, undo_id))
        await barrier.waiting(2)
    assert not [r for r in barrier.results if isinstance(r, BaseException)]
    assert {(await world.row(i))["state"] for i in ids} == {"pooled"}
    assert (await world.verify()).differences == 0


async def test_a_cleaning_archives_only_what_nobody_has_claimed(world: World) -> None:
    pool = await world.pool(holding_cap=1000, untouched_cap=1000, daily_quota=1000)
    ids = await world.customers(CUSTOMERS, pool)
    rule = {"name": "全部", "when": {"fact": "has_email", "is": "is_false"}, "do": {"archive": "清理"}}
    document = {"segments": [{"name": "全部", "timers": {}}], "cleaning": {"rules": [rule]}}
    claimers = [(await world.rep(f"claimer{i}")).person_id or 0 for i in range(12)]
    async with world.transaction() as conn:
        await publish(conn, world.company.system, pool, document, at=clock.now())
        run_id = await clean.start_cleaning(conn, world.tenant_id, pool, requested_by=None, now=clock.now())
    async with world.transaction() as conn:
        await clean._select(conn, world.tenant_id, run_id)

    async def attempt(claimer: int, customer: int) -> Result:
        async with world.transaction() as conn:
            (result,) = await claim(conn, world.tenant_id, claimer, [customer], zone="Asia/Shanghai")
            return result

    # What a claim has written, and a cleaning, waits to be logged: the other one meets rows that are held.
    async with Barrier(world.company.owner_url, "LOCK TABLE event IN SHARE MODE") as barrier:
        barrier.start(*[attempt(claimer, ids[2 * i]) for i, claimer in enumerate(claimers[:6])])
        await barrier.waiting(6)
        barrier.start(clean.carry_out(world.database, world.tenant_id, run_id))
        await barrier.waiting(7)
        barrier.start(*[attempt(claimer, ids[2 * i + 1]) for i, claimer in enumerate(claimers[6:])])
        await barrier.waiting(13)
    assert not [r for r in barrier.results if isinstance(r, BaseException)]
    states = {i: (await world.row(i))["state"] for i in ids}
    assert [i for i in ids if states[i] == "owned"] == [ids[2 * i] for i in range(6)]
    assert set(states.values()) == {"owned", "archived"}
    late = [r for r in barrier.results[7:] if isinstance(r, Result)]
    assert {(r.outcome, r.code) for r in late} == {("refused", "archived")}
    assert (await world.verify()).differences == 0
