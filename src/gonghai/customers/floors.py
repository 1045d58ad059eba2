"""Writing what keeps a customer from being taken: lock, protection, notice; each write with its event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from gonghai.base.database import Conn, rows
from gonghai.customers.fields import plain
from gonghai.events.log import By

FLOORS: Final = ("locked_until", "protected_until", "notice_until")


@dataclass(frozen=True, slots=True)
class Kept:
    """A locked customer's row and the floors it gets; those not named stay. `data` goes into the event."""

    customer: DictRow
    until: Mapping[str, datetime | None]
    reason: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)

    def value(self, name: str) -> datetime | None:
        found: datetime | None = self.until.get(name, self.customer[name])
        return found

    def said(self) -> dict[str, Any]:
        """The event's data: old and new of what was named and what changed with it."""
        changes = {n: [plain(self.customer[n]), plain(v)] for n, v in self.until.items() if v != self.customer[n]}
        return {"changes": changes, **self.data}


_WRITE = """WITH w AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(versions)s::bigint[], %(locked_until)s::timestamptz[],
        %(protected_until)s::timestamptz[], %(notice_until)s::timestamptz[], %(reasons)s::text[], %(data)s::jsonb[])
      AS x (customer_id, version, locked_until, protected_until, notice_until, reason, data)), u AS (
    UPDATE customer c SET locked_until = w.locked_until, protected_until = w.protected_until,
        notice_until = w.notice_until, version = c.version + 1, updated_at = %(at)s
    FROM w WHERE c.tenant_id = %(t)s AND c.id = w.customer_id AND c.version = w.version AND c.state = 'owned'
    RETURNING c.id, c.version, c.spell_no, w.reason, w.data), logged AS (
    INSERT INTO event (tenant_id, at, kind, subject_id, version, actor, actor_id, spell_no, reason, batch_id, data)
    SELECT %(t)s, %(at)s, %(kind)s, u.id, u.version, %(actor)s, %(actor_id)s, u.spell_no, u.reason, %(batch_id)s,
        u.data FROM u)
    SELECT id, version FROM u"""


async def keep(conn: Conn, tenant_id: int, kept: Sequence[Kept], *, kind: str, by: By, at: datetime) -> list[DictRow]:
    """Writes the floors of owned, locked customers in one statement; id and version of those written."""
    if not kept:
        return []
    params = {
        "t": tenant_id, "kind": kind, "at": at, "actor": by.kind, "actor_id": by.person_id, "batch_id": by.batch_id,
        "ids": [k.customer["id"] for k in kept],
        "versions": [k.customer["version"] for k in kept],
        "reasons": [k.reason for k in kept],
        "data": [Jsonb(k.said()) for k in kept],
        **{name: [k.value(name) for k in kept] for name in FLOORS},
    }  # fmt: skip
    return await rows(conn, _WRITE, params)
