"""Whether the ledger says what the log earned: reads all of it again, from the first event. Writes nothing."""

from dataclasses import dataclass, field
from typing import Final

from gonghai.base.database import Database, rows, value
from gonghai.incentives.count import count_points
from gonghai.incentives.ledger import Entry, entries
from gonghai.incentives.reading import read_booked, read_setting, read_stories

CHUNK: Final = 1000  # customers


@dataclass(slots=True)
class Report:
    """How many customers were read, how many rows of the ledger, and the rows that are missing from it."""

    customers: int = 0
    booked: int = 0
    differences: list[Entry] = field(default_factory=list)


async def verify_points(database: Database, tenant_id: int) -> Report:
    """Counts what hasn't been counted yet, then compares every customer's log with the ledger."""
    async with database.tenant(tenant_id) as conn:
        newest = await value(
            conn, "SELECT coalesce(max(e.id), 0) AS id FROM event e WHERE e.tenant_id = %s", (tenant_id,)
        )
    await count_points(database, tenant_id)
    report, after = Report(), 0
    while True:
        async with database.tenant(tenant_id) as conn:
            # One snapshot for log and ledger; who has moved on since the counting is left out.
            await conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            found = await rows(
                conn,
                "SELECT c.id FROM customer c WHERE c.tenant_id = %(t)s AND c.id > %(after)s AND NOT EXISTS (SELECT FROM"
                " event e WHERE e.tenant_id = %(t)s AND e.subject = 'customer' AND e.subject_id = c.id AND e.id > %(newest)s)"
                " ORDER BY c.id LIMIT %(limit)s",
                {"t": tenant_id, "after": after, "newest": newest, "limit": CHUNK},
            )
            ids = [row["id"] for row in found]
            stories = await read_stories(conn, tenant_id, ids, await read_setting(conn, tenant_id), keep=False)
            booked = await read_booked(conn, tenant_id, ids)
        report.customers += len(ids)
        report.booked += len(booked)
        report.differences += entries(stories, booked)
        if len(ids) < CHUNK:
            return report
        after = ids[-1]
