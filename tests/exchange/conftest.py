"""The fixtures that tests of imports share."""

import pytest
from fastapi import FastAPI

from tests.exchange.desk import Desk, make_desk
from tests.exchange.people_desk import People
from tests.fixtures.people import Company, app, company, database

__all__ = ["app", "company", "database", "desk"]


@pytest.fixture
async def desk(app: FastAPI, company: Company) -> Desk:
    """An admin who imports, in a company with a pool and two reps."""
    return await make_desk(app, company)


@pytest.fixture
def people(desk: Desk) -> People:
    """The same, with files of people."""
    return People(desk)
