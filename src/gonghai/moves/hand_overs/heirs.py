"""Whom a book may go to: active people within the actor's reach, each with what they hold already."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, rows
from gonghai.moves.hand_overs.book import need_hand_over
from gonghai.moves.limits import Usage, pool_usages
from gonghai.people.queries import SOUGHT, like, person


@dataclass(frozen=True, slots=True)
class Full:
    """A cap that leaves no room for one more; `pool_id` None: the company's, over all pools."""

    pool_id: int | None
    used: int
    limit: int


@dataclass(frozen=True, slots=True)
class Heir:
    """Somebody who could take customers over. `owned`: of any pool; `back_at`: the end of a leave that has begun; `full`:
    the fullest of the caps that are reached, of the pools that the giver's customers come from."""

    id: int
    name: str
    department: tuple[int, str] | None
    owned: int
    back_at: datetime | None
    full: Full | None


# Who only reads, as auditors do, could do nothing with them.
_ACTIVE: Final = f"""SELECT p.id, p.name, p.department_id, d.name AS department,
    CASE WHEN p.leave_from <= %(now)s AND p.leave_until > %(now)s THEN p.leave_until END AS back_at,
    (SELECT count(*) FROM customer c WHERE c.tenant_id = %(t)s AND c.owner_id = p.id) AS owned
  FROM person p LEFT JOIN department d ON d.tenant_id = %(t)s AND d.id = p.department_id
  WHERE p.tenant_id = %(t)s AND p.state = 'active' AND p.id <> %(giver)s AND p.roles <> ARRAY['auditor']
    AND (%(among)s::bigint[] IS NULL OR p.id = ANY (%(among)s))
    AND {SOUGHT}
  ORDER BY p.department_id IS DISTINCT FROM %(team)s, p.id LIMIT %(limit)s"""
_POOLS: Final = "SELECT DISTINCT c.pool_id FROM customer c WHERE c.tenant_id = %s AND c.owner_id = %s ORDER BY 1"


async def heirs(conn: Conn, actor: Actor, giver_id: int, *, text: str | None, limit: int, now: datetime) -> list[Heir]:
    """At most `limit` people whom the actor may choose, those of the giver's own department first; `text` is sought as
    in the list of people.

    403 unless the actor may hand over this person's book, 404 without the person. A constant number of statements.
    """
    need_hand_over(actor, giver_id)
    giver = await person(conn, actor.tenant_id, giver_id)
    among = None if "admin" in actor.roles else sorted({*actor.subordinates, actor.person_id or 0})
    found = await rows(
        conn,
        _ACTIVE,
        {
            "t": actor.tenant_id, "giver": giver_id, "team": giver.department_id, "among": among, "like": like(text),
            "limit": limit, "now": now,
        },
    )  # fmt: skip
    pools = [row["pool_id"] for row in await rows(conn, _POOLS, (actor.tenant_id, giver_id))]
    usages: dict[int, dict[int, Usage]] = {}
    if found and pools:
        ids = [row["id"] for row in found]
        usages = await pool_usages(conn, actor.tenant_id, ids, pools, zone=actor.zone, now=now)
    return [
        Heir(
            row["id"],
            row["name"],
            (row["department_id"], row["department"]) if row["department_id"] is not None else None,
            row["owned"],
            row["back_at"],
            _full(usages.get(row["id"], {})),
        )
        for row in found
    ]


def _full(usages: dict[int, Usage]) -> Full | None:
    caps = [Full(pool_id, u.holding_cap.used, u.holding_cap.limit) for pool_id, u in usages.items()]
    caps += [Full(None, u.company_cap.used, u.company_cap.limit) for u in usages.values() if u.company_cap is not None]
    reached = [cap for cap in caps if cap.used >= cap.limit]
    return max(reached, key=lambda cap: cap.used / max(cap.limit, 1), default=None)
