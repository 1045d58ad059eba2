"""Parsing rows: a row is a customer, or all its faults by column; never a crash."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonghai.exchange.cells import clean
from gonghai.exchange.faults import CellError
from gonghai.exchange.fields import FIELDS, Field
from gonghai.exchange.mapping import Mapping, map_headers
from gonghai.exchange.table import Row
from gonghai.exchange.values import ParsedCustomer, parse_row

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


def test_a_phone_with_an_extension_is_kept_whole_in_the_note() -> None:
    found = customer(电话="021-87654321转801")
    assert (found.phones, found.note) == (("+862187654321",), "电话: 021-87654321转801")


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
