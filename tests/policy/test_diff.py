"""What differs between two versions, in words: each kind of change once, nothing where nothing changed."""

from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gonghai.policy.diff import Change, diff
from gonghai.policy.document import compile_policy
from gonghai.policy.registry import REGISTRY
from tests.policy.documents import a_document

NAMES = {1: "本公海", 2: "二级公海"}
POOLS = {name: i for i, name in NAMES.items()}


def level(value: str) -> dict[str, Any]:
    return {"fact": "level", "is": "eq", "value": value}


def segment(zh: str, when: Any = None, target: Any = "home", **timers: str) -> dict[str, Any]:
    made = {"name": {"zh": zh, "en": f"{zh}-en"}, "timers": timers, "target": target}
    return made if when is None else {**made, "when": when}


def told(old: list[dict[str, Any]], new: list[dict[str, Any]], **more: Any) -> list[Change]:
    before = compile_policy({"segments": old}, REGISTRY, POOLS)
    after = compile_policy({"segments": new, **more}, REGISTRY, POOLS)
    return diff(before, after, REGISTRY, NAMES)


A, B, C, REST = segment("甲", level("A")), segment("乙", level("B")), segment("丙", level("C")), segment("其他")


def test_each_kind_of_change_is_told() -> None:
    cases: list[tuple[list[dict[str, Any]], list[dict[str, Any]], str, str, str]] = [
        ([A, REST], [A, segment("乙", level("B"), {"pool": "二级公海"}, follow_up="7 days", deal="3 working_days"), REST],
         "segment_added", "第 2 位新增分组「乙」（客户级别是 B）：未跟进 7 天、未建商机 3 个工作日；去向「二级公海」。",
         "New segment “乙-en” in place 2 (level is B): no follow-up 7 days, no deal 3 working days; goes to 二级公海."),
        ([A, B, REST], [A, REST], "segment_removed", "删除分组「乙」。", "Segment “乙-en” is removed."),
        ([A, B, C, REST], [C, A, B, REST], "segment_moved", "分组「丙」由第 3 位移到第 1 位。",
         "Segment “丙-en” moves from place 3 to place 1."),
        ([A, REST], [segment("大客户", level("A")), REST], "segment_renamed", "分组「甲」改名为「大客户」。",
         "Segment “甲-en” is renamed “大客户-en”."),
        ([A, REST], [segment("甲", level("B")), REST], "condition_changed",
         "分组「甲」的条件由“客户级别是 A”改为“客户级别是 B”。",
         "The condition of “甲-en” changes from “level is A” to “level is B”."),
        ([REST], [segment("其他", follow_up="30 days")], "timer_changed", "分组「其他」新增「未跟进」期限 30 天。",
         "“其他-en” gets a limit for “no follow-up”: 30 days."),
        ([segment("其他", won="90 days")], [REST], "timer_changed", "分组「其他」不再有「未成交」期限（原为 90 天）。",
         "“其他-en” no longer has a limit for “not won” (was 90 days)."),
        ([REST], [segment("其他", None, {"pool": "二级公海"})], "target_changed",
         "分组「其他」的去向由所属公海改为「二级公海」。", "“其他-en” goes to 二级公海 instead of the home pool."),
    ]  # fmt: skip
    for old, new, kind, zh, en in cases:
        assert told(old, new) == [Change(kind, zh, en)], kind


def test_the_ladder_is_told() -> None:
    (change,) = told([REST], [REST], warnings={"days": [5, 2]})
    assert (change.kind, change.zh) == ("warnings_changed", "到期提醒由提前 7、3、1 天改为提前 5、2 天。")


def test_several_changes_of_one_segment_stand_together_and_the_order_is_the_new_ones() -> None:
    new = [segment("丙", level("C"), follow_up="9 days"), segment("乙", level("B"), {"pool": "二级公海"}), REST]
    changes = told([A, B, C, REST], new)
    kinds = [change.kind for change in changes]
    assert kinds == ["segment_removed", "timer_changed", "target_changed", "segment_moved"]
    assert "「丙」" in changes[1].zh


@settings(max_examples=200, deadline=None)
@given(one=st.integers(0, 2**32), two=st.integers(0, 2**32))
def test_there_are_differences_exactly_between_different_policies(one: int, two: int) -> None:
    old = compile_policy(a_document(Random(one), ["二级公海"]), REGISTRY, POOLS)
    new = compile_policy(a_document(Random(two), ["二级公海"]), REGISTRY, POOLS)
    assert diff(old, old, REGISTRY, NAMES) == []
    changes = diff(old, new, REGISTRY, NAMES)
    assert bool(changes) == (old != new)
    assert all(c.zh.endswith("。") and c.en.endswith(".") for c in changes)
