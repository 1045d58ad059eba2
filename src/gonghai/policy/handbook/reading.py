"""Reading a pool's handbook: the version asked for, with the pool's settings as they were while it held."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from psycopg.rows import DictRow

from gonghai.base.database import Conn, one, rows
from gonghai.base.errors import NotFound
from gonghai.conditions.facts import Registry
from gonghai.people.calendar import tenant_calendar
from gonghai.policy.decide import InForce
from gonghai.policy.handbook.book import Section, Source, edition, example_start, handbook
from gonghai.policy.naming import tenant_words
from gonghai.policy.versions import in_force as in_force_at
from gonghai.policy.versions import version_in_force
from gonghai.pools import queries
from gonghai.pools.actions import RIGHTS
from gonghai.workdays import Calendar

Pool = Mapping[str, Any]
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


@dataclass(frozen=True, slots=True)
class _Company:
    """What all handbooks of a company are written with: its calendar, its names."""

    calendar: Calendar
    pools: Mapping[int, str]
    registry: Registry
    cap: int | None
    limits: Mapping[int, int]

    def book(
        self, pool: Pool, scopes: Sequence[Pool], in_force: InForce | None, begins: datetime, ended: datetime | None
    ) -> Handbook:
        """`begins`: where the examples do, at the earliest."""
        start = example_start(begins, self.calendar)
        source = Source(
            pool, scopes, in_force, self.pools, self.calendar, start, self.registry, self.cap,
            self.limits.get(pool["id"], 0),
        )  # fmt: skip
        sections = handbook(source)
        number, since = (in_force.number, in_force.effective_from) if in_force is not None else (None, None)
        return Handbook(pool, number, since, ended, edition(sections), sections)


async def _company(conn: Conn, tenant_id: int) -> _Company:
    found = await rows(
        conn,
        "SELECT q.id, q.name, t.holding_cap, (SELECT count(*) FROM claim_limit l WHERE l.tenant_id = q.tenant_id"
        " AND l.pool_id = q.id) AS limits FROM pool q JOIN tenant t ON t.id = q.tenant_id WHERE q.tenant_id = %s",
        (tenant_id,),
    )
    names = {row["id"]: row["name"] for row in found}
    limits = {row["id"]: row["limits"] for row in found}
    cap = found[0]["holding_cap"] if found else None
    calendar, registry = await tenant_calendar(conn, tenant_id), await tenant_words(conn, tenant_id)
    return _Company(calendar, names, registry, cap, limits)


async def read_handbook(
    conn: Conn, tenant_id: int, pool_id: int, *, number: int | None = None, now: datetime
) -> Handbook:
    """The version in force, or the one of that number; 404 without."""
    pool: Pool = await queries.pool(conn, tenant_id, pool_id)
    scopes: Sequence[Pool] = await queries.scopes(conn, tenant_id, pool_id)
    company = await _company(conn, tenant_id)
    version = await _version(conn, tenant_id, pool_id, number, now)
    if version is None:
        if number is not None:
            raise NotFound("policy", number=number)
        return company.book(pool, scopes, None, now, None)
    ended: datetime | None = version["ended"]
    past = ended is not None and ended <= now
    if past:
        pool, scopes = await _as_of(conn, tenant_id, pool, scopes, version["ended"])
    _, compiled = await version_in_force(conn, tenant_id, version["id"])
    in_force = replace(compiled, **{name: pool[name] for name in _FLOORS})
    begins = version["effective_from"] if past else max(now, version["effective_from"])
    return company.book(pool, scopes, in_force, begins, ended)


async def read_handbooks(conn: Conn, tenant_id: int, pool_ids: Sequence[int], *, now: datetime) -> list[Handbook]:
    """Those in force of open pools, by a few statements for all of them."""
    key = (tenant_id, list(pool_ids))
    pools = await rows(
        conn, "SELECT * FROM pool WHERE tenant_id = %s AND id = ANY (%s) AND state = 'open' ORDER BY id", key
    )
    if not pools:
        return []
    scopes: dict[int, list[DictRow]] = {}
    for row in await queries.scopes_of(conn, tenant_id, pool_ids):
        scopes.setdefault(row["pool_id"], []).append(row)
    compiled, broken = await in_force_at(conn, tenant_id, now, pool_ids)
    company = await _company(conn, tenant_id)
    books = []
    for pool in pools:
        if pool["id"] in broken:  # its words are those of any other version that doesn't compile today
            books.append(await read_handbook(conn, tenant_id, pool["id"], now=now))
        else:
            books.append(company.book(pool, scopes.get(pool["id"], []), compiled.get(pool["id"]), now, None))
    return books


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
    conn: Conn, tenant_id: int, pool: Pool, scopes: Sequence[Pool], at: datetime
) -> tuple[Pool, Sequence[Pool]]:
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
