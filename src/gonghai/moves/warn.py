"""Warning the owners of customers that will go: each step told once, with the notice that nobody goes without.

One pass finds who may have to be told, loosely; chunks decide each exactly, and write only what wasn't told before.
A customer that changed since its chunk was read is left to the next run.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg.rows import DictRow

from gonghai.base.database import Conn, Database, one, rows, run, value
from gonghai.people.calendar import tenant_calendar
from gonghai.policy.decide import InForce, decide
from gonghai.policy.due import reach_select
from gonghai.policy.leaves import leaves
from gonghai.policy.registry import DECIDING, REGISTRY
from gonghai.policy.versions import in_force
from gonghai.policy.warnings import DUE, Step, current_step, warning_reach
from gonghai.workdays import Calendar, local_date

CHUNK = 2000


async def warn(database: Database, tenant_id: int, run_id: int, *, now: datetime | None = None) -> None:
    """Tells all steps that stand and were not told, unless the run has done so; each chunk is a transaction.

    Decides as of `now`, by default the run's instant.
    """
    async with database.tenant(tenant_id) as conn:
        record = await one(
            conn,
            "SELECT now, pool_id FROM recycle_run WHERE tenant_id = %s AND id = %s AND state = 'warning'",
            (tenant_id, run_id),
        )
        if record is None:
            return
        at = now or record["now"]
        policies, _ = await in_force(conn, tenant_id, at, [record["pool_id"]] if record["pool_id"] else None)
        calendar = await tenant_calendar(conn, tenant_id)
        found = await _candidates(conn, tenant_id, run_id, list(policies.values()), calendar, at)
    for start in range(0, len(found), CHUNK):
        async with database.tenant(tenant_id) as conn:
            await _chunk(conn, tenant_id, run_id, found[start : start + CHUNK], policies, calendar, at)
    async with database.tenant(tenant_id) as conn:
        await run(
            conn,
            "UPDATE recycle_run SET state = 'moving' WHERE tenant_id = %s AND id = %s AND state = 'warning'",
            (tenant_id, run_id),
        )


async def _candidates(
    conn: Conn, tenant_id: int, run_id: int, policies: Sequence[InForce], calendar: Calendar, now: datetime
) -> list[int]:
    """All for whom a step may stand, in id order; not those whom the run is about to take."""
    if not policies:
        return []
    away = await leaves(conn, tenant_id, now)
    select = reach_select(
        policies, calendar, now, away, REGISTRY, lambda p, length: warning_reach(p, length, now, calendar)
    )
    found = await rows(
        conn,
        f"""SELECT d.customer_id FROM ({select.text}) d WHERE NOT EXISTS (SELECT FROM recycle_item i
            WHERE i.tenant_id = %(tenant_id)s AND i.run_id = %(run_id)s AND i.customer_id = d.customer_id)""",
        {"tenant_id": tenant_id, "run_id": run_id, **select.params},
    )
    return sorted(row["customer_id"] for row in found)


async def _chunk(
    conn: Conn,
    tenant_id: int,
    run_id: int,
    ids: Sequence[int],
    policies: dict[int, InForce],
    calendar: Calendar,
    now: datetime,
) -> None:
    """Warns about these customers, unless another worker has."""
    record = await one(
        conn,
        "SELECT warned_to, clock_timestamp() AS at FROM recycle_run"
        " WHERE tenant_id = %s AND id = %s AND state = 'warning' FOR NO KEY UPDATE",
        (tenant_id, run_id),
    )
    if record is None or record["warned_to"] >= ids[-1]:
        return
    untold = await _untold(conn, tenant_id, ids, policies, calendar, now)
    warned = await _tell(conn, tenant_id, run_id, untold, calendar, now, record["at"]) if untold else 0
    await run(
        conn,
        "UPDATE recycle_run SET warned_to = %s, warned = warned + %s WHERE tenant_id = %s AND id = %s",
        (ids[-1], warned, tenant_id, run_id),
    )


async def _untold(
    conn: Conn,
    tenant_id: int,
    ids: Sequence[int],
    policies: dict[int, InForce],
    calendar: Calendar,
    now: datetime,
) -> list[tuple[DictRow, int, Step]]:
    """(customer, policy, step) of those whose step wasn't told in this spell for that date."""
    found = await rows(
        conn,
        f"SELECT {DECIDING} FROM customer c JOIN person o ON o.tenant_id = c.tenant_id AND o.id = c.owner_id"
        " WHERE c.tenant_id = %s AND c.id = ANY (%s) AND c.state = 'owned'",
        (tenant_id, list(ids)),
    )
    # Steps of dates that have passed can't stand any more.
    told = await rows(
        conn,
        "SELECT w.customer_id, w.spell_no, w.step, w.deadline_date FROM warning w"
        " WHERE w.tenant_id = %s AND w.customer_id = ANY (%s) AND w.deadline_date >= %s",
        (tenant_id, list(ids), local_date(now, calendar)),
    )
    known = {tuple(row.values()) for row in told}
    untold = []
    for row in found:
        policy = policies.get(row["pool_id"])
        if policy is None:
            continue
        decision = decide(policy, row, calendar, now, REGISTRY)
        step = current_step(decision, now, policy.policy.ladder, calendar)
        if step is None:
            continue
        # Whoever is found due untold gets notice in any case, or would wait for ever.
        if step.name == DUE or (row["id"], row["spell_no"], step.name, step.deadline_date) not in known:
            untold.append((row, policy.policy_id, step))
    return untold


# Notice, its version and its event are one statement with the warnings themselves. A row that somebody holds is being
# changed, and is left to the next run.
_TELL = """WITH w AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(versions)s::bigint[], %(policies)s::bigint[], %(steps)s::text[],
        %(dates)s::date[], %(effective)s::timestamptz[], %(timers)s::text[], %(lasts)s::boolean[],
        %(notices)s::timestamptz[])
      AS x (customer_id, version, policy_id, step, deadline_date, effective, timer, last, notice)), held AS (
    SELECT w.*, c.spell_no, c.owner_id, c.notice_until FROM w JOIN customer c
      ON c.tenant_id = %(t)s AND c.id = w.customer_id AND c.version = w.version AND c.state = 'owned'
    ORDER BY c.id FOR NO KEY UPDATE OF c SKIP LOCKED), told AS (
    INSERT INTO warning (tenant_id, customer_id, spell_no, step, deadline_date, owner_id, at, day, effective, timer,
        policy_id, last)
    SELECT %(t)s, h.customer_id, h.spell_no, h.step, h.deadline_date, h.owner_id, %(now)s, %(day)s, h.effective,
        h.timer, h.policy_id, h.last FROM held h
    ON CONFLICT DO NOTHING RETURNING customer_id), noticed AS (
    UPDATE customer c SET notice_until = h.notice, version = c.version + 1, updated_at = %(at)s
    FROM held h WHERE c.tenant_id = %(t)s AND c.id = h.customer_id AND c.version = h.version AND h.notice IS NOT NULL
    RETURNING c.id, c.version, h.spell_no, h.policy_id, jsonb_build_object(
        'changes', jsonb_build_object('notice_until', jsonb_build_array(h.notice_until, h.notice)),
        'step', h.step, 'effective', h.effective, 'timer', h.timer, 'run', %(run)s) AS data), logged AS (
    INSERT INTO event (tenant_id, at, kind, subject_id, version, actor, spell_no, policy_id, data)
    SELECT %(t)s, %(at)s, 'warn', n.id, n.version, 'policy', n.spell_no, n.policy_id, n.data FROM noticed n)
    SELECT count(*) FROM (SELECT customer_id FROM told UNION SELECT id FROM noticed) x"""


async def _tell(
    conn: Conn,
    tenant_id: int,
    run_id: int,
    untold: Sequence[tuple[DictRow, int, Step]],
    calendar: Calendar,
    now: datetime,
    at: datetime,
) -> int:
    """Writes the warnings and the notice that they give; how many customers were told of."""
    params: dict[str, Any] = {
        "t": tenant_id, "run": run_id, "now": now, "at": at, "day": local_date(now, calendar),
        "ids": [row["id"] for row, _, _ in untold],
        "versions": [row["version"] for row, _, _ in untold],
        "policies": [policy_id for _, policy_id, _ in untold],
        "steps": [step.name for _, _, step in untold],
        "dates": [step.deadline_date for _, _, step in untold],
        "effective": [step.effective for _, _, step in untold],
        "timers": [step.timer for _, _, step in untold],
        "lasts": [step.last for _, _, step in untold],
        "notices": [step.notice for _, _, step in untold],
    }  # fmt: skip
    return int(await value(conn, _TELL, params))
