"""Handing a whole book over: to the lead, to heirs in turn, by load and by condition, to pools; in one batch."""

from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI

from gonghai.base import clock
from gonghai.base.database import rows
from gonghai.base.errors import Forbidden, Invalid, Refusal
from gonghai.deals.actions import NewDeal, open_deal
from gonghai.moves.hand_overs.heirs import heirs
from gonghai.moves.hand_overs.queries import customer_list
from gonghai.moves.hand_overs.ways import Asked, AskedRow
from tests.fixtures.customers import counted_statements
from tests.fixtures.people import signed_in
from tests.moves.books import make_book
from tests.moves.world import World

LEVEL_A = {"fact": "level", "is": "eq", "value": "A"}


async def test_the_lead_gets_all_with_clocks_anew_and_open_deals_and_it_replays(world: World) -> None:
    book = await make_book(world)
    giver = await world.company.actor(book.giver)
    async with world.transaction() as conn:
        await open_deal(conn, giver, book.customers[0], NewDeal("大单"))
    before = await world.row(book.customers[0])
    done = await book.hand_over(Asked("manager"))
    assert (done.customers, await book.counts()) == (6, {book.lead: 6})
    after = await world.row(book.customers[0])
    assert (after["live_deals"], after["spell_no"]) == (1, before["spell_no"] + 1)
    assert after["clock_start"] > before["clock_start"]
    event = (await world.events(book.customers[0]))[-1]
    assert (event["kind"], event["reason"], event["batch_id"]) == ("hand_over", "handed_over", done.batch_id)
    assert (event["owner_from"], event["owner_to"]) == (book.giver, book.lead)
    assert event["data"]["why"] == {"way": "manager"}
    assert (await world.verify()).differences == 0


async def test_heirs_take_turns_and_by_load_whoever_holds_least_is_next(world: World) -> None:
    book = await make_book(world, n=7)
    await book.hand_over(Asked("heirs", heirs=tuple(book.heirs)))
    assert await book.counts() == {book.heirs[0]: 3, book.heirs[1]: 2, book.heirs[2]: 2}
    assert await book.owners() == [*book.heirs, *book.heirs, book.heirs[0]]
    loaded = replace(book, heirs=[await world.company.person(f"新人{i}") for i in range(3)])
    loaded.customers = await world.customers(5, book.pool, book.giver)
    await world.customers(4, loaded.pool, loaded.heirs[0])
    await world.customers(1, loaded.pool, loaded.heirs[1])
    await loaded.hand_over(Asked("heirs", "by_load", tuple(loaded.heirs)))
    assert await loaded.counts() == {loaded.heirs[1]: 2, loaded.heirs[2]: 3}
    assert (await world.verify()).differences == 0


async def test_conditions_choose_the_row_and_the_rest_follows_the_last(world: World) -> None:
    book = await make_book(world, n=2)
    other = await world.pool("大客户公海")
    some_a = await world.customers(3, book.pool, book.giver, level="A")
    some_b = await world.customers(2, book.pool, book.giver, level="B")
    asked = Asked(
        "heirs", "by_condition",
        rows=(
            AskedRow(LEVEL_A, heirs=(book.heirs[1], book.heirs[2])),
            AskedRow({"fact": "level", "is": "eq", "value": "B"}, pool_id=other),
            AskedRow(heirs=(book.heirs[0],)),
        ),
    )  # fmt: skip
    await book.hand_over(asked)
    assert await book.owners(some_a) == [book.heirs[1], book.heirs[2], book.heirs[1]]
    assert {(await world.row(i))["pool_id"] for i in some_b} == {other}
    assert await book.owners(some_b) == [None, None]
    assert await book.counts() == {book.heirs[0]: 2}
    assert (await world.events(some_a[1]))[-1]["data"]["why"] == {
        "way": "heirs", "how": "by_condition", "row": 0, "number": 1,
    }  # fmt: skip
    assert (await world.verify()).differences == 0


async def test_pools_take_each_home_or_all_into_one(world: World) -> None:
    book = await make_book(world, n=3)
    target = await world.pool("东区公海")
    await book.hand_over(Asked("pools"))
    assert {((await world.row(i))["state"], (await world.row(i))["pool_id"]) for i in book.customers} == {
        ("pooled", book.pool)
    }
    more = await world.customers(2, book.pool, book.giver)
    await book.hand_over(Asked("pools", pool_id=target))
    assert {(await world.row(i))["pool_id"] for i in more} == {target}


async def test_beyond_an_heirs_cap_only_once_it_is_confirmed_and_then_recorded(world: World) -> None:
    book = await make_book(world, n=4, heirs=2, holding_cap=1)
    asked = Asked("heirs", heirs=tuple(book.heirs))
    with pytest.raises(Refusal, match="heirs_over_cap") as refused:
        await book.hand_over(asked)
    assert refused.value.data["heirs"] == [
        {"id": str(heir), "name": f"同事{i}", "over": 1} for i, heir in enumerate(book.heirs)
    ]
    assert await book.counts() == {book.giver: 4}
    done = await book.hand_over(Asked("heirs", heirs=tuple(book.heirs), confirm_over_cap=True))
    kept = [(await world.events(i))[-1]["data"].get("over_cap") for i in book.customers]
    assert kept == [None, None, {"used": 1, "limit": 1}, {"used": 1, "limit": 1}]
    async with world.transaction() as conn:
        got = await rows(
            conn,
            "SELECT person_id, customers, over_cap FROM hand_over_receiver WHERE tenant_id = %s AND hand_over_id = %s",
            (world.tenant_id, done.id),
        )
    assert [tuple(row.values()) for row in got] == [(heir, 2, 1) for heir in book.heirs]


async def test_what_cannot_be_is_refused_in_words(world: World) -> None:
    book = await make_book(world)
    gone, invited = book.heirs[0], await world.company.person("未激活", active=False)
    await book.leaves(gone)
    refused: list[tuple[Asked, str]] = [
        (Asked("heirs", heirs=(book.heirs[1], gone)), "heir_not_active"),
        (Asked("heirs", heirs=(invited,)), "heir_not_active"),
        (Asked("heirs", heirs=(book.giver,)), "heir_is_giver"),
        (Asked("heirs"), "no_heirs"),
        (Asked("pools", pool_id=987_654), "pool_not_open"),
        (Asked("heirs", heirs=(987_654,)), "not_found"),
    ]
    for asked, code in refused:
        with pytest.raises(Refusal) as refusal:
            await book.hand_over(asked)
        assert refusal.value.code == code
    with pytest.raises(Refusal) as left:
        await book.hand_over(Asked("heirs", heirs=(gone, invited)))
    assert [p["name"] for p in left.value.data["persons"]] == ["同事0", "未激活"]
    assert await book.counts() == {book.giver: 6}


async def test_faults_of_a_condition_are_told_at_their_path(world: World) -> None:
    book = await make_book(world)
    bad: list[tuple[tuple[AskedRow, ...], list[tuple[str, str]]]] = [
        ((), [("body.rows", "rows_missing")]),
        ((AskedRow(None, (1,)), AskedRow(LEVEL_A)), [
            ("body.rows[0].when", "condition_missing"), ("body.rows[1].when", "last_row_is_everyone_else")]),
        ((AskedRow({"all": [{"fact": "level", "is": "older"}]}, (1,)), AskedRow()),
         [("body.rows[0].when.all[0].is", "unknown_operator")]),
    ]  # fmt: skip
    for table, faults in bad:
        with pytest.raises(Invalid) as refused:
            await book.hand_over(Asked("heirs", "by_condition", rows=table))
        assert [(e["path"], e["code"]) for e in refused.value.errors] == faults


async def test_managers_hand_over_within_their_subtree_but_never_their_own_book(world: World) -> None:
    book = await make_book(world)
    outsider = await world.company.person("外部门")
    with pytest.raises(Forbidden):
        await book.hand_over(Asked("heirs", heirs=(outsider,)), by=book.lead)
    with pytest.raises(Forbidden):
        await book.hand_over(Asked("heirs", heirs=(book.heirs[0],), deactivate=True), by=book.lead)
    with pytest.raises(Forbidden):
        await book.hand_over(Asked("manager"), by=book.heirs[0])
    book.giver, giver = book.lead, book.giver
    with pytest.raises(Forbidden):
        await book.hand_over(Asked("heirs", heirs=(book.heirs[0],)), by=book.lead)
    book.giver = giver
    done = await book.hand_over(Asked("heirs", heirs=(book.lead, book.heirs[0])), by=book.lead)
    assert (done.customers, await book.counts()) == (6, {book.lead: 3, book.heirs[0]: 3})


async def test_an_empty_book_of_somebody_who_stays_is_refused(world: World) -> None:
    book = await make_book(world, n=0)
    with pytest.raises(Refusal, match="nothing_to_hand_over"):
        await book.hand_over(Asked("manager"))
    assert (await book.hand_over(Asked("manager", deactivate=True))).customers == 0


async def test_heirs_and_a_records_customers_cost_the_same_statements_however_many(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, boss, seen = await make_book(world, n=0, heirs=9), await world.admin(), []
    for n, chosen in ((1, book.heirs[:1]), (9, book.heirs)):
        await world.customers(n, book.pool, book.giver)
        async with world.transaction() as conn:
            with counted_statements(monkeypatch) as looked:
                found = await heirs(conn, boss, book.giver, text=None, limit=n, now=clock.now())
        done = await book.hand_over(Asked("heirs", heirs=tuple(chosen)))
        assert done.id is not None
        async with world.transaction() as conn:
            with counted_statements(monkeypatch) as read:
                listed = await customer_list(conn, boss, done.id, person_id=None, pool_id=None, behind=0, limit=50)
        assert (len(found), len(listed)) == (n, n)
        seen.append((len(looked), len(read)))
    assert seen[0] == seen[1]


async def test_10_000_customers_go_to_20_heirs_in_at_most_40_statements(
    world: World, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All statements of the request are counted, with up to 200 open tasks. Leaving the company costs more, but not for
    each customer either."""
    book = await make_book(world, n=0, heirs=20, holding_cap=100_000)
    leavers = [await world.company.person(name) for name in ("走一", "走二")]
    heirs = [str(heir) for heir in book.heirs]
    by_condition = [{"when": LEVEL_A, "to": "heirs", "heirs": heirs[:2]}, {"to": "heirs", "heirs": heirs}]
    asked: list[tuple[int, int, dict[str, Any]]] = [
        (book.giver, 10_000, {"way": "heirs", "how": "by_condition", "rows": by_condition}),
        (leavers[0], 40, {"way": "heirs", "how": "by_load", "heirs": heirs, "deactivate": True}),
        (leavers[1], 400, {"way": "heirs", "how": "by_load", "heirs": heirs, "deactivate": True}),
    ]
    counted = []
    async with await signed_in(app, world.company) as boss:
        for giver, n, body in asked:
            customers = await world.customers(n, book.pool, giver)
            given = {"customer_ids": [str(c) for c in customers[:200]], "to": {"kind": "owner"}, "title": "回访"}
            assert (await boss.post("/tasks", json=given)).status_code == 200
            key = {"Idempotency-Key": str(giver)}
            with counted_statements(monkeypatch) as seen:
                answer = await boss.post(f"/people/{giver}/hand-over", json=body, headers=key)
            assert answer.status_code == 200, answer.text
            assert answer.json()["customers"] == n
            assert answer.json()["hand_over"]["tasks"] == min(n, 200)
            assert {r["customers"] for r in answer.json()["hand_over"]["receivers"]} == {n // 20}
            print(f"{n} customers, {body['how']}: {len(seen)} statements")
            # Who signed in is remembered for a while, however long that is on a busy machine.
            counted.append(sum("find_session" not in statement for statement in seen))
    assert counted[0] < 40
    assert counted[1] == counted[2]
    assert (await world.verify()).differences == 0
