"""Gives every test run a real PostgreSQL: the embedded one, or the one that TEST_DATABASE_URL names."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest

from gonghai.base.embedded import EmbeddedPostgres

# A crash of the machine may cost a test run its data, so commits need not wait for the disk.
FAST_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "128MB"}


def pytest_configure() -> None:
    """Have SIGTERM, which `timeout` and CI send, end the run like Ctrl-C: else its server would be left behind."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """Owner's URL of a running server; under xdist each worker has an embedded one of its own."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    data_dir = Path(tempfile.mkdtemp(prefix="gonghai-test-"))
    try:
        with EmbeddedPostgres(data_dir, FAST_SETTINGS) as server:
            yield server.url
    finally:
        shutil.rmtree(data_dir)


@pytest.fixture(scope="session")
def migrated_url(database_url: str) -> Iterator[str]:
    """Owner's URL of a fresh database with the present schema, dropped after the run."""
    from gonghai.migrations import upgrade

    name = f"gonghai_test_{uuid4().hex}"
    with psycopg.connect(database_url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        try:
            # Roles belong to the whole server, and other test workers may migrate on it at this moment.
            server.execute("SELECT pg_advisory_lock(7310)")
            upgrade(urlunsplit(urlsplit(database_url)._replace(path=f"/{name}")))
            server.execute("SELECT pg_advisory_unlock(7310)")
            yield urlunsplit(urlsplit(database_url)._replace(path=f"/{name}"))
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")
