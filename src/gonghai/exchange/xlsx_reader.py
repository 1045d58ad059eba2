"""Reads the first visible sheet of an XLSX row by row; what it holds in memory doesn't grow with the sheet."""

from array import array
from collections.abc import Callable, Iterator
from datetime import datetime
from posixpath import join, normpath
from typing import BinaryIO
from zipfile import ZipFile

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel
from openpyxl.utils.escape import unescape

from gonghai.exchange.cell_text import moment_text, number_text
from gonghai.exchange.faults import ImportFileError
from gonghai.exchange.table import Limits, Row
from gonghai.exchange.xlsx_archive import open_archive, reading_workbook, scan_in_steps, scan_part

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
# Date formats of East Asian Excels: built in, so not spelled out in the file.
_EAST_ASIAN_DATES = {*range(27, 37), *range(50, 59)}
_MAX_STYLES = 65_536


class Workbook:
    """An opened XLSX: which sheet to read, its texts, which styles are dates. Raises `zip_bomb`, `unreadable_file`."""

    def __init__(self, stream: BinaryIO, limits: Limits) -> None:
        self.limits = limits
        self.archive = open_archive(stream, limits)
        with reading_workbook():
            self._read_workbook()
            self.texts = _Texts(self.archive, self._target("sharedStrings"), limits)
            self.dates = _date_styles(self.archive, self._target("styles"))

    def _read_workbook(self) -> None:
        self.epoch = CALENDAR_WINDOWS_1900
        sheets: list[str] = []
        self._relations: dict[str, tuple[str, str]] = {}

        def in_workbook(tag: str, attributes: dict[str, str]) -> None:
            if tag == "workbookPr" and attributes.get("date1904") in ("1", "true"):
                self.epoch = CALENDAR_MAC_1904
            elif tag == "sheet" and attributes.get("state", "visible") == "visible":
                sheets.append(attributes["id"])

        def in_relations(tag: str, attributes: dict[str, str]) -> None:
            if tag == "Relationship":
                kind = attributes["Type"].rpartition("/")[2]
                self._relations[attributes["Id"]] = (kind, normpath(join("/xl", attributes["Target"]))[1:])

        scan_part(self.archive, "xl/workbook.xml", in_workbook)
        scan_part(self.archive, "xl/_rels/workbook.xml.rels", in_relations)
        self.sheet = next(path for path in map(self._worksheet, sheets) if path) if sheets else self._no_sheet()

    def _worksheet(self, relation: str) -> str | None:
        kind, path = self._relations[relation]
        return path if kind == "worksheet" else None

    def _no_sheet(self) -> str:
        raise ImportFileError("unreadable_file", why="no visible sheet")

    def _target(self, kind: str) -> str | None:
        return next((path for found, path in self._relations.values() if found == kind), None)

    def rows(self) -> Iterator[Row]:
        """The sheet's rows, from its beginning."""
        sheet = _Sheet(self)
        with reading_workbook():
            for _ in scan_in_steps(self.archive, self.sheet, sheet.start, sheet.end, sheet.text):
                # Lists as wide as the last used column are made one at a time.
                for number, cells, unvalued in sheet.finished:
                    row = Row(number, [cells.get(column, "") for column in range(1, max(cells, default=0) + 1)])
                    yield row.faulty("formula_without_value", unvalued) if unvalued else row
                sheet.finished.clear()


class _Texts:
    """The workbook's shared texts, packed: a Python string each would cost several times as much."""

    def __init__(self, archive: ZipFile, part: str | None, limits: Limits) -> None:
        self._bytes = bytearray()
        self._ends = array("Q", [0])
        self._limits = limits
        self._open = self._phonetic = False
        if part is not None and part in archive.NameToInfo:
            scan_part(archive, part, self._start, self._end, self._text)

    def _start(self, tag: str, _: dict[str, str]) -> None:
        if tag == "t":
            self._open = not self._phonetic
        elif tag == "rPh":
            self._phonetic = True

    def _text(self, text: str) -> None:
        if self._open:
            self._bytes += text.encode("utf-8", "replace")
            if len(self._bytes) > self._limits.shared_text_bytes:
                raise ImportFileError("zip_bomb", why="texts", limit=self._limits.shared_text_bytes)

    def _end(self, tag: str) -> None:
        if tag == "t":
            self._open = False
        elif tag == "rPh":
            self._phonetic = False
        elif tag == "si":
            self._ends.append(len(self._bytes))
            if len(self._ends) > self._limits.shared_texts:
                raise ImportFileError("zip_bomb", why="texts", limit=self._limits.shared_texts)

    def size(self, index: int) -> int:
        """Length in bytes, known without making the text."""
        if index < 0:
            raise ImportFileError("unreadable_file", why="a cell points to no text")
        return self._ends[index + 1] - self._ends[index]

    def __getitem__(self, index: int) -> str:
        return self._bytes[self._ends[index] : self._ends[index + 1]].decode()


def _date_styles(archive: ZipFile, part: str | None) -> list[bool]:
    """Per cell style, whether it shows its number as a date or a time."""
    formats: dict[int, str] = dict(BUILTIN_FORMATS)
    styles: list[bool] = []
    inside = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        if tag == "numFmt" and len(formats) < _MAX_STYLES:
            formats[int(attributes["numFmtId"])] = attributes["formatCode"]
        elif tag == "cellXfs":
            inside = True
        elif tag == "xf" and inside and len(styles) < _MAX_STYLES:
            identity = int(attributes.get("numFmtId", "0"))
            styles.append(identity in _EAST_ASIAN_DATES or bool(is_date_format(formats.get(identity, "General"))))

    def end(tag: str) -> None:
        nonlocal inside
        if tag == "cellXfs":
            inside = False

    if part is not None and part in archive.NameToInfo:
        scan_part(archive, part, start, end)
    return styles


class _Sheet:
    """Collects the cells of the row being read from XML events; `finished` rows are taken away by the reader."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self.finished: list[tuple[int, dict[int, str], int]] = []
        self._row = self._column = self._unvalued = self._size = 0
        self._cells: dict[int, str] = {}
        self._parts: list[str] = []
        self._kind = "n"
        self._style = 0
        self._open = self._phonetic = self._formula = False
        self._starts: dict[str, Callable[[dict[str, str]], None]] = {"row": self._start_row, "c": self._start_cell}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in ("v", "t"):
            self._open = not self._phonetic
        elif tag in self._starts:
            self._starts[tag](attributes)
        elif tag == "f":
            self._formula = True
        elif tag == "rPh":
            self._phonetic = True

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = int(attributes.get("r", self._row + 1))
        if not self._row < number <= MAX_ROWS:
            raise ImportFileError("unreadable_file", why=f"row {number} after row {self._row}")
        self._row, self._column, self._size, self._unvalued, self._cells = number, 0, 0, 0, {}

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        self._column = _column(reference) if reference else self._column + 1
        if not 1 <= self._column <= MAX_COLUMNS:
            raise ImportFileError("unreadable_file", why=f"column {self._column}")
        self._kind, self._style = attributes.get("t", "n"), int(attributes.get("s", "0"))
        self._parts, self._formula = [], False

    def text(self, text: str) -> None:
        if self._open:
            self._parts.append(text)
            self._grow(len(text))

    def _grow(self, size: int) -> None:
        self._size += size
        if self._size > self._book.limits.row_characters:
            raise ImportFileError("line_too_long", row=self._row, limit=self._book.limits.row_characters)

    def end(self, tag: str) -> None:
        if tag in ("v", "t"):
            self._open = False
        elif tag == "rPh":
            self._phonetic = False
        elif tag == "c":
            raw = "".join(self._parts)
            if raw:
                self._cells[self._column] = self._value(raw)
            elif self._formula and self._kind != "str" and not self._unvalued:
                # Never calculated by a spreadsheet program; a text formula may well be empty.
                self._unvalued = self._column
        elif tag == "row":
            self.finished.append((self._row, self._cells, self._unvalued))
            self._cells = {}

    def _value(self, raw: str) -> str:
        if self._kind == "s":
            # Four bytes make a character at most, one at least: the limit on the row stays a limit.
            self._grow(self._book.texts.size(int(raw)))
            return unescape(self._book.texts[int(raw)])
        if self._kind == "b":
            return "TRUE" if raw.strip() == "1" else "FALSE"
        if self._kind == "d":
            return moment_text(datetime.fromisoformat(raw.strip()))
        if self._kind == "n":
            return self._number(raw.strip())
        return unescape(raw)

    def _number(self, raw: str) -> str:
        number = int(raw) if raw.lstrip("-").isdecimal() and len(raw) < 40 else float(raw)
        if self._style < len(self._book.dates) and self._book.dates[self._style]:
            try:
                return moment_text(from_excel(number, self._book.epoch))
            except (ValueError, OverflowError):
                pass  # no such day: as a number it will be refused by its field, with row and column
        return number_text(number)


def _column(reference: str) -> int:
    """ "AB12" → 28."""
    number = 0
    for letter in reference.rstrip("0123456789"):
        number = number * 26 + ord(letter) - 64
        if number > MAX_COLUMNS:
            break
    return number
