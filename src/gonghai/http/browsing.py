"""Counting what people are shown of the pools, so that reading stays reading.

The server counts in memory and writes every few seconds and when it stops; a crash loses those seconds.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, Final, Self
from zoneinfo import ZoneInfo

import structlog

from gonghai.analytics.browsing import Counts, Looked, add
from gonghai.base.database import Database
from gonghai.http.call import ActorCall

log = structlog.get_logger()
SECONDS: Final = 5.0  # between two writes


class Browsing:
    """The counts that are not written yet, by tenant."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen: defaultdict[int, dict[Looked, Counts]] = defaultdict(dict)
        self._stopping = asyncio.Event()

    def add(self, tenant_id: int, looked: Looked, listed: int, opened: int) -> None:
        before = self._seen[tenant_id].get(looked, Counts())
        self._seen[tenant_id][looked] = Counts(before.listed + listed, before.opened + opened)

    async def flush(self) -> None:
        """Writes what was counted, one statement per tenant. What can't be written now is kept for the next time."""
        seen, self._seen = self._seen, defaultdict(dict)
        for tenant_id, counts in seen.items():
            try:
                async with self._database.tenant(tenant_id) as conn:
                    await add(conn, tenant_id, counts)
            except Exception as error:
                log.error("browsing not written", tenant=tenant_id, exc_info=error)
                for looked, n in counts.items():
                    self.add(tenant_id, looked, *n)

    async def __aenter__(self) -> Self:
        """Begins to write every few seconds."""
        self._writing = asyncio.create_task(self._keep_flushing())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Writes the last."""
        self._stopping.set()
        await self._writing

    async def _keep_flushing(self) -> None:
        while not self._stopping.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), SECONDS)
            await self.flush()


def note_listed(call: ActorCall, found: Iterable[Mapping[str, Any]]) -> None:
    """Counts the pooled ones of the customers that a list shows to the caller."""
    for row in found:
        _note(call, row, 1, 0)


def note_opened(call: ActorCall, row: Mapping[str, Any]) -> None:
    """Counts a pooled customer that the caller opened."""
    _note(call, row, 0, 1)


def _note(call: ActorCall, row: Mapping[str, Any], listed: int, opened: int) -> None:
    if row["state"] != "pooled" or call.actor.person_id is None:
        return
    browsing: Browsing = call.request.app.state.browsing
    day = call.now.astimezone(ZoneInfo(call.actor.zone)).date()
    browsing.add(call.tenant_id, Looked(call.actor.person_id, row["pool_id"], day), listed, opened)
