"""SQL and Python give the answers the domain asks for: missing values, days, escapes, reasons."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest

from gonghai.conditions import Context, Fact, Fragment, Leaf, LeafResult, Registry, evaluate, parse, to_sql, trace

COLUMNS = {
    "level": "text",
    "source": "text",
    "industry": "text",
    "amount": "numeric",
    "contract_end": "date",
    "last_win_at": "timestamptz",
    "has_open_deal": "boolean",
    "tags": "text[]",
}


def ask(connection: psycopg.Connection, fragment: Fragment, row: Mapping[str, Any]) -> Any:
    columns = ", ".join(f"%({name})s::{kind} AS {name}" for name, kind in COLUMNS.items())
    values = {name: row.get(name) for name in COLUMNS}
    found = connection.execute(f"SELECT {fragment.text} FROM (SELECT {columns}) AS c", {**values, **fragment.params})
    return found.fetchone()


def leaf(fact: str, operator: str, *value: Any) -> dict[str, Any]:
    return {"fact": fact, "is": operator, **({"value": value[0]} if value else {})}


# The last microsecond of 29 September in Shanghai.
JUST_BEFORE = datetime(2026, 9, 29, 15, 59, 59, 999999, UTC)

CASES = [
    # On a missing value a leaf is false, but for is_missing and the negations.
    (leaf("industry", "eq", "x"), {}, False),
    (leaf("industry", "ne", "x"), {}, True),
    (leaf("industry", "not_in", ["x"]), {}, True),
    (leaf("industry", "is_missing"), {"industry": " \u3000\n"}, True),
    (leaf("industry", "is_present"), {"industry": ""}, False),
    ({"not": leaf("amount", "lt", 5)}, {}, True),
    (leaf("amount", "ne", 5), {}, True),
    (leaf("contract_end", "older_than_days", 0), {}, False),
    (leaf("has_open_deal", "is_false"), {}, False),
    (leaf("tags", "has_none", ["VIP"]), {}, True),
    (leaf("tags", "is_missing"), {"tags": []}, True),
    (leaf("tags", "is_missing"), {"tags": [" ", None]}, True),
    (leaf("tags", "is_present"), {"tags": ["", "x"]}, True),
    # Text by its fold, numbers as decimals.
    (leaf("level", "eq", "a"), {"level": "Ａ "}, True),
    (leaf("industry", "in", ["机械", "ＩＴ"]), {"industry": "it"}, True),
    (leaf("industry", "contains", "50%"), {"industry": "降价50％"}, True),
    (leaf("industry", "contains", "5_%"), {"industry": "降价50%"}, False),
    (leaf("industry", "starts_with", "É"), {"industry": "e\u0301cole"}, True),
    (leaf("tags", "has_all", ["vip", "老客户"]), {"tags": ["ＶＩＰ", "老客户", None]}, True),
    (leaf("tags", "has_any", ["vip"]), {"tags": ["x"]}, False),
    (leaf("amount", "eq", 0.1), {"amount": Decimal("0.100")}, True),
    (leaf("amount", "between", [1, 2]), {"amount": Decimal("2.00")}, True),
    (leaf("amount", "gt", 12345678901234567), {"amount": Decimal("12345678901234567.01")}, True),
    # Days are local (the context is 2026-09-30 10:00 in Shanghai) and the future is neither near nor long ago.
    (
        leaf("last_win_at", "before", "2026-09-30"),
        {"last_win_at": JUST_BEFORE},
        True,
    ),
    (leaf("last_win_at", "before", "2026-09-30"), {"last_win_at": datetime(2026, 9, 29, 16, tzinfo=UTC)}, False),
    (leaf("last_win_at", "on_or_after", "2026-09-30"), {"last_win_at": datetime(2026, 9, 29, 16, tzinfo=UTC)}, True),
    (leaf("last_win_at", "within_days", 365), {"last_win_at": datetime(2025, 9, 29, 16, tzinfo=UTC)}, True),
    (leaf("last_win_at", "within_days", 365), {"last_win_at": datetime(2025, 9, 29, 15, 59, tzinfo=UTC)}, False),
    (leaf("last_win_at", "older_than_days", 365), {"last_win_at": datetime(2025, 9, 29, 15, 59, tzinfo=UTC)}, True),
    (leaf("last_win_at", "within_days", 0), {"last_win_at": datetime(2026, 9, 30, 2, 0, 1, tzinfo=UTC)}, False),
    (leaf("last_win_at", "older_than_days", 0), {"last_win_at": datetime(2026, 9, 30, 2, 0, 1, tzinfo=UTC)}, False),
    (leaf("contract_end", "within_days", 0), {"contract_end": date(2026, 9, 30)}, True),
    (leaf("contract_end", "within_days", 0), {"contract_end": date(2026, 10, 1)}, False),
    (leaf("contract_end", "older_than_days", 1), {"contract_end": date(2026, 9, 28)}, True),
]


@pytest.mark.parametrize(("document", "row", "expected"), CASES)
def test_both_readers_give_the_domains_answer(
    connection: psycopg.Connection,
    registry: Registry,
    context: Context,
    document: Any,
    row: dict[str, Any],
    expected: bool,
) -> None:
    condition = parse(document, registry)
    assert evaluate(condition, registry, row, context) is expected
    assert ask(connection, to_sql(condition, registry, context), row) == (expected,)


def test_a_midnight_that_clocks_skip_is_the_moment_they_skip_it() -> None:
    beirut = Context(now=datetime(2022, 4, 1, tzinfo=UTC), zone=ZoneInfo("Asia/Beirut"))
    assert beirut.start_of(date(2022, 3, 27)) == datetime(2022, 3, 26, 22, tzinfo=UTC)


def test_fragments_of_one_statement_share_no_placeholder_but_the_folding(
    connection: psycopg.Connection, registry: Registry, context: Context
) -> None:
    level = parse({"any": [leaf("level", "eq", key) for key in "ABCABCABCABC"]}, registry)
    industry = parse({"any": [leaf("industry", "eq", f"x{n}") for n in range(12)]}, registry)
    first, second = to_sql(level, registry, context, "s1"), to_sql(industry, registry, context, "s11")
    assert {name for name in first.params if name in second.params} == {
        name for name in first.params if name.startswith("fold_")
    }
    both = Fragment(f"{first.text} AND NOT {second.text}", {**first.params, **second.params})
    assert ask(connection, both, {"level": "b", "industry": "x12"}) == (True,)


def test_instants_and_numbers_leave_columns_bare_and_send_no_folding(registry: Registry, context: Context) -> None:
    document = {"all": [leaf("last_win_at", "older_than_days", 30), leaf("amount", "ge", 5)]}
    fragment = to_sql(parse(document, registry), registry, context)
    assert fragment.text == (
        "(coalesce((c.last_win_at) < %(c_0)s::timestamptz, false) AND coalesce((c.amount) >= %(c_1)s, false))"
    )
    assert fragment.params == {"c_0": datetime(2026, 8, 30, 16, tzinfo=UTC), "c_1": 5}


def test_a_percent_sign_in_a_facts_sql_reaches_the_server(connection: psycopg.Connection, context: Context) -> None:
    odd = Fact(
        name="is_odd",
        type="flag",
        labels={"zh": "奇数", "en": "odd"},
        sql="c.amount % 2 = 1 AND c.level LIKE '%A%'",
        read=lambda row: row["amount"] % 2 == 1 and "A" in row["level"],
        known_when="during",
        readable_when_pooled=False,
    )
    registry = Registry([odd])
    fragment = to_sql(parse(leaf("is_odd", "is_true"), registry), registry, context)
    assert ask(connection, fragment, {"amount": 3, "level": "xAx"}) == (True,)
    assert ask(connection, fragment, {"amount": 4, "level": "xAx"}) == (False,)


def test_case_and_width_count_alike_whatever_the_columns_collation(
    connection: psycopg.Connection, registry: Registry, context: Context
) -> None:
    document = {
        "all": [
            leaf("industry", "eq", "kiraz"),
            leaf("industry", "contains", "RAZ"),
            leaf("industry", "starts_with", "ki"),
            leaf("industry", "in", ["KIRAZ"]),
            leaf("industry", "is_present"),
            leaf("tags", "has_all", ["ÉTÉ"]),
            leaf("tags", "is_present"),
        ]
    }
    fragment = to_sql(parse(document, registry), registry, context)
    collations = connection.execute(
        "SELECT format('%I.%I', nspname, collname) FROM pg_collation JOIN pg_namespace n ON n.oid = collnamespace "
        "WHERE collencoding IN (-1, pg_char_to_encoding('UTF8')) "
        "AND (collprovider <> 'i' OR collname ~ '^(tr|de|und)-x-icu$')"
    ).fetchall()
    assert len(collations) >= 3
    for (collation,) in collations:
        columns = f"'KIRAZ' COLLATE {collation} AS industry, ARRAY['été'] COLLATE {collation} AS tags"
        found = connection.execute(f"SELECT {fragment.text} FROM (SELECT {columns}) AS c", fragment.params)
        assert found.fetchone() == (True,), collation


def test_the_trace_names_each_leaf_with_its_place_and_what_was_found(registry: Registry, context: Context) -> None:
    first, second, third = leaf("level", "eq", "A"), leaf("amount", "gt", 5), leaf("tags", "is_present")
    condition = parse({"all": [first, {"not": {"any": [second, third]}}]}, registry)
    assert trace(condition, registry, {"level": "a", "amount": Decimal(7)}, context) == (
        LeafResult("all[0]", Leaf("level", "eq", "A"), True, "a"),
        LeafResult("all[1].not.any[0]", Leaf("amount", "gt", Decimal(5)), True, Decimal(7)),
        LeafResult("all[1].not.any[1]", Leaf("tags", "is_present"), False, None),
    )


@pytest.mark.parametrize(
    ("name", "operator", "wanted", "value"),
    [
        ("amount", "gt", [1], 1.5),
        ("contract_end", "within_days", [1], datetime(2026, 9, 30, tzinfo=UTC)),
        ("industry", "eq", ["5"], 5),
        ("has_open_deal", "is_true", [], 1),
    ],
)
def test_a_reader_of_another_type_is_an_error_not_an_answer(
    registry: Registry, context: Context, name: str, operator: str, wanted: list[Any], value: Any
) -> None:
    condition = parse(leaf(name, operator, *wanted), registry)
    with pytest.raises(TypeError, match=name):
        evaluate(condition, registry, {name: value}, context)
