"""The file of faulty rows: it says what is wrong, loses nothing, runs nothing, and can come back."""

import csv
import io
import re
from datetime import date
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gonghai.exchange
from gonghai.exchange import messages
from gonghai.exchange.faults import CellCode, CellError, FileCode, ImportFileError
from gonghai.exchange.faulty import FaultyWriter
from gonghai.exchange.mapping import map_headers
from gonghai.exchange.mended import guarded, unguarded
from gonghai.exchange.messages import Language, explained
from gonghai.exchange.readers import open_table
from gonghai.exchange.table import Row, Table
from gonghai.exchange.values import ParsedCustomer, parse_row

ERROR = CellError(2, 2, "电话", "bad_phone", "12", {"region": "CN"})


def written(headers: list[str], rows: list[Row], language: Language = "zh") -> bytes:
    stream = io.BytesIO()
    writer = FaultyWriter(stream, headers, language)
    for row in rows:
        writer.write(row, [ERROR])
    writer.finish()
    return stream.getvalue()


def reopened(data: bytes) -> Table:
    return open_table(io.BytesIO(data), filename="错误行.csv")


def faults_of(table: Table) -> list[tuple[Row, list[CellError]]]:
    mapping = map_headers(table.headers)
    results = [
        (row, parse_row(row, mapping, zone=ZoneInfo("Asia/Shanghai"), today=date(2026, 11, 23))) for row in table
    ]
    return [(row, result) for row, result in results if isinstance(result, list)]


def test_it_says_row_column_and_reason_and_opens_in_a_spreadsheet() -> None:
    data = written(["客户", "电话"], [Row(5, ["甲", "12"])])
    assert data.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(data.decode("utf-8-sig")))) == [
        ["客户", "电话", "错误行", "错误列", "错误信息"],
        ["甲", "12", "5", "电话", "「12」不是有效的电话号码（未写国家代码时按 CN 识别）"],
    ]


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8) | st.sampled_from(
    ["=1+1", "'=1", "''", "'", "+8613800138000", "-", "@a", "\t=x", "'+", "＝1"]
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.lists(CELLS, min_size=2, max_size=4).filter(lambda row: row[0].strip() != ""), min_size=1, max_size=4),
    st.sampled_from(["zh", "en"]),
)
def test_any_rows_come_back_as_they_were(rows: list[list[str]], language: Language) -> None:
    headers = ["客户", "=电话"]
    trimmed = []
    for row in rows:
        while len(row) > 2 and not row[-1].strip():
            row = row[:-1]
        trimmed.append(row)
    table = reopened(written(headers, [Row(number, row) for number, row in enumerate(trimmed, 2)], language))
    assert table.headers == headers
    assert [row.cells for row in table] == trimmed


@settings(max_examples=100, deadline=None)
@given(CELLS)
def test_no_cell_begins_like_a_formula_and_guarding_can_be_undone(cell: str) -> None:
    assert not guarded(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unguarded(guarded(cell)) == cell


def test_a_mended_file_is_imported_and_an_unmended_one_is_faulty_again() -> None:
    source = '客户,电话,备注\n甲,12,=x\n"乙,13800138000,\n丙,13800138000,好\n丁,1,2,3\n'.encode() + b"\xff,,\n"
    table = reopened(source)
    faults = faults_of(table)
    stream = io.BytesIO()
    writer = FaultyWriter(stream, table.headers, "zh")
    for row, errors in faults:
        writer.write(row, errors)
    writer.finish()
    codes = [[error.code for error in errors] for _, errors in faults]
    assert codes == [["bad_phone"], ["bad_quotes"], ["too_many_cells"], ["bad_encoding"]]
    again = faults_of(reopened(stream.getvalue()))
    assert [[error.code for error in errors] for _, errors in again] == codes
    mended = stream.getvalue().decode("utf-8-sig").replace("甲,12,", "甲,13800138000,")
    table = reopened(mended.encode("utf-8-sig"))
    first = parse_row(
        next(iter(table)), map_headers(table.headers), zone=ZoneInfo("Asia/Shanghai"), today=date(2026, 11, 23)
    )
    assert first == ParsedCustomer(row=2, name="甲", phones=("+8613800138000",), note="=x")


def test_the_stream_stays_open_for_its_owner() -> None:
    stream = io.BytesIO()
    FaultyWriter(stream, ["客户"], "en").finish()
    assert not stream.closed


def test_every_code_has_a_sentence_in_both_languages_with_the_same_facts() -> None:
    assert set(messages._FILE) == set(get_args(FileCode))
    assert set(messages._CELL) == set(get_args(CellCode))
    for code, both in (*messages._FILE.items(), *messages._CELL.items()):
        assert set(both) == {"zh", "en"}, code
        facts = [set(re.findall(r"{(\w+)}", text)) for text in both.values()]
        assert facts[0] == facts[1], code


def test_every_code_but_those_found_while_writing_is_raised_somewhere() -> None:
    folder = Path(gonghai.exchange.__file__).parent if gonghai.exchange.__file__ else None
    folder = folder or Path(next(iter(gonghai.exchange.__path__)))
    source = "".join(path.read_text() for path in folder.rglob("*.py") if path.name not in ("faults.py", "messages.py"))
    unused = [code for code in (*get_args(FileCode), *get_args(CellCode)) if f'"{code}"' not in source]
    assert set(unused) <= {"unknown_owner", "unknown_pool", "name_missing"}


@pytest.mark.parametrize(
    ("error", "zh", "en"),
    [
        (
            CellError(9, 3, "日期", "ambiguous_date", "01/02/2024", {"one": "1-2", "other": "2-1"}),
            "「01/02/2024」可能是 1-2（月-日），也可能是 2-1；请写成 2024-01-31 的形式",
            '"01/02/2024" may be 1-2 or 2-1 (month-day); write it as 2024-01-31',
        ),
        (
            CellError(4, 0, "", "bad_quotes", '"x'),
            "引号不成对，或引号后还有文字",
            "A quotation mark is not closed, or text follows a closing one",
        ),
    ],
)
def test_a_fault_is_told_with_its_facts(error: CellError, zh: str, en: str) -> None:
    assert explained(error, "zh") == zh
    assert explained(error, "en") == en


def test_a_faulty_file_is_told_with_its_facts() -> None:
    assert "第 3 行超过 100 个字符" in explained(ImportFileError("line_too_long", row=3, limit=100), "zh")
    assert "Found: a, b" in explained(ImportFileError("no_header_recognised", headers=["a", "b"]), "en")
    assert explained(ImportFileError("bad_quotes", row=1, column=0), "zh").startswith("表头（第 1 行）有误：")
