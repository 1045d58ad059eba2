"""Telling people what others did with their customers, from the events of one move or batch."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from psycopg.rows import DictRow

from gonghai.base.database import Conn, one, rows
from gonghai.notifications.notices import NAMED, NewNotice, write
from gonghai.people.leads import nearest_leads
from gonghai.policy.countdown import Countdowns, countdowns
from gonghai.policy.registry import DECIDING

# Event kind → notices of it: (kind, whom of the event it is for). Nobody is told what they did themselves.
_TOLD: Final[dict[str, Sequence[tuple[str, str]]]] = {
    "assign": [("assigned", "owner_to")],
    "transfer": [("transferred", "owner_to"), ("transferred_away", "owner_from")],
    "share": [("shared", "persons")],
    "archive": [("archived", "owner_from")],
    "hand_over": [],  # see _occasions
    "undo": [("undone", "owner_to")],
}


def _occasions(event: DictRow) -> Sequence[tuple[str, str]]:
    """Who is told of an event: of a hand-over the heir, or the lead of whose customers went into a pool; and the giver,
    who may have stayed."""
    if event["kind"] != "hand_over":
        return _TOLD[event["kind"]]
    left = event["reason"] == "owner_left"
    to = (
        ("inherited", "owner_to")
        if event["owner_to"] is not None
        else ("handed_over" if left else "handed_back", "lead")
    )
    return [to] if left else [to, ("given_away", "owner_from")]


async def notify_moves(
    conn: Conn, tenant_id: int, *, events: Sequence[int] = (), batch: int | None = None, now: datetime
) -> None:
    """Writes the notices of these events, or of all of a batch: one per person and kind for the whole batch."""
    found = await rows(
        conn,
        "SELECT e.id, e.at, e.kind, e.subject_id, e.actor_id, e.owner_from, e.owner_to, e.reason, e.batch_id, e.data FROM event e"
        " WHERE e.tenant_id = %s AND e.subject = 'customer' AND e.kind = ANY (%s)"
        " AND (e.id = ANY (%s) OR e.batch_id = %s) ORDER BY e.id",
        (tenant_id, list(_TOLD), list(events), batch),
    )
    leavers = {row["owner_from"] for row in found if row["kind"] == "hand_over" and row["owner_to"] is None}
    leads = await nearest_leads(conn, tenant_id, sorted(leavers)) if leavers else {}
    groups: dict[tuple[int, str, str], list[DictRow]] = {}
    for row in found:
        key = f"batch:{row['batch_id']}" if row["batch_id"] is not None else f"event:{row['id']}"
        for kind, whom in _occasions(row):
            for person_id in _whom(row, whom, leads):
                if person_id is not None and person_id != row["actor_id"]:
                    groups.setdefault((person_id, kind, key), []).append(row)
    clock = await countdowns(conn, tenant_id, now) if any(kind == "transferred" for _, kind, _ in groups) else None
    notices = []
    for (person_id, kind, key), group in groups.items():
        data = _data(group)
        if kind == "transferred" and clock is not None:
            data["goes"] = await _goes(conn, tenant_id, group, clock)
        notices.append(NewNotice(person_id, kind, key, group[-1]["at"], data))
    await write(conn, tenant_id, notices)


async def notify_undo(conn: Conn, tenant_id: int, undo_id: int, *, now: datetime) -> None:
    """Tells former owners that their customers came back."""
    row = await one(conn, "SELECT undo_batch_id FROM undo WHERE tenant_id = %s AND id = %s", (tenant_id, undo_id))
    if row is not None:
        await notify_moves(conn, tenant_id, batch=row["undo_batch_id"], now=now)


def _whom(event: DictRow, whom: str, leads: Mapping[int, Sequence[int]]) -> Sequence[int | None]:
    if whom == "lead":
        return leads.get(event["owner_from"], [])
    return [int(person) for person in event["data"]["persons"]] if whom == "persons" else [event[whom]]


def _data(group: Sequence[DictRow]) -> dict[str, Any]:
    first = group[0]
    told: dict[str, Any] = {
        "count": len(group),
        "customers": [row["subject_id"] for row in group[:NAMED]],
        "actor": first["actor_id"],
        "from": first["owner_from"],
        "to": first["owner_to"],
    }
    until = (first["data"] or {}).get("protected_until")
    return told | ({"protected_until": until} if until else {})


async def _goes(conn: Conn, tenant_id: int, group: Sequence[DictRow], clock: Countdowns) -> dict[str, Any]:
    """When those named go back if nothing happens: clocks come along with a transfer by the owner."""
    carried = [row["subject_id"] for row in group[:NAMED] if (row["data"] or {}).get("carry")]
    found = await rows(
        conn,
        f"SELECT {DECIDING} FROM customer c JOIN person o ON o.tenant_id = c.tenant_id AND o.id = c.owner_id"
        " WHERE c.tenant_id = %s AND c.id = ANY (%s) AND c.owner_id = %s",
        (tenant_id, carried, group[0]["owner_to"]),
    )
    decisions = {row["id"]: clock.of(row) for row in found}
    return {str(i): d.effective.isoformat() for i, d in decisions.items() if d is not None and d.effective}
