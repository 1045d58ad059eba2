"""Who has read a pool's handbook: reps who may claim from it confirm each new edition, where the company wants it.

It blocks nothing: it is asked, kept, and shown to the admins.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, one, rows, run, value
from gonghai.base.errors import Forbidden, Refusal
from gonghai.policy.handbook.reading import read_handbook


@dataclass(frozen=True, slots=True)
class Reading:
    """One person's standing with an edition."""

    must_acknowledge: bool
    acknowledged_at: datetime | None


async def readings(conn: Conn, actor: Actor, editions: Mapping[int, str]) -> dict[int, Reading]:
    """By pool id: whether the actor is asked to confirm this edition, and when they did."""
    found = await rows(
        conn,
        "SELECT a.pool_id, a.at FROM handbook_acknowledgement a"
        " JOIN unnest(%s::bigint[], %s::text[]) AS e (pool_id, edition) USING (pool_id, edition)"
        " WHERE a.tenant_id = %s AND a.person_id = %s",
        (list(editions), list(editions.values()), actor.tenant_id, actor.person_id),
    )
    at = {row["pool_id"]: row["at"] for row in found}
    asked = "rep" in actor.roles and await wanted(conn, actor.tenant_id)
    return {
        pool_id: Reading(asked and actor.rights(pool_id).claim and pool_id not in at, at.get(pool_id))
        for pool_id in editions
    }


async def wanted(conn: Conn, tenant_id: int) -> bool:
    """Whether the company asks its reps to confirm."""
    return bool(await value(conn, "SELECT t.handbook_acknowledged FROM tenant t WHERE t.id = %s", (tenant_id,)))


async def acknowledge(conn: Conn, actor: Actor, pool_id: int, edition: str, *, now: datetime) -> datetime:
    """Confirms the edition in force; when it was first confirmed. Refuses `handbook_changed` for another edition."""
    if actor.person_id is None:
        raise Forbidden("policy.read")
    present = await read_handbook(conn, actor.tenant_id, pool_id, now=now)
    if present.edition != edition:
        raise Refusal("handbook_changed", edition=present.edition)
    key = (actor.tenant_id, actor.person_id, pool_id, edition)
    await run(
        conn,
        "INSERT INTO handbook_acknowledgement (tenant_id, person_id, pool_id, edition, at) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        (*key, now),
    )
    kept = await one(
        conn,
        "SELECT a.at FROM handbook_acknowledgement a WHERE a.tenant_id = %s AND a.person_id = %s AND a.pool_id = %s"
        " AND a.edition = %s",
        key,
    )
    assert kept is not None
    at: datetime = kept["at"]
    return at


async def acknowledgements(conn: Conn, actor: Actor, pool_id: int, edition: str) -> list[DictRow]:
    """Each active rep who may claim from the pool, with when they confirmed; who hasn't comes first. For admins."""
    if not (actor.may("policy.publish") and actor.administers(pool_id)):
        raise Forbidden("policy.publish")
    return await rows(
        conn,
        """SELECT p.id, p.name, d.id AS department_id, d.name AS department_name, a.at
           FROM person p LEFT JOIN department d ON d.tenant_id = p.tenant_id AND d.id = p.department_id
           LEFT JOIN handbook_acknowledgement a ON a.tenant_id = p.tenant_id AND a.person_id = p.id
                AND a.pool_id = %(pool)s AND a.edition = %(edition)s
           WHERE p.tenant_id = %(t)s AND p.state = 'active' AND 'rep' = ANY (p.roles)
             AND has_pool_right(%(t)s, %(pool)s, 'claim', p.id, p.roles, p.department_id)
           ORDER BY a.at IS NOT NULL, p.name, p.id""",
        {"t": actor.tenant_id, "pool": pool_id, "edition": edition},
    )
