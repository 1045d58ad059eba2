"""A database whose clock stands where a test puts it, so that a company's year takes seconds.

The product takes the instant of most moves from `clock_timestamp()`, after its locks. Here that name finds a function
of the tests first, on connections of this kind alone; whoever sets no instant has the real clock.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime

import psycopg
from psycopg.conninfo import make_conninfo

from gonghai.base.database import Conn, Database, app_url, in_tenant

_SCHEMA = """CREATE SCHEMA IF NOT EXISTS travel;
GRANT USAGE ON SCHEMA travel TO PUBLIC;
CREATE OR REPLACE FUNCTION travel.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
    SELECT coalesce(nullif(current_setting('travel.now', true), '')::timestamptz, pg_catalog.clock_timestamp()) $$"""
# Claims are decided inside a function that brings its own search path.
_CLAIM = "ALTER FUNCTION claim SET search_path ="
_PATH = "travel, pg_catalog, public, pg_temp"


class Travelling(Database):
    """Connections whose clock shows `now`, in every transaction of a tenant."""

    now: datetime

    def __init__(self, owner_url: str, *, size: int = 2) -> None:
        super().__init__(
            make_conninfo(app_url(owner_url), options=f"-c search_path={_PATH.replace(' ', '')}"), size=size
        )

    @asynccontextmanager
    async def tenant(self, tenant_id: int, *, hot: bool = False) -> AsyncIterator[Conn]:
        async with self._pool.connection() as conn:
            await conn.execute("SELECT set_config('travel.now', %s, false)", (self.now.isoformat(),))
            async with in_tenant(conn, tenant_id, hot=hot):
                yield conn


@contextmanager
def travel_possible(owner_url: str) -> Iterator[None]:
    """Meanwhile the database's claims can be made at other instants too."""
    with psycopg.connect(owner_url, autocommit=True) as conn:
        conn.execute(_SCHEMA)
        conn.execute(f"{_CLAIM} {_PATH}")
        try:
            yield
        finally:
            conn.execute(f"{_CLAIM} public, pg_temp")
