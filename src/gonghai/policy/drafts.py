"""The draft of a pool's policy: one per pool, saved against the version that was read, so that nobody overwrites
anybody; it may be faulty, publishing demands that it isn't."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, one, run
from gonghai.base.errors import NotFound, Refusal
from gonghai.policy.document import PolicyInvalid, compile_policy
from gonghai.policy.registry import REGISTRY
from gonghai.policy.verifiers import unknown_verifiers
from gonghai.policy.versions import NOW, Start, need_policy, numbered, pool_names, publish, storable

_DRAFT = """SELECT p.id, p.document, p.version, p.based_on, p.updated_at, p.author_id, a.name AS author_name
  FROM policy p LEFT JOIN person a ON a.tenant_id = p.tenant_id AND a.id = p.author_id
  WHERE p.tenant_id = %s AND p.pool_id = %s AND p.state = 'draft'"""


class DraftChanged(Refusal):
    """Somebody else saved, or began, a draft meanwhile; says who and when."""

    status = 412

    def __init__(self, draft: Mapping[str, Any]) -> None:
        super().__init__(
            "changed_meanwhile",
            version=draft["version"],
            author=draft["author_name"],
            updated_at=draft["updated_at"],
        )


async def draft(conn: Conn, tenant_id: int, pool_id: int) -> DictRow | None:
    """The pool's draft with its last author's name, or None. Who may read it is the caller's to ask."""
    return await one(conn, _DRAFT, (tenant_id, pool_id))


def may_read_draft(actor: Actor, pool_id: int) -> bool:
    """Whoever edits drafts of the pool, and auditors."""
    return actor.may("policy.read") and (actor.administers(pool_id) or actor.sees_all)


async def faults(conn: Conn, tenant_id: int, document: Any) -> list[dict[str, Any]]:
    """What keeps a document from being published, by path; empty when nothing does."""
    try:
        policy = compile_policy(document, REGISTRY, await pool_names(conn, tenant_id))
    except PolicyInvalid as invalid:
        return invalid.errors
    return await unknown_verifiers(conn, tenant_id, policy)


async def begin_draft(
    conn: Conn, actor: Actor, pool_id: int, document: Any, *, based_on: int | None = None, now: datetime
) -> None:
    """Begins the pool's draft; 412 `changed_meanwhile` where there is one. For admins and the pool's admins."""
    need_policy(actor, pool_id, "policy.edit")
    await _lock(conn, actor, pool_id)
    if (standing := await draft(conn, actor.tenant_id, pool_id)) is not None:
        raise DraftChanged(standing)
    if based_on is not None:
        await numbered(conn, actor.tenant_id, pool_id, based_on)
    await run(
        conn,
        "INSERT INTO policy (tenant_id, pool_id, state, document, author_id, created_at, updated_at, based_on, version)"
        f" VALUES (%(t)s, %(pool)s, 'draft', %(doc)s, %(by)s, %(now)s, %(now)s, %(based_on)s, {_NEXT})",
        {
            "t": actor.tenant_id,
            "pool": pool_id,
            "doc": storable(document),
            "by": actor.person_id,
            "now": now,
            "based_on": based_on,
        },
    )


# Not a count from 1: one who still has a former draft open must not overwrite the next one at the same count.
_NEXT = "nextval(pg_get_serial_sequence('policy', 'id'))"


async def save_draft(
    conn: Conn,
    actor: Actor,
    pool_id: int,
    document: Any,
    *,
    based_on: int | None = None,
    version: int,
    now: datetime,
) -> None:
    """Saves over the version that was read; 412 when it is no longer the newest, or `draft_gone`."""
    need_policy(actor, pool_id, "policy.edit")
    held = await _held(conn, actor, pool_id, version)
    if based_on is not None:
        await numbered(conn, actor.tenant_id, pool_id, based_on)
    await run(
        conn,
        f"UPDATE policy SET document = %s, author_id = %s, updated_at = %s, based_on = %s, version = {_NEXT}"
        " WHERE tenant_id = %s AND id = %s",
        (
            storable(document),
            actor.person_id,
            now,
            based_on if based_on is not None else held["based_on"],
            actor.tenant_id,
            held["id"],
        ),
    )


async def discard_draft(conn: Conn, actor: Actor, pool_id: int, *, version: int) -> None:
    """Throws the draft away; 412 when it was saved meanwhile."""
    need_policy(actor, pool_id, "policy.edit")
    held = await _held(conn, actor, pool_id, version)
    await _delete(conn, actor.tenant_id, held["id"])


async def publish_draft(
    conn: Conn, actor: Actor, pool_id: int, *, version: int, note: str = "", at: datetime, start: Start = NOW
) -> int:
    """Publishes the draft as it was read; its number. 422 with every fault's path, and the draft stays."""
    need_policy(actor, pool_id, "policy.publish")
    read = _current(await draft(conn, actor.tenant_id, pool_id), version)
    # Publishing locks the pool and the document's targets, in the order of ids; so no lock is taken before.
    number = await publish(
        conn, actor, pool_id, read["document"], note=note, at=at, start=start, based_on=read["based_on"]
    )
    await _delete(conn, actor.tenant_id, _current(await draft(conn, actor.tenant_id, pool_id), version)["id"])
    return number


async def _lock(conn: Conn, actor: Actor, pool_id: int) -> None:
    """Drafts of a pool are written one after another."""
    pool = await one(
        conn,
        "SELECT id FROM pool WHERE tenant_id = %s AND id = %s AND state = 'open' FOR NO KEY UPDATE",
        (actor.tenant_id, pool_id),
    )
    if pool is None:
        raise NotFound("pool", id=str(pool_id))


async def _held(conn: Conn, actor: Actor, pool_id: int, version: int) -> DictRow:
    await _lock(conn, actor, pool_id)
    return _current(await draft(conn, actor.tenant_id, pool_id), version)


def _current(standing: DictRow | None, version: int) -> DictRow:
    """The draft, where it is still the version that was read."""
    if standing is None:
        raise Refusal("draft_gone", 412)
    if standing["version"] != version:
        raise DraftChanged(standing)
    return standing


async def _delete(conn: Conn, tenant_id: int, policy_id: int) -> None:
    await run(conn, "DELETE FROM policy WHERE tenant_id = %s AND id = %s AND state = 'draft'", (tenant_id, policy_id))
