"""Who reveals, exports and browses how much, day by day, and the lists behind each figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.access.visibility import predicate
from gonghai.analytics.unusual import DAYS, Day
from gonghai.base.database import Conn, rows


@dataclass(frozen=True, slots=True)
class Period:
    """The last so many local days, today included."""

    first: date
    today: date
    since: datetime


def period(now: datetime, zone: str, days: int = DAYS) -> Period:
    """The days as the company counts them."""
    local = ZoneInfo(zone)
    today = now.astimezone(local).date()
    first = today - timedelta(days=days - 1)
    return Period(first, today, datetime.combine(first, time(), local))


# Everybody's, by the index on (person, instant).
_OF_ALL: Final = "= ANY (ARRAY(SELECT p.id FROM person p WHERE p.tenant_id = %(t)s))"
_DAILY: Final = f"""WITH claimed AS (
    SELECT k.actor_id, k.subject_id, max(k.at) AS at FROM event k
    WHERE k.tenant_id = %(t)s AND k.kind = 'claim' AND k.actor_id {_OF_ALL} AND k.at >= %(since)s GROUP BY 1, 2
), revealed AS (
    SELECT e.actor_id AS person_id, (e.at AT TIME ZONE %(zone)s)::date AS day, count(*) AS revealed,
        count(*) FILTER (WHERE k.at IS NULL) AS never_claimed
    FROM event e LEFT JOIN claimed k ON k.actor_id = e.actor_id AND k.subject_id = e.subject_id AND k.at >= e.at
    WHERE e.tenant_id = %(t)s AND e.kind = 'reveal' AND e.actor_id {_OF_ALL} AND e.at >= %(since)s
      AND (%(pool)s::bigint IS NULL OR e.pool_from = %(pool)s) GROUP BY 1, 2
), exported AS (
    SELECT e.actor_id AS person_id, (e.at AT TIME ZONE %(zone)s)::date AS day, count(*) AS exports FROM event e
    WHERE e.tenant_id = %(t)s AND e.kind = 'export' AND e.actor_id {_OF_ALL} AND e.at >= %(since)s
      AND (%(pool)s::bigint IS NULL OR e.pool_from = %(pool)s) GROUP BY 1, 2
), looked AS (
    SELECT b.person_id, b.day, sum(b.listed) AS listed, sum(b.opened) AS opened FROM browsing b
    WHERE b.tenant_id = %(t)s AND b.day >= %(first)s AND (%(pool)s::bigint IS NULL OR b.pool_id = %(pool)s)
    GROUP BY 1, 2
) SELECT person_id, day, coalesce(revealed, 0) AS revealed, coalesce(never_claimed, 0) AS never_claimed,
    coalesce(listed, 0)::integer AS listed, coalesce(opened, 0)::integer AS opened, coalesce(exports, 0) AS exports
  FROM revealed FULL JOIN exported USING (person_id, day) FULL JOIN looked USING (person_id, day)"""


async def daily(conn: Conn, tenant_id: int, over: Period, *, zone: str, pool_id: int | None) -> list[Day]:
    """What everybody did on each day, in one pool or in all."""
    params = {"t": tenant_id, "zone": zone, "since": over.since, "first": over.first, "pool": pool_id}
    return [Day(**row) for row in await rows(conn, _DAILY, params)]


async def revealed_by(
    conn: Conn,
    actor: Actor,
    person_id: int,
    over: Period,
    *,
    pool_id: int | None,
    never_claimed: bool,
    before: int | None,
    limit: int,
) -> list[DictRow]:
    """A person's reveals, newest first, below event id `before`: id, at, pool, the customer where the actor sees it, and
    when the person claimed it afterwards."""
    seen, visible = predicate(actor)
    claimed = """(SELECT min(k.at) FROM event k WHERE k.tenant_id = e.tenant_id AND k.subject = 'customer'
        AND k.subject_id = e.subject_id AND k.kind = 'claim' AND k.actor_id = e.actor_id AND k.at >= e.at)"""
    return await rows(
        conn,
        f"""SELECT e.id, e.at, e.data, q.id AS pool_id, q.name AS pool_name, c.id AS customer_id,
                c.name AS customer_name, {claimed} AS claimed_at
            FROM event e JOIN pool q ON q.tenant_id = e.tenant_id AND q.id = e.pool_from
            LEFT JOIN customer c ON c.tenant_id = e.tenant_id AND c.id = e.subject_id AND {seen}
            WHERE {_OF_PERSON} AND e.kind = 'reveal' {f"AND {claimed} IS NULL" if never_claimed else ""}
            ORDER BY e.id DESC LIMIT %(limit)s""",
        {**_of_person(actor, person_id, over, pool_id, before, limit), **visible},
    )


async def exported_by(
    conn: Conn, actor: Actor, person_id: int, over: Period, *, pool_id: int | None, before: int | None, limit: int
) -> list[DictRow]:
    """A person's exports, newest first: id, at, pool, data with filter and count."""
    return await rows(
        conn,
        f"""SELECT e.id, e.at, e.data, q.id AS pool_id, q.name AS pool_name
            FROM event e LEFT JOIN pool q ON q.tenant_id = e.tenant_id AND q.id = e.pool_from
            WHERE {_OF_PERSON} AND e.kind = 'export' ORDER BY e.id DESC LIMIT %(limit)s""",
        _of_person(actor, person_id, over, pool_id, before, limit),
    )


_OF_PERSON: Final = """e.tenant_id = %(t)s AND e.actor_id = %(person)s AND e.at >= %(since)s
    AND (%(pool)s::bigint IS NULL OR e.pool_from = %(pool)s) AND (%(before)s::bigint IS NULL OR e.id < %(before)s)"""


def _of_person(
    actor: Actor, person_id: int, over: Period, pool_id: int | None, before: int | None, limit: int
) -> dict[str, Any]:
    return {"t": actor.tenant_id, "person": person_id, "since": over.since, "pool": pool_id, "before": before,
            "limit": limit}  # fmt: skip


async def browsed_by(
    conn: Conn, tenant_id: int, person_id: int, over: Period, *, pool_id: int | None
) -> Sequence[DictRow]:
    """A person's browsing by day and pool, newest first."""
    return await rows(
        conn,
        """SELECT b.day, b.listed, b.opened, q.id AS pool_id, q.name AS pool_name
           FROM browsing b JOIN pool q ON q.tenant_id = b.tenant_id AND q.id = b.pool_id
           WHERE b.tenant_id = %(t)s AND b.person_id = %(person)s AND b.day >= %(first)s
             AND (%(pool)s::bigint IS NULL OR b.pool_id = %(pool)s)
           ORDER BY b.day DESC, b.pool_id""",
        {"t": tenant_id, "person": person_id, "first": over.first, "pool": pool_id},
    )
