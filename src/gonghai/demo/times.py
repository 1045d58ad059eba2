"""Counting time in the demo: whole seconds since 1970 where days are planned, instants where they are written."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

from gonghai.workdays import Calendar

SWEEP: Final = 600  # seconds from one sweep to the next
DAY: Final = 86_400
ZONE: Final = 8 * 3600  # Asia/Shanghai, which has no summer time
EPOCH_DAY: Final = date(1970, 1, 1).toordinal()


def instant(seconds: int) -> datetime:
    """The UTC instant of whole seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)


def seconds(at: datetime) -> int:
    """Whole seconds since 1970, rounded down."""
    return int(at.timestamp())


def sweeps(begin: int, end: int) -> int:
    """How many sweeps there were."""
    return (end - begin) // SWEEP + 1


def local_midnight(day: date) -> int:
    """The first second of a day in China."""
    return (day.toordinal() - EPOCH_DAY) * DAY - ZONE


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, the 28th at latest."""
    at = day.year * 12 + day.month - 1 - months
    return date(at // 12, at % 12 + 1, min(day.day, 28))


def working_day_from(day: date, calendar: Calendar) -> date:
    """The day itself if it is worked, else the next one that is."""
    while not calendar.works(day):
        day += timedelta(days=1)
    return day
