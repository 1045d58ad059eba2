"""Which operators each type of fact has, and what kind of value each operator takes."""

from collections.abc import Mapping
from typing import Literal

from gonghai.conditions.facts import FactType

# value: one of the fact's texts · values: several · piece: part of a text · range: [lowest, highest], both included
# days: whole local days back from today.
ValueKind = Literal["none", "value", "values", "piece", "number", "range", "date", "days"]

_PRESENCE: dict[str, ValueKind] = {"is_missing": "none", "is_present": "none"}
_TIMES: dict[str, ValueKind] = {
    "before": "date",
    "on_or_after": "date",
    "within_days": "days",
    "older_than_days": "days",
    **_PRESENCE,
}
OPERATORS: Mapping[FactType, Mapping[str, ValueKind]] = {
    "text": {
        "eq": "value",
        "ne": "value",
        "in": "values",
        "not_in": "values",
        "contains": "piece",
        "starts_with": "piece",
        **_PRESENCE,
    },
    "number": {
        "eq": "number",
        "ne": "number",
        "lt": "number",
        "le": "number",
        "gt": "number",
        "ge": "number",
        "between": "range",
        **_PRESENCE,
    },
    "date": _TIMES,
    "instant": _TIMES,
    "flag": {"is_true": "none", "is_false": "none"},
    "list": {"has_any": "values", "has_all": "values", "has_none": "values", **_PRESENCE},
}
KNOWN = frozenset(name for operators in OPERATORS.values() for name in operators)
# True on a missing value: plain negations of the operator named.
NEGATIONS: Mapping[str, str] = {"ne": "eq", "not_in": "in", "has_none": "has_any"}
