"""A person's inbox: pages of notices with the names in them, how many are unread, reading them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, rows, run, value
from gonghai.notifications.notices import NAMED

# The bell says "99+" beyond.
UNREAD_CAP = 100


@dataclass(frozen=True, slots=True)
class Names:
    """What the notices of a page speak of, by id; `tasks`: titles of batches; `falling`: the first warnings of a digest,
    by day."""

    customers: dict[int, str]
    people: dict[int, str]
    pools: dict[int, str]
    tasks: dict[int, str]
    falling: dict[str, list[DictRow]]


async def page(conn: Conn, actor: Actor, *, unread: bool, after: Sequence[Any] | None, limit: int) -> list[DictRow]:
    """The actor's notices, newest first, behind the key `after` = (at, id)."""
    behind = "AND (n.at, n.id) < (%(at)s, %(id)s)" if after is not None else ""
    return await rows(
        conn,
        f"SELECT n.* FROM notice n WHERE n.tenant_id = %(t)s AND n.person_id = %(p)s {behind}"
        f" {'AND n.read_at IS NULL' if unread else ''} ORDER BY n.at DESC, n.id DESC LIMIT %(limit)s",
        {
            "t": actor.tenant_id,
            "p": actor.person_id,
            "limit": limit,
            "at": after[0] if after is not None else None,
            "id": after[1] if after is not None else None,
        },
    )


async def names(conn: Conn, actor: Actor, notices: Sequence[DictRow]) -> Names:
    """The names as they are now."""
    told = [n["data"] for n in notices]
    customers = {i for data in told for i in data.get("customers", [])}
    people = {data[k] for data in told for k in ("actor", "from", "to", "for") if data.get(k) is not None}
    people |= {int(owner) for data in told for owner in data.get("owners", {})}
    pools = {data["pool"] for data in told if "pool" in data}
    days = [n["data"]["day"] for n in notices if n["kind"] == "falling"]
    falling = await _falling(conn, actor, days) if days else {}
    customers |= {row["customer_id"] for day in falling.values() for row in day}
    return Names(
        await _named(conn, actor.tenant_id, "customer", customers),
        await _named(conn, actor.tenant_id, "person", people),
        await _named(conn, actor.tenant_id, "pool", pools),
        await _titles(conn, actor.tenant_id, {data["tasks"] for data in told if "tasks" in data}),
        falling,
    )


async def _named(conn: Conn, tenant_id: int, table: str, ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    found = await rows(
        conn, f"SELECT x.id, x.name FROM {table} x WHERE x.tenant_id = %s AND x.id = ANY (%s)", (tenant_id, sorted(ids))
    )
    return {row["id"]: row["name"] for row in found}


async def _titles(conn: Conn, tenant_id: int, ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    found = await rows(
        conn,
        "SELECT b.id, b.title FROM task_batch b WHERE b.tenant_id = %s AND b.id = ANY (%s)",
        (tenant_id, sorted(ids)),
    )
    return {row["id"]: row["title"] for row in found}


async def _falling(conn: Conn, actor: Actor, days: Sequence[str]) -> dict[str, list[DictRow]]:
    found = await rows(
        conn,
        """SELECT x.* FROM unnest(%(days)s::date[]) d (day) CROSS JOIN LATERAL (
            SELECT * FROM (
                SELECT DISTINCT ON (w.customer_id) w.day, w.customer_id, w.effective, w.timer FROM warning w
                WHERE w.tenant_id = %(t)s AND w.owner_id = %(p)s AND w.day = d.day ORDER BY w.customer_id, w.at DESC) y
            ORDER BY y.effective, y.customer_id LIMIT %(named)s) x ORDER BY x.effective, x.customer_id""",
        {"t": actor.tenant_id, "p": actor.person_id, "days": list(days), "named": NAMED},
    )
    by_day: dict[str, list[DictRow]] = {}
    for row in found:
        by_day.setdefault(row["day"].isoformat(), []).append(row)
    return by_day


async def unread_count(conn: Conn, tenant_id: int, person_id: int) -> int:
    """How many notices the person hasn't read; exact up to UNREAD_CAP."""
    n: int = await value(
        conn,
        "SELECT count(*) FROM (SELECT FROM notice n WHERE n.tenant_id = %s AND n.person_id = %s AND n.read_at IS NULL"
        " LIMIT %s) x",
        (tenant_id, person_id, UNREAD_CAP),
    )
    return n


async def mark_read(conn: Conn, actor: Actor, ids: Sequence[int] | None, *, now: datetime) -> int:
    """Marks the actor's own notices as read, all for None; how many were unread."""
    return await run(
        conn,
        "UPDATE notice n SET read_at = %(now)s WHERE n.tenant_id = %(t)s AND n.person_id = %(p)s AND n.read_at IS NULL"
        " AND (%(ids)s::bigint[] IS NULL OR n.id = ANY (%(ids)s))",
        {"t": actor.tenant_id, "p": actor.person_id, "ids": list(ids) if ids is not None else None, "now": now},
    )
