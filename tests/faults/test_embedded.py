"""Holds the promises of the embedded PostgreSQL in plain use: language, restart, sharing, and refusals that help."""

from __future__ import annotations

from pathlib import Path

import psutil
import psycopg
import pytest

from gonghai.base.embedded import EmbeddedPostgres, EmbeddedPostgresError

from .conftest import Start, remember, remembered, server_pid, serving


def test_a_fresh_database_knows_chinese_and_umlauts_whatever_the_environments_language(start: Start) -> None:
    application = start(LANG="C", LC_ALL="C", LANGUAGE="C", PGPORT="1", PGDATA="/nowhere")
    with psycopg.connect(application.url) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        row = connection.execute(
            "SELECT current_setting('server_encoding'), datlocprovider, lower('ÄÖ'), cardinality(show_trgm('华为')), "
            "'华为技术' ILIKE '%华为%' FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    assert row == ("UTF8", "b", "äö", 3, True)


def test_the_server_listens_on_nothing_but_a_socket_in_a_closed_directory(start: Start, data_dir: Path) -> None:
    start()
    server = psutil.Process(server_pid(data_dir))
    assert server.net_connections("inet") == []
    sockets = [str(connection.laddr) for connection in server.net_connections("unix") if connection.laddr]
    assert sockets == [str(data_dir / "postgres" / "run" / ".s.PGSQL.5432")]
    assert (data_dir / "postgres" / "run").stat().st_mode & 0o777 == 0o700


def test_a_restart_keeps_the_data_and_leaves_nothing_running(start: Start, data_dir: Path) -> None:
    first = start()
    remember(first.url, "kept")
    first.leave()
    assert serving(data_dir) == []
    assert remembered(start().url) == ["kept"]


def test_two_processes_share_one_server_and_the_last_one_out_stops_it(start: Start, data_dir: Path) -> None:
    first, second = start(), start()
    server = server_pid(data_dir)
    remember(first.url, "seen by both")
    assert remembered(second.url) == ["seen by both"]
    first.leave()
    assert remembered(second.url) == ["seen by both"]
    assert server_pid(data_dir) == server
    second.leave()
    assert serving(data_dir) == []


def test_an_initdb_that_was_interrupted_is_done_again(start: Start, data_dir: Path) -> None:
    start().leave()
    cluster = data_dir / "postgres" / "data"
    (cluster / "global" / "pg_control").unlink()
    cluster.rename(cluster.with_name("data.unfinished"))
    remember(start().url, "works")


def test_a_data_directory_whose_path_is_too_long_for_a_socket_is_refused_before_anything_is_made(
    data_dir: Path,
) -> None:
    deep = data_dir / ("d" * 100)
    with pytest.raises(EmbeddedPostgresError, match=r"too long a path.*DATA_DIR at most 80"):
        EmbeddedPostgres(deep).start()
    assert list(data_dir.iterdir()) == []


def test_a_server_that_can_not_start_is_reported_with_the_last_lines_of_its_log(data_dir: Path) -> None:
    server = EmbeddedPostgres(data_dir, {"fsync": "off", "max_connections": "-7"})
    with pytest.raises(EmbeddedPostgresError, match=r'(?s)could not start.*-7 is outside.*"max_connections"'):
        server.start()
    assert serving(data_dir) == []


def test_data_of_another_version_is_refused_and_kept(start: Start, data_dir: Path) -> None:
    start().leave()
    version = data_dir / "postgres" / "data" / "PG_VERSION"
    version.write_text("12\n")
    with pytest.raises(EmbeddedPostgresError, match=r"made by PostgreSQL 12, but \d\d is installed"):
        EmbeddedPostgres(data_dir).start()
    assert version.read_text() == "12\n"
