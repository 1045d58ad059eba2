"""The company's leaver rule in the deactivation's own transaction; requests pass on; who comes back comes back clean."""

from datetime import timedelta

import pytest
from fastapi import FastAPI

from gonghai.base import clock
from gonghai.base.database import rows, run, value
from gonghai.base.errors import Refusal
from gonghai.moves.close_pool import close_pool
from gonghai.moves.hand_overs.rule import set_leaver_rule
from gonghai.moves.requests.table import Asking, ask
from gonghai.moves.transfer import transfer
from gonghai.people.departments import edit_department
from gonghai.people.persons import reactivate
from gonghai.pools.actions import Subject, edit_pool
from gonghai.pools.actor import load_actor
from gonghai.pools.limit_actions import grant_override, set_limit
from tests.moves.books import Book, make_book
from tests.moves.world import World
from tests.notifications.told import inbox, said, work_off


async def rule(world: World, name: str, pool_id: int | None = None) -> None:
    async with world.transaction() as conn:
        version = await value(conn, "SELECT version FROM tenant WHERE id = %s", (world.tenant_id,))
        await set_leaver_rule(conn, world.company.system, version, name, pool_id, now=clock.now())


async def test_by_the_rule_manager_the_nearest_active_lead_gets_all_over_any_cap(world: World) -> None:
    book = await make_book(world, n=3, holding_cap=1)
    await rule(world, "manager")
    assert await book.leaves() == 3
    assert await book.counts() == {book.lead: 3}
    events = [(await world.events(i))[-1] for i in book.customers]
    assert {e["reason"] for e in events} == {"owner_left"}
    assert [e["data"].get("over_cap") for e in events] == [None, {"used": 1, "limit": 1}, {"used": 2, "limit": 1}]
    assert events[0]["data"]["why"] == {"way": "manager", "by_rule": True}
    assert (await world.verify()).differences == 0


async def test_without_a_lead_who_can_own_they_go_home(world: World) -> None:
    book = await make_book(world, n=2)
    await rule(world, "manager")
    mine = await world.customers(2, book.pool, book.lead)
    # The lead leads their own people and nobody leads the lead.
    assert await book.leaves(book.lead) == 2
    assert await book.owners(mine) == [None, None]
    assert await book.leaves() == 2
    assert await book.counts() == {None: 2}


async def test_above_a_department_without_lead_the_next_one_up_gets_them(world: World) -> None:
    book = await make_book(world, n=1)
    await rule(world, "manager")
    top, root = await world.company.person("总监", ("manager",)), world.company.root_id
    async with world.transaction() as conn:
        version = await value(
            conn, "SELECT version FROM department WHERE tenant_id = %s AND id = %s", (world.tenant_id, root)
        )
        await edit_department(conn, world.company.system, root, version, lead_ids=[top], now=clock.now())
    await book.leaves(book.lead)
    assert await book.leaves() == 1
    assert await book.counts() == {top: 1}


async def test_by_the_rule_pool_all_go_there_and_it_cannot_be_closed(world: World) -> None:
    book = await make_book(world, n=2)
    target = await world.pool("离职公海")
    await rule(world, "pool", target)
    async with world.transaction() as conn:
        with pytest.raises(Refusal, match="pool_is_leaver_pool"):
            await close_pool(conn, world.company.system, target, successor_id=book.pool, now=clock.now())
    await book.leaves()
    assert {(await world.row(i))["pool_id"] for i in book.customers} == {target}
    await rule(world, "home_pool")
    async with world.transaction() as conn:
        await close_pool(conn, world.company.system, target, successor_id=book.pool, now=clock.now())
    with pytest.raises(Refusal, match="pool_not_open"):
        await rule(world, "pool", target)


async def asked(book: Book, customer: int, by: int | None, kind: str, decider: int | None) -> int:
    row = await book.world.row(customer)
    async with book.world.transaction() as conn:
        made = await ask(
            conn, book.world.tenant_id, [Asking(kind, row, decider_id=decider)], asked_by=by, at=clock.now()
        )
    return made[customer]


async def states(book: Book, ids: list[int]) -> list[tuple[str, int | None]]:
    async with book.world.transaction() as conn:
        found = await rows(
            conn,
            "SELECT r.id, r.state, r.decider_id FROM request r WHERE r.tenant_id = %s AND r.id = ANY (%s)",
            (book.world.tenant_id, ids),
        )
    by_id = {row["id"]: (row["state"], row["decider_id"]) for row in found}
    return [by_id[i] for i in ids]


async def test_their_requests_lapse_and_what_they_alone_had_to_decide_goes_to_their_lead(
    world: World, app: FastAPI
) -> None:
    book = await make_book(world, n=1, heirs=1, transfer_needs_acceptance=True)
    colleague = book.heirs[0]
    (theirs,) = await world.customers(1, book.pool, colleague)
    pooled = await world.customers(2, book.pool)
    mine = await asked(book, book.customers[0], book.giver, "archive", None)
    verify = await asked(book, pooled[0], None, "reverify", book.giver)
    async with world.transaction() as conn:
        actor = await load_actor(conn, world.tenant_id, colleague)
        (passed,) = await transfer(conn, actor, [theirs], owner_id=book.giver)
    transferred = int(passed.data["request_id"])
    other = await asked(book, pooled[1], None, "reverify", colleague)
    await book.leaves()
    assert await states(book, [mine, verify, transferred, other]) == [
        ("lapsed", None), ("open", book.lead), ("lapsed", book.giver), ("open", colleague),
    ]  # fmt: skip
    await work_off(world)
    told = [title for kind, title, _ in said(await inbox(app, world, colleague)) if kind == "request_lapsed"]
    assert told == ["交接人已离职，你的转移申请已失效：「客户0」"]
    assert "request_asked" in [kind for kind, *_ in said(await inbox(app, world, book.lead))]


async def test_who_waited_for_a_lead_who_left_waits_for_the_admins_and_they_are_told(
    world: World, app: FastAPI
) -> None:
    book = await make_book(world, n=1)
    await asked(book, book.customers[0], book.giver, "archive", None)
    await work_off(world)
    assert await inbox(app, world, world.company.admin_id) == []
    other = await world.company.person("另一位管理员", ("admin",))
    await book.leaves(book.lead)
    await work_off(world)
    for admin in (world.company.admin_id, other):
        assert "request_asked" in [kind for kind, *_ in said(await inbox(app, world, admin))]


async def test_whoever_comes_back_has_nothing_of_the_old_rights(world: World) -> None:
    book = await make_book(world, n=1)
    boss, leaver = await world.admin(), book.giver
    now = clock.now()
    async with world.transaction() as conn:
        subjects = [Subject("person", leaver), Subject("person", book.lead)]
        await edit_pool(conn, boss, book.pool, {}, {"admin": subjects, "see": [subjects[0]]}, version=1, now=now)
        await set_limit(conn, boss, book.pool, "daily_quota", Subject("person", leaver), 99, now=now)
        await grant_override(
            conn, boss, book.pool, "daily_quota", leaver, 50,
            from_at=now, until_at=now + timedelta(days=30), why="旺季", now=now,
        )  # fmt: skip
    await book.leaves()
    async with world.transaction() as conn:
        await reactivate(conn, boss, leaver, now=clock.now())
        await run(
            conn, "UPDATE person SET state = 'active' WHERE tenant_id = %s AND id = %s", (world.tenant_id, leaver)
        )
        actor = await load_actor(conn, world.tenant_id, leaver)
        assert not actor.administers(book.pool)
        assert (actor.roles, actor.led) == ({"rep"}, frozenset())
        left = await rows(
            conn,
            "SELECT x.rule FROM person p, limits_of(p.tenant_id, p.id, %s, p.department_id, p.roles, clock_timestamp()) x"
            " WHERE p.tenant_id = %s AND p.id = %s",
            (book.pool, world.tenant_id, leaver),
        )
        assert left == []
        kept = await rows(
            conn, "SELECT subject_id FROM pool_scope WHERE tenant_id = %s AND pool_id = %s AND subject = 'person'",
            (world.tenant_id, book.pool),
        )  # fmt: skip
    assert [row["subject_id"] for row in kept] == [book.lead]
