"""Versions of a pool's policy: publishing one supersedes the last; nothing is edited in place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import orjson
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, one, rows, run, value
from gonghai.base.errors import Forbidden, Invalid, NotFound
from gonghai.events.log import By, append
from gonghai.people.calendar import tenant_calendar
from gonghai.policy.decide import InForce
from gonghai.policy.document import Policy, compile_policy
from gonghai.policy.registry import REGISTRY
from gonghai.policy.targets import pinned, target_pools
from gonghai.policy.verifiers import need_verifiers
from gonghai.workdays import LONGEST, Length, add

# Further ahead a start is a slip of the keyboard.
FURTHEST_START: Final = timedelta(days=366)
LONGEST_GRACE: Final = timedelta(days=LONGEST["days"])
LARGEST: Final = 500_000  # bytes of a document as JSON

_IN_FORCE = """SELECT p.id, p.number, p.pool_id, p.document, p.effective_from, p.grace_until,
    q.lock_grace_days, q.return_grace_days, q.notice_floor
  FROM policy p JOIN pool q ON q.tenant_id = p.tenant_id AND q.id = p.pool_id
  WHERE p.tenant_id = %(t)s AND q.state = 'open' AND p.number IS NOT NULL AND p.effective_from <= %(now)s
    AND (%(pools)s::bigint[] IS NULL OR p.pool_id = ANY (%(pools)s))
    AND p.number = (SELECT max(n.number) FROM policy n WHERE n.tenant_id = %(t)s AND n.pool_id = p.pool_id
                      AND n.effective_from <= %(now)s)
  ORDER BY p.pool_id"""


@dataclass(frozen=True, slots=True)
class Start:
    """From when a version is in force (None: from its publication), and until when clocks that began before have
    grace: an instant, or a length counted from the start."""

    effective_from: datetime | None = None
    grace: Length | None = None
    grace_until: datetime | None = None


NOW: Final = Start()


async def pool_names(conn: Conn, tenant_id: int) -> dict[str, int]:
    """Open pools by name and by id as text: what a document's target may say. An id is never taken for a name."""
    found = await rows(conn, "SELECT id, name FROM pool WHERE tenant_id = %s AND state = 'open'", (tenant_id,))
    return {row["name"]: row["id"] for row in found} | {str(row["id"]): row["id"] for row in found}


async def every_pool(conn: Conn, tenant_id: int) -> dict[int, str]:
    """Names of all pools, closed ones too, by id: where past versions sent customers."""
    found = await rows(conn, "SELECT id, name FROM pool WHERE tenant_id = %s", (tenant_id,))
    return {row["id"]: row["name"] for row in found}


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
    every = await every_pool(conn, tenant_id)
    pools = {name: i for i, name in every.items()} | {str(i): i for i in every}
    return row, _compiled(row, pools)


async def all_versions(conn: Conn, tenant_id: int) -> dict[int, list[InForce]]:
    """Every published version of every pool, closed ones too, by pool, oldest first: what was in force when."""
    found = await rows(
        conn,
        "SELECT p.*, q.lock_grace_days, q.return_grace_days, q.notice_floor FROM policy p"
        " JOIN pool q ON q.tenant_id = p.tenant_id AND q.id = p.pool_id"
        " WHERE p.tenant_id = %s AND p.number IS NOT NULL ORDER BY p.pool_id, p.number",
        (tenant_id,),
    )
    every = await every_pool(conn, tenant_id)
    pools = {name: i for i, name in every.items()} | {str(i): i for i in every}
    compiled: dict[int, list[InForce]] = {}
    for row in found:
        compiled.setdefault(row["pool_id"], []).append(_compiled(row, pools))
    return compiled


def need_policy(actor: Actor, pool_id: int, permission: str) -> None:
    """Refuses with 403 unless the actor has the permission and administers the pool."""
    if not (actor.may(permission) and actor.administers(pool_id)):
        raise Forbidden(permission)


_PUBLISH = """INSERT INTO policy (tenant_id, pool_id, number, state, document, note, author_id, created_at, published_at,
    effective_from, grace_until, based_on)
  SELECT %(t)s, %(pool)s, coalesce(max(p.number), 0) + 1, 'published', %(doc)s, %(note)s, %(author)s, %(at)s, %(at)s,
    %(from)s, %(grace)s, %(based_on)s
  FROM policy p WHERE p.tenant_id = %(t)s AND p.pool_id = %(pool)s RETURNING id, number"""


async def publish(
    conn: Conn,
    actor: Actor,
    pool_id: int,
    document: Any,
    *,
    note: str = "",
    at: datetime,
    start: Start = NOW,
    based_on: int | None = None,
) -> int:
    """Compiles and publishes a document for a pool; the new version's number.

    For admins and the pool's admins. Raises PolicyInvalid with every faulty node's path; nothing is stored then.
    """
    need_policy(actor, pool_id, "policy.publish")
    kept = await _compiled_to_publish(conn, actor, pool_id, document)
    effective_from, grace_until = await dates(conn, actor.tenant_id, start, at)
    await run(
        conn,
        "UPDATE policy SET superseded_at = least(superseded_at, %s)"
        " WHERE tenant_id = %s AND pool_id = %s AND number IS NOT NULL",
        (effective_from, actor.tenant_id, pool_id),
    )
    values = {
        "t": actor.tenant_id, "pool": pool_id, "doc": kept, "note": note, "author": actor.person_id, "at": at,
        "from": effective_from, "grace": grace_until, "based_on": based_on,
    }  # fmt: skip
    row = await one(conn, _PUBLISH, values)
    assert row is not None
    data = {"number": row["number"], "effective_from": effective_from, "grace_until": grace_until}
    await append(
        conn, actor.tenant_id, kind="publish_policy", subject="policy", subject_id=row["id"], version=1,
        by=By.person(actor.person_id), at=at, pool_to=pool_id, data=data,
    )  # fmt: skip
    return int(row["number"])


async def publish_again(
    conn: Conn, actor: Actor, pool_id: int, number: int, *, note: str = "", at: datetime, start: Start = NOW
) -> int:
    """Publishes an old version's document as a new version; 404 without that number."""
    need_policy(actor, pool_id, "policy.publish")
    row = await numbered(conn, actor.tenant_id, pool_id, number)
    return await publish(conn, actor, pool_id, row["document"], note=note, at=at, start=start, based_on=number)


async def _compiled_to_publish(conn: Conn, actor: Actor, pool_id: int, document: Any) -> Jsonb:
    """The document with its targets pinned; they and the pool stay open until the transaction ends."""
    wanted = {pool_id}
    for _ in range(2):
        pools = await pool_names(conn, actor.tenant_id)
        await need_verifiers(conn, actor.tenant_id, compile_policy(document, REGISTRY, pools))
        wanted |= {pools[name] for name in target_pools(document)}
        held = await rows(
            conn,
            "SELECT id FROM pool WHERE tenant_id = %s AND id = ANY (%s) AND state = 'open'"
            " ORDER BY id FOR NO KEY UPDATE",
            (actor.tenant_id, list(wanted)),
        )
        still_open = {row["id"] for row in held}
        if pool_id not in still_open:
            raise NotFound("pool", id=str(pool_id))
        if wanted == still_open:
            break
        # A target was closed a moment ago: compiling again says where it is named.
    return storable(pinned(document, pools))


def storable(document: Any) -> Jsonb:
    """Any document that the database can hold, faulty or not."""
    try:
        text = orjson.dumps(document)
    except (TypeError, orjson.JSONEncodeError):
        raise Invalid({"path": "body.document", "code": "notstorable"}) from None
    if b"\\u0000" in text or len(text) > LARGEST:
        code = "bad_characters" if b"\\u0000" in text else "too_long"
        raise Invalid({"path": "body.document", "code": code, "limit": LARGEST})
    return Jsonb(document)


async def dates(conn: Conn, tenant_id: int, start: Start, at: datetime) -> tuple[datetime, datetime | None]:
    """(effective_from, grace_until) of a publication at that instant. 422 for a start in the past, or either far off."""
    effective_from = start.effective_from or at
    _need_between("effective_from", effective_from, at, at + FURTHEST_START)
    if start.grace is None:
        if start.grace_until is not None:
            _need_between("grace_until", start.grace_until, effective_from, effective_from + LONGEST_GRACE)
        return effective_from, start.grace_until
    return effective_from, add(effective_from, start.grace, await tenant_calendar(conn, tenant_id))


def _need_between(name: str, instant: datetime, first: datetime, last: datetime) -> None:
    if not first <= instant <= last:
        raise Invalid({"path": f"body.{name}", "code": "in_the_past" if instant < first else "too_far_off"})


async def versions(conn: Conn, tenant_id: int, pool_id: int) -> list[DictRow]:
    """All published versions of a pool's policy, newest first, with their authors' names."""
    return await rows(
        conn,
        "SELECT p.*, a.name AS author_name FROM policy p"
        " LEFT JOIN person a ON a.tenant_id = p.tenant_id AND a.id = p.author_id"
        " WHERE p.tenant_id = %s AND p.pool_id = %s AND p.number IS NOT NULL ORDER BY p.number DESC",
        (tenant_id, pool_id),
    )


async def numbered(conn: Conn, tenant_id: int, pool_id: int, number: int) -> DictRow:
    """One published version; 404 without."""
    row = await one(
        conn,
        "SELECT p.* FROM policy p WHERE p.tenant_id = %s AND p.pool_id = %s AND p.number = %s",
        (tenant_id, pool_id, number),
    )
    if row is None:
        raise NotFound("policy", pool_id=str(pool_id), number=number)
    return row


def standing(row: Mapping[str, Any], now: datetime) -> str:
    """What a published version is at an instant: planned, in_force, superseded (also before it ever started)."""
    starts, ends = row["effective_from"], row["superseded_at"]
    if ends is not None and ends <= max(now, starts):
        return "superseded"
    return "planned" if starts > now else "in_force"


def number_in_force(found: Iterable[Mapping[str, Any]], now: datetime) -> int | None:
    """The number in force among a pool's versions."""
    return max((row["number"] for row in found if row["effective_from"] <= now), default=None)


async def uses_as_target(conn: Conn, tenant_id: int, pool_id: int, now: datetime) -> bool:
    """Whether another pool's policy that is in force or planned sends customers to this pool."""
    name = await value(conn, "SELECT name FROM pool WHERE tenant_id = %s AND id = %s", (tenant_id, pool_id))
    found = await rows(
        conn,
        "SELECT p.document FROM policy p JOIN pool q ON q.tenant_id = p.tenant_id AND q.id = p.pool_id"
        " WHERE p.tenant_id = %(t)s AND p.pool_id <> %(pool)s AND q.state = 'open' AND p.number IS NOT NULL"
        " AND (p.superseded_at IS NULL OR p.superseded_at > greatest(p.effective_from, %(now)s))",
        {"t": tenant_id, "pool": pool_id, "now": now},
    )
    return any(target in (name, str(pool_id)) for row in found for target in target_pools(row["document"]))
