"""Reads dates and times as people and programs write them, refusing what could be two different days."""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from gonghai.exchange.faults import BadValueError

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = r"(?P<mon>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DAY_FORMS = tuple(
    re.compile(form)
    for form in (
        r"(?P<y>\d{4})(?P<sep>[-/.])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})(?!\d)",
        r"(?P<y>\d{4}) ?年 ?(?P<m>\d{1,2}) ?月 ?(?P<d>\d{1,2}) ?[日号]?",
        r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?!\d)",
        r"(?P<first>\d{1,2})(?P<sep>[-/.])(?P<second>\d{1,2})(?P=sep)(?P<y>\d{4})(?!\d)",
        rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[ -]?{_MONTH}[ ,-]*(?P<y>\d{{4}})(?!\d)",
        rf"{_MONTH} ?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[ ,]+(?P<y>\d{{4}})(?!\d)",
    )
)
_CLOCK = re.compile(
    r"(?P<before>上午|下午|晚上|中午|凌晨)? ?"
    r"(?P<h>\d{1,2})(?::|时|点)(?:(?P<min>\d{1,2})分?(?::?(?P<s>\d{1,2})秒?(?:[.,]\d{1,9})?)?)?"
    r" ?(?P<after>am|pm)?"
    r" ?(?P<zone>z|utc|gmt|[+-]\d{2}:?\d{2}|[+-]\d{2})?"
)
_YEARS = range(1900, 2200)


def parse_moment(text: str, zone: tzinfo) -> date | datetime:
    """A date, or an instant in UTC where a time is given; without an offset it is local time in `zone`.

    Raises BadValueError: `bad_date`, `impossible_date` (31 February), `ambiguous_date` (01/02/2024).
    """
    folded = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    found = next((match for form in _DAY_FORMS if (match := form.match(folded))), None)
    if found is None:
        raise BadValueError("bad_date")
    day = _day(found)
    rest = folded[found.end() :].lstrip(" ,").removeprefix("t").strip()
    if not rest:
        return day
    clock = _CLOCK.fullmatch(rest)
    if clock is None:
        raise BadValueError("bad_date")
    try:
        local = datetime.combine(day, _time(clock), _offset(clock["zone"]) or zone)
    except ValueError as error:
        raise BadValueError("impossible_date") from error
    return local.astimezone(UTC)


def parse_day(text: str, zone: tzinfo) -> date:
    """A date; of an instant, the date it has in `zone`. Raises as parse_moment."""
    moment = parse_moment(text, zone)
    return moment.astimezone(zone).date() if isinstance(moment, datetime) else moment


def parse_instant(text: str, zone: tzinfo) -> datetime:
    """An instant in UTC; of a bare date, the beginning of that day in `zone`. Raises as parse_moment."""
    moment = parse_moment(text, zone)
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time(), zone).astimezone(UTC)


def _day(found: re.Match[str]) -> date:
    parts = found.groupdict()
    year = int(parts["y"])
    if parts.get("first"):
        month, day = _month_and_day(int(parts["first"]), int(parts["second"]))
    else:
        day = int(parts["d"])
        month = _MONTHS.index(parts["mon"]) + 1 if parts.get("mon") else int(parts["m"])
    if year not in _YEARS:
        raise BadValueError("impossible_date")
    try:
        return date(year, month, day)
    except ValueError as error:
        raise BadValueError("impossible_date") from error


def _month_and_day(first: int, second: int) -> tuple[int, int]:
    if first == second or second > 12 >= first:
        return first, second
    if first > 12 >= second:
        return second, first
    if first > 12:
        raise BadValueError("impossible_date")
    raise BadValueError("ambiguous_date", one=f"{first}-{second}", other=f"{second}-{first}")


def _time(clock: re.Match[str]) -> time:
    hour, half = int(clock["h"]), clock["before"] or clock["after"]
    if half in ("上午", "凌晨", "am"):
        hour = 0 if hour == 12 else hour
    elif half == "中午":
        hour += 12 if hour < 6 else 0
    elif half:
        hour += 12 if hour < 12 else 0
    return time(hour, int(clock["min"] or 0), int(clock["s"] or 0))


def _offset(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text in ("z", "utc", "gmt"):
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)
