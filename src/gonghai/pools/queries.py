"""Reading pools: one with all its settings, the list with its counts."""

from collections.abc import Sequence
from datetime import datetime

from psycopg.rows import DictRow

from gonghai.base.database import Conn, one, rows
from gonghai.base.errors import NotFound

COUNT_CAP = 10_000


async def pool(conn: Conn, tenant_id: int, pool_id: int) -> DictRow:
    """A pool's row; 404 without."""
    row = await one(conn, "SELECT * FROM pool WHERE tenant_id = %s AND id = %s", (tenant_id, pool_id))
    if row is None:
        raise NotFound("pool", id=str(pool_id))
    return row


async def pool_list(conn: Conn, tenant_id: int, pool_ids: Sequence[int], now: datetime) -> list[DictRow]:
    """Open pools of these ids with their counts (capped) and the version of their policy in force."""
    return await rows(
        conn,
        """SELECT q.*,
            (SELECT count(*) FROM (SELECT FROM customer c WHERE c.tenant_id = %(t)s AND c.pool_id = q.id
                AND c.state = 'pooled' LIMIT %(cap)s) x) AS pooled,
            (SELECT max(p.number) FROM policy p WHERE p.tenant_id = %(t)s AND p.pool_id = q.id
                AND p.effective_from <= %(now)s) AS policy_version
          FROM pool q WHERE q.tenant_id = %(t)s AND q.state = 'open' AND q.id = ANY (%(ids)s) ORDER BY q.id""",
        {"t": tenant_id, "ids": list(pool_ids), "now": now, "cap": COUNT_CAP + 1},
    )


async def scopes(conn: Conn, tenant_id: int, pool_id: int) -> list[DictRow]:
    """Who has which right on the pool, with names."""
    return await scopes_of(conn, tenant_id, [pool_id])


async def scopes_of(conn: Conn, tenant_id: int, pool_ids: Sequence[int]) -> list[DictRow]:
    """Who has which right on these pools, with names."""
    return await rows(
        conn,
        """SELECT s.pool_id, s.right_name, s.subject, s.subject_id, s.role, coalesce(d.name, p.name) AS name
          FROM pool_scope s
          LEFT JOIN department d ON s.subject = 'department' AND d.tenant_id = s.tenant_id AND d.id = s.subject_id
          LEFT JOIN person p ON s.subject = 'person' AND p.tenant_id = s.tenant_id AND p.id = s.subject_id
          WHERE s.tenant_id = %s AND s.pool_id = ANY (%s)
          ORDER BY s.pool_id, s.right_name, s.subject, s.subject_id, s.role""",
        (tenant_id, list(pool_ids)),
    )


# Reasons that the product itself gives.
_OWN_REASONS = {
    "not_verified": ("核实无效", "not verified"),
    "owner_left": ("负责人离职", "owner left"),
    "pool_closed": ("公海已关闭", "pool closed"),
    "import_undone": ("撤销导入", "import undone"),
}


async def reason_words(conn: Conn, tenant_id: int) -> dict[str, tuple[str, str]]:
    """Every return reason of the tenant by code, and the product's own: (zh, en)."""
    found = await rows(conn, "SELECT return_reasons FROM pool WHERE tenant_id = %s", (tenant_id,))
    return _OWN_REASONS | {r["code"]: (r["zh"], r["en"]) for row in found for r in row["return_reasons"]}
