"""What is wrong with a file or a row: told with row and column, nothing of it written, the rest imported."""

import csv
import io
import json
import zipfile

import pytest
from openpyxl import Workbook

from gonghai.exchange import actions
from tests.exchange.desk import Desk, counts, table
from tests.fixtures.people import signed_in, with_key


async def test_faulty_rows_name_row_and_column_and_the_others_are_imported(desk: Desk) -> None:
    await desk.company.person("invited", active=False)
    text = table(
        ("客户编号", "客户名称", "负责人", "合同到期", "所属公海", "电话"),
        ("K1", "甲", "", "", "", ""),
        ("K2", "乙", "nobody", "", "", ""),
        ("K3", "丙", "", "2024-02-31", "", ""),
        ("K4", "丁", desk.company.login("invited"), "", "没有的公海", ""),
        ("K5", "", "", "", "", ""),
        ("K1", "甲二", "", "", "", ""),
        ("K6", "戊", "", "", "", "123"),
    )
    done = await desk.imported(text)
    assert counts(done) == (1, 0, 0, 6)
    assert [(e["row"], e["column"], e["header"], e["code"], e["value"]) for e in done["errors_sample"]] == [
        (3, 3, "负责人", "unknown_owner", "nobody"),
        (4, 4, "合同到期", "impossible_date", "2024-02-31"),
        (5, 3, "负责人", "unknown_owner", desk.company.login("invited")),
        (5, 5, "所属公海", "unknown_pool", "没有的公海"),
        (6, 1, "客户编号", "name_missing", "K5"),
        (7, 1, "客户编号", "repeated", "K1"),
        (8, 6, "电话", "bad_phone", "123"),
    ]
    first = done["errors_sample"][0]["message"]
    assert "nobody" in first["zh"]
    assert "nobody" in first["en"]
    assert "第 2 行" in done["errors_sample"][5]["message"]["zh"]
    assert {name: row["name"] for name, row in (await desk.customers()).items()} == {"K1": "甲"}
    await desk.verified()


async def test_the_file_of_faulty_rows_mended_is_imported(desk: Desk) -> None:
    text = table(
        ("客户编号", "客户名称", "负责人", "备注"),
        ("0001", "甲", "nobody", "=1+1"),
        ("0002", "乙", "", ""),
        ("0003", "丙", "nobody", "两行\n备注"),
    )
    done = await desk.imported(text)
    assert counts(done) == (1, 0, 0, 2)
    faulty = (await desk.faulty(done["id"])).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(faulty)))
    assert rows[0] == ["客户编号", "客户名称", "负责人", "备注", "错误行", "错误列", "错误信息"]
    assert [(row[0], row[4], row[5]) for row in rows[1:]] == [("0001", "2", "负责人"), ("0003", "4", "负责人")]
    again = await desk.imported(faulty, "faulty.csv")
    assert counts(again) == (0, 0, 0, 2), "not mended, so still faulty"
    mended = await desk.imported(faulty.replace("nobody", desk.company.login("rep")), "faulty.csv")
    assert counts(mended) == (2, 0, 0, 0)
    found = await desk.customers()
    assert sorted(found) == ["0001", "0002", "0003"]
    assert (found["0001"]["note"], found["0003"]["note"]) == ("=1+1", "两行\n备注")


async def test_many_faulty_rows_stand_in_one_file_with_one_header(desk: Desk) -> None:
    lines = [("客户编号", "客户名称", "负责人"), *((f"K{n}", f"客户{n}", "nobody") for n in range(1300))]
    done = await desk.imported(table(*lines), language="en")
    assert counts(done) == (0, 0, 0, 1300)
    assert len(done["errors_sample"]) == 50
    content = await desk.faulty(done["id"])
    assert content.count(b"\xef\xbb\xbf") == 1
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0][3:] == ["Error row", "Error column", "Error message"]
    assert [row[0] for row in rows[1:]] == [f"K{n}" for n in range(1300)]


async def test_a_malformed_row_is_faulty_and_its_neighbours_are_not(desk: Desk) -> None:
    text = '客户编号,客户名称\nK1,甲\nK2,"乙\nK3,丙,太多\nK4,丁\n'
    done = await desk.imported(text)
    assert counts(done) == (2, 0, 0, 2)
    assert [(e["row"], e["code"]) for e in done["errors_sample"]] == [(3, "bad_quotes"), (4, "too_many_cells")]
    assert sorted(await desk.customers()) == ["K1", "K4"]


async def test_undecodable_bytes_are_the_fault_of_their_row(desk: Desk) -> None:
    good = "\n".join(f"K{n},上海第{n}贸易有限公司" for n in range(30))
    done = await desk.imported(f"客户编号,客户名称\n{good}\n".encode() + "X,甲乙\n".encode("gb18030"))
    assert counts(done) == (30, 0, 0, 1)
    assert (done["errors_sample"][0]["code"], done["errors_sample"][0]["row"]) == ("bad_encoding", 32)


def bomb() -> bytes:
    """A workbook whose sheet unpacks to a thousand times its size."""
    book = Workbook()
    file = io.BytesIO()
    book.save(file)
    bombed = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(bombed, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != "xl/worksheets/sheet1.xml":
                new.writestr(entry, old.read(entry))
        with new.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(b"<worksheet><sheetData>")
            for _ in range(40):
                sheet.write(b" " * 1_000_000)
    return bombed.getvalue()


LONG_LINE = (
    table(("客户编号", "客户名称"), *((f"K{n}", f"客户{n}") for n in range(1200))) + "X," + "很长" * 700_000 + "\n"
)


@pytest.mark.parametrize(
    ("content", "filename", "code", "row"),
    [
        (LONG_LINE.encode(), "a.csv", "line_too_long", 1202),
        (bomb(), "a.xlsx", "zip_bomb", None),
        (b"PK\x03\x04 not really", "a.xlsx", "unreadable_file", None),
        (b"", "a.csv", "empty_file", None),
        ("客户编号,客户名称\n".encode(), "a.csv", "no_rows", None),
        (b"a,b\n1,2\n", "a.csv", "no_header_recognised", None),
        ("客户名称,客户名称\n甲,乙\n".encode(), "a.csv", "duplicate_header", None),
    ],
    ids=["long line", "zip bomb", "no workbook", "empty", "header only", "unknown header", "column twice"],
)
async def test_a_file_that_can_not_be_read_is_refused_before_any_row_is_written(
    desk: Desk, content: bytes, filename: str, code: str, row: int | None
) -> None:
    failed = await desk.work(await desk.start(content, filename))
    assert (failed["state"], failed["error"]["code"], failed["error"]["row"]) == ("failed", code, row)
    assert failed["error"]["message"]["zh"]
    assert failed["error"]["message"]["en"]
    assert (failed["rows_done"], await desk.customers()) == (0, {})
    assert await desk.rows("SELECT no FROM import_piece") == []


async def test_a_mapping_that_does_not_fit_the_file_is_told(desk: Desk) -> None:
    failed = await desk.work(await desk.start("客户名称\n甲\n", mapping='{"级别": "level"}'))
    assert failed["error"]["code"] == "mapping_unknown_header"
    assert "级别" in failed["error"]["message"]["zh"]


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"mapping": "{"}, "body.mapping"),
        ({"mapping": '{"a": 1}'}, "body.mapping.a"),
        ({"pool_id": "x"}, "body.pool_id"),
        ({"dry_run": "perhaps"}, "body.dry_run"),
        ({"kind": "deals"}, "body.kind"),
        ({"country": "ZZ"}, "country"),
        ({"colour": "red"}, "body.colour"),
    ],
)
async def test_a_malformed_form_is_refused(desk: Desk, fields: dict[str, str], path: str) -> None:
    answer = await desk.post("客户名称\n甲\n", **fields)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert [error["path"] for error in answer.json()["errors"]] == [path]


async def test_no_file_no_form_no_pool_no_import(desk: Desk) -> None:
    without = await desk.client.post("/imports", files={"x": ("", b"")}, data={"pool_id": str(desk.pool_id)})
    assert (without.status_code, without.json()["errors"][0]["path"]) == (422, "body.file")
    assert (await desk.client.post("/imports", json={})).json()["errors"][0]["code"] == "multipart_expected"
    assert (await desk.post("客户名称\n甲\n", pool_id=2**60)).status_code == 404
    assert (await desk.post("客户名称\n甲\n", encoding="klingon")).json()["code"] == "unknown_encoding"
    assert await desk.rows("SELECT id FROM import") == []


async def test_a_file_over_the_limit_is_refused_and_not_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "LARGEST", 1000)
    answer = await desk.post("客户名称\n" + "甲\n" * 1000)
    assert (answer.status_code, answer.json()["code"], answer.json()["data"]) == (413, "too_large", {"limit": 1000})

    async def endless() -> object:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        for _ in range(3):
            yield b"a" * 1024 * 1024
        raise AssertionError("read on behind the limit")

    headers = {"content-type": "multipart/form-data; boundary=x"}
    answer = await desk.client.post("/imports", content=endless(), headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 413
    assert await desk.rows("SELECT id FROM import") == []


async def test_a_closed_pool_takes_nothing_in(desk: Desk) -> None:
    spare = await desk.company.pool("备用")
    empty = await desk.company.pool("空")
    waiting = await desk.start("客户名称,所属公海\n甲,\n乙,空\n")
    closed = await desk.client.post(f"/pools/{desk.pool_id}/close", json={"successor_id": str(spare)})
    assert closed.status_code == 200, closed.text
    await desk.client.post(f"/pools/{empty}/close", json={"successor_id": str(spare)})
    done = await desk.work(waiting)
    assert counts(done) == (1, 0, 0, 1)
    assert (await desk.customers())["甲"]["pool_id"] == spare, "whoever succeeded the pool meanwhile"
    assert done["errors_sample"][0]["code"] == "unknown_pool"
    refused = await desk.post("客户名称\n甲\n")
    assert (refused.status_code, refused.json()["code"]) == (409, "pool_closed")


async def test_only_admins_import_and_auditors_read(desk: Desk) -> None:
    import_id = await desk.start("客户名称\n甲\n")
    auditor = await desk.company.person("auditor", roles=("auditor",))
    urls = ("/imports", f"/imports/{import_id}", f"/imports/{import_id}/faulty.csv")
    for person, code in ((desk.rep_id, 403), (auditor, 200)):
        client = await signed_in(desk.app, desk.company, person)
        assert [(await client.get(url)).status_code for url in urls[:2]] == [code, code]
        assert (await client.get(urls[2])).status_code in (code, 404)
        posted = await client.post("/imports", files={"file": ("a", b"x")}, data={"pool_id": str(desk.pool_id)})
        assert (posted.status_code, posted.json()["code"]) == (403, "forbidden")
        assert (await client.post(f"/imports/{import_id}/cancel")).status_code == 403
    narrow = with_key(desk.app, await desk.company.key(desk.company.admin_id, scopes=["customers"]))
    assert (await narrow.get("/imports")).status_code == 403


async def test_a_machine_imports_with_its_key(desk: Desk) -> None:
    machine = with_key(desk.app, await desk.company.key(desk.company.admin_id, scopes=["imports"]))
    form = {"pool_id": str(desk.pool_id), "mapping": json.dumps({"客户名称": "name"})}
    answer = await machine.post("/imports", files={"file": ("客户.csv", "客户名称\n甲\n".encode())}, data=form)
    assert answer.status_code == 202
    assert (await desk.work(answer.json()["id"]))["created"] == 1


async def test_the_same_upload_under_one_key_is_one_import(desk: Desk) -> None:
    desk.client.headers["Idempotency-Key"] = "once"
    first, second = await desk.post("客户名称\n甲\n"), await desk.post("客户名称\n甲\n")
    assert first.status_code == second.status_code == 202
    assert first.json() == second.json()
    other = await desk.post("客户名称\n乙\n")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert len(await desk.rows("SELECT id FROM import")) == 1
    (jobs,) = await desk.rows(
        f"SELECT count(*) AS n FROM procrastinate_jobs WHERE args @> '{{\"import_id\": {first.json()['id']}}}'"
    )
    assert jobs["n"] == 1
