"""Telling of requests: those who decide that something waits for them, whoever asked what was decided."""

from collections.abc import Sequence

from psycopg.rows import DictRow

from gonghai.base.database import Conn, rows, value
from gonghai.notifications.notices import NAMED, NewNotice, write
from gonghai.people.deputies import acting_for
from gonghai.people.leads import admins, nearest_leads
from gonghai.pools.admins import pool_admins

_DECIDED = ("accepted", "declined")


async def notify_requests(conn: Conn, tenant_id: int, request_ids: Sequence[int]) -> None:
    """What was asked together is told together, and so is what was decided together."""
    found = await rows(
        conn,
        "SELECT r.id, r.kind, r.state, r.customer_id, r.asked_by, r.asked_at, r.deciders, r.decider_id, r.pool_id,"
        " r.decided_by, r.decided_at, r.data->>'typed' AS typed"
        " FROM request r WHERE r.tenant_id = %s AND r.id = ANY (%s) ORDER BY r.id",
        (tenant_id, list(request_ids)),
    )
    waiting = [row for row in found if row["state"] == "open"]
    deciders = await _deciders(conn, tenant_id, waiting)
    groups: dict[tuple[object, ...], list[DictRow]] = {}
    for row in waiting:
        for person_id in deciders[row["id"]]:
            same = person_id, "request_asked", row["kind"], row["asked_by"], row["asked_at"]
            groups.setdefault(same, []).append(row)
    for row in found:
        if row["state"] in _DECIDED and row["asked_by"] not in (None, row["decided_by"]):
            same = row["asked_by"], "request_decided", row["kind"], row["state"], row["decided_at"]
            groups.setdefault(same, []).append(row)
        elif row["state"] == "lapsed" and row["asked_by"] is not None:  # its only decider left
            same = row["asked_by"], "request_lapsed", row["kind"], row["decider_id"], row["decided_at"]
            groups.setdefault(same, []).append(row)
    await write(conn, tenant_id, [_notice(person, kind, group) for (person, kind, *_), group in groups.items()])


async def notify_comments(conn: Conn, tenant_id: int, comment_ids: Sequence[int]) -> None:
    """Tells the other side what was said: the asker, or those who decide; once decided, whoever did."""
    found = await rows(
        conn,
        "SELECT m.id AS comment_id, m.author_id, m.at, r.id, r.kind, r.state, r.customer_id, r.asked_by, r.deciders,"
        " r.decider_id, r.pool_id, r.decided_by, r.data->>'typed' AS typed FROM request_comment m"
        " JOIN request r ON r.tenant_id = m.tenant_id AND r.id = m.request_id"
        " WHERE m.tenant_id = %s AND m.id = ANY (%s) ORDER BY m.id",
        (tenant_id, list(comment_ids)),
    )
    deciders = await _deciders(conn, tenant_id, [row for row in found if row["state"] == "open"])
    told: list[NewNotice] = []
    for row in found:
        others = deciders[row["id"]] if row["state"] == "open" else [row["decided_by"]]
        to_asker = row["author_id"] != row["asked_by"]
        data = {"request": row["id"], "of": row["kind"], "count": 1, "actor": row["author_id"],
                **_about([row], to_asker=to_asker)}  # fmt: skip
        told += [
            NewNotice(person, "request_comment", f"comment:{row['comment_id']}", row["at"], data)
            for person in ([row["asked_by"]] if to_asker else others)
            if person is not None
        ]
    await write(conn, tenant_id, told)


def _notice(person_id: object, kind: object, group: Sequence[DictRow]) -> NewNotice:
    first = group[0]
    decided = kind in ("request_decided", "request_lapsed")
    data = {
        "request": first["id"], "of": first["kind"], "count": len(group), "state": first["state"],
        "actor": first["decided_by"] if decided else first["asked_by"], "to": first["decider_id"],
        **_about(group, to_asker=decided),
    }  # fmt: skip
    at = first["decided_at"] if decided else first["asked_at"]
    return NewNotice(int(str(person_id)), str(kind), f"request:{first['id']}", at, data)


def _about(group: Sequence[DictRow], *, to_asker: bool) -> dict[str, object]:
    """Which customers it is about. Who asks for a 撞单 need not know which one it is, and reads what they typed."""
    if to_asker and group[0]["kind"] == "duplicate":
        return {"customers": [], "typed": group[0]["typed"]}
    return {"customers": [row["customer_id"] for row in group[:NAMED]]}


async def _deciders(conn: Conn, tenant_id: int, requests: Sequence[DictRow]) -> dict[int, list[int]]:
    """Per open request whom to tell: its decider, the nearest leads of the asker, the pool's admins; else the admins."""
    askers = {r["asked_by"] for r in requests if r["deciders"] == "managers" and r["asked_by"] is not None}
    pools = {r["pool_id"] for r in requests if r["deciders"] == "pool_admins"}
    leads = await nearest_leads(conn, tenant_id, sorted(askers)) if askers else {}
    of_pools = await pool_admins(conn, tenant_id, sorted(pools)) if pools else {}
    everywhere = await admins(conn, tenant_id) if askers or pools else []
    told = {}
    for row in requests:
        if row["deciders"] == "person":
            told[row["id"]] = [row["decider_id"]]
            continue
        named = leads.get(row["asked_by"]) if row["deciders"] == "managers" else of_pools.get(row["pool_id"])
        # Nobody decides what they asked for themselves.
        others = [person for person in named or [] if person != row["asked_by"]]
        told[row["id"]] = others or [person for person in everywhere if person != row["asked_by"]]
    return await _with_deputies(conn, tenant_id, requests, told)


async def _with_deputies(
    conn: Conn, tenant_id: int, requests: Sequence[DictRow], told: dict[int, list[int]]
) -> dict[int, list[int]]:
    """Whoever acts for one of them now is told too."""
    everybody = {person for people in told.values() for person in people}
    if not everybody:
        return told
    now = await value(conn, "SELECT clock_timestamp()")
    acting = await acting_for(conn, tenant_id, sorted(everybody), now)
    for row in requests:
        more = [acting[person] for person in told[row["id"]] if person in acting]
        told[row["id"]] = list(dict.fromkeys([*told[row["id"]], *(p for p in more if p != row["asked_by"])]))
    return told
