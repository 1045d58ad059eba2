"""Cleaning rules in words: the same rule reads the same in the diff, the handbook, the schema and the why card."""

from typing import Any

from gonghai.base import clock
from gonghai.policy.cleaning import DEEDS
from gonghai.policy.diff import diff
from gonghai.policy.document import Policy, compile_policy
from gonghai.policy.registry import REGISTRY
from gonghai.policy.schema import policy_schema
from gonghai.policy.why import why_event
from tests.moves.test_cleaning import OFTEN, OLD, SEGMENTS, UNREACHABLE, cleaned, rules
from tests.moves.world import World

POOLS = {"沉睡": 7}


def compiled(*given: dict[str, Any], every: str | None = None) -> Policy:
    document = {"segments": SEGMENTS, "cleaning": {"every": every, "rules": list(given)}}
    return compile_policy(document, REGISTRY, POOLS)


def changes(old: Policy, new: Policy) -> list[tuple[str, str]]:
    return [(c.zh, c.en) for c in diff(old, new, REGISTRY, {7: "沉睡"}) if c.kind == "cleaning_changed"]


def test_a_rule_that_came_or_went_is_told_with_its_condition_and_what_it_does() -> None:
    ((zh, en), schedule) = changes(compiled(), compiled(OLD, every="week"))
    assert zh == "第 1 条清理规则「两年无人领取」：公海中满足“进入公海时间在最近 730 天之前”的客户，转到「沉睡」。"
    assert en.startswith("Cleaning rule 1: “两年无人领取”: customers in the pool where ")
    assert en.endswith(": moved to 沉睡.")
    assert schedule == ("公海每周一清理一次。", "The pool is cleaned every Monday.")
    ((gone, _),) = changes(compiled(OLD, OFTEN), compiled(OFTEN))
    assert gone.startswith("不再有清理规则「两年无人领取」")


def test_another_order_is_told_once_and_the_same_rules_are_no_change() -> None:
    told = changes(compiled(OLD, OFTEN), compiled(OFTEN, OLD))
    assert told == [
        (
            "清理规则的顺序改为「多次回收」、「两年无人领取」。",
            "The cleaning rules are now in the order “多次回收”, “两年无人领取”.",
        )
    ]
    assert changes(compiled(OLD, UNREACHABLE), compiled(OLD, UNREACHABLE)) == []


def test_the_schema_names_what_a_rule_may_do() -> None:
    rule = policy_schema()["properties"]["cleaning"]["properties"]["rules"]["items"]
    assert tuple(rule["properties"]["do"]["properties"]) == DEEDS


async def test_what_cleaned_a_customer_is_told_with_the_rule_and_the_facts_that_decided(world: World) -> None:
    pool = await world.pool("公海")
    (customer,) = await world.customers(1, pool, phones=["无"])
    await rules(world, pool, {**UNREACHABLE, "do": {"archive": "联系不上"}})
    await cleaned(world, pool)
    event = (await world.events(customer))[-1]
    async with world.transaction() as conn:
        why = await why_event(conn, world.tenant_id, await world.row(customer), event["id"])
    assert why.version == 1
    assert why.zh[0].endswith("公海规则标记为无效（联系不上）。")
    assert why.zh[1].startswith("因为清理规则「联系不上」：")
    assert {fact["label"]["en"]: fact["value"] for fact in why.facts} == {
        "has a phone number that can be dialled": False,
        "has an e-mail address": False,
    }
    assert event["at"] <= clock.now()
