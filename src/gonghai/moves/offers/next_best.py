"""Dealing somebody the next customer of a pool: an offer, which keeps the customer for them for a while."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, one, rows, run
from gonghai.base.errors import NotFound, Refusal
from gonghai.moves.batch import instant
from gonghai.moves.claim import claim
from gonghai.moves.draws.dealing import ENDING
from gonghai.moves.offers.queries import open_offer, standing, waits_until

# The one place that says whose turn it is: the longest in the pool first.
NEXT: Final = "c.entered_pool_at, c.id"
# A customer that somebody declined, let lapse, had or lost isn't offered to them again for so long.
NOT_AGAIN_DAYS: Final = 7
# How many are looked at: mostly the first will do; each further look costs a round trip.
_LOOKS: Final = (1, 20, 200)
# Somebody else may have been dealt the very same a moment before; then the next one is looked for.
_TRIES: Final = 64

# Whoever comes meanwhile skips the row; what was offered just before this statement began is caught by the index.
_CANDIDATES = f"""SELECT c.id FROM customer c
  WHERE c.tenant_id = %(t)s AND c.pool_id = %(pool)s AND c.state = 'pooled' AND NOT c.id = ANY (%(passed)s)
    AND NOT EXISTS (SELECT FROM offer o WHERE o.tenant_id = %(t)s AND o.customer_id = c.id AND o.state = 'open')
    AND NOT EXISTS (SELECT FROM offer o WHERE o.tenant_id = %(t)s AND o.person_id = %(person)s AND o.pool_id = %(pool)s
        AND o.customer_id = c.id AND o.state IN ('accepted', 'declined', 'lapsed') AND o.decided_at > %(since)s)
    AND NOT EXISTS (SELECT FROM spell s WHERE s.tenant_id = %(t)s AND s.customer_id = c.id AND s.no = c.spell_no
        AND s.owner_id = %(person)s AND s.ended_at > %(since)s)
  ORDER BY {NEXT} LIMIT %(limit)s FOR NO KEY UPDATE SKIP LOCKED"""
_INSERT = """INSERT INTO offer (tenant_id, pool_id, person_id, customer_id, offered_at, expires_at, cost)
  VALUES (%(t)s, %(pool)s, %(person)s, %(customer)s, %(at)s, %(at)s + make_interval(mins => %(minutes)s), %(cost)s)
  ON CONFLICT (tenant_id, customer_id) WHERE state = 'open' DO NOTHING RETURNING id"""
_LAPSE = """UPDATE offer o SET state = CASE WHEN x.still THEN 'lapsed' ELSE 'lost' END,
    decided_at = CASE WHEN x.still THEN o.expires_at ELSE %(at)s END
  FROM (SELECT y.id, still_offered(y.tenant_id, y.customer_id, y.pool_id, y.offered_at) AS still FROM offer y
        WHERE y.tenant_id = %(t)s AND (%(pool)s::bigint IS NULL OR y.pool_id = %(pool)s) AND y.state = 'open'
          AND (y.expires_at <= %(at)s OR NOT still_offered(y.tenant_id, y.customer_id, y.pool_id, y.offered_at))
        FOR NO KEY UPDATE SKIP LOCKED) x
  WHERE o.tenant_id = %(t)s AND o.id = x.id"""


@dataclass(slots=True)
class _Looked:
    """What was looked at and passed over, and by which rules."""

    passed: list[int] = field(default_factory=list)
    codes: Counter[str] = field(default_factory=Counter)
    until: list[str] = field(default_factory=list)


async def deal_next(conn: Conn, actor: Actor, pool_id: int) -> int:
    """Deals the actor the next customer, kept for the pool's `offer_minutes`; the offer's id. An open offer stays.

    Refuses `no_offers_here` {mode}; `offer_wait_until` {until} after declining; whatever keeps the person from
    claiming, before anything is dealt; `nothing_to_deal` {waiting, offered, not_again, refused, until} with how many
    lie in the pool, in others' offers, were the person's lately, and were refused by each rule.
    """
    actor.need("customers.claim")
    assert actor.person_id is not None
    if pool_id not in actor.visible_pools():
        raise NotFound("pool", id=str(pool_id))
    await lock_person(conn, actor)
    pool = await one(conn, "SELECT q.* FROM pool q WHERE q.tenant_id = %s AND q.id = %s", (actor.tenant_id, pool_id))
    assert pool is not None
    if pool["mode"] != "next_best" or pool["state"] != "open":
        raise Refusal("no_offers_here", mode=pool["mode"])
    at = await instant(conn)
    await close_lapsed_offers(conn, actor.tenant_id, pool_id, at=at)
    mine = await open_offer(conn, actor, pool_id)
    if mine is not None:
        return int(mine["id"])
    until = await waits_until(conn, actor, pool_id)
    if until is not None and until > at:
        raise Refusal("offer_wait_until", until=until, minutes=pool["decline_wait_minutes"])
    return await _deal(conn, actor, pool, at)


async def lock_person(conn: Conn, actor: Actor) -> None:
    """Two requests of one person wait for each other here, before any pool or customer."""
    await run(
        conn,
        "SELECT FROM person p WHERE p.tenant_id = %s AND p.id = %s FOR NO KEY UPDATE",
        (actor.tenant_id, actor.person_id),
    )


async def close_lapsed_offers(conn: Conn, tenant_id: int, pool_id: int | None, *, at: datetime) -> int:
    """Writes which open offers (of a pool, or all) have lapsed, and which lost their customer; how many."""
    return await run(conn, _LAPSE, {"t": tenant_id, "pool": pool_id, "at": at})


async def _deal(conn: Conn, actor: Actor, pool: DictRow, at: datetime) -> int:
    looked = _Looked()
    for _ in range(_TRIES):
        customer = await _first_that_fits(conn, actor, pool["id"], at, looked)
        if customer is None:
            break
        params = {
            "t": actor.tenant_id, "pool": pool["id"], "person": actor.person_id, "customer": customer, "at": at,
            "minutes": pool["offer_minutes"], "cost": pool["decline_cost"],
        }  # fmt: skip
        made = await one(conn, _INSERT, params)
        if made is not None:
            return int(made["id"])
    raise Refusal("nothing_to_deal", **await _why_nothing(conn, actor, pool["id"], looked))


async def _first_that_fits(conn: Conn, actor: Actor, pool_id: int, at: datetime, looked: _Looked) -> int | None:
    """The first customer in order that the person could claim now, locked; None when none is left or found."""
    for limit in _LOOKS:
        params = {
            "t": actor.tenant_id, "pool": pool_id, "person": actor.person_id, "passed": looked.passed,
            "since": at - timedelta(days=NOT_AGAIN_DAYS), "limit": limit,
        }  # fmt: skip
        ids = [row["id"] for row in await rows(conn, _CANDIDATES, params)]
        fits = await _fitting(conn, actor, pool_id, ids, looked)
        if fits is not None or len(ids) < limit:
            return fits
    return None


async def _fitting(conn: Conn, actor: Actor, pool_id: int, ids: Sequence[int], looked: _Looked) -> int | None:
    """The first of these that the rules allow. A limit of the person is the answer itself."""
    if not ids:
        return None
    assert actor.person_id is not None
    found = await claim(conn, actor.tenant_id, actor.person_id, ids, zone=actor.zone, expected_pool=pool_id, how="look")
    for result in found:
        # One that needs approval is dealt as well: accepting it asks.
        if result.code in (None, "needs_approval"):
            return result.id
        if result.code in ENDING:
            raise Refusal(result.code or "", **result.data)
        looked.passed.append(result.id)
        looked.codes[result.code or ""] += 1
        if "until" in result.data:
            looked.until.append(result.data["until"])
    return None


async def _why_nothing(conn: Conn, actor: Actor, pool_id: int, looked: _Looked) -> dict[str, Any]:
    counts = await standing(conn, actor.tenant_id, pool_id)
    rest = counts["waiting"] - counts["offered"] - looked.codes.total()
    why: dict[str, Any] = {**counts, "not_again": max(0, rest), "refused": dict(looked.codes)}
    return why | ({"until": min(looked.until)} if looked.until else {})
