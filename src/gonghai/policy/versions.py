"""Versions of a pool's policy: publishing one supersedes the last; nothing is edited in place."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, one, rows, run, value
from gonghai.base.errors import Forbidden, NotFound
from gonghai.events.log import By, append
from gonghai.policy.decide import InForce
from gonghai.policy.document import Policy, compile_policy
from gonghai.policy.registry import REGISTRY

_IN_FORCE = """SELECT p.id, p.number, p.pool_id, p.document, p.effective_from, p.grace_until,
    q.lock_grace_days, q.return_grace_days, q.notice_floor
  FROM policy p JOIN pool q ON q.tenant_id = p.tenant_id AND q.id = p.pool_id
  WHERE p.tenant_id = %(t)s AND q.state = 'open' AND p.number IS NOT NULL AND p.effective_from <= %(now)s
    AND (%(pools)s::bigint[] IS NULL OR p.pool_id = ANY (%(pools)s))
    AND p.number = (SELECT max(n.number) FROM policy n WHERE n.tenant_id = %(t)s AND n.pool_id = p.pool_id
                      AND n.effective_from <= %(now)s)
  ORDER BY p.pool_id"""


async def pool_names(conn: Conn, tenant_id: int) -> dict[str, int]:
    """Open pools by name and by id as text: what a document's target may say."""
    found = await rows(conn, "SELECT id, name FROM pool WHERE tenant_id = %s AND state = 'open'", (tenant_id,))
    return {str(row["id"]): row["id"] for row in found} | {row["name"]: row["id"] for row in found}


async def in_force(
    conn: Conn, tenant_id: int, now: datetime, pool_ids: Sequence[int] | None = None
) -> tuple[dict[int, InForce], dict[int, Exception]]:
    """The published policy of each open pool at `now`, by pool id; and what would not compile, by pool id.

    A policy that no longer compiles (its target pool was closed, say) never stops another pool's sweep.
    """
    found = await rows(conn, _IN_FORCE, {"t": tenant_id, "now": now, "pools": list(pool_ids) if pool_ids else None})
    pools = await pool_names(conn, tenant_id)
    compiled: dict[int, InForce] = {}
    broken: dict[int, Exception] = {}
    for row in found:
        try:
            compiled[row["pool_id"]] = _compiled(row, pools)
        except Exception as error:
            broken[row["pool_id"]] = error
    return compiled, broken


def _compiled(row: DictRow, pools: Mapping[str, int]) -> InForce:
    return InForce(
        policy_id=row["id"],
        number=row["number"],
        pool_id=row["pool_id"],
        policy=_compile(orjson.dumps(row["document"], option=orjson.OPT_SORT_KEYS), tuple(sorted(pools.items()))),
        effective_from=row["effective_from"],
        grace_until=row["grace_until"],
        lock_grace_days=row["lock_grace_days"],
        return_grace_days=row["return_grace_days"],
        notice_floor=row["notice_floor"],
    )


@lru_cache(maxsize=512)
def _compile(document: bytes, pools: tuple[tuple[str, int], ...]) -> Policy:
    """Published documents never change, and every list of customers needs them compiled."""
    return compile_policy(orjson.loads(document), REGISTRY, dict(pools))


async def version_in_force(conn: Conn, tenant_id: int, policy_id: int) -> tuple[DictRow, InForce]:
    """One version, whatever its state: what a past move was decided on. Its targets may be closed by now."""
    row = await one(
        conn,
        "SELECT p.*, q.lock_grace_days, q.return_grace_days, q.notice_floor FROM policy p"
        " JOIN pool q ON q.tenant_id = p.tenant_id AND q.id = p.pool_id WHERE p.tenant_id = %s AND p.id = %s",
        (tenant_id, policy_id),
    )
    if row is None:
        raise NotFound("policy", id=str(policy_id))
    every = await rows(conn, "SELECT id, name FROM pool WHERE tenant_id = %s", (tenant_id,))
    pools = {r["name"]: r["id"] for r in every} | {str(r["id"]): r["id"] for r in every}
    return row, _compiled(row, pools)


async def publish(
    conn: Conn,
    actor: Actor,
    pool_id: int,
    document: Any,
    *,
    note: str = "",
    at: datetime,
    grace_until: datetime | None = None,
) -> int:
    """Compiles and publishes a document for a pool, in force from `at`; the new version's number.

    For admins and the pool's admins. Raises PolicyInvalid with every faulty node's path; nothing is stored then.
    """
    if not (actor.may("policy.publish") or actor.rights(pool_id).admin):
        raise Forbidden("policy.publish")
    pool = await one(
        conn,
        "SELECT id FROM pool WHERE tenant_id = %s AND id = %s AND state = 'open' FOR NO KEY UPDATE",
        (actor.tenant_id, pool_id),
    )
    if pool is None:
        raise NotFound("pool", id=str(pool_id))
    compile_policy(document, REGISTRY, await pool_names(conn, actor.tenant_id))
    await run(
        conn,
        "UPDATE policy SET state = 'superseded', superseded_at = %s"
        " WHERE tenant_id = %s AND pool_id = %s AND state = 'published'",
        (at, actor.tenant_id, pool_id),
    )
    row = await one(
        conn,
        "INSERT INTO policy (tenant_id, pool_id, number, state, document, note, author_id, created_at, published_at,"
        " effective_from, grace_until) SELECT %(t)s, %(pool)s, coalesce(max(number), 0) + 1, 'published', %(doc)s,"
        " %(note)s, %(author)s, %(at)s, %(at)s, %(at)s, %(grace)s FROM policy"
        " WHERE tenant_id = %(t)s AND pool_id = %(pool)s RETURNING id, number",
        {
            "t": actor.tenant_id,
            "pool": pool_id,
            "doc": Jsonb(document),
            "note": note,
            "author": actor.person_id,
            "at": at,
            "grace": grace_until,
        },
    )
    assert row is not None
    await append(
        conn, actor.tenant_id, kind="publish_policy", subject="policy", subject_id=row["id"], version=1,
        by=By.person(actor.person_id), at=at, pool_to=pool_id, data={"number": row["number"]},
    )  # fmt: skip
    return int(row["number"])


async def versions(conn: Conn, tenant_id: int, pool_id: int) -> list[DictRow]:
    """All versions of a pool's policy, newest first, with their authors' names."""
    return await rows(
        conn,
        "SELECT p.*, a.name AS author_name FROM policy p"
        " LEFT JOIN person a ON a.tenant_id = p.tenant_id AND a.id = p.author_id"
        " WHERE p.tenant_id = %s AND p.pool_id = %s ORDER BY p.number DESC NULLS FIRST",
        (tenant_id, pool_id),
    )


async def uses_as_target(conn: Conn, tenant_id: int, pool_id: int) -> bool:
    """Whether a published policy sends customers to this pool."""
    name = await value(conn, "SELECT name FROM pool WHERE tenant_id = %s AND id = %s", (tenant_id, pool_id))
    found = await rows(conn, "SELECT document FROM policy WHERE tenant_id = %s AND state = 'published'", (tenant_id,))
    targets = [s.get("target") for row in found for s in row["document"]["segments"]]
    return any(isinstance(t, dict) and str(t.get("pool")) in (name, str(pool_id)) for t in targets)
