"""Second reader: a condition on one row in Python, leaf by leaf where somebody asks why."""

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from gonghai.conditions.comparisons import Context, comparisons
from gonghai.conditions.facts import Fact, Registry
from gonghai.conditions.fold import fold
from gonghai.conditions.operators import NEGATIONS
from gonghai.conditions.tree import And, Condition, Leaf, Not

_SIGNS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True)
class LeafResult:
    """One leaf of a condition on one row: where it stands in `dump`'s document, whether it holds, what was found."""

    path: str
    leaf: Leaf
    holds: bool
    actual: Any


def evaluate(condition: Condition, registry: Registry, row: Any, context: Context) -> bool:
    """Whether the condition holds for a row; the same answer as the SQL gives.

    Raises TypeError where a fact's reader gives something else than its type (a float, a naive datetime …).
    """
    if isinstance(condition, Leaf):
        fact = registry.facts[condition.fact]
        return _holds(condition, fact, fact.read(row), context)
    if isinstance(condition, Not):
        return not evaluate(condition.part, registry, row, context)
    parts = (evaluate(part, registry, row, context) for part in condition.parts)
    return all(parts) if isinstance(condition, And) else any(parts)


def trace(condition: Condition, registry: Registry, row: Any, context: Context) -> tuple[LeafResult, ...]:
    """Every leaf, in the order written, with the fact's actual value as its reader gave it."""
    return tuple(_trace(condition, registry, row, context, ""))


def _trace(condition: Condition, registry: Registry, row: Any, context: Context, path: str) -> Iterable[LeafResult]:
    if isinstance(condition, Leaf):
        fact = registry.facts[condition.fact]
        actual = fact.read(row)
        yield LeafResult(path, condition, _holds(condition, fact, actual, context), actual)
        return
    dot = f"{path}." if path else ""
    if isinstance(condition, Not):
        yield from _trace(condition.part, registry, row, context, f"{dot}not")
        return
    key = "all" if isinstance(condition, And) else "any"
    for index, part in enumerate(condition.parts):
        yield from _trace(part, registry, row, context, f"{dot}{key}[{index}]")


def _holds(leaf: Leaf, fact: Fact, actual: Any, context: Context) -> bool:
    if leaf.operator in NEGATIONS:
        return not _holds(Leaf(leaf.fact, NEGATIONS[leaf.operator], leaf.value), fact, actual, context)
    value = _comparable(fact, actual)
    if leaf.operator in ("is_missing", "is_present"):
        return (value is None) == (leaf.operator == "is_missing")
    if value is None:
        return False
    if fact.type == "text":
        return _text_holds(leaf, value)
    if fact.type == "list":
        wanted = _folded(leaf)
        return bool(wanted & value) if leaf.operator == "has_any" else wanted <= value
    if fact.type == "flag":
        return bool(value is (leaf.operator == "is_true"))
    return all(_SIGNS[sign](value, bound) for sign, bound in comparisons(fact.type, leaf, context))


def _text_holds(leaf: Leaf, folded: str) -> bool:
    if leaf.operator == "in":
        return folded in _folded(leaf)
    value = fold(str(leaf.value))
    if leaf.operator == "eq":
        return folded == value
    return value in folded if leaf.operator == "contains" else folded.startswith(value)


def _folded(leaf: Leaf) -> set[str]:
    values = leaf.value if isinstance(leaf.value, tuple) else ()
    return {fold(str(value)) for value in values}


_PYTHON_TYPES: Mapping[str, Any] = {
    "text": str,
    "number": (int, Decimal),
    "date": date,
    "instant": datetime,
    "flag": bool,
}


def _comparable(fact: Fact, actual: Any) -> Any:
    """The value to compare, folded if it is text; None where it is missing."""
    if actual is None:
        return None
    if fact.type == "list":
        return {text for text in (fold(item) for item in actual if item is not None) if text} or None
    if not isinstance(actual, _PYTHON_TYPES[fact.type]) or (fact.type == "date" and isinstance(actual, datetime)):
        raise TypeError(f"fact {fact.name} is a {fact.type}; its reader gave a {type(actual).__name__}")
    return (fold(actual) or None) if fact.type == "text" else actual
