"""Parsing values: each form that people write is one value, and what could be two is refused."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonghai.exchange.dates import parse_day, parse_instant
from gonghai.exchange.faults import BadValueError, CellError
from gonghai.exchange.fields import FIELDS, Field
from gonghai.exchange.mapping import Mapping, map_headers
from gonghai.exchange.table import Row
from gonghai.exchange.texts import parse_amount, parse_emails, parse_phones, parse_uscc, parse_website, split_tags
from gonghai.exchange.values import ParsedCustomer, clean, parse_row

SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 23)


def parsed(cells: dict[str, str], region: str = "CN") -> ParsedCustomer | list[CellError]:
    mapping = map_headers(list(cells))
    return parse_row(Row(7, list(cells.values())), mapping, zone=SHANGHAI, today=TODAY, region=region)


def customer(**cells: str) -> ParsedCustomer:
    result = parsed({"客户": "甲", **cells})
    assert isinstance(result, ParsedCustomer), result
    return result


def faults(**cells: str) -> list[tuple[str, str]]:
    result = parsed({"客户": "甲", **cells})
    assert isinstance(result, list)
    assert all(error.row == 7 for error in result)
    return [(error.header, error.code) for error in result]


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
def test_an_extension_is_not_part_of_the_number_but_kept_in_the_note(text: str) -> None:
    assert parse_phones(text, "CN") == (("+862187654321",), True)
    found = customer(电话=text)
    assert (found.phones, found.note) == (("+862187654321",), f"电话: {text}")


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


def test_a_row_becomes_a_customer() -> None:
    found = parsed(
        {
            "客户名称": "  深圳云帆\u200b信息有限公司 ",
            "客户类型": "企业",
            "手机": "13800138000",
            "座机": "0755-26770000",
            "邮箱": "a@b.cn",
            "省份": "广东",
            "城市": "深圳市",
            "地址": "南山区1号",
            "标签": "VIP、重点",
            "预计金额": "12万",
            "合同到期": "2027年3月31日",
            "负责人": "rep1",
            "公海": "华东公海",
            "联系人": "李雷",
            "职务": "经理",
            "跟进时间": "2026-11-20 10:00",
            "跟进方式": "电话",
            "跟进记录": "有意向",
            "跟进人": "rep2",
            "创建时间": "2024-01-05",
            "备注": "第一行\r\n第二行",
        }
    )
    assert isinstance(found, ParsedCustomer)
    assert (found.row, found.name, found.kind, found.region) == (7, "深圳云帆信息有限公司", "company", "广东")
    assert found.phones == ("+8613800138000", "+8675526770000")
    assert found.address == "深圳市南山区1号"
    assert (found.amount, found.contract_end) == (Decimal("120000.00"), date(2027, 3, 31))
    assert (found.owner, found.pool, found.contact_name, found.contact_title) == ("rep1", "华东公海", "李雷", "经理")
    assert found.note == "第一行\n第二行\n创建时间: 2024-01-05"
    (follow_up,) = found.follow_ups
    assert (follow_up.at, follow_up.kind) == (datetime(2026, 11, 20, 2, tzinfo=UTC), "call")
    assert (follow_up.note, follow_up.by) == ("有意向", "rep2")


def test_all_faults_of_a_row_are_told_at_once_by_column() -> None:
    assert faults(电话="12345", 邮箱="x", 合同到期="2024-02-30", 金额="abc", 客户类型="外星人", 来源="#N/A") == [
        ("客户类型", "unknown_kind"),
        ("来源", "formula_error"),
        ("电话", "bad_phone"),
        ("邮箱", "bad_email"),
        ("金额", "bad_amount"),
        ("合同到期", "impossible_date"),
    ]


def test_placeholders_for_nothing_are_nothing() -> None:
    found = customer(电话="无", 邮箱="N/A", 网站="-", 统一社会信用代码="/", 金额="null", 合同到期="暂无", 地区=" ")
    assert found == ParsedCustomer(row=7, name="甲")


def test_texts_longer_than_their_field_are_refused() -> None:
    assert faults(地区="长" * 101, 标签="短," + "长" * 51) == [("地区", "too_long"), ("标签", "too_long")]
    assert faults(标签=",".join(f"t{n}" for n in range(51))) == [("标签", "too_many_values")]


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
@pytest.mark.parametrize("piece", ["1 ", "甲,", "9", "\"'"])
def test_a_megabyte_in_a_cell_is_refused_before_it_is_parsed(field: Field, piece: str) -> None:
    result = parse_row(
        Row(2, [piece * (1024 * 1024 // len(piece))]),
        Mapping((field.zh,), {field.name: (1,)}),
        zone=SHANGHAI,
        today=TODAY,
    )
    assert isinstance(result, list)
    assert (result[0].code, len(result[0].value)) == ("too_long", 200)


def test_a_row_needs_a_name_or_an_external_id() -> None:
    nobody = parsed({"客户": " ", "编号": "", "电话": "13800138000"})
    assert isinstance(nobody, list)
    assert [(error.header, error.code) for error in nobody] == [("客户", "customer_missing")]
    update = parsed({"客户": "", "编号": "000001"})
    assert update == ParsedCustomer(row=7, external_id="000001")
    assert faults(编号="9.13E+17") == [("编号", "digits_lost")]


def test_a_list_of_persons_makes_customers_of_them() -> None:
    assert parsed({"First Name": "John", "Last Name": "Smith"}) == ParsedCustomer(
        row=7, name="John Smith", kind="person", contact_name="John Smith"
    )
    assert parsed({"姓": "李", "名": "雷"}) == ParsedCustomer(row=7, name="李雷", kind="person", contact_name="李雷")


def test_a_follow_up_without_a_time_goes_to_the_note_and_one_in_the_future_is_refused() -> None:
    found = customer(跟进时间="", 跟进记录="聊过")
    assert (found.follow_ups, found.note) == ((), "跟进记录: 聊过")
    assert customer(跟进时间="2026-11-23 23:59").follow_ups[0].kind == "note"
    assert faults(跟进时间="2026-11-24") == [("跟进时间", "follow_up_in_future")]


def test_an_unknown_kind_of_follow_up_is_kept_in_its_note() -> None:
    (follow_up,) = customer(跟进时间="2026-01-01", 跟进方式="展会洽谈", 跟进记录="好").follow_ups
    assert (follow_up.kind, follow_up.note) == ("note", "[展会洽谈] 好")


def test_a_list_of_follow_ups_leaves_the_customers_note_alone() -> None:
    found = parsed({"LEADID": "1", "Call Start Time": "2021-04-15 23:03:00", "Created Time": "2021-04-15"})
    assert isinstance(found, ParsedCustomer)
    assert (found.note, len(found.follow_ups)) == (None, 1)


def test_control_and_invisible_characters_are_taken_out() -> None:
    assert clean("\ufeffa\x07b\u202ec\r\nd\u3000") == "abc d"
    assert clean(" a\r\n b\tc ", lines=True) == "a\n b\tc"


def test_a_row_that_could_not_be_read_is_not_parsed() -> None:
    fault = CellError(3, 0, "", "bad_quotes", "x")
    assert parse_row(Row(3, ["A"], fault), map_headers(["客户"]), zone=SHANGHAI, today=TODAY) == [fault]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=30), min_size=12, max_size=12))
def test_any_text_is_a_value_or_a_fault_never_a_crash(cells: list[str]) -> None:
    headers = ["客户", "电话", "邮箱", "统一社会信用代码", "网站", "金额"]
    headers += ["合同到期", "标签", "客户类型", "跟进时间", "跟进方式", "编号"]
    result = parse_row(Row(2, cells), map_headers(headers), zone=SHANGHAI, today=TODAY)
    if isinstance(result, list):
        assert result
        assert all(error.header in headers for error in result)
    else:
        assert result.name or result.external_id


@settings(max_examples=300, deadline=None)
@given(st.from_regex(r"[0-9０-９\-+()./ :,年月日万亿¥E]{1,20}", fullmatch=True))
def test_any_digits_are_a_value_or_a_fault_never_a_crash(text: str) -> None:
    for header in ("电话", "金额", "合同到期", "跟进时间", "统一社会信用代码"):
        assert parsed({"客户": "甲", header: text})
