"""The fixtures that tests of reports share."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from tests.analytics.past import Past
from tests.fixtures.people import app, database
from tests.properties.travel import Travelling, travel_possible

__all__ = ["app", "database", "past"]


@pytest.fixture
async def past(app: FastAPI, migrated_url: str) -> AsyncIterator[Past]:
    """A company of the test's own with two teams, whose history the test makes up."""
    with travel_possible(migrated_url):
        travelling = Travelling(migrated_url)
        made = Past(app, travelling)
        async with travelling:
            await made.found(migrated_url)
            yield made
