"""Telling of deputies: that somebody acts for somebody, no longer does, or is away in that time."""

from collections.abc import Sequence
from typing import Any

from psycopg.rows import DictRow

from gonghai.base.database import Conn, rows
from gonghai.notifications.notices import NewNotice, write

_FOUND = """SELECT d.*, a.leave_from, a.leave_until, clock_timestamp() AS now FROM deputy d
  JOIN person a ON a.tenant_id = d.tenant_id AND a.id = d.deputy_id WHERE d.tenant_id = %s AND d.id = ANY (%s) ORDER BY d.id"""


async def notify_deputies(conn: Conn, tenant_id: int, ids: Sequence[int]) -> None:
    """The deputy and the person, but nobody of what they did themselves."""
    told = []
    for row in await rows(conn, _FOUND, (tenant_id, list(ids))):
        ended = row["ended_at"] is not None
        actor, at = (row["ended_by"], row["ended_at"]) if ended else (row["set_by"], row["set_at"])
        kind = "deputy_ended" if ended else "deputy_set"
        data = _about(row, actor)
        told += [
            NewNotice(person, kind if person == row["deputy_id"] else f"{kind}_you", f"deputy:{row['id']}", at, data)
            for person in (row["deputy_id"], row["person_id"])
            if person != actor
        ]
    await write(conn, tenant_id, told)


async def notify_away(conn: Conn, tenant_id: int, ids: Sequence[int]) -> None:
    """The person, and whoever set the deputy: in the time of the deputy's leave nobody acts."""
    told = []
    for row in await rows(conn, _FOUND, (tenant_id, list(ids))):
        if row["ended_at"] is not None or row["leave_from"] is None:
            continue
        key = f"deputy:{row['id']}:{row['leave_from'].isoformat()}"
        data = _about(row, None) | {"begin": row["leave_from"].isoformat(), "until": row["leave_until"].isoformat()}
        told += [
            NewNotice(person, "deputy_away", key, row["now"], data)
            for person in dict.fromkeys((row["person_id"], row["set_by"]))
            if person is not None and person != row["deputy_id"]
        ]
    await write(conn, tenant_id, told)


def _about(row: DictRow, actor: int | None) -> dict[str, Any]:
    return {
        "from": row["person_id"], "to": row["deputy_id"], "actor": actor,
        "begin": row["from_at"].isoformat(), "until": row["until_at"].isoformat(),
    }  # fmt: skip
