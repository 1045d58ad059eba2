"""The published JSON Schema and the compiler: what compiles is valid, and what the schema can know is refused by both."""

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from gonghai.policy.document import PolicyInvalid, compile_policy
from gonghai.policy.registry import REGISTRY
from gonghai.policy.schema import policy_schema
from gonghai.policy.templates import TEMPLATES
from tests.policy.documents import a_document

VALIDATOR = Draft202012Validator(policy_schema())
POOLS = {"二级公海": 2, "2": 2}


def compiles(document: Any) -> bool:
    try:
        compile_policy(document, REGISTRY, POOLS)
    except PolicyInvalid:
        return False
    return True


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(policy_schema())


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_whatever_compiles_is_valid(seed: int) -> None:
    document = a_document(Random(seed), ["二级公海"])
    assert compiles(document)
    assert [error.message for error in VALIDATOR.iter_errors(document)] == []


def test_the_ready_made_ones_are_valid() -> None:
    for template in TEMPLATES:
        assert VALIDATOR.is_valid(template.document), template.code


def _with(**changes: Any) -> dict[str, Any]:
    return {"segments": [{"name": "a", "when": {"fact": "level", "is": "eq", "value": "A"}, **changes}, {"name": "b"}]}


@pytest.mark.parametrize(
    "faulty",
    [
        [],
        {},
        {"segments": []},
        {"segments": [{"name": "x"}], "warning": {}},
        {"segments": [{"name": "x"}], "warnings": {"days": [0]}},
        {"segments": [{"name": "x"}], "warnings": {"days": [3, 3]}},
        {"segments": [{"name": " "}]},
        {"segments": [{"timers": {}}]},
        _with(when={}),
        _with(when={"all": []}),
        _with(when={"fact": "lever", "is": "eq", "value": "A"}),
        _with(when={"fact": "level", "is": "ge", "value": 3}),
        _with(when={"fact": "level", "is": "eq"}),
        _with(when={"fact": "level", "is": "is_missing", "value": "A"}),
        _with(when={"fact": "kind", "is": "eq", "value": "planet"}),
        _with(when={"fact": "amount", "is": "between", "value": [1]}),
        _with(when={"fact": "created_at", "is": "within_days", "value": -1}),
        _with(when={"fact": "level", "is": "eq", "value": "A", "not": {}}),
        _with(timers={"nap": "3 days"}),
        _with(timers={"follow_up": "3 fortnights"}),
        _with(timers={"follow_up": {"n": 0, "unit": "days"}}),
        _with(timers={"follow_up": {"n": 10**6, "unit": "working_hours"}}),
        _with(target="away"),
        _with(target={"pool": "二级公海", "x": 1}),
        _with(colour="red"),
    ],
)
def test_what_the_schema_can_know_is_refused_by_it_and_by_the_compiler(faulty: Any) -> None:
    assert not compiles(faulty)
    assert not VALIDATOR.is_valid(faulty)
