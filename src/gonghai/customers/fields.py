"""The built-in fields of a customer: which there are, how their values are normalised, which are private."""

import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

TEXT: Final = (
    "name",
    "external_id",
    "level",
    "source",
    "industry",
    "region",
    "stage",
    "wechat",
    "website",
    "uscc",
    "address",
    "note",
)
LISTS: Final = ("phones", "emails", "tags")
FIELDS: Final = ("kind", *TEXT, *LISTS, "amount", "contract_end")
# Free text, phones and e-mails: their values stand in field_history, so that erasing a person can empty them.
PRIVATE: Final = frozenset({"name", "phones", "emails", "wechat", "address", "note"})


def clean(values: Mapping[str, Any]) -> dict[str, Any]:
    """The given fields, trimmed and NFC; empty text becomes None; lists lose blanks and repeats."""
    out: dict[str, Any] = {}
    for name, raw in values.items():
        if name in LISTS:
            items = [_text(str(item)) for item in raw or ()]
            out[name] = list(dict.fromkeys(item for item in items if item))
        elif isinstance(raw, str):
            out[name] = _text(raw) or None
        else:
            out[name] = raw
    return out


def _text(raw: str) -> str:
    return unicodedata.normalize("NFC", raw).replace("\x00", "").strip()


def plain(value: Any) -> Any:
    """A value as it stands in an event's JSON."""
    if isinstance(value, Decimal):
        # One text per number, whatever its scale: 5, 5.0 and 5.00 are the same amount.
        return format(value.quantize(Decimal("0.01")), "f")
    if isinstance(value, date):
        return value.isoformat()
    return value
