"""The days of China from 2026 into 2027, and what a person reads off a calendar: next openings, quarters of a length.

Of 2027 only the holidays by law are known as yet: no day is made up for.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from tests.properties.oracle import CLOSES, DAY, OPENS, china_2026, local_day, midnight

# New Year's Eve of the lunar year is Friday, 5 February; where a day of the feast falls on a weekend, a working day
# behind it is off instead.
_OFF_2027 = ("01-01", "02-05", "02-08", "02-09", "02-10", "04-05", "05-03", "05-04", "06-09")
MICROSECOND = timedelta(microseconds=1)
LAST = date(2027, 8, 31)


def china() -> dict[date, bool]:
    """Every day of 2026, and of 2027 until the end of August: whether China works."""
    days = china_2026()
    day = date(2027, 1, 1)
    while day <= LAST:
        days[day] = day.weekday() < 5
        day += DAY
    return days | {date.fromisoformat(f"2027-{text}"): False for text in _OFF_2027}


def notice_ends(warned: datetime, works: Mapping[date, bool]) -> datetime:
    """The end of the first working day whose opening lies after the warning."""
    day = local_day(warned)
    while not works[day] or midnight(day) + OPENS <= warned:
        day += DAY
    return midnight(day + DAY)


def is_short(n: int, unit: str) -> bool:
    """Told once, at a quarter left: lengths in hours, and those of less than three days."""
    return unit in ("hours", "working_hours") or n < 3


def quarter_left(ends: datetime, n: int, unit: str, works: Mapping[date, bool]) -> datetime:
    """The last instant at which a whole quarter of the length is left; of working hours by the open ones."""
    if unit == "hours":
        return ends - timedelta(hours=n) / 4
    if unit != "working_hours":
        return ends - timedelta(days=n) / 4
    left = timedelta(hours=n) / 4
    for opens, closes in _openings_before(ends, works):
        if closes - opens >= left:
            return closes - left
        left -= closes - opens
    raise AssertionError("it was never open")


def _openings_before(ends: datetime, works: Mapping[date, bool]) -> Iterator[tuple[datetime, datetime]]:
    day = local_day(ends)
    while True:
        opens, closes = midnight(day) + OPENS, min(ends, midnight(day) + CLOSES)
        if works[day] and opens < closes:
            yield opens, closes
        day -= DAY
