"""Seasons: from a first to a last local day, never two at once. Points of a day lie in the season that has the day."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, one, rows, run, value
from gonghai.base.errors import ChangedMeanwhile, NotFound, Refusal
from gonghai.events.log import By, append
from gonghai.incentives.count import count_anew, hold_count
from gonghai.people.calendar import tenant_calendar
from gonghai.people.record import lock_tenant
from gonghai.workdays import local_date

_COLUMNS: Final = "s.id, s.name, s.first_day, s.last_day, s.version"


@dataclass(frozen=True, slots=True)
class NewSeason:
    """What a season is; both days belong to it."""

    name: str
    first_day: date
    last_day: date


async def season_list(conn: Conn, tenant_id: int) -> list[DictRow]:
    """All seasons, the latest first."""
    return await rows(
        conn, f"SELECT {_COLUMNS} FROM season s WHERE s.tenant_id = %s ORDER BY s.first_day DESC", (tenant_id,)
    )


async def get_season(conn: Conn, tenant_id: int, season_id: int) -> DictRow:
    """One season; 404 without."""
    row = await one(
        conn, f"SELECT {_COLUMNS} FROM season s WHERE s.tenant_id = %s AND s.id = %s", (tenant_id, season_id)
    )
    if row is None:
        raise NotFound("season", id=str(season_id))
    return row


async def season_at(conn: Conn, tenant_id: int, day: date) -> DictRow | None:
    """The season of that day; between seasons the one that ended last, None before any."""
    return await one(
        conn,
        f"SELECT {_COLUMNS} FROM season s WHERE s.tenant_id = %s AND s.first_day <= %s ORDER BY s.first_day DESC LIMIT 1",
        (tenant_id, day),
    )


async def create_season(conn: Conn, actor: Actor, new: NewSeason, *, now: datetime) -> int:
    """A season, which may have begun already; its id.

    Refuses `season_order`, `season_past` where it would be over by now, `season_overlaps` {name, first_day, last_day}.
    """
    today = await _hold(conn, actor, now)
    if new.last_day < today:
        raise Refusal("season_past", today=today.isoformat())
    await _check(conn, actor.tenant_id, new, None)
    season_id: int = await value(
        conn,
        "INSERT INTO season (tenant_id, name, first_day, last_day) VALUES (%s, %s, %s, %s) RETURNING id",
        (actor.tenant_id, new.name, new.first_day, new.last_day),
    )
    await _said(conn, actor, "create_season", season_id, 1, new, now)
    await _count_anew(conn, actor.tenant_id, new.first_day, today)
    return season_id


async def edit_season(conn: Conn, actor: Actor, season_id: int, version: int, new: NewSeason, *, now: datetime) -> None:
    """Another name or other days. One that has begun keeps its first day, and one that is over both.

    Refuses as `create_season` does, and `season_begun`, `season_over`. To close a season, end it today.
    """
    today = await _hold(conn, actor, now)
    known = await get_season(conn, actor.tenant_id, season_id)
    if known["version"] != version:
        raise ChangedMeanwhile(known["version"])
    moved = (known["first_day"], known["last_day"]) != (new.first_day, new.last_day)
    if moved and known["last_day"] < today:
        raise Refusal("season_over", last_day=known["last_day"].isoformat())
    if known["first_day"] <= today and new.first_day != known["first_day"]:
        raise Refusal("season_begun", first_day=known["first_day"].isoformat())
    if moved and new.last_day < today:
        raise Refusal("season_past", today=today.isoformat())
    await _check(conn, actor.tenant_id, new, season_id)
    await run(
        conn,
        "UPDATE season s SET name = %s, first_day = %s, last_day = %s, version = s.version + 1"
        " WHERE s.tenant_id = %s AND s.id = %s",
        (new.name, new.first_day, new.last_day, actor.tenant_id, season_id),
    )
    await _said(conn, actor, "edit_season", season_id, version + 1, new, now)
    if moved:
        await _count_anew(conn, actor.tenant_id, min(new.first_day, known["first_day"]), today)


async def remove_season(conn: Conn, actor: Actor, season_id: int, *, now: datetime) -> None:
    """Takes back a season that hasn't begun; else `season_begun`."""
    today = await _hold(conn, actor, now)
    known = await get_season(conn, actor.tenant_id, season_id)
    if known["first_day"] <= today:
        raise Refusal("season_begun", first_day=known["first_day"].isoformat())
    await run(conn, "DELETE FROM season s WHERE s.tenant_id = %s AND s.id = %s", (actor.tenant_id, season_id))
    gone = NewSeason(known["name"], known["first_day"], known["last_day"])
    await _said(conn, actor, "remove_season", season_id, known["version"] + 1, gone, now)


async def _hold(conn: Conn, actor: Actor, now: datetime) -> date:
    """For whoever may; one change of the seasons at a time. The local day."""
    actor.need("incentives.edit")
    await lock_tenant(conn, actor.tenant_id)
    return local_date(now, await tenant_calendar(conn, actor.tenant_id))


async def _check(conn: Conn, tenant_id: int, new: NewSeason, but: int | None) -> None:
    if new.last_day < new.first_day:
        raise Refusal("season_order")
    other = await one(
        conn,
        f"SELECT {_COLUMNS} FROM season s WHERE s.tenant_id = %s AND s.first_day <= %s AND s.last_day >= %s"
        " AND s.id IS DISTINCT FROM %s ORDER BY s.first_day LIMIT 1",
        (tenant_id, new.last_day, new.first_day, but),
    )
    if other is not None:
        days = {name: other[name].isoformat() for name in ("first_day", "last_day")}
        raise Refusal("season_overlaps", id=str(other["id"]), name=other["name"], **days)


async def _count_anew(conn: Conn, tenant_id: int, first_day: date, today: date) -> None:
    """A record counts once a season, so days that were in another one, or in none, are counted again."""
    if first_day <= today and await hold_count(conn, tenant_id) is not None:
        await count_anew(conn, tenant_id)


async def _said(
    conn: Conn, actor: Actor, kind: str, season_id: int, version: int, season: NewSeason, now: datetime
) -> None:
    data = {"name": season.name, "days": [season.first_day.isoformat(), season.last_day.isoformat()]}
    await append(
        conn, actor.tenant_id, kind=kind, subject="season", subject_id=season_id, version=version,
        by=By.person(actor.person_id), at=now, data=data,
    )  # fmt: skip
