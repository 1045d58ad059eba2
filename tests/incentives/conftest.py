"""A company whose clock the test sets: its reps claim, follow up, win and lose customers, and points are counted."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest

from tests.fixtures.people import Company, app, company, database
from tests.incentives.stage import Stage, make_stage
from tests.properties.travel import Travelling, travel_possible

__all__ = ["app", "company", "database", "stage"]


@pytest.fixture
def travelling(migrated_url: str) -> Iterator[None]:
    with travel_possible(migrated_url):
        yield


@pytest.fixture
async def stage(company: Company, migrated_url: str, travelling: None) -> AsyncIterator[Stage]:
    """A company of the test's own, on Monday 2 March 2026, ten o'clock."""
    async with Travelling(migrated_url, size=4) as travelled:
        yield await make_stage(replace(company, database=travelled), travelled)
