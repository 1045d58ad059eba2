"""Who leads whom: the nearest leads above a person, for those who must be told or asked."""

from collections.abc import Sequence

from gonghai.base.database import Conn, rows

_NEAREST = """WITH RECURSIVE up AS (
    SELECT p.id AS person_id, p.department_id, 0 AS height FROM person p
    WHERE p.tenant_id = %(t)s AND p.id = ANY (%(ids)s) AND p.department_id IS NOT NULL
    UNION ALL SELECT u.person_id, d.parent_id, u.height + 1 FROM up u
    JOIN department d ON d.tenant_id = %(t)s AND d.id = u.department_id WHERE d.parent_id IS NOT NULL
), leads AS (
    SELECT u.person_id, l.person_id AS lead_id, u.height FROM up u
    JOIN department_lead l ON l.tenant_id = %(t)s AND l.department_id = u.department_id AND l.person_id <> u.person_id
    JOIN person p ON p.tenant_id = %(t)s AND p.id = l.person_id AND p.state = 'active'
) SELECT l.person_id, l.lead_id FROM leads l
  WHERE l.height = (SELECT min(n.height) FROM leads n WHERE n.person_id = l.person_id)
  ORDER BY l.person_id, l.lead_id"""


async def nearest_leads(conn: Conn, tenant_id: int, person_ids: Sequence[int]) -> dict[int, list[int]]:
    """Per person the active leads of the nearest department up the tree that has one beside the person; none: left out."""
    found: dict[int, list[int]] = {}
    for row in await rows(conn, _NEAREST, {"t": tenant_id, "ids": list(person_ids)}):
        found.setdefault(row["person_id"], []).append(row["lead_id"])
    return found


async def admins(conn: Conn, tenant_id: int) -> list[int]:
    """The company's active admins."""
    found = await rows(
        conn,
        "SELECT p.id FROM person p WHERE p.tenant_id = %s AND p.state = 'active' AND 'admin' = ANY (p.roles) ORDER BY p.id",
        (tenant_id,),
    )
    return [row["id"] for row in found]
