"""The worker: what the web defers is done, sweeps come by themselves, an interrupted one is gone on with."""

from datetime import timedelta

from fastapi import FastAPI

from gonghai.base import clock
from gonghai.base.database import Database, one, rows, run
from gonghai.base.queue import defer
from gonghai.customers.insert import insert_customers
from gonghai.customers.record import NewCustomer
from gonghai.events.log import By
from gonghai.jobs.app import make_app
from gonghai.moves.recycle import start_run
from gonghai.policy.versions import publish
from gonghai.pools.actions import NewPool, create_pool
from tests.fixtures.people import Company, signed_in

POLICY = {"segments": [{"name": "全部", "timers": {"follow_up": "30 days"}}]}


async def neglected(company: Company, customers: int) -> int:
    """A pool under a 30-day policy whose customers were last touched 60 days ago; the pool's id."""
    owner = await company.person("王磊")
    long_ago = clock.now() - timedelta(days=60)
    async with company.database.tenant(company.tenant_id) as conn:
        pool = await create_pool(conn, company.system, NewPool("公海", {"notice_floor": False}), now=long_ago)
        await publish(conn, await company.actor(company.admin_id), pool, POLICY, at=long_ago)
        new = [NewCustomer({"name": f"客户{i}"}, pool, owner) for i in range(customers)]
        await insert_customers(conn, company.tenant_id, new, kind="create", by=By.person(owner), at=long_ago)
    return pool


async def work_off(database: Database) -> None:
    """Runs the worker until no job waits."""
    app = make_app(database)
    async with app.open_async():
        await app.run_worker_async(wait=False, install_signal_handlers=False)


async def counts(company: Company) -> list[tuple[str, int]]:
    async with company.database.tenant(company.tenant_id) as conn:
        found = await rows(
            conn, "SELECT state, moved FROM recycle_run WHERE tenant_id = %s ORDER BY id", (company.tenant_id,)
        )
    return [(row["state"], row["moved"]) for row in found]


async def test_a_sweep_started_on_the_web_is_carried_out_by_the_worker(app: FastAPI, company: Company) -> None:
    pool = await neglected(company, 3)
    client = await signed_in(app, company)
    started = await client.post("/recycle-runs", json={"pool_id": str(pool)})
    assert started.status_code == 202
    assert (await client.post("/recycle-runs", json={})).json()["code"] == "run_in_progress"
    await work_off(company.database)
    done = (await client.get(f"/recycle-runs/{started.json()['id']}")).json()
    assert (done["state"], done["due"], done["moved"]) == ("done", 3, 3)
    assert done["policy_versions"][0]["number"] == 1
    assert len(done["calendar_hash"]) == 64


async def test_the_dispatcher_sweeps_every_tenant_and_a_second_sweep_moves_nothing(company: Company) -> None:
    await neglected(company, 2)
    app = make_app(company.database)
    async with app.open_async():
        await app.tasks["dispatch_sweeps"].defer_async(timestamp=0)
        await app.run_worker_async(wait=False, install_signal_handlers=False)
        assert (await counts(company))[-1] == ("done", 2)
        await app.tasks["dispatch_sweeps"].defer_async(timestamp=1)
        await app.run_worker_async(wait=False, install_signal_handlers=False)
    assert (await counts(company))[-1] == ("done", 0)


async def test_a_run_that_was_cut_off_is_gone_on_with(company: Company) -> None:
    await neglected(company, 2)
    async with company.database.tenant(company.tenant_id) as conn:
        await start_run(conn, company.tenant_id, pool_id=None, requested_by=None, now=clock.now())
        await defer(conn, "sweep", tenant_id=company.tenant_id)
    await work_off(company.database)
    # The worker's own beat may add a sweep that finds nothing.
    assert (await counts(company))[0] == ("done", 2)


async def test_a_policy_that_no_longer_compiles_stops_only_its_own_pool(company: Company) -> None:
    await neglected(company, 2)
    async with company.database.tenant(company.tenant_id) as conn:
        other = await create_pool(conn, company.system, NewPool("另一个公海", {"notice_floor": False}), now=clock.now())
        at = clock.now() - timedelta(days=1)
        await publish(conn, await company.actor(company.admin_id), other, POLICY, at=at)
        broken = '{"segments": [{"name": "x", "target": {"pool": "已关闭"}}]}'
        await run(
            conn,
            "UPDATE policy SET document = %s WHERE tenant_id = %s AND pool_id = %s",
            (broken, company.tenant_id, other),
        )
        await defer(conn, "sweep", tenant_id=company.tenant_id)
    await work_off(company.database)
    async with company.database.tenant(company.tenant_id) as conn:
        record = await one(conn, "SELECT * FROM recycle_run WHERE tenant_id = %s", (company.tenant_id,))
    assert record is not None
    assert (record["state"], record["moved"], record["failed"]) == ("done", 2, 1)
    assert "pool_unknown" in record["error"]


async def test_a_job_is_deferred_with_its_transaction_or_not_at_all(company: Company) -> None:
    try:
        async with company.database.tenant(company.tenant_id) as conn:
            await defer(conn, "sweep", tenant_id=company.tenant_id)
            raise KeyError
    except KeyError:
        pass
    await work_off(company.database)
    assert await counts(company) == []
    async with company.database.tenant(company.tenant_id) as conn:
        await defer(conn, "sweep", once=f"once-{company.tenant_id}", tenant_id=company.tenant_id)
        await defer(conn, "sweep", once=f"once-{company.tenant_id}", tenant_id=company.tenant_id)
    await work_off(company.database)
    assert await counts(company) == [("done", 0)]


async def test_answers_kept_for_repeated_requests_are_forgotten_after_two_days(company: Company) -> None:
    async with company.database.tenant(company.tenant_id) as conn:
        for key, age in (("old", timedelta(days=2, minutes=1)), ("new", timedelta(days=1))):
            await run(
                conn,
                "INSERT INTO idempotency_key (tenant_id, person_id, key, request, created_at) VALUES (%s, %s, %s, '', %s)",
                (company.tenant_id, company.admin_id, key, clock.now() - age),
            )
        await defer(conn, "sweep", tenant_id=company.tenant_id)
    await work_off(company.database)
    async with company.database.tenant(company.tenant_id) as conn:
        kept = await rows(conn, "SELECT key FROM idempotency_key WHERE tenant_id = %s", (company.tenant_id,))
    assert [row["key"] for row in kept] == ["new"]
