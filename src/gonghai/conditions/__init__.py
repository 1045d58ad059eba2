"""Conditions over customer facts: one tree, three readers (SQL, Python, words) that never disagree."""

from gonghai.conditions.comparisons import Context
from gonghai.conditions.errors import ConditionError
from gonghai.conditions.evaluate import LeafResult, evaluate, trace
from gonghai.conditions.facts import Fact, FactType, KnownWhen, Labels, Locale, Registry
from gonghai.conditions.fold import fold
from gonghai.conditions.operators import OPERATORS
from gonghai.conditions.sql import Fragment, to_sql
from gonghai.conditions.tree import And, Condition, Leaf, Not, Or, dump, parse
from gonghai.conditions.words import words

__all__ = [
    "OPERATORS",
    "And",
    "Condition",
    "ConditionError",
    "Context",
    "Fact",
    "FactType",
    "Fragment",
    "KnownWhen",
    "Labels",
    "Leaf",
    "LeafResult",
    "Locale",
    "Not",
    "Or",
    "Registry",
    "dump",
    "evaluate",
    "fold",
    "parse",
    "to_sql",
    "trace",
    "words",
]
