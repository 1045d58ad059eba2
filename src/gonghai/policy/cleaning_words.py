"""Cleaning rules as sentences, zh and en: for the runs' pages, the diff of two versions and the handbook."""

from collections.abc import Mapping

from gonghai.conditions.facts import Registry
from gonghai.conditions.words import words
from gonghai.policy.cleaning import Archive, Cleaning, Deed, Move, Rule

EVERY = {
    None: ("只在有人启动时清理", "cleaned only when somebody starts it"),
    "day": ("每天清理一次", "cleaned every day"),
    "week": ("每周一清理一次", "cleaned every Monday"),
    "month": ("每月 1 日清理一次", "cleaned on the first of each month"),
}


def deed_words(deed: Deed, pools: Mapping[int, str]) -> tuple[str, str]:
    """What is done; `pools` gives the names."""
    if isinstance(deed, Archive):
        return f"标记为无效，原因「{deed.reason}」", f"archived as “{deed.reason}”"
    if isinstance(deed, Move):
        name = pools.get(deed.pool_id, str(deed.pool_id))
        return f"转到「{name}」", f"moved to {name}"
    if deed.login is None:
        return "请公海管理员核实", "the pool's admins are asked to verify it"
    return f"请 {deed.login} 核实", f"{deed.login} is asked to verify it"


def rule_words(rule: Rule, registry: Registry, pools: Mapping[int, str]) -> tuple[str, str]:
    """One rule: `「多次回收」：回收次数不少于 4 → 标记为无效`."""
    zh, en = deed_words(rule.deed, pools)
    return (
        f"「{rule.zh}」：公海中满足“{words(rule.condition, registry, 'zh')}”的客户，{zh}",
        f"“{rule.en}”: customers in the pool where {words(rule.condition, registry, 'en')}: {en}",
    )


def cleaning_changes(
    old: Cleaning | None, new: Cleaning | None, registry: Registry, pools: Mapping[int, str]
) -> list[tuple[str, str]]:
    """What differs between two versions' rules, a sentence each."""
    before, after = (old.rules if old else ()), (new.rules if new else ())
    told = []
    for rule in before:
        if rule not in after:
            zh, en = rule_words(rule, registry, pools)
            told.append((f"不再有清理规则{zh}。", f"No longer a cleaning rule: {en}."))
    for place, rule in enumerate(after):
        if rule not in before:
            zh, en = rule_words(rule, registry, pools)
            told.append((f"第 {place + 1} 条清理规则{zh}。", f"Cleaning rule {place + 1}: {en}."))
    kept = [rule for rule in before if rule in after]
    if kept != [rule for rule in after if rule in before]:
        order = [rule for rule in after if rule in before]
        told.append(
            (
                f"清理规则的顺序改为{'、'.join(f'「{rule.zh}」' for rule in order)}。",
                f"The cleaning rules are now in the order {', '.join(f'“{rule.en}”' for rule in order)}.",
            )
        )
    if new is not None and (old is None or old.every != new.every):
        zh, en = EVERY[new.every]
        told.append((f"公海{zh}。", f"The pool is {en}."))
    return told
