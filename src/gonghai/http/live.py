"""What happens in the pools, told to those who look at them: one reader of the log per company, however many listen.

Not LISTEN/NOTIFY: it makes commits wait for each other, and a notification from a worker of a cluster is lost. While
somebody of a company listens, its log is read every TICK seconds, and soon after this process committed a write.

Transactions commit in another order than they took their ids, so "above the last id" would lose rows. Every TICK the
ids above those known for OVERLAP seconds are read again, without those told already. What this can't see: an event
whose transaction stayed open for longer than OVERLAP after a later one was told. Its customer is told of with its
next move; a claim of it is refused rightly all the same.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import orjson
import psycopg
import structlog
from fastapi.sse import format_sse_event

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, Database
from gonghai.customers.comings import Coming, newest_event, read_log

log = structlog.get_logger()
TICK = 1.0  # seconds between readings of the log when nothing is written here
OVERLAP = 10.0  # seconds that a transaction may stay open
SOONEST = 0.1  # seconds between two tellings
PER_LISTENER = 0.001  # seconds more for each: telling 500 people costs as much as 50 claims
MOST_READ = 2_000  # events; when more come at once, people are told to read their list again
LOOKS_AT_ONCE = 3  # of the connections: when hundreds begin to listen, claims must not wait behind them
KEPT = 2_000  # comings that a broken line or a slow reader finds again


@dataclass(slots=True)
class Batch:
    """What one reading found. `settled`: up to this id everything has been told with this batch."""

    number: int
    at: float
    highest: int
    settled: int
    pools: dict[int, list[Coming]]
    _shared: dict[int, bytes] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return sum(map(len, self.pools.values()))

    def messages(self, pool_id: int, actor: Actor) -> bytes:
        """What to send to one reader of one pool, perhaps nothing; made once for all who may know the same."""
        comings = self.pools.get(pool_id, [])
        if any(c.hide_claimers for c in comings):
            return self._worded(comings, [c.owner_shown(actor) for c in comings])
        if pool_id not in self._shared:
            self._shared[pool_id] = self._worded(comings, [c.owner_id is not None for c in comings])
        return self._shared[pool_id]

    def _worded(self, comings: Sequence[Coming], shown: Sequence[bool]) -> bytes:
        left = [
            {
                "id": str(c.customer_id),
                "how": c.how,
                "owner": {"id": str(c.owner_id), "name": c.owner_name} if owner else None,
            }
            for c, owner in zip(comings, shown, strict=True)
            if c.how
        ]
        entered = [{"id": str(c.customer_id)} for c in comings if c.how is None]
        both = (("left", left), ("entered", entered))
        return b"".join(message(name, said, self.settled) for name, said in both if said)


def message(name: str, data: object, settled: int) -> bytes:
    """One message of a stream, after which a broken line goes on."""
    return format_sse_event(event=name, data_str=orjson.dumps(data).decode(), id=str(settled))


class Feed:
    """The log of one company as it is read here, and the last of what it told."""

    def __init__(self, database: Database, tenant_id: int) -> None:
        self._database, self._tenant_id = database, tenant_id
        self.listeners = 0
        self.newest = 0  # number of the last batch
        self.settled = 0
        self.begun = self.ended = False
        self._batches: deque[Batch] = deque()
        self._lost = (0, 0)  # number and highest id of the last batch that is no longer kept
        self._read: deque[tuple[float, int]] = deque()  # when each id above `settled` was read
        self._top = 0
        self._whole_at = 0.0
        self._again_at: float | None = None
        self._turn = asyncio.Event()
        self._nudged = asyncio.Event()

    def nudge(self) -> None:
        """Something was committed: read soon."""
        self._nudged.set()

    def wake(self) -> None:
        """Has all listeners look up."""
        self._turn.set()
        self._turn = asyncio.Event()

    def position(self, last_event_id: int | None) -> int:
        """After which batch a reader goes on: behind what it has, or with what is younger than OVERLAP.

        The list that a page shows was read before the page began to listen.
        """
        if last_event_id is not None and last_event_id < self._lost[1]:
            return -1
        young = time.monotonic() - OVERLAP
        for batch in self._batches:
            if batch.highest > last_event_id if last_event_id is not None else batch.at > young:
                return batch.number - 1
        return self.newest

    def since(self, position: int) -> list[Batch] | None:
        """The batches after a position; None when some of them are no longer kept."""
        if position < self._lost[0]:
            return None
        return [batch for batch in self._batches if batch.number > position]

    async def more(self, seconds: float) -> None:
        """Returns when there is more to tell, at the latest after so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._turn.wait()

    async def run(self) -> None:
        """Reads while somebody listens."""
        while self.listeners:
            try:
                async with self._database.tenant(self._tenant_id) as conn:
                    await (self._go_on(conn) if self.begun else self._begin(conn))
            except psycopg.Error as error:
                log.warning("live_reading_failed", tenant_id=self._tenant_id, error=str(error))
            # Telling many people costs more than reading: they wait a little, and are told of more at once.
            soonest = SOONEST + PER_LISTENER * self.listeners
            await asyncio.sleep(soonest)
            with suppress(TimeoutError):
                async with asyncio.timeout(TICK - soonest):
                    await self._nudged.wait()
            self._nudged.clear()

    async def _begin(self, conn: Conn) -> None:
        self.settled = self._top = await newest_event(conn, self._tenant_id, older_than=OVERLAP)
        self._lost = (0, self.settled)
        await self._go_on(conn)
        self.begun = True
        self.wake()

    async def _go_on(self, conn: Conn) -> None:
        now = time.monotonic()
        above, told = self._top, list[int]()
        if now >= self._whole_at:
            while self._read and self._read[0][0] <= now - OVERLAP:
                self.settled = max(self.settled, self._read.popleft()[1])
            above, told = self.settled, [read_id for _, read_id in self._read]
            self._whole_at = now + TICK
        ids, comings = await read_log(conn, self._tenant_id, above=above, told=told, limit=MOST_READ + 1)
        if len(ids) > MOST_READ:
            await self._jump(conn, now)
        elif ids:
            self._top = max(self._top, ids[-1])
            self._read.extend((now, read_id) for read_id in ids)
            self._tell(now, ids[-1], comings)
        if self._again_at is not None and now >= self._again_at:
            self._again_at = None
            self._forget()

    async def _jump(self, conn: Conn, now: float) -> None:
        """More than anybody reads: lists are read again, once now and once when what is open by now has ended."""
        self._top = self.settled = await newest_event(conn, self._tenant_id)
        self._read.clear()
        self._again_at = now + OVERLAP
        self._forget()

    def _forget(self) -> None:
        """Everybody is to read the list again."""
        self.newest += 1
        self._batches.clear()
        self._lost = (self.newest, self._top)
        self.wake()

    def _tell(self, now: float, highest: int, comings: Sequence[Coming]) -> None:
        if not comings:
            return
        pools: dict[int, list[Coming]] = {}
        for coming in comings:
            pools.setdefault(coming.pool_id, []).append(coming)
        self.newest += 1
        self._batches.append(Batch(self.newest, now, highest, self.settled, pools))
        kept = sum(batch.size for batch in self._batches)
        while kept > KEPT and len(self._batches) > 1:
            dropped = self._batches.popleft()
            kept -= dropped.size
            self._lost = (dropped.number, max(self._lost[1], dropped.highest))
        self.wake()


class Live:
    """The feeds of this process: one for each company of which somebody listens."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.feeds: dict[int, Feed] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.looks = asyncio.Semaphore(LOOKS_AT_ONCE)
        self.closed = False

    @asynccontextmanager
    async def listening(self, tenant_id: int) -> AsyncIterator[Feed]:
        """The company's feed, read for as long as somebody is inside."""
        feed = self.feeds.get(tenant_id)
        if feed is None:
            feed = self.feeds[tenant_id] = Feed(self._database, tenant_id)
            task = asyncio.create_task(self._run(feed, tenant_id))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        feed.listeners += 1
        try:
            yield feed
        finally:
            feed.listeners -= 1
            if not feed.listeners:
                feed.nudge()

    async def _run(self, feed: Feed, tenant_id: int) -> None:
        # The listener that asked for it comes in before this begins.
        try:
            await feed.run()
        finally:
            feed.ended = True
            del self.feeds[tenant_id]
            feed.wake()

    def nudge(self, tenant_id: int) -> None:
        """Something of the company was committed here."""
        if feed := self.feeds.get(tenant_id):
            feed.nudge()

    async def finished(self) -> None:
        """Returns when no log is read any more, once nobody listens."""
        await asyncio.gather(*self._tasks)

    def close(self) -> None:
        """Ends all streams: the server is about to end, and would wait for them."""
        self.closed = True
        for feed in self.feeds.values():
            feed.wake()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        await self.finished()
