"""The tables that a demo's customers fill: their columns, the rows gathered for them, and the text that COPY reads."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import orjson

from gonghai.base.database import Conn
from gonghai.customers.fields import FIELDS

Row = tuple[Any, ...]

CUSTOMER_COLUMNS: Final = (
    "tenant_id", "id", "version", "state", "owner_id", "pool_id", "spell_no", "spell_claimed", "entered_pool_at",
    "first_pooled_at", "recycle_count", "last_return", "last_return_reason", "archived_reason", "clock_start",
    "first_contact_at", "last_follow_up_at", "live_deals", "deal_lost_at", "locked_until", "protected_until",
    "notice_until", "open_deals", "last_win_at", "last_activity_at", *FIELDS, "created_at", "created_by", "updated_at",
)  # fmt: skip
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "customer": CUSTOMER_COLUMNS,
    "customer_search": ("tenant_id", "customer_id", "words", "grams"),
    "customer_key": ("tenant_id", "customer_id", "kind", "value"),
    "spell": ("tenant_id", "customer_id", "no", "owner_id", "started_at", "started_by", "ended_at", "ended_by"),
    "event": (
        "tenant_id", "id", "at", "kind", "subject", "subject_id", "version", "actor", "actor_id", "owner_from",
        "owner_to", "pool_from", "pool_to", "spell_no", "reason", "batch_id", "policy_id", "data",
    ),
    "field_history": ("tenant_id", "customer_id", "version", "field", "old_value", "new_value"),
    "contact": ("tenant_id", "id", "customer_id", "name", "title", "phones", "emails", "wechat"),
    "follow_up": (
        "tenant_id", "id", "customer_id", "spell_no", "author_id", "kind", "at", "recorded_at", "outcome", "note",
        "next_at", "qualifies", "why_not",
    ),
    "deal": (
        "tenant_id", "id", "customer_id", "spell_no", "name", "stage", "state", "amount", "expected_date",
        "lost_reason", "opened_at", "closed_at", "created_by", "version",
    ),
    "request": (
        "tenant_id", "id", "kind", "customer_id", "spell_no", "asked_by", "asked_at", "decider_id", "lapses_at",
        "state", "decided_at", "note",
    ),
    "recycle_item": (
        "tenant_id", "run_id", "customer_id", "customer_version", "policy_id", "segment", "timers", "pool_to",
        "owner_id",
    ),
    "warning": (
        "tenant_id", "customer_id", "spell_no", "step", "deadline_date", "owner_id", "at", "day", "effective", "timer",
        "policy_id", "last",
    ),
}  # fmt: skip


@dataclass(slots=True)
class Rows:
    """Rows by table, in the order of the columns above; customers first, as the others refer to them."""

    customer: list[Row] = field(default_factory=list)
    customer_search: list[Row] = field(default_factory=list)
    customer_key: list[Row] = field(default_factory=list)
    spell: list[Row] = field(default_factory=list)
    event: list[Row] = field(default_factory=list)
    field_history: list[Row] = field(default_factory=list)
    contact: list[Row] = field(default_factory=list)
    follow_up: list[Row] = field(default_factory=list)
    deal: list[Row] = field(default_factory=list)
    request: list[Row] = field(default_factory=list)
    recycle_item: list[Row] = field(default_factory=list)
    warning: list[Row] = field(default_factory=list)

    async def write(self, conn: Conn) -> None:
        """Writes all inside the caller's transaction."""
        for table, columns in _COLUMNS.items():
            await copy_rows(conn, table, columns, getattr(self, table))


async def copy_rows(conn: Conn, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Writes rows into a table inside the caller's transaction."""
    if not rows:
        return
    async with conn.cursor() as cursor:
        async with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            for start in range(0, len(rows), 2000):
                await copy.write(copy_text(rows[start : start + 2000]))


def copy_text(rows: Sequence[Row]) -> str:
    """Rows as COPY reads them."""
    return "".join(map(_line, rows))


class Json:
    """A value that stands in a jsonb column, null included."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Json) and self.value == other.value

    def __hash__(self) -> int:
        return hash(repr(self.value))


_SPECIAL = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _text(value: str) -> str:
    return value.translate(_SPECIAL) if "\\" in value or "\t" in value or "\n" in value or "\r" in value else value


def _json(value: Any) -> str:
    return _text(orjson.dumps(value).decode())


def _array(values: list[str]) -> str:
    quoted = ('"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' for value in values)
    return _text("{" + ",".join(quoted) + "}")


_ENCODERS: Final[Mapping[type, Callable[[Any], str]]] = {
    type(None): lambda _: "\\N",
    bool: lambda value: "t" if value else "f",
    int: str,
    str: _text,
    datetime: str,
    date: str,
    Decimal: str,
    list: _array,
    dict: _json,
    Json: lambda json: _json(json.value),
}


def _line(row: Row) -> str:
    return "\t".join([_ENCODERS[type(value)](value) for value in row]) + "\n"
