"""What stays of masked values and of free text; pure."""

from typing import Any

import pytest

from gonghai.customers.masking import mask, mask_text, masked_contact, masked_data

ALL = frozenset({"phones", "emails", "wechat", "contacts", "address", "website", "uscc"})


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("phones", ["13800138000"], ["138****00"]),
        ("phones", ["+86 138-0013-8000"], ["+86138****00"]),
        ("phones", ["0755-87654321"], ["075****21"]),
        ("phones", ["13800138000 / 13900139000"], ["138****00"]),
        ("phones", ["13800138000（张经理，办公室电话）"], ["138****00"]),
        ("phones", ["1380013800"], ["138****00"]),
        ("phones", ["87654321"], ["****"]),
        ("phones", ["+1 415 555 2671"], ["****"]),
        ("emails", ["zhang@example.com"], ["z***@***"]),
        ("wechat", "13800138000", "13****"),
        ("wechat", "wang-1", "****"),
        ("address", "上海市浦东新区碧波路690号", "上海****"),
        ("website", "www.secret.example", "ww****"),
        ("uscc", "91110000600037341L", "91****"),
        ("uscc", None, None),
        ("phones", [], []),
    ],
)
def test_a_masked_value_is_known_again_but_of_no_use(name: str, value: Any, shown: Any) -> None:
    assert mask(value, name) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("电话13800138000找王总", "电话138****00找王总"),
        ("打 138 0013 8000 或 139-0013-9000", "打 138****00 或 139****00"),
        ("+86-138-0013-8000", "+86138****00"),
        ("(021)6888-8888转8001", "(021****88转8001"),
        ("手机１３８００１３８０００", "手机138****00"),
        ("幺三八零零幺三八零零零，晚上打", "138****00，晚上打"),
        ("138\u200b0013\u200b8000", "138****00"),
        ("13800138000/13900139000", "138****00"),
        ("138_0013_8000、138·0013·8000", "138****00、138****00"),
        ("座机87654321", "座机****"),
        ("2026-11-25 13800138000", "2026-11-25 138****00"),
        ("2026-11-2513800138000", "202****00"),
        ("邮箱zhang.san@example.com.cn，下周见", "邮箱z***@***，下周见"),
        ("zhang ＠ example.com", "z***@***"),
        ("2026-11-25 10:30 见面，预算50万，2026年12月1日前定", "2026-11-25 10:30 见面，预算50万，2026年12月1日前定"),
        ("周一、二、三都行", "周一、二、三都行"),
        ("", ""),
        (None, None),
    ],
)
def test_free_text_loses_numbers_and_addresses_however_they_are_written(text: str | None, shown: str | None) -> None:
    assert mask_text(text, ALL) == shown
    assert mask_text(text, frozenset()) == text


def test_a_pool_that_masks_phones_alone_leaves_addresses() -> None:
    text = "13800138000, a@b.cn"
    assert mask_text(text, frozenset({"phones"})) == "138****00, a@b.cn"
    assert mask_text(text, frozenset({"emails"})) == "13800138000, a***@***"


def test_a_contact_is_masked_as_a_whole_or_by_the_fields_that_are() -> None:
    contact = {"name": "王经理", "title": "采购", "phones": ["13800138000"], "emails": ["w@x.cn"], "wechat": "wang-1"}
    whole = masked_contact(contact, frozenset({"contacts"}))
    assert (whole["name"], whole["phones"], whole["emails"], whole["wechat"]) == (
        "王**", ["138****00"], ["w***@***"], "****",
    )  # fmt: skip
    phones = masked_contact(contact, frozenset({"phones"}))
    assert phones == {**contact, "phones": ["138****00"]}
    assert masked_contact(contact, frozenset()) == contact


def test_an_events_old_and_new_values_are_masked_its_ids_are_not() -> None:
    data = {"changes": {"website": [None, "www.secret.example"], "level": ["A", "B"]}, "private": ["phones"],
            "facts": {"tags": ["老客户 13800138000"], "uscc": "91110000600037341L"}, "contact": "12345678"}  # fmt: skip
    assert masked_data(data, ALL) == {
        "changes": {"website": [None, "ww****"], "level": ["A", "B"]}, "private": ["phones"],
        "facts": {"tags": ["老客户 138****00"], "uscc": "91****"}, "contact": "12345678",
    }  # fmt: skip
    assert masked_data(None, ALL) is None
