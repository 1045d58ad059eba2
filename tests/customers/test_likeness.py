"""The same customer typed twice has the same keys, two customers don't, and filler makes none."""

import os
from pathlib import Path

import pytest

from gonghai.customers.likeness import Key, email_key, keys_of, name_key, number_key, uscc_key

SAME_NAMES = [
    ("远洋（上海）科技股份有限公司", "远洋(上海) 科技有限责任公司", "远洋上海科技", "远洋【上海】科技 Co., Ltd."),
    ("云帆智造集团有限公司", "云帆智造", "雲帆".replace("雲", "云") + "智造集团", " 云帆·智造 公司"),
    ("Acme & Sons GmbH & Co. KG", "ACME SONS", "acme-sons Inc.", "ＡＣＭＥ　Ｓｏｎｓ　ＬＬＣ"),
    ("Foo Bar Pte. Ltd.", "foo bar private limited", "FooBar"),
    ("株式会社山田", "山田株式会社"),
    ("北京远见合伙企业（有限合伙）", "北京远见"),
]


@pytest.mark.parametrize("names", SAME_NAMES)
def test_a_name_is_the_same_however_it_is_typed(names: tuple[str, ...]) -> None:
    assert len({name_key(name) for name in names}) == 1


def test_a_branch_is_another_company_and_a_legal_form_alone_stays_a_name() -> None:
    assert name_key("远洋科技有限公司合肥分公司") != name_key("远洋科技有限公司")
    assert name_key("集团公司") == "集团公司"
    assert name_key("华有限公司") == "华有限公司", "one character is too little to go by"
    assert [name_key(text) for text in ("", "华", "（）", "…")] == [""] * 4


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("13800138000", "+8613800138000"), ("+86 138-0013-8000", "+8613800138000"), ("８６13800138000", "+8613800138000"),
        ("010-62345678", "+861062345678"), ("(010) 62345678 转 801", "+861062345678"),
        ("010-62345678 ext. 801", "+861062345678"), ("+1 650-253-0000", "+16502530000"),
        ("+39 06 1234 5678", "+390612345678"), ("400-888-8888", "+864008888888"), ("13800138000/139001", "13800138000139001"),
        ("95588", ""), ("abc", ""), ("0000000", ""), ("1111111", ""), ("1234567", ""), ("13800000000", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_phone_is_its_number_and_filler_is_none(text: str, key: str) -> None:
    assert number_key(text, "CN") == key


def test_a_number_without_a_country_is_read_in_the_companys() -> None:
    assert number_key("650 253 0000", "US") == "+16502530000"


def test_an_address_has_no_case_and_both_sides() -> None:
    assert email_key(" Li.Lei@Example.COM ") == "li.lei@example.com"
    assert [email_key(text) for text in ("", "li.lei", "@example.com", "li@")] == [""] * 4


def test_a_credit_code_counts_only_with_its_check_character() -> None:
    right = "91350100M000100Y43"
    assert (uscc_key(right), uscc_key("9135 0100-m000 100y43 ")) == (right, right)
    assert [uscc_key(text) for text in ("91350100M000100Y44", "91350100M000100Y4", "", "123456789012345677")] == [
        ""
    ] * 4


def test_contacts_count_and_a_persons_name_does_not() -> None:
    fields = {"name": "远洋贸易", "phones": ["13800138000"], "emails": [], "uscc": None}
    assert keys_of(fields, "CN", phones=["13900139000"], emails=["A@b.cn"]) == {
        Key("name", "远洋贸易"), Key("phone", "+8613800138000"), Key("phone", "+8613900139000"), Key("email", "a@b.cn"),
    }  # fmt: skip
    assert keys_of({"name": "王伟", "kind": "person"}, "CN") == set(), "too many people are called so"
    assert max(len(key.value) for key in keys_of({"name": "ﷺ" * 200}, "CN")) <= 250, "an index entry has room for it"


# Variants as people and programs make them of one registered name.
VARIANTS = (
    lambda name: name.replace("（", "(").replace("）", ")"),
    lambda name: " ".join(name),
    lambda name: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name),
    lambda name: name.replace("有限责任公司", "有限公司"),
    lambda name: name.replace("股份有限公司", "有限公司") if name.endswith("股份有限公司") else name,
    lambda name: name.removesuffix("有限公司") if name.endswith("有限公司") else name,
)


def test_real_names_keep_their_core_never_fall_together_and_survive_every_variant() -> None:
    samples = os.environ.get("GONGHAI_SAMPLE_DATA")
    file = Path(samples or "", "zh_company", "companynameparser_groundtruth.txt")
    if samples is None or not file.exists():
        pytest.skip("GONGHAI_SAMPLE_DATA has no zh_company")
    lines = [line.split() for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    names = [line[0] for line in lines]
    assert len({name_key(name) for name in names}) == len(set(names)) == 500, "two companies, one key"
    cores = [(line[0], line[1]) for line in lines if len(line) > 1]
    assert len(cores) > 450
    assert [name for name, core in cores if name_key(core) not in name_key(name)] == []
    missed = [(name, change(name)) for name in names for change in VARIANTS if name_key(change(name)) != name_key(name)]
    print(f"{len(names)} names, {len(VARIANTS)} variants each: {len(missed)} not known again")
    assert missed == []
