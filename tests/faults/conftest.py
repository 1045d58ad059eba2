"""Starts applications on a data directory as processes of their own, so that a test can kill them."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import psutil
import psycopg
import pytest

APPLICATION = """
import sys
from pathlib import Path
from gonghai.base.embedded import EmbeddedPostgres
with EmbeddedPostgres(Path(sys.argv[1]), {"fsync": "off", "shared_buffers": "16MB"}) as server:
    print(server.url, flush=True)
    sys.stdin.readline()
"""


class Application:
    """A process that uses the embedded PostgreSQL until it is told to leave."""

    def __init__(self, data_dir: Path, environment: Mapping[str, str], user: int | None, python: str) -> None:
        self.process = subprocess.Popen(
            [python, "-c", APPLICATION, str(data_dir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",
            env={**os.environ, **environment},
            user=user,
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()
        if not self.url.startswith("postgresql://"):
            raise AssertionError(self.url + self.process.stdout.read())

    def leave(self) -> None:
        self.process.communicate("leave\n", timeout=60)
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=60)


Start = Callable[..., Application]


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A data directory that nobody has used yet; short enough for a socket, whatever pytest's own are."""
    with tempfile.TemporaryDirectory(prefix="gonghai-fault-") as directory:
        yield Path(directory)


@pytest.fixture
def start(data_dir: Path) -> Iterator[Start]:
    """Starts an application; whatever still runs on the data directory afterwards is ended."""
    started: list[Application] = []

    def start(
        *, at: Path = data_dir, user: int | None = None, python: str = sys.executable, **environment: str
    ) -> Application:
        started.append(Application(at, environment, user, python))
        return started[-1]

    yield start
    for application in started:
        application.kill()
    end_servers(data_dir)


def serving(data_dir: Path) -> list[psutil.Process]:
    """Every living PostgreSQL process at work below `data_dir`."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.name() == "postgres" and Path(process.cwd()).is_relative_to(data_dir):
                found.append(process)
        except psutil.Error:
            continue
    return found


def server_pid(data_dir: Path) -> int:
    """The number in the server's pid file."""
    return int((data_dir / "postgres" / "data" / "postmaster.pid").read_text().split("\n")[0])


def remember(url: str, note: str) -> None:
    """Commit a note."""
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS notes (note text)")
        connection.execute("INSERT INTO notes VALUES (%s)", [note])


def remembered(url: str) -> list[str]:
    """The notes that were committed."""
    with psycopg.connect(url) as connection:
        return [note for (note,) in connection.execute("SELECT note FROM notes ORDER BY note")]


def end_servers(data_dir: Path) -> None:
    """Kill every server below `data_dir` that a test left running."""
    left = serving(data_dir)
    for process in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(left, timeout=10)
