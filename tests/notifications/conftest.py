"""The fixtures that tests of notices share."""

import pytest

from tests.fixtures.people import Company, app, company, database
from tests.moves.world import World

__all__ = ["app", "company", "database", "world"]


@pytest.fixture
async def world(company: Company) -> World:
    """A company of the test's own."""
    return World(company)
