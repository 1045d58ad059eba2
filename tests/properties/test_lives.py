"""A company's year, told by chance: at every instant countdown, warnings, preview and sweep are the oracle's.

The clock of the database stands where the machine puts it (travel.py), so that deadlines, warnings, notice, leaves and
planned policies come and go as they would, round National Day, the turn of the year and Spring Festival.
GONGHAI_LONG_RUN=<examples> runs that many, at random.
"""

import asyncio
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test

from gonghai.workdays import Calendar
from tests.properties import oracle
from tests.properties.lives_base import SECOND
from tests.properties.lives_steps import Steps
from tests.properties.lives_sweep import Sweeps
from tests.properties.oracle_calendar import MICROSECOND, china
from tests.properties.oracle_warnings import instants
from tests.properties.travel import Travelling, travel_possible

LONG = int(os.environ.get("GONGHAI_LONG_RUN", "0"))
# Before Mid-Autumn and National Day, in the quiet of November, before the turn of the year, before Spring Festival.
BEGINNINGS = (datetime(2026, 9, 16, tzinfo=UTC), datetime(2026, 9, 28, 3, tzinfo=UTC),
              datetime(2026, 11, 4, 7, tzinfo=UTC), datetime(2026, 12, 22, 11, tzinfo=UTC),
              datetime(2027, 1, 25, 2, tzinfo=UTC))  # fmt: skip
TIMERS = ("first_contact", "follow_up", "follow_up", "deal", "deal", "won", "holding", "contract")
long = st.tuples(st.integers(3, 24) | st.integers(31, 40), st.sampled_from(["days", "days", "working_days"]))
short = st.one_of(
    st.tuples(st.integers(1, 3), st.sampled_from(["days", "working_days"])),
    st.tuples(st.integers(1, 60), st.sampled_from(["hours", "working_hours"])),
)
lengths = long | short
# Short ones end first, so most tables have none.
timers = st.one_of(
    *[st.dictionaries(st.sampled_from(TIMERS), wanted, min_size=1, max_size=3) for wanted in (long, long, lengths)]
)
conditions = st.sampled_from(
    [("level", "A"), ("open_deal",), ("recycled",), ("won_within", 2), ("won_within", 9), ("department", 0)]
)
places = st.integers(0, 99)
hours = st.integers(1, 12 * 24)
policies = st.tuples(
    st.lists(st.tuples(conditions, timers, places), max_size=2),
    timers,
    st.none() | st.sampled_from([(7, 3, 1), (1, 2, 4, 8), (10,), (18, 15), ()]),
    st.none() | lengths,
    st.sampled_from([0, 0, 0, 5, 60, 200]),
)
contract_ends = st.none() | st.integers(-9, 20)
beginnings = st.tuples(places, places, st.sampled_from([True, True, False]), st.sampled_from("AB"), contract_ends)
off = st.sampled_from([-MICROSECOND, timedelta(), MICROSECOND])
# The method of each step and its arguments; what happens daily stands twice.
STEPS = (
    ("create", beginnings),
    *[("claim", places, places)] * 3,
    ("release", places),
    *[("assign", places, places)] * 2,
    *[("transfer", places, places, st.booleans())] * 2,
    ("archive", places, st.booleans()),
    ("move_pool", places),
    *[("follow_up", places, st.sampled_from(["call", "visit", "note"]), st.none() | st.integers(1, 50))] * 2,
    ("void", places),
    ("open_deal", places),
    *[("deal", places, st.sampled_from(["win", "win", "lose", "adopt"]))] * 2,
    ("edit", places, st.sampled_from(["A", "B", None]), contract_ends),
    *[("floor", places, st.sampled_from(["lock", "protect"]), hours)] * 4,
    *[("publish", places, policies)] * 2,
    *[("preview", places, policies)] * 2,
    *[("look_ahead", places, st.integers(1, 20))] * 2,
    *[("extension", places, st.integers(1, 14), st.none() | st.integers(1, 9))] * 2,
    *[("appeal", places)] * 2,
    ("calendar", st.integers(-5, 40), st.sampled_from([True, False, False, None])),
    *[("leave", places, st.integers(-60, 60), st.none() | hours)] * 3,
    ("moves_desk", places, places),
    ("setting", places, st.sampled_from([True, True, False]), st.integers(0, 3), st.integers(0, 3)),
    *[("wait", st.integers(1, 120))] * 2,
    *[("sweep_near", places, off)] * 20,
    *[("undo", places)] * 2,
    *[("sweep", st.integers(0, 30))] * 3,
)
steps = st.one_of([st.tuples(st.just(name), *arguments) for name, *arguments in STEPS])


class Year(Steps, Sweeps):
    """All steps, the passing of time, and the sweep with its warnings."""

    @initialize(
        begins=st.sampled_from(BEGINNINGS),
        floors=st.sampled_from([(True, True), (True, False)]),
        begun=st.lists(beginnings, min_size=6, max_size=6),
        first=policies,
        second=policies,
    )
    def company(self, begins: datetime, floors: tuple[bool, bool], begun: list[Any], first: Any, second: Any) -> None:
        self.database.now = begins
        self._await(self._company(floors))
        self.runs = []
        self.publish(0, (*first[:4], 0))
        self.publish(1, (*second[:4], 0))
        for beginning in begun:
            self.wait(1)
            self.create(beginning)

    @rule(step=steps)
    def step(self, step: tuple[Any, ...]) -> None:
        """One of all steps: with a rule for each, most examples would leave most of them out."""
        self.database.now += SECOND
        name, *arguments = step
        getattr(self, name)(*arguments)
        self.agree()

    def teardown(self) -> None:
        if hasattr(self, "world"):
            report = self._await(self.world.verify())
            assert report.differences == 0, report.examples

    def wait(self, hours: int) -> None:
        self.database.now += timedelta(hours=hours)

    def sweep(self, hours: int) -> None:
        self.wait(hours)
        self._sweep()

    def sweep_near(self, place: int, off: timedelta) -> None:
        """At an instant that matters to a customer, or just before or behind: where errors of a microsecond show."""
        matter = set()
        lives = self.lives()
        for customer, verdict in self.verdicts(lives, self.now).items():
            matter.update(instants(verdict, self.ladder_of(lives[customer]), self.around.works))
        today = oracle.midnight(oracle.local_day(self.now))
        matter.update(today + i * oracle.DAY + oracle.OPENS for i in range(3))
        matter.update(at for leave in self.around.leaves.values() for at in leave)
        soon = sorted(at + off for at in matter if at + off > self.now)
        if soon:
            self.database.now = soon[place % min(9, len(soon))]
        self._sweep()


@pytest.fixture
def machine(migrated_url: str) -> Iterator[type[Year]]:
    """The machine on an event loop and connections of its own."""
    loop = asyncio.new_event_loop()
    database = Travelling(migrated_url)
    with travel_possible(migrated_url):
        loop.run_until_complete(database.open())
        yield type("Machine", (Year,), {"loop": loop, "database": database, "owner_url": migrated_url})
        loop.run_until_complete(database.close())
        loop.close()


def test_a_year_by_chance_is_the_oracles_at_every_instant(machine: type[Year]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=LONG or 16,
            stateful_step_count=40,
            deadline=None,
            database=None,
            derandomize=not LONG,
            suppress_health_check=list(HealthCheck),
            # Forty steps read easily, and shrinking them on a database takes minutes.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
        ),
    )


def test_the_oracles_table_is_chinas() -> None:
    calendar = Calendar()
    assert china() == {day: calendar.works(day) for day in china()}
