"""Setting limits for persons, departments and roles, and overrides for one person and a while; each with its event."""

from datetime import datetime
from typing import Any

from psycopg.errors import UniqueViolation
from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, one, rows, run, value
from gonghai.base.errors import Invalid, NotFound, Refusal
from gonghai.events.log import By, append
from gonghai.pools.actions import check_subjects, lock_pool, need_rules
from gonghai.pools.holdings import Subject, check_holdings
from gonghai.pools.limits import COMPANY, COMPANY_RULES

_SUBJECT = "coalesce(d.name, p.name, l.role) AS name"
_LIMITS = f"""SELECT l.*, {_SUBJECT} FROM claim_limit l
  LEFT JOIN department d ON l.subject = 'department' AND d.tenant_id = l.tenant_id AND d.id = l.subject_id
  LEFT JOIN person p ON l.subject = 'person' AND p.tenant_id = l.tenant_id AND p.id = l.subject_id
  WHERE l.tenant_id = %(t)s AND l.pool_id = %(pool)s"""
_OVERRIDES = """SELECT o.*, p.name AS person_name, g.name AS granted_name FROM claim_override o
  JOIN person p ON p.tenant_id = o.tenant_id AND p.id = o.person_id
  LEFT JOIN person g ON g.tenant_id = o.tenant_id AND g.id = o.granted_by
  WHERE o.tenant_id = %(t)s AND o.pool_id = %(pool)s"""


async def limit_list(conn: Conn, tenant_id: int, pool_id: int) -> list[DictRow]:
    """The limits that differ in a pool (COMPANY: in the company), with the subjects' names."""
    return await rows(conn, f"{_LIMITS} ORDER BY l.rule, l.subject, l.id", {"t": tenant_id, "pool": pool_id})


async def override_list(
    conn: Conn, tenant_id: int, pool_id: int, *, past: bool, now: datetime, before: int | None, limit: int
) -> list[DictRow]:
    """Overrides that hold or will hold; `past`: those over or revoked. Newest first, below id `before`."""
    over = "(o.revoked_at IS NOT NULL OR o.until_at <= %(now)s)"
    return await rows(
        conn,
        f"{_OVERRIDES} AND {over if past else f'NOT {over}'} AND (%(before)s::bigint IS NULL OR o.id < %(before)s)"
        " ORDER BY o.id DESC LIMIT %(limit)s",
        {"t": tenant_id, "pool": pool_id, "now": now, "before": before, "limit": limit},
    )


async def _hold(conn: Conn, actor: Actor, pool_id: int, rule: str) -> None:
    """Locks what the limit belongs to, for somebody who may set it."""
    need_rules(actor, pool_id)
    if pool_id != COMPANY:
        if (await lock_pool(conn, actor.tenant_id, pool_id))["state"] != "open":
            raise Refusal("pool_closed")
        return
    if rule not in COMPANY_RULES:
        raise Invalid({"path": "rule", "code": "not_for_company", "value": rule})
    cap = await value(conn, "SELECT t.holding_cap FROM tenant t WHERE t.id = %s FOR NO KEY UPDATE", (actor.tenant_id,))
    if cap is None:
        raise Refusal("no_company_cap")


async def set_limit(
    conn: Conn,
    actor: Actor,
    pool_id: int,
    rule: str,
    subject: Subject,
    number: int,
    *,
    accept_over_cap: bool = False,
    now: datetime,
) -> DictRow:
    """A limit for a person, a department or a role; its row. For admins and pool admins.

    Refuses `limit_exists`, `cap_below_holdings` unless accepted, and for the company `no_company_cap`.
    """
    await _hold(conn, actor, pool_id, rule)
    await check_subjects(conn, actor.tenant_id, "subject", [subject])
    await _accept(conn, actor, pool_id, rule, subject, number, accept_over_cap)
    try:
        async with conn.transaction():
            limit_id = await value(
                conn,
                "INSERT INTO claim_limit (tenant_id, pool_id, rule, subject, subject_id, role, value, set_by, set_at)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
                (actor.tenant_id, pool_id, rule, subject.kind, subject.id, subject.role, number, actor.person_id, now),
            )
    except UniqueViolation:
        raise Refusal("limit_exists", rule=rule) from None
    data = {"subject": subject.kind, "subject_id": str(subject.id), "role": subject.role, "value": [None, number]}
    await _said(conn, actor, "set_limit", "limit", limit_id, pool_id, {"rule": rule, **data}, now)
    return await get_limit(conn, actor.tenant_id, pool_id, limit_id)


async def edit_limit(
    conn: Conn,
    actor: Actor,
    pool_id: int,
    limit_id: int,
    number: int,
    *,
    accept_over_cap: bool = False,
    now: datetime,
) -> DictRow:
    """Another value; the row. 404 where the pool has no such limit."""
    known = await get_limit(conn, actor.tenant_id, pool_id, limit_id)
    await _hold(conn, actor, pool_id, known["rule"])
    if known["value"] == number:
        return known
    subject = Subject(known["subject"], known["subject_id"], known["role"])
    if number < known["value"]:
        await _accept(conn, actor, pool_id, known["rule"], subject, number, accept_over_cap)
    changed = await run(
        conn,
        "UPDATE claim_limit l SET value = %s, set_by = %s, set_at = %s WHERE l.tenant_id = %s AND l.id = %s",
        (number, actor.person_id, now, actor.tenant_id, limit_id),
    )
    if not changed:
        raise NotFound("limit", id=str(limit_id))
    data = {"rule": known["rule"], "value": [known["value"], number]}
    await _said(conn, actor, "set_limit", "limit", limit_id, pool_id, data, now)
    return await get_limit(conn, actor.tenant_id, pool_id, limit_id)


async def remove_limit(conn: Conn, actor: Actor, pool_id: int, limit_id: int, *, now: datetime) -> None:
    """What the pool says, or the next in line, holds again. 404 where the pool has no such limit."""
    known = await get_limit(conn, actor.tenant_id, pool_id, limit_id)
    await _hold(conn, actor, pool_id, known["rule"])
    gone = await run(
        conn, "DELETE FROM claim_limit l WHERE l.tenant_id = %s AND l.id = %s", (actor.tenant_id, limit_id)
    )
    if not gone:
        raise NotFound("limit", id=str(limit_id))
    data = {"rule": known["rule"], "value": [known["value"], None]}
    await _said(conn, actor, "remove_limit", "limit", limit_id, pool_id, data, now)


async def grant_override(
    conn: Conn,
    actor: Actor,
    pool_id: int,
    rule: str,
    person_id: int,
    number: int,
    *,
    from_at: datetime,
    until_at: datetime,
    why: str,
    accept_over_cap: bool = False,
    now: datetime,
) -> DictRow:
    """What holds for one person from `from_at` to `until_at`, whatever the limits say; its row.

    For admins and pool admins. Refuses `override_order`, `override_in_past`, `overrides_overlap` {from, until}
    with another of the same rule, `person_not_active`, and as `set_limit` does. An earned one gives way.
    """
    need_rules(actor, pool_id)
    if until_at <= from_at:
        raise Refusal("override_order")
    if until_at <= now:
        raise Refusal("override_in_past", until=until_at)
    # Two overrides for one person wait for each other here, so that neither misses the other.
    person = await one(
        conn,
        "SELECT p.state FROM person p WHERE p.tenant_id = %s AND p.id = %s FOR NO KEY UPDATE",
        (actor.tenant_id, person_id),
    )
    if person is None:
        raise Invalid({"path": "person_id", "code": "unknown_subject", "kind": "person", "id": str(person_id)})
    if person["state"] != "active":
        raise Refusal("person_not_active")
    await _hold(conn, actor, pool_id, rule)
    await _no_other(conn, actor, pool_id, rule, person_id, from_at, until_at, now)
    await _accept(conn, actor, pool_id, rule, Subject("person", person_id), number, accept_over_cap)
    override_id = await value(
        conn,
        "INSERT INTO claim_override (tenant_id, pool_id, person_id, rule, value, from_at, until_at, why, granted_by,"
        " granted_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
        (
            actor.tenant_id, pool_id, person_id, rule, number, from_at, until_at, why, actor.person_id, now,
        ),
    )  # fmt: skip
    data = {"rule": rule, "person": str(person_id), "value": number, "from": from_at, "until": until_at}
    await _said(conn, actor, "grant_override", "override", override_id, pool_id, data, now)
    return await get_override(conn, actor.tenant_id, pool_id, override_id)


async def revoke_override(conn: Conn, actor: Actor, pool_id: int, override_id: int, *, now: datetime) -> DictRow:
    """Ends an override now; its row. Refuses `override_over` where it has ended."""
    need_rules(actor, pool_id)
    known = await get_override(conn, actor.tenant_id, pool_id, override_id)
    ended = await run(
        conn,
        "UPDATE claim_override o SET revoked_at = %(now)s, revoked_by = %(by)s WHERE o.tenant_id = %(t)s AND o.id = %(id)s"
        " AND o.revoked_at IS NULL AND o.until_at > %(now)s",
        {"now": now, "by": actor.person_id, "t": actor.tenant_id, "id": override_id},
    )
    if not ended:
        raise Refusal("override_over", until=known["revoked_at"] or known["until_at"])
    data = {"rule": known["rule"], "person": str(known["person_id"])}
    await _said(conn, actor, "revoke_override", "override", override_id, pool_id, data, now)
    return await get_override(conn, actor.tenant_id, pool_id, override_id)


async def get_limit(conn: Conn, tenant_id: int, pool_id: int, limit_id: int) -> DictRow:
    """One limit with its subject's name; 404 without."""
    row = await one(conn, f"{_LIMITS} AND l.id = %(id)s", {"t": tenant_id, "pool": pool_id, "id": limit_id})
    if row is None:
        raise NotFound("limit", id=str(limit_id))
    return row


async def get_override(conn: Conn, tenant_id: int, pool_id: int, override_id: int) -> DictRow:
    """One override with names; 404 without."""
    row = await one(conn, f"{_OVERRIDES} AND o.id = %(id)s", {"t": tenant_id, "pool": pool_id, "id": override_id})
    if row is None:
        raise NotFound("override", id=str(override_id))
    return row


async def _no_other(
    conn: Conn,
    actor: Actor,
    pool_id: int,
    rule: str,
    person_id: int,
    from_at: datetime,
    until_at: datetime,
    now: datetime,
) -> None:
    """Refuses with another one for that time; one that was earned ends now."""
    found = await rows(
        conn,
        "SELECT o.id, o.source, o.from_at, o.until_at FROM claim_override o WHERE o.tenant_id = %s AND o.person_id = %s"
        " AND o.pool_id = %s AND o.rule = %s AND o.revoked_at IS NULL AND o.from_at < %s AND %s < o.until_at"
        " ORDER BY o.from_at",
        (actor.tenant_id, person_id, pool_id, rule, until_at, from_at),
    )
    for other in found:
        if other["source"] == "hand":
            data = {"id": str(other["id"]), "from": other["from_at"], "until": other["until_at"]}
            raise Refusal("overrides_overlap", **data)
    for earned in found:
        await revoke_override(conn, actor, pool_id, earned["id"], now=now)


async def _accept(
    conn: Conn, actor: Actor, pool_id: int, rule: str, subject: Subject, number: int, accepted: bool
) -> None:
    if rule == "holding_cap" and not accepted:
        await check_holdings(conn, actor.tenant_id, pool_id, subject, number)


async def _said(
    conn: Conn,
    actor: Actor,
    kind: str,
    subject: str,
    subject_id: int,
    pool_id: int,
    data: dict[str, Any],
    now: datetime,
) -> None:
    data = {"pool": str(pool_id), **data}
    by = By.person(actor.person_id)
    await append(
        conn, actor.tenant_id, kind=kind, subject=subject, subject_id=subject_id, version=1, by=by, at=now, data=data
    )
