"""How much of the pools each person looks at: rows shown in lists, customers opened; per person, pool and local day."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from gonghai.base.database import Conn, run


class Looked(NamedTuple):
    """Whose looking, at which pool, on which local day."""

    person_id: int
    pool_id: int
    day: date


class Counts(NamedTuple):
    """Rows of the pool that were listed, and its customers that were opened."""

    listed: int = 0
    opened: int = 0


async def add(conn: Conn, tenant_id: int, seen: Mapping[Looked, Counts]) -> None:
    """Adds to what is counted already, in one statement."""
    await run(
        conn,
        "INSERT INTO browsing AS b (tenant_id, person_id, pool_id, day, listed, opened)"
        " SELECT %s, x.* FROM unnest(%s::bigint[], %s::bigint[], %s::date[], %s::integer[], %s::integer[]) x"
        " ON CONFLICT (tenant_id, person_id, day, pool_id)"
        " DO UPDATE SET listed = b.listed + excluded.listed, opened = b.opened + excluded.opened",
        (
            tenant_id,
            *([getattr(looked, name) for looked in seen] for name in Looked._fields),
            *([getattr(counts, name) for counts in seen.values()] for name in Counts._fields),
        ),
    )
