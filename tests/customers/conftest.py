"""The fixtures that tests of customers share."""

from tests.fixtures.customers import team
from tests.fixtures.people import app, company, database

__all__ = ["app", "company", "database", "team"]
