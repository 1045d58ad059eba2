"""A registry refuses facts that contradict themselves or each other."""

from typing import Any

import pytest

from gonghai.conditions import Fact, Registry

GOOD: dict[str, Any] = {
    "name": "level",
    "type": "text",
    "labels": {"zh": "级别", "en": "level"},
    "sql": "c.level",
    "read": lambda row: row.level,
    "known_when": "before_contact",
    "readable_when_pooled": True,
}
A, B = {"zh": "甲", "en": "a"}, {"zh": "乙", "en": "b"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "Level"}, "a name is"),
        ({"type": "json"}, "unknown type"),
        ({"known_when": "later"}, "unknown type"),
        ({"labels": {"zh": "级别"}}, "zh and en"),
        ({"choices": {"a": A, "Ａ": B}}, "differ after folding"),
        ({"choices": {" ": A}}, "not be empty"),
        ({"choices": {"a": A, "b": A}}, "two have the zh label"),
        ({"choices": {"a": A}, "type": "number"}, "only text and list"),
    ],
)
def test_a_fact_that_contradicts_itself_is_refused(change: dict[str, Any], message: str) -> None:
    Fact(**GOOD)
    with pytest.raises(ValueError, match=message):
        Fact(**{**GOOD, **change})


def test_a_registry_refuses_two_facts_of_one_name_or_label() -> None:
    with pytest.raises(ValueError, match="registered twice"):
        Registry([Fact(**GOOD), Fact(**{**GOOD, "labels": A})])
    with pytest.raises(ValueError, match="two have the en label"):
        Registry([Fact(**GOOD), Fact(**{**GOOD, "name": "grade", "labels": {"zh": "等级", "en": "level"}})])


def test_a_built_registry_does_not_change() -> None:
    registry = Registry([Fact(**GOOD)])
    with pytest.raises(TypeError):
        registry.facts["other"] = Fact(**GOOD)  # type: ignore[index]
