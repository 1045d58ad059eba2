"""The conditions of pools' claim rules: whose claim needs a yes, which customers don't count as held."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from gonghai.base.database import Conn, rows
from gonghai.conditions import Context, parse, to_sql
from gonghai.policy.registry import REGISTRY
from gonghai.workdays import Calendar


async def needing_approval(
    conn: Conn, tenant_id: int, customer_ids: Sequence[int], *, now: datetime, calendar: Calendar
) -> list[int]:
    """Those of these customers whose claim becomes a request, by the condition of the pool they lie in."""
    pools = await rows(
        conn,
        "SELECT q.id, q.approval AS condition FROM pool q WHERE q.tenant_id = %s AND q.approval IS NOT NULL AND q.id IN"
        " (SELECT c.pool_id FROM customer c WHERE c.tenant_id = %s AND c.id = ANY (%s))",
        (tenant_id, tenant_id, list(customer_ids)),
    )
    if not pools:
        return []
    met, params = _any_of(pools, Context(now, calendar.zone))
    found = await rows(
        conn,
        f"SELECT c.id FROM customer c WHERE c.tenant_id = %(t_)s AND c.id = ANY (%(ids_)s) AND ({met})",
        {**params, "t_": tenant_id, "ids_": list(customer_ids)},
    )
    return [row["id"] for row in found]


async def exempt_held(
    conn: Conn, tenant_id: int, person_ids: Sequence[int], *, now: datetime, day_start: datetime, calendar: Calendar
) -> dict[int, dict[int, int]]:
    """Per person and pool how many of the person's customers don't count as held by the pool's condition.

    Those that don't count for a recent win aren't counted here again: `pool_usage` leaves them out already.
    `day_start`: local midnight, from which it counts the days of a win.
    """
    test = await exempt_test(conn, tenant_id, now=now, calendar=calendar)
    if test is None:
        return {}
    met, params = test
    found = await rows(
        conn,
        f"""SELECT c.owner_id, c.pool_id, count(*) AS n FROM customer c JOIN pool q ON q.tenant_id = %(t_)s AND q.id = c.pool_id
            WHERE c.tenant_id = %(t_)s AND c.owner_id = ANY (%(persons_)s) AND ({met})
              AND (q.holding_exempt_won_days IS NULL OR c.last_win_at IS NULL
                   OR c.last_win_at < %(day_)s - make_interval(days => q.holding_exempt_won_days))
            GROUP BY c.owner_id, c.pool_id""",
        {**params, "t_": tenant_id, "persons_": list(person_ids), "day_": day_start},
    )
    exempt: dict[int, dict[int, int]] = {}
    for row in found:
        exempt.setdefault(row["owner_id"], {})[row["pool_id"]] = row["n"]
    return exempt


async def exempt_test(
    conn: Conn, tenant_id: int, *, now: datetime, calendar: Calendar
) -> tuple[str, dict[str, Any]] | None:
    """SQL over customer c, with its parameters: by its pool's condition it doesn't count as held. None: no pool has one."""
    pools = await rows(
        conn,
        "SELECT q.id, q.holding_exempt AS condition FROM pool q WHERE q.tenant_id = %s AND q.holding_exempt IS NOT NULL",
        (tenant_id,),
    )
    return _any_of(pools, Context(now, calendar.zone)) if pools else None


def _any_of(pools: Sequence[Any], context: Context) -> tuple[str, dict[str, Any]]:
    """SQL over customer c: it meets the condition of its own pool."""
    parts: list[str] = []
    params: dict[str, Any] = {}
    for pool in pools:
        prefix = f"q{pool['id']}"
        met = to_sql(parse(pool["condition"], REGISTRY), REGISTRY, context, prefix)
        parts.append(f"(c.pool_id = %({prefix}_id)s AND {met.text})")
        params |= {**met.params, f"{prefix}_id": pool["id"]}
    return " OR ".join(parts), params
