"""For reading a leaf's value from plain data, strictly, and giving it back."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from gonghai.conditions.errors import ConditionError
from gonghai.conditions.facts import Fact
from gonghai.conditions.fold import BLANKS, fold
from gonghai.conditions.operators import ValueKind

Value = None | str | int | Decimal | date | tuple[str, ...] | tuple[Decimal, Decimal]

MAX_TEXT = 500
MAX_VALUES = 200
MAX_DAYS = 36_500
FIRST_DATE, LAST_DATE = date(1900, 1, 1), date(2999, 12, 31)
_DECIMAL = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,12})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_value(kind: ValueKind, raw: Any, fact: Fact, path: str) -> Value:
    """The value of one leaf, in the one form that the readers know. Raises ConditionError."""
    if kind == "number":
        return _number(raw, path)
    if kind == "range":
        return _range(raw, path)
    if kind == "date":
        return _date(raw, path)
    if kind == "days":
        return _days(raw, path)
    if kind == "piece":
        return _text(raw, path)
    if kind == "value":
        return _choice(raw, fact, path)
    return _texts(raw, fact, path)


def plain_value(value: Value) -> Any:
    """The value as JSON and YAML know it, such that reading it gives the same value."""
    if isinstance(value, tuple):
        return [plain_value(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        if value == value.to_integral_value():
            return int(value)
        # A float only where it says exactly the same; else the digits as a string.
        return float(value) if Decimal(repr(float(value))) == value else shortest(value)
    return value


def shortest(number: Decimal) -> str:
    """All digits of a number, without exponent, trailing zeros or the sign of zero (normalize() would round)."""
    digits = f"{number:f}"
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return "0" if digits == "-0" else digits


def _wrong(path: str, expected: str, raw: Any) -> ConditionError:
    return ConditionError(path, "wrong_type", {"expected": expected, "got": type(raw).__name__})


def _text(raw: Any, path: str) -> str:
    if not isinstance(raw, str):
        raise _wrong(path, "text", raw)
    if len(raw) > MAX_TEXT:
        raise ConditionError(path, "too_long", {"limit": MAX_TEXT})
    if "\0" in raw or any("\ud800" <= char <= "\udfff" for char in raw):
        raise ConditionError(path, "bad_characters")
    text = raw.strip(BLANKS)
    if not fold(text):
        raise ConditionError(path, "empty")
    return text


def _choice(raw: Any, fact: Fact, path: str) -> str:
    text = _text(raw, path)
    if fact.choices is None:
        return text
    choice = fact.choice(text)
    if choice is None:
        raise ConditionError(path, "unknown_choice", {"value": text, "choices": list(fact.choices)})
    return choice


def _texts(raw: Any, fact: Fact, path: str) -> tuple[str, ...]:
    if not isinstance(raw, list):
        raise _wrong(path, "list", raw)
    if not raw:
        raise ConditionError(path, "empty")
    if len(raw) > MAX_VALUES:
        raise ConditionError(path, "too_long", {"limit": MAX_VALUES})
    texts = [_choice(item, fact, f"{path}[{index}]") for index, item in enumerate(raw)]
    first_of: dict[str, str] = {}
    for text in texts:
        first_of.setdefault(fold(text), text)
    return tuple(first_of.values())


def _number(raw: Any, path: str) -> Decimal:
    # A bool is an int to Python, not to people. Floats go through their shortest form: 0.1 is 0.1.
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal | str):
        raise _wrong(path, "number", raw)
    if isinstance(raw, int) and abs(raw) >= 10**20:
        raise ConditionError(path, "out_of_range")
    if isinstance(raw, str):
        digits = raw.strip()
    else:
        number = Decimal(repr(raw)) if isinstance(raw, float) else Decimal(raw)
        if not number.is_finite() or not -13 < number.adjusted() < 20:
            raise ConditionError(path, "out_of_range")
        digits = shortest(number)
    if not _DECIMAL.fullmatch(digits):
        raise _wrong(path, "number", raw) if isinstance(raw, str) else ConditionError(path, "out_of_range")
    return Decimal(shortest(Decimal(digits)))


def _range(raw: Any, path: str) -> tuple[Decimal, Decimal]:
    if not isinstance(raw, list) or len(raw) != 2:
        raise _wrong(path, "two numbers", raw)
    lowest, highest = (_number(item, f"{path}[{index}]") for index, item in enumerate(raw))
    if lowest > highest:
        raise ConditionError(path, "empty_range", {"lowest": str(lowest), "highest": str(highest)})
    return lowest, highest


def _date(raw: Any, path: str) -> date:
    # YAML turns a bare 2026-09-30 into a date; a datetime is one too, but says more than we compare.
    if isinstance(raw, str):
        if not _DATE.fullmatch(raw.strip()):
            raise _wrong(path, "date", raw)
        try:
            raw = date.fromisoformat(raw.strip())
        except ValueError as error:
            raise ConditionError(path, "impossible_date", {"value": raw.strip()}) from error
    if not isinstance(raw, date) or isinstance(raw, datetime):
        raise _wrong(path, "date", raw)
    if not FIRST_DATE <= raw <= LAST_DATE:
        raise ConditionError(path, "out_of_range", {"first": str(FIRST_DATE), "last": str(LAST_DATE)})
    return raw


def _days(raw: Any, path: str) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise _wrong(path, "whole number of days", raw)
    if not 0 <= raw <= MAX_DAYS:
        raise ConditionError(path, "out_of_range", {"first": 0, "last": MAX_DAYS})
    return raw
