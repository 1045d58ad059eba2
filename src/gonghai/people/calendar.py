"""The tenant's working calendar: its zone, country and opening, with its own days on top."""

from collections.abc import Mapping
from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, one, rows, run
from gonghai.base.errors import NotFound
from gonghai.events.log import By, append
from gonghai.people.record import lock_tenant
from gonghai.workdays import Calendar

OwnDays = tuple[tuple[date, bool], ...]
OpeningText = tuple[tuple[str, str], ...]


async def tenant_calendar(conn: Conn, tenant_id: int) -> Calendar:
    """The calendar as it stands in this transaction. 404 without the tenant."""
    row = await one(
        conn,
        """SELECT t.timezone, t.country, t.opening,
            ARRAY(SELECT d.day FROM tenant_day d WHERE d.tenant_id = t.id ORDER BY d.day) AS days,
            ARRAY(SELECT d.works FROM tenant_day d WHERE d.tenant_id = t.id ORDER BY d.day) AS works
        FROM tenant t WHERE t.id = %s""",
        (tenant_id,),
    )
    if row is None:
        raise NotFound("tenant")
    opening = tuple((opens, closes) for opens, closes in row["opening"])
    return calendar_of(row["timezone"], row["country"], tuple(zip(row["days"], row["works"], strict=True)), opening)


@lru_cache(maxsize=256)
def calendar_of(timezone: str, country: str, own_days: OwnDays, opening: OpeningText) -> Calendar:
    """The calendar of these values, kept with its arrays: equal values are equal calendars, so this can't go stale.

    Raises ValueError for a zone, country or opening that don't exist.
    """
    hours = tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in opening)
    return Calendar(ZoneInfo(timezone), country, dict(own_days), hours)


async def own_days(conn: Conn, tenant_id: int, first: date, last: date) -> Mapping[date, tuple[bool, str]]:
    """The tenant's own days from `first` to `last`: whether they work, and the note."""
    found = await rows(
        conn,
        "SELECT d.day, d.works, d.note FROM tenant_day d WHERE d.tenant_id = %s AND d.day BETWEEN %s AND %s",
        (tenant_id, first, last),
    )
    return {row["day"]: (row["works"], row["note"]) for row in found}


async def set_day(conn: Conn, actor: Actor, day: date, *, works: bool, note: str, now: datetime) -> None:
    """Makes a day work or not, whatever the country's table says."""
    actor.need("calendar.edit")
    tenant = await lock_tenant(conn, actor.tenant_id)
    before = (await own_days(conn, actor.tenant_id, day, day)).get(day)
    if before == (works, note):
        return
    await run(
        conn,
        "INSERT INTO tenant_day (tenant_id, day, works, note) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (tenant_id, day) DO UPDATE SET works = excluded.works, note = excluded.note",
        (actor.tenant_id, day, works, note),
    )
    await _note(conn, actor, tenant["version"], day, before[0] if before else None, works, now)


async def remove_day(conn: Conn, actor: Actor, day: date, *, now: datetime) -> None:
    """The country's table decides about the day again; 404 where it did already."""
    actor.need("calendar.edit")
    tenant = await lock_tenant(conn, actor.tenant_id)
    before = (await own_days(conn, actor.tenant_id, day, day)).get(day)
    if before is None:
        raise NotFound("calendar_day", day=day.isoformat())
    await run(conn, "DELETE FROM tenant_day d WHERE d.tenant_id = %s AND d.day = %s", (actor.tenant_id, day))
    await _note(conn, actor, tenant["version"], day, before[0], None, now)


async def _note(
    conn: Conn, actor: Actor, version: int, day: date, before: bool | None, after: bool | None, now: datetime
) -> None:
    """The event; the calendar has no row of its own, so it counts with the tenant's version."""
    await run(conn, "UPDATE tenant t SET version = %s WHERE t.id = %s", (version + 1, actor.tenant_id))
    await append(
        conn,
        actor.tenant_id,
        kind="set_day" if after is not None else "remove_day",
        subject="calendar",
        subject_id=actor.tenant_id,
        version=version + 1,
        by=By.person(actor.person_id),
        at=now,
        data={"day": day.isoformat(), "changes": {"works": [before, after]}},
    )
