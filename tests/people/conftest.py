"""The fixtures that tests of people share."""

from tests.fixtures.people import app, company, database

__all__ = ["app", "company", "database"]
