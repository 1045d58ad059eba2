"""Cuts a file's rows into chunks of bounded size, each row read as a customer or as its faults."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from unicodedata import is_normalized, normalize
from zoneinfo import ZoneInfo

from gonghai.exchange.faults import CellCode, CellError
from gonghai.exchange.mapping import Mapping
from gonghai.exchange.survey import Survey
from gonghai.exchange.table import Row, Table, shortened
from gonghai.exchange.values import ParsedCustomer, parse_row

ROWS = 500
# Rows can be as long as a megabyte, so their number alone bounds nothing.
CHARACTERS = 2_000_000


@dataclass(frozen=True, slots=True)
class Reading:
    """How cells are read: the tenant's zone, the last day a follow-up may be of, the country of phone numbers."""

    zone: ZoneInfo
    today: date
    country: str


@dataclass(slots=True)
class Chunk:
    """Some rows in order; `rows` by number, `customers` those read, `faults` of the others by row number."""

    rows: dict[int, Row] = field(default_factory=dict)
    customers: list[ParsedCustomer] = field(default_factory=list)
    faults: dict[int, list[CellError]] = field(default_factory=dict)

    @property
    def last_row(self) -> int:
        return max(self.rows)


def fault_in(mapping: Mapping, customer: ParsedCustomer, name: str, code: CellCode, /, **data: Any) -> CellError:
    """A fault of a row that could be read: of its field `name`, in the field's first column if it has one."""
    column = mapping.columns.get(name, (0,))[0]
    header = mapping.headers[column - 1] if column else ""
    return CellError(customer.row, column, header, code, shortened(getattr(customer, name, None) or ""), data)


class Chunks:
    """The rows of a table behind row `behind`, a chunk at a time; blocking, so call `next` in a thread."""

    def __init__(self, table: Table, mapping: Mapping, survey: Survey, reading: Reading, *, behind: int) -> None:
        self._mapping = mapping
        self._survey = survey
        self._reading = reading
        self._rows: Iterator[Row] = (row for row in table if row.number > behind)

    def next(self) -> Chunk | None:
        """The next chunk, None behind the last row. Raises ImportFileError as reading does."""
        chunk = Chunk()
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

    def _read(self, chunk: Chunk, row: Row, first: int | None) -> None:
        reading = self._reading
        parsed = parse_row(row, self._mapping, zone=reading.zone, today=reading.today, region=reading.country)
        if isinstance(parsed, list):
            chunk.faults[row.number] = parsed
        elif first is not None:
            chunk.faults[row.number] = [fault_in(self._mapping, parsed, "external_id", "repeated", first=first)]
        else:
            chunk.customers.append(_composed(parsed))


def _composed(customer: ParsedCustomer) -> ParsedCustomer:
    """With the external id as it is stored, to be found by it again."""
    if customer.external_id is None or is_normalized("NFC", customer.external_id):
        return customer
    return replace(customer, external_id=normalize("NFC", customer.external_id))
