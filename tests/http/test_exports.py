"""Lists as files: what stands in them, masked as in the lists; who may, how many, and what the log says of it."""

import csv
import io
from datetime import timedelta
from typing import Any

import httpx
import pytest
from psycopg.rows import DictRow

from gonghai.base import clock
from gonghai.base.database import rows
from gonghai.customers.insert import insert_customers
from gonghai.customers.record import NewCustomer
from gonghai.events.log import By
from gonghai.exchange import export
from gonghai.http.routes import customer_export
from tests.fixtures.customers import Team, counted_statements, team

__all__ = ["team"]

PHONE = "13800138000"


async def made(team: Team, owner: int | None, *names: str, **fields: Any) -> list[int]:
    async with team.connection() as conn:
        new = [NewCustomer({"name": n, "phones": [PHONE], **fields}, team.pool_id, owner) for n in names]
        at = clock.now() - timedelta(days=1)
        return await insert_customers(conn, team.company.tenant_id, new, kind="create", by=By.person(None), at=at)


def table(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith("\ufeff".encode())
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


async def events(team: Team) -> list[DictRow]:
    async with team.connection() as conn:
        return await rows(
            conn,
            "SELECT * FROM event WHERE tenant_id = %s AND subject = 'export' ORDER BY id",
            (team.company.tenant_id,),
        )


async def test_a_list_is_a_file_with_the_readers_masks_row_by_row(team: Team) -> None:
    (lying,) = await made(team, None, "公海客户", level="A", note="老板电话13900139000", tags=["老客户"])
    (held,) = await made(team, team.rep_id, "团队客户")
    manager, admin = await team.browser(team.manager_id), await team.browser(team.company.admin_id)
    for client, phone, note in ((manager, "138****00", "老板电话139****00"), (admin, PHONE, "老板电话13900139000")):
        found = table(await client.get("/customers/export"))
        assert [(row["客户编号"], row["名称"]) for row in found] == [(str(held), "团队客户"), (str(lying), "公海客户")]
        assert [row["电话"] for row in found] == [PHONE, phone]
        assert (found[1]["备注"], found[1]["级别"], found[1]["标签"]) == (note, "A", "老客户")
        assert [(row["状态"], row["负责人"], row["所属公海"]) for row in found] == [
            ("已领取", "rep", "公共公海"), ("在公海", "", "公共公海"),
        ]  # fmt: skip


async def test_a_pools_page_is_a_file_in_the_pages_order_and_the_readers_language(team: Team) -> None:
    first, second = await made(team, None, "甲", "乙")
    manager = await team.browser(team.manager_id)
    assert (await manager.patch("/me", json={"locale": "en-US"})).status_code == 200
    for sort, order in (("entered_pool_at", [first, second]), ("-entered_pool_at", [second, first])):
        found = table(await manager.get(f"/pools/{team.pool_id}/customers/export", params={"sort": sort}))
        assert [row["Customer id"] for row in found] == [str(i) for i in order]
        assert {row["phones"] for row in found} == {"138****00"}
    assert [r["name"] for r in table(await manager.get(f"/pools/{team.pool_id}/customers/export?q=jia"))] == ["甲"]
    assert (await manager.get("/pools/999999/customers/export")).status_code == 404


async def test_reps_export_their_own_customers_and_nothing_else(team: Team) -> None:
    await made(team, None, "公海客户")
    (mine,) = await made(team, team.rep_id, "我的客户")
    rep = await team.browser(team.rep_id)
    assert [row["客户编号"] for row in table(await rep.get("/customers/export?scope=mine"))] == [str(mine)]
    for path in ("/customers/export", "/customers/export?scope=team", f"/pools/{team.pool_id}/customers/export"):
        assert (await rep.get(path)).status_code == 403, path
    auditor = await team.browser(await team.company.person("审计", ("auditor",)))
    assert len(table(await auditor.get("/customers/export"))) == 2


async def test_an_export_is_an_event_that_says_of_what_not_what_was_typed(team: Team) -> None:
    await made(team, None, "机密客户", level="A")
    manager = await team.browser(team.manager_id)
    table(await manager.get(f"/pools/{team.pool_id}/customers/export?q=机密&level=A"))
    (event,) = await events(team)
    assert (event["kind"], event["actor_id"], event["pool_from"]) == ("export", team.manager_id, team.pool_id)
    assert event["data"] == {
        "filter": {"level": "A", "state": "pooled", "pool_id": str(team.pool_id)}, "searched": True, "count": 1,
    }  # fmt: skip


async def test_cells_that_a_spreadsheet_would_run_are_text(team: Team) -> None:
    await made(team, team.rep_id, '=HYPERLINK("http://x")', address="@SUM(1)", note="-2+3", phones=["+8613800138000"])
    (row,) = table(await (await team.browser(team.rep_id)).get("/customers/export?scope=mine"))
    assert row["名称"].startswith("'=")
    assert (row["地址"], row["备注"], row["电话"]) == ("'@SUM(1)", "'-2+3", "'+8613800138000")


async def test_too_many_are_refused_before_anything_is_sent(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    await made(team, None, "甲客户", "乙客户", "丙客户")
    monkeypatch.setattr(export, "MOST", 2)
    manager = await team.browser(team.manager_id)
    for path in ("/customers/export", "/customers/export?q=客户", f"/pools/{team.pool_id}/customers/export"):
        refused = await manager.get(path)
        assert (refused.status_code, refused.json()["code"]) == (422, "too_many_to_export")
        assert refused.json()["data"] == {"limit": 2}
    assert await events(team) == []


async def test_a_file_is_read_in_chunks(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = await made(team, team.rep_id, *(f"客户{n}" for n in range(7)))
    rep = await team.browser(team.rep_id)
    assert (await rep.get("/me")).status_code == 200
    monkeypatch.setattr(customer_export, "CHUNK", 3)
    with counted_statements(monkeypatch) as few:
        found = table(await rep.get("/customers/export?scope=mine&sort=id"))
    assert [row["客户编号"] for row in found] == [str(i) for i in ids]
    monkeypatch.setattr(customer_export, "CHUNK", 1000)
    with counted_statements(monkeypatch) as fewer:
        table(await rep.get("/customers/export?scope=mine&sort=id"))
    assert len(few) - len(fewer) == 2
