"""Counting: reads the log on, and makes the ledger say what it earned. Once or a hundred times: the result is the same.

Events commit out of order, so "id > last seen" would lose some. A pass therefore begins behind the last event before
which nothing can be missing any more, and reads the newer ones again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from gonghai.base.database import Conn, Database, one, run, value
from gonghai.incentives.ledger import Entry, entries
from gonghai.incentives.reading import read_booked, read_setting, read_stories

BATCH: Final = 2000  # events
# Transaction numbers begin anew where a database is restored; no transaction of ours is this old.
_FORGOTTEN: Final = timedelta(days=1)
KINDS: Final = ("claim", "edit", "follow_up", "void_follow_up", "win_deal", "recycle", "undo", "appeal")


async def count_points(database: Database, tenant_id: int) -> int:
    """Counts what happened since; the rows it wrote. Each batch is a transaction; a tenant without rules costs one look."""
    async with database.tenant(tenant_id) as conn:
        todo = await _begin(conn, tenant_id)
    if todo is None:
        return 0
    written = 0
    while todo.after < todo.newest:
        async with database.tenant(tenant_id) as conn:
            todo, booked = await _batch(conn, tenant_id, todo)
            written += booked
    async with database.tenant(tenant_id) as conn:
        await run(
            conn,
            "UPDATE point_count n SET counted_at = greatest(n.counted_at, %s) WHERE n.tenant_id = %s",
            (todo.began, tenant_id),
        )
    return written


async def counted_at(conn: Conn, tenant_id: int) -> datetime | None:
    """Until when what happened is counted; None without any rules."""
    found: datetime | None = await value(
        conn, "SELECT (SELECT n.counted_at FROM point_count n WHERE n.tenant_id = %s) AS at", (tenant_id,)
    )
    return found


async def hold_count(conn: Conn, tenant_id: int) -> DictRow | None:
    """The counter, locked: whoever counts, and whoever changes what is counted by, waits here."""
    return await one(
        conn,
        "SELECT n.*, pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS running, clock_timestamp() AS now"
        " FROM point_count n WHERE n.tenant_id = %s FOR NO KEY UPDATE",
        (tenant_id,),
    )


async def count_anew(conn: Conn, tenant_id: int) -> None:
    """From the first rules on: what counts has changed. Of a locked counter."""
    await run(conn, "UPDATE point_count n SET settled = n.floor WHERE n.tenant_id = %s", (tenant_id,))


@dataclass(frozen=True, slots=True)
class _Todo:
    """Events behind `after` up to `newest`, all that were there when it `began`; none can be missing up to `safe`."""

    after: int
    newest: int
    safe: int
    began: datetime


# The snapshot that sees the newest event also says which transaction is the first that it can't know.
NEWEST: Final = """SELECT coalesce(max(x.id), 0) AS id, pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS coming
  FROM (SELECT e.id FROM event e WHERE e.tenant_id = %s ORDER BY e.id DESC LIMIT 1) x"""


async def _begin(conn: Conn, tenant_id: int) -> _Todo | None:
    state = await hold_count(conn, tenant_id)
    if state is None:
        return None
    newest = await one(conn, NEWEST, (tenant_id,))
    assert newest is not None
    if newest["id"] <= state["settled"]:
        return _Todo(newest["id"], newest["id"], newest["id"], state["now"])
    complete = state["running"] > state["marked_xid"] or state["now"] > state["marked_at"] + _FORGOTTEN
    if complete:
        await run(
            conn,
            "UPDATE point_count n SET marked = %s, marked_xid = %s, marked_at = %s WHERE n.tenant_id = %s",
            (newest["id"], newest["coming"], state["now"], tenant_id),
        )
    safe = state["marked"] if complete else state["settled"]
    return _Todo(state["settled"], newest["id"], safe, state["now"])


async def _batch(conn: Conn, tenant_id: int, todo: _Todo) -> tuple[_Todo, int]:
    """Counts the customers of the next events; what is left to do, and how many rows were written."""
    await hold_count(conn, tenant_id)
    batch = await one(
        conn,
        "SELECT max(x.id) AS upto, count(*) AS n, array_agg(DISTINCT x.subject_id) AS customers FROM (SELECT e.id,"
        " e.subject_id FROM event e WHERE e.tenant_id = %s AND e.id > %s AND e.id <= %s AND e.subject = 'customer'"
        " AND e.kind = ANY (%s) ORDER BY e.id LIMIT %s) x",
        (tenant_id, todo.after, todo.newest, list(KINDS), BATCH),
    )
    assert batch is not None
    written = await book(conn, tenant_id, batch["customers"]) if batch["n"] else 0
    upto = batch["upto"] if batch["n"] == BATCH else todo.newest
    await run(
        conn,
        "UPDATE point_count n SET settled = greatest(n.settled, %s) WHERE n.tenant_id = %s",
        (min(upto, todo.safe), tenant_id),
    )
    return replace(todo, after=upto), written


async def book(conn: Conn, tenant_id: int, customer_ids: Sequence[int]) -> int:
    """Makes the ledger of these customers say what their logs earned; how many rows that took. Under `hold_count`."""
    setting = await read_setting(conn, tenant_id)
    stories = await read_stories(conn, tenant_id, customer_ids, setting, keep=True)
    missing = entries(stories, await read_booked(conn, tenant_id, customer_ids))
    if missing:
        await _write(conn, tenant_id, missing)
    return len(missing)


_COLUMNS: Final[dict[str, str]] = {
    "person_id": "bigint", "rule": "text", "cause": "bigint", "turn": "smallint", "customer_id": "bigint",
    "at": "timestamptz", "points": "integer", "version": "integer", "reverses": "bigint", "why": "jsonb",
}  # fmt: skip


async def _write(conn: Conn, tenant_id: int, missing: Sequence[Entry]) -> None:
    columns: dict[str, list[Any]] = {name: [getattr(entry, name) for entry in missing] for name in _COLUMNS}
    columns["why"] = [Jsonb(entry.why) for entry in missing]
    arrays = ", ".join(f"%({name})s::{kind}[]" for name, kind in _COLUMNS.items())
    await run(
        conn,
        f"INSERT INTO point (tenant_id, {', '.join(_COLUMNS)}, booked_at) SELECT %(t)s, x.*, clock_timestamp()"
        f" FROM unnest({arrays}) AS x ON CONFLICT (tenant_id, person_id, rule, cause, turn) DO NOTHING",
        {"t": tenant_id, **columns},
    )
