"""The places of many customers in SQL, and the decision on each in Python, never disagree: for whatever policy, floors,
leaves, grace and notice, a customer lies before a horizon exactly where `decide` has it gone by then."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import orjson
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.rows import dict_row

from gonghai.policy.decide import NOTICE_HOLDS, Decision, InForce, decide
from gonghai.policy.document import Policy, compile_policy
from gonghai.policy.due import Leave
from gonghai.policy.horizons import decode_place, decode_places, placing, placing_both
from gonghai.policy.registry import REGISTRY
from gonghai.policy.timers import TIMERS
from gonghai.workdays import Calendar, Length, add, after_next_opening_day, cutoff, end_of_day, local_date

CALENDAR = Calendar()
MICRO = timedelta(microseconds=1)
LENGTHS = ["4 hours", "30 hours", "4 working_hours", "20 working_hours", "1 days", "2 days", "3 days", "7 days"]
LENGTHS += ["30 days", "90 days", "1 working_days", "3 working_days", "10 working_days"]
OWNERS = (1, 2, 3)
CONDITIONS: list[dict[str, Any]] = [
    {"fact": "level", "is": "eq", "value": "Ａ"},
    {"fact": "level", "is": "ne", "value": "b"},
    {"fact": "amount", "is": "ge", "value": 100},
    {"fact": "amount", "is": "is_missing"},
    {"fact": "tags", "is": "has_any", "value": ["重点", "VIP"]},
    {"fact": "last_win_at", "is": "within_days", "value": 30},
    {"fact": "contract_end", "is": "older_than_days", "value": 0},
    {"fact": "recycle_count", "is": "between", "value": [1, 3]},
    {"not": {"fact": "has_open_deal", "is": "is_true"}},
]


@pytest.fixture(scope="module")
def connection(migrated_url: str) -> Iterator[psycopg.Connection[dict[str, Any]]]:
    with psycopg.connect(migrated_url, row_factory=dict_row) as conn:
        yield conn


class Worlds:
    """Random policies and customers, with instants that lie on the very edges."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        # Round National Day, Spring Festival, a plain week, and beyond the library's table.
        base = self.random.choice([date(2026, 10, 1), date(2026, 2, 17), date(2026, 6, 10), date(2031, 5, 1)])
        self.now = datetime(base.year, base.month, base.day, tzinfo=UTC) + timedelta(
            seconds=self.random.randrange(-20 * 86400, 20 * 86400)
        )
        if self.random.random() < 0.3:
            self.now = end_of_day(local_date(self.now, CALENDAR), CALENDAR)
        days = sorted(self.random.sample(range(40), self.random.randint(1, 6)))
        self.horizons = [self.now + timedelta(days=d) for d in days]
        self.edge = self.now
        self.leaves = {
            owner: (self.now - timedelta(days=self.random.randint(0, 20)), self.instant())
            for owner in OWNERS
            if self.random.random() < 0.4
        }

    def instant(self) -> datetime:
        """Near a horizon's cutoff, or anywhere about."""
        horizon = self.random.choice(self.horizons)
        if self.random.random() < 0.5:
            at = cutoff(horizon, Length.parse(self.random.choice(LENGTHS)), CALENDAR)
            return at + self.random.choice([-MICRO, timedelta(), MICRO, timedelta(hours=1)])
        if self.random.random() < 0.3:
            return horizon + self.random.choice([-MICRO, timedelta(), MICRO])
        return self.now + timedelta(seconds=self.random.randrange(-100 * 86400, 30 * 86400))

    def maybe(self, often: float = 0.5) -> datetime | None:
        return self.instant() if self.random.random() < often else None

    def policy(self) -> Policy:
        segments = []
        for i in range(self.random.randint(1, 5)):
            timers = {t.name: self.random.choice(LENGTHS) for t in TIMERS if self.random.random() < 0.4}
            segments.append({"name": f"s{i}", "when": self.random.choice(CONDITIONS), "timers": timers})
        del segments[-1]["when"]
        return compile_policy({"segments": segments}, REGISTRY, {})

    def in_force(self) -> InForce:
        # A clock that starts with the version has no grace.
        self.edge = self.instant()
        return InForce(
            policy_id=1, number=1, pool_id=1, policy=self.policy(), effective_from=self.edge,
            grace_until=self.maybe(), lock_grace_days=self.random.choice([0, 1, 2, 5]),
            return_grace_days=self.random.choice([0, 2]), notice_floor=self.random.random() < 0.6,
        )  # fmt: skip

    def row(self) -> dict[str, Any]:
        pick = self.random.choice
        owner = pick(OWNERS)
        leave = self.leaves.get(owner)
        notice = pick([None, self.instant(), self.now - NOTICE_HOLDS + pick([-MICRO, timedelta(), MICRO])])
        return {
            "tenant_id": 1, "id": 1, "pool_id": 1, "owner_id": owner, "clock_start": pick([self.instant(), self.edge]),
            "first_contact_at": self.maybe(), "last_follow_up_at": self.maybe(), "live_deals": pick([0, 0, 1]),
            "open_deals": pick([0, 1]), "deal_lost_at": self.maybe(0.3), "last_win_at": self.maybe(0.3),
            "contract_end": pick([None, local_date(self.instant(), CALENDAR)]), "locked_until": self.maybe(0.3),
            "protected_until": self.maybe(0.3), "notice_until": notice, "level": pick([None, "A", "B", "a "]),
            "amount": pick([None, 99, 100]), "tags": pick([[], ["重点"], ["vip", "x"]]), "recycle_count": pick([0, 2, 9]),
            "owner_department_id": None, "owner_leave_from": leave[0] if leave else None,
            "owner_leave_until": leave[1] if leave else None,
        }  # fmt: skip


def place(decision: Decision, horizons: list[datetime]) -> int:
    """Written anew: the number of horizons at which it is not gone yet."""
    if decision.effective is None:
        return len(horizons) + 1
    effective = decision.effective
    return sum(effective > horizon for horizon in horizons)


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_a_customer_is_placed_before_a_horizon_exactly_where_it_would_be_gone_by_then(
    connection: psycopg.Connection[dict[str, Any]], seed: int
) -> None:
    world = Worlds(seed)
    policy, found = world.in_force(), [world.row() for _ in range(40)]
    other = replace(policy, grace_until=None, notice_floor=not policy.notice_floor)
    leaves = [Leave(owner, until) for owner, (_, until) in world.leaves.items()]
    given_ = (CALENDAR, world.now, world.horizons, leaves, REGISTRY)
    one, two = placing(policy, *given_, prefix="a"), placing_both(policy, other, *given_, prefix="b")
    placed = connection.execute(
        f"SELECT {one.text} AS one, {two.text} AS two"
        " FROM jsonb_populate_recordset(NULL::customer, %(rows)s::jsonb) WITH ORDINALITY c ORDER BY c.ordinality",
        {**one.params, **two.params, "rows": orjson.dumps(found).decode()},
    ).fetchall()
    for row, got in zip(found, placed, strict=True):
        first = decide(policy, row, CALENDAR, world.now, REGISTRY)
        second = decide(other, row, CALENDAR, world.now, REGISTRY)
        places = place(first, world.horizons), place(second, world.horizons)
        assert decode_place(got["one"]) == (first.segment_index, places[0]), (row, first)
        assert decode_places(got["two"]) == (first.segment_index, *places), (row, second)


def test_the_untold_are_counted_from_the_first_opening_day_on_and_grace_until_its_end(
    connection: psycopg.Connection[dict[str, Any]],
) -> None:
    now = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
    row = Worlds(1).row() | {
        "clock_start": now - timedelta(days=90), "last_follow_up_at": None, "notice_until": None, "owner_leave_from": None,
        "protected_until": None, "locked_until": None, "contract_end": date(2026, 1, 1),
    }  # fmt: skip
    policy = compile_policy({"segments": [{"name": "x", "timers": {"follow_up": "30 days"}}]}, REGISTRY, {})
    grace = add(now, Length(3, "working_days"), CALENDAR)
    told = after_next_opening_day(now, CALENDAR)
    horizons = [now, told - MICRO, told, grace - MICRO, grace]
    for until, floor, expected in ((None, False, 0), (None, True, 2), (grace, False, 4), (grace, True, 4)):
        in_force = InForce(1, 1, 1, policy, now, until, 2, 2, floor)
        made = placing(in_force, CALENDAR, now, horizons, [], REGISTRY, prefix="a")
        got = connection.execute(
            f"SELECT {made.text} AS code FROM jsonb_populate_record(NULL::customer, %(row)s::jsonb) c",
            {**made.params, "row": orjson.dumps(row).decode()},
        ).fetchone()
        assert got is not None
        assert decode_place(got["code"]) == (0, expected)
