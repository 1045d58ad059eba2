"""What conditions may ask about the record itself, its way through the pools, and its owner's department."""

import re
from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

from gonghai.conditions.facts import Fact, FactType, KnownWhen, Labels

_KINDS: Mapping[str, Labels] = {
    "company": {"zh": "公司", "en": "company"},
    "person": {"zh": "个人", "en": "person"},
}


def _column(
    name: str, kind: FactType, zh: str, en: str, known: KnownWhen, choices: Mapping[str, Labels] | None = None
) -> Fact:
    return Fact(name, kind, {"zh": zh, "en": en}, f"c.{name}", itemgetter(name), known, True, choices)


def _owner_department(row: Any) -> str | None:
    """Reads `owner_department_id`, which whoever selects rows for Python joins in."""
    department_id = row["owner_department_id"]
    return None if department_id is None else str(department_id)


# Numbers that a person typed have spaces, brackets and dashes in them, and remarks beside them.
_BETWEEN = " ()-."
_PHONE = "(?<![0-9])[0-9]{7,15}(?![0-9])"


def _has_phone(row: Any) -> bool:
    gone = str.maketrans("", "", _BETWEEN)
    return any(re.search(_PHONE, phone.translate(gone)) for phone in row["phones"])


def _has_email(row: Any) -> bool:
    return any(re.search(".@.", email, re.DOTALL) for email in row["emails"])


def _flag(name: str, zh: str, en: str, sql: str, read: Callable[[Any], bool]) -> Fact:
    return Fact(name, "flag", {"zh": zh, "en": en}, sql, read, "before_contact", True)


FACTS: tuple[Fact, ...] = (
    _column("name", "text", "客户名称", "name", "before_contact"),
    _column("kind", "text", "客户类型", "kind of customer", "before_contact", _KINDS),
    _column("level", "text", "客户级别", "level", "before_contact"),
    _column("source", "text", "来源", "source", "before_contact"),
    _column("industry", "text", "行业", "industry", "before_contact"),
    _column("region", "text", "地区", "region", "before_contact"),
    _column("website", "text", "网站", "website", "before_contact"),
    _column("uscc", "text", "统一社会信用代码", "unified social credit code", "before_contact"),
    _column("created_at", "instant", "创建时间", "created", "before_contact"),
    _column("entered_pool_at", "instant", "进入公海时间", "entered the pool", "before_contact"),
    _flag(
        "has_phone",
        "有可拨打的电话",
        "has a phone number that can be dialled",
        f"EXISTS (SELECT FROM unnest(c.phones) AS p (n) WHERE translate(p.n, '{_BETWEEN}', '') ~ '{_PHONE}')",
        _has_phone,
    ),
    _flag(
        "has_email",
        "有邮箱",
        "has an e-mail address",
        "EXISTS (SELECT FROM unnest(c.emails) AS m (a) WHERE m.a LIKE '%_@_%')",
        _has_email,
    ),
    _column("spell_no", "number", "持有次数", "number of spells", "before_contact"),
    _column("recycle_count", "number", "回收次数", "times recycled", "before_contact"),
    _column("stage", "text", "客户阶段", "stage", "during"),
    _column("tags", "list", "标签", "tags", "during"),
    _column("amount", "number", "预计金额", "amount", "during"),
    _column("contract_end", "date", "合同到期日", "end of contract", "after"),
    Fact(
        # The department's id as text: names change, and two departments may share one.
        name="owner_department",
        type="text",
        labels={"zh": "负责人部门", "en": "owner's department"},
        sql="(SELECT o.department_id::text FROM person o WHERE o.tenant_id = c.tenant_id AND o.id = c.owner_id)",
        read=_owner_department,
        known_when="before_contact",
        readable_when_pooled=False,
    ),
)
