"""What every reader yields: a table with one header row, read row by row as often as wanted."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from types import TracebackType
from typing import BinaryIO, Self

from gonghai.exchange.faults import CellCode, CellError, ImportFileError
from gonghai.exchange.mended import error_columns, unguarded

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What one import file may ask for, so that reading it takes bounded memory and time."""

    row_characters: int = MEGABYTE
    archive_bytes: int = 1024 * MEGABYTE  # of an XLSX, unpacked
    archive_ratio: int = 200  # unpacked : packed, of archives over 16 MB unpacked
    archive_entries: int = 2000
    small_part_bytes: int = 8 * MEGABYTE  # each XLSX part but sheets, texts and pictures
    shared_text_bytes: int = 128 * MEGABYTE
    shared_texts: int = 4_000_000
    xls_bytes: int = 32 * MEGABYTE


@dataclass(frozen=True)
class Row:
    """One row: `number` is the line (CSV) or sheet row (XLSX) where it starts, from 1. A faulty one says why."""

    number: int
    cells: list[str]
    fault: CellError | None = None

    def faulty(self, code: CellCode, column: int = 0, value: str = "") -> "Row":
        """The same row with a fault; the header's name is filled in by the table."""
        return replace(self, fault=CellError(self.number, column, "", code, shortened(value)))

    @property
    def blank(self) -> bool:
        """Nothing in it, so not a row to a user."""
        return self.fault is None and not any(cell.strip() for cell in self.cells)


def shortened(value: str, limit: int = 200) -> str:
    """`value`, cut for a message."""
    return value if len(value) <= limit else value[: limit - 1] + "…"


class Table:
    """A table read from a file. Iterate as often as needed, one iteration at a time; blank rows are left out.

    The columns that a file of faulty rows has on top are recognised and left out. Every row has at least as many cells
    as there are headers. A row that can't be read carries its `fault`.
    Iterating raises ImportFileError where reading can't go on (`line_too_long`, `unreadable_file`).
    """

    def __init__(
        self,
        read: Callable[[], Iterator[Row]],
        *,
        kind: str,
        encoding: str | None = None,
        delimiter: str | None = None,
        owned: BinaryIO | None = None,
    ) -> None:
        self._read = read
        self._owned = owned
        self.kind = kind  # csv, xlsx or xls
        self.encoding = encoding
        self.delimiter = delimiter
        self.headers, self.header_row = self._header()

    def _header(self) -> tuple[list[str], int]:
        rows = (row for row in self._read() if not row.blank)
        first = next(rows, None)
        if first is None:
            raise ImportFileError("empty_file")
        if first.fault is not None:
            raise ImportFileError(first.fault.code, row=first.number, column=first.fault.column)
        if any("\0" in cell for cell in first.cells):
            raise ImportFileError("nul_byte", row=first.number)
        self._error_columns = error_columns(first.cells)
        headers = [" ".join(cell.split()) for cell in self._own(first.cells)]
        while headers and not headers[-1]:
            headers.pop()
        if next(rows, None) is None:
            raise ImportFileError("no_rows", headers=headers)
        return headers, first.number

    def __iter__(self) -> Iterator[Row]:
        for row in self._read():
            if row.number > self.header_row and not row.blank:
                yield self._fitted(row)

    def _own(self, cells: list[str]) -> list[str]:
        """The user's cells: in a file of faulty rows that comes back, without what we had added."""
        if not self._error_columns:
            return list(cells)
        return [unguarded(cell) for index, cell in enumerate(cells) if index not in self._error_columns]

    def _fitted(self, row: Row) -> Row:
        width = len(self.headers)
        cells = self._own(row.cells)
        cells += [""] * (width - len(cells))
        while len(cells) > width and not cells[-1].strip():
            cells.pop()
        row = replace(row, cells=cells)
        if row.fault is None and any("\0" in cell for cell in cells):
            where = next(index for index, cell in enumerate(cells) if "\0" in cell)
            row = replace(row, cells=[cell.replace("\0", "") for cell in cells])
            row = row.faulty("nul_byte", where + 1, row.cells[where])
        if row.fault is None and len(cells) > width:
            row = row.faulty("too_many_cells", width + 1, cells[width])
        if row.fault is not None and 0 < row.fault.column <= width:
            row = replace(row, fault=replace(row.fault, header=self.headers[row.fault.column - 1]))
        return row

    def close(self) -> None:
        """Closes the file, if opening the table opened it."""
        if self._owned is not None:
            self._owned.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
