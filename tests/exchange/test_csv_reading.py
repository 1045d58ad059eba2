"""Reading CSV: every encoding and separator reads back, broken rows stay alone, memory stays bounded."""

import csv
import io
import random
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonghai.exchange.faults import ImportFileError
from gonghai.exchange.readers import open_table
from gonghai.exchange.table import Limits, Row, Table

HEADERS = ["客户名称", "电话", "备注"]


def table_of(data: bytes, **options: object) -> Table:
    return open_table(io.BytesIO(data), filename="客户.csv", **options)  # type: ignore[arg-type]


def written(rows: list[list[str]], encoding: str, delimiter: str = ",", headers: list[str] = HEADERS) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([headers, *rows])
    return text.getvalue().encode(encoding)


def cells_of(table: Table) -> list[list[str]]:
    rows = list(table)
    assert [row.fault for row in rows if row.fault] == []
    return [row.cells for row in rows]


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
TABLES = st.lists(
    st.lists(CELLS, min_size=3, max_size=3).filter(lambda row: any(cell.strip() for cell in row)),
    min_size=1,
    max_size=6,
)
MARKED = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}


@settings(max_examples=150, deadline=None)
@given(TABLES, st.sampled_from(["utf-8", "gb18030", *MARKED]), st.sampled_from(",;\t|"))
def test_any_table_reads_back_in_every_detected_encoding(rows: list[list[str]], encoding: str, delimiter: str) -> None:
    table = table_of(written(rows, encoding, delimiter))
    assert (table.encoding, table.delimiter) == (MARKED.get(encoding, encoding), delimiter)
    assert table.headers == HEADERS
    assert cells_of(table) == rows


@settings(max_examples=60, deadline=None)
@given(TABLES, st.sampled_from(["utf-8", "gbk", "gb18030", "utf-16-le", "utf-16-be", "utf-32-be"]))
def test_any_table_reads_back_in_an_encoding_the_user_names(rows: list[list[str]], encoding: str) -> None:
    if encoding == "gbk":
        rows = [["".join(letter for letter in cell if _in_gbk(letter)) or "客" for cell in row] for row in rows]
    assert cells_of(table_of(written(rows, encoding), encoding=encoding)) == rows


def _in_gbk(letter: str) -> bool:
    try:
        return bool(letter.encode("gbk"))
    except UnicodeEncodeError:
        return False


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_recognised(encoding: str) -> None:
    rows = [["华为技术有限公司", "13800138000", "深圳"], ["中兴通讯", "0755-26770000", ""]]
    table = table_of(written(rows, encoding))
    assert table.encoding == encoding
    assert cells_of(table) == rows


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [(b"\xff\xfe", "utf-32-le"), (b"\xfe\xff", "utf-32-le"), (b"\xfe\xff", "utf-32-be")],
)
def test_utf32_behind_a_mark_of_utf16_is_recognised(mark: bytes, encoding: str) -> None:
    rows = [["华为", "13800138000", "x"]]
    assert cells_of(table_of(mark + written(rows, encoding))) == rows


def test_utf16_with_single_letters_is_not_taken_for_utf32() -> None:
    table = table_of(b"\xff\xfe" + "a\nb\nc\n".encode("utf-16-le"))
    assert (table.encoding, cells_of(table)) == ("utf-16-le", [["b"], ["c"]])


def test_four_byte_characters_of_gb18030_survive() -> None:
    rows = [["𠮷野家（中国）", "13800138000", "㐀㐁 😀"]]
    assert cells_of(table_of(written(rows, "gb18030"))) == rows


@pytest.mark.parametrize("note", ["calle 5º", "région"])
def test_western_text_is_not_taken_for_chinese(note: str) -> None:
    # With "région" alone, every byte would pass as GB18030.
    rows = [["Crédito Inmobiliar", "1", note], ["Pébéo of America", "2", note]] * 20
    table = table_of(written(rows, "cp1252", headers=["Company", "Phone", "Note"]))
    assert table.encoding == "cp1252"
    assert cells_of(table) == rows


def test_chinese_behind_megabytes_of_ascii_is_still_recognised() -> None:
    rows = [[f"Customer {n}", "1", "plain " * 10] for n in range(12_000)] + [["华为技术", "2", "深圳"]]
    table = table_of(written(rows, "gb18030", headers=["Company", "Phone", "Note"]))
    assert table.encoding == "gb18030"
    assert [row.cells for row in table][-1] == ["华为技术", "2", "深圳"]


def test_unknown_bytes_are_an_unknown_encoding() -> None:
    with pytest.raises(ImportFileError) as caught:
        table_of(random.Random(1).randbytes(5000))
    assert caught.value.code == "unknown_encoding"


def test_an_encoding_nobody_knows_is_refused() -> None:
    with pytest.raises(ImportFileError) as caught:
        table_of(b"name\nA", encoding="klingon")
    assert caught.value.code == "unknown_encoding"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_an_undecodable_byte_makes_its_row_faulty_and_no_other(encoding: str) -> None:
    rows = [[f"上海第{n}有限公司", "电话待查", "注"] for n in range(2000)]
    data = written(rows, encoding).replace("第1500有".encode(encoding), b"\xff\xff")
    read = list(table_of(data))
    faults = [row.fault for row in read if row.fault]
    assert [(fault.row, fault.column, fault.header, fault.code) for fault in faults] == [
        (1502, 1, "客户名称", "bad_encoding")
    ]
    assert read[1501].cells == rows[1501]


def faults_of(text: str) -> list[tuple[int, str | None]]:
    return [(row.number, row.fault.code if row.fault else None) for row in table_of(text.encode())]


def test_an_unclosed_quote_costs_one_row() -> None:
    assert faults_of('name,phone\n"A,1\nB,2\nC,3\n') == [(2, "bad_quotes"), (3, None), (4, None)]


def test_an_unclosed_quote_before_quoted_rows_costs_one_row() -> None:
    assert faults_of('name,phone\n"A,1\nB,2\n"C, Inc",3\n"D",4\n') == [
        (2, "bad_quotes"),
        (3, None),
        (4, None),
        (5, None),
    ]


def test_an_unclosed_quote_in_a_large_file_costs_one_row() -> None:
    text = 'name,phone\n"A,1\n' + "".join(f"B{n},{n}\n" for n in range(50_000))
    table = table_of(text.encode(), limits=Limits(row_characters=4096))
    rows = list(table)
    assert [row.number for row in rows if row.fault] == [2]
    assert len(rows) == 50_001


def test_quoted_newlines_keep_the_line_numbers_of_an_editor() -> None:
    rows = list(table_of(b'name,note\r\n"A","one\r\ntwo"\r\n\r\nB,x\r\n'))
    assert rows == [Row(2, ["A", "one\r\ntwo"]), Row(5, ["B", "x"])]


def test_old_mac_line_ends_are_lines() -> None:
    assert list(table_of(b"name,note\rA,1\rB,2")) == [Row(2, ["A", "1"]), Row(3, ["B", "2"])]


def test_a_row_with_too_many_cells_is_faulty_but_trailing_separators_are_not() -> None:
    assert faults_of("name,phone\nA,1,\nB,2,,x\nC\n") == [(2, None), (3, "too_many_cells"), (4, None)]


def test_a_nul_byte_makes_its_row_faulty() -> None:
    rows = list(table_of(b"name,phone\nA,1\x002\nB,3\n"))
    assert [(row.cells, row.fault and (row.fault.code, row.fault.header)) for row in rows] == [
        (["A", "12"], ("nul_byte", "phone")),
        (["B", "3"], None),
    ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf", "empty_file"),
        (b"\n\n , ,\n", "empty_file"),
        (b"name,phone\n", "no_rows"),
        (b"name,phone\n,,\n\n", "no_rows"),
        (b'name,"phone\nA,1\n', "bad_quotes"),
        (b"na\x00me,phone\nA,1\n", "nul_byte"),
    ],
)
def test_files_without_a_table_are_refused_by_code(data: bytes, code: str) -> None:
    with pytest.raises(ImportFileError) as caught:
        table_of(data)
    assert caught.value.code == code


def test_a_table_can_be_read_again() -> None:
    table = table_of(b"name\nA\nB\n")
    assert list(table) == list(table) == [Row(2, ["A"]), Row(3, ["B"])]


class Endless(io.RawIOBase):
    """A file of `size` bytes that exists only as it is read: two good lines, then one line that never ends."""

    START = b"name,phone\nA,1\n"

    def __init__(self, size: int) -> None:
        self.size = size
        self.place = 0
        self.served = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, place: int, whence: int = 0) -> int:
        assert whence == 0
        self.place = place
        return place

    def read(self, wanted: int = -1) -> bytes:
        assert wanted >= 0, "reads everything at once"
        wanted = min(wanted, self.size - self.place)
        chunk = (self.START[self.place : self.place + wanted] + b"x" * wanted)[:wanted]
        self.place += wanted
        self.served += wanted
        return chunk


def test_a_line_of_500_megabytes_is_refused_naming_its_row_in_bounded_memory() -> None:
    stream = Endless(500 * 1024 * 1024)
    tracemalloc.start()
    try:
        with pytest.raises(ImportFileError) as caught:
            list(open_table(stream, filename="x.csv"))  # type: ignore[arg-type]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (caught.value.code, caught.value.data["row"]) == ("line_too_long", 3)
    assert peak < 16 * 1024 * 1024
    assert stream.served < 100 * 1024 * 1024


class Long(Endless):
    """A long file of short rows, made as it is read."""

    LINE = "上海云帆信息技术有限公司,13800138000,备注\n".encode()

    def read(self, wanted: int = -1) -> bytes:
        head = "客户名称,电话,备注\n".encode()
        wanted = min(wanted, self.size - self.place)
        shift = self.place - len(head)
        if shift < 0:
            chunk = (head[self.place :] + self.LINE)[:wanted]
        else:
            at = shift % len(self.LINE)
            chunk = (self.LINE * (wanted // len(self.LINE) + 2))[at : at + wanted]
        self.place += len(chunk)
        return chunk


def test_memory_does_not_grow_with_the_file() -> None:
    def peak(megabytes: int) -> int:
        tracemalloc.start()
        try:
            table = open_table(Long(megabytes * 1024 * 1024), filename="x.csv")  # type: ignore[arg-type]
            assert sum(1 for _ in table) > megabytes * 15_000
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(1)
    assert peak(4) < peak(1) * 1.2


@pytest.fixture
def opened(tmp_path: object) -> Iterator[Table]:
    path = f"{tmp_path}/a.csv"
    with open(path, "wb") as file:
        file.write(b"name\nA\n")
    table = open_table(path, filename="a.csv")
    yield table
    table.close()


def test_a_path_can_be_opened_and_is_closed_with_the_table(opened: Table) -> None:
    assert list(opened) == [Row(2, ["A"])]
    opened.close()
    with pytest.raises(ValueError, match="closed"):
        list(opened)
