"""Runs the whole installation in the foreground: PostgreSQL, schema, first data, worker, web server."""

import asyncio
import contextlib
import ctypes
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import FrameType

import psycopg
import typer
import uvloop

from gonghai.base.database import Database
from gonghai.base.embedded import EmbeddedPostgres, EmbeddedPostgresError
from gonghai.base.settings import Settings
from gonghai.cli.reach import app_connection
from gonghai.http.app import create_app
from gonghai.http.server import Server
from gonghai.migrations import upgrade

HOST = "127.0.0.1"
WORKER_RESTART = 5  # seconds after a worker that ended by itself
WORKER_GRACE = 20  # seconds for the jobs at hand when we end


def run(settings: Settings, first_data: Callable[[str, Settings], Sequence[str]]) -> None:
    """Serve until Ctrl-C, SIGTERM or SIGHUP, then end worker, server and PostgreSQL in this order.

    `first_data` is called with the owner's URL of the migrated database; it answers lines to print when all is ready.
    What can't be started ends with code 1 and a line on standard error that says what to do.
    """
    with _ended_by_signals():
        with _free_port(settings.port) as listener, _database(settings) as owner_url:
            _say("Bringing the database up to date")
            upgrade(owner_url)
            lines = first_data(owner_url, settings)
            url = app_connection(settings, owner_url)
            # The worker gets this database by address, so that it neither starts nor counts as a user of another.
            environment = {**os.environ, "DATABASE_URL": owner_url, "APP_DATABASE_URL": url}
            server = _Server(Database(url, size=settings.pool_size), settings, lines)
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(_serve(server, listener, environment))
    _say("Ended")


def _say(line: str) -> None:
    print(f"· {line}", flush=True)


def _fail(line: str) -> typer.Exit:
    print(f"✗ {line}", file=sys.stderr, flush=True)
    return typer.Exit(1)


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[None]:
    """The first signal to end unwinds what is inside, everything in order; further ones can't disturb that."""
    ending = (signal.SIGINT, signal.SIGTERM)

    def end(_number: int, _frame: FrameType | None) -> None:
        for each in ending:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    for each in ending:
        signal.signal(each, end)
    # A closed terminal ends us like SIGTERM, which uvicorn takes over while it serves.
    signal.signal(signal.SIGHUP, lambda _number, _frame: os.kill(os.getpid(), signal.SIGTERM))
    with contextlib.suppress(KeyboardInterrupt):
        yield


@contextlib.contextmanager
def _free_port(port: int) -> Iterator[socket.socket]:
    """A socket bound to the port, before anything costly is started."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError as error:
            advice = f"Is Gonghai running already? Else choose another port: make run PORT={port + 1}"
            raise _fail(f"Port {port} can't be used: {error.strerror}. {advice}") from error
        yield listener


@contextlib.contextmanager
def _database(settings: Settings) -> Iterator[str]:
    """The owner's URL of the database that DATABASE_URL names, else of the embedded one, run meanwhile."""
    if settings.database_url:
        _say("Using the database that DATABASE_URL names")
        try:
            psycopg.connect(settings.database_url, connect_timeout=10).close()
        except psycopg.Error as error:
            raise _fail(f"The database that DATABASE_URL names can't be reached: {error}") from error
        yield settings.database_url
        return
    _say(f"Starting PostgreSQL on {settings.data_dir} (the first time this takes a few seconds)")
    server = EmbeddedPostgres(settings.data_dir)
    try:
        server.start()
    except (EmbeddedPostgresError, OSError) as error:
        raise _fail(str(error)) from error
    try:
        if server.account:
            _say(f"PostgreSQL runs under the account '{server.account}', as it refuses to run as root")
        yield server.url
    finally:
        _say("Stopping PostgreSQL" if server.stop() else "PostgreSQL goes on for another process that uses it")


class _Server(Server):
    """The web server, which says when it is ready and what to do then."""

    def __init__(self, database: Database, settings: Settings, lines: Sequence[str]) -> None:
        super().__init__(create_app(database, settings))
        self._lines = [f"Gonghai is ready at http://{HOST}:{settings.port} (Ctrl-C ends it)", *lines]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            print("✓ " + "\n  ".join(self._lines), flush=True)


async def _serve(server: _Server, listener: socket.socket, environment: Mapping[str, str]) -> None:
    worker = asyncio.create_task(_keep_working(environment))
    try:
        await server.serve(sockets=[listener])
    finally:
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)


async def _keep_working(environment: Mapping[str, str]) -> None:
    """Have one worker process until cancelled, starting it again when it ends by itself."""
    while True:
        # A session of its own: a Ctrl-C in the terminal is for us to pass on, once the server has ended.
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "gonghai.cli.main", "worker"),
            stdin=asyncio.subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )
        try:
            code = await process.wait()
        except asyncio.CancelledError:
            await _end(process)
            raise
        _say(f"The worker ended with {code}; it starts again in {WORKER_RESTART} s")
        await asyncio.sleep(WORKER_RESTART)


async def _end(process: asyncio.subprocess.Process) -> None:
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), WORKER_GRACE)
    except TimeoutError:
        process.kill()
        await process.wait()


def _end_with_parent() -> None:
    """In the child: have Linux send SIGTERM when we are gone, so that a kill -9 leaves no worker behind."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)
