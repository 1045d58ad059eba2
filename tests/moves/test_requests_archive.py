"""Archiving on request, re-verification and transfers: what each yes and no does, alone and in one bulk."""

from datetime import timedelta

import pytest
from psycopg.types.json import Jsonb

from gonghai.base import clock
from gonghai.base.database import rows
from gonghai.base.errors import Refusal
from gonghai.moves.close_pool import close_pool
from gonghai.moves.requests.reverify import TO_ASK, ask_reverify
from gonghai.moves.transfer import transfer
from gonghai.pools.actions import NewPool, Subject, create_pool
from tests.moves.desk import Desk, make_desk
from tests.moves.world import World

RULE = {"zh": "两年没人要", "en": "nobody wanted it for two years"}


async def reverify(desk: Desk, customers: list[int], decider_id: int | None = None) -> dict[int, int]:
    async with desk.world.transaction() as conn:
        return await ask_reverify(
            conn, desk.world.tenant_id, customers, pool_id=desk.pool, decider_id=decider_id, batch_id=1, rule=RULE,
            at=clock.now(),
        )  # fmt: skip


async def test_a_managers_yes_archives_what_the_owner_asked_for(world: World) -> None:
    desk = await make_desk(world)
    (customer,) = await desk.mine()
    request = await desk.ask_archive(customer)
    with pytest.raises(Refusal, match="already_asked"):
        await desk.ask_archive(customer)
    assert await desk.codes(desk.boss, request) == [None]
    row = await world.row(customer)
    assert (row["state"], row["archived_reason"]) == ("archived", "公司已注销")
    assert (await world.verify()).differences == 0


async def test_a_no_leaves_the_customer_with_its_owner(world: World) -> None:
    desk = await make_desk(world)
    (customer,) = await desk.mine()
    request = await desk.ask_archive(customer)
    assert await desk.codes(desk.boss, request, accept=False) == [None]
    assert (await world.row(customer))["owner_id"] == desk.rep.person_id
    (stored,) = await desk.requests()
    assert (stored["state"], stored["answer"], stored["decided_by"]) == ("declined", "好的", desk.boss.person_id)


async def test_still_good_stays_and_no_good_is_archived(world: World) -> None:
    desk = await make_desk(world)
    good, bad = await world.customers(2, desk.pool)
    asked = await reverify(desk, [good, bad])
    assert await desk.codes(desk.keeper, asked[good]) == [None]
    assert await desk.codes(desk.keeper, asked[bad], accept=False) == [None]
    rows_now = [await world.row(c) for c in (good, bad)]
    assert [(r["state"], r["archived_reason"]) for r in rows_now] == [("pooled", None), ("archived", "not_verified")]
    assert (await world.verify()).differences == 0


async def test_a_named_person_verifies_and_nobody_is_asked_twice_within_ninety_days(world: World) -> None:
    desk = await make_desk(world)
    (customer,) = await world.customers(1, desk.pool)
    (owned,) = await desk.mine()
    asked = await reverify(desk, [customer, owned], decider_id=desk.colleague.person_id)
    assert set(asked) == {customer}
    assert await reverify(desk, [customer]) == {}, "the first one waits"
    assert await to_ask(desk, customer, 0) is False
    assert await desk.codes(desk.keeper, asked[customer]) == ["not_found"]
    assert await desk.codes(desk.colleague, asked[customer]) == [None]
    assert await to_ask(desk, customer, 89) is False
    assert await to_ask(desk, customer, 91) is True


async def to_ask(desk: Desk, customer: int, days: int) -> bool:
    async with desk.world.transaction() as conn:
        found = await rows(
            conn, f"SELECT c.id FROM customer c WHERE c.id = %(id)s AND {TO_ASK}",
            {"id": customer, "now": clock.now() + timedelta(days=days)},
        )  # fmt: skip
    return bool(found)


async def test_a_claim_lapses_the_question(world: World) -> None:
    desk = await make_desk(world)
    (customer,) = await world.customers(1, desk.pool)
    asked = await reverify(desk, [customer])
    await world.claimed(customer, desk.colleague.person_id or 0, clock.now())
    assert await desk.codes(desk.keeper, asked[customer], accept=False) == ["request_lapsed"]


async def test_requests_of_all_kinds_are_decided_in_one_bulk_each_on_what_the_others_left(world: World) -> None:
    desk = await make_desk(world)
    boss = await world.admin()
    one, two = await desk.mine(2)
    (pooled,) = await world.customers(1, desk.pool)
    extension, other = await desk.extend(one), await desk.extend(two)
    archiving = await desk.ask_archive(one)
    asked = await reverify(desk, [pooled])
    (gone,) = await desk.taken()
    appeal = await desk.appeal(gone)
    assert await desk.codes(boss, archiving, extension, appeal, asked[pooled], other, 10**9) == [None] * 5 + [
        "not_found"
    ]
    states = [(await world.row(c))["state"] for c in (one, two, pooled, gone)]
    assert states == ["archived", "owned", "pooled", "owned"]
    assert (await world.verify()).differences == 0


async def test_transfers_stay_in_the_list_and_are_accepted_in_bulk_as_far_as_the_cap_goes(world: World) -> None:
    desk = await make_desk(world, holding_cap=1)
    customers = await desk.mine(2)
    for customer in customers:
        async with world.transaction() as conn:
            (asked,) = await transfer(conn, desk.rep, [customer], owner_id=desk.colleague.person_id or 0)
            assert asked.outcome == "requested"
    requests = [r["id"] for r in await desk.requests()]
    assert await desk.codes(desk.boss, *requests) == ["not_found"] * 2
    assert await desk.codes(desk.colleague, *requests) == [None, "over_cap"]
    assert (await world.verify()).differences == 0


async def test_asking_and_deciding_have_people_told(world: World) -> None:
    desk = await make_desk(world)
    (customer,) = await desk.mine()
    request = await desk.extend(customer)
    await desk.codes(desk.boss, request)
    async with world.transaction() as conn:
        jobs = await rows(
            conn, "SELECT count(*) AS n FROM procrastinate_jobs WHERE task_name = 'notify' AND args = %s",
            (Jsonb({"tenant_id": world.tenant_id, "requests": [request]}),),
        )  # fmt: skip
    assert jobs[0]["n"] == 2


async def test_what_waits_for_a_pools_admins_is_for_its_successors_when_it_is_closed(world: World) -> None:
    desk = await make_desk(world)
    (customer,) = await desk.taken()
    appeal = await desk.appeal(customer)
    (pooled,) = await world.customers(1, desk.pool)
    asked = await reverify(desk, [pooled])
    keeper = await world.company.person("池管二")
    new = NewPool("接手的公海", scopes={"claim": [Subject("all")], "admin": [Subject("person", keeper)]})
    async with world.transaction() as conn:
        successor = await create_pool(conn, world.company.system, new, now=clock.now())
        await close_pool(conn, world.company.system, desk.pool, successor_id=successor, now=clock.now())
    heir = await world.company.actor(keeper)
    assert await desk.codes(heir, asked[pooled]) == [None]
    assert await desk.codes(heir, appeal) == ["pool_not_open"], "its home is gone; it can be assigned by hand"
    assert await desk.codes(heir, appeal, accept=False) == [None]
