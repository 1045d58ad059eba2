"""A run of the sweep as a piece of work: cut off and resumed, carried out twice at once, beside people who work."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from psycopg.rows import DictRow

from gonghai.base import clock
from gonghai.customers.ownership import close_spells
from gonghai.customers.record import edit, lock
from gonghai.events.log import By
from gonghai.moves import recycle
from gonghai.moves.recycle import carry_out, start_run
from gonghai.moves.runs import get_run, items
from tests.fixtures.customers import counted_statements
from tests.moves.world import World

NEGLECTED = timedelta(days=60)
EVERYONE = {"name": "其他", "timers": {"follow_up": "30 days"}}


async def neglected(world: World, n: int) -> list[int]:
    """Customers that the next sweep takes."""
    began = clock.now() - NEGLECTED
    pool_id = await world.pool()
    rep = await world.rep("甲")
    await world.policy(pool_id, EVERYONE, at=began)
    return await world.customers(n, pool_id, rep.person_id, at=began)


async def opened(world: World, now: datetime | None = None) -> int:
    async with world.transaction() as conn:
        run_id = await start_run(conn, world.tenant_id, pool_id=None, requested_by=None, now=now or clock.now())
    assert run_id is not None
    return run_id


async def record(world: World, run_id: int) -> DictRow:
    async with world.transaction() as conn:
        return await get_run(conn, world.tenant_id, run_id)


async def outcomes(world: World, run_id: int, outcome: str | None = None) -> list[tuple[int, str | None, str | None]]:
    async with world.transaction() as conn:
        found = await items(conn, world.company.system, run_id, outcome=outcome, behind=0, limit=1000)
    return [(row["customer_id"], row["outcome"], row["why"]) for row in found]


async def recycled_once(world: World, ids: Sequence[int]) -> None:
    for customer_id in ids:
        assert [e["kind"] for e in await world.events(customer_id)] == ["create", "recycle"]
    assert (await world.verify()).differences == 0


async def test_a_run_that_was_cut_off_goes_on_where_it_stopped(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = await neglected(world, 5)
    run_id = await opened(world)
    chunks = 0

    async def failing(*args: Any, **kwargs: Any) -> list[DictRow]:
        nonlocal chunks
        chunks += 1
        moved = await close_spells(*args, **kwargs)
        if chunks == 2:
            raise ConnectionError("the worker dies before its second chunk is committed")
        return moved

    monkeypatch.setattr(recycle, "CHUNK", 2)
    monkeypatch.setattr(recycle, "close_spells", failing)
    with pytest.raises(ConnectionError):
        await carry_out(world.database, world.tenant_id, run_id)
    assert await outcomes(world, run_id) == [(i, "moved" if i in ids[:2] else None, None) for i in ids]

    await carry_out(world.database, world.tenant_id, run_id)
    assert chunks == 4
    assert await outcomes(world, run_id, "moved") == [(i, "moved", None) for i in ids]
    done = await record(world, run_id)
    assert (done["state"], done["due"], done["moved"], done["skipped"]) == ("done", 5, 5, 0)
    await recycled_once(world, ids)


async def test_two_workers_on_one_run_move_each_customer_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = await neglected(world, 12)
    run_id = await opened(world)
    monkeypatch.setattr(recycle, "CHUNK", 1)
    await asyncio.gather(*(carry_out(world.database, world.tenant_id, run_id) for _ in range(3)))
    done = await record(world, run_id)
    assert (done["state"], done["moved"], done["skipped"]) == ("done", 12, 0)
    await recycled_once(world, ids)


async def test_a_customer_that_somebody_holds_is_skipped_without_a_wait_and_taken_by_the_next_run(world: World) -> None:
    ids = await neglected(world, 3)
    run_id = await opened(world)
    async with world.transaction() as held:
        await lock(held, world.tenant_id, ids[1])
        await asyncio.wait_for(carry_out(world.database, world.tenant_id, run_id), timeout=20)
        assert await outcomes(world, run_id) == [
            (ids[0], "moved", None),
            (ids[1], "skipped", "busy"),
            (ids[2], "moved", None),
        ]
        done = await record(world, run_id)
        assert (done["moved"], done["skipped"]) == (2, 1)
    assert await world.sweep(clock.now()) == [ids[1]]
    await recycled_once(world, ids)


async def test_a_customer_changed_since_the_selection_is_skipped(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = await neglected(world, 3)
    run_id = await opened(world)
    chunks = 0

    async def behind_a_change(*args: Any, **kwargs: Any) -> list[DictRow]:
        nonlocal chunks
        chunks += 1
        if chunks == 1:
            async with world.transaction() as conn:
                row = await lock(conn, world.tenant_id, ids[2])
                await edit(conn, row, {"level": "A"}, by=By.person(None), at=clock.now())
        return await close_spells(*args, **kwargs)

    monkeypatch.setattr(recycle, "CHUNK", 1)
    monkeypatch.setattr(recycle, "close_spells", behind_a_change)
    await carry_out(world.database, world.tenant_id, run_id)
    assert await outcomes(world, run_id, "skipped") == [(ids[2], "skipped", "changed")]
    assert (await world.row(ids[2]))["state"] == "owned"
    assert (await record(world, run_id))["moved"] == 2


async def test_a_chunk_costs_the_same_number_of_statements_for_10_and_for_200_customers(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = []
    ids = await neglected(world, 10)
    for n in (10, 200):
        if n > 10:
            row = await world.row(ids[0])
            began = clock.now() - NEGLECTED
            await world.customers(n, row["pool_id"], world.company.people["甲"], at=began)
        run_id = await opened(world)
        with counted_statements(monkeypatch) as seen:
            await carry_out(world.database, world.tenant_id, run_id)
        assert (await record(world, run_id))["moved"] == n
        counts.append(len(seen))
    assert counts[0] == counts[1]


async def test_nobody_is_taken_into_a_pool_that_was_closed_after_the_selection(world: World) -> None:
    ids = await neglected(world, 2)
    run_id = await opened(world)
    async with world.transaction() as conn:
        await recycle._select(conn, world.tenant_id, run_id)
    async with world.transaction() as conn:
        await conn.execute("UPDATE pool SET state = 'closed' WHERE tenant_id = %s", (world.tenant_id,))
    await carry_out(world.company.database, world.tenant_id, run_id)
    assert await outcomes(world, run_id) == [(customer_id, "skipped", "pool_closed") for customer_id in sorted(ids)]
    assert (await record(world, run_id))["moved"] == 0
