"""First reader: a condition as an SQL expression over the columns that its facts name, never null."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from gonghai.conditions.comparisons import Context, comparisons
from gonghai.conditions.facts import Fact, Registry
from gonghai.conditions.fold import SQL_PARAMS, blank_sql, fold, fold_sql
from gonghai.conditions.operators import NEGATIONS
from gonghai.conditions.tree import And, Condition, Leaf, Not

_PREFIX = re.compile(r"[a-z][a-z0-9_]*")
_CASTS = {"number": "", "date": "::date", "instant": "::timestamptz"}


@dataclass(frozen=True)
class Fragment:
    """Part of a statement for psycopg 3: text with named placeholders, `%` doubled, and their values.

    Fragments with different prefixes go into one statement by merging their params: names that start with `fold_` are
    common to all and have the same value.
    """

    text: str
    params: dict[str, Any]


def to_sql(condition: Condition, registry: Registry, context: Context, prefix: str = "c") -> Fragment:
    """The condition as a boolean expression that is never null; placeholders are `prefix_0`, `prefix_1`, …"""
    if not _PREFIX.fullmatch(prefix) or prefix.startswith("fold"):
        raise ValueError(f"prefix {prefix!r} is no lower-case identifier, or begins with 'fold'")
    writer = _Writer(registry, context, prefix)
    text = writer.node(condition)
    if "%(fold_" in text:
        writer.params.update({name: value for name, value in SQL_PARAMS.items() if f"%({name})s" in text})
    return Fragment(text, writer.params)


@dataclass
class _Writer:
    registry: Registry
    context: Context
    prefix: str
    params: dict[str, Any] = field(default_factory=dict)
    bound: int = 0

    def bind(self, value: Any) -> str:
        name = f"{self.prefix}_{self.bound}"
        self.bound += 1
        self.params[name] = value
        return f"%({name})s"

    def node(self, condition: Condition) -> str:
        if isinstance(condition, Leaf):
            return self.leaf(condition)
        if isinstance(condition, Not):
            return f"(NOT {self.node(condition.part)})"
        joint = " AND " if isinstance(condition, And) else " OR "
        return f"({joint.join(map(self.node, condition.parts))})"

    def leaf(self, leaf: Leaf) -> str:
        if leaf.operator in NEGATIONS:
            return f"(NOT {self.leaf(Leaf(leaf.fact, NEGATIONS[leaf.operator], leaf.value))})"
        fact = self.registry.facts[leaf.fact]
        column = fact.sql.replace("%", "%%")
        if leaf.operator == "is_missing":
            return _missing(fact, column)
        if leaf.operator == "is_present":
            return f"(NOT {_missing(fact, column)})"
        if fact.type == "text":
            return f"coalesce({self.text(leaf, column)}, false)"
        if fact.type == "list":
            return self.list(leaf, column)
        if fact.type == "flag":
            return f"(({column}) IS {'TRUE' if leaf.operator == 'is_true' else 'FALSE'})"
        parts = (
            f"({column}) {sign} {self.bind(_number(value) if isinstance(value, Decimal) else value)}{_CASTS[fact.type]}"
            for sign, value in comparisons(fact.type, leaf, self.context)
        )
        return f"coalesce({' AND '.join(parts)}, false)"

    def text(self, leaf: Leaf, column: str) -> str:
        folded = fold_sql(column)
        if leaf.operator == "in":
            return f"{folded} = ANY ({self.bind(_folded(leaf))}::text[])"
        value = f"{self.bind(fold(str(leaf.value)))}::text"
        if leaf.operator == "eq":
            return f"{folded} = {value}"
        if leaf.operator == "contains":
            return f"position({value} IN {folded}) > 0"
        return f"starts_with({folded}, {value})"

    def list(self, leaf: Leaf, column: str) -> str:
        elements = f"ARRAY(SELECT {fold_sql('element.value')} FROM unnest({column}) AS element (value))"
        # The sub-select's collation is only implied: without COLLATE here the two sides would be in conflict.
        values = f'{self.bind(_folded(leaf))}::text[] COLLATE "C"'
        return f"({elements} {'&&' if leaf.operator == 'has_any' else '@>'} {values})"


def _missing(fact: Fact, column: str) -> str:
    if fact.type == "text":
        return blank_sql(column)
    if fact.type == "list":
        blank = blank_sql("element.value")
        return f"(NOT EXISTS (SELECT FROM unnest({column}) AS element (value) WHERE NOT {blank}))"
    return f"(({column}) IS NULL)"


def _folded(leaf: Leaf) -> list[str]:
    values = leaf.value if isinstance(leaf.value, tuple) else ()
    return [fold(str(value)) for value in values]


def _number(value: Decimal) -> int | Decimal:
    """Whole numbers as integers, which an index on an integer column can use."""
    return int(value) if value == value.to_integral_value() and abs(value) < 2**63 else value
