"""Who has read a pool's handbook: reps who may claim from it confirm each new edition, where the company wants it.

It blocks nothing: it is asked, kept, and shown to the admins.
"""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, one, rows, run, value
from gonghai.base.errors import Forbidden, Refusal
from gonghai.policy.handbook_reading import read_handbook


@dataclass(frozen=True, slots=True)
class Reading:
    """One person's standing with an edition."""

    must_acknowledge: bool
    acknowledged_at: datetime | None


async def reading_of(conn: Conn, actor: Actor, pool_id: int, edition: str) -> Reading:
    """Whether the actor is asked to confirm this edition, and when they did."""
    at: datetime | None = await value(
        conn,
        "SELECT (SELECT a.at FROM handbook_acknowledgement a WHERE a.tenant_id = %s AND a.person_id = %s"
        " AND a.pool_id = %s AND a.edition = %s)",
        (actor.tenant_id, actor.person_id, pool_id, edition),
    )
    asked = await wanted(conn, actor.tenant_id)
    mine = "rep" in actor.roles and actor.rights(pool_id).claim
    return Reading(asked and mine and at is None, at)


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
    if not actor.administers(pool_id):
        raise Forbidden("policy.publish")
    return await rows(
        conn,
        """SELECT p.id, p.name, d.id AS department_id, d.name AS department_name, a.at
           FROM person p LEFT JOIN department d ON d.tenant_id = p.tenant_id AND d.id = p.department_id
           LEFT JOIN handbook_acknowledgement a ON a.tenant_id = p.tenant_id AND a.person_id = p.id
                AND a.pool_id = %(pool)s AND a.edition = %(edition)s
           WHERE p.tenant_id = %(t)s AND p.state = 'active' AND 'rep' = ANY (p.roles)
             AND in_claim_scope(%(t)s, %(pool)s, p.id, p.roles, p.department_id)
           ORDER BY a.at IS NOT NULL, p.name, p.id""",
        {"t": actor.tenant_id, "pool": pool_id, "edition": edition},
    )
