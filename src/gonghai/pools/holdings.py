"""Who holds more than a cap would allow: asked before a cap is set."""

from dataclasses import dataclass
from typing import Final

from gonghai.base.database import Conn, rows
from gonghai.base.errors import Refusal

MOST_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a right or a limit is given to: all, a department (with all below it), a role or a person."""

    kind: str
    id: int = 0
    role: str = ""


# What counts is as pool_usage counts it, without the pool's condition: a warning may count one too many.
_OVER = """WITH RECURSIVE below AS (
    SELECT d.id FROM department d WHERE d.tenant_id = %(t)s AND %(kind)s = 'department' AND d.id = %(id)s
    UNION SELECT d.id FROM below b JOIN department d ON d.tenant_id = %(t)s AND d.parent_id = b.id
), held AS (
    SELECT c.owner_id, count(*) AS n FROM customer c JOIN pool q ON q.tenant_id = %(t)s AND q.id = c.pool_id
    WHERE c.tenant_id = %(t)s AND c.owner_id IS NOT NULL AND (%(pool)s = 0 OR c.pool_id = %(pool)s)
      AND (q.holding_exempt_won_days IS NULL OR c.last_win_at IS NULL
           OR c.last_win_at < now() - make_interval(days => q.holding_exempt_won_days))
    GROUP BY c.owner_id HAVING count(*) > %(cap)s
) SELECT p.id, p.name, h.n, count(*) OVER () AS people FROM held h JOIN person p ON p.tenant_id = %(t)s AND p.id = h.owner_id
  WHERE p.state = 'active' AND (%(kind)s = 'all' OR (%(kind)s = 'person' AND p.id = %(id)s)
    OR (%(kind)s = 'role' AND %(role)s = ANY (p.roles))
    OR (%(kind)s = 'department' AND p.department_id IN (SELECT b.id FROM below b)))
  ORDER BY h.n DESC, p.id LIMIT %(most)s"""


async def check_holdings(conn: Conn, tenant_id: int, pool_id: int, subject: Subject, cap: int) -> None:
    """Refuses `cap_below_holdings` {over: how many people, limit, people: those who hold most} where somebody has more.

    `pool_id` 0 counts all pools.
    """
    found = await rows(
        conn,
        _OVER,
        {
            "t": tenant_id, "pool": pool_id, "kind": subject.kind, "id": subject.id, "role": subject.role, "cap": cap,
            "most": MOST_NAMED,
        },
    )  # fmt: skip
    if found:
        people = [{"id": str(row["id"]), "name": row["name"], "held": row["n"]} for row in found]
        raise Refusal(
            "cap_below_holdings",
            over=found[0]["people"],
            limit=cap,
            most=people[0],
            used=people[0]["held"],
            people=people,
        )
