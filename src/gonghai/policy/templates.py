"""Ready-made policies for four kinds of company: a document that compiles anywhere, settings of the pool, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Template:
    """One of them. `about` is what a sales director would tell a colleague who asks; `settings` fit PATCH /pools."""

    code: str
    zh: str
    en: str
    about_zh: str
    about_en: str
    document: Mapping[str, Any]
    settings: Mapping[str, Any] = field(default_factory=dict)


def _when(fact: str, operator: str, value: Any = None) -> dict[str, Any]:
    leaf = {"fact": fact, "is": operator}
    return leaf if value is None else {**leaf, "value": value}


def _segment(zh: str, en: str, when: Any = None, **timers: str) -> dict[str, Any]:
    segment: dict[str, Any] = {"name": {"zh": zh, "en": en}}
    if when is not None:
        segment["when"] = when
    return {**segment, "timers": timers, "target": "home"}


# Choices are the company's own; both first sets are named, so that a template fits either.
_INBOUND: Final = _when("source", "in", ["官网", "广告", "website", "advertising"])
_EXHIBITION: Final = _when("source", "in", ["展会", "exhibition"])
_LEAD: Final = _when("stage", "in", ["线索", "lead"])
_TALKING: Final = _when("stage", "in", ["意向", "方案", "interested", "proposal"])
_QUOTED: Final = _when("stage", "in", ["报价", "quote"])
_LEVEL_A: Final = _when("level", "eq", "A")
_LEVEL_B: Final = _when("level", "eq", "B")
# An end date ahead, or passed a short while ago: were it only those ahead, the clock that runs from the end of the
# contract would never run out, as the customer would have left the segment.
_UNDER_CONTRACT: Final = {
    "all": [_when("contract_end", "is_present"), {"not": _when("contract_end", "older_than_days", 60)}]
}


_SMALL_TEAM: Final = Template(
    "small_team",
    "小团队 · 灵活易用",
    "Small team: light and easy",
    "十来个人的团队，彼此都认识，规则越少越好。这套只管两件事：领走的客户三个工作日内要联系，一个月没动静就还回来，让别人试。"
    "成交过的老客户给三个月，正在谈单的给一个半月，都不用天天写跟进。领取上限放得宽，锁定和延期也大方；"
    "等到有人抱怨「客户被占着不动」，再把天数收紧一点就行。",
    "Ten people who all know each other need few rules. This one asks two things: contact what you claimed within three "
    "working days, and give back what has been quiet for a month so that somebody else may try. Customers who have bought "
    "get three months, live deals a month and a half. Limits are wide, locks and extensions generous; tighten the days "
    "once somebody complains that customers are being sat on.",
    {
        "segments": [
            _segment("近一年成交", "Won in the last year", _when("last_win_at", "within_days", 365), follow_up="90 days"),
            _segment("正在谈单", "With an open deal", _when("has_open_deal", "is_true"), follow_up="45 days"),
            _segment("其他客户", "Everyone else", first_contact="3 working_days", follow_up="30 days"),
        ],
        "warnings": {"days": [7, 1]},
    },
    {
        "daily_quota": 30, "holding_cap": 300, "untouched_cap": 20, "cooldown_holders": 1, "cooldown_days": 3,
        "follow_up_min_note": 0, "transfer_needs_acceptance": False, "lock_quota": 30, "lock_most_days": 90,
        "extension_limit": 2, "extension_most_days": 30, "appeal_days": 7,
    },
)  # fmt: skip

_ENTERPRISE: Final = Template(
    "enterprise",
    "大型企业 · 部门公海多级流转",
    "Large enterprise: department pools in levels",
    "人多、部门多，最怕两件事：大客户被压在手里没人管，部门之间又互相抢。做法是分级：每个部门一个公海，客户先在本部门内流转；"
    "部门消化不了的，再掉到大区、最后到集团公海。这里所有去向都先写「所属公海」，先跑一个月；稳定以后建好上一级公海，"
    "把「反复回收」和「其他客户」两行的去向改成它，上一级照样再做一次，就成了多级。A 级盯得紧、给的时间也长，因为单子大、周期长；"
    "被回收过三次以上的客户只给两个月的持有期，不让它在几个人之间空转。合同期内的客户不催单，到期一个月没续就放回来。",
    "Many people, many departments: what hurts is large customers that nobody works, and departments that poach from one "
    "another. So work in levels: a pool per department, where customers go round first; what the department can't use "
    "falls to the region, and at last to the group. Here every target is the home pool. Run it for a month, then make the "
    "pool of the level above and name it as the target of “Recycled again and again” and “Everyone else”; do the same there, "
    "and you have levels. Level A is watched closely but given time, as its deals are long. What came back three times is "
    "held for two months at most. Customers under contract are left alone, until a month after its end.",
    {
        "segments": [
            _segment(
                "合同期内或刚到期", "Under contract, or just ended", _UNDER_CONTRACT,
                follow_up="120 days", contract="30 days",
            ),
            _segment(
                "近两年成交", "Won in the last two years", _when("last_win_at", "within_days", 730), follow_up="90 days"
            ),
            _segment(
                "A 级客户", "Level A", _LEVEL_A,
                first_contact="1 working_days", follow_up="14 days", deal="90 days", won="365 days",
            ),
            _segment(
                "B 级客户", "Level B", _LEVEL_B,
                first_contact="2 working_days", follow_up="21 days", deal="120 days", won="365 days",
            ),
            _segment(
                "反复回收", "Recycled again and again", _when("recycle_count", "ge", 3),
                first_contact="2 working_days", follow_up="10 days", holding="60 days",
            ),
            _segment(
                "其他客户", "Everyone else",
                first_contact="3 working_days", follow_up="30 days", deal="180 days", holding="365 days",
            ),
        ],
        "warnings": {"days": [7, 3, 1]},
    },
    {
        "daily_quota": 15, "holding_cap": 150, "holding_exempt_won_days": 730, "untouched_cap": 8,
        "cooldown_holders": 2, "cooldown_days": 15, "follow_up_min_note": 10, "backdate_hours": 24,
        "transfer_needs_acceptance": True, "lock_quota": 10, "lock_most_days": 60, "extension_limit": 1,
        "extension_most_days": 14, "appeal_days": 7,
    },
)  # fmt: skip

_SERVICE: Final = Template(
    "service",
    "服务公司 · 响应优先",
    "Service company: response first",
    "客户自己找上门的生意，谁先回电话谁拿单，隔一天再打，人家已经签了别家。所以时间按上班时间的小时算：官网和广告来的两小时内必须联系，"
    "A 级四小时，其余一个工作日，超时直接放回公海让有空的人接；按小时计的期限只在剩四分之一时提醒一次，没有一个工作日的预告，"
    "这一点要跟团队讲清楚。联系上之后节奏也快：两周没有跟进、四个月没有成交，就换人。签了约的客户看合同，到期半个月没续再放。"
    "「未联系上限」设得低，手里还有没打的电话，就先别领新的。",
    "Where customers come to you, whoever calls back first gets the order; a day later they have signed with another. So "
    "time is counted in opening hours: two for what comes by website and advertising, four for level A, a working day for the "
    "rest, and then it goes back for somebody who is free. Limits in hours give one warning, at a quarter left, and not a "
    "working day's notice: tell your team. After that the pace stays quick: two weeks without a follow-up, or four months "
    "without an order, and somebody else tries. Customers under contract stay until half a month after its end. Few may wait "
    "for a first call at a time: make your calls before you claim more.",
    {
        "segments": [
            _segment(
                "服务合同期内或刚到期", "Under contract, or just ended", _UNDER_CONTRACT,
                follow_up="60 days", contract="15 days",
            ),
            _segment(
                "主动咨询", "Came to us", _INBOUND,
                first_contact="2 working_hours", follow_up="7 days", won="90 days",
            ),
            _segment(
                "A 级客户", "Level A", _LEVEL_A,
                first_contact="4 working_hours", follow_up="10 days", won="120 days",
            ),
            _segment(
                "近一年成交", "Won in the last year", _when("last_win_at", "within_days", 365), follow_up="60 days"
            ),
            _segment(
                "其他客户", "Everyone else", first_contact="9 working_hours", follow_up="15 days", won="120 days"
            ),
        ],
        "warnings": {"days": [3, 1]},
    },
    {
        "daily_quota": 20, "holding_cap": 120, "untouched_cap": 3, "cooldown_holders": 1, "cooldown_days": 7,
        "follow_up_kinds": ["call", "visit", "meeting", "message"], "follow_up_min_note": 5, "backdate_hours": 4,
        "return_grace_days": 1, "lock_quota": 5, "lock_most_days": 30, "extension_limit": 1,
        "extension_most_days": 7, "appeal_days": 3,
    },
)  # fmt: skip

_MANUFACTURER: Final = Template(
    "manufacturer",
    "制造企业 · 线索到转化",
    "Manufacturer: from lead to order",
    "设备、材料这类生意，从展会名片到第一张订单要走半年到一年，不能用同一把尺子量。这套按阶段分：线索期看速度，展会线索半天内联系，"
    "其余一个工作日，一个半月还立不了项就放回去；意向和方案期看推进，二十天要有动作，半年要有结果；报价以后客户在比价，十天不盯就凉了；"
    "五十万以上的大单周期长，放宽到一年。成交过的是复购的底子，三个月联系一次即可。销售每推进一个阶段，规则就自动跟着换，不用管理员动手。",
    "From a card at an exhibition to the first order takes half a year or more, so one measure won't do. This policy goes by "
    "stage. Leads are about speed: half a day for exhibitions, a working day for the rest, and back they go when there is no "
    "deal after six weeks. Interest and proposals are about progress: something every twenty days, a result in half a year. "
    "After the quote the customer compares prices, and ten days of silence lose the order. Half a million and more is given a "
    "year. Whoever has bought will buy again; a word every three months is enough. When a rep moves a customer on by a stage, "
    "the rules change with it, and nobody need touch anything.",
    {
        "segments": [
            _segment(
                "近一年半成交", "Won in the last eighteen months", _when("last_win_at", "within_days", 548),
                follow_up="90 days",
            ),
            _segment(
                "大额在谈", "Large and in talks",
                {"all": [_when("amount", "ge", 500000), {"not": _LEAD}]},
                follow_up="21 days", won="365 days",
            ),
            _segment("报价中", "Quoted", _QUOTED, follow_up="10 days", won="120 days"),
            _segment("意向与方案", "Interest and proposal", _TALKING, follow_up="20 days", deal="60 days", won="180 days"),
            _segment(
                "展会线索", "Leads from exhibitions", {"all": [_LEAD, _EXHIBITION]},
                first_contact="4 working_hours", follow_up="10 days", deal="45 days",
            ),
            _segment(
                "其他线索与客户", "Other leads and customers",
                first_contact="1 working_days", follow_up="15 days", deal="45 days", holding="365 days",
            ),
        ],
        "warnings": {"days": [7, 3, 1]},
    },
    {
        "daily_quota": 10, "holding_cap": 150, "holding_exempt_won_days": 548, "untouched_cap": 10,
        "cooldown_holders": 2, "cooldown_days": 30, "follow_up_min_note": 10, "backdate_hours": 72,
        "lock_quota": 10, "lock_most_days": 90, "extension_limit": 2, "extension_most_days": 30, "appeal_days": 7,
    },
)  # fmt: skip

TEMPLATES: Final = (_SMALL_TEAM, _ENTERPRISE, _SERVICE, _MANUFACTURER)
