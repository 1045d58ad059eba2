"""Reading texts as values: each form that people write is one value, and what could be two is refused."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonghai.exchange.dates import parse_day, parse_instant
from gonghai.exchange.faults import BadValueError
from gonghai.exchange.texts import parse_amount, parse_emails, parse_phones, parse_uscc, parse_website, split_tags

SHANGHAI = ZoneInfo("Asia/Shanghai")


def code_of(parse: Any, *arguments: Any) -> str:
    with pytest.raises(BadValueError) as caught:
        parse(*arguments)
    return caught.value.code


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-05", "2024/1/5", "2024.1.5", "2024年1月5日", "２０２４年１月５日", "20240105", "5 Jan 2024", "05-Jan-2024",
        "Jan 5, 2024", "January 5th, 2024", "5 January, 2024", "2024-01-05T08:00:00Z", "2024-01-05 23:59:59", " 2024-1-5 ",
    ],
)  # fmt: skip
def test_dates_in_many_forms(text: str) -> None:
    assert parse_day(text, SHANGHAI) == date(2024, 1, 5)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("15 Apr, 2021 00:03:00", "2021-04-14T16:03:00"),
        ("2021-04-15 00:03", "2021-04-14T16:03:00"),
        ("2021-04-15T00:03:00.000Z", "2021-04-15T00:03:00"),
        ("07/15/2009 02:14:45+0800", "2009-07-14T18:14:45"),
        ("2009-07-14 02:14:45-0800", "2009-07-14T10:14:45"),
        ("2009-07-14T14:14:45+02:00", "2009-07-14T12:14:45"),
        ("2024年1月5日 下午3:05", "2024-01-05T07:05:00"),
        ("2024年1月5日 15时05分30秒", "2024-01-05T07:05:30"),
        ("1/13/2024 12:30 AM", "2024-01-12T16:30:00"),
        ("2024-01-05", "2024-01-04T16:00:00"),
    ],
)
def test_times_with_and_without_a_zone(text: str, instant: str) -> None:
    assert parse_instant(text, SHANGHAI) == datetime.fromisoformat(instant).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2024-02-30", "impossible_date"), ("2023年2月29日", "impossible_date"), ("31/31/2024", "impossible_date"),
        ("2024-13-01", "impossible_date"), ("1024-01-01", "impossible_date"), ("2024-01-05 25:00", "impossible_date"),
        ("01/02/2024", "ambiguous_date"), ("1.2.2024", "ambiguous_date"), ("45296", "bad_date"), ("24/1/5", "bad_date"),
        (r"2009\7\14", "bad_date"), ("2009-07/14", "bad_date"), ("tomorrow", "bad_date"), ("2024-01-051", "bad_date"),
        ("2024-01-05 at noon", "bad_date"), ("2024", "bad_date"), ("2010-10-14T12:00:00.000Z-0300", "bad_date"),
    ],
)  # fmt: skip
def test_dates_that_are_none_or_could_be_two_are_refused(text: str, code: str) -> None:
    assert code_of(parse_day, text, SHANGHAI) == code


@pytest.mark.parametrize(("text", "day"), [("13/02/2024", 13), ("02/13/2024", 13), ("02/02/2024", 2)])
def test_a_date_that_can_only_be_one_day_is_not_ambiguous(text: str, day: int) -> None:
    assert parse_day(text, SHANGHAI) == date(2024, 2, day)


YEARS = [datetime(year, 1, 1) for year in (1950, 2150)]  # noqa: DTZ001 - as the strategy wants them


@settings(max_examples=100, deadline=None)
@given(st.datetimes(*YEARS, timezones=st.just(UTC)).map(lambda at: at.replace(microsecond=0)))
def test_any_instant_written_in_iso_reads_back(at: datetime) -> None:
    assert parse_instant(at.isoformat(), SHANGHAI) == at
    assert parse_instant(at.astimezone(SHANGHAI).strftime("%Y/%m/%d %H:%M:%S%z"), SHANGHAI) == at


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("13800138000", ["+8613800138000"]),
        ("138 0013 8000", ["+8613800138000"]),
        ("１３８００１３８０００", ["+8613800138000"]),
        ("+86 138-0013-8000", ["+8613800138000"]),
        ("008613800138000", ["+8613800138000"]),
        ("13800138000.0", ["+8613800138000"]),
        ("(021) 8765 4321", ["+862187654321"]),
        ("400-123-4567", ["+864001234567"]),
        ("+1 660-485-0224", ["+16604850224"]),
        ("13800138000、13900139000", ["+8613800138000", "+8613900139000"]),
        ("13800138000/13900139000；13800138000", ["+8613800138000", "+8613900139000"]),
        ("13800138000 13900139000", ["+8613800138000", "+8613900139000"]),
        ("0755 26770000 13900139000", ["+8675526770000", "+8613900139000"]),
    ],
)
def test_phones_in_many_forms(text: str, numbers: list[str]) -> None:
    assert parse_phones(text, "CN") == (tuple(numbers), False)


@pytest.mark.parametrize("text", ["021-87654321转801", "021-87654321 ext. 801", "021-87654321-801", "021-87654321#801"])
def test_an_extension_is_no_part_of_the_number_and_told(text: str) -> None:
    assert parse_phones(text, "CN") == (("+862187654321",), True)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("12345", "bad_phone"), ("1380013800", "bad_phone"), ("13800138000a", "bad_phone"), ("call me", "bad_phone"),
        ("13800138000 99", "bad_phone"), ("1.38E+10", "digits_lost"), ("660-485-0224", "phone_country_unclear"),
        ("(660) 485-0224", "phone_country_unclear"),
    ],
)  # fmt: skip
def test_phones_that_are_none_are_refused(text: str, code: str) -> None:
    assert code_of(parse_phones, text, "CN") == code


def test_the_region_of_phones_without_a_country_can_be_chosen() -> None:
    assert parse_phones("660-485-0224", "US") == (("+16604850224",), False)


def test_emails_are_split_and_checked() -> None:
    assert parse_emails("Li.Lei@Example.COM; a@b.cn，a@b.cn") == ("Li.Lei@example.com", "a@b.cn")
    for wrong in ("a@b", "a b@c.cn", "a@@b.cn", "微信同号"):
        assert code_of(parse_emails, wrong) == "bad_email"


def test_credit_codes_are_checked_by_their_check_character() -> None:
    assert parse_uscc("91440300708461136T") == "91440300708461136T"
    assert parse_uscc(" 9144 0300 7084 6113 6t ") == "91440300708461136T"
    for wrong in ("914403007084611360", "91440300708461137T", "9144030070846113", "I1440300708461136T"):
        assert code_of(parse_uscc, wrong) == "bad_uscc"
    assert code_of(parse_uscc, "9.1440300708461E+17") == "digits_lost"


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_one_wrong_character_never_makes_a_valid_credit_code(place: int, letter: str) -> None:
    right = "91440300708461136T"
    wrong = right[:place] + letter + right[place + 1 :]
    if wrong == right:
        assert parse_uscc(wrong) == right
    else:
        assert code_of(parse_uscc, wrong) == "bad_uscc"


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("$22,700.00", "22700"), ("1,234.5", "1234.5"), ("12万", "120000"), ("¥3.5亿", "350000000"), ("１２．５万元", "125000"),
        ("￥1,000", "1000"), ("RMB 100", "100"), ("$342.09K", "342090"), ("$1,117.10K", "1117100"), ("0", "0"),
        ("人民币 3 百万元", "3000000"), (".5", "0.5"), ("1.005", "1.01"),
    ],
)  # fmt: skip
def test_amounts_in_many_forms(text: str, amount: str) -> None:
    assert parse_amount(text) == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1.234,56", "bad_amount"), ("1,23", "bad_amount"), ("12,3456", "bad_amount"), ("1-2万", "bad_amount"),
        ("约10万", "bad_amount"), ("100)", "bad_amount"), ("10万亿万", "bad_amount"), ("-5", "negative_amount"),
        ("(100.00)", "negative_amount"), ("99999999万亿", "amount_too_large"), ("1e5", "bad_amount"),
    ],
)  # fmt: skip
def test_amounts_that_are_none_are_refused(text: str, code: str) -> None:
    assert code_of(parse_amount, text) == code


def test_websites_are_addresses_and_nothing_that_runs() -> None:
    for right in ("CameraUpdate.com", "https://www.huawei.com/cn/?a=b", "http://例子.中国:8080", "www.a.cn"):
        assert parse_website(right) == right
    for wrong in ("javascript:alert(1)", "ftp://a.cn", "no web", "a", "<a.cn>", "data:text/html,x.y"):
        assert code_of(parse_website, wrong) == "bad_website"


def test_tags_are_split_without_repeats() -> None:
    assert split_tags("VIP，重点;vip、 展会 |展会") == ("VIP", "重点", "展会")
