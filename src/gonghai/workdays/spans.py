"""Find the n-th working day, and the open time between two instants, by bisection over arrays that grow on demand."""

from bisect import bisect_left, bisect_right
from datetime import date, datetime, time
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple
from zoneinfo import ZoneInfo

from gonghai.workdays.published import working_days_of_year
from gonghai.workdays.zones import FIRST_YEAR, LAST_YEAR, first_instant, to_micros

OwnDays = tuple[tuple[date, bool], ...]
Opening = tuple[tuple[time, time], ...]


class _Years(NamedTuple):
    """The years an array covers, both included."""

    first: int
    last: int

    def with_year(self, year: int) -> "_Years":
        return _Years(max(FIRST_YEAR, min(self.first, year)), min(LAST_YEAR, max(self.last, year)))

    def longer(self, *, back: bool) -> "_Years":
        """Half as long again (so that far searches take few rounds). Raises ValueError at the supported end."""
        more = (self.last - self.first) // 2 + 1
        if (self.first if back else self.last) == (FIRST_YEAR if back else LAST_YEAR):
            raise ValueError(f"the length reaches beyond the years {FIRST_YEAR} to {LAST_YEAR}")
        return self.with_year(self.first - more if back else self.last + more)


def _covering(known: _Years | None, first: int, last: int) -> _Years:
    """The known years and those from `first` to `last`, one to spare. ValueError outside the supported years."""
    if not FIRST_YEAR < first <= last < LAST_YEAR:
        raise ValueError(f"a calendar knows the years {FIRST_YEAR + 1} to {LAST_YEAR - 1}, not {first} to {last}")
    return (known or _Years(first, last)).with_year(first - 1).with_year(last + 1)


class _Days(NamedTuple):
    years: _Years
    first: int  # ordinal of the first covered day
    end: int  # ordinal of the day behind the last covered one
    working: list[int]  # ordinals of the working days, ascending
    before: list[int]  # before[i]: how many working days lie before the day first + i


class WorkingDays:
    """The working days of a country with a company's own days on top. Days are ordinals (`date.toordinal`)."""

    def __init__(self, country: str, own_days: OwnDays) -> None:
        self._country = country
        self._on = frozenset(day.toordinal() for day, works in own_days if works)
        self._off = frozenset(day.toordinal() for day, works in own_days if not works)
        self._days: _Days | None = None

    def _load(self, years: _Years) -> _Days:
        first, end = date(years.first, 1, 1).toordinal(), date(years.last, 12, 31).toordinal() + 1
        table = (working_days_of_year(self._country, year) for year in range(years.first, years.last + 1))
        all_working = frozenset().union(*table) | self._on
        working = [day for day in sorted(all_working - self._off) if first <= day < end]
        chosen = set(working)
        before = list(accumulate((day in chosen for day in range(first, end)), initial=0))
        # One assignment of a finished value: threads may compute twice, but never see half an array.
        self._days = _Days(years, first, end, working, before)
        return self._days

    def _around(self, day: int, until: int) -> _Days:
        """Arrays that cover both days (day <= until) and a year on either side."""
        days = self._days
        if days is not None and days.first < day and until < days.end - 1:
            return days
        return self._load(_covering(days and days.years, date.fromordinal(day).year, date.fromordinal(until).year))

    def works(self, day: int) -> bool:
        days = self._around(day, day)
        return days.before[day + 1 - days.first] > days.before[day - days.first]

    def after(self, day: int, n: int) -> int:
        """The n-th working day after `day`, n >= 1."""
        days = self._around(day, day)
        while (at := days.before[day + 1 - days.first] + n - 1) >= len(days.working):
            days = self._load(days.years.longer(back=False))
        return days.working[at]

    def before(self, day: int, n: int) -> int:
        """The n-th working day before `day`, n >= 1."""
        days = self._around(day, day)
        while (at := days.before[day - days.first] - n) < 0:
            days = self._load(days.years.longer(back=True))
        return days.working[at]

    def between(self, day: int, until: int) -> int:
        """How many working days lie after `day` and before `until`; 0 if `until` is not later."""
        if until <= day:
            return 0
        days = self._around(day, until)
        return days.before[until - days.first] - days.before[day + 1 - days.first]

    def in_years(self, first_year: int, last_year: int) -> list[int]:
        """Ordinals of the working days from the first to the last year, both included."""
        first, last = date(first_year, 1, 1).toordinal(), date(last_year, 12, 31).toordinal()
        working = self._around(first, last).working
        return working[bisect_left(working, first) : bisect_right(working, last)]


class _Open(NamedTuple):
    years: _Years
    starts: list[int]  # first microsecond of each open stretch
    before: list[int]  # before[i]: open microseconds that lie before stretch i; one longer than starts


class OpenTime:
    """The open stretches of the working days in one zone. Instants and lengths are microseconds (`zones.to_micros`)."""

    def __init__(self, zone: ZoneInfo, days: WorkingDays, opening: Opening) -> None:
        self._zone, self._days, self._opening = zone, days, opening
        self._open: _Open | None = None

    def opens(self, day: int) -> datetime:
        """The first opening of a day, whether or not it is a working day."""
        return first_instant(self._zone, datetime.combine(date.fromordinal(day), self._opening[0][0]))

    def _load(self, years: _Years) -> _Open:
        starts, lengths = [], []
        for day in self._days.in_years(years.first, years.last):
            for opens, closes in self._opening:
                start, end = self._instant(day, opens), self._instant(day + (closes == time()), closes)
                starts.append(start)
                lengths.append(end - start)  # 0 where clocks put forward swallow it
        self._open = _Open(years, starts, list(accumulate(lengths, initial=0)))
        return self._open

    def _instant(self, day: int, clock: time) -> int:
        return to_micros(first_instant(self._zone, datetime.combine(date.fromordinal(day), clock)))

    def _around(self, year: int, until: int) -> _Open:
        """Arrays that cover both years (year <= until) and one on either side."""
        found = self._open
        if found is not None and found.years.first < year and until < found.years.last:
            return found
        return self._load(_covering(found and found.years, year, until))

    @staticmethod
    def _passed(found: _Open, instant: int) -> int:
        at = bisect_right(found.starts, instant) - 1
        return 0 if at < 0 else min(found.before[at] + instant - found.starts[at], found.before[at + 1])

    def after(self, instant: int, year: int, length: int) -> int:
        """The earliest instant with `length` (> 0) open microseconds between; `year` is the instant's."""
        found = self._around(year, year)
        while (wanted := self._passed(found, instant) + length) > found.before[-1]:
            found = self._load(found.years.longer(back=False))
        at = bisect_left(found.before, wanted) - 1  # an exact fit ends at closing, not at the next opening
        return found.starts[at] + wanted - found.before[at]

    def before(self, instant: int, year: int, length: int) -> int:
        """The latest instant with `length` (> 0) open microseconds between it and `instant`."""
        found = self._around(year, year)
        while (wanted := self._passed(found, instant) - length) < 0:
            found = self._load(found.years.longer(back=True))
        at = bisect_right(found.before, wanted) - 1
        return found.starts[at] + wanted - found.before[at]

    def between(self, start: int, start_year: int, end: int, end_year: int) -> int:
        """Open microseconds from `start` to `end`; 0 if `end` is not later."""
        if end <= start:
            return 0
        found = self._around(start_year, end_year)
        return self._passed(found, end) - self._passed(found, start)


# Calendars are built anew for each request; equal ones share their arrays here.
@lru_cache(maxsize=256)
def working_days(country: str, own_days: OwnDays) -> WorkingDays:
    """The shared working days of a country with these own days."""
    return WorkingDays(country, own_days)


@lru_cache(maxsize=256)
def open_time(zone: ZoneInfo, country: str, own_days: OwnDays, opening: Opening) -> OpenTime:
    """The shared open time of a zone, country, own days and opening."""
    return OpenTime(zone, working_days(country, own_days), opening)
