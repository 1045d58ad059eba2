"""Importing customers through HTTP: what a row becomes, and what the same file twice does."""

import io
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import Workbook

from tests.exchange.desk import Desk, counts, table

HEADERS = ("客户编号", "客户名称", "级别", "电话", "负责人", "所属公海")


async def test_rows_become_customers_owned_or_in_the_pool(desk: Desk) -> None:
    east = await desk.company.pool("华东公海")
    done = await desk.imported(
        table(
            HEADERS,
            ("K1", "远洋贸易", "A", "13800138000", desk.company.login("rep"), ""),
            ("K2", "星海物流", "B", "", "", "华东公海"),
        )
    )
    assert counts(done) == (2, 0, 0, 0)
    assert (done["rows_total"], done["rows_done"], done["unmapped"]) == (2, 2, [])
    assert done["mapping"]["所属公海"] == "pool"
    found = await desk.customers()
    owned, pooled = found["K1"], found["K2"]
    assert (owned["state"], owned["owner_id"], owned["pool_id"]) == ("owned", desk.rep_id, desk.pool_id)
    assert (owned["level"], owned["phones"], owned["spell_no"]) == ("A", ["+8613800138000"], 1)
    assert owned["clock_start"] == owned["created_at"], "the spell starts at the import"
    assert (pooled["state"], pooled["pool_id"], pooled["entered_pool_at"]) == ("pooled", east, pooled["created_at"])
    spells = await desk.rows("SELECT * FROM spell")
    assert [(s["customer_id"], s["started_by"], s["started_at"]) for s in spells] == [
        (owned["id"], "import", owned["created_at"])
    ]
    events = await desk.rows("SELECT kind, batch_id, actor_id FROM event WHERE subject = 'customer'")
    assert {(e["kind"], e["actor_id"]) for e in events} == {("import", desk.company.admin_id)}
    assert len({e["batch_id"] for e in events}) == 1
    assert events[0]["batch_id"] is not None
    assert (await desk.verified()).customers == 2


async def test_owners_are_found_by_login_e_mail_or_name(desk: Desk) -> None:
    await desk.client.patch(
        f"/people/{desk.other_id}", json={"email": "Li.Lei@Example.com", "name": "李雷"}, headers={"If-Match": '"1"'}
    )
    text = table(
        ("客户名称", "负责人"),
        ("a", desk.company.login("rep").upper()),
        ("b", "li.lei@example.COM"),
        ("c", "李雷"),
    )
    assert counts(await desk.imported(text)) == (3, 0, 0, 0)
    owners = {name: row["owner_id"] for name, row in (await desk.customers()).items()}
    assert owners == {"a": desk.rep_id, "b": desk.other_id, "c": desk.other_id}


async def test_the_same_file_twice_changes_nothing(desk: Desk) -> None:
    text = table(
        (*HEADERS, "联系人", "跟进时间", "跟进记录", "备注", "标签", "金额", "合同到期"),
        ("K1", "甲", "A", "13800138000", "", "", "王芳", "2024-03-01 10:00", "聊了报价", "老客户", "重点", "1.5万", "2027-01-31"),
        ("K2", "乙", "", "", desk.company.login("rep"), "", "", "", "", "", "", "", ""),
    )  # fmt: skip
    assert counts(await desk.imported(text)) == (2, 0, 0, 0)
    before = await desk.rows("SELECT * FROM customer ORDER BY id")
    assert before[0]["amount"] == Decimal("15000.00")
    assert before[0]["contract_end"] == date(2027, 1, 31)
    events = await desk.rows("SELECT count(*) AS n FROM event")
    assert counts(await desk.imported(text)) == (0, 0, 2, 0)
    assert await desk.rows("SELECT * FROM customer ORDER BY id") == before
    assert await desk.rows("SELECT count(*) AS n FROM event") == events
    assert len(await desk.rows("SELECT id FROM contact")) == 1
    assert len(await desk.rows("SELECT id FROM follow_up")) == 1
    await desk.verified()


async def test_an_update_changes_fields_and_never_owner_or_pool(desk: Desk) -> None:
    await desk.company.pool("华东公海")
    await desk.imported(table(HEADERS, ("K1", "旧名", "A", "", desk.company.login("rep"), "")))
    before = (await desk.customers())["K1"]
    # Neither is a faulty owner or pool of a customer that is there looked at.
    for owner, pool in ((desk.company.login("other"), "华东公海"), ("nobody", "nowhere")):
        done = await desk.imported(table(HEADERS, ("K1", "新名", "B", "13900139000", owner, pool)))
        assert done["faulty"] == 0
    after = (await desk.customers())["K1"]
    kept = ("state", "owner_id", "pool_id", "spell_no", "clock_start", "created_at")
    assert {n: after[n] for n in kept} == {n: before[n] for n in kept}
    assert (after["name"], after["level"], after["phones"]) == ("新名", "B", ["+8613900139000"])
    assert after["version"] == before["version"] + 1
    (edit,) = await desk.rows("SELECT * FROM event WHERE kind = 'edit'")
    assert edit["data"] == {"changes": {"level": ["A", "B"]}, "private": ["name", "phones"]}
    found = await desk.client.get("/customers", params={"scope": "all", "q": "新名"})
    assert [c["id"] for c in found.json()["items"]] == [str(after["id"])]
    await desk.verified()


async def test_blank_cells_and_missing_columns_leave_fields_alone(desk: Desk) -> None:
    await desk.imported(table(HEADERS, ("K1", "甲", "A", "13800138000", "", "")))
    done = await desk.imported(table(("客户编号", "级别", "行业"), ("K1", "", "物流")))
    assert counts(done) == (0, 1, 0, 0)
    row = (await desk.customers())["K1"]
    assert (row["name"], row["level"], row["phones"], row["industry"]) == ("甲", "A", ["+8613800138000"], "物流")


async def test_imported_follow_ups_stand_on_the_timeline_and_move_no_clock(desk: Desk) -> None:
    await desk.company.person("gone")
    text = table(
        ("客户编号", "客户名称", "负责人", "跟进时间", "跟进方式", "跟进记录", "跟进人"),
        ("K1", "甲", desk.company.login("rep"), "2024-03-01 10:00", "电话", "聊了报价", "rep"),
        ("K2", "乙", "", "2024-03-02", "拜访", "看了样品", "张三"),
    )
    await desk.imported(text)
    found = await desk.customers()
    follow_ups = await desk.rows("SELECT * FROM follow_up ORDER BY id")
    assert {(f["qualifies"], f["why_not"], f["spell_no"]) for f in follow_ups} == {(False, "imported", None)}
    assert [f["note"] for f in follow_ups] == ["聊了报价", "[张三] 看了样品"]
    assert [f["author_id"] for f in follow_ups] == [desk.rep_id, None]
    owned = found["K1"]
    assert (owned["first_contact_at"], owned["last_follow_up_at"]) == (None, None)
    assert owned["last_activity_at"] == follow_ups[0]["at"]
    timeline = (await desk.client.get(f"/customers/{owned['id']}/timeline")).json()["items"]
    assert [item["type"] for item in timeline] == ["event", "follow_up"]
    await desk.verified()


async def test_a_list_of_follow_ups_joins_customers_by_external_id(desk: Desk) -> None:
    await desk.imported(table(("Lead Id", "Company"), ("7", "Acme"), ("8", "Bolt")))
    calls = table(
        ("Lead Id", "Call Start Time", "Call Type", "Subject"),
        ("7", "2024-03-01 10:00", "Outbound", "first"),
        ("7", "2024-03-05 10:00", "Inbound", "second"),
        ("9", "2024-03-05 10:00", "Inbound", "nobody's"),
        ("8", "", "Inbound", "when?"),
        ("", "2024-03-05 10:00", "Inbound", "whose?"),
    )
    done = await desk.imported(calls, kind="follow_ups")
    assert counts(done) == (2, 0, 0, 3)
    assert [(e["row"], e["code"]) for e in done["errors_sample"]] == [
        (4, "unknown_customer"), (5, "time_missing"), (6, "customer_missing"),
    ]  # fmt: skip
    found = await desk.customers()
    assert (found["7"]["version"], found["8"]["version"]) == (3, 1)
    assert counts(await desk.imported(calls, kind="follow_ups")) == (0, 0, 2, 3)
    await desk.verified()


async def test_a_dry_run_tells_all_and_writes_nothing(desk: Desk) -> None:
    await desk.imported(table(HEADERS, ("K1", "甲", "A", "", "", ""), ("K2", "乙", "A", "", "", "")))
    before = await desk.rows("SELECT * FROM customer ORDER BY id")
    text = table(
        HEADERS,
        ("K1", "甲", "B", "", "", ""),
        ("K2", "乙", "A", "", "", ""),
        ("K3", "丙", "A", "", "", ""),
        ("K4", "丁", "A", "", "nobody", ""),
    )
    done = await desk.imported(text, dry_run="true")
    assert counts(done) == (1, 1, 1, 1)
    assert b"nobody" in await desk.faulty(done["id"])
    assert await desk.rows("SELECT * FROM customer ORDER BY id") == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
async def test_encodings_are_detected(desk: Desk, encoding: str) -> None:
    text = table(
        ("客户编号", "客户名称", "备注"), *((f"000{n}", f"上海第{n}贸易有限公司", "来自展会的客户") for n in range(20))
    )
    done = await desk.imported(text.encode(encoding))
    assert counts(done) == (20, 0, 0, 0)
    assert (await desk.customers())["0007"]["name"] == "上海第7贸易有限公司"


async def test_a_workbook_is_read(desk: Desk) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["客户编号", "客户名称", "合同到期", "电话"])
    sheet.append(["K1", "甲", date(2027, 5, 1), 13800138000])
    file = io.BytesIO()
    book.save(file)
    assert counts(await desk.imported(file.getvalue(), "客户.xlsx")) == (1, 0, 0, 0)
    row = (await desk.customers())["K1"]
    assert (row["contract_end"], row["phones"]) == (date(2027, 5, 1), ["+8613800138000"])


async def test_columns_go_where_the_mapping_says(desk: Desk) -> None:
    text = table(("甲栏", "客户名称", "级别"), ("K1", "甲", "A"))
    done = await desk.imported(text, mapping='{"甲栏": "external_id", "级别": null}')
    assert (done["mapping"], done["unmapped"]) == ({"甲栏": "external_id", "客户名称": "name"}, ["级别"])
    assert (await desk.customers())["K1"]["level"] is None


async def test_phones_without_a_country_are_of_the_country_asked_for(desk: Desk) -> None:
    text = table(("客户名称", "电话"), ("Acme", "660-485-0224"))
    assert counts(await desk.imported(text)) == (0, 0, 0, 1)
    assert counts(await desk.imported(text, country="us")) == (1, 0, 0, 0)
    assert (await desk.customers())["Acme"]["phones"] == ["+16604850224"]
