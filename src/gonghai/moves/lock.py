"""Locking and unlocking: an owner keeps a customer for a while, within a quota; a manager may for them."""

from collections.abc import Sequence
from datetime import datetime

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, rows, run
from gonghai.customers.floors import Kept
from gonghai.moves.batch import state_refusal
from gonghai.moves.keep import Refused, keep_each
from gonghai.moves.results import Result
from gonghai.people.calendar import tenant_calendar
from gonghai.pools.limits import limit_of, limits_sql
from gonghai.workdays import Calendar, Length, add


async def lock(conn: Conn, actor: Actor, customer_ids: Sequence[int], *, until: datetime) -> list[Result]:
    """Owned customers aren't taken before that instant, and the pool's lock grace beyond.

    By the owner within the lock quota of each home pool; by the owner's manager whatever the quota says, but
    counted. Refuses `until_past`, `lock_too_long` {limit: days} and `lock_quota` {used, limit}.
    """
    actor.need("customers.lock")
    limits = await _limits(conn, actor)
    calendar = await tenant_calendar(conn, actor.tenant_id)

    def decide(row: DictRow, at: datetime) -> Kept | Refused:
        refusal = _not_theirs(actor, row) or limits[row["pool_id"]].refusal(row, actor, until, at, calendar)
        return refusal or Kept(row, {"locked_until": until})

    return await keep_each(conn, actor, customer_ids, decide, kind="lock")


async def unlock(conn: Conn, actor: Actor, customer_ids: Sequence[int]) -> list[Result]:
    """Ends locks now: the lock grace runs from here, and a notice given before is void. Refuses `not_locked`."""
    actor.need("customers.lock")

    def decide(row: DictRow, at: datetime) -> Kept | Refused:
        refusal = _not_theirs(actor, row)
        if refusal is None and not is_locked(row, at):
            refusal = "not_locked", {}
        return refusal or Kept(row, {"locked_until": at, "notice_until": None})

    return await keep_each(conn, actor, customer_ids, decide, kind="unlock")


def is_locked(customer: DictRow, at: datetime) -> bool:
    """Whether a lock of the present spell still runs."""
    return customer["locked_until"] is not None and customer["locked_until"] > at


def _not_theirs(actor: Actor, row: DictRow) -> Refused | None:
    refusal = state_refusal(row, "owned")
    if refusal is None and row["owner_id"] != actor.person_id and not actor.manages_person(row["owner_id"]):
        refusal = "forbidden", {"action": "customers.lock"}
    return refusal


class _Limit:
    """What one pool allows the actor to lock, counted after the actor's row was locked; a batch uses it up."""

    def __init__(self, row: DictRow) -> None:
        self._most_days: int = row["lock_most_days"]
        self._quota = limit_of(row, row["differing"], "lock_quota").value
        self._used: int = row["used"]

    def refusal(self, row: DictRow, actor: Actor, until: datetime, at: datetime, calendar: Calendar) -> Refused | None:
        """Why not, or None; then the place is taken."""
        if until <= at:
            return "until_past", {}
        if until > add(at, Length(self._most_days, "days"), calendar):
            return "lock_too_long", {"limit": self._most_days}
        if row["owner_id"] != actor.person_id or is_locked(row, at):
            return None  # a manager's, or a lock that is counted already
        if self._used >= self._quota:
            return "lock_quota", {"used": self._used, "limit": self._quota}
        self._used += 1
        return None


async def _limits(conn: Conn, actor: Actor) -> dict[int, _Limit]:
    """By pool id. Two locks of one owner at once wait for each other here: what they count is true until they commit."""
    await run(
        conn,
        "SELECT FROM person p WHERE p.tenant_id = %s AND p.id = %s FOR NO KEY UPDATE",
        (actor.tenant_id, actor.person_id),
    )
    found = await rows(
        conn,
        "SELECT q.id, q.lock_quota, q.lock_most_days, (SELECT count(*) FROM customer c WHERE c.tenant_id = q.tenant_id"
        " AND c.owner_id = p.id AND c.pool_id = q.id AND c.locked_until > clock_timestamp()) AS used,"
        f" {limits_sql('q.id', 'p', 'clock_timestamp()')} AS differing"
        " FROM pool q, person p WHERE q.tenant_id = %(t)s AND p.tenant_id = %(t)s AND p.id = %(p)s",
        {"t": actor.tenant_id, "p": actor.person_id},
    )
    return {row["id"]: _Limit(row) for row in found}
