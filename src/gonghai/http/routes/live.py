"""GET /pools/{id}/live: who leaves the pool and who enters it, as server-sent events, for as long as one looks at it."""

import random
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from pydantic import BaseModel

from gonghai.access.actor import Actor
from gonghai.base.errors import NotFound, Refusal
from gonghai.customers.comings import How
from gonghai.http.call import database, identify
from gonghai.http.live import Live, message
from gonghai.http.shapes import Id, Named
from gonghai.pools.actor import load_actor

router = APIRouter(prefix="/pools", tags=["pools"])
LOOK_AGAIN: Final = 30.0  # seconds between two checks that the reader still sees the pool
HEARTBEAT: Final = 15.0  # seconds of silence, after which a proxy might think that the line is dead
UNBUFFERED: Final = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
RETRY: Final = (2_000, 6_000)  # milliseconds until a broken line is tried again: not all at once


class LeftPool(BaseModel):
    """A customer that is no longer in the pool. `owner`: who has it, where there is one and the reader may know."""

    id: Id
    how: How
    owner: Named | None


class EnteredPool(BaseModel):
    """A customer that is in the pool now. What else there is to know of it stands in the pool's list."""

    id: Id


class LiveMessages(BaseModel):
    """The data of the messages, by their event: each a list. `reset` (without data) says to read the list again."""

    left: list[LeftPool] | None = None
    entered: list[EnteredPool] | None = None


@dataclass(slots=True)
class Reader:
    """Who listens to which pool, with the rights they had when last looked at."""

    request: Request
    pool_id: int
    tenant_id: int
    actor: Actor

    @classmethod
    async def seen(cls, request: Request, pool_id: int) -> "Reader":
        """401 without a session or key, 404 unless the person sees the pool."""
        feeds: Live = request.app.state.live
        async with feeds.looks:
            identity = await identify(request)
            async with database(request).tenant(identity.tenant_id) as conn:
                actor = await load_actor(conn, identity.tenant_id, identity.person_id, scopes=identity.scopes)
        actor.need("customers.read")
        if pool_id not in actor.visible_pools():
            raise NotFound("pool", id=str(pool_id))
        return cls(request, pool_id, identity.tenant_id, actor)


async def _reader(request: Request, pool_id: Id) -> Reader:
    # Whoever doesn't say that they read a stream would wait for the end of one that has none.
    if "text/event-stream" not in request.headers.get("accept", ""):
        raise Refusal("event_stream_only", 406)
    return await Reader.seen(request, pool_id)


class EventStream(StreamingResponse):
    """Not FastAPI's own: its queues between two tasks cost more for each of 500 readers."""

    media_type = "text/event-stream"


@router.get("/{pool_id}/live", response_class=EventStream, responses={200: {"model": LiveMessages}})
async def live(
    reader: Annotated[Reader, Depends(_reader)], last_event_id: Annotated[str | None, Header()] = None
) -> EventStream:
    """Messages `left` and `entered`, each with the customers of one moment, and `reset`: read the list again.

    It goes on where a broken line stopped (`Last-Event-ID`) while the server still knows, else with a `reset`. It
    ends when the session, the person or the right to see the pool does. Customers may be told of twice.
    """
    last = int(last_event_id) if last_event_id and last_event_id.isascii() and last_event_id.isdigit() else None
    return EventStream(_stream(reader, last), headers=UNBUFFERED)


def _look_at() -> float:
    """When to look again; not for all at once who came at once."""
    return time.monotonic() + random.uniform(0.7, 1.0) * LOOK_AGAIN


async def _stream(reader: Reader, last: int | None) -> AsyncIterator[bytes]:
    feeds: Live = reader.request.app.state.live
    async with feeds.listening(reader.tenant_id) as feed:
        while not (feed.begun or feed.ended or feeds.closed):
            await feed.more(HEARTBEAT)
        yield format_sse_event(id=str(feed.settled), retry=random.randint(*RETRY))
        position, look_at = feed.position(last), _look_at()
        while not (feed.ended or feeds.closed):
            if time.monotonic() >= look_at:
                try:
                    reader = await Reader.seen(reader.request, reader.pool_id)
                except Refusal:
                    return
                look_at = _look_at()
            batches = feed.since(position)
            if batches is None:
                position = feed.newest
                yield message("reset", {}, feed.settled)
            elif batches:
                position = batches[-1].number
                if said := b"".join(batch.messages(reader.pool_id, reader.actor) for batch in batches):
                    yield said
            else:
                await feed.more(min(HEARTBEAT, look_at - time.monotonic()))
                if feed.newest == position:
                    yield KEEPALIVE_COMMENT
