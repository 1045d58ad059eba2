"""What the rest of the product may use of working days: calendars, lengths of time, and the arithmetic between them.

Pure: no clock is read here, no database is known. Every instant that goes in is aware, every one that comes out is UTC.
"""

from gonghai.workdays.calendar import CHINA, DEFAULT_OPENING, Calendar
from gonghai.workdays.deadlines import (
    add,
    after_next_opening_day,
    cutoff,
    elapsed,
    end_of_day,
    end_of_working_day,
    local_date,
    local_midnight,
    quarter_after,
    quarter_before,
)
from gonghai.workdays.length import LONGEST, UNITS, Length, Unit
from gonghai.workdays.published import PublishedDay, known_countries, named_days

__all__ = [
    "CHINA",
    "DEFAULT_OPENING",
    "LONGEST",
    "UNITS",
    "Calendar",
    "Length",
    "PublishedDay",
    "Unit",
    "add",
    "after_next_opening_day",
    "cutoff",
    "elapsed",
    "end_of_day",
    "end_of_working_day",
    "known_countries",
    "local_date",
    "local_midnight",
    "named_days",
    "quarter_after",
    "quarter_before",
]
