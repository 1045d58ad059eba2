"""Cleanings: which are due by their schedule, what one would do now, and reading the record of those that were."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.access.visibility import predicate
from gonghai.base.database import Conn, one, rows
from gonghai.base.errors import Forbidden, NotFound, Refusal
from gonghai.base.queue import defer
from gonghai.conditions.comparisons import Context
from gonghai.moves.clean import found_by, start_cleaning
from gonghai.moves.undone import EVENT_OF_ITEM, OF_ITEM
from gonghai.people.calendar import tenant_calendar
from gonghai.policy.cleaning import Cleaning, period_start
from gonghai.policy.versions import in_force

log = structlog.get_logger()


def need_cleaning(actor: Actor, pool_id: int) -> None:
    """Refuses with 404 for a pool that the actor doesn't know, with 403 unless they may clean it."""
    if pool_id not in actor.pools:
        raise NotFound("pool", id=str(pool_id))
    if not (actor.may("runs.clean") and actor.administers(pool_id)):
        raise Forbidden("runs.clean")


async def start_scheduled(conn: Conn, tenant_id: int, *, now: datetime) -> list[int]:
    """Opens and defers a cleaning of each pool whose period has begun without one; their ids.

    A version waits for the first period that begins after it. What can't be started stops no other pool's.
    """
    policies, _ = await in_force(conn, tenant_id, now)
    scheduled = {p: f for p, f in policies.items() if f.policy.cleaning is not None and f.policy.cleaning.every}
    if not scheduled:
        return []
    calendar = await tenant_calendar(conn, tenant_id)
    last = await _last_scheduled(conn, tenant_id)
    started = []
    for pool_id, version in scheduled.items():
        assert version.policy.cleaning is not None
        assert version.policy.cleaning.every is not None
        begins = period_start(version.policy.cleaning.every, now, calendar)
        if version.effective_from > begins or (pool_id in last and last[pool_id] >= begins):
            continue
        try:
            async with conn.transaction():
                run_id = await start_cleaning(conn, tenant_id, pool_id, requested_by=None, now=now)
                await defer_cleaning(conn, tenant_id, run_id)
        except Refusal as refusal:
            log.info("cleaning not started", tenant=tenant_id, pool=pool_id, why=refusal.code)
        else:
            started.append(run_id)
    return started


async def defer_cleaning(conn: Conn, tenant_id: int, run_id: int) -> None:
    """Has a run carried out once the transaction has committed."""
    await defer(conn, "clean", lock=f"clean-{tenant_id}", tenant_id=tenant_id, run_id=run_id)


async def _last_scheduled(conn: Conn, tenant_id: int) -> dict[int, datetime]:
    found = await rows(
        conn,
        "SELECT pool_id, max(now) AS at FROM cleaning_run WHERE tenant_id = %s AND requested_by IS NULL GROUP BY pool_id",
        (tenant_id,),
    )
    return {row["pool_id"]: row["at"] for row in found}


async def preview(conn: Conn, tenant_id: int, pool_id: int, cleaning: Cleaning, *, now: datetime) -> list[int]:
    """How many customers each rule would be about now."""
    calendar = await tenant_calendar(conn, tenant_id)
    sql, params = found_by(cleaning, pool_id, Context(now, calendar.zone))
    found = await rows(
        conn, f"SELECT d.rule, count(*) AS n FROM ({sql}) d GROUP BY d.rule", {**params, "tenant_id": tenant_id}
    )
    counts = {row["rule"]: row["n"] for row in found}
    return [counts.get(i, 0) for i in range(len(cleaning.rules))]


async def preview_customers(
    conn: Conn,
    tenant_id: int,
    pool_id: int,
    cleaning: Cleaning,
    *,
    rule: int | None,
    behind: int,
    limit: int,
    now: datetime,
) -> list[DictRow]:
    """The customers that a rule (or any) would be about now, in customer order, behind customer `behind`."""  # fmt: skip
    calendar = await tenant_calendar(conn, tenant_id)
    sql, params = found_by(cleaning, pool_id, Context(now, calendar.zone))
    return await rows(
        conn,
        f"""SELECT k.id, k.name, k.entered_pool_at, k.recycle_count, k.last_activity_at, d.rule FROM ({sql}) d
          JOIN customer k ON k.tenant_id = %(tenant_id)s AND k.id = d.id
          WHERE d.id > %(behind)s AND (%(rule)s::integer IS NULL OR d.rule = %(rule)s) ORDER BY d.id LIMIT %(limit)s""",
        {**params, "tenant_id": tenant_id, "behind": behind, "rule": rule, "limit": limit},
    )


_SELECT = """SELECT r.*, q.name AS pool_name, p.name AS requested_by_name, v.number AS policy_number FROM cleaning_run r
  JOIN pool q ON q.tenant_id = r.tenant_id AND q.id = r.pool_id
  JOIN policy v ON v.tenant_id = r.tenant_id AND v.id = r.policy_id
  LEFT JOIN person p ON p.tenant_id = r.tenant_id AND p.id = r.requested_by"""


async def run_list(
    conn: Conn, tenant_id: int, *, before: int | None, limit: int, eventful: bool = False
) -> list[DictRow]:
    """Cleanings, newest first; `eventful`: without those that ended and had found nothing."""
    return await rows(
        conn,
        f"{_SELECT} WHERE r.tenant_id = %(t)s AND (%(before)s::bigint IS NULL OR r.id < %(before)s)"
        " AND (NOT %(eventful)s OR r.found > 0 OR r.state <> 'done') ORDER BY r.id DESC LIMIT %(limit)s",
        {"t": tenant_id, "before": before, "eventful": eventful, "limit": limit},
    )


async def get_run(conn: Conn, tenant_id: int, run_id: int) -> DictRow:
    """One cleaning; 404 without."""
    row = await one(conn, f"{_SELECT} WHERE r.tenant_id = %s AND r.id = %s", (tenant_id, run_id))
    if row is None:
        raise NotFound("cleaning_run", id=str(run_id))
    return row


# A run writes on an item only that it was skipped; `done`: what its rule does. What it asked, only its undo withdraws.
_OUTCOME = """CASE WHEN un.undone OR EXISTS (SELECT FROM request q WHERE q.tenant_id = r.tenant_id
    AND q.customer_id = i.customer_id AND q.batch_id = r.batch_id AND q.state = 'withdrawn') THEN 'undone'
    ELSE coalesce(i.outcome, CASE WHEN i.customer_id <= r.done_to THEN 'done' END) END"""


async def items(
    conn: Conn, actor: Actor, run_id: int, *, outcome: str | None, rules: Sequence[int] | None, behind: int, limit: int
) -> list[DictRow]:
    """Items of a cleaning in customer order: those whose customer one sees. `outcome` done, skipped or undone."""
    seen, params = predicate(actor)
    values: dict[str, Any] = {
        "t": actor.tenant_id, "run": run_id, "behind": behind, "outcome": outcome,
        "rules": list(rules) if rules is not None else None, "limit": limit,
    }  # fmt: skip
    return await rows(
        conn,
        f"""SELECT i.customer_id, i.rule, i.why, {_OUTCOME} AS outcome, un.kept, {EVENT_OF_ITEM}, c.name AS customer_name
          FROM cleaning_item i JOIN cleaning_run r ON r.tenant_id = i.tenant_id AND r.id = i.run_id
          JOIN customer c ON c.tenant_id = i.tenant_id AND c.id = i.customer_id
          {OF_ITEM}
          WHERE i.tenant_id = %(t)s AND i.run_id = %(run)s AND i.customer_id > %(behind)s
            AND (%(outcome)s::text IS NULL OR {_OUTCOME} = %(outcome)s)
            AND (%(rules)s::integer[] IS NULL OR i.rule = ANY (%(rules)s)) AND {seen}
          ORDER BY i.customer_id LIMIT %(limit)s""",
        {**values, **params},
    )
