"""Which follow-ups may be recorded, and which count."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gonghai.activities.decide import Counting, Decision, clocks_after, decide_follow_up
from gonghai.base.errors import Refusal

NOW = datetime(2026, 9, 30, 2, 0, tzinfo=UTC)
STARTED = NOW - timedelta(days=10)
COUNTING = Counting(kinds=["call", "visit"], min_note=4, backdate_hours=48)
HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)


def decide(**given: Any) -> Decision:
    usual: dict[str, Any] = {
        "kind": "call",
        "note": "谈了价格",
        "at": None,
        "now": NOW,
        "spell_started": STARTED,
        "by_owner": True,
        "counting": COUNTING,
    }
    return decide_follow_up(**{**usual, **given})


def test_without_an_instant_it_happened_now_and_counts() -> None:
    assert decide() == Decision(NOW, None)
    assert decide().qualifies


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"by_owner": False}, "not_owner"),
        ({"by_owner": False, "by_collaborator": True}, "collaborator"),
        ({"kind": "note"}, "kind"),
        ({"note": "没接 "}, "short_note"),
        ({"note": "   x    "}, "short_note"),
    ],
)
def test_what_does_not_count_says_why(given: dict[str, Any], why: str) -> None:
    assert decide(**given).why_not == why


def test_a_collaborators_counts_where_the_pool_says_so_by_the_same_measure() -> None:
    counting = Counting(["call"], 4, 48, collaborators=True)
    by = {"by_owner": False, "by_collaborator": True, "counting": counting}
    assert decide(**by).qualifies
    assert decide(**by, kind="visit").why_not == "kind"
    assert decide(by_owner=False, counting=counting).why_not == "not_owner"


@pytest.mark.parametrize(
    ("at", "started", "code"),
    [
        (NOW + TICK, STARTED, "follow_up_in_future"),
        (NOW - 48 * HOUR - TICK, STARTED, "follow_up_too_old"),
        (NOW - 2 * HOUR, NOW - HOUR, "follow_up_before_spell"),
    ],
)
def test_an_impossible_instant_is_refused(at: datetime, started: datetime, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        decide(at=at, spell_started=started)
    assert refused.value.code == code


@pytest.mark.parametrize(("at", "started"), [(NOW, STARTED), (NOW - 48 * HOUR, STARTED), (NOW - HOUR, NOW - HOUR)])
def test_the_bounds_themselves_are_possible(at: datetime, started: datetime) -> None:
    assert decide(at=at, spell_started=started) == Decision(at, None)


def test_the_refusal_names_the_pools_limit() -> None:
    with pytest.raises(Refusal) as refused:
        decide(at=NOW - 3 * HOUR, counting=Counting(["call"], 0, 2))
    assert refused.value.data == {"hours": 2}


def customer(first: datetime | None, last: datetime | None) -> dict[str, Any]:
    return {"first_contact_at": first, "last_follow_up_at": last, "last_activity_at": last}


def test_a_late_entry_moves_no_clock_backwards() -> None:
    before = customer(NOW - 5 * HOUR, NOW - HOUR)
    after = clocks_after(before, Decision(NOW - 3 * HOUR, None))
    assert after == {**before, "notice_until": None}


def test_a_late_entry_may_be_the_first_contact() -> None:
    after = clocks_after(customer(NOW - HOUR, NOW - HOUR), Decision(NOW - 3 * HOUR, None))
    assert after["first_contact_at"] == NOW - 3 * HOUR
    assert after["last_follow_up_at"] == NOW - HOUR


def test_what_does_not_count_is_an_activity_and_touches_nothing_else() -> None:
    assert clocks_after(customer(None, None), Decision(NOW, "kind")) == {"last_activity_at": NOW}
