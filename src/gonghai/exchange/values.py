"""Reads one row of an import as a customer, or says what is wrong with which cell."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from gonghai.exchange import texts
from gonghai.exchange.cells import cell_error, cell_text, limit
from gonghai.exchange.dates import parse_day, parse_instant
from gonghai.exchange.faults import BadValueError, CellError
from gonghai.exchange.fields import FIELD_BY_NAME
from gonghai.exchange.mapping import Mapping
from gonghai.exchange.table import Row

# Characters a text may have; for lists, of each value.
LIMITS = {
    "external_id": 200, "name": 200, "level": 50, "source": 100, "industry": 100, "region": 100, "stage": 100,
    "phones": 50, "emails": 254, "wechat": 100, "website": 500, "address": 500, "tags": 50, "owner": 254, "pool": 100,
    "contact_name": 100, "contact_title": 100, "follow_up_note": 10_000, "follow_up_by": 254, "note": 20_000,
}  # fmt: skip
MAX_VALUES = 50
# Of dates, amounts, codes.
_SHORT = 100
_TYPED = {"phones", "emails", "uscc", "website", "amount", "contract_end", "follow_up_at", "kind"}
_LINES = {"note", "follow_up_note", "tags", "phones", "emails"}
_CHINESE = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class ParsedFollowUp:
    """A follow-up as the file tells it: `at` in UTC; `by` is the text that names the person, if any."""

    at: datetime
    kind: str
    note: str
    by: str | None


@dataclass(frozen=True)
class ParsedCustomer:
    """One row's customer. None and () mean "the row doesn't say", so an update leaves that field alone.

    `name` may be missing only with an `external_id` (an update). `owner` and `pool` are texts still to be looked up.
    `note` also holds what has no field: the creation time, phone numbers with an extension, a follow-up without a time.
    """

    row: int
    external_id: str | None = None
    name: str | None = None
    kind: str | None = None
    level: str | None = None
    source: str | None = None
    industry: str | None = None
    region: str | None = None
    stage: str | None = None
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    wechat: str | None = None
    website: str | None = None
    uscc: str | None = None
    address: str | None = None
    tags: tuple[str, ...] = ()
    amount: Decimal | None = None
    contract_end: date | None = None
    note: str | None = None
    owner: str | None = None
    pool: str | None = None
    contact_name: str | None = None
    contact_title: str | None = None
    follow_ups: tuple[ParsedFollowUp, ...] = ()


def parse_row(
    row: Row, mapping: Mapping, *, zone: ZoneInfo, today: date, region: str = "CN"
) -> ParsedCustomer | list[CellError]:
    """The row's customer, or all its faults. Times without an offset are in `zone`; follow-ups lie not after `today`.

    `region` (ISO 3166) is the country of phone numbers that name none.
    """
    if row.fault is not None:
        return [row.fault]
    return _RowParser(row, mapping, zone, today, region).parsed()


class _RowParser:
    """One row being read: its values by field, the lines for the note, the faults found so far."""

    def __init__(self, row: Row, mapping: Mapping, zone: ZoneInfo, today: date, region: str) -> None:
        self._row = row
        self._mapping = mapping
        self._zone = zone
        self._today = today
        self._region = region
        self._errors: list[CellError] = []
        self._remarks: list[str] = []

    def parsed(self) -> ParsedCustomer | list[CellError]:
        values = {name: self._field(name, columns) for name, columns in self._mapping.columns.items()}
        follow_ups = self._follow_ups(values)
        name, kind = values.get("name"), values.get("kind")
        if name is None and "name" not in self._mapping.columns:
            # A list of persons has no column for a company.
            name = values.get("contact_name")
            kind = kind or ("person" if name else None)
        if name is None and values.get("external_id") is None and not self._errors:
            self._fault_of_customer()
        if self._errors:
            return self._errors
        note = "\n".join(filter(None, (values.get("note"), *self._remarks))) or None
        same = {
            key: value
            for key, value in values.items()
            if value is not None and key in ParsedCustomer.__dataclass_fields__ and key not in ("name", "kind", "note")
        }
        return ParsedCustomer(row=self._row.number, name=name, kind=kind, note=note, follow_ups=follow_ups, **same)

    def _fault_of_customer(self) -> None:
        columns = self._mapping.columns
        place = (columns.get("name") or columns.get("external_id") or columns["contact_name"])[0]
        self._fault(place, BadValueError("customer_missing"))

    def _fault(self, column: int, error: BadValueError) -> None:
        self._errors.append(cell_error(self._row, self._mapping, column, error))

    def _field(self, name: str, columns: tuple[int, ...]) -> Any:
        """The field's value over all its columns, None if all are blank or faulty."""
        found = []
        for column in columns:
            try:
                value = self._cell(name, column)
            except BadValueError as error:
                self._fault(column, error)
                continue
            if value is not None and value != ():
                found.append(value)
        if not found:
            return None
        if isinstance(found[0], tuple):
            together = tuple(dict.fromkeys(value for values in found for value in values))
            return self._not_too_many(together, columns[0])
        return self._joined(name, found, columns[0]) if len(found) > 1 else found[0]

    def _cell(self, name: str, column: int) -> Any:
        longest = LIMITS.get(name, _SHORT) * (MAX_VALUES if FIELD_BY_NAME[name].several == "all" else 1)
        text = cell_text(self._row.cells[column - 1], longest, typed=name in _TYPED, lines=name in _LINES)
        if text is None:
            return None
        if name == "created_at":
            # In a list of follow-ups it is theirs, not the customer's.
            if self._mapping.columns.keys() & {"name", "contact_name"}:
                self._remark(column, text)
            return None
        value = self._parser(name, column)(text)
        for each in value if isinstance(value, tuple) else ():
            limit(each, LIMITS[name])
        return value

    def _parser(self, name: str, column: int) -> Callable[[str], Any]:
        def phones(text: str) -> tuple[str, ...]:
            numbers, extended = texts.parse_phones(text, self._region)
            if extended:
                self._remark(column, text)
            return numbers

        def external_id(text: str) -> str:
            texts.refuse_rounded(text)
            return text

        parsers: dict[str, Callable[[str], Any]] = {
            "external_id": external_id,
            "kind": texts.parse_kind,
            "phones": phones,
            "emails": texts.parse_emails,
            "uscc": texts.parse_uscc,
            "website": texts.parse_website,
            "amount": texts.parse_amount,
            "tags": texts.split_tags,
            "contract_end": lambda text: parse_day(text, self._zone),
            "follow_up_at": self._follow_up_at,
        }
        return parsers.get(name, str)

    def _remark(self, column: int, text: str) -> None:
        self._remarks.append(f"{self._mapping.headers[column - 1]}: {text}")

    def _not_too_many(self, values: tuple[str, ...], column: int) -> tuple[str, ...]:
        if len(values) > MAX_VALUES:
            self._fault(column, BadValueError("too_many_values", limit=MAX_VALUES))
        return values

    def _joined(self, name: str, found: list[str], column: int) -> str:
        """广东省 + 深圳市, John + Smith, one note per line."""
        between = "\n" if name == "note" else " "
        if name != "note" and all(_CHINESE.search(text) for text in found):
            between = ""
        text = between.join(found)
        if len(text) > LIMITS[name]:
            self._fault(column, BadValueError("too_long", limit=LIMITS[name], length=len(text)))
        return text

    def _follow_up_at(self, text: str) -> datetime:
        at = parse_instant(text, self._zone)
        if at.astimezone(self._zone).date() > self._today:
            raise BadValueError("follow_up_in_future", today=self._today.isoformat())
        return at

    def _follow_ups(self, values: dict[str, Any]) -> tuple[ParsedFollowUp, ...]:
        at, note = values.get("follow_up_at"), values.get("follow_up_note") or ""
        said = values.get("follow_up_kind")
        kind = texts.FOLLOW_UP_WORDS.get(texts.folded(said)) if said else "note"
        if at is None:
            # Without a time it has no place on the timeline.
            if note:
                self._remark(self._mapping.columns["follow_up_note"][0], note)
            return ()
        if kind is None:
            kind, note = "note", f"[{said}] {note}".strip()
        return (ParsedFollowUp(at, kind, note, values.get("follow_up_by")),)
