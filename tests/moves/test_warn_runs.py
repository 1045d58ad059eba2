"""The warning pass as a piece of work: what it writes and what not, beside people who work, cut off and resumed."""

from collections.abc import Sequence
from typing import Any

import pytest

from gonghai.activities.actions import NewFollowUp, record_follow_up
from gonghai.base import clock
from gonghai.base.database import one, rows
from gonghai.customers.record import edit, lock
from gonghai.events.log import By
from gonghai.moves import warn
from gonghai.moves.recycle import carry_out, start_run
from gonghai.policy.registry import DECIDING, REGISTRY
from tests.fixtures.customers import counted_statements
from tests.moves.test_warn import HOUR, claimed, local, newest_run, steps, warnings
from tests.moves.world import World


async def test_a_step_told_already_costs_no_write(world: World) -> None:
    _, ids = await claimed(world, local("2026-11-02 10:00"), follow_up="30 days", n=3)
    await world.sweep(local("2026-12-01 12:00"))
    sql = "SELECT c.id, c.xmin, c.version FROM customer c WHERE c.tenant_id = %s ORDER BY c.id"
    async with world.transaction() as conn:
        before = await rows(conn, sql, (world.tenant_id,))
    await world.sweep(local("2026-12-01 12:10"))
    async with world.transaction() as conn:
        assert await rows(conn, sql, (world.tenant_id,)) == before
    assert [await steps(world, i) for i in ids] == [["3"]] * 3


async def test_a_customer_that_somebody_changes_is_left_to_the_next_run(world: World) -> None:
    now = local("2026-12-01 12:00")
    _, (held, free) = await claimed(world, local("2026-11-02 10:00"), follow_up="30 days", n=2)
    async with world.transaction() as conn:
        row = await lock(conn, world.tenant_id, held)
        assert await world.sweep(now) == []
        await edit(conn, row, {"level": "A"}, by=By.person(None), at=clock.now())
    assert (await steps(world, held), await steps(world, free)) == ([], ["3"])
    await world.sweep(now + HOUR)
    assert await steps(world, held) == ["3"]
    assert (await world.verify()).differences == 0


async def test_a_customer_followed_up_since_its_chunk_was_read_is_not_warned(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = local("2026-12-01 12:00")
    owner, (touched, other) = await claimed(world, local("2026-11-02 10:00"), follow_up="30 days", n=2)
    amy = await world.company.actor(owner)
    tell = warn._tell

    async def behind_a_follow_up(*args: Any) -> int:
        async with world.transaction() as conn:
            await record_follow_up(conn, amy, touched, NewFollowUp("call"))
        return await tell(*args)

    monkeypatch.setattr(warn, "_tell", behind_a_follow_up)
    await world.sweep(now)
    assert (await steps(world, touched), await steps(world, other)) == ([], ["3"])
    assert (await world.row(touched))["notice_until"] is None
    assert (await newest_run(world))["warned"] == 1


async def test_a_run_cut_off_while_warning_goes_on_and_tells_nobody_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, ids = await claimed(world, local("2026-06-01 10:00"), follow_up="30 days", n=5)
    began, later = local("2026-11-06 08:50"), local("2026-11-06 10:00")
    async with world.transaction() as conn:
        run_id = await start_run(conn, world.tenant_id, pool_id=None, requested_by=None, now=began)
    assert run_id is not None
    chunks = 0
    chunk = warn._chunk

    async def failing(*args: Any) -> None:
        nonlocal chunks
        chunks += 1
        await chunk(*args)
        if chunks == 2:
            raise ConnectionError("the worker dies before its second chunk is committed")

    monkeypatch.setattr(warn, "CHUNK", 2)
    monkeypatch.setattr(warn, "_chunk", failing)
    with pytest.raises(ConnectionError):
        await carry_out(world.database, world.tenant_id, run_id)
    assert await _told(world, ids) == [1, 1, 0, 0, 0]
    await carry_out(world.database, world.tenant_id, run_id, resumed_at=later)
    assert await _told(world, ids) == [1] * 5
    done = await newest_run(world)
    assert (done["state"], done["warned"], done["moved"]) == ("done", 5, 0)
    # Who was told after opening has the next working day.
    until = {i: (await world.row(i))["notice_until"] for i in ids}
    assert [until[i] for i in ids] == [local("2026-11-07 00:00")] * 2 + [local("2026-11-10 00:00")] * 3
    assert (await world.verify()).differences == 0


async def _told(world: World, ids: Sequence[int]) -> list[int]:
    return [len(await warnings(world, i)) for i in ids]


async def test_a_chunk_of_warnings_costs_the_same_number_of_statements_for_any_number(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, ids = await claimed(world, local("2026-11-02 10:00"), follow_up="30 days", n=3)
    pool = (await world.row(ids[0]))["pool_id"]
    counts = []
    for n, day in ((3, "2026-11-27"), (203, "2026-12-01")):
        if n > 3:
            await world.customers(n - 3, pool, owner, at=local("2026-11-02 10:00"))
        with counted_statements(monkeypatch) as seen:
            await world.sweep(local(f"{day} 12:00"))
        assert (await newest_run(world))["warned"] == n
        counts.append(len(seen))
    assert counts[0] == counts[1]


async def test_the_rows_of_a_chunk_hold_all_that_facts_read(world: World) -> None:
    _, (customer,) = await claimed(world, local("2026-11-02 10:00"), follow_up="30 days")
    async with world.transaction() as conn:
        row = await one(
            conn,
            f"SELECT {DECIDING} FROM customer c JOIN person o ON o.tenant_id = c.tenant_id AND o.id = c.owner_id"
            " WHERE c.tenant_id = %s AND c.id = %s",
            (world.tenant_id, customer),
        )
    for fact in REGISTRY.facts.values():
        fact.read(row)
