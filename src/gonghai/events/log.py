"""Appending to the log. Events hold ids and codes only; free text, phones and e-mails go to field_history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from gonghai.base.database import Conn, run, value


@dataclass(frozen=True, slots=True)
class By:
    """Who did it: a person, the policy (a recycle) or the system; and in which batch."""

    person_id: int | None = None
    kind: str = "person"
    batch_id: int | None = None

    @staticmethod
    def person(person_id: int | None, batch_id: int | None = None) -> "By":
        return By(person_id, "person" if person_id is not None else "system", batch_id)


async def append(
    conn: Conn,
    tenant_id: int,
    *,
    kind: str,
    subject: str,
    subject_id: int,
    version: int,
    by: By,
    at: datetime,
    data: dict[str, Any] | None = None,
    **columns: Any,
) -> None:
    """Appends one event. `columns` may name owner_from, owner_to, pool_from, pool_to, spell_no, reason, policy_id."""
    names = ["tenant_id", "at", "kind", "subject", "subject_id", "version", "actor", "actor_id", "batch_id", "data"]
    values = [tenant_id, at, kind, subject, subject_id, version, by.kind, by.person_id, by.batch_id]
    row = [*values, Jsonb(data) if data is not None else None, *columns.values()]
    marks = ", ".join(["%s"] * len(row))
    await run(conn, f"INSERT INTO event ({', '.join([*names, *columns])}) VALUES ({marks})", row)


async def append_each(
    conn: Conn,
    tenant_id: int,
    entries: Sequence[tuple[int, int, Mapping[str, Any]]],
    *,
    kind: str,
    subject: str,
    by: By,
    at: datetime,
) -> None:
    """The same for many subjects in one statement: (subject_id, version, data) of each."""
    await run(
        conn,
        "INSERT INTO event (tenant_id, at, kind, subject, subject_id, version, actor, actor_id, batch_id, data)"
        " SELECT %s, %s, %s, %s, n.id, n.version, %s, %s, %s, n.data"
        " FROM unnest(%s::bigint[], %s::bigint[], %s::jsonb[]) AS n (id, version, data) ORDER BY n.id",
        (
            tenant_id, at, kind, subject, by.kind, by.person_id, by.batch_id,
            [e[0] for e in entries], [e[1] for e in entries], [Jsonb(e[2]) for e in entries],
        ),
    )  # fmt: skip


async def new_batch(conn: Conn, tenant_id: int, kind: str, actor_id: int | None, at: datetime) -> int:
    """An id that the events of one batch share."""
    batch_id: int = await value(
        conn,
        "INSERT INTO batch (tenant_id, kind, actor_id, at) VALUES (%s, %s, %s, %s) RETURNING id",
        (tenant_id, kind, actor_id, at),
    )
    return batch_id
