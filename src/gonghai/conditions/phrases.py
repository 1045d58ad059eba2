"""The words that conditions are told in, zh and en: one phrase per operator, and what keeps two phrases apart."""

from collections.abc import Mapping
from dataclasses import dataclass

from gonghai.conditions.facts import FactType, Locale

# What stands before, between and after the values of a leaf.
Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Grammar:
    """All that differs between two languages.

    Labels and values stand bare in a sentence where they can't be taken for anything else; otherwise labels stand in
    `brackets` and values in `quotes`. That is what makes every sentence readable in one way only:
    `joints` never stand bare in a label or value; `verbs` (how operators begin) never in a label; `value_words` (how
    a longer operator goes on where a value could begin) never in a value.
    """

    all_of: str
    any_of: str
    negation: tuple[str, str]
    parentheses: tuple[str, str]
    quotes: tuple[str, str]
    brackets: tuple[str, str]
    separator: str
    words_apart: bool
    joints: frozenset[str]
    verbs: frozenset[str]
    value_words: frozenset[str]
    phrases: Mapping[FactType, Mapping[str, Phrase]]


_ZH_PRESENCE: dict[str, Phrase] = {"is_missing": ("为空",), "is_present": ("不为空",)}
_ZH_TIMES: dict[str, Phrase] = {
    "before": ("早于", ""),
    "on_or_after": ("不早于", ""),
    "within_days": ("在最近", "天内"),
    "older_than_days": ("在最近", "天之前"),
    **_ZH_PRESENCE,
}
_ZH_PHRASES: dict[FactType, dict[str, Phrase]] = {
    "text": {
        "eq": ("是", ""),
        "ne": ("不是", ""),
        "in": ("属于", ""),
        "not_in": ("不属于", ""),
        "contains": ("包含", ""),
        "starts_with": ("开头是", ""),
        **_ZH_PRESENCE,
    },
    "number": {
        "eq": ("等于", ""),
        "ne": ("不等于", ""),
        "lt": ("小于", ""),
        "le": ("不超过", ""),
        "gt": ("大于", ""),
        "ge": ("不低于", ""),
        "between": ("介于", "到", "之间"),
        **_ZH_PRESENCE,
    },
    "date": _ZH_TIMES,
    "instant": _ZH_TIMES,
    "flag": {"is_true": ("：是",), "is_false": ("：否",)},
    "list": {"has_any": ("包含任一", ""), "has_all": ("同时包含", ""), "has_none": ("均不包含", ""), **_ZH_PRESENCE},
}

_EN_PRESENCE: dict[str, Phrase] = {"is_missing": ("is empty",), "is_present": ("is not empty",)}
_EN_TIMES: dict[str, Phrase] = {
    "before": ("is before", ""),
    "on_or_after": ("is not before", ""),
    "within_days": ("is within the last", "days"),
    "older_than_days": ("is more than", "days ago"),
    **_EN_PRESENCE,
}
_EN_PHRASES: dict[FactType, dict[str, Phrase]] = {
    "text": {
        "eq": ("is", ""),
        "ne": ("is not", ""),
        "in": ("is one of", ""),
        "not_in": ("is none of", ""),
        "contains": ("contains", ""),
        "starts_with": ("starts with", ""),
        **_EN_PRESENCE,
    },
    "number": {
        "eq": ("is", ""),
        "ne": ("is not", ""),
        "lt": ("is below", ""),
        "le": ("is at most", ""),
        "gt": ("is above", ""),
        "ge": ("is at least", ""),
        "between": ("is from", "to", ""),
        **_EN_PRESENCE,
    },
    "date": _EN_TIMES,
    "instant": _EN_TIMES,
    "flag": {"is_true": (": yes",), "is_false": (": no",)},
    "list": {
        "has_any": ("includes any of", ""),
        "has_all": ("includes all of", ""),
        "has_none": ("includes none of", ""),
        **_EN_PRESENCE,
    },
}


def _first_parts(phrases: Mapping[FactType, Mapping[str, Phrase]]) -> set[str]:
    return {phrase[0] for by_operator in phrases.values() for phrase in by_operator.values()}


GRAMMARS: Mapping[Locale, Grammar] = {
    "zh": Grammar(
        all_of="且",
        any_of="或",
        negation=("不满足（", "）"),
        parentheses=("（", "）"),
        quotes=("「", "」"),
        brackets=("〈", "〉"),
        separator="、",
        words_apart=False,
        joints=frozenset("且或"),
        verbs=frozenset(_first_parts(_ZH_PHRASES)),
        value_words=frozenset(),
        phrases=_ZH_PHRASES,
    ),
    "en": Grammar(
        all_of="and",
        any_of="or",
        negation=("not (", ")"),
        parentheses=("(", ")"),
        quotes=("“", "”"),
        brackets=("[", "]"),
        separator=", ",
        words_apart=True,
        joints=frozenset({"and", "or", "not"}),
        verbs=frozenset(part.split()[0] for part in _first_parts(_EN_PHRASES)),
        value_words=frozenset({"one", "none", "empty"}),
        phrases=_EN_PHRASES,
    ),
}
