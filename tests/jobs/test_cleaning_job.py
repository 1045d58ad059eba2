"""Cleaning through the web and the worker: tried, started, by schedule, undone; who may."""

from fastapi import FastAPI

from gonghai.base import clock
from gonghai.customers.insert import insert_customers
from gonghai.customers.record import NewCustomer
from gonghai.events.log import By
from gonghai.jobs.app import make_app
from tests.fixtures.people import Company, signed_in
from tests.jobs.test_worker import work_off

UNREACHABLE = {
    "name": "联系不上",
    "when": {"all": [{"fact": "has_phone", "is": "is_false"}, {"fact": "has_email", "is": "is_false"}]},
    "do": {"archive": "联系不上"},
}
ASK = {
    **UNREACHABLE,
    "name": "先问",
    "when": {"fact": "level", "is": "eq", "value": "A"},
    "do": {"reverify": "pool_admins"},
}


def document(*rules: object, every: str | None = None) -> dict[str, object]:
    return {"segments": [{"name": "其他", "timers": {}}], "cleaning": {"every": every, "rules": list(rules)}}


async def pool_with(company: Company, n: int) -> int:
    """A pool with `n` customers that nobody can reach, the first of them of level A."""
    pool = await company.pool()
    new = [NewCustomer({"name": f"客户{i}"} | ({"level": "A"} if i == 0 else {}), pool, None) for i in range(n)]
    async with company.database.tenant(company.tenant_id) as conn:
        await insert_customers(conn, company.tenant_id, new, kind="create", by=By.person(None), at=clock.now())
    return pool


async def test_rules_are_tried_run_and_undone(app: FastAPI, company: Company) -> None:
    pool = await pool_with(company, 3)
    client = await signed_in(app, company)
    draft = document(ASK, UNREACHABLE)
    tried = (await client.post(f"/pools/{pool}/cleaning/preview", json={"document": draft})).json()
    assert ([rule["count"] for rule in tried["rules"]], tried["total"]) == ([1, 2], 3)
    assert tried["rules"][1]["deed"]["zh"] == "标记为无效，原因「联系不上」"
    whom = await client.post(f"/pools/{pool}/cleaning/preview/customers", json={"document": draft, "rule": 1})
    assert [row["customer"]["name"] for row in whom.json()["items"]] == ["客户1", "客户2"]
    start = {"pool_id": str(pool)}
    assert (await client.post("/cleaning-runs", json=start)).json()["code"] == "no_cleaning_rules"

    assert (await client.post(f"/pools/{pool}/policies", json={"document": draft, "note": ""})).status_code == 201
    run = await client.post("/cleaning-runs", json=start)
    assert run.status_code == 202
    assert (await client.post("/cleaning-runs", json=start)).json()["code"] == "run_in_progress"
    await work_off(company.database)
    path = f"/cleaning-runs/{run.json()['id']}"
    done = (await client.get(path)).json()
    assert [done[n] for n in ("state", "found", "archived", "asked", "can_undo")] == ["done", 3, 2, 1, True]
    items = (await client.get(f"{path}/items")).json()["items"]
    assert [item["outcome"] for item in items] == ["asked", "archived", "archived"]
    assert [item["event_id"] is None for item in items] == [True, False, False]
    assert len((await client.get(f"{path}/items", params={"outcome": "archived"})).json()["items"]) == 2

    await client.post(f"{path}/undo")
    await work_off(company.database)
    undone = (await client.get(path)).json()
    assert [undone["undo"][n] for n in ("state", "undone", "kept")] == ["done", 3, 0]
    items = (await client.get(f"{path}/items", params={"outcome": "undone"})).json()["items"]
    assert [item["outcome"] for item in items] == ["undone"] * 3


async def test_a_faulty_rule_is_told_at_its_place_and_a_rep_tries_nothing(app: FastAPI, company: Company) -> None:
    pool = await pool_with(company, 1)
    client = await signed_in(app, company)
    faulty = document({**UNREACHABLE, "when": None})
    answer = await client.post(f"/pools/{pool}/cleaning/preview", json={"document": faulty})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"] == "cleaning.rules[0].when"
    rep = await signed_in(app, company, await company.person("王磊"))
    for path, body in ((f"/pools/{pool}/cleaning/preview", {}), ("/cleaning-runs", {"pool_id": str(pool)})):
        assert (await rep.post(path, json=body)).status_code == 403


async def test_the_sweeps_beat_starts_what_is_scheduled_and_a_broken_pool_stops_no_other(
    app: FastAPI, company: Company
) -> None:
    pool, other = await pool_with(company, 2), await company.pool("另一个")
    client = await signed_in(app, company)
    daily = document(UNREACHABLE, every="day")
    moving = document({**UNREACHABLE, "do": {"move": {"pool": "另一个"}}}, every="day")
    broken = await company.pool("坏了的")
    for pool_id, given in ((pool, daily), (broken, moving)):
        await client.post(f"/pools/{pool_id}/policies", json={"document": given, "note": ""})
    async with company.database.tenant(company.tenant_id) as conn:
        await conn.execute("UPDATE policy SET effective_from = effective_from - interval '2 days'")
        await conn.execute("UPDATE pool SET state = 'closed' WHERE id = %s", (other,))
    worker = make_app(company.database)
    for beat in range(2):
        async with worker.open_async():
            await worker.tasks["dispatch_sweeps"].defer_async(timestamp=beat)
            await worker.run_worker_async(wait=False, install_signal_handlers=False)
    runs = (await client.get("/cleaning-runs")).json()["items"]
    assert [(run["pool"]["name"], run["requested_by"], run["archived"]) for run in runs] == [("公海", None, 2)]
