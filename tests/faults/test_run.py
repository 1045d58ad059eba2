"""Holds what `gonghai run` promises: it says when it is ready, ends everything it started, and explains what it can't."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from gonghai.base import clock
from gonghai.base.database import Database, app_url
from gonghai.http.call import COOKIE
from gonghai.people.sign_in import Attempt, open_session
from tests.fixtures.people import PASSWORD_HASH, make_company

from .conftest import end_servers, remember, remembered, serving

COMMAND = """
import typer
from gonghai.base.settings import Settings
from gonghai.cli.run import run
typer.run(lambda: run(Settings(), lambda url, settings: ["owner " + url]))
"""
PATIENCE = 60  # seconds until a step that hangs fails its test


class Running:
    """`gonghai run` on a data directory, as a process of its own."""

    def __init__(self, data_dir: Path, port: int) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL")}
        self.address = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [sys.executable, "-c", COMMAND],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            bufsize=1,
            env={**environment, "DATA_DIR": str(data_dir), "PORT": str(port)},
        )
        self.said: list[str] = []

    def wait_for(self, words: str) -> str:
        """The first line with `words`; fails with all that was said when it does not come."""
        assert self.process.stdout is not None
        watchdog = threading.Timer(PATIENCE, self.process.kill)
        watchdog.start()
        try:
            for line in self.process.stdout:
                self.said.append(line)
                if words in line:
                    return line
        finally:
            watchdog.cancel()
        raise AssertionError(f"no line with '{words}' in:\n" + "".join(self.said))

    def worker(self) -> psutil.Process:
        """The worker's process, once it runs."""
        while True:
            for child in psutil.Process(self.process.pid).children():
                if "worker" in child.cmdline():
                    return child

    def end_by(self, number: signal.Signals) -> int:
        """The exit code after a signal."""
        self.process.send_signal(number)
        self.said.append(self.process.communicate(timeout=PATIENCE)[0])
        return self.process.returncode


@pytest.fixture
def port() -> int:
    """A port that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def go(data_dir: Path, port: int) -> Iterator[Callable[[], Running]]:
    """Starts `gonghai run`; whatever still runs afterwards is ended."""
    started: list[Running] = []

    def go() -> Running:
        started.append(Running(data_dir, port))
        return started[-1]

    yield go
    for running in started:
        running.process.kill()
        running.process.communicate()
    end_servers(data_dir)


def test_every_way_to_end_it_ends_all_of_it_and_keeps_the_data(go: Callable[[], Running], data_dir: Path) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        running = go()
        running.wait_for(f"ready at {running.address}")
        remember(running.wait_for("owner ").split()[1], number.name)
        worker = running.worker()
        assert httpx.get(f"{running.address}/openapi.json", timeout=PATIENCE).status_code == 200
        assert running.end_by(number) == 0, running.said
        assert "Traceback" not in running.said[-1]
        assert not worker.is_running()
        assert serving(data_dir) == []
    running = go()
    assert remembered(running.wait_for("owner ").split()[1]) == ["SIGHUP", "SIGINT", "SIGTERM"]
    running.end_by(signal.SIGTERM)


def test_ending_it_ends_the_streams_that_people_listen_to(go: Callable[[], Running]) -> None:
    running = go()
    owner_url = running.wait_for("owner ").split()[1]
    pool_id, token = asyncio.run(a_pool_and_a_session(owner_url))
    with httpx.Client(cookies={COOKIE: token}, headers={"Accept": "text/event-stream"}, timeout=PATIENCE) as browser:
        with browser.stream("GET", f"{running.address}/api/v1/pools/{pool_id}/live") as stream:
            assert stream.status_code == 200
            lines = stream.iter_lines()
            assert next(lines).startswith("id: ")
            running.process.send_signal(signal.SIGTERM)
            list(lines)  # a stream that is cut, not ended, raises
    assert running.end_by(signal.SIGTERM) == 0
    assert "timeout graceful shutdown exceeded" not in running.said[-1]


async def a_pool_and_a_session(owner_url: str) -> tuple[int, str]:
    async with Database(app_url(owner_url), size=2) as database:
        company = await make_company(database, owner_url)
        pool_id = await company.pool()
        attempt = Attempt("", company.tenant_id, company.admin_id, PASSWORD_HASH)
        async with database.tenant(company.tenant_id) as conn:
            return pool_id, (await open_session(conn, attempt, now=clock.now())).token


def test_kill_9_leaves_no_worker_and_the_next_run_takes_over(go: Callable[[], Running], data_dir: Path) -> None:
    killed = go()
    remember(killed.wait_for("owner ").split()[1], "kept")
    worker = killed.worker()
    killed.end_by(signal.SIGKILL)
    worker.wait(timeout=PATIENCE)
    following = go()
    assert remembered(following.wait_for("owner ").split()[1]) == ["kept"]
    assert following.end_by(signal.SIGTERM) == 0
    assert serving(data_dir) == []


def test_a_worker_that_ends_by_itself_is_started_again(go: Callable[[], Running]) -> None:
    running = go()
    running.wait_for("ready")
    first = running.worker()
    first.kill()
    running.wait_for("worker ended with -9")
    assert running.worker().pid != first.pid


def test_a_taken_port_is_refused_with_advice_before_anything_is_started(
    go: Callable[[], Running], port: int, data_dir: Path
) -> None:
    with socket.create_server(("127.0.0.1", port)):
        running = go()
        running.wait_for(f"make run PORT={port + 1}")
        assert running.process.wait(PATIENCE) == 1
    assert list(data_dir.iterdir()) == []


def test_a_signal_during_the_start_ends_it_cleanly_too(go: Callable[[], Running], data_dir: Path) -> None:
    running = go()
    running.wait_for("Starting PostgreSQL")
    assert running.end_by(signal.SIGINT) == 0, running.said
    assert serving(data_dir) == []
