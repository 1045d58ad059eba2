"""Who administers a pool, and who sees what lies in it, as persons."""

from collections.abc import Sequence

from gonghai.base.database import Conn, rows

_NAMED = """WITH RECURSIVE named AS (
    SELECT s.* FROM pool_scope s WHERE s.tenant_id = %(t)s AND s.pool_id = ANY (%(ids)s) AND s.right_name = ANY (%(rights)s)
), below AS (
    SELECT n.pool_id, n.subject_id AS department_id FROM named n WHERE n.subject = 'department'
    UNION SELECT b.pool_id, d.id FROM below b JOIN department d ON d.tenant_id = %(t)s AND d.parent_id = b.department_id
) SELECT DISTINCT n.pool_id, p.id FROM named n JOIN person p ON p.tenant_id = %(t)s AND p.state = 'active'
    AND (n.subject = 'all' OR (n.subject = 'person' AND p.id = n.subject_id)
      OR (n.subject = 'role' AND n.role = ANY (p.roles))
      OR (n.subject = 'department'
        AND (n.pool_id, p.department_id) IN (SELECT b.pool_id, b.department_id FROM below b)))
  ORDER BY n.pool_id, p.id"""


async def pool_admins(conn: Conn, tenant_id: int, pool_ids: Sequence[int]) -> dict[int, list[int]]:
    """Per pool the active persons who are its admins; pools without any are left out."""
    found: dict[int, list[int]] = {}
    for row in await rows(conn, _NAMED, {"t": tenant_id, "ids": list(pool_ids), "rights": ["admin"]}):
        found.setdefault(row["pool_id"], []).append(row["id"])
    return found


async def pool_viewers(
    conn: Conn, tenant_id: int, pool_ids: Sequence[int], person_ids: Sequence[int]
) -> dict[int, set[int]]:
    """Per pool those of the persons who see what lies in it; admins and auditors see all."""
    named = await rows(conn, _NAMED, {"t": tenant_id, "ids": list(pool_ids), "rights": ["see", "claim", "admin"]})
    everywhere = await rows(
        conn,
        "SELECT p.id FROM person p WHERE p.tenant_id = %s AND p.id = ANY (%s) AND p.roles && '{admin,auditor}'",
        (tenant_id, list(person_ids)),
    )
    wanted = set(person_ids)
    found = {pool_id: {row["id"] for row in everywhere} for pool_id in pool_ids}
    for row in named:
        if row["id"] in wanted:
            found[row["pool_id"]].add(row["id"])
    return found
