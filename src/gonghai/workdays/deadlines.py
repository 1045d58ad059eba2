"""Count time forward to a deadline and back to a cutoff, so that both always agree on who is due.

For every start, length and calendar: add(start, length) <= now  ⟺  start <= cutoff(now, length)
                                                               ⟺  elapsed(start, now, length.unit) >= length.n.
"""

from datetime import date, datetime, timedelta
from typing import assert_never

from gonghai.workdays.calendar import Calendar
from gonghai.workdays.length import Length, Unit
from gonghai.workdays.zones import FIRST_YEAR, LAST_YEAR, as_utc, day_of, day_start, from_micros, to_micros

_HOUR = timedelta(hours=1)
_HOUR_MICROS = 3_600_000_000
_MICROSECOND = timedelta(microseconds=1)


def add(start: datetime, length: Length, calendar: Calendar) -> datetime:
    """The UTC instant at which `length` after `start` is over; monotone in `start`.

    Raises ValueError for a naive start, or where the end lies beyond the supported years.
    """
    start, zone = as_utc(start), calendar.zone
    match length.unit:
        case "hours":
            return start + length.n * _HOUR
        case "days":
            return day_start(zone, day_of(zone, start) + length.n + 1)
        case "working_days":
            return day_start(zone, calendar.days.after(day_of(zone, start), length.n) + 1)
        case "working_hours":
            return from_micros(calendar.open_time.after(to_micros(start), start.year, length.n * _HOUR_MICROS))
        case unit:
            assert_never(unit)


def cutoff(now: datetime, length: Length, calendar: Calendar) -> datetime:
    """The latest UTC microsecond t with add(t, length) <= now: whatever started then or earlier is due.

    Not `now` minus the length: round a holiday the two differ. Raises ValueError for a naive `now`.
    """
    now, zone = as_utc(now), calendar.zone
    match length.unit:
        case "hours":
            return now - length.n * _HOUR
        case "days":
            return day_start(zone, day_of(zone, now) - length.n) - _MICROSECOND
        case "working_days":
            return day_start(zone, calendar.days.before(day_of(zone, now), length.n)) - _MICROSECOND
        case "working_hours":
            return from_micros(calendar.open_time.before(to_micros(now), now.year, length.n * _HOUR_MICROS))
        case unit:
            assert_never(unit)


def elapsed(start: datetime, now: datetime, unit: Unit, calendar: Calendar) -> int:
    """How many whole units have passed, for "no follow-up for 23 of 30 days"; 0 if `now` is before `start`.

    Days and working days count once they are over and begin with the day after the start's local date.
    """
    start, now, zone = as_utc(start), as_utc(now), calendar.zone
    match unit:
        case "hours":
            return max(0, (now - start) // _HOUR)
        case "days":
            return max(0, day_of(zone, now) - day_of(zone, start) - 1)
        case "working_days":
            return calendar.days.between(day_of(zone, start), day_of(zone, now))
        case "working_hours":
            passed = calendar.open_time.between(to_micros(start), start.year, to_micros(now), now.year)
            return passed // _HOUR_MICROS
        case _:
            assert_never(unit)


def quarter_before(end: datetime, length: Length, calendar: Calendar) -> datetime:
    """When a quarter of `length` is left until `end`, in UTC: working hours in open time, a day as six hours."""
    end = as_utc(end)
    if length.unit == "working_hours":
        micros = length.n * _HOUR_MICROS // 4
        return from_micros(calendar.open_time.before(to_micros(end), end.year, micros))
    return end - _quarter(length)


def quarter_after(now: datetime, length: Length, calendar: Calendar) -> datetime:
    """The latest UTC instant whose `quarter_before` is `now` or earlier."""
    now = as_utc(now)
    if length.unit == "working_hours":
        # The first end that is too late, less a microsecond: an end may also lie where nothing is open.
        micros = length.n * _HOUR_MICROS // 4
        return from_micros(calendar.open_time.after(to_micros(now) + 1, now.year, micros) - 1)
    return now + _quarter(length)


def _quarter(length: Length) -> timedelta:
    return length.n * _HOUR * (1 if length.unit == "hours" else 24) / 4


def local_date(now: datetime, calendar: Calendar) -> date:
    """The calendar's date at this instant."""
    return date.fromordinal(day_of(calendar.zone, as_utc(now)))


def local_midnight(now: datetime, calendar: Calendar) -> datetime:
    """The first instant, in UTC, of the calendar's date at this instant."""
    return day_start(calendar.zone, day_of(calendar.zone, as_utc(now)))


def end_of_day(day: date, calendar: Calendar) -> datetime:
    """The end of a local date, in UTC: the first instant of the next one. ValueError outside the supported years."""
    if not FIRST_YEAR < day.year < LAST_YEAR:
        raise ValueError(f"a date must lie between the years {FIRST_YEAR} and {LAST_YEAR}: {day.isoformat()}")
    return day_start(calendar.zone, day.toordinal() + 1)


def end_of_working_day(now: datetime, n: int, calendar: Calendar) -> datetime:
    """The end of the n-th working day (n >= 1) after the local date of `now`, in UTC."""
    return add(now, Length(n, "working_days"), calendar)


def after_next_opening_day(warned_at: datetime, calendar: Calendar) -> datetime:
    """The end, in UTC, of the first working day whose opening lies after the warning (the notice floor)."""
    warned_at = as_utc(warned_at)
    day = day_of(calendar.zone, warned_at)
    if not (calendar.days.works(day) and calendar.open_time.opens(day) > warned_at):
        day = calendar.days.after(day, 1)
    return day_start(calendar.zone, day + 1)
