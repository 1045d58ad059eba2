"""The fixtures that tests through HTTP share."""

from tests.fixtures.people import app, company, database

__all__ = ["app", "company", "database"]
