"""What races share: enough connections that attempts really meet in the database, and a company on them."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from gonghai.base.database import Database, app_url
from gonghai.base.settings import Settings
from gonghai.http.app import create_app
from tests.fixtures.people import make_company
from tests.moves.world import World

CONNECTIONS = 48  # of PostgreSQL's 100


@pytest.fixture
async def racers(migrated_url: str) -> AsyncIterator[Database]:
    """Connections as gonghai_app, as many as attempts that shall meet at once."""
    async with Database(app_url(migrated_url), size=CONNECTIONS) as opened:
        yield opened


@pytest.fixture
def app(racers: Database) -> FastAPI:
    """The whole application on these connections."""
    return create_app(racers, Settings(public_url=None))


@pytest.fixture
async def world(racers: Database, migrated_url: str) -> World:
    """A company of the test's own."""
    return World(await make_company(racers, migrated_url))
