"""Transactions on PostgreSQL: one per request or job batch, each inside one tenant's fence."""

import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import orjson
from psycopg import AsyncConnection
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import set_json_dumps, set_json_loads
from psycopg_pool import AsyncConnectionPool

set_json_dumps(orjson.dumps)
set_json_loads(orjson.loads)

Conn = AsyncConnection[DictRow]
APP_ROLE = "gonghai_app"


def app_password(owner_url: str) -> str | None:
    """The app role's password, derived from the owner's so that nothing more need be kept; None without one."""
    password = conninfo_to_dict(owner_url).get("password")
    if not password:
        return None
    return hmac.new(str(password).encode(), APP_ROLE.encode(), hashlib.sha256).hexdigest()


def app_url(owner_url: str) -> str:
    """The connection string of the role that owns nothing and can't look past row-level security."""
    return make_conninfo(owner_url, user=APP_ROLE, password=app_password(owner_url))


class Database:
    """A pool of connections as gonghai_app."""

    def __init__(self, url: str, *, size: int = 10) -> None:
        self.url = url
        self._pool: AsyncConnectionPool[Conn] = AsyncConnectionPool(
            url,
            connection_class=cast(type[Conn], AsyncConnection),
            kwargs={"autocommit": True, "row_factory": dict_row, "prepare_threshold": 2},
            min_size=min(2, size),
            max_size=size,
            open=False,
        )

    async def open(self) -> None:
        await self._pool.open(wait=True, timeout=30)

    async def close(self) -> None:
        await self._pool.close()

    async def __aenter__(self) -> "Database":
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @asynccontextmanager
    async def tenant(self, tenant_id: int, *, hot: bool = False) -> AsyncIterator[Conn]:
        """One transaction that sees one tenant only; committed on leaving, rolled back on any exception.

        `hot` is for statements that run thousands of times a second: their plans are made once per connection.
        """
        async with self._pool.connection() as conn, in_tenant(conn, tenant_id, hot=hot):
            yield conn

    async def alone(self, sql: str, params: Any) -> list[DictRow]:
        """One statement as a transaction of its own, committed when its rows are here: the hot path.

        No tenant is set: it is for the SECURITY DEFINER functions that take the tenant as an argument.
        """
        async with self._pool.connection() as conn:
            return await rows(conn, sql, params)

    @asynccontextmanager
    async def anyone(self) -> AsyncIterator[Conn]:
        """One transaction before a tenant is known: only the narrow look-up functions answer in it."""
        async with self._pool.connection() as conn, conn.transaction():
            yield conn


@asynccontextmanager
async def in_tenant(conn: Conn, tenant_id: int, *, hot: bool = False) -> AsyncIterator[Conn]:
    """The transaction itself, on a connection in autocommit mode. BEGIN and the fence travel in one message."""
    plans = "; SET LOCAL plan_cache_mode = force_generic_plan" if hot else ""
    await conn.execute(f"BEGIN; SET LOCAL app.tenant_id = '{int(tenant_id)}'{plans}")
    try:
        yield conn
    except BaseException:
        if not conn.closed:
            await conn.execute("ROLLBACK")
        raise
    await conn.execute("COMMIT")


async def one(conn: Conn, sql: str, params: Any = ()) -> DictRow | None:
    """The first row, or None."""
    return await (await conn.execute(sql, params)).fetchone()


async def rows(conn: Conn, sql: str, params: Any = ()) -> list[DictRow]:
    """All rows."""
    return await (await conn.execute(sql, params)).fetchall()


async def value(conn: Conn, sql: str, params: Any = ()) -> Any:
    """The first column of the first row; the statement yields exactly one row."""
    row = await one(conn, sql, params)
    if row is None:
        raise LookupError(sql)
    return next(iter(row.values()))


async def run(conn: Conn, sql: str, params: Any = ()) -> int:
    """Executes a statement; the number of rows it touched."""
    return (await conn.execute(sql, params)).rowcount
