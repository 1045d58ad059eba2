"""Reading a pool's handbook: the version asked for, with the pool's settings as they were while it held."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from psycopg.rows import DictRow

from gonghai.base.database import Conn, one, rows
from gonghai.base.errors import NotFound
from gonghai.people.calendar import tenant_calendar
from gonghai.policy.decide import InForce
from gonghai.policy.handbook import Section, Source, edition, example_start, handbook
from gonghai.policy.naming import tenant_words
from gonghai.policy.versions import version_in_force
from gonghai.pools import queries
from gonghai.pools.actions import RIGHTS

_FLOORS = ("lock_grace_days", "return_grace_days", "notice_floor")


@dataclass(frozen=True, slots=True)
class Handbook:
    """A version's sentences. `number` None: no rules are published. `ended`: when a newer version took over."""

    pool: Mapping[str, Any]
    number: int | None
    effective_from: datetime | None
    ended: datetime | None
    edition: str
    sections: list[Section]


async def read_handbook(
    conn: Conn, tenant_id: int, pool_id: int, *, number: int | None = None, now: datetime
) -> Handbook:
    """The version in force, or the one of that number; 404 without."""
    pool: Mapping[str, Any] = await queries.pool(conn, tenant_id, pool_id)
    scopes: list[DictRow] = await queries.scopes(conn, tenant_id, pool_id)
    version = await _version(conn, tenant_id, pool_id, number, now)
    if version is None and number is not None:
        raise NotFound("policy", number=number)
    ended = version["ended"] if version is not None and version["ended"] is not None else None
    if ended is not None and ended <= now:
        pool, scopes = await _as_of(conn, tenant_id, pool, scopes, ended)
    in_force: InForce | None = None
    begins = now
    if version is not None:
        _, compiled = await version_in_force(conn, tenant_id, version["id"])
        in_force = replace(compiled, **{name: pool[name] for name in _FLOORS})
        past = ended is not None and ended <= now
        begins = version["effective_from"] if past else max(now, version["effective_from"])
    calendar = await tenant_calendar(conn, tenant_id)
    every = await rows(conn, "SELECT id, name FROM pool WHERE tenant_id = %s", (tenant_id,))
    names = {row["id"]: row["name"] for row in every}
    registry = await tenant_words(conn, tenant_id)
    source = Source(pool, scopes, in_force, names, calendar, example_start(begins, calendar), registry)
    sections = handbook(source)
    return Handbook(
        pool,
        version["number"] if version is not None else None,
        version["effective_from"] if version is not None else None,
        ended,
        edition(sections),
        sections,
    )


async def _version(conn: Conn, tenant_id: int, pool_id: int, number: int | None, now: datetime) -> DictRow | None:
    """A published version; `ended` is when a newer one takes over."""
    return await one(
        conn,
        """SELECT p.id, p.number, p.effective_from, (SELECT min(n.effective_from) FROM policy n
              WHERE n.tenant_id = p.tenant_id AND n.pool_id = p.pool_id AND n.number > p.number) AS ended
           FROM policy p WHERE p.tenant_id = %(t)s AND p.pool_id = %(pool)s AND p.number IS NOT NULL
             AND CASE WHEN %(number)s::int IS NULL THEN p.effective_from <= %(now)s ELSE p.number = %(number)s END
           ORDER BY p.number DESC LIMIT 1""",
        {"t": tenant_id, "pool": pool_id, "number": number, "now": now},
    )


async def _as_of(
    conn: Conn, tenant_id: int, pool: Mapping[str, Any], scopes: list[DictRow], at: datetime
) -> tuple[Mapping[str, Any], list[DictRow]]:
    """Settings and scopes just before `at`: later edits taken back, newest first, by the values their events keep."""
    later = await rows(
        conn,
        "SELECT e.data FROM event e WHERE e.tenant_id = %s AND e.subject = 'pool' AND e.subject_id = %s"
        " AND e.kind = 'edit_pool' AND e.at >= %s ORDER BY e.version DESC",
        (tenant_id, pool["id"], at),
    )
    settings = dict(pool)
    for event in later:
        settings.update({name: old for name, (old, _) in event["data"].get("changes", {}).items()})
    changed = {right for event in later for right in event["data"].get("scopes") or ()}
    if not changed:
        return settings, scopes
    kept = [s for s in scopes if s["right_name"] not in changed]
    return settings, kept + await _former_scopes(conn, tenant_id, pool["id"], sorted(changed), at)


async def _former_scopes(conn: Conn, tenant_id: int, pool_id: int, rights: list[str], at: datetime) -> list[DictRow]:
    """Whom these rights were given to just before `at`, in the shape of `queries.scopes`."""
    assert set(rights) <= set(RIGHTS)
    return await rows(
        conn,
        """SELECT r.name AS right_name, s.x->>'kind' AS subject, (s.x->>'id')::bigint AS subject_id,
              s.x->>'role' AS role, coalesce(d.name, p.name) AS name
           FROM unnest(%(rights)s::text[]) r (name)
           CROSS JOIN LATERAL (SELECT e.data FROM event e
               WHERE e.tenant_id = %(t)s AND e.subject = 'pool' AND e.subject_id = %(pool)s AND e.at < %(at)s
                 AND e.kind IN ('create_pool', 'edit_pool') AND e.data->'scopes' ? r.name
               ORDER BY e.version DESC LIMIT 1) e
           CROSS JOIN LATERAL jsonb_array_elements(e.data->'scopes'->r.name) s (x)
           LEFT JOIN department d ON s.x->>'kind' = 'department' AND d.tenant_id = %(t)s
                AND d.id = (s.x->>'id')::bigint
           LEFT JOIN person p ON s.x->>'kind' = 'person' AND p.tenant_id = %(t)s AND p.id = (s.x->>'id')::bigint
           ORDER BY 1, 2, 3, 4""",
        {"t": tenant_id, "pool": pool_id, "rights": rights, "at": at},
    )
