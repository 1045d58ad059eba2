"""Rows of customers that are here already, or that stand in the file twice: told beforehand, left out unless wanted."""

import csv
import io
from collections.abc import Sequence
from typing import Any

import pytest

from gonghai.base.database import rows
from gonghai.exchange import carry_out as imports
from gonghai.exchange import chunks
from gonghai.moves.undo import carry_out as carry_undo_out
from tests.exchange.desk import Desk, counts, table
from tests.fixtures.customers import counted_statements

HEADERS = ("客户编号", "客户名称", "电话", "邮箱", "统一社会信用代码", "负责人")
USCC = "91350100M000100Y43"


async def there(desk: Desk) -> None:
    """One customer of the rep's, one in the pool, one archived."""
    login = desk.company.login("rep")
    await desk.imported(
        table(
            HEADERS, ("A1", "远洋贸易有限公司", "13912345678", "", "", login),
            ("A2", "星海物流", "", "info@xinghai.example.com", "", ""), ("A3", "旧日商行", "", "", USCC, ""),
        )
    )  # fmt: skip
    (old,) = await desk.rows("SELECT id FROM customer WHERE name = '旧日商行'")
    answer = await desk.client.post(f"/customers/{old['id']}/archive", json={"reason": "停业"})
    assert answer.status_code == 200, answer.text


FILE: Sequence[Sequence[str]] = (
    HEADERS,
    ("", "远洋贸易（股份有限公司）", "", "", "", ""),
    ("", "星辰物流", "", "INFO@xinghai.example.com", "", ""),
    ("B3", "新商行", "", "", USCC.lower(), ""),
    ("B4", "云帆智造有限公司", "13800138001", "", "", ""),
    ("", "另一个名字", "138 0013 8001", "", "", ""),
    ("B7", "云帆智造（集团）", "13800138001", "", "", ""),
    ("A2", "星海物流", "", "", "", ""),
    ("B6", "云帆智造", "", "", "", "nobody"),
)


def said(done: dict[str, Any]) -> list[tuple[int, str, str]]:
    return [(e["row"], e["code"], e["message"]["zh"]) for e in done["errors_sample"]]


EXPECTED = [
    (2, "same_as_customer", "与已有客户「远洋贸易有限公司」（rep）是同一个（名称相同），没有导入"),
    (3, "same_as_customer", "与已有客户「星海物流」（公海）是同一个（邮箱相同），没有导入"),
    (4, "same_as_customer", "与已有客户「旧日商行」（公海）是同一个（统一社会信用代码相同），没有导入"),
    (6, "same_as_row", "与第 5 行是同一个客户（电话相同），没有导入"),
]


@pytest.mark.parametrize("rows_a_chunk", [1, 3, 500])
async def test_a_dry_run_tells_the_same_as_the_import_wherever_the_file_is_cut(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, rows_a_chunk: int
) -> None:
    monkeypatch.setattr(chunks, "ROWS", rows_a_chunk)
    await there(desk)
    for dry_run in ("true", "false"):
        done = await desk.imported(table(*FILE), dry_run=dry_run)
        assert [e for e in said(done) if e[1].startswith("same")] == EXPECTED
        assert [e for e in said(done) if e[1] == "unknown_owner"] != [], "what is faulty is said to be faulty"
        assert (*counts(done), done["duplicates"]) == (2, 0, 1, 1, 4)
    assert {row["name"] for row in (await desk.customers()).values()} == {
        "远洋贸易有限公司", "星海物流", "旧日商行", "云帆智造有限公司", "云帆智造（集团）",
    }  # fmt: skip
    await desk.verified()


async def test_the_rows_left_out_come_back_as_a_file_and_are_created_when_wanted(desk: Desk) -> None:
    await there(desk)
    done = await desk.imported(table(*FILE[:4]))
    assert (done["created"], done["duplicates"], done["faulty"]) == (0, 3, 0)
    left_out = (await desk.faulty(done["id"])).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(left_out)))
    assert [line[-1] for line in lines[1:]] == [text for _, _, text in EXPECTED[:3]]
    again = await desk.imported(left_out, duplicates="create")
    assert (*counts(again), again["duplicates"]) == (3, 0, 0, 0, 0)
    assert len(await desk.customers()) == 6


async def test_follow_ups_and_updates_are_no_duplicates(desk: Desk) -> None:
    await there(desk)
    moved = await desk.imported(table(HEADERS, ("A1", "星海物流", "", "", "", "")))
    assert (*counts(moved), moved["duplicates"]) == (0, 1, 0, 0, 0), "an external id says who it is"
    follow_ups = table(("客户编号", "跟进时间", "跟进记录"), ("A1", "2024-03-01", "聊过"), ("A1", "2024-03-02", "再聊"))
    done = await desk.imported(follow_ups, kind="follow_ups")
    assert (done["created"], done["duplicates"]) == (2, 0)
    # The update gave it another name, and by that it is known again.
    third = await desk.imported(table(HEADERS, ("", "星海物流公司", "", "", "", ""), ("", "远洋贸易", "", "", "", "")))
    assert said(third)[0][1] == "same_as_customer"
    assert third["created"] == 1, "and no longer by the old one"


async def test_two_external_ids_of_one_file_are_two_customers_whatever_else_they_share(desk: Desk) -> None:
    await there(desk)
    leads = [(f"L{n}", "云帆智造", "13800138001", "", "", "") for n in range(3)]
    done = await desk.imported(table(HEADERS, *leads))
    assert (*counts(done), done["duplicates"]) == (3, 0, 0, 0, 0), "whoever keeps the file tells them apart"
    other = await desk.imported(table(HEADERS, ("M1", "云帆智造", "", "", "", "")))
    assert (other["created"], other["duplicates"]) == (0, 1), "another file's numbers say nothing of them"


async def test_what_an_undone_import_left_behind_is_no_customer_to_match(desk: Desk) -> None:
    text = table(HEADERS, ("", "远洋贸易", "", "", "", ""))
    first = await desk.imported(text)
    undo = await desk.client.post(f"/imports/{first['id']}/undo")
    assert undo.status_code in (200, 202), undo.text
    async with desk.company.database.tenant(desk.tenant_id) as conn:
        (started,) = await rows(conn, "SELECT id FROM undo WHERE tenant_id = %s", (desk.tenant_id,))
    await carry_undo_out(desk.company.database, desk.tenant_id, started["id"])
    again = await desk.imported(text)
    assert (again["created"], again["duplicates"]) == (1, 0)


async def test_looking_for_them_takes_as_many_statements_for_one_row_as_for_hundreds(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await there(desk)
    taken = []
    for many in (1, 200):
        lines = ((f"{many}-{n}", f"公司{many}号{n}", f"1370{many:03d}{n:04d}", "", "", "") for n in range(many))
        same = ((f"{many}-x{n}", "星海物流集团", "", "", "", "") for n in range(many))
        import_id = await desk.start(table(HEADERS, *lines, *same))
        with counted_statements(monkeypatch) as seen:
            await imports.carry_out(desk.company.database, desk.tenant_id, int(import_id))
        done = await desk.get(import_id)
        assert (done["created"], done["duplicates"]) == (many, many)
        taken.append(len(seen))
    assert taken[0] == taken[1]
