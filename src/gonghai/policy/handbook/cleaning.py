"""The handbook on cleaning: what becomes of customers that lie in the pool."""

from typing import Any, Final

from gonghai.conditions.words import words
from gonghai.policy.cleaning import Archive, Deed, Move, Rule
from gonghai.policy.handbook.sentences import Section, Sentence, Source

_EVERY: Final = {
    "day": ("每天", "Every day"),
    "week": ("每周", "Every week"),
    "month": ("每月", "Every month"),
    None: ("公海管理员需要时", "When an admin of the pool asks for it"),
}


def cleaning(source: Source) -> Section | None:
    """How often, and each rule in its order."""
    rules = source.in_force.policy.cleaning if source.in_force is not None else None
    if rules is None:
        return None
    zh, en = _EVERY[rules.every]
    order = Sentence(
        "cleaning_order",
        f"{zh}整理一次公海里没人负责的客户：按下面的次序，每个客户只按第一条符合的规则办；都不符合的留在公海。",
        f"{en} the customers nobody owns are gone through: each goes by the first rule below that fits, the rest stay.",
        {"every": rules.every, "rules": len(rules.rules)},
    )
    return Section(
        "cleaning",
        "定期清理",
        "Cleaning",
        (order, *(_rule(source, i, rule) for i, rule in enumerate(rules.rules))),
    )


def _rule(source: Source, index: int, rule: Rule) -> Sentence:
    zh, en = (words(rule.condition, source.registry, locale) for locale in ("zh", "en"))
    done_zh, done_en, data = _deed(source, rule.deed)
    return Sentence(
        "cleaning_rule",
        f"「{rule.zh}」：{zh} → {done_zh}。",
        f"{rule.en}: {en} → {done_en}.",
        {"rule": index, **data},
    )


def _deed(source: Source, deed: Deed) -> tuple[str, str, dict[str, Any]]:
    if isinstance(deed, Archive):
        said = f"标为无效，原因「{deed.reason}」", f"archived, for “{deed.reason}”"
        return *said, {"deed": "archive", "reason": deed.reason}
    if isinstance(deed, Move):
        name = source.pool_name(deed.pool_id)
        return f"转到「{name}」", f"moved to {name}", {"deed": "move", "to": str(deed.pool_id)}
    who = deed.login
    zh = f"请 {who} 核实还有没有价值" if who else "请公海管理员核实还有没有价值"
    en = f"{who} is asked whether it is still good" if who else "the pool's admins are asked whether it is still good"
    return zh, en, {"deed": "reverify", "login": who}
