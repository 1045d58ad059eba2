"""Mapping column names to fields: what people write is understood, what is not is said."""

import pytest

from gonghai.exchange.faults import ImportFileError
from gonghai.exchange.fields import FIELDS
from gonghai.exchange.mapping import Mapping, folded, map_headers


def mapped(*headers: str, **explicit: str | None) -> dict[str, str]:
    return map_headers(headers, explicit).as_headers()


def refusal(headers: list[str], explicit: dict[str, str | None] | None = None) -> ImportFileError:
    with pytest.raises(ImportFileError) as caught:
        map_headers(headers, explicit)
    return caught.value


@pytest.mark.parametrize("language", ["zh", "en", "name"])
def test_every_field_is_known_by_its_own_labels(language: str) -> None:
    headers = [getattr(field, language) for field in FIELDS]
    assert mapped(*headers) == {getattr(field, language): field.name for field in FIELDS}


@pytest.mark.parametrize(
    "header",
    [
        "公司名称",
        " 公 司 名 称 ",
        "公司名称*",
        "公司名称（必填）",
        "Company Name",
        "company_name",
        "ＣＯＭＰＡＮＹ－ＮＡＭＥ",
    ],
)
def test_width_case_spaces_and_punctuation_do_not_matter(header: str) -> None:
    assert mapped(header) == {header: "name"}


def test_a_chinese_sheet_is_mapped() -> None:
    expected = {
        "客户编号": "external_id",
        "客户名称": "name",
        "联系人": "contact_name",
        "手机": "phones",
        "座机": "phones",
        "电子邮箱": "emails",
        "省份": "region",
        "城市": "address",
        "详细地址": "address",
        "客户等级": "level",
        "负责人": "owner",
        "跟进人": "follow_up_by",
        "跟进时间": "follow_up_at",
        "跟进内容": "follow_up_note",
        "备注": "note",
    }
    assert mapped(*expected) == expected


def test_a_companys_name_goes_before_a_plain_name() -> None:
    assert mapped("Name", "Company Name", "Contact Name") == {"Company Name": "name", "Contact Name": "contact_name"}
    assert mapped("姓名", "公司") == {"公司": "name", "姓名": "contact_name"}
    assert mapped("姓名", "电话") == {"姓名": "name", "电话": "phones"}


def test_numbered_columns_feed_fields_that_take_several() -> None:
    assert mapped("客户", "电话", "电话2", "Phone 3") == {
        "客户": "name",
        "电话": "phones",
        "电话2": "phones",
        "Phone 3": "phones",
    }


def test_an_ending_is_a_weak_sign_and_marked_as_a_guess() -> None:
    mapping = map_headers(["店铺名称", "店铺编码"])
    assert mapping.as_headers() == {"店铺名称": "name", "店铺编码": "external_id"}
    assert mapping.guessed == (2, 1)
    assert mapped("店铺名称", "客户") == {"客户": "name"}


def test_columns_left_out_are_told_with_the_field_they_nearly_name() -> None:
    mapping = map_headers(["客户名程", "Compnay Name", "电话", "e-mial", "colour", "外部编号"])
    assert [(left.column, left.header, left.suggestion) for left in mapping.unmapped] == [
        (1, "客户名程", "name"),
        (2, "Compnay Name", "name"),
        (4, "e-mial", "emails"),
        (5, "colour", None),
    ]


def test_the_user_has_the_last_word() -> None:
    headers = ["客户名称", "品牌", "电话", "传真"]
    mapping = map_headers(headers, {"品牌": "name", "客户 名称": None, "传真": "phones"})
    assert mapping.as_headers() == {"品牌": "name", "电话": "phones", "传真": "phones"}
    assert [(left.header, left.suggestion) for left in mapping.unmapped] == [("客户名称", None)]


def test_a_mapping_that_cannot_be_is_refused() -> None:
    headers = ["客户", "电话"]
    assert refusal(headers, {"手机": "phones"}).code == "mapping_unknown_header"
    wrong = refusal(headers, {"电话": "phone"})
    assert (wrong.code, wrong.data) == ("mapping_unknown_field", {"field": "phone", "suggestion": "phones"})
    assert refusal(headers, {"客户": "name", "电话": "name"}).code == "mapping_field_twice"


def test_a_repeated_column_is_refused_only_where_it_matters() -> None:
    error = refusal(["客户", "地区", "地区"])
    assert (error.code, error.data["columns"]) == ("duplicate_header", [2, 3])
    assert mapped("客户", "其他", "其他") == {"客户": "name"}
    assert map_headers(["客户", "电话", "电话"]).columns["phones"] == (2, 3)


def test_a_file_without_known_columns_or_without_a_name_is_refused() -> None:
    assert refusal(["column1", "", "column2"]).code == "no_header_recognised"
    assert refusal(["电话", "邮箱"]).code == "no_name_column"


def test_no_two_fields_claim_one_name_at_the_same_rank() -> None:
    first: dict[str, str] = {}
    for field in FIELDS:
        name = folded(field.names[0])
        assert first.setdefault(name, field.name) == field.name


def test_a_mapping_can_be_given_back_as_an_explicit_one() -> None:
    mapping = map_headers(["店铺名称", "手机", "Street", "Street2"])
    again: Mapping = map_headers(mapping.headers, dict(mapping.as_headers()))
    assert again.columns == mapping.columns
