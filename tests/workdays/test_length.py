"""Holds how a length is read, written and said."""

import pytest

from gonghai.workdays import LONGEST, UNITS, Length, Unit


@pytest.mark.parametrize(
    "given",
    [
        {"n": 3, "unit": "working_days"},
        "3 working_days",
        "3 working days",
        " 3  working day ",
        Length(3, "working_days"),
    ],
)
def test_a_length_is_read_from_json_and_from_text(given: object) -> None:
    assert Length.parse(given) == Length(3, "working_days")


@pytest.mark.parametrize("unit", UNITS)
def test_what_is_written_is_read_back(unit: Unit) -> None:
    for length in (Length(1, unit), Length(LONGEST[unit], unit)):
        assert Length.parse(length.dump()) == length
        assert Length.parse(str(length)) == length
        assert Length.parse(length.words("en")) == length


@pytest.mark.parametrize(
    ("length", "zh", "en"),
    [
        (Length(4, "hours"), "4 小时", "4 hours"),
        (Length(1, "hours"), "1 小时", "1 hour"),
        (Length(30, "days"), "30 天", "30 days"),
        (Length(3, "working_days"), "3 个工作日", "3 working days"),
        (Length(1, "working_days"), "1 个工作日", "1 working day"),
        (Length(4, "working_hours"), "4 个工作小时", "4 working hours"),
    ],
)
def test_a_length_has_words_in_both_languages(length: Length, zh: str, en: str) -> None:
    assert length.words("zh-CN") == length.words("zh") == zh
    assert length.words("en-US") == length.words("en") == en


@pytest.mark.parametrize(
    "given",
    [
        None,
        3,
        "",
        "three days",
        "3",
        "days",
        "-3 days",
        "3.5 days",
        "3 weeks",
        "0 days",
        "999999999 days",
        "３ days",
        {"n": 3},
        {"n": "3", "unit": "days"},
        {"n": 3.0, "unit": "days"},
        {"n": True, "unit": "days"},
        {"n": 0, "unit": "days"},
        {"n": 3, "unit": "weeks"},
        {"n": 3, "unit": None},
        {"n": 3, "unit": ["days"]},
        {"n": 3, "unit": "days", "more": 1},
    ],
)
def test_anything_else_is_refused(given: object) -> None:
    with pytest.raises(ValueError, match="length"):
        Length.parse(given)


@pytest.mark.parametrize("unit", UNITS)
def test_a_length_beyond_twenty_years_is_refused_with_its_limit(unit: Unit) -> None:
    with pytest.raises(ValueError, match=str(LONGEST[unit])):
        Length(LONGEST[unit] + 1, unit)
