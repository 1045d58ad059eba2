"""One demo company for the tests that only look at it, of a day that is the same on every machine."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from gonghai.base.database import Database, app_url
from gonghai.demo.load import Made, Wanted, make_demo
from gonghai.migrations import upgrade
from tests.fixtures.people import database

__all__ = ["database"]

NOW = datetime(2026, 3, 20, 8, 25, tzinfo=UTC)  # a Friday, 16:25 in China
PASSWORD = "haitun-denta-4711"
CUSTOMERS = 400


@pytest.fixture(scope="session")
async def made(migrated_url: str) -> Made:
    """A demo that no test changes."""
    return await make_demo(migrated_url, Wanted(PASSWORD, CUSTOMERS), now=NOW)


@pytest.fixture
async def empty_url(database_url: str) -> AsyncIterator[str]:
    """Owner's URL of a migrated database without a tenant."""
    name = f"gonghai_demo_{uuid4().hex}"
    url = make_conninfo(database_url, dbname=name)
    with psycopg.connect(database_url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        try:
            upgrade(url)
            yield url
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def empty(empty_url: str) -> AsyncIterator[Database]:
    """The app's connections to it."""
    async with Database(app_url(empty_url), size=2) as opened:
        yield opened
