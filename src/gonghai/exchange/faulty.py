"""Writes the rows that could not be imported into a CSV to mend and import again."""

import csv
import io
from collections.abc import Sequence
from typing import BinaryIO

from gonghai.exchange.faults import CellError
from gonghai.exchange.mended import ERROR_HEADERS, guarded
from gonghai.exchange.messages import Language, explained
from gonghai.exchange.table import Row


class FaultyWriter:
    """The user's own columns, then where and what the faults are; UTF-8 with a mark, as Excel wants it.

    Cells that a spreadsheet would run as formulas are guarded by an apostrophe, which importing the file takes off.
    """

    def __init__(self, stream: BinaryIO, headers: Sequence[str], language: Language) -> None:
        self._text = io.TextIOWrapper(stream, "utf-8-sig", newline="", write_through=True)
        self._csv = csv.writer(self._text)
        self._width = len(headers)
        self._language = language
        self._line([*headers, *ERROR_HEADERS[language]])

    def write(self, row: Row, errors: Sequence[CellError]) -> None:
        """Adds a row with its faults. Cells beyond the headers go behind our columns, so as to stay too many."""
        own = row.cells[: self._width] + [""] * (self._width - len(row.cells))
        columns = dict.fromkeys(error.header or str(error.column or "") for error in errors)
        between = "；" if self._language == "zh" else "; "
        sentences = between.join(explained(error, self._language) for error in errors)
        self._line([*own, str(row.number), between.join(columns), sentences, *row.cells[self._width :]])

    def _line(self, cells: Sequence[str]) -> None:
        self._csv.writerow([guarded(cell) for cell in cells])

    def finish(self) -> None:
        """Writes what is left and lets go of the stream, which stays open."""
        self._text.detach()
