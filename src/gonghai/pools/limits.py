"""Reading what limits a person in pools: the pool's own numbers, and whatever beats them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from psycopg.rows import DictRow

from gonghai.base.database import Conn, rows

# Rule → the pool's own column.
RULES: Final[Mapping[str, str]] = {
    "daily_quota": "daily_quota",
    "min_interval": "min_interval_seconds",
    "holding_cap": "holding_cap",
    "untouched_cap": "untouched_cap",
    "lock_quota": "lock_quota",
    "reveal_quota": "reveal_quota",
}
COMPANY: Final = 0  # stands for all pools, where a pool's id is asked for
COMPANY_RULES: Final = frozenset({"holding_cap"})


@dataclass(frozen=True, slots=True)
class Limit:
    """A number that holds for a person. `by`: what sets it, as the SQL function limits_of says; None: the pool."""

    value: int
    by: Mapping[str, Any] | None = None


def limits_sql(pool: str, person: str, at: str) -> str:
    """A column of SQL: rule → {value, by} of limits that differ from the pool's own, for aliases of pool and person.

    Most pools have none, and looking for them costs less than the function.
    """
    return (
        f"(CASE WHEN EXISTS (SELECT FROM claim_limit y WHERE y.tenant_id = {person}.tenant_id AND y.pool_id = {pool})"
        f" OR EXISTS (SELECT FROM claim_override y WHERE y.tenant_id = {person}.tenant_id"
        f" AND y.person_id = {person}.id AND y.pool_id = {pool}) THEN"
        f" (SELECT jsonb_object_agg(l.rule, jsonb_build_object('value', l.value, 'by', l.set_by)) FROM limits_of("
        f"{person}.tenant_id, {person}.id, {pool}, {person}.department_id, {person}.roles, {at}) l) END)"
    )


def limit_of(pool: Mapping[str, Any], differing: Mapping[str, Any] | None, rule: str) -> Limit:
    """The limit that holds, of a pool's row and its `limits_sql`."""
    own = (differing or {}).get(rule)
    return Limit(own["value"], own["by"]) if own is not None else Limit(pool[RULES[rule]])


async def candidates(conn: Conn, tenant_id: int, person_id: int, pool_id: int) -> list[DictRow]:
    """All that could set the person's limits in the pool, by rule and precedence, with names; the first holds.

    Columns: rule, value, kind, id, role, name, why, earned, until_at, place. What the pool says itself isn't among them.
    """
    return await rows(
        conn,
        """SELECT x.*, coalesce(d.name, n.name, g.name, x.role) AS name, o.why, o.earned
           FROM person p, LATERAL limit_candidates(p.tenant_id, p.id, %(pool)s, p.department_id, p.roles,
                clock_timestamp()) x
           LEFT JOIN department d ON x.kind = 'department' AND d.tenant_id = %(t)s AND d.id = x.id
           LEFT JOIN person n ON x.kind = 'person' AND n.tenant_id = %(t)s AND n.id = x.id
           LEFT JOIN claim_override o ON x.kind = 'override' AND o.tenant_id = %(t)s AND o.id = x.id
           LEFT JOIN person g ON g.tenant_id = %(t)s AND g.id = o.granted_by
           WHERE p.tenant_id = %(t)s AND p.id = %(person)s
           ORDER BY x.rule, x.place, CASE x.rule WHEN 'min_interval' THEN x.value ELSE -x.value END""",
        {"t": tenant_id, "person": person_id, "pool": pool_id},
    )


async def people_with_limits(
    conn: Conn,
    tenant_id: int,
    pool_id: int,
    *,
    among: Sequence[int] | None,
    department_id: int | None,
    after: int | None,
    limit: int,
) -> list[DictRow]:
    """Active persons in id order behind `after`, with what differs for them from the pool's limits (`differing`) and
    from the company's cap (`differing_cap`), as `limits_sql` says. `among`: of these alone; a department means its subtree.
    """
    own, cap = limits_sql("%(pool)s", "p", "clock_timestamp()"), limits_sql("0", "p", "clock_timestamp()")
    return await rows(
        conn,
        f"""WITH RECURSIVE below AS (
            SELECT %(department)s::bigint AS id
            UNION SELECT d.id FROM below b JOIN department d ON d.tenant_id = %(t)s AND d.parent_id = b.id
        ), cut AS MATERIALIZED (
            SELECT p.id FROM person p WHERE p.tenant_id = %(t)s AND p.state = 'active' AND p.id > %(after)s
              AND (%(among)s::bigint[] IS NULL OR p.id = ANY (%(among)s))
              AND (%(department)s::bigint IS NULL OR p.department_id IN (SELECT id FROM below))
            ORDER BY p.id LIMIT %(limit)s
        ) SELECT p.id, p.name, p.roles, p.department_id, d.name AS department_name, {own} AS differing,
            {cap} AS differing_cap
          FROM cut JOIN person p ON p.tenant_id = %(t)s AND p.id = cut.id
          LEFT JOIN department d ON d.tenant_id = %(t)s AND d.id = p.department_id ORDER BY p.id""",
        {
            "t": tenant_id,
            "pool": pool_id,
            "among": list(among) if among is not None else None,
            "department": department_id,
            "after": after or 0,
            "limit": limit,
        },
    )
