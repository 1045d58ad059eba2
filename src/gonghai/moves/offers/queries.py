"""Reading offers: one's open offer, until when one waits for the next, how the pool stands."""

from datetime import datetime

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, one
from gonghai.base.errors import NotFound

COUNT_CAP = 10_000


async def open_offer(conn: Conn, actor: Actor, pool_id: int) -> DictRow | None:
    """The actor's offer in this pool that still stands."""
    return await one(
        conn,
        "SELECT o.* FROM offer o WHERE o.tenant_id = %s AND o.pool_id = %s AND o.person_id = %s AND o.state = 'open'"
        " AND o.expires_at > clock_timestamp() AND still_offered(o.tenant_id, o.customer_id, o.pool_id, o.offered_at)",
        (actor.tenant_id, pool_id, actor.person_id),
    )


async def own_offer(conn: Conn, actor: Actor, offer_id: int, *, lock: bool = False) -> DictRow:
    """An offer of the actor's; another's is not found. `lapsed` and `lost`: whether it stands no more, said or not."""
    row = await one(
        conn,
        "SELECT o.*, o.state = 'lapsed' OR (o.state = 'open' AND o.expires_at <= clock_timestamp()) AS is_lapsed,"
        " o.state = 'lost' OR (o.state = 'open' AND NOT still_offered(o.tenant_id, o.customer_id, o.pool_id,"
        " o.offered_at)) AS is_lost FROM offer o WHERE o.tenant_id = %s AND o.id = %s AND o.person_id = %s"
        + (" FOR NO KEY UPDATE" if lock else ""),
        (actor.tenant_id, offer_id, actor.person_id),
    )
    if row is None:
        raise NotFound("offer", id=str(offer_id))
    return row


async def waits_until(conn: Conn, actor: Actor, pool_id: int) -> datetime | None:
    """Until when the last declining, or letting lapse, keeps the actor from the next offer; None for not at all."""
    row = await one(
        conn,
        "SELECT max(CASE o.state WHEN 'open' THEN o.expires_at ELSE o.decided_at END)"
        "   + make_interval(mins => q.decline_wait_minutes) AS until"
        " FROM pool q JOIN offer o ON o.tenant_id = q.tenant_id AND o.pool_id = q.id AND o.person_id = %s"
        " AND (o.state IN ('declined', 'lapsed') OR (o.state = 'open' AND o.expires_at <= clock_timestamp()"
        " AND still_offered(o.tenant_id, o.customer_id, o.pool_id, o.offered_at)))"
        " AND o.offered_at > clock_timestamp() - interval '3 days'"
        " WHERE q.tenant_id = %s AND q.id = %s AND q.decline_wait_minutes > 0 GROUP BY q.decline_wait_minutes",
        (actor.person_id, actor.tenant_id, pool_id),
    )
    return row["until"] if row is not None else None


async def standing(conn: Conn, tenant_id: int, pool_id: int) -> dict[str, int]:
    """How many customers lie in a pool (at most COUNT_CAP are counted), and how many of them in open offers."""
    row = await one(
        conn,
        "SELECT (SELECT count(*) FROM (SELECT FROM customer c WHERE c.tenant_id = %(t)s AND c.pool_id = %(pool)s"
        "   AND c.state = 'pooled' LIMIT %(cap)s) x) AS waiting,"
        " (SELECT count(*) FROM offer o WHERE o.tenant_id = %(t)s AND o.pool_id = %(pool)s AND o.state = 'open'"
        "   AND o.expires_at > clock_timestamp()"
        "   AND still_offered(o.tenant_id, o.customer_id, o.pool_id, o.offered_at)) AS offered",
        {"t": tenant_id, "pool": pool_id, "cap": COUNT_CAP},
    )
    assert row is not None
    return dict(row)
