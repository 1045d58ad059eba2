"""Deputies 代理人: who acts for somebody for a time. One at a time for each person, and never in a ring.

A deputy sees the person's customers, logs follow-ups that count as the owner's, and decides what waits for the person;
nothing more. It doesn't pass on: whoever acts for a deputy doesn't act for the one the deputy acts for.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, one, rows, value
from gonghai.base.errors import Forbidden, Invalid, NotFound, Refusal
from gonghai.base.queue import defer
from gonghai.events.log import By, append
from gonghai.people.record import lock_tenant

MOST: Final = timedelta(days=732)  # two years ahead, as a leave

_ROW = """SELECT d.*, p.name AS person_name, a.name AS deputy_name, s.name AS set_by_name FROM deputy d
  JOIN person p ON p.tenant_id = d.tenant_id AND p.id = d.person_id
  JOIN person a ON a.tenant_id = d.tenant_id AND a.id = d.deputy_id
  LEFT JOIN person s ON s.tenant_id = d.tenant_id AND s.id = d.set_by
  WHERE d.tenant_id = %(t)s"""
# From the deputy on, whoever acts for whom while all before do: back at the person, it is a ring.
_RING = """WITH RECURSIVE chain AS (
    SELECT d.deputy_id AS reached, ARRAY[d.person_id, d.deputy_id] AS path, greatest(d.from_at, %(from)s) AS since,
      least(d.until_at, %(until)s) AS until
    FROM deputy d WHERE d.tenant_id = %(t)s AND d.ended_at IS NULL AND d.person_id = %(deputy)s
      AND d.from_at < %(until)s AND %(from)s < d.until_at
    UNION SELECT d.deputy_id, c.path || d.deputy_id, greatest(d.from_at, c.since), least(d.until_at, c.until) FROM chain c
    JOIN deputy d ON d.tenant_id = %(t)s AND d.ended_at IS NULL AND d.person_id = c.reached
      AND d.from_at < c.until AND c.since < d.until_at
) SELECT c.since, c.until, (
    SELECT jsonb_agg(jsonb_build_object('id', p.id::text, 'name', p.name) ORDER BY x.n)
    FROM unnest(%(person)s::bigint || c.path) WITH ORDINALITY x (id, n)
    JOIN person p ON p.tenant_id = %(t)s AND p.id = x.id) AS chain
  FROM chain c WHERE c.reached = %(person)s ORDER BY c.since LIMIT 1"""


def may_set_deputy(actor: Actor, person_id: int) -> bool:
    """Admins for everybody, managers for the people of their subtree, and everybody for themselves who may share what
    they own: acting for somebody is sharing all of it."""
    if actor.may("people.edit") or (actor.person_id == person_id and actor.may("customers.share")):
        return True
    return actor.may("people.leave") and actor.manages_person(person_id)


async def set_deputy(
    conn: Conn, actor: Actor, person_id: int, deputy_id: int, from_at: datetime, until_at: datetime, *, now: datetime
) -> int:
    """`deputy_id` acts for the person from `from_at` (not before now) until `until_at`; the id.

    Refuses `deputy_self`, `person_left`, `deputy_not_active`, `deputy_on_leave` {from, until}, `deputies_overlap`
    {from, until} and `deputy_circular` {from, until, chain: from the person on, each acted for by the next}; 422 for a
    time that is over, ends before it begins, or ends years ahead.
    """
    if not may_set_deputy(actor, person_id):
        raise Forbidden("people.leave")
    await lock_tenant(conn, actor.tenant_id)
    return await appoint(conn, actor, person_id, deputy_id, from_at, until_at, with_leave=False, now=now)


async def appoint(
    conn: Conn,
    actor: Actor,
    person_id: int,
    deputy_id: int,
    from_at: datetime,
    until_at: datetime,
    *,
    with_leave: bool,
    now: datetime,
) -> int:
    """The same under the tenant's lock, without asking who may: two at once would make a ring that neither alone does."""
    from_at = max(from_at, now)
    _check_time(from_at, until_at, now)
    t = actor.tenant_id
    between = {"t": t, "person": person_id, "deputy": deputy_id, "from": from_at, "until": until_at}
    await _check_people(conn, between)
    await _check_others(conn, between)
    made: int = await value(
        conn,
        "INSERT INTO deputy (tenant_id, person_id, deputy_id, from_at, until_at, with_leave, set_by, set_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
        (t, person_id, deputy_id, from_at, until_at, with_leave, actor.person_id, now),
    )
    data = {"person": str(person_id), "deputy": str(deputy_id), "from": from_at, "until": until_at}
    await _note(conn, t, "set_deputy", made, 1, By.person(actor.person_id), now, data)
    await defer(conn, "notify", tenant_id=t, deputies=[made])
    return made


def _check_time(from_at: datetime, until_at: datetime, now: datetime) -> None:
    if until_at <= now:
        raise Invalid({"path": "until", "code": "in_the_past"})
    if from_at >= until_at:
        raise Invalid({"path": "until", "code": "deputy_order"})
    if until_at > now + MOST:
        raise Invalid({"path": "until", "code": "deputy_too_long"})


async def _check_people(conn: Conn, between: dict[str, Any]) -> None:
    if between["person"] == between["deputy"]:
        raise Refusal("deputy_self")
    found = await rows(
        conn,
        "SELECT p.id, p.name, p.state, p.leave_from, p.leave_until FROM person p WHERE p.tenant_id = %(t)s"
        " AND p.id IN (%(person)s, %(deputy)s) ORDER BY p.id FOR SHARE",
        between,
    )
    people = {row["id"]: row for row in found}
    for named in ("person", "deputy"):
        if between[named] not in people:
            raise NotFound("person", id=str(between[named]))
    if people[between["person"]]["state"] == "left":
        raise Refusal("person_left")
    deputy = people[between["deputy"]]
    said = {"person": {"id": str(deputy["id"]), "name": deputy["name"]}}
    if deputy["state"] != "active":
        raise Refusal("deputy_not_active", **said)
    begins, ends = deputy["leave_from"], deputy["leave_until"]
    if begins is not None and begins < between["until"] and between["from"] < ends:
        raise Refusal("deputy_on_leave", **said, **{"from": begins, "until": ends})


async def _check_others(conn: Conn, between: dict[str, Any]) -> None:
    other = await one(
        conn,
        f"{_ROW} AND d.person_id = %(person)s AND d.ended_at IS NULL AND d.from_at < %(until)s"
        " AND %(from)s < d.until_at ORDER BY d.from_at LIMIT 1",
        between,
    )
    if other is not None:
        deputy = {"id": str(other["deputy_id"]), "name": other["deputy_name"]}
        raise Refusal("deputies_overlap", person=deputy, **{"from": other["from_at"], "until": other["until_at"]})
    ring = await one(conn, _RING, between)
    if ring is not None:
        raise Refusal("deputy_circular", chain=ring["chain"], **{"from": ring["since"], "until": ring["until"]})


async def end_deputy(conn: Conn, actor: Actor, deputy_row: int, *, now: datetime) -> None:
    """Calls one to come off, or ends one in force now. For whoever may set it, and the deputy. Refuses `deputy_over`."""
    await lock_tenant(conn, actor.tenant_id)
    row = await get_deputy(conn, actor.tenant_id, deputy_row)
    if not may_end(actor, row):
        raise Forbidden("people.leave")
    if row["ended_at"] is not None or row["until_at"] <= now:
        raise Refusal("deputy_over", until=row["ended_at"] or row["until_at"])
    await _end(conn, actor.tenant_id, [row], By.person(actor.person_id), now, "by_hand")


def may_end(actor: Actor, row: DictRow) -> bool:
    """Whoever may set it, and the deputy, who says no this way."""
    return may_set_deputy(actor, row["person_id"]) or row["deputy_id"] == actor.person_id


async def end_with_leave(conn: Conn, actor: Actor, person_id: int, *, now: datetime) -> None:
    """What was set with the person's leave ends with it, or before another leave takes its place. Under the tenant's lock."""
    found = await _live(conn, actor.tenant_id, "d.person_id = %(p)s AND d.with_leave", person_id, now)
    await _end(conn, actor.tenant_id, found, By.person(actor.person_id), now, "leave_ended")


async def end_deputies(conn: Conn, tenant_id: int, person_id: int, by: By, *, now: datetime) -> None:
    """Whoever has left acts for nobody, and nobody for them; those concerned are told. Under the tenant's lock."""
    found = await _live(conn, tenant_id, "%(p)s IN (d.person_id, d.deputy_id)", person_id, now)
    await _end(conn, tenant_id, found, by, now, "left")


async def tell_of_leave(conn: Conn, tenant_id: int, person_id: int, begins: datetime, ends: datetime) -> None:
    """Those for whom the person was to act in the time of a leave are told that it has no effect then."""
    found = await rows(
        conn,
        "SELECT d.id FROM deputy d WHERE d.tenant_id = %s AND d.deputy_id = %s AND d.ended_at IS NULL"
        " AND d.from_at < %s AND %s < d.until_at",
        (tenant_id, person_id, ends, begins),
    )
    if found:
        await defer(conn, "notify", tenant_id=tenant_id, away=[row["id"] for row in found])


async def _live(conn: Conn, tenant_id: int, whose: str, person_id: int, now: datetime) -> list[DictRow]:
    sql = f"{_ROW} AND d.ended_at IS NULL AND d.until_at > %(now)s AND {whose} ORDER BY d.id"
    return await rows(conn, sql, {"t": tenant_id, "p": person_id, "now": now})


async def _end(conn: Conn, tenant_id: int, found: Sequence[DictRow], by: By, now: datetime, why: str) -> None:
    if not found:
        return
    ids = [row["id"] for row in found]
    await rows(
        conn,
        "UPDATE deputy d SET ended_at = %s, ended_by = %s WHERE d.tenant_id = %s AND d.id = ANY (%s) RETURNING d.id",
        (now, by.person_id, tenant_id, ids),
    )
    for row in found:
        data = {"person": str(row["person_id"]), "deputy": str(row["deputy_id"]), "why": why}
        await _note(conn, tenant_id, "end_deputy", row["id"], 2, by, now, data)
    await defer(conn, "notify", tenant_id=tenant_id, deputies=ids)


async def _note(
    conn: Conn, tenant_id: int, kind: str, row_id: int, version: int, by: By, at: datetime, data: dict[str, Any]
) -> None:
    await append(
        conn, tenant_id, kind=kind, subject="deputy", subject_id=row_id, version=version, by=by, at=at, data=data
    )


async def get_deputy(conn: Conn, tenant_id: int, row_id: int) -> DictRow:
    """One with its names; 404 without."""
    row = await one(conn, f"{_ROW} AND d.id = %(id)s", {"t": tenant_id, "id": row_id})
    if row is None:
        raise NotFound("deputy", id=str(row_id))
    return row


async def deputies_about(conn: Conn, tenant_id: int, person_ids: Sequence[int], now: datetime) -> list[DictRow]:
    """In force and to come, of those who act for these persons or for whom these act, by when they begin."""
    return await rows(
        conn,
        f"{_ROW} AND d.ended_at IS NULL AND d.until_at > %(now)s"
        " AND (d.person_id = ANY (%(ids)s) OR d.deputy_id = ANY (%(ids)s)) ORDER BY d.from_at, d.id",
        {"t": tenant_id, "ids": list(person_ids), "now": now},
    )


async def acting_for(conn: Conn, tenant_id: int, person_ids: Sequence[int], at: datetime) -> dict[int, int]:
    """Person → who acts for them at this instant, of these persons."""
    found = await rows(
        conn,
        "SELECT x.person_id, x.deputy_id FROM deputies_at(%s, %s) x WHERE x.person_id = ANY (%s)",
        (tenant_id, at, list(person_ids)),
    )
    return {row["person_id"]: row["deputy_id"] for row in found}


async def acts_for(conn: Conn, tenant_id: int, deputy_id: int | None, person_id: int) -> bool:
    """Whether one acts for the other right now."""
    found = await one(
        conn,
        "SELECT 1 FROM deputies_at(%s, clock_timestamp()) x WHERE x.deputy_id = %s AND x.person_id = %s",
        (tenant_id, deputy_id, person_id),
    )
    return found is not None
