"""Carrying an import out: in the background, killed and taken over, cancelled, beside other writers, in few statements."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
import pytest

from gonghai.base.database import app_url
from gonghai.exchange import carry_out as imports
from gonghai.exchange import customers
from gonghai.jobs.app import make_app
from tests.exchange.desk import Desk, counts, table
from tests.fixtures.customers import counted_statements
from tests.fixtures.people import Company, make_company

ROWS = 6000  # a dozen chunks: enough to be killed in the middle of


def many(desk: Desk, rows: int = ROWS) -> str:
    lines = (
        (f"K{n}", f"客户{n}", desk.company.login("rep") if n % 3 else "", "2024-03-01", f"第{n}次") for n in range(rows)
    )
    return table(("客户编号", "客户名称", "负责人", "跟进时间", "跟进记录"), *lines)


@asynccontextmanager
async def other_process(desk: Desk, code: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A Python of its own that runs the code with DATABASE and TENANT; killed at the end."""
    url = app_url(desk.company.owner_url)
    prelude = f"DATABASE, TENANT = {url!r}, {desk.tenant_id}\n"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", prelude + code), env={**os.environ, "LOG_LEVEL": "error"}
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


WORKER = """
import asyncio
from gonghai.base.database import Database
from gonghai.jobs.worker import run_worker
asyncio.run(run_worker(Database(DATABASE, size=6)))
"""


async def far_enough(desk: Desk, import_id: str) -> int:
    """Waits until some rows are written; how many."""
    for _ in range(3000):
        now = await desk.get(import_id)
        assert now["state"] in ("waiting", "reading", "writing"), now
        if now["rows_done"] >= 1000:
            return int(now["rows_done"])
        await asyncio.sleep(0.01)
    raise AssertionError("no progress")


async def test_a_killed_worker_is_taken_over_and_each_row_is_written_once(desk: Desk) -> None:
    import_id = await desk.start(many(desk))
    async with other_process(desk, WORKER) as worker:
        written = await far_enough(desk, import_id)
        worker.kill()
    stopped = await desk.get(import_id)
    assert stopped["state"] == "writing"
    assert written <= stopped["rows_done"] < ROWS, "killed in the middle"
    # As it will be half a minute later.
    with psycopg.connect(desk.company.owner_url) as owner:
        owner.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
    app = make_app(desk.company.database)
    async with app.open_async():
        await app.tasks["take_over"].func(timestamp=0)
        await app.run_worker_async(wait=False, install_signal_handlers=False, delete_jobs="successful")
    done = await desk.get(import_id)
    assert (done["state"], counts(done)) == ("done", (ROWS, 0, 0, 0))
    (found,) = await desk.rows(
        "SELECT count(*) AS rows, count(DISTINCT external_id) AS ids,"
        " (SELECT count(*) FROM follow_up) AS follow_ups FROM customer"
    )
    assert found == {"rows": ROWS, "ids": ROWS, "follow_ups": ROWS}
    report = await desk.verified()
    assert (report.customers, report.events) == (ROWS, 2 * ROWS)


async def test_rows_without_external_id_are_not_written_twice_after_a_failure(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = await desk.start(
        table(("客户名称", "负责人"), *((f"客户{n}", "x" if n % 2 else "") for n in range(1400)))
    )
    count, chunks = imports.count, 0

    async def failing(*args: object) -> object:
        nonlocal chunks
        chunks += 1
        if chunks == 2:
            raise OSError("the disk is full")
        return await count(*args)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(imports, "count", failing)
        with pytest.raises(OSError, match="the disk is full"):
            await desk.work(import_id)
    assert (await desk.get(import_id))["rows_done"] == 500, "the second chunk was rolled back as a whole"
    assert len(await desk.customers()) == 250
    done = await desk.work(import_id)
    assert counts(done) == (700, 0, 0, 700)
    assert len(await desk.rows("SELECT id FROM customer")) == 700
    faulty = (await desk.faulty(import_id)).decode("utf-8-sig")
    assert len(faulty.splitlines()) == 701


async def test_what_fails_again_and_again_ends_as_failed_and_says_how_far_it_came(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gonghai.jobs.tasks import ATTEMPTS, Tasks

    import_id = await desk.start(table(("客户名称",), *((f"客户{n}",) for n in range(600))))
    write, chunks = customers.write, 0

    async def failing(*args: object, **options: object) -> None:
        nonlocal chunks
        chunks += 1
        if chunks == 2:
            raise OSError("the disk is full")
        await write(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(customers, "write", failing)
    await Tasks(desk.company.database).import_file(desk.tenant_id, int(import_id), attempts=ATTEMPTS)
    failed = await desk.get(import_id)
    assert (failed["state"], failed["error"]["code"], failed["rows_done"]) == ("failed", "internal_error", 500)
    assert "第 501 行" in failed["error"]["message"]["zh"]
    assert "disk" not in str(failed), "what is inside stays inside"


async def test_a_cancelled_import_writes_no_further_row(desk: Desk) -> None:
    waiting = await desk.start("客户名称\n甲\n")
    cancelled = await desk.client.post(f"/imports/{waiting}/cancel")
    assert cancelled.json()["state"] == "cancelled"
    assert (await desk.work(waiting))["state"] == "cancelled"
    assert await desk.customers() == {}
    again = await desk.client.post(f"/imports/{waiting}/cancel")
    assert (again.status_code, again.json()["code"], again.json()["data"]) == (
        409, "import_finished", {"state": "cancelled"},
    )  # fmt: skip
    assert (await desk.client.post("/imports/999999999/cancel")).status_code == 404

    running = await desk.start(many(desk, 1500))

    async def cancel(_: object) -> None:
        await desk.client.post(f"/imports/{running}/cancel")

    await imports.carry_out(desk.company.database, desk.tenant_id, int(running), progress=cancel)
    now = await desk.get(running)
    assert (now["state"], now["rows_done"], len(await desk.customers())) == ("cancelled", 500, 500)
    assert await desk.rows("SELECT no FROM import_piece") == []
    await desk.verified()


async def test_a_new_external_id_that_somebody_else_takes_meanwhile_is_updated(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Looking for duplicates, it would let nobody create any customer meanwhile.
    import_id = await desk.start("客户编号,客户名称,级别\nK1,甲,A\nK2,乙,B\n", duplicates="create")
    write, made = customers.write, []

    async def late(*args: object, **options: object) -> None:
        if not made:
            new = {"name": "抢先", "external_id": "K2", "pool_id": str(desk.pool_id)}
            made.append(await desk.client.post("/customers", json=new))
        await write(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(customers, "write", late)
    done = await desk.work(import_id)
    assert made[0].status_code == 201, made[0].text
    assert counts(done) == (1, 1, 0, 0)
    assert (await desk.customers())["K2"]["name"] == "乙"
    await desk.verified()


async def test_an_owner_who_is_deactivated_gets_nothing_any_more(desk: Desk) -> None:
    """The owner's row is locked by the chunk and by deactivation: none is left with an owner who can't sign in."""
    import_id = await desk.start(many(desk, 1200))

    async def deactivate(_: object) -> None:
        await desk.client.post(f"/people/{desk.rep_id}/deactivate")

    await imports.carry_out(desk.company.database, desk.tenant_id, int(import_id), progress=deactivate)
    done = await desk.get(import_id)
    assert done["created"] + done["faulty"] == 1200
    assert {e["code"] for e in done["errors_sample"]} == {"unknown_owner"}
    assert await desk.rows(f"SELECT id FROM customer WHERE owner_id = {desk.rep_id}") == []
    await desk.verified()


async def test_a_chunk_takes_as_many_statements_for_500_rows_as_for_100(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = []
    for rows in (100, 500):
        for level in ("A", "B"):  # new, then changed
            lines = ((f"{rows}-{n}", f"客户{level}{n}", level, "王芳", "2024-03-01", level) for n in range(rows))
            text = table(("客户编号", "客户名称", "级别", "联系人", "跟进时间", "跟进记录"), *lines)
            import_id = await desk.start(text)
            with counted_statements(monkeypatch) as seen:
                await imports.carry_out(desk.company.database, desk.tenant_id, int(import_id))
            assert (await desk.get(import_id))["rows_done"] == rows
            taken.append(len(seen))
    assert taken[:2] == taken[2:]
    assert max(taken) < 30, taken
    await desk.verified()


async def test_nothing_of_an_import_is_seen_or_touched_by_another_company(
    desk: Desk, company: Company, migrated_url: str
) -> None:
    from tests.exchange.desk import make_desk

    mine = await desk.start(table(("客户编号", "客户名称", "负责人"), ("K1", "甲", "rep"), ("K2", "乙", "nobody")))
    await desk.work(mine)
    other = await make_desk(desk.app, await make_company(company.database, migrated_url, "别家"))
    for url in (f"/imports/{mine}", f"/imports/{mine}/faulty.csv"):
        assert (await other.client.get(url)).status_code == 404
    assert (await other.client.post(f"/imports/{mine}/cancel")).status_code == 404
    assert (await other.client.get("/imports")).json()["items"] == []
    # The same ids, names and persons there are other ones.
    login = desk.company.login("rep")
    done = await other.imported(table(("客户编号", "客户名称", "负责人"), ("K1", "丙", ""), ("K2", "丁", login)))
    assert counts(done) == (1, 0, 0, 1)
    assert (await desk.customers())["K1"]["name"] == "甲"
