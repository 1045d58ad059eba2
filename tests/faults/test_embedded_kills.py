"""Holds what the embedded PostgreSQL promises after kill -9: of the application, of the server, of both."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from .conftest import Start, remember, remembered, server_pid, serving


def test_after_the_application_was_killed_the_next_one_takes_its_server_over_and_stops_it(
    start: Start, data_dir: Path
) -> None:
    killed = start()
    remember(killed.url, "kept")
    server = server_pid(data_dir)
    killed.kill()
    assert psutil.Process(server).is_running()
    following = start()
    assert server_pid(data_dir) == server
    assert remembered(following.url) == ["kept"]
    following.leave()
    assert serving(data_dir) == []


def test_a_killed_application_does_not_take_the_server_from_its_neighbour(start: Start, data_dir: Path) -> None:
    killed, neighbour = start(), start()
    killed.kill()
    start().leave()
    remember(neighbour.url, "still here")
    neighbour.leave()
    assert serving(data_dir) == []


def test_after_application_and_server_were_killed_the_next_start_recovers_the_data(
    start: Start, data_dir: Path
) -> None:
    killed = start()
    remember(killed.url, "kept")
    killed.kill()
    psutil.Process(server_pid(data_dir)).kill()
    assert remembered(start().url) == ["kept"]


def test_a_server_killed_under_a_living_application_is_started_by_the_next(start: Start, data_dir: Path) -> None:
    first = start()
    remember(first.url, "kept")
    psutil.Process(server_pid(data_dir)).kill()
    second = start()
    assert remembered(second.url) == ["kept"]
    second.leave()
    assert remembered(first.url) == ["kept"]


def test_no_new_server_starts_beside_a_busy_orphan_of_the_killed_one(start: Start, data_dir: Path) -> None:
    killed = start()
    connection = psycopg.connect(killed.url, autocommit=True)
    orphan = psutil.Process(connection.info.backend_pid)

    def be_busy() -> None:
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 1000000) b")

    busy = threading.Thread(target=be_busy)
    busy.start()
    with psycopg.connect(killed.url, autocommit=True) as watcher:
        waiting = "SELECT FROM pg_stat_activity WHERE pid = %s AND state = 'active'"
        while not watcher.execute(waiting, [orphan.pid]).rowcount:
            pass
    killed.kill()
    psutil.Process(server_pid(data_dir)).kill()
    assert orphan in serving(data_dir)
    remember(start().url, "works")
    assert orphan not in serving(data_dir)
    busy.join()
    connection.close()


@pytest.fixture
def somebody() -> Iterator[int]:
    """The number of a process that has nothing to do with PostgreSQL."""
    process = subprocess.Popen(["sleep", "600"])
    yield process.pid
    process.kill()
    process.wait()


def test_a_stale_pid_file_whose_number_is_now_somebody_else_does_not_hinder_the_start(
    start: Start, data_dir: Path, somebody: int
) -> None:
    killed = start()
    remember(killed.url, "kept")
    killed.kill()
    server = server_pid(data_dir)
    psutil.Process(server).kill()
    _put_number(data_dir, somebody)
    following = start()
    assert remembered(following.url) == ["kept"]
    following.leave()
    assert psutil.Process(somebody).is_running()


def test_a_stale_pid_file_whose_number_is_now_another_postgresql_does_not_hinder_the_start(
    start: Start, data_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    here, there = data_dir / "here", data_dir / "there"
    data_dir.chmod(0o755)
    killed = start(at=here)
    remember(killed.url, "kept")
    killed.kill()
    psutil.Process(server_pid(here)).kill()
    other = start(at=there)
    remember(other.url, "of the other")
    _put_number(here, server_pid(there))
    following = start(at=here)
    assert remembered(following.url) == ["kept"]
    following.leave()
    assert remembered(other.url) == ["of the other"]


def _put_number(data_dir: Path, number: int) -> None:
    pid_file = data_dir / "postgres" / "data" / "postmaster.pid"
    _, *rest = pid_file.read_text().split("\n")
    pid_file.write_text("\n".join([str(number), *rest]))
    lock = data_dir / "postgres" / "run" / ".s.PGSQL.5432.lock"
    _, *rest = lock.read_text().split("\n")
    lock.write_text("\n".join([str(number), *rest]))
