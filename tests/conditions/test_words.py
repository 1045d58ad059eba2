"""Conditions in words: as a sales manager reads them, and each in one way only."""

from itertools import product
from typing import Any

import pytest

from gonghai.conditions import And, Condition, Fact, Leaf, Locale, Not, Or, Registry, parse, words


def leaf(fact: str, operator: str, *value: Any) -> dict[str, Any]:
    return {"fact": fact, "is": operator, **({"value": value[0]} if value else {})}


SENTENCES = [
    (
        {"all": [leaf("level", "eq", "A"), leaf("source", "eq", "expo")]},
        "级别是 A 且来源是展会",
        "level is A and source is exhibition",
    ),
    (leaf("last_win_at", "within_days", 365), "最近成交在最近 365 天内", "last win is within the last 365 days"),
    (leaf("last_win_at", "older_than_days", 30), "最近成交在最近 30 天之前", "last win is more than 30 days ago"),
    (leaf("source", "not_in", ["expo", "site"]), "来源不属于展会、官网", "source is none of exhibition, website"),
    (leaf("industry", "contains", "机械"), "行业包含「机械」", "industry contains “机械”"),
    (leaf("industry", "starts_with", "“A”"), "行业开头是「“A”」", "industry starts with “\\“A\\””"),
    (leaf("industry", "is_missing"), "行业为空", "industry is empty"),
    (leaf("amount", "between", [1000.5, 2000]), "预计金额介于 1000.5 到 2000 之间", "amount is from 1000.5 to 2000"),
    (leaf("amount", "ge", 50_000), "预计金额不低于 50000", "amount is at least 50000"),
    (
        leaf("contract_end", "on_or_after", "2026-10-01"),
        "合同到期日不早于 2026-10-01",
        "contract end is not before 2026-10-01",
    ),
    (leaf("has_open_deal", "is_false"), "有进行中的商机：否", "has open deal: no"),
    (leaf("tags", "has_any", ["VIP"]), "标签包含任一 VIP", "tags includes any of VIP"),
    (
        {"any": [{"all": [leaf("level", "eq", "A"), leaf("tags", "is_present")]}, {"not": leaf("level", "ne", "B")}]},
        "（级别是 A 且标签不为空）或不满足（级别不是 B）",
        "(level is A and tags is not empty) or not (level is not B)",
    ),
]


@pytest.mark.parametrize(("document", "zh", "en"), SENTENCES)
def test_a_condition_reads_like_this(registry: Registry, document: Any, zh: str, en: str) -> None:
    condition = parse(document, registry)
    assert (words(condition, registry, "zh"), words(condition, registry, "en")) == (zh, en)


# Labels that tenants may well give, and some that nobody should: each could be taken for part of a sentence.
ODD_LABELS = [
    ("名称", "name"),
    ("名称开头", "name is"),
    ("名称不", "name is not"),
    ("是否上市", "not listed"),
    ("不满足（名称", "not (name"),
    ("〈名称〉", "[name]"),
    ("名称是甲且名称", "name is a and name"),
    ("A 或 B", "a or b"),
    ("名称\\", "name\\"),
    ("：名称", "name: yes"),
]
ODD_CHOICES = [
    ("甲", "a"),
    ("不甲", "not a"),
    ("空", "empty"),
    ("「甲」", "“a”"),
    ("甲、乙", "a, b"),
    ("乙", "b"),
    ("甲 且 名称是 乙", "a and name is b"),
    ("甲）", "a)"),
    ("包含「甲」", "one of a"),
    ("甲\\", "a\\"),
]


def odd_registry() -> Registry:
    choices = {f"v{n}": {"zh": zh, "en": en} for n, (zh, en) in enumerate(ODD_CHOICES)}

    def odd(name: str, kind: Any, zh: str, en: str) -> Fact:
        closed = choices if kind in ("text", "list") and not name.startswith("free") else None
        return Fact(name, kind, {"zh": zh, "en": en}, "c.x", lambda row: None, "during", True, closed)

    texts = [odd(f"text{n}", "text", zh, en) for n, (zh, en) in enumerate(ODD_LABELS)]
    others = [
        odd("free", "text", "备注", "note"),
        odd("number", "number", "金额", "amount"),
        odd("date", "date", "日期", "date"),
        odd("flag", "flag", "名称：是", "name: no"),
        odd("list", "list", "标签", "tags"),
    ]
    return Registry([*texts, *others])


def all_leaves(registry: Registry) -> list[Condition]:
    choices = [f"v{n}" for n in range(len(ODD_CHOICES))]
    free = [
        "v0",
        "甲",
        "empty",
        "not a",
        "one of a",
        "a or b",
        "甲或乙",
        "a, a",
        "1",
        "“",
        "”",
        "\\",
        "「甲」、「乙」",
        "“a”, “b”",
        "a」",
        "a\n",
        "a\u200b",
        "a",
    ]
    documents = [leaf(name, op) for name in registry.facts for op in ("is_missing", "is_present") if name != "flag"]
    for name in registry.facts:
        if name.startswith("text"):
            documents += [leaf(name, op, value) for op in ("eq", "ne") for value in choices]
            documents += [leaf(name, op, [value]) for op in ("in", "not_in") for value in choices]
            documents += [leaf(name, op, value) for op in ("contains", "starts_with") for value in free]
    documents += [leaf("free", op, value) for op in ("eq", "ne", "contains", "starts_with") for value in free]
    documents += [leaf("free", "in", list(pair)) for pair in product(free, free)]
    documents += [leaf("text0", "in", list(pair)) for pair in product(choices, choices)]
    documents += [leaf("list", op, list(pair)) for op in ("has_any", "has_all") for pair in product(choices, choices)]
    documents += [
        leaf("number", op, value) for op in ("eq", "ne", "lt", "le", "gt", "ge") for value in (1, 1.5, -1, 15)
    ]
    documents += [leaf("number", "between", [1, value]) for value in (1, 11, 15)]
    documents += [leaf("date", op, "2026-10-01") for op in ("before", "on_or_after")]
    documents += [leaf("date", op, days) for op in ("within_days", "older_than_days") for days in (3, 30)]
    documents += [leaf("flag", op) for op in ("is_true", "is_false")]
    return list(dict.fromkeys(parse(document, registry) for document in documents))


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_no_two_leaves_read_the_same_whatever_labels_and_values_say(locale: Locale) -> None:
    registry = odd_registry()
    assert_read_apart(all_leaves(registry), registry, locale)


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_no_two_trees_read_the_same(locale: Locale) -> None:
    registry = odd_registry()
    few: list[Condition] = [Leaf("text0", "eq", "v0"), Leaf("text6", "eq", "v0"), Leaf("free", "eq", "」或「”) or “")]
    level: list[Condition] = few
    for _ in range(2):
        pairs = list(product(level, level))
        level = [*level, *map(Not, level), *map(And, pairs), *map(Or, pairs)]
        level += [group(triple) for group in (And, Or) for triple in product(few, few, few)]
    assert_read_apart(list(dict.fromkeys(level)), registry, locale)


def assert_read_apart(conditions: list[Condition], registry: Registry, locale: Locale) -> None:
    seen: dict[str, Condition] = {}
    for condition in conditions:
        told = words(condition, registry, locale)
        assert seen.setdefault(told, condition) == condition, told
    assert len(seen) == len(conditions) > 500
