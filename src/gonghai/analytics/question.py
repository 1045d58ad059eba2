"""What a report on fair use asks: whose doings, when, around which pool, with which length; and what it answers with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any, Final

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, rows
from gonghai.base.errors import Invalid, NotFound
from gonghai.people.calendar import tenant_calendar
from gonghai.workdays import end_of_day, local_date

DAY: Final = timedelta(days=1)
DAYS: Final = 30
MOST_DAYS: Final = 366
# In a chain: somebody whom the reader doesn't lead. All of them count as one.
STRANGER: Final = 0


@dataclass(frozen=True, slots=True)
class Question:
    """Whose doings (the people whom the reader leads, or everybody), between which instants, around which pool.

    `first` and `last` are local days, both included. `length`: the fact's own n, as a time.
    """

    actor: Actor
    people: Sequence[int]
    first: date
    last: date
    since: datetime
    until: datetime
    now: datetime
    length: timedelta
    pool_id: int | None = None

    @property
    def params(self) -> dict[str, Any]:
        return {
            "t": self.actor.tenant_id, "people": list(self.people), "since": self.since, "until": self.until,
            "now": self.now, "length": self.length, "pool": self.pool_id,
        }  # fmt: skip

    def in_pool(self, customer: str) -> str:
        """A condition on a column that names a customer: its home is the pool asked for, if any."""
        if self.pool_id is None:
            return ""
        return (
            " AND EXISTS (SELECT FROM customer h WHERE h.tenant_id = %(t)s"
            f" AND h.id = {customer} AND h.pool_id = %(pool)s)"
        )


@dataclass(frozen=True, slots=True)
class Tally:
    """A person's figures, or those of people in one chain: `n` of `of`. `figures`: what else the fact counts."""

    people: tuple[int, ...]
    n: int
    of: int
    figures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Counted:
    """All with anything to count, most first, and the share of every visible person who could have had some."""

    tallies: Sequence[Tally]
    shares: Sequence[float]

    @property
    def median_share(self) -> float | None:
        return median(self.shares) if self.shares else None


@dataclass(frozen=True, slots=True)
class Cut:
    """Which part of a list: behind which (instant, id), how many, of whom. People of a chain in id order."""

    people: tuple[int, ...]
    behind: tuple[datetime, int] | None
    limit: int

    @property
    def params(self) -> dict[str, Any]:
        at, number = self.behind or (None, None)
        return {"whose": list(self.people), "at": at, "id": number, "limit": self.limit}


async def ask(
    conn: Conn,
    actor: Actor,
    *,
    first: date | None,
    last: date | None,
    pool_id: int | None,
    length: timedelta,
    now: datetime,
) -> Question:
    """The question as this reader may put it; without days the last DAYS up to today.

    403 without `insight.read`, 404 for a pool that isn't visible, 422 for days that are no period of at most MOST_DAYS.
    """
    actor.need("insight.read")
    if pool_id is not None and pool_id not in actor.visible_pools():
        raise NotFound("pool", id=str(pool_id))
    calendar = await tenant_calendar(conn, actor.tenant_id)
    last = last or local_date(now, calendar)
    first = first or last - (DAYS - 1) * DAY
    if not first <= last < first + MOST_DAYS * DAY:
        raise Invalid({"path": "query.from", "code": "period", "most_days": MOST_DAYS})
    since, until = end_of_day(first - DAY, calendar), end_of_day(last, calendar)
    people = await _people(conn, actor)
    return Question(actor, people, first, last, since, until, now, length, pool_id)


async def _people(conn: Conn, actor: Actor) -> list[int]:
    if not actor.sees_all:
        return sorted(actor.subordinates)
    found = await rows(conn, "SELECT p.id FROM person p WHERE p.tenant_id = %s ORDER BY p.id", (actor.tenant_id,))
    return [row["id"] for row in found]


def counted(found: Sequence[DictRow], *figures: str) -> Counted:
    """Counted, of rows with person_id, n, `of` and the figures: one per person with something to share out."""
    tallies = [
        Tally((row["person_id"],), row["n"], row["of"], {name: row[name] for name in figures})
        for row in found
        if row["n"]
    ]
    return Counted(most_first(tallies), [row["n"] / row["of"] for row in found])


def most_first(tallies: Sequence[Tally]) -> list[Tally]:
    """By number, then share."""
    return sorted(tallies, key=lambda t: (-t.n, -t.n / max(t.of, 1), t.people))
