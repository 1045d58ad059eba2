"""Undoing through the web and the worker: who may, what the records say, and that asking again changes nothing."""

from datetime import datetime, timedelta

import httpx
from fastapi import FastAPI

from gonghai.base import clock
from gonghai.base.database import run
from gonghai.customers.insert import insert_customers
from gonghai.customers.record import NewCustomer
from gonghai.events.log import By
from gonghai.incentives.count import count_points
from gonghai.policy.versions import publish
from gonghai.pools.actions import NewPool, create_pool
from gonghai.workdays import Calendar, local_date
from tests.fixtures.people import Company, signed_in
from tests.incentives.stage import on
from tests.jobs.test_worker import POLICY, neglected, work_off

NEGLECT = on("recycled_by_neglect")


async def swept(client: httpx.AsyncClient, company: Company, pool: int | None = None) -> str:
    """A run on demand, carried out; its id."""
    started = await client.post("/recycle-runs", json={"pool_id": str(pool)} if pool else {})
    assert started.status_code == 202, started.text
    await work_off(company.database)
    return str(started.json()["id"])


async def test_a_sweep_is_undone_by_the_worker_and_its_page_says_so(app: FastAPI, company: Company) -> None:
    await neglected(company, 3)
    client = await signed_in(app, company)
    run_id = await swept(client, company)
    before = (await client.get(f"/recycle-runs/{run_id}")).json()
    assert (before["moved"], before["undo"], before["can_undo"]) == (3, None, True)
    items = (await client.get(f"/recycle-runs/{run_id}/items")).json()["items"]
    claimed = await client.post(f"/customers/{items[0]['customer']['id']}/claim")
    assert claimed.status_code == 200, claimed.text

    undo = await client.post(f"/recycle-runs/{run_id}/undo")
    assert undo.status_code == 202
    assert (await client.post(f"/recycle-runs/{run_id}/undo")).json()["id"] == undo.json()["id"]
    await work_off(company.database)
    done = (await client.get(f"/undos/{undo.json()['id']}")).json()
    assert (done["state"], done["total"], done["undone"], done["kept"]) == ("done", 3, 2, 1)
    shown = (await client.get(f"/recycle-runs/{run_id}")).json()
    assert (shown["undo"]["undone"], shown["undo"]["kept"], shown["can_undo"]) == (2, 1, True)
    items = (await client.get(f"/recycle-runs/{run_id}/items")).json()["items"]
    customer, event = items[1]["customer"]["id"], items[1]["event_id"]
    why = (await client.get(f"/customers/{customer}/why", params={"event": event})).json()
    assert "收回" in why["sentences"]["zh"][0]
    assert [(i["outcome"], i["kept"]) for i in items] == [("moved", "moved_since"), ("undone", None), ("undone", None)]
    undone = (await client.get(f"/recycle-runs/{run_id}/items", params={"outcome": "undone"})).json()["items"]
    assert [i["customer"]["id"] for i in undone] == [i["customer"]["id"] for i in items[1:]]
    (kept,) = (await client.get(f"/undos/{undo.json()['id']}/kept")).json()["items"]
    assert (kept["why"], kept["kind"], kept["owner"]["name"]) == ("moved_since", "claim", "管理员")


async def test_what_cannot_be_undone_is_refused_with_a_code(app: FastAPI, company: Company) -> None:
    client = await signed_in(app, company)
    empty = await swept(client, company)
    assert (await client.post(f"/recycle-runs/{empty}/undo")).json()["code"] == "nothing_to_undo"
    assert (await client.post("/recycle-runs/987654321/undo")).status_code == 404
    started = (await client.post("/recycle-runs", json={})).json()
    assert (await client.post(f"/recycle-runs/{started['id']}/undo")).json()["code"] == "run_unfinished"


async def test_a_pools_admin_undoes_the_runs_of_that_pool_and_no_others(app: FastAPI, company: Company) -> None:
    boss, rep = await company.person("王磊的公海管理员"), await company.person("王磊")
    long_ago = clock.now() - timedelta(days=60)
    async with company.database.tenant(company.tenant_id) as conn:
        pool = await create_pool(conn, company.system, NewPool("公海", {"notice_floor": False}), now=long_ago)
        await run(
            conn,
            "INSERT INTO pool_scope (tenant_id, pool_id, right_name, subject, subject_id)"
            " VALUES (%s, %s, 'admin', 'person', %s)",
            (company.tenant_id, pool, boss),
        )
        await publish(conn, await company.actor(company.admin_id), pool, POLICY, at=long_ago)
        new = [NewCustomer({"name": f"客户{i}"}, pool, rep) for i in range(2)]
        ids = await insert_customers(conn, company.tenant_id, new, kind="create", by=By.person(rep), at=long_ago)
    admin, pool_admin, plain = [await signed_in(app, company, p) for p in (None, boss, rep)]
    everywhere = await swept(admin, company)
    assert (await pool_admin.get(f"/recycle-runs/{everywhere}")).json()["can_undo"] is False
    assert (await pool_admin.post(f"/recycle-runs/{everywhere}/undo")).status_code == 403
    await admin.post(f"/recycle-runs/{everywhere}/undo")
    await work_off(company.database)
    async with company.database.tenant(company.tenant_id) as conn:
        await run(
            conn,
            "UPDATE customer SET protected_until = NULL WHERE tenant_id = %s AND id = ANY (%s)",
            (company.tenant_id, ids),
        )
    here = await swept(admin, company, pool)
    assert (await plain.post(f"/recycle-runs/{here}/undo")).status_code == 403
    assert (await pool_admin.get(f"/recycle-runs/{here}")).json()["can_undo"] is True
    assert (await pool_admin.post(f"/recycle-runs/{here}/undo")).status_code == 202
    await work_off(company.database)
    assert (await pool_admin.get(f"/recycle-runs/{here}")).json()["undo"]["undone"] == 2


async def test_what_a_sweep_cost_is_given_back_as_soon_as_it_is_undone(app: FastAPI, company: Company) -> None:
    """Not only with the next beat: whoever undoes a sweep looks at the leaderboard right after."""
    client = await signed_in(app, company)
    assert (await client.put("/incentives/rules", json=NEGLECT, headers={"If-Match": '"0"'})).status_code == 200
    today = local_date(clock.now(), Calendar())
    season = {"name": "本季", "first_day": str(today), "last_day": str(today)}
    assert (await client.post("/incentives/seasons", json=season)).status_code == 201
    await neglected(company, 3)
    run_id = await swept(client, company)
    await count_points(company.database, company.tenant_id)

    async def points() -> dict[str, int]:
        board = (await client.get("/incentives/leaderboard")).json()
        return {row["name"]: row["points"] for row in board["items"] if row["points"]}

    assert await points() == {"王磊": -12}
    before = clock.now()
    await client.post(f"/recycle-runs/{run_id}/undo")
    await work_off(company.database)
    assert await points() == {}
    counted = (await client.get("/incentives/leaderboard")).json()["counted_at"]
    assert datetime.fromisoformat(counted) > before
