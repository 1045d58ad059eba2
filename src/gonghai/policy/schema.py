"""The JSON Schema of a policy document, made of the tables that the compiler itself reads.

It says what can be said without knowing a tenant: that a pool exists, that conditions differ, is for the compiler.
"""

from typing import Any, Final, get_args

from gonghai.conditions.operators import OPERATORS, ValueKind
from gonghai.conditions.tree import MAX_LEAVES
from gonghai.conditions.values import MAX_DAYS, MAX_TEXT, MAX_VALUES
from gonghai.policy.cleaning import MOST_REASON, MOST_RULES, Every
from gonghai.policy.document import LADDER, MOST_NAME, MOST_SEGMENTS, MOST_STEP_DAYS, MOST_STEPS
from gonghai.policy.registry import REGISTRY
from gonghai.policy.timers import TIMERS
from gonghai.workdays import LONGEST, UNITS

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]


def policy_schema() -> Schema:
    """The schema of a document."""
    segments = {
        "type": "array",
        "minItems": 1,
        "maxItems": MOST_SEGMENTS,
        "items": {"$ref": "#/$defs/segment"},
        "description": "The first segment whose condition holds is the customer's; the last takes everyone else.",
    }
    return {
        "$schema": DIALECT,
        "title": "Gonghai policy",
        "type": "object",
        "required": ["segments"],
        "additionalProperties": False,
        "properties": {"segments": segments, "warnings": _warnings(), "cleaning": _cleaning()},
        "$defs": {
            "name": _name(),
            "segment": _segment(),
            "length": _length(),
            "target": _target(),
            "condition": _condition(),
            "leaf": {"oneOf": [_leaf(name) for name in REGISTRY.facts]},
            **{f"value_{kind}": _value(kind) for kind in _KINDS},
        },
    }


def _name() -> Schema:
    text = {"type": "string", "maxLength": MOST_NAME, "pattern": r"\S"}
    both = {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": False,
        "properties": {"zh": text, "en": text},
    }
    return {"oneOf": [text, both]}


def _segment() -> Schema:
    timers = {t.name: {"oneOf": [{"type": "null"}, {"$ref": "#/$defs/length"}], "title": t.en} for t in TIMERS}
    return {
        "type": "object",
        "required": ["name"],
        "additionalProperties": False,
        "properties": {
            "name": {"$ref": "#/$defs/name"},
            "when": {"oneOf": [{"type": "null"}, {"$ref": "#/$defs/condition"}]},
            "timers": {"type": ["object", "null"], "additionalProperties": False, "properties": timers},
            "target": {"$ref": "#/$defs/target"},
        },
    }


def _length() -> Schema:
    words = "|".join(unit.replace("_", "[_ ]").removesuffix("s") for unit in UNITS)
    text = {
        "type": "string",
        "pattern": rf"^\s*[0-9]{{1,9}}\s+({words})s?\s*$",
        "examples": ["3 working_days", "30 days", "4 working hours"],
    }
    plain = [
        {
            "type": "object",
            "required": ["n", "unit"],
            "additionalProperties": False,
            "properties": {"n": {"type": "integer", "minimum": 1, "maximum": LONGEST[unit]}, "unit": {"const": unit}},
        }
        for unit in UNITS
    ]
    return {"oneOf": [text, *plain]}


def _target() -> Schema:
    return {"oneOf": [{"const": "home"}, _pool()], "default": "home"}


def _pool() -> Schema:
    return {
        "type": "object",
        "required": ["pool"],
        "additionalProperties": False,
        "properties": {"pool": {"type": ["string", "integer"], "description": "A pool's name or id."}},
    }


def _warnings() -> Schema:
    days = {
        "type": "array",
        "maxItems": MOST_STEPS,
        "uniqueItems": True,
        "items": {"type": "integer", "minimum": 1, "maximum": MOST_STEP_DAYS},
        "default": list(LADDER),
    }
    return {
        "type": ["object", "null"],
        "required": ["days"],
        "additionalProperties": False,
        "properties": {"days": days},
    }


def _cleaning() -> Schema:
    text = {"type": "string", "pattern": r"\S"}
    deeds = {
        "archive": {**text, "maxLength": MOST_REASON, "description": "The reason."},
        "move": _pool(),
        "reverify": {
            "oneOf": [
                {"const": "pool_admins"},
                {
                    "type": "object",
                    "required": ["person"],
                    "additionalProperties": False,
                    "properties": {"person": text},
                },
            ]
        },
    }
    rule = {
        "type": "object",
        "required": ["name", "when", "do"],
        "additionalProperties": False,
        "properties": {
            "name": {"$ref": "#/$defs/name"},
            "when": {"$ref": "#/$defs/condition"},
            "do": {
                "type": "object",
                "minProperties": 1,
                "maxProperties": 1,
                "additionalProperties": False,
                "properties": deeds,
            },
        },
    }
    return {
        "type": ["object", "null"],
        "required": ["rules"],
        "additionalProperties": False,
        "properties": {
            "every": {"enum": [*get_args(Every), None], "description": "None: only when somebody starts it."},
            "rules": {"type": "array", "maxItems": MOST_RULES, "items": rule},
        },
        "description": "Which pooled customers leave the pool, and how; the first rule whose condition holds.",
    }


def _condition() -> Schema:
    parts = {"type": "array", "minItems": 1, "maxItems": MAX_LEAVES, "items": {"$ref": "#/$defs/condition"}}

    def group(key: str, inside: Schema) -> Schema:
        return {"type": "object", "required": [key], "additionalProperties": False, "properties": {key: inside}}

    return {
        "oneOf": [
            group("all", parts),
            group("any", parts),
            group("not", {"$ref": "#/$defs/condition"}),
            {"$ref": "#/$defs/leaf"},
        ]
    }


def _leaf(name: str) -> Schema:
    """A leaf about one fact: an operator of its type, and that operator's kind of value."""
    fact = REGISTRY.facts[name]
    by_kind: dict[ValueKind, list[str]] = {}
    for operator, kind in OPERATORS[fact.type].items():
        by_kind.setdefault(kind, []).append(operator)
    return {
        "title": fact.labels["en"],
        "type": "object",
        "required": ["fact"],
        "properties": {"fact": {"const": name}},
        "oneOf": [_operators(name, operators, kind) for kind, operators in by_kind.items()],
    }


def _operators(name: str, operators: list[str], kind: ValueKind) -> Schema:
    fact = REGISTRY.facts[name]
    value: Schema = {"type": "null"} if kind == "none" else {"$ref": f"#/$defs/value_{kind}"}
    if fact.choices is not None and kind == "value":
        value = {"enum": list(fact.choices)}
    elif fact.choices is not None and kind == "values":
        value = {"type": "array", "minItems": 1, "maxItems": MAX_VALUES, "items": {"enum": list(fact.choices)}}
    return {
        "required": ["fact", "is"] if kind == "none" else ["fact", "is", "value"],
        "additionalProperties": False,
        "properties": {"fact": True, "is": {"enum": operators}, "value": value},
    }


_KINDS: Final[tuple[ValueKind, ...]] = ("value", "values", "piece", "number", "range", "date", "days")


def _value(kind: ValueKind) -> Schema:
    text = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT, "pattern": r"\S"}
    number = {"oneOf": [{"type": "number"}, {"type": "string", "pattern": r"^\s*-?[0-9]{1,20}(\.[0-9]{1,12})?\s*$"}]}
    match kind:
        case "values":
            return {"type": "array", "minItems": 1, "maxItems": MAX_VALUES, "items": text}
        case "number":
            return number
        case "range":
            return {"type": "array", "minItems": 2, "maxItems": 2, "items": number}
        case "date":
            return {"type": "string", "pattern": r"^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}\s*$"}
        case "days":
            return {"type": "integer", "minimum": 0, "maximum": MAX_DAYS}
        case _:
            return text
