"""Planning a draw, calling one off, and planning the next one of a series."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, one, run, value
from gonghai.base.errors import Forbidden, NotFound, Refusal
from gonghai.base.queue import defer
from gonghai.events.log import By, append
from gonghai.moves.batch import instant
from gonghai.moves.claim import working_days
from gonghai.moves.draws.dealing import seed_hash
from gonghai.people.calendar import tenant_calendar
from gonghai.pools.actions import lock_pool
from gonghai.workdays import Calendar

Repeat = Literal["never", "working_day", "week"]
MOST_DAYS: Final = 31  # a window's length
MOST_AHEAD: Final = 366  # days until it closes
# A window that begins "now" was filled in a little while ago.
_SLACK: Final = timedelta(minutes=5)
_LONGEST: Final[dict[str, timedelta]] = {
    "never": timedelta(days=MOST_DAYS), "working_day": timedelta(days=1), "week": timedelta(days=7),
}  # fmt: skip
# Days or weeks that a series skips at most, where its next windows are taken by others.
_TRIES: Final = 60


@dataclass(frozen=True, slots=True)
class Plan:
    """When wishes are taken, and whether the same comes again."""

    opens_at: datetime
    closes_at: datetime
    repeat: Repeat = "never"


async def plan_draw(conn: Conn, actor: Actor, pool_id: int, plan: Plan, *, now: datetime) -> int:
    """Plans a draw of a pool in mode draw and makes its seed; its id. For the pool's admins and admins.

    Refuses `no_draws_here` {mode}, `draw_ends_before_it_begins`, `draw_in_the_past`, `draw_too_long` {days},
    `draw_too_far` {days}, `draw_outside_window` where nobody may claim when it closes, and `draw_overlaps` another of
    the pool.
    """
    need_planning(actor, pool_id)
    pool = await lock_pool(conn, actor.tenant_id, pool_id)
    if pool["mode"] != "draw" or pool["state"] != "open":
        raise Refusal("no_draws_here", mode=pool["mode"])
    _check_window(plan, now)
    await _check_claims_open(conn, actor.tenant_id, pool, plan.closes_at)
    other = await _overlapping(conn, actor.tenant_id, pool_id, plan)
    if other is not None:
        raise Refusal("draw_overlaps", opens_at=other["opens_at"], closes_at=other["closes_at"])
    return await _insert(conn, actor.tenant_id, pool_id, plan, by=By.person(actor.person_id), at=now)


def need_planning(actor: Actor, pool_id: int) -> None:
    """404 for a pool that the actor doesn't see, 403 unless they may set its rules."""
    if pool_id not in actor.visible_pools():
        raise NotFound("pool", id=str(pool_id))
    if not (actor.may("policy.publish") and actor.administers(pool_id)):
        raise Forbidden("policy.publish")


async def cancel_draw(conn: Conn, actor: Actor, draw_id: int) -> None:
    """Calls a draw off before it is dealt; its wishes lapse, and a series ends with it. Refuses `draw_over`."""
    draw = await lock_draw(conn, actor.tenant_id, draw_id)
    need_planning(actor, draw["pool_id"])
    if draw["state"] != "planned":
        raise Refusal("draw_over", state=draw["state"])
    await call_off(conn, draw, "by_hand", by=By.person(actor.person_id), at=await instant(conn))


async def lock_draw(conn: Conn, tenant_id: int, draw_id: int, strength: str = "NO KEY UPDATE") -> DictRow:
    """A draw's row, locked; before people, pools and customers. 404 without."""
    row = await one(
        conn, f"SELECT d.* FROM draw d WHERE d.tenant_id = %s AND d.id = %s FOR {strength}", (tenant_id, draw_id)
    )
    if row is None:
        raise NotFound("draw", id=str(draw_id))
    return row


async def call_off(conn: Conn, draw: DictRow, why: str, *, by: By, at: datetime) -> None:
    """Writes that a locked, planned draw is cancelled, and has its entrants told."""
    tenant_id, draw_id = draw["tenant_id"], draw["id"]
    await run(
        conn,
        "UPDATE draw d SET state = 'cancelled', decided_at = %s, cancelled_by = %s, why = %s"
        " WHERE d.tenant_id = %s AND d.id = %s",
        (at, by.person_id, why, tenant_id, draw_id),
    )
    await append(
        conn, tenant_id, kind="cancel_draw", subject="draw", subject_id=draw_id, version=2, by=by, at=at,
        pool_from=draw["pool_id"], reason=why,
    )  # fmt: skip
    await defer(conn, "notify", tenant_id=tenant_id, draw=draw_id)


async def plan_next(conn: Conn, draw: DictRow, *, at: datetime) -> int | None:
    """The next of a series whose pool is locked, if it is one: the same hours on the next working day or in a week."""
    if draw["repeat"] == "never":
        return None
    calendar = await tenant_calendar(conn, draw["tenant_id"])
    plan = Plan(draw["opens_at"], draw["closes_at"], draw["repeat"])
    for _ in range(_TRIES):
        plan = _following(plan, calendar)
        taken = plan.closes_at <= at or await _overlapping(conn, draw["tenant_id"], draw["pool_id"], plan)
        if not taken:
            return await _insert(
                conn, draw["tenant_id"], draw["pool_id"], plan, by=By.person(None), at=at, follows=draw["id"]
            )
    return None


def _following(plan: Plan, calendar: Calendar) -> Plan:
    opens, closes = (at.astimezone(calendar.zone) for at in (plan.opens_at, plan.closes_at))
    days = 7
    if plan.repeat == "working_day":
        days = next(n for n in range(1, 400) if calendar.works(closes.date() + timedelta(days=n)))
    # Local arithmetic: the same hours on the clock.
    return Plan(opens + timedelta(days=days), closes + timedelta(days=days), plan.repeat)


def _check_window(plan: Plan, now: datetime) -> None:
    if plan.closes_at <= plan.opens_at:
        raise Refusal("draw_ends_before_it_begins")
    if plan.opens_at < now - _SLACK or plan.closes_at <= now:
        raise Refusal("draw_in_the_past")
    longest = _LONGEST[plan.repeat]
    if plan.closes_at - plan.opens_at > longest:
        raise Refusal("draw_too_long", days=longest.days)
    if plan.closes_at > now + timedelta(days=MOST_AHEAD):
        raise Refusal("draw_too_far", days=MOST_AHEAD)


async def _check_claims_open(conn: Conn, tenant_id: int, pool: DictRow, closes_at: datetime) -> None:
    """It is dealt when it closes, by all rules: outside the claim windows everybody would be refused."""
    if not pool["claim_windows"]:
        return
    zone = (await tenant_calendar(conn, tenant_id)).zone.key
    days = await working_days(conn, tenant_id, closes_at)
    params: dict[str, Any] = {"w": Jsonb(pool["claim_windows"]), "at": closes_at, "zone": zone, "days": Jsonb(days)}
    opens = await value(conn, "SELECT claim_opens(%(w)s, %(at)s, %(zone)s, %(days)s)", params)
    if opens is not None:
        raise Refusal("draw_outside_window", closes_at=closes_at)


async def _overlapping(conn: Conn, tenant_id: int, pool_id: int, plan: Plan) -> DictRow | None:
    """A draw of the (locked) pool that is planned for some of the same time."""
    return await one(
        conn,
        "SELECT d.id, d.opens_at, d.closes_at FROM draw d WHERE d.tenant_id = %s AND d.pool_id = %s"
        " AND d.state = 'planned' AND d.opens_at < %s AND d.closes_at > %s ORDER BY d.opens_at LIMIT 1",
        (tenant_id, pool_id, plan.closes_at, plan.opens_at),
    )


async def _insert(
    conn: Conn, tenant_id: int, pool_id: int, plan: Plan, *, by: By, at: datetime, follows: int | None = None
) -> int:
    seed = secrets.token_bytes(32)
    draw_id: int = await value(
        conn,
        "INSERT INTO draw (tenant_id, pool_id, opens_at, closes_at, repeat, seed, planned_by, planned_at, follows)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
        (tenant_id, pool_id, plan.opens_at, plan.closes_at, plan.repeat, seed, by.person_id, at, follows),
    )
    data = {
        "seed_hash": seed_hash(seed),
        "opens_at": plan.opens_at.isoformat(),
        "closes_at": plan.closes_at.isoformat(),
    }
    await append(
        conn, tenant_id, kind="plan_draw", subject="draw", subject_id=draw_id, version=1, by=by, at=at,
        pool_from=pool_id, data=data | {"repeat": plan.repeat},
    )  # fmt: skip
    await defer(conn, "deal_draw", at=plan.closes_at, tenant_id=tenant_id, draw_id=draw_id)
    return draw_id
