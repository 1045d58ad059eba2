"""The company's working calendar, and its own days on top of the country's."""

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from gonghai.http.call import AnyCall, By
from gonghai.http.shapes import Words
from gonghai.http.texts import Line
from gonghai.people import calendar
from gonghai.workdays import Calendar, known_countries, local_date, named_days

router = APIRouter(prefix="/calendar", tags=["calendar"])
FIRST_YEAR, LAST_YEAR = 2004, 2099
Date = Annotated[dt.date, Field(ge=dt.date(FIRST_YEAR, 1, 1), le=dt.date(LAST_YEAR, 12, 31))]


class Day(BaseModel):
    """One local date: whether it works, and whether the company itself says so (`own`; then `name` is its note).

    `country_works` is what the country's table says; `holiday` its name for the day, of a make-up day for what."""

    date: dt.date
    works: bool
    name: str | None = None
    own: bool
    country_works: bool
    holiday: Words | None = None
    make_up: bool = False


class CalendarOut(BaseModel):
    """A year of days. `opening` are local intervals of every working day."""

    year: int
    timezone: str
    country: str
    opening: list[tuple[str, str]]
    table_ends: dt.date | None = Field(description="The last day whose make-up days have been published, for China.")
    notice: bool = Field(description="Whether deadlines set now may lie beyond the table's end.")
    hash: str
    days: list[Day]


class OwnDay(BaseModel):
    """A day that the company decides itself."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"date": "2026-12-31", "works": False, "note": "年会"}]}
    )
    date: Date
    works: bool
    note: Line | None = None


@router.get("")
async def get_calendar(
    call: AnyCall,
    year: Annotated[int | None, Query(ge=FIRST_YEAR, le=LAST_YEAR, description="Default: this one.")] = None,
) -> CalendarOut:
    """A year's days: which work, and by whose decision."""
    found = await calendar.tenant_calendar(call.conn, call.tenant_id)
    year = year or local_date(call.now, found).year
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    own = await calendar.own_days(call.conn, call.tenant_id, first, last)
    country = Calendar(found.zone, found.country)
    named = named_days(found.country, year)
    days = []
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = dt.date.fromordinal(ordinal)
        note = own[day][1] if day in own else None
        published = named.get(day)
        days.append(
            Day(
                date=day,
                works=found.works(day),
                name=note or None,
                own=day in own,
                country_works=country.works(day),
                holiday=Words(zh=published.zh, en=published.en) if published else None,
                make_up=published is not None and published.make_up,
            )
        )
    return CalendarOut(
        year=year,
        timezone=found.zone.key,
        country=found.country,
        opening=[(f"{opens:%H:%M}", f"{closes:%H:%M}") for opens, closes in found.opening],
        table_ends=found.table_ends,
        notice=found.notice(call.now) is not None,
        hash=found.hash,
        days=days,
    )


@router.get("/countries")
async def list_countries(call: AnyCall) -> list[str]:
    """Two-letter codes of the countries whose holidays are known."""
    return known_countries()


@router.put("/days", status_code=204)
async def set_day(call: By, body: OwnDay) -> None:
    """Makes a day work or not, whatever the country's table says."""
    await calendar.set_day(call.conn, call.actor, body.date, works=body.works, note=body.note or "", now=call.now)


@router.delete("/days/{date}", status_code=204)
async def remove_day(call: By, date: Date) -> None:
    """The country's table decides about the day again."""
    await calendar.remove_day(call.conn, call.actor, date, now=call.now)
