"""People's lives by chance: leavers, re-joiners, movers, deputies, hand-overs and their undoing, while customers move.

After every step no owner, lead or decider is somebody who can't sign in, nothing of a leaver is in force, and people are
who the model believes; tasks go where their customers go, and come back with them. At the end the log says the same as
the tables, and the points what the log earned.
GONGHAI_LONG_RUN=<examples> runs that many, at random.
"""

import asyncio
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test

from tests.properties.people_base import SECOND
from tests.properties.people_tasks import Tasks
from tests.properties.travel import Travelling, travel_possible

LONG = int(os.environ.get("GONGHAI_LONG_RUN", "0"))
BEGINS = datetime(2026, 4, 7, 2, tzinfo=UTC)
places = st.integers(0, 199)
days = st.integers(1, 9)
beginnings = st.tuples(places, places, st.sampled_from([True, True, False]))
# The method of each step and its arguments; what this machine is about stands more often.
STEPS = (
    *[("create", places, places, st.booleans())] * 2,
    *[("claim", places, places)] * 4,
    *[("assign", places, places)] * 2,
    *[("transfer", places, places, st.booleans())] * 5,
    *[("accept", places)] * 2,
    ("release", places),
    *[("share", places, places)] * 2,
    ("keep", places, days),
    *[("follow_up", places, places)] * 2,
    *[("fills_in", places, st.sampled_from(["制造", "物流", None]))] * 2,
    *[("wins", places)] * 2,
    *[("sweep", st.integers(0, 4))] * 2,
    *[("count", st.booleans())] * 5,
    *[("signs_in", places, st.booleans())] * 2,
    ("moves_desk", places, places),
    ("gets_roles", places, st.booleans()),
    *[("leads", places, places, places)] * 2,
    ("goes_on_leave", places, days, places),
    *[("has_deputy", places, places, days)] * 2,
    *[("is_limited", places, places, st.integers(0, 6), st.booleans())] * 2,
    ("company_decides", places),
    *[("asks", places, places)] * 4,
    ("answers", places, st.booleans()),
    *[("swings", places, places, places, places)] * 4,
    *[("leaves", places, st.booleans())] * 3,
    *[("hands_over", places, places, places, st.booleans())] * 3,
    *[("takes_back", places)] * 2,
    *[("comes_back", places, st.sampled_from([True, True, False]), st.booleans())] * 4,
)
steps = st.one_of([st.tuples(st.just(name), *arguments) for name, *arguments in STEPS])


class Lives(Tasks):
    """All steps."""

    @initialize(begun=st.lists(beginnings, min_size=8, max_size=8))
    def company(self, begun: list[Any]) -> None:
        self.database.now = BEGINS
        self._await(self._company())
        for beginning in begun:
            self.create(*beginning)

    @rule(step=steps)
    def step(self, step: tuple[Any, ...]) -> None:
        """One of all steps: with a rule for each, most examples would leave most of them out."""
        self.database.now += SECOND
        name, *arguments = step
        getattr(self, name)(*arguments)


@pytest.fixture
def machine(migrated_url: str) -> Iterator[type[Lives]]:
    """The machine on an event loop and connections of its own."""
    loop = asyncio.new_event_loop()
    database = Travelling(migrated_url)
    with travel_possible(migrated_url):
        loop.run_until_complete(database.open())
        yield type("Machine", (Lives,), {"loop": loop, "database": database, "owner_url": migrated_url})
        loop.run_until_complete(database.close())
        loop.close()


def test_whoever_owns_leads_or_decides_can_sign_in_whatever_happens_to_people(machine: type[Lives]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=LONG or 30,
            stateful_step_count=50,
            deadline=None,
            database=None,
            derandomize=not LONG,
            suppress_health_check=list(HealthCheck),
            # Fifty steps read easily, and shrinking them on a database takes minutes.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
        ),
    )
