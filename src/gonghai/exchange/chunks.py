"""Cuts a file's rows into chunks of bounded size, each row read as what it speaks of or as its faults."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from gonghai.exchange.faults import CellCode, CellError
from gonghai.exchange.mapping import Mapping
from gonghai.exchange.survey import Key, Survey
from gonghai.exchange.table import Row, Table, shortened

ROWS = 500
# Rows can be as long as a megabyte, so their number alone bounds nothing.
CHARACTERS = 2_000_000


class Parsed(Protocol):
    """What a row was read as."""

    @property
    def row(self) -> int: ...


P = TypeVar("P", bound=Parsed)


@dataclass(slots=True)
class Chunk(Generic[P]):
    """Some rows in order; `rows` by number, `parsed` those read, `faults` of the others by row number."""

    rows: dict[int, Row] = field(default_factory=dict)
    parsed: list[P] = field(default_factory=list)
    faults: dict[int, list[CellError]] = field(default_factory=dict)

    @property
    def last_row(self) -> int:
        return max(self.rows)


def fault_in(mapping: Mapping, parsed: Parsed, name: str, code: CellCode, /, **data: Any) -> CellError:
    """A fault of a row that could be read: of its field `name`, in the field's first column if it has one."""
    column = mapping.columns.get(name, (0,))[0]
    header = mapping.headers[column - 1] if column else ""
    value = getattr(parsed, "cells", {}).get(name) or getattr(parsed, name, None) or ""
    text = ", ".join(value) if isinstance(value, tuple) else str(value)
    return CellError(parsed.row, column, header, code, shortened(text), data)


class Chunks(Generic[P]):
    """The rows of a table behind row `behind`, a chunk at a time; blocking, so call `next` in a thread."""

    def __init__(
        self,
        table: Table,
        mapping: Mapping,
        survey: Survey,
        read: Callable[[Row], P | list[CellError]],
        key: Key | None,
        *,
        behind: int,
    ) -> None:
        self._mapping = mapping
        self._survey = survey
        self._parse = read
        self._key = key
        self._rows: Iterator[Row] = (row for row in table if row.number > behind)

    def next(self) -> Chunk[P] | None:
        """The next chunk, None behind the last row. Raises ImportFileError as reading does."""
        chunk = Chunk[P]()
        characters = 0
        for row in self._rows:
            chunk.rows[row.number] = row
            characters += sum(map(len, row.cells))
            if len(chunk.rows) == ROWS or characters >= CHARACTERS:
                break
        if not chunk.rows:
            return None
        repeated = self._survey.repeated(min(chunk.rows), chunk.last_row)
        for row in chunk.rows.values():
            self._read(chunk, row, repeated.get(row.number))
        return chunk

    def _read(self, chunk: Chunk[P], row: Row, first: int | None) -> None:
        parsed = self._parse(row)
        if isinstance(parsed, list):
            chunk.faults[row.number] = parsed
        elif first is not None and self._key is not None:
            fault = fault_in(self._mapping, parsed, self._key.field, self._key.repeated, first=first)
            chunk.faults[row.number] = [fault]
        else:
            chunk.parsed.append(parsed)
