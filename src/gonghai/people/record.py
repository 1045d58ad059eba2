"""Writing a person's or a department's row: every change bumps its version and appends the event that says so."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from psycopg.rows import DictRow

from gonghai.base.database import Conn, one, run
from gonghai.base.errors import ChangedMeanwhile, NotFound
from gonghai.events.log import By, append

Subject = Literal["person", "department"]
# Personal or secret: an event only says that it changed, so that the log never has to be rewritten.
PRIVATE = frozenset({"name", "email", "password_hash", "spelling"})


async def lock_tenant(conn: Conn, tenant_id: int) -> DictRow:
    """The tenant's row, locked: makes changes of the tree, of the admins and of the calendar one after another."""
    row = await one(conn, "SELECT * FROM tenant t WHERE t.id = %s FOR NO KEY UPDATE", (tenant_id,))
    if row is None:
        raise NotFound("tenant")
    return row


async def lock(conn: Conn, subject: Subject, tenant_id: int, subject_id: int, *, version: int | None = None) -> DictRow:
    """The row, locked until the transaction ends. 404 without one, 412 when `version` is given and not the newest."""
    row = await one(
        conn,
        f"SELECT * FROM {subject} x WHERE x.tenant_id = %s AND x.id = %s FOR NO KEY UPDATE",
        (tenant_id, subject_id),
    )
    if row is None:
        raise NotFound(subject, id=str(subject_id))
    if version is not None and row["version"] != version:
        raise ChangedMeanwhile(row["version"])
    return row


async def change(
    conn: Conn,
    subject: Subject,
    row: DictRow,
    values: Mapping[str, Any],
    *,
    kind: str,
    by: By,
    at: datetime,
    also: Mapping[str, list[Any]] | None = None,
) -> int:
    """Writes the columns of a locked row that differ, and the event; the new version. No change is no event.

    `also` names changes kept in other tables, as field → [old, new]; they count as changes of this row.
    """
    changed = {name: new for name, new in values.items() if row[name] != new}
    if not changed and not also:
        return int(row["version"])
    version: int = row["version"] + 1
    assignments = "".join(f"{name} = %({name})s, " for name in changed)
    await run(
        conn,
        f"UPDATE {subject} x SET {assignments}version = %(v)s WHERE x.tenant_id = %(t)s AND x.id = %(id)s",
        {**changed, "v": version, "t": row["tenant_id"], "id": row["id"]},
    )
    public = {name: [_plain(row[name]), _plain(new)] for name, new in changed.items() if name not in PRIVATE}
    data = {"changes": {**public, **(also or {})}, "private": sorted(changed.keys() & PRIVATE - {"spelling"})}
    await append(
        conn,
        row["tenant_id"],
        kind=kind,
        subject=subject,
        subject_id=row["id"],
        version=version,
        by=by,
        at=at,
        data=data,
    )
    return version


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
