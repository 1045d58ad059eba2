"""Undoing a batch: where every customer is again what it was before, and which ones are left alone."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base import clock
from gonghai.base.database import one, rows, run, value
from gonghai.customers.insert import insert_customers
from gonghai.customers.record import NewCustomer, edit, lock
from gonghai.events.log import By, new_batch
from gonghai.moves import undo
from gonghai.moves.hand_over import deactivate_person
from gonghai.moves.pool_moves import archive, move_pool
from gonghai.moves.undo import carry_out, start_undo
from gonghai.people.calendar import tenant_calendar
from gonghai.people.persons import reactivate
from gonghai.workdays import end_of_working_day
from tests.fixtures.customers import counted_statements
from tests.moves.world import World

NEGLECTED = timedelta(days=60)
EVERYONE = {"name": "其他", "timers": {"follow_up": "30 days"}}
# What an undo of a recycle changes for good.
MARKS = {"version", "updated_at", "protected_until", "notice_until"}


async def neglected(world: World, n: int, rep: Actor, pool_id: int) -> list[int]:
    return await world.customers(n, pool_id, rep.person_id, at=clock.now() - NEGLECTED)


async def newest_batch(world: World) -> int:
    async with world.transaction() as conn:
        batch: int = await value(conn, "SELECT max(batch_id) FROM event WHERE tenant_id = %s", (world.tenant_id,))
    return batch


async def undone(world: World, batch_id: int, actor: Actor | None = None, now: datetime | None = None) -> DictRow:
    """The record of an undo that was carried out."""
    async with world.transaction() as conn:
        undo_id = await start_undo(conn, actor or await world.admin(), batch_id, now=now or clock.now())
    await carry_out(world.database, world.tenant_id, undo_id)
    async with world.transaction() as conn:
        row = await one(conn, "SELECT * FROM undo WHERE tenant_id = %s AND id = %s", (world.tenant_id, undo_id))
    assert row is not None
    return row


async def kept(world: World, record: Mapping[str, Any]) -> dict[int, str]:
    async with world.transaction() as conn:
        found = await rows(
            conn,
            "SELECT customer_id, why FROM undo_kept WHERE tenant_id = %s AND undo_id = %s",
            (world.tenant_id, record["id"]),
        )
    return {row["customer_id"]: row["why"] for row in found}


async def snapshot(world: World, ids: Sequence[int]) -> list[DictRow]:
    return [await world.row(i) for i in ids]


def without_marks(found: Sequence[DictRow]) -> list[dict[str, Any]]:
    return [{name: v for name, v in row.items() if name not in MARKS} for row in found]


async def back(world: World, admin: Actor, person_id: int) -> None:
    """Taken back, and signed in by their new link."""
    async with world.transaction() as conn:
        await reactivate(conn, admin, person_id, now=clock.now())
        sql = "UPDATE person SET state = 'active' WHERE tenant_id = %s AND id = %s"
        await run(conn, sql, (world.tenant_id, person_id))


async def swept(world: World, n: int = 3, name: str = "公共公海") -> tuple[Actor, list[int], list[DictRow], int]:
    """A rep's customers, recycled just now into another pool; as they were before, and the run's batch."""
    home, target = await world.pool(f"{name}的家"), await world.pool(name)
    rep = await world.rep(f"{name}的人")
    began = clock.now() - NEGLECTED
    await world.policy(home, {**EVERYONE, "target": {"pool": name}}, at=began)
    ids = await neglected(world, n, rep, home)
    before = await snapshot(world, ids)
    assert await world.sweep(clock.now()) == ids
    assert {(await world.row(i))["pool_id"] for i in ids} == {target}
    return rep, ids, before, await newest_batch(world)


async def test_an_undone_sweep_leaves_every_column_as_it_was_but_for_the_protection(world: World) -> None:
    rep, ids, before, batch = await swept(world)
    now = clock.now()
    record = await undone(world, batch, now=now)
    after = await snapshot(world, ids)
    assert (record["state"], record["total"], record["undone"], record["kept"]) == ("done", 3, 3, 0)
    assert without_marks(after) == without_marks(before)
    async with world.transaction() as conn:
        until = end_of_working_day(now, 3, await tenant_calendar(conn, world.tenant_id))
    assert {row["protected_until"] for row in after} == {until} == {record["protected_until"]}
    for customer_id in ids:
        newest = (await world.events(customer_id))[-1]
        assert (newest["kind"], newest["owner_to"], newest["batch_id"]) == (
            "undo", rep.person_id, record["undo_batch_id"],
        )  # fmt: skip
    assert (await world.verify()).differences == 0


async def test_what_the_customer_was_before_its_spell_comes_back_too(world: World) -> None:
    """A customer that was pooled, recycled and claimed before keeps those numbers and instants."""
    pool_id = await world.pool()
    rep = await world.rep("甲")
    began = clock.now() - timedelta(days=200)
    await world.policy(pool_id, EVERYONE, at=began)
    (customer,) = await world.customers(1, pool_id, rep.person_id, at=began)
    assert await world.sweep(began + timedelta(days=60)) == [customer]
    await world.claimed(customer, rep.person_id or 0, clock.now() - NEGLECTED)
    before = await world.row(customer)
    assert await world.sweep(clock.now()) == [customer]
    await undone(world, await newest_batch(world))
    after = await world.row(customer)
    assert without_marks([after]) == without_marks([before])
    assert (after["recycle_count"], after["last_return"]) == (1, "recycle")
    assert (await world.verify()).differences == 0


async def test_the_next_sweep_leaves_re_opened_customers_alone_until_the_protection_ends(world: World) -> None:
    _, ids, _, batch = await swept(world)
    record = await undone(world, batch)
    assert await world.sweep(record["protected_until"] - timedelta(seconds=1)) == []
    assert await world.sweep(record["protected_until"]) == ids


async def test_what_moved_since_is_kept_and_an_edit_is_no_move(world: World) -> None:
    rep, ids, _, batch = await swept(world)
    await world.claimed(ids[0], (await world.rep("乙")).person_id or 0, clock.now())
    async with world.transaction() as conn:
        customer = await lock(conn, world.tenant_id, ids[1])
        await edit(conn, customer, {"level": "A"}, by=By.person(rep.person_id), at=clock.now())
    record = await undone(world, batch)
    assert await kept(world, record) == {ids[0]: "moved_since"}
    assert (record["undone"], record["kept"]) == (2, 1)
    assert [(await world.row(i))["owner_id"] for i in ids[1:]] == [rep.person_id] * 2
    assert (await world.verify()).differences == 0


async def test_a_second_undo_is_the_first_and_nothing_moves_again(world: World) -> None:
    _, ids, _, batch = await swept(world)
    first = await undone(world, batch)
    versions = [row["version"] for row in await snapshot(world, ids)]
    again = await undone(world, batch)
    assert again["id"] == first["id"]
    assert [row["version"] for row in await snapshot(world, ids)] == versions


async def test_a_former_owner_who_left_keeps_it_until_they_are_back(world: World) -> None:
    rep, ids, before, batch = await swept(world)
    admin = await world.admin()
    async with world.transaction() as conn:
        await deactivate_person(conn, admin, rep.person_id or 0, now=clock.now())
    record = await undone(world, batch)
    assert await kept(world, record) == dict.fromkeys(ids, "owner_not_active")
    await back(world, admin, rep.person_id or 0)
    again = await undone(world, batch)
    assert (again["id"] != record["id"], again["total"], again["undone"], again["kept"]) == (True, 3, 3, 0)
    assert without_marks(await snapshot(world, ids)) == without_marks(before)
    assert (await world.verify()).differences == 0


async def test_caps_do_not_refuse_an_undo(world: World) -> None:
    rep, ids, _, batch = await swept(world)
    async with world.transaction() as conn:
        await run(conn, "UPDATE pool SET holding_cap = 0, untouched_cap = 0 WHERE tenant_id = %s", (world.tenant_id,))
    record = await undone(world, batch)
    assert record["undone"] == len(ids)
    assert {(await world.row(i))["owner_id"] for i in ids} == {rep.person_id}


async def test_a_home_pool_closed_since_keeps_its_customers_where_they_are(world: World) -> None:
    _, ids, before, batch = await swept(world)
    async with world.transaction() as conn:
        await run(
            conn,
            "UPDATE pool SET state = 'closed' WHERE tenant_id = %s AND id = %s",
            (world.tenant_id, before[0]["pool_id"]),
        )
    record = await undone(world, batch)
    assert await kept(world, record) == dict.fromkeys(ids, "pool_closed")


async def test_handing_over_archiving_and_moving_between_pools_go_back_as_well(world: World) -> None:
    home, other = await world.pool("家"), await world.pool("另一个")
    rep, admin = await world.rep("甲"), await world.admin()
    owned = await world.customers(2, home, rep.person_id)
    pooled = await world.customers(2, home)
    moves = {
        "archive": lambda conn: archive(conn, admin, [*owned, *pooled], reason="重复"),
        "move_pool": lambda conn: move_pool(conn, admin, pooled, pool_id=other),
    }
    for kind, move in moves.items():
        before = await snapshot(world, [*owned, *pooled])
        async with world.transaction() as conn:
            await move(conn)
        record = await undone(world, await newest_batch(world))
        assert record["kept"] == 0, kind
        assert without_marks(await snapshot(world, [*owned, *pooled])) == without_marks(before), kind
    before = await snapshot(world, owned)
    async with world.transaction() as conn:
        await deactivate_person(conn, admin, rep.person_id or 0, now=clock.now())
    batch = await newest_batch(world)
    await back(world, admin, rep.person_id or 0)
    await undone(world, batch)
    assert without_marks(await snapshot(world, owned)) == without_marks(before)
    assert (await world.verify()).differences == 0


async def test_an_undone_import_is_archived_with_its_reason_and_only_what_is_untouched(world: World) -> None:
    pool_id = await world.pool()
    rep = await world.rep("甲")
    new = [NewCustomer({"name": f"新{i}"}, pool_id, owner) for i, owner in enumerate([None, None, rep.person_id])]
    async with world.transaction() as conn:
        batch = await new_batch(conn, world.tenant_id, "import", None, clock.now())
        ids = await insert_customers(
            conn, world.tenant_id, new, kind="import", by=By.person(None, batch), at=clock.now()
        )
    await world.claimed(ids[0], rep.person_id or 0, clock.now())
    record = await undone(world, batch)
    assert await kept(world, record) == {ids[0]: "moved_since"}
    assert [(r["state"], r["archived_reason"]) for r in await snapshot(world, ids)] == [
        ("owned", None), ("archived", "import_undone"), ("archived", "import_undone"),
    ]  # fmt: skip
    assert (await world.verify()).differences == 0


async def test_an_undo_that_was_cut_off_goes_on_where_it_stopped(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _, ids, before, batch = await swept(world, 5)
    monkeypatch.setattr(undo, "CHUNK", 2)
    calls = 0

    async def failing(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise RuntimeError("cut off")
        return await reopen(*args, **kwargs)

    reopen = undo.reopen_spells
    monkeypatch.setattr(undo, "reopen_spells", failing)
    async with world.transaction() as conn:
        undo_id = await start_undo(conn, await world.admin(), batch, now=clock.now())
    with pytest.raises(RuntimeError):
        await carry_out(world.database, world.tenant_id, undo_id)
    async with world.transaction() as conn:
        await undo.fail_undo(conn, world.tenant_id, undo_id, "cut off")
    record = await undone(world, batch)
    assert (record["id"], record["state"], record["total"], record["undone"]) == (undo_id, "done", 5, 5)
    assert without_marks(await snapshot(world, ids)) == without_marks(before)
    for customer_id in ids:
        assert [e["kind"] for e in await world.events(customer_id)] == ["create", "recycle", "undo"]
    assert (await world.verify()).differences == 0


async def test_an_undo_makes_as_few_statements_for_many_customers_as_for_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = []
    for n in (1, 40):
        _, _, _, batch = await swept(world, n, f"公海{n}")
        async with world.transaction() as conn:
            undo_id = await start_undo(conn, await world.admin(), batch, now=clock.now())
        with counted_statements(monkeypatch) as counted:
            await carry_out(world.database, world.tenant_id, undo_id)
        counts.append(len(counted))
    assert counts[0] == counts[1]
