"""Text is compared the same way by Python and PostgreSQL, for every character there is."""

import re
import unicodedata

import psycopg
import pytest

from gonghai.conditions.fold import _CASE, BLANKS, PATTERNS, SQL_PARAMS, blank_sql, fold, fold_sql

# The planes of writing and pictures whole; of the ideographs beyond, every seventh and all compatibility forms.
CODE_POINTS = [
    *(point for point in range(1, 0x20000) if not 0xD800 <= point <= 0xDFFF),
    *range(0x20000, 0x32400, 7),
    *range(0x2F800, 0x2FA20),
    *range(0xE0000, 0xE0200),
]


@pytest.mark.parametrize("around", ["{}", "É{}e\u0301", "가{}\u11a8"], ids=["alone", "accents", "hangul"])
def test_every_character_folds_alike_in_python_and_sql(connection: psycopg.Connection, around: str) -> None:
    before, after = around.split("{}")
    texts = [f"{before}{chr(point)}{after}" for point in CODE_POINTS]
    found = connection.execute(
        f"SELECT {fold_sql('c.text')}, {blank_sql('c.text')} "
        "FROM unnest(%(texts)s::text[]) WITH ORDINALITY AS c (text, place) ORDER BY place",
        {"texts": texts, **SQL_PARAMS},
    ).fetchall()
    different = [
        (text.encode("unicode_escape"), fold(text), *row)
        for text, row in zip(texts, found, strict=True)
        if row != (fold(text), not fold(text))
    ]
    assert different == []


def test_only_characters_of_frozen_normalisation_are_normalised() -> None:
    safe = re.compile(PATTERNS["fold_safe"])
    unassigned = [p for p in range(1, 0x32400) if safe.fullmatch(chr(p)) and unicodedata.category(chr(p)) == "Cn"]
    assert unassigned == []
    assert not safe.fullmatch("\u11a7")


def test_the_short_ways_give_what_the_long_way_gives() -> None:
    for point in range(1, 0x10000):
        char = chr(point)
        if re.fullmatch(PATTERNS["fold_common"], char):
            assert re.fullmatch(PATTERNS["fold_safe"], char)
            assert not {ord(c) for c in unicodedata.normalize("NFKC", char)} & {c for c in _CASE if c > 0x7F}, char
        if re.fullmatch(PATTERNS["fold_plain"], char):
            assert unicodedata.normalize("NFKC", char) == char
            assert char not in BLANKS


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Ａ级", "a级"),
        ("（深圳）", "(深圳)"),
        (" 华为\u3000\t", "华为"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("МОСКВА", "москва"),
        ("ÉTÉ", "e\u0301te\u0301"),
        ("STRAẞE", "straße"),
        ("①㈱", "1(株)"),
        ("ſ", "S"),
        ("Ω", "ω"),
    ],
)
def test_spellings_of_one_text_are_equal(left: str, right: str) -> None:
    assert fold(left) == fold(right)


@pytest.mark.parametrize(("left", "right"), [("İ", "i"), ("ı", "i"), ("ß", "ss"), ("华为", "华 为"), ("é", "e")])
def test_different_letters_stay_different(left: str, right: str) -> None:
    assert fold(left) != fold(right)


def test_a_text_with_a_character_of_later_unicode_is_compared_without_normalising() -> None:
    assert fold("Ａ\U0001fae8 ") == fold("ａ\U0001fae8")
    assert fold("Ａ\U0001fae8") != fold("A\U0001fae8")
