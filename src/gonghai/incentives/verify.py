"""Whether the ledger says what the log earned: reads all of it again, from the first event."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from gonghai.base.database import Database, rows, value
from gonghai.incentives.count import count_points
from gonghai.incentives.ledger import Booked, by_key, earned_by_key
from gonghai.incentives.reading import read_booked, read_setting, read_stories
from gonghai.incentives.story import Story

CHUNK: Final = 1000  # customers


@dataclass(frozen=True, slots=True)
class Difference:
    """What a person has of a rule for one event, and what the log says: the `points` in all, or a row's `at` (it says
    which season) or `customer_id`."""

    person_id: int
    customer_id: int
    rule: str
    cause: int
    field: str
    replayed: Any
    stored: Any


@dataclass(slots=True)
class Report:
    """How many customers were read, how many rows of the ledger, and where it doesn't say what the log earned."""

    customers: int = 0
    booked: int = 0
    differences: list[Difference] = field(default_factory=list)


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
        report.differences += _differences(stories, booked)
        if len(ids) < CHUNK:
            return report
        after = ids[-1]


def _differences(stories: Mapping[int, Story], booked: Iterable[Booked]) -> Iterator[Difference]:
    """By sums, as leaderboards are: a row that takes back too little is found too."""
    ledger, wanted = by_key(booked), earned_by_key(stories)
    for key in sorted(ledger.keys() | wanted.keys()):
        own, earned = sorted(ledger[key], key=lambda row: row.turn), wanted.get(key)
        person, rule, cause = key
        customer = earned.cause.customer_id if earned is not None else own[0].customer_id
        points, stored = earned.points if earned is not None else 0, sum(row.points for row in own)
        if points != stored:
            yield Difference(person, customer, rule, cause, "points", points, stored)
        # Whatever was taken back lies where it was given.
        at = earned.cause.at if earned is not None else own[0].at
        for row in own:
            for name, replayed in (("at", at), ("customer_id", customer)):
                if getattr(row, name) != replayed:
                    yield Difference(person, customer, rule, cause, name, replayed, getattr(row, name))
