"""Random lives of a company on a real database, held to a plain model of who owns what and to the recycling oracle.

Moves take the database's own instant, so time travels with the sweep alone: each one decides by a later `now`, and
the oracle judges the log by the same. Customers created in the past bring old clocks in.
"""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import chinese_calendar
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test

from gonghai.base import clock
from gonghai.base.database import Database, app_url
from tests.properties import oracle
from tests.properties.moves_facts import Entries
from tests.properties.moves_made import Moves

MICROSECOND = timedelta(microseconds=1)
UNITS = ("hours", "days", "working_days", "working_hours")
# Those that most can happen to stand twice.
TIMERS = ("first_contact", "follow_up", "follow_up", "deal", "deal", "won", "holding", "contract")
lengths = st.tuples(st.integers(1, 6), st.sampled_from(UNITS))
timers = st.dictionaries(st.sampled_from(TIMERS), lengths, min_size=1, max_size=2)
conditions = st.sampled_from([("level", "A"), ("open_deal",), ("recycled",), ("won_within", 3)])
places = st.integers(0, 99)
# pool, rep, whether owned, days ago, level
beginnings = st.tuples(places, places, st.sampled_from([True, True, False]), st.integers(0, 12), st.sampled_from("AB"))
# segments with conditions, the last one's timers, days of grace, days until it is in force
policies = st.tuples(
    st.lists(st.tuples(conditions, timers, places), max_size=2),
    timers,
    st.none() | st.integers(1, 9),
    st.integers(0, 4),
)
# The method of each step and its arguments; what happens daily stands twice.
STEPS = (
    ("create", *[places] * 2, st.booleans(), st.integers(0, 12), st.sampled_from("AB")),
    *[("claim", places, places)] * 2,
    ("release", places, places, st.booleans()),
    *[("assign", places, places, st.booleans())] * 2,
    ("transfer", places, places, places),
    ("accept", places),
    ("managers_transfer", places, places),
    ("move_pool", places, places),
    ("archive", places),
    ("restore", places, st.none() | places),
    *[("follow_up", places, places, st.sampled_from(["call", "visit", "note"]), st.none() | st.integers(1, 60))] * 2,
    ("ring", places, places, st.sampled_from(["call", "note"]), st.none() | st.integers(1, 60)),
    ("void", places),
    *[("open_deal", places, places)] * 2,
    *[("deal", places, st.sampled_from(["win", "lose", "adopt"]))] * 2,
    ("edit", places, st.sampled_from(["A", "B", None]), st.none() | st.integers(-40, 20)),
    ("floor", places, st.sampled_from(["protect", "lock"]), st.integers(0, 12)),
    *[("share", places, places)] * 2,
    ("unshare", places, places),
    ("publish", places, policies),
    ("calendar", st.integers(-5, 60), st.booleans()),
    ("leave", places, st.integers(-3, 6), st.integers(1, 15)),
    ("deactivate", places),
    ("sweep", st.integers(0, 20 * 24)),
    *[("sweep_near", places, st.sampled_from([-MICROSECOND, timedelta(), MICROSECOND, oracle.DAY]))] * 4,
)
steps = st.one_of([st.tuples(st.just(name), *arguments) for name, *arguments in STEPS])


class Machine(Moves, Entries):
    """All steps, and the sweep."""

    @initialize(begun=st.lists(beginnings, min_size=8, max_size=8), document=policies)
    def company(self, begun: list[Any], document: Any) -> None:
        self._await(self._company())
        for pool in range(2):
            self.publish(pool, document)
        for beginning in begun:
            self.create(*beginning)

    @rule(step=steps)
    def step(self, step: tuple[Any, ...]) -> None:
        """One of all steps: with a rule for each, most examples would leave most of them out."""
        name, *arguments = step
        getattr(self, name)(*arguments)

    def sweep(self, hours: int) -> None:
        self._sweep(self._logs(), clock.now() + timedelta(hours=hours))

    def sweep_near(self, place: int, off: timedelta) -> None:
        """At a customer's deadline, or just before or behind it: where errors of a day or a microsecond show."""
        logs = self._logs()
        now = clock.now() + timedelta(days=1)
        ends = [found[0] for log in logs.values() if (found := oracle.effective(log, self.around, now))]
        soon = [at + off for at in ends if at + off > clock.now()]
        if soon:
            self._sweep(logs, sorted(soon)[place % min(3, len(soon))])

    def _sweep(self, logs: dict[int, list[Any]], now: datetime) -> None:
        going = {c: pool for c in self.known if (pool := oracle.must_go(logs[c], self.around, now)) is not None}
        assert self._await(self.world.sweep(now)) == sorted(going)
        for customer, pool in going.items():
            self._end(customer, pool)


@pytest.fixture
def machine(migrated_url: str) -> Iterator[type[Machine]]:
    """The machine on an event loop and connections of its own."""
    loop = asyncio.new_event_loop()
    database = Database(app_url(migrated_url), size=2)
    loop.run_until_complete(database.open())
    yield type("Machine", (Machine,), {"loop": loop, "database": database, "owner_url": migrated_url})
    loop.run_until_complete(database.close())
    loop.close()


def test_any_sequence_of_moves_agrees_with_the_model_the_oracle_and_the_log(machine: type[Machine]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=30,
            stateful_step_count=50,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            # Fifty steps read easily, and shrinking them on a database takes minutes.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
        ),
    )


def test_the_oracles_table_of_2026_is_the_published_one() -> None:
    days = oracle.china_2026()
    assert len(days) == 365
    assert days == {day: chinese_calendar.is_workday(day) for day in days}
