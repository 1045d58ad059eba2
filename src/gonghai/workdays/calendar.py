"""A company's calendar: its zone, which days it works, and when it is open."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from zoneinfo import ZoneInfo

from gonghai.workdays.published import CHINA, check_country, china_table_ends, table_version
from gonghai.workdays.spans import Opening, OpenTime, OwnDays, WorkingDays, open_time, working_days
from gonghai.workdays.zones import as_utc, day_of

__all__ = ["CHINA", "DEFAULT_OPENING", "Calendar"]

DEFAULT_OPENING: Opening = ((time(9), time(18)),)

_DAY_MINUTES = 24 * 60
_SHORTEST_DAY_MINUTES = 60


@dataclass(frozen=True)
class Calendar:
    """Decides which local days work and which hours are open.

    `own_days` lie on top of the country's table: True works, False is off. `opening` are local (from, to) intervals of
    every working day; time(0, 0) as a closing time is the end of the day. Raises ValueError for an unknown country, for
    own days that are not dates with a bool, and for intervals that are empty, out of order or overlapping.
    """

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    country: str = CHINA
    own_days: Mapping[date, bool] = field(default_factory=dict)
    opening: Opening = DEFAULT_OPENING

    def __post_init__(self) -> None:
        if not self.zone.key:
            raise ValueError("a calendar's zone needs a name, such as Asia/Shanghai")
        check_country(self.country)
        for day, works in self.own_days.items():
            if type(day) is not date or not isinstance(works, bool):
                raise ValueError(f"an own day is a date with true (works) or false (off), not {day!r}: {works!r}")
        # A copy, so that a later change of the caller's mapping can't change what this calendar says.
        object.__setattr__(self, "own_days", dict(sorted(self.own_days.items())))
        object.__setattr__(self, "opening", _checked_opening(self.opening))

    def __hash__(self) -> int:
        return hash((self.zone.key, self.country, self._own, self.opening))

    def works(self, day: date) -> bool:
        """Whether the company works on this local date."""
        return self.days.works(day.toordinal())

    @cached_property
    def hash(self) -> str:
        """Stable hex digest of all that decides: zone, country, own days, opening, and the tables' versions."""
        deciding = {
            "zone": self.zone.key,
            "country": self.country,
            "own_days": [[day.isoformat(), works] for day, works in self._own],
            "opening": [[opens.isoformat(), closes.isoformat()] for opens, closes in self.opening],
            "table": table_version(self.country),
        }
        return hashlib.sha256(json.dumps(deciding, sort_keys=True).encode()).hexdigest()

    @property
    def table_ends(self) -> date | None:
        """The last day China's published table knows; None for countries whose days follow from rules."""
        return china_table_ends() if self.country == CHINA else None

    def notice(self, now: datetime, reach_days: int = 120) -> date | None:
        """The table's last day if deadlines set now may lie beyond it (`reach_days` local days ahead), else None.

        While it stands, an admin should be told that make-up days beyond that day are not known yet.
        """
        ends = self.table_ends
        if ends is None or day_of(self.zone, as_utc(now)) + reach_days <= ends.toordinal():
            return None
        return ends

    @cached_property
    def _own(self) -> OwnDays:
        return tuple(self.own_days.items())

    @cached_property
    def days(self) -> WorkingDays:
        """The working days as arrays; for the arithmetic of this package."""
        return working_days(self.country, self._own)

    @cached_property
    def open_time(self) -> OpenTime:
        """The open stretches as arrays; for the arithmetic of this package."""
        return open_time(self.zone, self.country, self._own, self.opening)


def _minutes(clock: time) -> float:
    return clock.hour * 60 + clock.minute + (clock.second + clock.microsecond / 1_000_000) / 60


def _checked_opening(opening: Opening) -> Opening:
    """The opening as a tuple of pairs. Raises ValueError in words an admin understands."""
    pairs = tuple((opens, closes) for opens, closes in opening)
    if not pairs:
        raise ValueError("a working day needs at least one opening interval")
    open_minutes, last_closing = 0.0, 0.0
    for opens, closes in pairs:
        words = f"{opens.isoformat('auto')}–{closes.isoformat('auto')}"
        if opens.tzinfo is not None or closes.tzinfo is not None:
            raise ValueError(f"opening times are local and carry no time zone: {words}")
        start, end = _minutes(opens), _minutes(closes) or float(_DAY_MINUTES)
        if end <= start:
            raise ValueError(f"an opening interval must end after it starts: {words}")
        if start < last_closing:
            raise ValueError(f"opening intervals must be in order and not overlap: {words}")
        open_minutes, last_closing = open_minutes + end - start, end
    if open_minutes < _SHORTEST_DAY_MINUTES:
        raise ValueError("the opening intervals of a day must add up to at least one hour")
    return pairs
