"""Reading what points are counted from: rules, seasons, customers' logs, the deadlines of their first contacts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

from psycopg.rows import args_row

from gonghai.base.database import Conn, rows
from gonghai.customers.fields import PRIVATE
from gonghai.incentives.deadlines import decide_missing, write_down
from gonghai.incentives.ledger import Booked
from gonghai.incentives.rules import Version, version_of
from gonghai.incentives.story import Deadline, Event, Season, Story, read_log
from gonghai.people.calendar import tenant_calendar
from gonghai.workdays import Calendar, end_of_day

# A value that a person's erasure emptied was one: points are not taken back by it.
_LOGS: Final = """SELECT e.id, e.subject_id, e.version, e.at, e.kind, e.actor_id, e.owner_from, e.owner_to, e.pool_from,
    e.pool_to, e.spell_no, e.reason, e.data, CASE WHEN e.kind IN ('create', 'import', 'edit') THEN
      ARRAY(SELECT h.field FROM field_history h WHERE h.tenant_id = e.tenant_id AND h.customer_id = e.subject_id
        AND h.version = e.version AND h.field = ANY (%(private)s)
        AND (h.new_value IS NULL OR h.new_value NOT IN ('null', '[]', '""'))) ELSE '{}' END
  FROM event e WHERE e.tenant_id = %(t)s AND e.subject = 'customer' AND e.subject_id = ANY (%(ids)s)
  ORDER BY e.subject_id, e.version"""
_DEADLINES: Final = """SELECT d.customer_id, d.spell_no, d.due_at, d.length, d.policy_id FROM contact_deadline d
  WHERE d.tenant_id = %(t)s AND d.customer_id = ANY (%(ids)s)"""
_BOOKED: Final = """SELECT p.id, p.person_id, p.rule, p.cause, p.turn, p.points, p.reverses, p.customer_id, p.at, p.version
  FROM point p WHERE p.tenant_id = %(t)s AND p.customer_id = ANY (%(ids)s)"""


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds for all customers of a tenant."""

    versions: Sequence[Version]
    seasons: Sequence[Season]
    calendar: Calendar


async def read_setting(conn: Conn, tenant_id: int) -> Setting:
    """Rules in all versions, seasons, the calendar."""
    calendar = await tenant_calendar(conn, tenant_id)
    return Setting(await versions(conn, tenant_id), await _seasons(conn, tenant_id, calendar), calendar)


async def versions(conn: Conn, tenant_id: int) -> list[Version]:
    """All versions of the rules, oldest first."""
    found = await rows(
        conn,
        "SELECT r.number, r.from_at, r.document FROM point_rules r WHERE r.tenant_id = %s ORDER BY r.number",
        (tenant_id,),
    )
    return [version_of(row["number"], row["from_at"], row["document"]) for row in found]


async def _seasons(conn: Conn, tenant_id: int, calendar: Calendar) -> list[Season]:
    found = await rows(
        conn,
        "SELECT s.id, s.first_day, s.last_day FROM season s WHERE s.tenant_id = %s ORDER BY s.first_day",
        (tenant_id,),
    )
    return [season_of(row, calendar) for row in found]


def season_of(row: Mapping[str, Any], calendar: Calendar) -> Season:
    """The instants between which a season's points lie."""
    first = end_of_day(row["first_day"] - timedelta(days=1), calendar)
    return Season(row["id"], first, end_of_day(row["last_day"], calendar))


async def read_stories(
    conn: Conn, tenant_id: int, ids: Sequence[int], setting: Setting, *, keep: bool
) -> dict[int, Story]:
    """What each customer's log earned. `keep`: deadlines of first contacts that stand nowhere yet are written down."""
    key = {"t": tenant_id, "ids": list(ids), "private": sorted(PRIVATE)}
    logs = {c: list(own) for c, own in groupby(await _tuples(conn, Event, _LOGS, key), attrgetter("customer_id"))}
    deadlines: defaultdict[int, dict[int, Deadline]] = defaultdict(dict)
    for row in await rows(conn, _DEADLINES, key):
        deadlines[row["customer_id"]][row["spell_no"]] = Deadline(row["due_at"], row["length"], row["policy_id"])
    decided = await decide_missing(conn, tenant_id, logs, deadlines, setting.versions, setting.calendar)
    if keep and decided:
        await write_down(conn, tenant_id, decided, deadlines)
    return {c: read_log(own, setting.versions, setting.seasons, deadlines[c]) for c, own in logs.items()}


async def read_booked(conn: Conn, tenant_id: int, ids: Sequence[int]) -> list[Booked]:
    """The ledger's rows about these customers."""
    found: list[Booked] = await _tuples(conn, Booked, _BOOKED, {"t": tenant_id, "ids": list(ids)})
    return found


async def _tuples(conn: Conn, make: Any, sql: str, params: Mapping[str, Any]) -> list[Any]:
    async with conn.cursor(row_factory=args_row(make)) as cursor:
        await cursor.execute(sql, params)
        return await cursor.fetchall()
