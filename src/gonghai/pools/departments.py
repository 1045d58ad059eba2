"""Removing a department that no pool and no limit names; which of them name one."""

from datetime import datetime

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, rows
from gonghai.base.errors import Refusal
from gonghai.people import departments
from gonghai.people.record import lock_tenant

# Of a department and all above it, as what names one of these holds for it too.
_NAMING = """WITH RECURSIVE above AS (
    SELECT d.id, d.parent_id, d.name, 0 AS height FROM department d WHERE d.tenant_id = %(t)s AND d.id = %(id)s
    UNION ALL SELECT d.id, d.parent_id, d.name, a.height + 1 FROM above a
    JOIN department d ON d.tenant_id = %(t)s AND d.id = a.parent_id
) SELECT x.*, q.name AS pool_name, a.name AS department_name, a.height FROM (
    SELECT s.subject_id, s.pool_id, s.right_name, NULL AS rule, NULL::integer AS value FROM pool_scope s
    WHERE s.tenant_id = %(t)s AND s.subject = 'department'
    UNION ALL SELECT l.subject_id, l.pool_id, NULL, l.rule, l.value FROM claim_limit l
    WHERE l.tenant_id = %(t)s AND l.subject = 'department') x
  JOIN above a ON a.id = x.subject_id
  LEFT JOIN pool q ON q.tenant_id = %(t)s AND q.id = x.pool_id
  WHERE x.pool_id = 0 OR q.state = 'open'
  ORDER BY q.name NULLS FIRST, x.pool_id, x.right_name NULLS LAST, x.rule, a.height"""


async def naming(conn: Conn, tenant_id: int, department_id: int) -> list[DictRow]:
    """What names the department or one above it: rights on open pools, and limits in them (pool_id 0: the company's).

    Columns: subject_id, department_name, height (0: itself), pool_id, pool_name, right_name or rule and value. Of
    limits of one rule the nearest stands first, and holds.
    """
    return await rows(conn, _NAMING, {"t": tenant_id, "id": department_id})


async def remove_department(conn: Conn, actor: Actor, department_id: int, version: int, *, now: datetime) -> None:
    """Takes away an empty leaf. Refuses `department_in_use` {pools}, and as people/departments.py does."""
    actor.need("departments.edit")
    await lock_tenant(conn, actor.tenant_id)
    named = [row for row in await naming(conn, actor.tenant_id, department_id) if row["height"] == 0]
    if named:
        pools = list(dict.fromkeys(row["pool_name"] for row in named if row["pool_name"] is not None))
        raise Refusal("department_in_use", pools=pools)
    await departments.remove_department(conn, actor, department_id, version, now=now)
