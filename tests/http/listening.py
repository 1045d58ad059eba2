"""Listening to a pool over a real socket: the whole application behind its own server on the loopback."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx
from fastapi import FastAPI

from gonghai.http.server import Server
from tests.fixtures.people import Company, signed_in

PATIENCE = 60.0  # seconds until a message that doesn't come fails its test
STREAM = {"Accept": "text/event-stream"}


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[str]:
    """The address of the application, whose database is open already."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(app, lifespan="off")
        serve = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/api/v1"
        finally:
            server.should_exit = True
            await serve
            app.state.live.closed = False  # the next test's server has the same application


class Listener:
    """One open stream: its messages as (event, data), in the order they came."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self.heard: list[tuple[str, Any]] = []
        self.last_id: str | None = None
        self.text = ""
        self._lines = answer.aiter_lines()

    async def until(self, enough: Callable[["Listener"], bool]) -> None:
        """Hears on until that is true."""
        async with asyncio.timeout(PATIENCE):
            while not enough(self):
                assert await self._one(), f"the stream ended after {self.heard}"

    async def next(self) -> tuple[str, Any]:
        """The next message."""
        n = len(self.heard)
        await self.until(lambda it: len(it.heard) > n)
        return self.heard[n]

    async def end(self) -> None:
        """Hears on until the server ends the stream."""
        async with asyncio.timeout(PATIENCE):
            while await self._one():
                pass

    async def _one(self) -> bool:
        name = data = None
        async for line in self._lines:
            self.text += line + "\n"
            kind, _, value = line.partition(": ")
            if kind == "event":
                name = value
            elif kind == "data":
                data = json.loads(value)
            elif kind == "id":
                self.last_id = value
            elif not line:
                if name is not None:
                    self.heard.append((name, data))
                return True
        return False

    def of(self, kind: str) -> list[dict[str, Any]]:
        """All that `left` or `entered` messages said until now."""
        return [one for name, said in self.heard if name == kind for one in said]

    def ids(self, kind: str) -> list[int]:
        return [int(one["id"]) for one in self.of(kind)]


@asynccontextmanager
async def browser(
    address: str, app: FastAPI, company: Company, person_id: int | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    """A signed-in person (default: the admin) with a real connection."""
    async with await signed_in(app, company, person_id) as client:
        settings = {"cookies": client.cookies, "headers": client.headers, "timeout": PATIENCE}
        async with httpx.AsyncClient(base_url=address, **settings) as real:
            yield real


@asynccontextmanager
async def listening(
    address: str, app: FastAPI, company: Company, pool_id: int, person_id: int | None = None, last_id: str | None = None
) -> AsyncIterator[Listener]:
    """A person looks at a pool; the stream has begun."""
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(browser(address, app, company, person_id))
        headers = STREAM if last_id is None else {**STREAM, "Last-Event-ID": last_id}
        answer = await stack.enter_async_context(client.stream("GET", f"/pools/{pool_id}/live", headers=headers))
        assert answer.status_code == 200, await answer.aread()
        listener = Listener(answer)
        await listener.until(lambda it: it.last_id is not None)
        yield listener
