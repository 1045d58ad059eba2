"""Reads CSV row by row, going on behind a row that is broken."""

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO

from gonghai.exchange.encodings import Encoding
from gonghai.exchange.faults import ImportFileError
from gonghai.exchange.table import Row

DELIMITERS = ",\t;|"
_CHUNK = 64 * 1024
# Stands for undecodable bytes; a strict decoder never yields this character.
_MARK = "\udcff"
_ERRORS = "gonghai.mark"


def _mark_undecodable(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return _MARK, error.end


codecs.register_error(_ERRORS, _mark_undecodable)


def read_csv(stream: BinaryIO, encoding: Encoding, delimiter: str, limit: int) -> Iterator[Row]:
    """Rows of the whole stream, from behind its byte order mark. `limit` is characters per row; a longer line raises
    `line_too_long`. Undecodable bytes and quotes that don't match make that row faulty, not its neighbours."""
    stream.seek(encoding.mark)
    # Process-wide, and only ever raised: our own limit is the one that holds.
    csv.field_size_limit(max(csv.field_size_limit(), limit + 1))
    records = _Records(_lines(stream, encoding, limit), delimiter, limit)
    while (row := records.next()) is not None:
        marked = next((index for index, cell in enumerate(row.cells) if _MARK in cell), None)
        if marked is not None:
            row = Row(row.number, [cell.replace(_MARK, "\ufffd") for cell in row.cells])
            row = row.faulty("bad_encoding", marked + 1, row.cells[marked])
        yield row


def sniff_delimiter(stream: BinaryIO, encoding: Encoding, limit: int) -> str:
    """The separator that cuts the first row into the most cells, unbroken quotes going first; a comma if none does."""

    def merit(delimiter: str) -> tuple[bool, int]:
        rows = read_csv(stream, encoding, delimiter, limit)
        first = next((row for row in rows if len(row.cells) > 1 or not row.blank), None)
        return (False, 0) if first is None else (first.fault is None and len(first.cells) > 1, len(first.cells))

    return max(DELIMITERS, key=merit)


def _lines(stream: BinaryIO, encoding: Encoding, limit: int) -> Iterator[tuple[int, str]]:
    """Numbered physical lines with their ends, holding one chunk and one line at most."""
    decoder = codecs.getincrementaldecoder(encoding.name)(_ERRORS)
    number, rest, started = 1, "", False
    while True:
        chunk = stream.read(_CHUNK)
        text = decoder.decode(chunk, not chunk)
        if text and not started:
            text, started = text.removeprefix("\ufeff"), True
        # newline="" cuts at \n, \r and \r\n and nowhere else, as csv does.
        lines = io.StringIO(rest + text, newline="").readlines()
        # A \r at the end may be half of \r\n.
        rest = lines.pop() if chunk and lines and not lines[-1].endswith("\n") else ""
        for line in lines:
            if len(line) > limit:
                raise ImportFileError("line_too_long", row=number, limit=limit)
            yield number, line
            number += 1
        if len(rest) > limit:
            raise ImportFileError("line_too_long", row=number, limit=limit)
        if not chunk:
            return


class _Records:
    """Puts lines together to records. When a record's quotes don't match, its first line alone is the faulty row, and
    reading goes on with the second: one lost quotation mark must not swallow the rows behind it."""

    def __init__(self, lines: Iterator[tuple[int, str]], delimiter: str, limit: int) -> None:
        self._lines = lines
        self._delimiter = delimiter
        self._limit = limit
        self._again: deque[tuple[int, str]] = deque()
        self._taken: list[tuple[int, str]] = []

    def _feed(self) -> Iterator[str]:
        size = 0
        while size <= self._limit:
            line = self._again.popleft() if self._again else next(self._lines, None)
            if line is None:
                return
            self._taken.append(line)
            size += len(line[1])
            yield line[1]

    def next(self) -> Row | None:
        self._taken = []
        try:
            cells = next(csv.reader(self._feed(), delimiter=self._delimiter, strict=True), None)
        except csv.Error:
            number, line = self._taken[0]
            self._again.extendleft(reversed(self._taken[1:]))
            plain = csv.reader([line], delimiter=self._delimiter, quoting=csv.QUOTE_NONE)
            return Row(number, next(plain, [])).faulty("bad_quotes", 0, line.strip())
        return None if cells is None else Row(self._taken[0][0], cells)
