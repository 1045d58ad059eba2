"""The main job through HTTP: a customer flows from neglect to the pool to the next owner, and every step is explained."""

from datetime import timedelta

import httpx
from fastapi import FastAPI

from gonghai.base import clock
from gonghai.moves.recycle import carry_out, start_run
from gonghai.pools.actions import NewPool, create_pool
from tests.fixtures.people import Company, signed_in

POLICY = {
    "segments": [
        {
            "name": {"zh": "A 级客户", "en": "Level A"},
            "when": {"fact": "level", "is": "eq", "value": "A"},
            "timers": {"first_contact": "1 working_days", "follow_up": "7 days"},
        },
        {"name": {"zh": "其他", "en": "Others"}, "timers": {"follow_up": "30 days"}},
    ]
}


async def a_pool(company: Company, **settings: object) -> int:
    async with company.database.tenant(company.tenant_id) as conn:
        return await create_pool(
            conn, company.system, NewPool("华东公海", {"notice_floor": False, **settings}), now=clock.now()
        )


async def sweep(company: Company, days: int) -> dict[str, int]:
    """A sweep as it would be so many days from now."""
    now = clock.now() + timedelta(days=days)
    async with company.database.tenant(company.tenant_id) as conn:
        run_id = await start_run(conn, company.tenant_id, pool_id=None, requested_by=None, now=now)
    assert run_id is not None
    await carry_out(company.database, company.tenant_id, run_id)
    async with company.database.tenant(company.tenant_id) as conn:
        row = await (await conn.execute("SELECT * FROM recycle_run WHERE id = %s", (run_id,))).fetchone()
    assert row is not None
    return row


async def test_a_neglected_customer_returns_to_the_pool_and_the_next_rep_claims_it(
    app: FastAPI, company: Company
) -> None:
    pool = await a_pool(company)
    wang, li = await company.person("王磊"), await company.person("李娜")
    admin = await signed_in(app, company)
    published = await admin.post(f"/pools/{pool}/policies", json={"document": POLICY, "note": "首版"})
    assert published.status_code == 201, published.text
    assert published.json()["rows"][0]["condition"] == {"zh": "客户级别是 A", "en": "level is A"}
    made = await admin.post("/customers", json={"name": "云帆智造科技有限公司", "pool_id": str(pool), "level": "A"})
    assert made.status_code == 201, made.text
    customer = made.json()["id"]

    rep = await signed_in(app, company, wang)
    page = await rep.get(f"/pools/{pool}/customers")
    assert [item["id"] for item in page.json()["items"]] == [customer]
    assert (await rep.post(f"/customers/{customer}/claim")).status_code == 200
    mine = (await rep.get("/customers", params={"scope": "mine", "sort": "countdown"})).json()
    assert mine["items"][0]["countdown"]["timer"] == "first_contact"
    why = (await rep.get(f"/customers/{customer}/why")).json()
    assert why["kind"] == "deadline"
    assert any("华东公海" in line for line in why["sentences"]["zh"]), why

    written = await rep.post(f"/customers/{customer}/follow-ups", json={"kind": "call", "note": "客户有兴趣，下周拜访"})
    assert written.status_code in (200, 201), written.text
    after = (await rep.get(f"/customers/{customer}")).json()
    assert after["countdown"]["timer"] == "follow_up"

    assert (await sweep(company, 1))["moved"] == 0
    assert (await sweep(company, 6))["moved"] == 0
    assert (await sweep(company, 9))["moved"] == 1
    other = await signed_in(app, company, li)
    assert (await other.post(f"/customers/{customer}/claim")).status_code == 200
    history = (await other.get(f"/customers/{customer}/history")).json()["items"]
    assert [event["kind"] for event in history] == ["claim", "recycle", "follow_up", "claim", "create"]
    recycled = history[1]
    explained = (await other.get(f"/customers/{customer}/why", params={"event": recycled["id"]})).json()
    assert explained["version"] == 1
    assert any("7 天" in line for line in explained["sentences"]["zh"]), explained
    timeline = (await other.get(f"/customers/{customer}/timeline", params={"limit": 2})).json()
    assert len(timeline["items"]) == 2
    assert timeline["next"]
    runs = (await admin.get("/recycle-runs")).json()["items"]
    assert [(run["warned"], run["moved"]) for run in runs] == [(0, 1), (1, 0), (0, 0)]
    eventful = (await admin.get("/recycle-runs", params={"eventful": True})).json()["items"]
    assert eventful == runs[:2]
    items = (await admin.get(f"/recycle-runs/{runs[0]['id']}/items")).json()["items"]
    assert items[0]["owner"]["name"] == "王磊"
    assert items[0]["outcome"] == "moved"


async def test_moves_by_hand_answer_with_the_customer_or_with_a_stable_code(app: FastAPI, company: Company) -> None:
    pool = await a_pool(company, daily_quota=2)
    wang = await company.person("王磊")
    admin, rep = await signed_in(app, company), await signed_in(app, company, wang)
    ids = [
        (await admin.post("/customers", json={"name": f"客户{i}", "pool_id": str(pool)})).json()["id"] for i in range(4)
    ]
    assert (await rep.post("/customers/x1/claim")).json()["errors"][0]["path"] == "path.customer_id"
    assert (await rep.post("/customers/999999999/claim")).status_code == 404
    many = await rep.post(f"/pools/{pool}/claims", json={"customer_ids": ids})
    assert [r["code"] for r in many.json()["results"]] == [None, None, "daily_quota", "daily_quota"]
    assert (await rep.post(f"/customers/{ids[0]}/release", json={"reason": "nonsense"})).json()[
        "code"
    ] == "reason_unknown"
    released = await rep.post(f"/customers/{ids[0]}/release", json={"reason": "no_need"})
    assert released.status_code == 200
    assert released.json()["customer"]["state"] == "pooled"
    assert (await rep.post(f"/customers/{ids[0]}/claim")).json()["code"] == "cooldown_until"
    assigned = await admin.post(f"/customers/{ids[3]}/assign", json={"owner_id": str(wang)})
    assert assigned.json()["customer"]["owner"]["name"] == "王磊"
    assert (await admin.post(f"/customers/{ids[2]}/archive", json={"reason": "closed_down"})).status_code == 200
    assert (await rep.post(f"/customers/{ids[2]}/claim")).status_code == 409
    assert (await admin.post(f"/customers/{ids[2]}/restore", json={})).json()["customer"]["state"] == "pooled"
    batch = await admin.post(
        "/moves", json={"move": "archive", "matching": {"pool_id": str(pool), "state": "pooled"}, "reason": "x"}
    )
    assert [r["outcome"] for r in batch.json()["results"]] == ["moved", "moved"]


async def test_a_transfer_by_the_owner_waits_for_the_receivers_yes_and_carries_the_clocks(
    app: FastAPI, company: Company
) -> None:
    pool = await a_pool(company)
    wang, li = await company.person("王磊"), await company.person("李娜")
    rep, other = await signed_in(app, company, wang), await signed_in(app, company, li)
    made = (await rep.post("/customers", json={"name": "甲公司", "pool_id": str(pool), "owner": "me"})).json()
    asked = await rep.post(f"/customers/{made['id']}/transfer", json={"owner_id": str(li)})
    assert asked.status_code == 202, asked.text
    waiting = (await other.get("/requests")).json()["items"]
    assert [r["customer"]["name"] for r in waiting] == ["甲公司"]
    assert (await other.post(f"/requests/{waiting[0]['id']}/accept", json={})).status_code == 200
    now_theirs = (await other.get(f"/customers/{made['id']}")).json()
    assert now_theirs["owner"]["name"] == "李娜"
    assert now_theirs["clock_start"] == made["clock_start"]


async def test_search_finds_a_name_by_characters_pinyin_and_initials(app: FastAPI, company: Company) -> None:
    pool = await a_pool(company)
    admin = await signed_in(app, company)
    for name in ("深圳市华为技术有限公司", "杭州云帆科技有限公司", "ACME 100%_中国"):
        await admin.post("/customers", json={"name": name, "pool_id": str(pool)})

    async def found(q: str) -> list[str]:
        answer: httpx.Response = await admin.get("/customers", params={"q": q})
        assert answer.status_code == 200, answer.text
        return [item["name"] for item in answer.json()["items"]]

    for q in ("华为", "huawei", "hw", "深圳市华为", "深", "szs", "Huawei"):
        assert await found(q) == ["深圳市华为技术有限公司"], q
    assert await found("科技") == ["杭州云帆科技有限公司"]
    assert await found("0%_") == ["ACME 100%_中国"]
    assert await found("不存在") == []
