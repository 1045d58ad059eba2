"""Every sentence of the handbook holds: each kind has a check that drives the product by the sentence's data alone.

Over random rules and settings, and over the four ready-made policies.
"""

import re
from collections import Counter
from datetime import date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonghai.policy.handbook.book import edition
from gonghai.policy.templates import TEMPLATES
from tests.policy import handbook_checks, handbook_checks_rest
from tests.policy.handbook_cases import Case, case_of, customer_in, some_document, some_settings

CHECKS = handbook_checks.CHECKS | handbook_checks_rest.CHECKS
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip


def hold(case: Case) -> None:
    for section in case.sections:
        for sentence in section.sentences:
            if sentence.kind in CHECKS:
                CHECKS[sentence.kind](case, sentence.data)


@pytest.mark.parametrize("seed", range(80))
def test_every_sentence_holds_for_random_rules_and_settings(seed: int) -> None:
    rng = Random(seed)
    hold(case_of(some_document(rng), some_settings(rng), rng))


@pytest.mark.parametrize("code", [template.code for template in TEMPLATES])
@pytest.mark.parametrize("seed", range(4))
def test_every_sentence_holds_for_the_ready_made_policies(code: str, seed: int) -> None:
    template = next(t for t in TEMPLATES if t.code == code)
    case = case_of(template.document, template.settings, Random(seed))
    assert all(customer_in(case, i, case.source.start) for i in range(len(case.policy.segments)))
    hold(case)


@pytest.mark.parametrize("seed", range(60))
def test_both_languages_say_the_same_numbers(seed: int) -> None:
    rng = Random(seed)
    for section in case_of(some_document(rng), some_settings(rng), rng).sections:
        for sentence in section.sentences:
            assert numbers(sentence.zh) == numbers(sentence.en), (sentence.zh, sentence.en)


def numbers(text: str) -> Counter[int]:
    """The numbers of a sentence; months are numbers in Chinese and words in English."""
    for i, month in enumerate(MONTHS):
        text = text.replace(month, str(i + 1))
    return Counter(int(n) for n in re.findall(r"\d+", text))


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.integers(0, 2**32))
def test_an_edition_is_of_the_rules_and_not_of_the_day(seed: int) -> None:
    document, pool = some_document(Random(seed)), some_settings(Random(seed))
    one, other = (case_of(document, pool, Random(s)) for s in (1, 2))
    dated = {"grace", "notice"}
    same = [
        [(s.zh, s.en) for section in case.sections for s in section.sentences if not s.example and s.kind not in dated]
        for case in (one, other)
    ]
    assert same[0] == same[1]
    if one.in_force.grace_until == other.in_force.grace_until:
        assert edition(one.sections) == edition(other.sections)


def wrong(value: object) -> list[object]:
    """Other claims than this one."""
    match value:
        case bool():
            return [not value]
        case int():
            return [value + 1]
        case dict():
            return [{**value, "value": ["微信群"] if isinstance(value["value"], list) else "Z"}]
        case datetime():
            return [value + timedelta(hours=1), value + timedelta(days=30)]
        case date():
            return [value + timedelta(days=1)]
        case list():
            everybody = {"kind": "all", "id": "0", "role": ""}
            return (
                [value[1:], [everybody]] if value and isinstance(value[0], dict) else [value[1:], ["call"], [everybody]]
            )
        case str() if value.isdigit():
            return [str(int(value) + 1)]
        case str():
            return ["deal" if value == "won" else "won"]
    raise AssertionError(value)


@pytest.fixture(scope="module")
def some_cases() -> list[Case]:
    """Random ones, in which every kind occurs."""
    made = []
    for seed in range(60):
        rng = Random(seed)
        made.append(case_of(some_document(rng), some_settings(rng), rng))
    return made


@pytest.mark.parametrize("kind", sorted(CHECKS))
def test_a_wrong_sentence_would_be_found_out(kind: str, some_cases: list[Case]) -> None:
    said = [(c, s) for c in some_cases for section in c.sections for s in section.sentences if s.kind == kind]
    assert said, "some handbook says it"
    for key in {key for _, sentence in said for key in sentence.data} - NOT_CHECKED.get(kind, set()):
        other = ((case, {**s.data, key: w}) for case, s in said if key in s.data for w in wrong(s.data[key]))
        assert any(fails(kind, case, data) for case, data in other), key


# What only says which sentence it is, or stands in another one too.
NOT_CHECKED = {"who": {"segment"}, "timer_example": {"n", "unit"}, "never": {"segment"}}


def fails(kind: str, case: Case, data: dict[str, object]) -> bool:
    try:
        CHECKS[kind](case, data)
    except (AssertionError, IndexError, KeyError, TypeError):
        return True
    return False
