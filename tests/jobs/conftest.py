"""The fixtures that tests of the worker share."""

from tests.fixtures.people import app, company, database

__all__ = ["app", "company", "database"]
