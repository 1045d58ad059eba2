"""Versions whose planned start is near: what they would do by now, to be told once to their author and the pool's admins."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from psycopg.rows import DictRow

from gonghai.base.database import Conn, rows, run
from gonghai.policy.document import PolicyInvalid
from gonghai.policy.preview import Counts, plan_of, preview

NEAR: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Starting:
    """A version that starts soon. `preview` None: it doesn't compile any more, for the `faults`."""

    policy_id: int
    number: int
    pool_id: int
    pool_name: str
    author_id: int | None
    note: str
    effective_from: datetime
    grace_until: datetime | None
    preview: "StartPreview | None"
    faults: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class StartPreview:
    """How many the pool's people own, and how many would go: by the rules, really, by the version in force."""

    population: int
    totals: Counts
    really: Counts
    present: Counts


async def policies_starting(conn: Conn, tenant_id: int, now: datetime, within: timedelta = NEAR) -> list[Starting]:
    """Planned versions that start within that time and were not announced yet; they count as announced from now on.

    A version that is overtaken before it starts is none of them. One that another transaction announces is left to it.
    """
    found = await rows(
        conn,
        "SELECT p.*, q.name AS pool_name FROM policy p JOIN pool q ON q.tenant_id = p.tenant_id AND q.id = p.pool_id"
        " WHERE p.tenant_id = %(t)s AND p.number IS NOT NULL AND p.start_announced_at IS NULL AND q.state = 'open'"
        " AND p.effective_from > %(now)s AND p.effective_from <= %(until)s"
        " AND (p.superseded_at IS NULL OR p.superseded_at > p.effective_from)"
        " ORDER BY p.effective_from, p.id FOR NO KEY UPDATE OF p SKIP LOCKED",
        {"t": tenant_id, "now": now, "until": now + within},
    )
    starting = [await _starting(conn, tenant_id, row, now) for row in found]
    await run(
        conn,
        "UPDATE policy SET start_announced_at = %s WHERE tenant_id = %s AND id = ANY (%s)",
        (now, tenant_id, [row["id"] for row in found]),
    )
    return starting


async def _starting(conn: Conn, tenant_id: int, row: DictRow, now: datetime) -> Starting:
    counts: StartPreview | None = None
    faults: tuple[Mapping[str, Any], ...] = ()
    try:
        found = (await preview(conn, tenant_id, await plan_of(conn, tenant_id, row, now))).whole
        counts = StartPreview(found.count, found.totals, found.really, found.present)
    except PolicyInvalid as invalid:
        faults = tuple(invalid.errors)
    return Starting(
        policy_id=row["id"],
        number=row["number"],
        pool_id=row["pool_id"],
        pool_name=row["pool_name"],
        author_id=row["author_id"],
        note=row["note"],
        effective_from=row["effective_from"],
        grace_until=row["grace_until"],
        preview=counts,
        faults=faults,
    )
