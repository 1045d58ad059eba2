"""Which warning stands at an instant: the ladder, halves, quarters, what is found due untold."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gonghai.policy.decide import Decision, InForce, decide
from gonghai.policy.document import compile_policy
from gonghai.policy.registry import REGISTRY
from gonghai.policy.warnings import Step, counting, current_step, warning_reach
from gonghai.workdays import Calendar, Length

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar()
MICROSECOND = timedelta(microseconds=1)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


CLAIMED = local("2026-11-02 10:00")  # a Monday


def policy(timers: dict[str, str], *, ladder: list[int] | None = None, floor: bool = True, **more: Any) -> InForce:
    document: dict[str, Any] = {"segments": [{"name": "其他", "timers": timers}]}
    if ladder is not None:
        document["warnings"] = {"days": ladder}
    settings = {"effective_from": CLAIMED, "grace_until": None, "lock_grace_days": 2, "return_grace_days": 2, **more}
    return InForce(
        policy_id=1, number=1, pool_id=1, policy=compile_policy(document, REGISTRY, {}), notice_floor=floor, **settings
    )


def customer(**columns: Any) -> dict[str, Any]:
    nothing = dict.fromkeys(
        ("first_contact_at", "last_follow_up_at", "deal_lost_at", "last_win_at", "contract_end", "locked_until",
         "protected_until", "notice_until", "owner_leave_from", "owner_leave_until")
    )  # fmt: skip
    return {"pool_id": 1, "clock_start": CLAIMED, "live_deals": 0, **nothing, **columns}


def decided(rules: InForce, row: dict[str, Any], now: datetime) -> Decision:
    return decide(rules, row, CALENDAR, now, REGISTRY)


def step(rules: InForce, row: dict[str, Any], now: datetime) -> Step | None:
    return current_step(decided(rules, row, now), now, rules.policy.ladder, CALENDAR)


def named(rules: InForce, row: dict[str, Any], now: datetime) -> str | None:
    found = step(rules, row, now)
    return None if found is None else found.name


def told(rules: InForce, row: dict[str, Any], now: datetime) -> Step:
    found = step(rules, row, now)
    assert found is not None
    return found


# Thirty days after 2 November end on 3 December 00:00.
THIRTY = policy({"follow_up": "30 days"})
ENDS = local("2026-12-03 00:00")


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (timedelta(days=7, microseconds=1), None),
        (timedelta(days=7), "7"),
        (timedelta(days=3, microseconds=1), "7"),
        (timedelta(days=3), "3"),
        (timedelta(days=1, microseconds=1), "3"),
        (timedelta(days=1), "1"),
        (MICROSECOND, "1"),
        (timedelta(0), "due"),
        (timedelta(days=-200), "due"),
    ],
)
def test_the_smallest_step_begun_stands_and_larger_ones_are_past(left: timedelta, expected: str | None) -> None:
    assert named(THIRTY, customer(), ENDS - left) == expected


def test_a_step_says_for_which_date_when_it_goes_and_what_notice_it_gives() -> None:
    assert step(THIRTY, customer(), ENDS - timedelta(days=3)) == Step(
        "3", date(2026, 12, 3), ENDS, "follow_up", False, local("2026-12-01 00:00")
    )


@pytest.mark.parametrize(
    ("length", "counts"),
    [
        ("30 days", (7, 3, 1)),
        ("15 days", (7, 3, 1)),
        ("14 days", (3, 1)),  # 7 is half of it, not less
        ("7 days", (3, 1)),
        ("6 working days", (1,)),
        ("3 days", (1,)),
        ("2 days", ()),  # short: a quarter instead
        ("100 hours", ()),
        ("100 working hours", ()),
    ],
)
def test_a_step_counts_where_it_is_shorter_than_half_of_its_timer(length: str, counts: tuple[int, ...]) -> None:
    assert counting(Length.parse(length), (7, 3, 1)) == counts


def test_the_last_step_is_the_smallest_that_counts() -> None:
    begun = {k: step(THIRTY, customer(), ENDS - timedelta(days=k)) for k in (7, 3, 1)}
    assert {k: s.last for k, s in begun.items() if s} == {7: False, 3: False, 1: True}
    assert told(THIRTY, customer(), ENDS).last
    assert told(policy({"follow_up": "30 days"}, ladder=[7]), customer(), ENDS - timedelta(days=7)).last


def test_an_empty_ladder_tells_only_who_is_found_due() -> None:
    rules = policy({"follow_up": "30 days"}, ladder=[])
    assert named(rules, customer(), ENDS - MICROSECOND) is None
    assert named(rules, customer(), ENDS) == "due"


def test_who_is_found_due_untold_is_told_for_the_end_of_the_notice() -> None:
    now = ENDS + timedelta(hours=10)  # a Thursday, after opening
    assert step(THIRTY, customer(), now) == Step(
        "due", date(2026, 12, 5), local("2026-12-05 00:00"), "follow_up", True, local("2026-12-05 00:00")
    )


def test_who_was_told_is_not_told_again_while_the_notice_runs_nor_when_it_has_run_out() -> None:
    row = customer(notice_until=local("2026-12-05 00:00"))
    assert named(THIRTY, row, local("2026-12-03 12:00")) is None
    assert named(THIRTY, row, local("2026-12-05 00:00")) is None
    assert decided(THIRTY, row, local("2026-12-05 00:00")).due(local("2026-12-05 00:00"))


def test_notice_that_was_given_long_ago_is_given_again() -> None:
    row = customer(notice_until=ENDS - timedelta(days=20))
    assert told(THIRTY, row, ENDS - timedelta(days=7)).notice is None  # 13 days: it stands
    late = told(THIRTY, row, ENDS)
    assert (late.name, late.notice) == ("due", local("2026-12-04 00:00"))


def test_without_the_floor_steps_are_told_and_give_no_notice_and_nobody_is_found_due() -> None:
    rules = policy({"follow_up": "30 days"}, floor=False)
    found = told(rules, customer(), ENDS - timedelta(days=1))
    assert (found.name, found.notice, found.effective) == ("1", None, ENDS)
    assert named(rules, customer(), ENDS) is None


def test_steps_count_down_to_the_deadline_with_its_floors() -> None:
    kept = customer(protected_until=ENDS + timedelta(days=10))
    assert named(THIRTY, kept, ENDS) is None
    found = told(THIRTY, kept, ENDS + timedelta(days=3))
    assert (found.name, found.deadline_date) == ("7", date(2026, 12, 13))
    locked = customer(locked_until=ENDS)  # and two working days: Thursday's lock ends with Monday
    found = told(THIRTY, locked, ENDS + timedelta(days=4))
    assert (found.name, found.effective) == ("1", local("2026-12-08 00:00"))


def test_hours_have_one_step_at_a_quarter_left() -> None:
    rules = policy({"first_contact": "8 hours"})
    ends = CLAIMED + timedelta(hours=8)
    assert named(rules, customer(), ends - timedelta(hours=2, microseconds=1)) is None
    found = told(rules, customer(), ends - timedelta(hours=2))
    assert found == Step("quarter", date(2026, 11, 2), ends, "first_contact", True, None)
    assert named(rules, customer(), ends) is None


def test_a_quarter_of_working_hours_is_counted_in_open_time_over_a_weekend() -> None:
    rules = policy({"first_contact": "4 working hours"})
    friday = customer(clock_start=local("2026-11-06 15:00"))  # ends Monday 10:00
    assert named(rules, friday, local("2026-11-08 12:00")) is None
    # An hour of open time before Monday 10:00 lies between Friday's closing and Monday's opening.
    assert named(rules, friday, local("2026-11-09 09:00")) == "quarter"
    monday = customer(clock_start=local("2026-11-06 16:30"))  # ends Monday 11:30
    assert named(rules, monday, local("2026-11-09 10:29")) is None
    assert named(rules, monday, local("2026-11-09 10:30")) == "quarter"


def test_two_days_are_short_and_give_no_notice() -> None:
    rules = policy({"follow_up": "2 days"})
    ends = local("2026-11-05 00:00")
    found = told(rules, customer(), ends - timedelta(hours=12))
    assert (found.name, found.notice, found.last) == ("quarter", None, True)
    assert named(rules, customer(), ends - timedelta(hours=12, microseconds=1)) is None


def test_the_timer_that_counts_is_warned_of() -> None:
    rules = policy({"follow_up": "30 days", "holding": "20 days"})
    found = told(rules, customer(), local("2026-11-22 12:00"))
    assert (found.timer, found.name, found.deadline_date) == ("holding", "1", date(2026, 11, 23))


def test_a_short_timer_that_ends_before_the_notice_counts_though_another_is_overdue() -> None:
    rules = policy({"follow_up": "3 days", "first_contact": "100 hours"})
    # follow_up ended on Friday 00:00; told now it would end with Monday's close, first contact with Friday 14:00.
    now = local("2026-11-06 13:00")
    found = told(rules, customer(), now)
    assert (found.timer, found.name) == ("first_contact", "quarter")


@pytest.mark.parametrize("length", ["30 days", "14 days", "10 working days", "2 days", "8 hours", "6 working hours"])
@pytest.mark.parametrize("floor", [True, False])
def test_whoever_is_told_lies_within_reach(length: str, floor: bool) -> None:
    rules = policy({"follow_up": length}, floor=floor)
    (timer,) = {r.length for r in decided(rules, customer(), CLAIMED).running}
    now = CLAIMED
    while now < CLAIMED + timedelta(days=40):
        if step(rules, customer(), now) is not None:
            first = decided(rules, customer(), now).running[0]
            assert first.deadline <= warning_reach(rules, timer, now, CALENDAR)
        now += timedelta(minutes=47)
