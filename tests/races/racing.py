"""A barrier for races: holds a lock until enough attempts wait behind it, lets all go at once, and says who waited.

The barrier is a lock of PostgreSQL in the attempts' own way (a row, or a table), so "waits" means that the server
itself made a backend wait for a lock, as pg_stat_activity tells it.
"""

import asyncio
import inspect
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self

import psycopg
import pytest

from gonghai.base.database import Database, app_url

_WAITING = """SELECT pid FROM pg_stat_activity
  WHERE datname = current_database() AND backend_type = 'client backend' AND wait_event_type = 'Lock'"""
LOCK = " FOR NO KEY UPDATE"
PATIENCE = 60.0  # seconds; a busy machine


class Barrier:
    """`async with Barrier(owner_url, sql, params) as barrier`: start attempts inside; leaving lets them go.

    Afterwards `results` holds each attempt's value or exception in the order of their starts, and `waited` counts
    the backends that were seen waiting for a lock.
    """

    def __init__(self, owner_url: str, sql: str, params: Any = ()) -> None:
        self._url, self._sql, self._params = owner_url, sql, params
        self._seen: set[int] = set()
        self._attempts: list[asyncio.Task[Any]] = []
        self.results: list[Any] = []

    @property
    def waited(self) -> int:
        return len(self._seen)

    async def __aenter__(self) -> Self:
        self._watcher = await psycopg.AsyncConnection.connect(self._url, autocommit=True)
        self._holder = await psycopg.AsyncConnection.connect(self._url)
        await self._holder.execute(self._sql, self._params)
        return self

    def start(self, *attempts: Coroutine[Any, Any, Any]) -> None:
        self._attempts += [asyncio.create_task(attempt) for attempt in attempts]

    async def waiting(self, n: int) -> None:
        """Returns once `n` backends wait for a lock at the same moment."""
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while len(now := await self._look()) < n:
            done = [task.exception() or task.result() for task in self._attempts if task.done()]
            if asyncio.get_running_loop().time() > deadline:
                raise TimeoutError(f"{len(now)} of {n} wait; done: {done}")
            await asyncio.sleep(0.01)

    async def _look(self) -> set[int]:
        found = {pid for (pid,) in await (await self._watcher.execute(_WAITING)).fetchall()}
        self._seen |= found
        return found

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._holder.rollback()
        everyone = asyncio.gather(*self._attempts, return_exceptions=True)
        while not everyone.done():
            await self._look()
            await asyncio.wait([asyncio.ensure_future(everyone)], timeout=0.01)
        self.results = await everyone
        await self._holder.close()
        await self._watcher.close()


def without(monkeypatch: pytest.MonkeyPatch, function: Callable[..., Any], guard: str, instead: str = "") -> None:
    """Runs a copy of a function of the product whose source lacks its guard, wherever the product uses it."""
    source = inspect.getsource(function)
    assert guard in source, f"{function.__qualname__} has no {guard!r} any more"
    made: dict[str, Any] = {}
    exec(source.replace(guard, instead), sys.modules[function.__module__].__dict__.copy(), made)
    (copy,) = made.values()
    for name, module in list(sys.modules.items()):
        if name.startswith("gonghai.") and getattr(module, function.__name__, None) is function:
            monkeypatch.setattr(module, function.__name__, copy)


@asynccontextmanager
async def without_in_sql(owner_url: str, guards: Mapping[str, Sequence[str]], *, size: int) -> AsyncIterator[Database]:
    """Connections of the app that find copies of these SQL functions, whose sources lack the guards named by each."""
    async with await psycopg.AsyncConnection.connect(owner_url, autocommit=True) as owner:
        await owner.execute("CREATE SCHEMA unguarded")
        try:
            for name, lacking in guards.items():
                await _copy_without(owner, name, lacking)
            await owner.execute("GRANT USAGE ON SCHEMA unguarded TO gonghai_app")
            url = f"{app_url(owner_url)} options='-c search_path=unguarded,public'"
            async with Database(url, size=size) as database:
                yield database
        finally:
            await owner.execute("DROP SCHEMA unguarded CASCADE")


async def _copy_without(owner: psycopg.AsyncConnection[Any], name: str, guards: Sequence[str]) -> None:
    found = await owner.execute("SELECT pg_get_functiondef(%s::regproc)", (f"public.{name}",))
    (source,) = await found.fetchone() or ("",)
    for guard in guards:
        assert guard in source, f"{name} has no {guard!r} any more"
        source = source.replace(guard, guard.removesuffix(LOCK) if guard.endswith(LOCK) else "")
    await owner.execute(source.replace(f"FUNCTION public.{name}", f"FUNCTION unguarded.{name}"))
    await owner.execute(f"ALTER FUNCTION unguarded.{name} SET search_path = unguarded, public, pg_temp")
