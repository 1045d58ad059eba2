"""A database of an earlier version comes along: nothing is lost, and what changed for people stands in the log."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from psycopg.rows import dict_row

import gonghai.migrations
from gonghai.migrations import upgrade


@pytest.fixture
def first_version(database_url: str, migrated_url: str) -> Iterator[str]:
    """Owner's URL of a database as the first version left it; the app's role is there, as on any such server."""
    name = f"gonghai_test_{uuid4().hex}"
    url = urlunsplit(urlsplit(database_url)._replace(path=f"/{name}"))
    config = Config()
    config.set_main_option("script_location", str(Path(gonghai.migrations.__file__).parent))
    config.attributes["url"] = url
    with psycopg.connect(database_url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        try:
            command.upgrade(config, "0001")
            yield url
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_an_upgrade_keeps_every_row_and_logs_that_the_notice_floor_came_on(first_version: str) -> None:
    with psycopg.connect(first_version, autocommit=True) as owner:
        owner.execute("INSERT INTO tenant (id, name) VALUES (1, '远洋贸易')")
        owner.execute("INSERT INTO person (tenant_id, id, login, name, state) VALUES (1, 1, 'wang', '王磊', 'active')")
        owner.execute("INSERT INTO pool (tenant_id, id, name) VALUES (1, 1, '公海')")
        owner.execute(
            "INSERT INTO customer (tenant_id, id, state, owner_id, pool_id, spell_no, clock_start, name, phones, created_at,"
            " updated_at) VALUES (1, 1, 'owned', 1, 1, 1, now(), '华东机械', '{138-0013-8000}', now(), now())"
        )
        owner.execute(
            "INSERT INTO contact (tenant_id, customer_id, name, emails) VALUES (1, 1, '李雷', '{Li.Lei@example.com}')"
        )
        owner.execute(
            "INSERT INTO request (tenant_id, kind, customer_id, spell_no, asked_by, asked_at, decider_id, lapses_at)"
            " VALUES (1, 'transfer', 1, 1, 1, now(), 1, now())"
        )
    upgrade(first_version)
    upgrade(first_version)  # and again: nothing more happens
    with psycopg.connect(first_version, autocommit=True, row_factory=dict_row) as owner:
        pool = owner.execute("SELECT name, notice_floor, lock_quota, version FROM pool").fetchone()
        assert pool == {"name": "公海", "notice_floor": True, "lock_quota": 20, "version": 2}
        event = owner.execute("SELECT kind, subject_id, version, actor, data FROM event").fetchone()
        assert event == {
            "kind": "edit_pool", "subject_id": 1, "version": 2, "actor": "system",
            "data": {"changes": {"notice_floor": [False, True]}},
        }  # fmt: skip
        customer = owner.execute("SELECT name, owner_id, version FROM customer").fetchone()
        assert customer == {"name": "华东机械", "owner_id": 1, "version": 1}
        keys = owner.execute("SELECT customer_id, kind, value FROM customer_key ORDER BY kind").fetchall()
        assert [tuple(key.values()) for key in keys] == [
            (1, "email", "li.lei@example.com"), (1, "name", "华东机械"), (1, "phone", "+8613800138000"),
        ], "customers of before are known again"  # fmt: skip
        request = owner.execute("SELECT kind, deciders, decider_id, state FROM request").fetchone()
        assert request == {"kind": "transfer", "deciders": "person", "decider_id": 1, "state": "open"}
