"""Runs the PostgreSQL that pip installed on a data directory, shared by every process that uses the directory."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shlex
import shutil
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import filelock
import psutil
import psycopg

from gonghai.base.embedded_account import (
    Account,
    EmbeddedPostgresError,
    own_directory,
    programs_for,
    run_as,
    server_account,
)

__all__ = ["EmbeddedPostgres", "EmbeddedPostgresError"]

_NAME = "gonghai"  # of the superuser role and of the database
_PORT = 5432  # only the socket's file name; nothing listens on the network
_LONGEST_SOCKET_PATH = 107  # bytes; the operating system's limit
_PATIENCE = 300  # seconds for a start, which may have a crash to recover from, or for a neighbour's start or stop
_SETTINGS = {
    "max_connections": "100",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "wal_compression": "on",
    "fsync": "on",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
_LOG_KEPT = 10_000_000  # bytes; a longer log is set aside at the next start


class EmbeddedPostgres:
    """One PostgreSQL server per data directory: the first user starts it, the last one out stops it.

    A user is a process (or an instance) between `start` and `stop`; a killed one counts as gone, and a server that
    outlived its users is taken over by the next. It listens on a Unix socket in a directory of mode 0700 and nowhere
    else. Started as root, it runs under an unprivileged account, which then owns `data_dir`/postgres.

    `settings` are server settings over our own; they take effect only for the user who really starts the server.
    """

    def __init__(self, data_dir: Path, settings: Mapping[str, str] | None = None) -> None:
        self._data_dir = data_dir.absolute().resolve()
        self._settings = {**_SETTINGS, **(settings or {})}
        self._home = self._data_dir / "postgres"
        self._cluster = self._home / "data"
        self._sockets = self._home / "run"
        self._log = self._home / "server.log"
        self._account: Account | None = None
        self._programs = Path()
        self._in_use: int | None = None

    @property
    def account(self) -> str | None:
        """Name of the account that the server runs under, None if it is our own. Known after `start`."""
        return self._account.name if self._account else None

    @property
    def url(self) -> str:
        """Address of the database as its owner, who is a superuser."""
        return f"postgresql://{_NAME}@/{_NAME}?host={quote(str(self._sockets), safe='/')}&port={_PORT}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> str:
        """Have the server run until `stop`, making or recovering the database as needed; answer the owner's URL.

        Raises EmbeddedPostgresError, which quotes the server's log where that says why.
        """
        if self._in_use is not None:
            return self.url
        self._check_socket_path()
        self._account = server_account(self._home)
        own_directory(self._account, self._data_dir, self._home)
        with self._lock():
            self._programs = programs_for(self._account, self._data_dir)
            self._in_use = self._open_users()
            fcntl.flock(self._in_use, fcntl.LOCK_SH)
            try:
                self._ensure_cluster()
                self._ensure_running()
            except BaseException:
                self._leave()
                raise
        return self.url

    def stop(self) -> bool:
        """Use the server no longer; answer whether we were its last user, so that it is stopped now."""
        if self._in_use is None:
            return False
        with self._lock():
            return self._leave()

    def _lock(self) -> filelock.BaseFileLock:
        # Held while the server is started or stopped, so that neighbours on the directory see it up or down.
        return filelock.FileLock(self._home / "start-stop.lock", timeout=_PATIENCE)

    def _open_users(self) -> int:
        # Each user holds a shared lock on this file. The kernel drops it however the process ends: no list of
        # process numbers to keep, which could be stale or belong to somebody else by now.
        return os.open(self._home / "users.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)

    def _leave(self) -> bool:
        assert self._in_use is not None
        os.close(self._in_use)
        self._in_use = None
        users = self._open_users()
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        else:
            self._stop_server()
            return True
        finally:
            os.close(users)

    def _check_socket_path(self) -> None:
        path = os.fsencode(self._sockets / f".s.PGSQL.{_PORT}")
        if len(path) > _LONGEST_SOCKET_PATH:
            spare = _LONGEST_SOCKET_PATH - (len(path) - len(os.fsencode(self._data_dir)))
            raise EmbeddedPostgresError(
                f"The data directory {self._data_dir} has too long a path: a Unix socket below it may have "
                f"{_LONGEST_SOCKET_PATH} bytes at most, so DATA_DIR at most {spare}. Set DATA_DIR to a shorter one."
            )

    def _ensure_cluster(self) -> None:
        try:
            made_by = (self._cluster / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            self._create_cluster()
            return
        version = self._run("postgres", "--version").stdout.split()[2].split(".")[0]
        if version != made_by:
            raise EmbeddedPostgresError(
                f"The data in {self._cluster} was made by PostgreSQL {made_by}, but {version} is installed. Install "
                f"the former version of the package again, export with pg_dump, and import into a new DATA_DIR."
            )

    def _create_cluster(self) -> None:
        # Made under another name first: an interrupted initdb must not look like a finished one.
        unfinished = self._home / "data.unfinished"
        if self._cluster.exists():
            raise EmbeddedPostgresError(f"{self._cluster} exists but is no PostgreSQL data: move it out of the way.")
        shutil.rmtree(unfinished, ignore_errors=True)
        made = self._run(
            "initdb", "-D", unfinished, "-U", _NAME, "--auth-local=trust", "--auth-host=reject", "-E", "UTF8",
            # Said, never inherited: with LANG=C, trigrams and lower() would see nothing in Chinese text.
            "--locale-provider=builtin", "--locale=C.UTF-8", "--lc-messages=C",
            *(["--no-sync"] if self._settings["fsync"] == "off" else []),
        )  # fmt: skip
        if made.returncode != 0:
            raise EmbeddedPostgresError(f"initdb could not make a database in {self._home}:\n{made.stdout.strip()}")
        unfinished.rename(self._cluster)

    def _ensure_running(self) -> None:
        deadline = time.monotonic() + _PATIENCE
        while True:
            if self._server() is None:
                self._clear_traces()
                self._start_server()
            try:
                self._ensure_database()
                return
            except psycopg.OperationalError as error:
                # It may be shutting down or recovering. When it is gone the next round starts it.
                if time.monotonic() > deadline:
                    raise EmbeddedPostgresError(
                        f"PostgreSQL on {self._cluster} runs but does not answer: {error}\n{self._last_log_lines()}"
                    ) from error
                time.sleep(0.1)

    def _ensure_database(self) -> None:
        with psycopg.connect(
            host=str(self._sockets), port=_PORT, user=_NAME, dbname="postgres", connect_timeout=10, autocommit=True
        ) as connection:
            if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [_NAME]).rowcount:
                connection.execute(f"CREATE DATABASE {_NAME}")

    def _server(self) -> psutil.Process | None:
        """The living server on our cluster. The number in its pid file proves nothing: see who has it."""
        try:
            number = (self._cluster / "postmaster.pid").read_text().split("\n", 1)[0]
            process = psutil.Process(abs(int(number)))
        except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
            return None
        return process if self._serves_cluster(process) else None

    def _serves_cluster(self, process: psutil.Process) -> bool:
        # Every process of a server works inside its data directory, orphans of a killed server too.
        try:
            return process.name() == "postgres" and process.cwd() == str(self._cluster)
        except psutil.Error:
            return False

    def _clear_traces(self) -> None:
        """Remove what a killed server left, once the last of its processes is gone: two at once would ruin the data."""
        if not (self._cluster / "postmaster.pid").exists():
            return
        orphans = [process for process in psutil.process_iter() if self._serves_cluster(process)]
        _, alive = psutil.wait_procs(orphans, timeout=5)
        for process in alive:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        _, alive = psutil.wait_procs(alive, timeout=5)
        if alive:
            raise EmbeddedPostgresError(f"Processes of a killed PostgreSQL on {self._cluster} won't end: {alive}.")
        (self._cluster / "postmaster.pid").unlink(missing_ok=True)
        shutil.rmtree(self._sockets, ignore_errors=True)

    def _start_server(self) -> None:
        if self._log.exists() and self._log.stat().st_size > _LOG_KEPT:
            self._log.replace(self._log.with_suffix(".log.1"))
        self._sockets.mkdir(mode=0o700, exist_ok=True)
        if self._account is not None:
            os.chown(self._sockets, self._account.uid, self._account.gid, follow_symlinks=False)
        settings = {
            **self._settings,
            "listen_addresses": "",
            "port": str(_PORT),
            "unix_socket_directories": f'"{self._sockets}"',
            "unix_socket_permissions": "0700",
        }
        options = shlex.join(part for name, value in settings.items() for part in ("-c", f"{name}={value}"))
        started = self._run(
            "pg_ctl", "start", "-w", "-t", str(_PATIENCE), "-D", self._cluster, "-l", self._log, "-o", options
        )
        if started.returncode != 0:
            raise EmbeddedPostgresError(
                f"PostgreSQL could not start on {self._cluster}: {started.stdout.strip()}\n{self._last_log_lines()}"
            )

    def _stop_server(self) -> None:
        for mode in ("fast", "immediate"):
            if self._server() is None:
                return
            self._run("pg_ctl", "stop", "-w", "-t", "60", "-m", mode, "-D", self._cluster)
        if (server := self._server()) is not None:
            raise EmbeddedPostgresError(f"PostgreSQL on {self._cluster} (process {server.pid}) does not stop.")

    def _run(self, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return run_as(self._account, [self._programs / program, *arguments], self._home)

    def _last_log_lines(self) -> str:
        try:
            lines = self._log.read_text(errors="replace").splitlines()[-15:]
        except FileNotFoundError:
            return f"It wrote no log ({self._log})."
        return "\n".join([f"The last lines of {self._log}:", *lines])
