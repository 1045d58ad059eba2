"""The three readers of a condition never disagree: SQL, Python and words, on random trees and rows."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gonghai.conditions import (
    OPERATORS,
    And,
    Condition,
    Context,
    Fact,
    FactType,
    Not,
    Or,
    Registry,
    dump,
    evaluate,
    parse,
    to_sql,
    trace,
    words,
)
from gonghai.conditions.fold import SQL_PARAMS, fold, fold_sql

COLUMNS: dict[str, FactType] = {
    "level": "text",
    "note": "text",
    "amount": "number",
    "visits": "number",
    "contract_end": "date",
    "last_win_at": "instant",
    "vip": "flag",
    "tags": "list",
}
SQL_TYPES = {
    "text": "text",
    "number": "numeric",
    "date": "date",
    "instant": "timestamptz",
    "flag": "boolean",
    "list": "text[]",
}
LABELS = {
    "level": ("级别", "level"),
    "note": ("备注是否", "note is not"),
    "amount": ("金额", "amount"),
    "visits": ("拜访 或 电话", "visits or calls"),
    "contract_end": ("合同到期", "contract end"),
    "last_win_at": ("最近成交", "last win"),
    "vip": ("是大客户", "key account"),
    "tags": ("标签", "tags"),
}
CHOICES = {"A": {"zh": "甲", "en": "a"}, "b+": {"zh": "乙、丙", "en": "b or c"}, "é": {"zh": "不甲", "en": "not a"}}
ZONES = ["Asia/Shanghai", "UTC", "America/Sao_Paulo", "Asia/Beirut", "Pacific/Apia", "Pacific/Kiritimati"]


def reader(name: str) -> Callable[[Any], Any]:
    return lambda row: row[name]


REGISTRY = Registry(
    Fact(
        name=name,
        type=kind,
        labels=dict(zip(("zh", "en"), LABELS[name], strict=True)),
        sql=f"c.{name}",
        read=reader(name),
        known_when="during",
        readable_when_pooled=True,
        choices=CHOICES if name == "level" else None,
    )
    for name, kind in COLUMNS.items()
)

# Spellings that meet one another after folding, that nearly do, and that only one side might understand.
SPELLED = """
A a Ａ ａ Á á a\u0301 b+ B＋ é É E\u0301 İ i ı I ß ẞ ss SS ſs ΣΑΣ σας σασ ﬁ fi \u2126 Ω 가 \u1100\u1161 각 ガ ｶﾞ が ㈱
(株) ① 1 50% 5_ \\ ' " 华为 华爲 𝐀 \U0001fae8 𝗔\U0001fae8 Ǆ ǆ ŉ Ⅳ iv ᾳ ΑΙ \U0001ccd6
"""
SPELLINGS = SPELLED.split()
TRICKY = (
    "aAáÁ\u0301\u0323\u0345\u0327İıßẞſΣςσ각\u11a7\u1100\u1161ガか\u3099ｶﾞ \u3000\u00a0\t\u200b%_\\'华Ａ（"
    "\U0001fae8\U0001ccd6\u0897"
)
texts = st.one_of(
    st.sampled_from(SPELLINGS),
    st.lists(st.sampled_from(TRICKY), max_size=6).map("".join),
    st.sampled_from(["", " ", "\u3000\n", "\u00a0"]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4),
)
# So few that lists meet.
few = st.sampled_from(["vip", "ＶＩＰ", "老客户"])
wanted_texts = texts.filter(lambda text: fold(text) != "")
numbers = st.one_of(
    st.sampled_from([Decimal(text) for text in ("0", "-0", "0.0", "1", "1.0", "1.00", "-1", "0.1", "0.10", "10")]),
    st.decimals(-1000, 1000, places=2),
    st.decimals("-99999999999999999999", "99999999999999999999", places=12),
)
nows = st.builds(
    lambda day, seconds, micros: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(day, seconds, micros),
    st.integers(-6000, 700),
    st.sampled_from([0, 3600 * 10, 3600 * 16, 3600 * 22]) | st.integers(0, 86_399),
    st.sampled_from([0, 1, 999_999]),
)
contexts = st.builds(Context, nows, st.sampled_from(ZONES).map(ZoneInfo))
offsets = st.sampled_from([-366, -365, -31, -30, -1, 0, 1, 2])


def values(fact: str, operator: str, context: Context) -> st.SearchStrategy[Any]:
    kind = OPERATORS[COLUMNS[fact]][operator]
    value = st.sampled_from(["A", "ａ", "B＋", "É"]) if fact == "level" else wanted_texts
    ranges = st.tuples(numbers, numbers).map(lambda pair: [f"{number:f}" for number in sorted(pair)])
    strategies: dict[str, st.SearchStrategy[Any]] = {
        "none": st.none(),
        "value": value,
        "values": st.lists(value if fact == "level" else few | value, min_size=1, max_size=3),
        "piece": wanted_texts,
        "number": numbers,
        "range": ranges,
        "date": offsets.map(lambda days: context.today + timedelta(days)),
        "days": st.sampled_from([0, 1, 30, 31, 365, 366]),
    }
    return strategies[kind]


@st.composite
def leaves(draw: st.DrawFn, context: Context) -> Condition:
    fact = draw(st.sampled_from(sorted(COLUMNS)))
    operator = draw(st.sampled_from(sorted(OPERATORS[COLUMNS[fact]])))
    return parse({"fact": fact, "is": operator, "value": draw(values(fact, operator, context))}, REGISTRY)


def grown_from(leaf: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    def grown(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
        parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
        return st.builds(And, parts) | st.builds(Or, parts) | st.builds(Not, inner)

    return st.recursive(leaf, grown, max_leaves=6)


def conditions(context: Context) -> st.SearchStrategy[Condition]:
    return grown_from(leaves(context))


def rows(context: Context) -> st.SearchStrategy[dict[str, Any]]:
    edges = offsets.map(lambda days: context.start_of(context.today + timedelta(days)))
    instants = st.builds(
        lambda instant, micros: instant + timedelta(microseconds=micros),
        edges | st.just(context.now),
        st.sampled_from([-1, 0, 1]),
    )
    known: dict[FactType, st.SearchStrategy[Any]] = {
        "text": texts,
        "number": numbers,
        "date": offsets.map(lambda days: context.today + timedelta(days)),
        "instant": instants,
        "flag": st.booleans(),
        "list": st.lists(few | st.none() | texts, max_size=3),
    }
    return st.fixed_dictionaries({name: st.none() | known[kind] for name, kind in COLUMNS.items()})


@st.composite
def tables(draw: st.DrawFn) -> tuple[Context, list[Condition], list[dict[str, Any]]]:
    context = draw(contexts)
    return (
        context,
        draw(st.lists(conditions(context), min_size=1, max_size=10)),
        draw(st.lists(rows(context), min_size=1, max_size=10)),
    )


@pytest.fixture(scope="module")
def connection(database_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url, autocommit=True) as opened:
        yield opened


def answers(
    connection: psycopg.Connection, context: Context, asked: list[Condition], found: list[dict[str, Any]]
) -> list[tuple[Any, ...]]:
    """All conditions on all rows, by one statement: a row of answers for each row."""
    fragments = [to_sql(condition, REGISTRY, context, f"s{index}") for index, condition in enumerate(asked)]
    params = {name: value for fragment in fragments for name, value in fragment.params.items()}
    lines = []
    for index, row in enumerate(found):
        params.update({f"row_{index}_{name}": value for name, value in row.items()})
        cells = (f"%(row_{index}_{name})s::{SQL_TYPES[kind]}" for name, kind in COLUMNS.items())
        lines.append(f"({index}, {', '.join(cells)})")
    table = f"(VALUES {', '.join(lines)}) AS c (row_number, {', '.join(COLUMNS)})"
    columns = ", ".join(fragment.text for fragment in fragments)
    return connection.execute(f"SELECT {columns} FROM {table} ORDER BY c.row_number", params).fetchall()


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables())
def test_sql_and_python_agree_on_every_row(
    connection: psycopg.Connection, table: tuple[Context, list[Condition], list[dict[str, Any]]]
) -> None:
    context, asked, found = table
    told = answers(connection, context, asked, found)
    for row, by_sql in zip(found, told, strict=True):
        by_python = tuple(evaluate(condition, REGISTRY, row, context) for condition in asked)
        assert by_sql == by_python, (row, asked)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.sampled_from(TRICKY), max_size=8).map("".join) | texts, min_size=200, max_size=200))
def test_text_folds_alike_in_sql_and_python(connection: psycopg.Connection, found: list[str]) -> None:
    told = connection.execute(
        f"SELECT {fold_sql('t.text')} FROM unnest(%(texts)s::text[]) WITH ORDINALITY AS t (text, place) ORDER BY place",
        {"texts": found, **SQL_PARAMS},
    ).fetchall()
    assert [text for (text,) in told] == [fold(text) for text in found]


EARLY = Context(datetime(2026, 9, 30, 2, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))


@settings(max_examples=150, deadline=None)
@given(conditions(EARLY))
def test_a_dumped_condition_is_plain_and_parses_to_itself(condition: Condition) -> None:
    document = dump(condition)
    assert parse(document, REGISTRY) == condition
    assert yaml.safe_load(yaml.safe_dump(document, allow_unicode=True)) == document


# Leaves whose values, choices and labels try to pass for one another, or for more than one leaf.
LOOKALIKES: list[dict[str, Any]] = [
    {"fact": "level", "is": operator, "value": value} for operator in ("eq", "ne") for value in ("A", "b+", "é")
]
LOOKALIKES += [
    {"fact": "tags", "is": "has_any", "value": value} for value in (["a", "b"], ["a、b"], ["a, b"], ["a且级别是甲"])
]
LOOKALIKES += [
    {"fact": "note", "is": "eq", "value": value} for value in ("1", "a and level is a", "a", "“a”", "「a」", "not a")
]
LOOKALIKES += [{"fact": "visits", "is": operator, "value": 1} for operator in ("eq", "ne")]
lookalikes = grown_from(st.sampled_from(LOOKALIKES).map(lambda document: parse(document, REGISTRY)))


@settings(max_examples=150, deadline=None)
@given(st.lists(lookalikes, min_size=20, max_size=20) | st.lists(conditions(EARLY), min_size=2, max_size=10))
@example([parse(document, REGISTRY) for document in LOOKALIKES])
def test_different_conditions_never_read_the_same(several: list[Condition]) -> None:
    for locale in ("zh", "en"):
        told = {condition: words(condition, REGISTRY, locale) for condition in several}
        assert len(set(told.values())) == len(told)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_trace_says_of_each_leaf_what_evaluating_it_says(data: st.DataObject) -> None:
    condition, row = data.draw(conditions(EARLY)), data.draw(rows(EARLY))
    for result in trace(condition, REGISTRY, row, EARLY):
        assert result.holds == evaluate(result.leaf, REGISTRY, row, EARLY)
        assert result.actual == row[result.leaf.fact]
