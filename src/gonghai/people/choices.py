"""What the choice fields of a new tenant's customers offer at first; the tenant makes them its own."""

from typing import Final

_ZH: Final = {
    "level": ["A", "B", "C", "D"],
    "source": ["展会", "官网", "转介绍", "电话开发", "广告", "老客户", "其他"],
    "industry": ["制造业", "信息技术", "批发零售", "建筑地产", "教育", "医疗健康", "金融", "物流", "其他"],
    "region": ["华东", "华南", "华北", "华中", "西南", "西北", "东北"],
    "stage": ["线索", "意向", "方案", "报价", "成交", "复购"],
}
_EN: Final = {
    "level": ["A", "B", "C", "D"],
    "source": ["exhibition", "website", "referral", "cold call", "advertising", "existing customer", "other"],
    "industry": [
        "manufacturing",
        "information technology",
        "wholesale and retail",
        "construction",
        "education",
        "health",
        "finance",
        "logistics",
        "other",
    ],
    "region": ["north", "south", "east", "west"],
    "stage": ["lead", "interested", "proposal", "quote", "won", "repeat"],
}


def first_choices(locale: str) -> dict[str, list[str]]:
    """Field → values, in the words of the tenant's locale."""
    return _ZH if locale == "zh-CN" else _EN
