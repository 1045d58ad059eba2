"""Reading XLSX and XLS: what a user sees in the sheet comes out as text, and what would blow up is refused."""

import io
import tracemalloc
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonghai.exchange.faults import ImportFileError
from gonghai.exchange.readers import open_table
from gonghai.exchange.table import Limits, Table

RELATIONS = "xl/_rels/workbook.xml.rels"
SHEET = "xl/worksheets/sheet1.xml"


def workbook(rows: list[list[Any]], formats: dict[str, str] | None = None) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    for place, number_format in (formats or {}).items():
        book.active[place].number_format = number_format  # type: ignore[index]
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def rezipped(data: bytes, parts: dict[str, bytes]) -> bytes:
    """The workbook with some parts replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


def table_of(data: bytes, limits: Limits | None = None) -> Table:
    return open_table(io.BytesIO(data), filename="客户.xlsx", limits=limits)


def refusal(data: bytes, limits: Limits | None = None) -> ImportFileError:
    with pytest.raises(ImportFileError) as caught:
        list(table_of(data, limits))
    return caught.value


def sheet_xml(rows: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def sharing(texts: list[str], rows: str) -> bytes:
    """A workbook whose cells point to shared texts, as Excel writes them."""
    with zipfile.ZipFile(io.BytesIO(TWO_ROWS)) as archive:
        relations = archive.read(RELATIONS)
    more = b'<Relationship Type="http://x/sharedStrings" Target="sharedStrings.xml" Id="rId9"/></Relationships>'
    shared = "<sst>" + "".join(f"<si><t>{text}</t></si>" for text in texts) + "</sst>"
    return rezipped(
        TWO_ROWS,
        {
            RELATIONS: relations.replace(b"</Relationships>", more),
            "xl/sharedStrings.xml": shared.encode(),
            SHEET: sheet_xml(rows),
        },
    )


TWO_ROWS = workbook([["name", "phone"], ["A", "1"]])


def test_cells_come_out_as_a_user_sees_them() -> None:
    afternoon = datetime(2024, 1, 5, 15, 3)  # noqa: DTZ001 - sheets know no zones
    rows: list[list[Any]] = [
        ["客户名称", "a", "b", "c", "d", "e", "f", "g"],
        ["甲", 13800138000, "000001", 0.1 + 0.2, 1234.5, True, date(2024, 1, 5), afternoon],
        ["乙", 13800138000.0, 1e9, -2, 123456789012345, False, time(9, 30), "2024-01-05"],
    ]
    assert [row.cells for row in table_of(workbook(rows))] == [
        ["甲", "13800138000", "000001", "0.3", "1234.5", "TRUE", "2024-01-05", "2024-01-05T15:03:00"],
        ["乙", "13800138000", "1000000000", "-2", "123456789012345", "FALSE", "09:30:00", "2024-01-05"],
    ]


def test_a_number_that_a_spreadsheet_has_rounded_shows_it_and_a_long_exact_one_stays() -> None:
    xml = sheet_xml(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row>'
        '<row r="2"><c r="A2"><v>9.1310000123456704E+17</v></c></row>'
        '<row r="3"><c r="A3"><v>913100001234567041</v></c></row>'
    )
    assert [row.cells for row in table_of(rezipped(TWO_ROWS, {SHEET: xml}))] == [
        ["9.13100001234567E+17"],
        ["913100001234567041"],
    ]


@pytest.mark.parametrize("style", ['yyyy"年"m"月"d"日"', "d/m/yy", "[$-804]yyyy-mm-dd"])
def test_dates_are_known_by_any_date_format(style: str) -> None:
    data = workbook([["name", "on"], ["A", 45296]], {"B2": style})
    assert [row.cells for row in table_of(data)] == [["A", "2024-01-05"]]


def test_dates_in_a_built_in_chinese_format_and_in_the_calendar_of_1904() -> None:
    data = workbook([["name", "on"], ["A", 45296]], {"B2": "yyyy-mm-dd"})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        styles, book = archive.read("xl/styles.xml"), archive.read("xl/workbook.xml")
    chinese = rezipped(data, {"xl/styles.xml": styles.replace(b'numFmtId="164"', b'numFmtId="31"')})
    assert [row.cells for row in table_of(chinese)] == [["A", "2024-01-05"]]
    older = rezipped(data, {"xl/workbook.xml": book.replace(b"<workbookPr", b'<workbookPr date1904="1"', 1)})
    assert [row.cells for row in table_of(older)] == [["A", "2028-01-06"]]


def test_formulas_give_their_stored_result_and_without_one_their_row_is_faulty() -> None:
    xml = sheet_xml(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c><c r="B1" t="inlineStr"><is><t>sum</t></is></c></row>'
        '<row r="2"><c r="A2" t="str"><f>B2</f><v>甲</v></c><c r="B2"><f>1+1</f><v>2</v></c></row>'
        '<row r="3"><c r="A3" t="str"><f>B2</f></c><c r="B3"><f>1+1</f></c></row>'
    )
    first, second = table_of(rezipped(TWO_ROWS, {SHEET: xml}))
    assert (first.cells, first.fault) == (["甲", "2"], None)
    assert second.fault is not None
    assert (second.fault.code, second.fault.header, second.fault.row) == ("formula_without_value", "sum", 3)


def test_row_numbers_are_those_of_the_sheet_and_blank_rows_are_left_out() -> None:
    data = workbook([[], ["name", "phone"], [], ["A", 1], [None, "  "], ["B", 2]])
    assert [(row.number, row.cells) for row in table_of(data)] == [(4, ["A", "1"]), (6, ["B", "2"])]


def test_phonetic_readings_are_not_part_of_a_text_and_rich_text_is() -> None:
    xml = sheet_xml(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><r><t>重庆</t></r><r><t>火锅</t></r>'
        '<rPh sb="0" eb="2"><t>chongqing</t></rPh></is></c></row>'
    )
    assert [row.cells for row in table_of(rezipped(TWO_ROWS, {SHEET: xml}))] == [["重庆火锅"]]


def test_escaped_characters_are_unescaped() -> None:
    data = sharing(["name", "one_x000D_\ntwo"], '<row><c t="s"><v>0</v></c></row><row><c t="s"><v>1</v></c></row>')
    assert [row.cells for row in table_of(data)] == [["one\r\ntwo"]]


def test_the_first_visible_sheet_is_read() -> None:
    book = openpyxl.Workbook()
    book.active.sheet_state = "hidden"  # type: ignore[union-attr]
    for row in (["name"], ["A"]):
        book.create_sheet("客户") if "客户" not in book.sheetnames else None
        book["客户"].append(row)
    stream = io.BytesIO()
    book.save(stream)
    assert [row.cells for row in table_of(stream.getvalue())] == [["A"]]


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"]), min_size=1, max_size=10)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(TEXTS.filter(str.strip), min_size=2, max_size=2), min_size=1, max_size=5))
def test_any_texts_read_back(rows: list[list[str]]) -> None:
    rows = [["'" + cell if cell.startswith("=") else cell for cell in row] for row in rows]
    # "_x0041_" is an escape of the format.
    rows = [[cell.replace("_x", "x") for cell in row] for row in rows]
    assert [row.cells for row in table_of(workbook([["name", "note"], *rows]))] == rows


def test_a_bomb_by_ratio_is_refused_before_it_is_parsed() -> None:
    bomb = rezipped(TWO_ROWS, {SHEET: sheet_xml("<row/>" + " " * (64 * 1024 * 1024))})
    assert len(bomb) < 1024 * 1024
    tracemalloc.start()
    try:
        error = refusal(bomb)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (error.code, error.data["why"]) == ("zip_bomb", "ratio")
    assert peak < 4 * 1024 * 1024


def test_a_bomb_by_size_by_entries_or_by_one_part_is_refused() -> None:
    assert refusal(TWO_ROWS, Limits(archive_bytes=1000)).data["why"] == "size"
    assert refusal(rezipped(TWO_ROWS, {f"x/{n}": b"" for n in range(30)}), Limits(archive_entries=30)).data["why"] == (
        "entries"
    )
    styles = rezipped(TWO_ROWS, {"xl/styles.xml": b"<styleSheet/>" + b"\n" * 5000})
    assert refusal(styles, Limits(small_part_bytes=4096)).data["why"] == "part"


def test_a_header_that_lies_about_its_size_is_refused() -> None:
    content = sheet_xml("<row/>" * 5000)
    data = rezipped(TWO_ROWS, {SHEET: content})
    lie = data.replace(len(content).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lie != data
    error = refusal(lie)
    assert (error.code, error.data["why"]) == ("zip_bomb", "lying")


def test_shared_texts_are_read_and_too_many_are_refused() -> None:
    rows = "".join(f'<row><c t="s"><v>{n}</v></c></row>' for n in range(50))
    data = sharing([f"文本{n}" for n in range(50)], rows)
    assert [row.cells for row in table_of(data)] == [[f"文本{n}"] for n in range(1, 50)]
    assert refusal(data, Limits(shared_texts=40)).data["why"] == "texts"
    assert refusal(data, Limits(shared_text_bytes=100)).data["why"] == "texts"


@pytest.mark.parametrize("index", ["2", "-1", "x"])
def test_a_cell_that_points_to_no_shared_text_is_unreadable(index: str) -> None:
    data = sharing(["name", "A"], f'<row><c t="s"><v>0</v></c></row><row><c t="s"><v>{index}</v></c></row>')
    assert refusal(data).code == "unreadable_file"


def test_one_text_shared_by_a_whole_row_is_a_row_too_long() -> None:
    cells = '<c t="s"><v>1</v></c>' * 100
    error = refusal(
        sharing(["name", "x" * 1000], f'<row><c t="s"><v>0</v></c></row><row>{cells}</row>'),
        Limits(row_characters=50_000),
    )
    assert (error.code, error.data["row"]) == ("line_too_long", 2)


def test_a_document_type_declaration_is_refused() -> None:
    cell = '<row><c t="inlineStr"><is><t>{}</t></is></c></row>'
    harmless = sheet_xml(cell.format("name") + cell.format("A"))
    assert [row.cells for row in table_of(rezipped(TWO_ROWS, {SHEET: harmless}))] == [["A"]]
    laughs = b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]>' + harmless.replace(b">A<", b">&c;<")
    assert refusal(rezipped(TWO_ROWS, {SHEET: laughs})).code == "unreadable_file"


@pytest.mark.parametrize(
    "rows",
    ['<row r="2000000"/>', '<row r="x"/>', '<row><c r="ZZZZZZZZ1"><v>1</v></c></row>', '<row r="2"/><row r="1"/>'],
)
def test_rows_and_columns_that_no_sheet_has_are_unreadable(rows: str) -> None:
    assert refusal(rezipped(TWO_ROWS, {SHEET: sheet_xml(rows)})).code == "unreadable_file"


@pytest.mark.parametrize("broken", ["cut", "flipped", "no workbook", "no sheet", "not xml", "not zip"])
def test_a_damaged_workbook_is_unreadable(broken: str) -> None:
    data = {
        "cut": TWO_ROWS[: len(TWO_ROWS) // 2],
        "flipped": TWO_ROWS[:60] + bytes(byte ^ 255 for byte in TWO_ROWS[60:90]) + TWO_ROWS[90:],
        "no workbook": rezipped(TWO_ROWS, {"xl/workbook.xml": b"<workbook/>"}),
        "no sheet": rezipped(TWO_ROWS, {"xl/_rels/workbook.xml.rels": b"<Relationships/>"}),
        "not xml": rezipped(TWO_ROWS, {SHEET: b"<worksheet><sheetData><row>"}),
        "not zip": b"name,phone\nA,1\n",
    }[broken]
    assert refusal(data).code == "unreadable_file"


def test_an_encrypted_or_broken_old_workbook_is_unreadable() -> None:
    assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000).code == "unreadable_file"


def test_memory_does_not_grow_with_the_sheet(tmp_path: Path) -> None:
    def peak(rows: int) -> int:
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        sheet.append(["客户名称", "电话", "行业"])
        for number in range(rows):
            sheet.append([f"第{number % 50}公司", 13800000000 + number, number / 7])
        path = tmp_path / f"{rows}.xlsx"
        book.save(path)
        tracemalloc.start()
        try:
            with open_table(path, filename="客户.xlsx") as table:
                assert sum(1 for _ in table) == rows
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(12_000) < peak(3_000) * 1.3 + 128 * 1024
