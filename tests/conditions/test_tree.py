"""A condition is read strictly: what can't be meant is refused with the path of the faulty node."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import yaml

from gonghai.conditions import And, ConditionError, Leaf, Not, Or, Registry, dump, parse
from gonghai.conditions.tree import MAX_DEPTH, MAX_LEAVES

LEAF = {"fact": "level", "is": "eq", "value": "A"}
DOCUMENT = """
all:
  - {fact: level, is: eq, value: a}
  - any:
      - {fact: source, is: in, value: [Expo, site, EXPO]}
      - not: {fact: last_win_at, is: within_days, value: 365}
  - {fact: contract_end, is: before, value: 2026-10-01}
  - {fact: amount, is: between, value: [0.10, "12345678901234567.89"]}
  - {fact: has_open_deal, is: is_false}
"""


def test_a_yaml_document_becomes_a_tree(registry: Registry) -> None:
    assert parse(yaml.safe_load(DOCUMENT), registry) == And(
        (
            Leaf("level", "eq", "A"),
            Or((Leaf("source", "in", ("expo", "site")), Not(Leaf("last_win_at", "within_days", 365)))),
            Leaf("contract_end", "before", date(2026, 10, 1)),
            Leaf("amount", "between", (Decimal("0.1"), Decimal("12345678901234567.89"))),
            Leaf("has_open_deal", "is_false"),
        )
    )


def test_a_dumped_condition_parses_to_itself_also_through_yaml(registry: Registry) -> None:
    condition = parse(yaml.safe_load(DOCUMENT), registry)
    assert parse(yaml.safe_load(yaml.safe_dump(dump(condition))), registry) == condition


def test_a_group_of_one_is_that_one(registry: Registry) -> None:
    assert parse({"all": [{"any": [LEAF]}]}, registry) == Leaf("level", "eq", "A")
    with pytest.raises(ValueError, match="two parts"):
        And((Leaf("level", "eq", "A"),))


def leaf(fact: str, operator: Any, *value: Any) -> dict[str, Any]:
    return {"fact": fact, "is": operator, **({"value": value[0]} if value else {})}


@pytest.mark.parametrize(
    ("faulty", "path", "code"),
    [
        (None, "", "not_a_condition"),
        ([], "", "not_a_condition"),
        ({}, "", "empty"),
        ({"some": []}, "", "not_a_condition"),
        ({"all": []}, ".all", "empty"),
        ({"all": LEAF}, ".all", "wrong_type"),
        ({"all": [LEAF], "any": [LEAF]}, ".any", "unknown_key"),
        ({"any": [LEAF, "x"]}, ".any[1]", "not_a_condition"),
        ({"not": None}, ".not", "not_a_condition"),
        ({**LEAF, "valeu": 1}, ".valeu", "unknown_key"),
        (leaf("lvl", "eq", "A"), ".fact", "unknown_fact"),
        ({"fact": ["level"], "is": "eq"}, ".fact", "unknown_fact"),
        ({"fact": "level", "value": "A"}, ".is", "unknown_operator"),
        (leaf("level", "like", "A"), ".is", "unknown_operator"),
        (leaf("level", ["eq"], "A"), ".is", "unknown_operator"),
        (leaf("level", "between", ["A", "B"]), ".is", "operator_unfit"),
        (leaf("level", "eq"), ".value", "value_missing"),
        (leaf("level", "eq", None), ".value", "value_missing"),
        (leaf("level", "is_missing", "A"), ".value", "value_unwanted"),
        (leaf("level", "eq", 1), ".value", "wrong_type"),
        (leaf("level", "eq", "D"), ".value", "unknown_choice"),
        (leaf("level", "in", "A"), ".value", "wrong_type"),
        (leaf("level", "in", []), ".value", "empty"),
        (leaf("level", "in", ["A", "D"]), ".value[1]", "unknown_choice"),
        (leaf("industry", "in", ["机械"] * 201), ".value", "too_long"),
        (leaf("industry", "contains", " \u3000"), ".value", "empty"),
        (leaf("industry", "eq", "x" * 501), ".value", "too_long"),
        (leaf("industry", "eq", "a\0"), ".value", "bad_characters"),
        (leaf("industry", "eq", "\ud800"), ".value", "bad_characters"),
        (leaf("amount", "gt", True), ".value", "wrong_type"),
        (leaf("amount", "gt", "5 万"), ".value", "wrong_type"),
        (leaf("amount", "gt", "１２"), ".value", "wrong_type"),
        (leaf("amount", "gt", float("nan")), ".value", "out_of_range"),
        (leaf("amount", "gt", 1e300), ".value", "out_of_range"),
        (leaf("amount", "gt", 10**20), ".value", "out_of_range"),
        (leaf("amount", "gt", 10**5000), ".value", "out_of_range"),
        (leaf("amount", "gt", 1e-300), ".value", "out_of_range"),
        (leaf("amount", "between", [1]), ".value", "wrong_type"),
        (leaf("amount", "between", [1, "x"]), ".value[1]", "wrong_type"),
        (leaf("amount", "between", [2, 1]), ".value", "empty_range"),
        (leaf("contract_end", "before", "2026-02-30"), ".value", "impossible_date"),
        (leaf("contract_end", "before", "30.9.2026"), ".value", "wrong_type"),
        (leaf("contract_end", "before", datetime(2026, 9, 30)), ".value", "wrong_type"),  # noqa: DTZ001
        (leaf("contract_end", "before", "0001-01-01"), ".value", "out_of_range"),
        (leaf("last_win_at", "within_days", 1.5), ".value", "wrong_type"),
        (leaf("last_win_at", "within_days", -1), ".value", "out_of_range"),
        (leaf("last_win_at", "within_days", 36_501), ".value", "out_of_range"),
        (leaf("tags", "has_any", ["VIP", 3]), ".value[1]", "wrong_type"),
    ],
)
def test_a_faulty_node_is_refused_with_its_path(registry: Registry, faulty: Any, path: str, code: str) -> None:
    for document, above in ((faulty, ""), ({"all": [LEAF, {"not": faulty}]}, "all[1].not")):
        with pytest.raises(ConditionError) as refused:
            parse(document, registry)
        assert (refused.value.path, refused.value.code) == ((above + path).removeprefix("."), code)


def test_the_deepest_tree_is_read_and_one_deeper_refused(registry: Registry) -> None:
    document: dict[str, Any] = LEAF
    for _ in range(MAX_DEPTH - 1):
        document = {"not": document}
    parse(document, registry)
    with pytest.raises(ConditionError) as refused:
        parse({"not": document}, registry)
    assert (refused.value.path, refused.value.code) == (".".join(["not"] * MAX_DEPTH), "too_deep")


def test_the_largest_tree_is_read_and_one_leaf_more_refused(registry: Registry) -> None:
    parse({"any": [LEAF] * MAX_LEAVES}, registry)
    with pytest.raises(ConditionError) as refused:
        parse({"any": [LEAF] * (MAX_LEAVES + 1)}, registry)
    assert (refused.value.path, refused.value.code) == (f"any[{MAX_LEAVES}]", "too_many_leaves")


def test_zero_is_a_number_however_it_is_written(registry: Registry) -> None:
    for zero in (0, 0.0, -0.0, "0", "-0.00", Decimal("0E+3")):
        assert str(dump(parse(leaf("amount", "eq", zero), registry))["value"]) == "0"
