"""The condition itself: and / or / not over leaves, read from a plain document and given back as one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gonghai.conditions.errors import ConditionError
from gonghai.conditions.facts import Registry
from gonghai.conditions.operators import KNOWN, OPERATORS
from gonghai.conditions.values import Value, plain_value, read_value

MAX_DEPTH = 12
MAX_LEAVES = 200


@dataclass(frozen=True)
class Leaf:
    """One statement about one fact; `value` is in the form `parse` gives it (Decimal, date, tuple …)."""

    fact: str
    operator: str
    value: Value = None


@dataclass(frozen=True)
class Not:
    """Holds exactly where `part` doesn't."""

    part: "Condition"


@dataclass(frozen=True)
class _Group:
    parts: tuple["Condition", ...]

    def __post_init__(self) -> None:
        if len(self.parts) < 2:
            raise ValueError("a group has two parts or more; one part alone is that part")


class And(_Group):
    """Holds where all parts do."""


class Or(_Group):
    """Holds where at least one part does."""


Condition = And | Or | Not | Leaf


def parse(document: Any, registry: Registry) -> Condition:
    """Read `{"all": […]}`, `{"any": […]}`, `{"not": {…}}` or `{"fact": …, "is": …, "value": …}`.

    A group of one is that one; texts are trimmed, choices take their declared spelling, repeated list values go.
    Raises ConditionError with the path of the faulty node.
    """
    return _Parser(registry).node(document, "", 1)


def dump(condition: Condition) -> dict[str, Any]:
    """The document of a condition: plain dicts, lists, strings and numbers."""
    if isinstance(condition, Leaf):
        leaf: dict[str, Any] = {"fact": condition.fact, "is": condition.operator}
        return leaf if condition.value is None else {**leaf, "value": plain_value(condition.value)}
    if isinstance(condition, Not):
        return {"not": dump(condition.part)}
    return {"all" if isinstance(condition, And) else "any": [dump(part) for part in condition.parts]}


def _under(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


class _Parser:
    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._leaves = 0

    def node(self, document: Any, path: str, depth: int) -> Condition:
        if depth > MAX_DEPTH:
            raise ConditionError(path, "too_deep", {"limit": MAX_DEPTH})
        if not isinstance(document, Mapping):
            raise ConditionError(path, "not_a_condition", {"got": type(document).__name__})
        if not document:
            raise ConditionError(path, "empty")
        for key in ("all", "any", "not", "fact"):
            if key not in document:
                continue
            allowed = {"fact", "is", "value"} if key == "fact" else {key}
            strange = [str(other) for other in document if other not in allowed]
            if strange:
                raise ConditionError(_under(path, strange[0]), "unknown_key", {"allowed": sorted(allowed)})
            if key == "fact":
                return self._leaf(document, path)
            if key == "not":
                return Not(self.node(document["not"], _under(path, "not"), depth + 1))
            return self._group(key, document[key], _under(path, key), depth)
        raise ConditionError(path, "not_a_condition", {"got": sorted(map(str, document))})

    def _group(self, key: str, items: Any, path: str, depth: int) -> Condition:
        if not isinstance(items, list):
            raise ConditionError(path, "wrong_type", {"expected": "list", "got": type(items).__name__})
        if not items:
            raise ConditionError(path, "empty")
        parts = tuple(self.node(item, f"{path}[{index}]", depth + 1) for index, item in enumerate(items))
        if len(parts) == 1:
            return parts[0]
        return And(parts) if key == "all" else Or(parts)

    def _leaf(self, document: Mapping[str, Any], path: str) -> Leaf:
        self._leaves += 1
        if self._leaves > MAX_LEAVES:
            raise ConditionError(path, "too_many_leaves", {"limit": MAX_LEAVES})
        name, operator = document["fact"], document.get("is")
        fact = self._registry.facts.get(name) if isinstance(name, str) else None
        if fact is None:
            raise ConditionError(_under(path, "fact"), "unknown_fact", {"fact": str(name)})
        fitting = OPERATORS[fact.type]
        if not isinstance(operator, str) or operator not in KNOWN:
            raise ConditionError(
                _under(path, "is"), "unknown_operator", {"operator": str(operator), "allowed": list(fitting)}
            )
        if operator not in fitting:
            details = {"operator": operator, "type": fact.type, "allowed": list(fitting)}
            raise ConditionError(_under(path, "is"), "operator_unfit", details)
        kind = fitting[operator]
        path = _under(path, "value")
        if kind == "none":
            if document.get("value") is not None:
                raise ConditionError(path, "value_unwanted", {"operator": operator})
            return Leaf(fact.name, operator)
        if document.get("value") is None:
            raise ConditionError(path, "value_missing", {"operator": operator})
        return Leaf(fact.name, operator, read_value(kind, document["value"], fact, path))
