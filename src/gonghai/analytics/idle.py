"""Customers in somebody's book that nobody has cared for in a long time. As things stand now: the period has no part in it."""

from psycopg.rows import DictRow

from gonghai.analytics.question import Counted, Cut, Question, counted
from gonghai.base.database import Conn, rows

_KEPT = "(coalesce(b.locked_until > %(now)s, false) OR coalesce(b.protected_until > %(now)s, false))"


def _books(q: Question, whose: str) -> str:
    """Owned customers; `idle_since` where both the spell and the last qualifying follow-up are older than the length.

    No clock starts after its spell does, so the clock's start spares most customers the look at their spell; OFFSET keeps
    that look from being written out wherever its result is used.
    """
    pool = "AND c.pool_id = %(pool)s" if q.pool_id is not None else ""
    return f"""SELECT b.*, CASE WHEN b.started_at < %(now)s - %(length)s::interval
            THEN greatest(b.started_at, b.last_follow_up_at) END AS idle_since
        FROM (SELECT c.id, c.owner_id, c.last_follow_up_at, c.locked_until, c.protected_until, c.last_win_at,
            CASE WHEN c.clock_start < %(now)s - %(length)s::interval
                AND (c.last_follow_up_at IS NULL OR c.last_follow_up_at < %(now)s - %(length)s::interval)
              THEN (SELECT s.started_at FROM spell s WHERE s.tenant_id = %(t)s AND s.customer_id = c.id
                AND s.no = c.spell_no) END AS started_at
          FROM customer c WHERE c.tenant_id = %(t)s AND c.owner_id = ANY (%({whose})s) AND c.owner_id IS NOT NULL {pool}
          OFFSET 0) b"""


async def hoarding(conn: Conn, q: Question) -> Counted:
    """Owned customers held, and without a qualifying follow-up, for longer than the length. `of`: the whole book.

    `kept`: those that a lock or a protection keeps now. `oldest`: the instant since which the longest idle one is.
    """
    found = await rows(
        conn,
        f"""SELECT b.owner_id AS person_id, count(*) AS of, count(b.idle_since) AS n,
                count(b.idle_since) FILTER (WHERE {_KEPT}) AS kept, min(b.idle_since) AS oldest
            FROM ({_books(q, "people")}) b GROUP BY b.owner_id""",
        q.params,
    )
    return counted(found, "kept", "oldest")


async def hoarding_list(conn: Conn, q: Question, cut: Cut) -> list[DictRow]:
    """A person's, the longest idle first."""
    return await rows(
        conn,
        f"""SELECT b.id, b.id AS customer_id, b.idle_since AS at, b.started_at, b.last_follow_up_at, b.locked_until,
                b.protected_until, b.last_win_at
            FROM ({_books(q, "whose")}) b WHERE b.idle_since IS NOT NULL
              AND (%(at)s::timestamptz IS NULL OR (b.idle_since, b.id) > (%(at)s, %(id)s::bigint))
            ORDER BY b.idle_since, b.id LIMIT %(limit)s""",
        {**q.params, **cut.params},
    )
