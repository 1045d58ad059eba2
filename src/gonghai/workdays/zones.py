"""Turn wall clocks into instants that never run backwards, also where clocks are put forward or back at midnight."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

# Outside these years neither zones nor holidays mean anything; a bound also keeps every search finite.
FIRST_YEAR = 1700
LAST_YEAR = 2500

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


def as_utc(instant: datetime) -> datetime:
    """The same instant in UTC. Raises ValueError for a naive one, and for one outside the supported years."""
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise ValueError(f"an instant needs a time zone: {instant.isoformat()}")
    if not FIRST_YEAR < instant.year < LAST_YEAR:
        raise ValueError(f"an instant must lie between the years {FIRST_YEAR} and {LAST_YEAR}: {instant.isoformat()}")
    return instant if instant.tzinfo is UTC else instant.astimezone(UTC)


def to_micros(instant: datetime) -> int:
    """Whole microseconds since 1970-01-01 00:00 UTC."""
    since = instant - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def from_micros(micros: int) -> datetime:
    """The UTC instant that many microseconds after 1970-01-01 00:00 UTC."""
    return _EPOCH + timedelta(microseconds=micros)


def first_instant(zone: ZoneInfo, wall: datetime) -> datetime:
    """The earliest UTC instant at which the clocks of `zone` show the naive time `wall` or a later one."""
    # fold=0 is the earlier of two passes; in a gap it lands behind the jump and fold=1 before it (PEP 495).
    late = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if late.astimezone(zone).replace(tzinfo=None) == wall:
        return late
    early = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while late - early > _SECOND:
        middle = early + (late - early) // (2 * _SECOND) * _SECOND
        if middle.astimezone(zone).replace(tzinfo=None) >= wall:
            late = middle
        else:
            early = middle
    return late


@lru_cache(maxsize=1 << 16)
def day_start(zone: ZoneInfo, day: int) -> datetime:
    """The first instant of the local date with this ordinal; a date the zone skipped starts with the next one."""
    return first_instant(zone, datetime.combine(date.fromordinal(day), time()))


def day_of(zone: ZoneInfo, instant: datetime) -> int:
    """The ordinal of the local date at this UTC instant.

    A date that has begun stays begun: clocks put back over midnight repeat minutes of the old date in the new one.
    """
    day = instant.astimezone(zone).toordinal()
    return day + 1 if day_start(zone, day + 1) <= instant else day
