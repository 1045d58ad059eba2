"""Who is told what: of moves, sweeps and requests; once, never of one's own doing, in words of both languages."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from fastapi import FastAPI

from gonghai.base import clock
from gonghai.moves.assign import assign
from gonghai.moves.hand_over import deactivate_person
from gonghai.moves.pool_moves import archive
from gonghai.moves.share import add_collaborators
from gonghai.moves.transfer import transfer
from gonghai.notifications.starts import notify_starts
from gonghai.people.departments import edit_department
from gonghai.people.queries import department
from gonghai.policy.versions import Start, publish
from tests.fixtures.customers import counted_statements
from tests.fixtures.people import signed_in
from tests.moves.world import World
from tests.notifications.told import inbox, said, work_off

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def everyone(**timers: str) -> dict[str, Any]:
    return {"name": "所有客户", "timers": timers}


async def test_the_new_owner_is_told_of_an_assignment_and_who_did_it_is_not(world: World, app: FastAPI) -> None:
    pool = await world.pool()
    amy, boss = await world.rep("amy"), await world.admin()
    one, *three = await world.customers(4, pool)
    async with world.transaction() as conn:
        await assign(conn, boss, [one], owner_id=amy.person_id or 0)
        await assign(conn, boss, three, owner_id=amy.person_id or 0)
        await assign(conn, boss, await world.customers(1, pool), owner_id=boss.person_id or 0)
    await work_off(world)
    many, single = await inbox(app, world, amy)
    assert said([single]) == [("assigned", "管理员把「客户0」分配给了你", "管理员 assigned 客户0 to you")]
    assert single["link"] == {"kind": "customer", "id": str(one)}
    assert said([many]) == [("assigned", "管理员把 3 个客户分配给了你", "管理员 assigned 3 customers to you")]
    assert [line["zh"] for line in many["lines"]] == ["客户1", "客户2", "客户3"]
    assert await inbox(app, world, boss) == []


async def test_whoever_a_customer_is_shared_with_is_told_by_whom(world: World, app: FastAPI) -> None:
    pool = await world.pool()
    amy, bob, cid = await world.rep("amy"), await world.rep("bob"), await world.rep("cid")
    customers = await world.customers(3, pool, amy.person_id)
    async with world.transaction() as conn:
        await add_collaborators(conn, amy, customers[:1], [bob.person_id or 0, cid.person_id or 0])
        await add_collaborators(conn, amy, customers[1:], [bob.person_id or 0])
    await work_off(world)
    many, single = await inbox(app, world, bob)
    assert said([single]) == [("shared", "amy请你协作「客户0」", "Amy shared 客户0 with you")]
    assert said([many]) == [("shared", "amy请你协作 2 个客户", "Amy shared 2 customers with you")]
    assert (single["link"], many["link"]) == (
        {"kind": "customer", "id": str(customers[0])},
        {"kind": "shared", "id": None},
    )
    assert len(await inbox(app, world, cid)) == 1
    assert await inbox(app, world, amy) == []


async def test_what_a_friend_passes_on_names_the_deadline_that_comes_along(world: World, app: FastAPI) -> None:
    pool = await world.pool(transfer_needs_acceptance=False)
    amy, bob = await world.rep("amy"), await world.rep("bob")
    began = clock.now() - 29 * DAY
    await world.policy(pool, everyone(follow_up="30 days"), at=began - DAY)
    (customer,) = await world.customers(1, pool, amy.person_id, at=began)
    async with world.transaction() as conn:
        await transfer(conn, amy, [customer], owner_id=bob.person_id or 0)
    await work_off(world)
    (told,) = await inbox(app, world, bob)
    assert said([told]) == [("transferred", "amy的「客户0」转移给了你", "客户0 passed from amy to you")]
    ends = began.astimezone(SHANGHAI) + 31 * DAY
    line = {"zh": f"客户0：{ends:%m-%d} 00:00 掉公海", "en": f"客户0: goes {ends:%b} {ends.day}, 00:00"}
    assert told["lines"] == [line]
    assert await inbox(app, world, amy) == []


async def test_what_a_manager_passes_on_is_told_to_both(world: World, app: FastAPI) -> None:
    pool = await world.pool()
    amy, bob, boss = await world.rep("amy"), await world.rep("bob"), await world.admin()
    ids = await world.customers(2, pool, amy.person_id)
    async with world.transaction() as conn:
        await transfer(conn, boss, ids, owner_id=bob.person_id or 0)
    await work_off(world)
    assert said(await inbox(app, world, amy)) == [
        ("transferred_away", "管理员把你的 2 个客户转给了bob", "管理员 passed 2 customers from you to bob")
    ]
    assert said(await inbox(app, world, bob)) == [
        ("transferred", "amy的 2 个客户转移给了你", "2 customers passed from amy to you")
    ]


async def test_the_owner_is_told_of_an_archived_customer_and_the_lead_of_a_leavers(world: World, app: FastAPI) -> None:
    pool = await world.pool()
    chief = await world.company.person("chief", ("manager",))
    sales = await world.company.department("一部", leads=[chief])
    amy = await world.company.actor(await world.company.person("amy", department_id=sales))
    first, *_ = await world.customers(3, pool, amy.person_id)
    boss = await world.admin()
    async with world.transaction() as conn:
        await archive(conn, boss, [first], reason="bankrupt")
    await work_off(world)
    assert [kind for kind, *_ in said(await inbox(app, world, amy))] == ["archived"]
    async with world.transaction() as conn:
        await deactivate_person(conn, boss, amy.person_id or 0, now=clock.now())
    await work_off(world)
    assert said(await inbox(app, world, chief)) == [
        ("handed_over", "amy离职，2 个客户已交回公海", "Amy left; 2 customers went back to the pool")
    ]


async def test_who_loses_customers_by_a_sweep_is_told_once_per_run(world: World, app: FastAPI) -> None:
    pool = await world.pool()
    amy, bob = await world.rep("amy"), await world.rep("bob")
    began = local("2026-10-01 10:00")
    await world.policy(pool, everyone(follow_up="30 days"), at=began - DAY)
    await world.customers(7, pool, amy.person_id, at=began)
    await world.customers(1, pool, bob.person_id, at=began)
    assert len(await world.sweep(local("2026-11-02 00:00"))) == 8
    await work_off(world)
    (mine,) = await inbox(app, world, amy)
    assert said([mine]) == [("taken", "7 个客户已掉公海", "7 customers went back to the pool")]
    assert [line["zh"] for line in mine["lines"]][-2:] == ["客户4", "另有 2 个"]
    assert mine["link"]["kind"] == "run"
    async with await signed_in(app, world.company, amy.person_id) as client:
        # What the run took from others is not for a rep to read.
        found = (await client.get(f"/recycle-runs/{mine['link']['id']}/items")).json()["items"]
        assert [item["owner"]["name"] for item in found] == ["amy"] * 7
        assert (await client.get(f"/recycle-runs/{mine['link']['id']}")).status_code == 403
    (theirs,) = await inbox(app, world, bob)
    assert theirs["title"]["zh"] == "「客户0」已掉公海"


async def test_warnings_of_a_day_are_one_digest_that_is_news_again_when_it_grows(world: World, app: FastAPI) -> None:
    pool = await world.pool(notice_floor=True)
    amy = await world.rep("amy")
    await world.policy(pool, everyone(follow_up="30 days"), at=local("2026-10-01 00:00"))
    await world.customers(1, pool, amy.person_id, at=local("2026-11-02 10:00"))
    await world.customers(1, pool, amy.person_id, at=local("2026-11-06 10:00"))
    await world.sweep(local("2026-11-29 09:00"))
    await work_off(world)
    (digest,) = await inbox(app, world, amy)
    assert said([digest]) == [
        ("falling", "1 个客户快掉公海了", "1 customer about to go back to the pool"),
    ]
    assert digest["lines"] == [
        {"zh": "客户0：12-03 00:00 掉公海（未跟进）", "en": "客户0: goes Dec 3, 00:00 (no follow-up)"}
    ]
    assert digest["link"] == {"kind": "falling", "id": None}
    async with await signed_in(app, world.company, amy.person_id) as client:
        assert (await client.get("/me")).json()["unread_notices"] == 1
        assert (await client.post("/inbox/read", json={"ids": [digest["id"]]})).json() == {"unread": 0}
        await work_off(world)
        assert (await client.get("/me")).json()["unread_notices"] == 0
        # Some are told later on the same day.
        await world.customers(2, pool, amy.person_id, at=local("2026-11-02 12:00"))
        await world.sweep(local("2026-11-29 15:00"))
        await work_off(world)
        (grown,) = (await client.get("/inbox")).json()["items"]
        assert (grown["id"], grown["read_at"], grown["title"]["zh"]) == (digest["id"], None, "3 个客户快掉公海了")
        await world.sweep(local("2026-11-30 00:30"))
        await work_off(world)
        assert [n["title"]["zh"] for n in (await client.get("/inbox")).json()["items"]] == [
            "4 个客户快掉公海了",
            "3 个客户快掉公海了",
        ]


async def test_the_nearest_lead_hears_of_last_warnings(world: World, app: FastAPI) -> None:
    pool = await world.pool(notice_floor=True)
    top, chief = [await world.company.person(name, ("manager",)) for name in ("top", "chief")]
    async with world.transaction() as conn:
        root = await department(conn, world.tenant_id, world.company.root_id)
        boss = await world.admin()
        await edit_department(conn, boss, root.id, root.version, lead_ids=[top], now=clock.now())
    sales = await world.company.department("一部", leads=[chief])
    amy = await world.company.person("amy", department_id=sales)
    await world.policy(pool, everyone(follow_up="30 days"), at=local("2026-10-01 00:00"))
    for owner in (amy, chief):
        await world.customers(2, pool, owner, at=local("2026-11-02 10:00"))
    await world.sweep(local("2026-11-30 09:00"))
    await work_off(world)
    assert await inbox(app, world, top) == []
    await world.sweep(local("2026-12-02 09:00"))
    await work_off(world)
    of_chief = [n for n in await inbox(app, world, chief) if n["kind"] == "falling_team"]
    assert [n["title"]["zh"] for n in of_chief] == ["团队有 2 个客户快掉公海了"]
    assert of_chief[0]["lines"] == [{"zh": "amy：2 个", "en": "amy: 2"}]
    # Nobody is their own manager: the lead's own customers are the next lead's.
    assert [n["lines"][0]["zh"] for n in await inbox(app, world, top)] == ["chief：2 个"]


async def test_the_decider_is_told_of_a_request_and_the_asker_of_the_answer(world: World, app: FastAPI) -> None:
    pool = await world.pool(transfer_needs_acceptance=True)
    amy, bob = await world.rep("amy"), await world.rep("bob")
    (customer,) = await world.customers(1, pool, amy.person_id)
    async with await signed_in(app, world.company, amy.person_id) as client:
        asked = await client.post(f"/customers/{customer}/transfer", json={"owner_id": str(bob.person_id)})
        assert asked.status_code == 202, asked.text
    await work_off(world)
    (told,) = await inbox(app, world, bob)
    assert said([told]) == [("request_asked", "amy提出转移申请：「客户0」", "Amy asks for a transfer: 客户0")]
    assert told["link"] == {"kind": "request", "id": asked.json()["request_id"]}
    async with await signed_in(app, world.company, bob.person_id) as client:
        declined = await client.post(f"/requests/{asked.json()['request_id']}/decline", json={})
        assert declined.status_code == 200, declined.text
    await work_off(world)
    assert said(await inbox(app, world, amy)) == [
        ("request_decided", "bob没有同意你的转移申请：「客户0」", "Bob declined your request for a transfer: 客户0")
    ]


async def test_rules_that_start_soon_are_announced_once_to_author_and_pool_admins(world: World, app: FastAPI) -> None:
    pool = await world.pool()
    amy, boss = await world.rep("amy"), await world.admin()
    now = clock.now()
    await world.customers(2, pool, amy.person_id, at=now - 40 * DAY)
    starts = now + timedelta(hours=20)
    async with world.transaction() as conn:
        document = {"segments": [everyone(follow_up="30 days")]}
        await publish(conn, boss, pool, document, at=now, start=Start(effective_from=starts))
    for _ in range(2):
        async with world.transaction() as conn:
            await notify_starts(conn, world.tenant_id, now=now)
    (told,) = await inbox(app, world, boss)
    assert said([told]) == [("policy_starts", "「公共公海」的新规则快生效了", "New rules of 公共公海 start soon")]
    when = starts.astimezone(SHANGHAI).strftime("%m-%d %H:%M")
    assert [line["zh"] for line in told["lines"]] == [
        f"第 1 版，{when} 生效",
        "按规则：立即收回 2 个，7 天内 2 个，30 天内 2 个",
        "实际：立即收回 0 个，7 天内 2 个，30 天内 2 个",
    ]
    assert told["link"] == {"kind": "policy", "id": str(pool)}
    assert await inbox(app, world, amy) == []


async def test_an_inbox_is_ones_own(world: World, app: FastAPI) -> None:
    pool = await world.pool()
    amy, bob, boss = await world.rep("amy"), await world.rep("bob"), await world.admin()
    async with world.transaction() as conn:
        await assign(conn, boss, await world.customers(1, pool), owner_id=amy.person_id or 0)
    await work_off(world)
    (mine,) = await inbox(app, world, amy)
    async with await signed_in(app, world.company, bob.person_id) as client:
        assert (await client.post("/inbox/read", json={"ids": [mine["id"]]})).json() == {"unread": 0}
        assert (await client.post("/inbox/read", json={"ids": [mine["id"]], "all": True})).status_code == 422
    (still,) = await inbox(app, world, amy, unread=True)
    assert still["read_at"] is None


async def test_a_page_of_notices_costs_the_same_number_of_statements_for_any_number(
    world: World, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = await world.pool()
    amy, boss = await world.rep("amy"), await world.admin()
    client: httpx.AsyncClient
    async with await signed_in(app, world.company, amy.person_id) as client:
        counts = []
        await client.get("/inbox")
        for n in (2, 30):
            for customer in await world.customers(n, pool):
                async with world.transaction() as conn:
                    await assign(conn, boss, [customer], owner_id=amy.person_id or 0)
            await work_off(world)
            with counted_statements(monkeypatch) as seen:
                assert len((await client.get("/inbox")).json()["items"]) >= n
            counts.append(len(seen))
        assert counts[0] == counts[1]
        page = (await client.get("/inbox", params={"limit": 20})).json()
        rest = (await client.get("/inbox", params={"limit": 20, "after": page["next"]})).json()
        ids = [n["id"] for n in [*page["items"], *rest["items"]]]
        assert (len(set(ids)), rest["next"]) == (32, None)
