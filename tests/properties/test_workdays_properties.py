"""Holds `add`, `cutoff` and `elapsed` to a naive count by days and minutes that shares no code with them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import chinese_calendar
import holidays
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gonghai.workdays import (
    UNITS,
    Calendar,
    Length,
    add,
    after_next_opening_day,
    cutoff,
    elapsed,
    end_of_day,
    local_date,
    local_midnight,
    quarter_after,
    quarter_before,
)

MICROSECOND = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
COUNTRY_OF = {
    "Asia/Shanghai": "CN",
    "America/New_York": "US",
    "Europe/Berlin": "DE",
    "America/Sao_Paulo": "BR",  # put its clocks forward at midnight until 2018
    "Africa/Cairo": "EG",  # does so since 2023; weekends are Friday and Saturday
    "America/Havana": "CU",  # repeats midnight
    "America/St_Johns": "CA",  # until 2011 went back over midnight
    "Pacific/Apia": "WS",  # left out 2011-12-30
}
# Where clocks jump, and round China's holidays and the end of its table: what random instants would rarely meet.
TURNS = [
    datetime(2018, 11, 4, 3, tzinfo=UTC),
    datetime(2018, 2, 18, 2, tzinfo=UTC),
    datetime(2024, 4, 25, 22, tzinfo=UTC),
    datetime(2024, 10, 31, 21, tzinfo=UTC),
    datetime(2023, 3, 12, 5, tzinfo=UTC),
    datetime(2023, 11, 5, 5, tzinfo=UTC),
    datetime(2006, 10, 29, 2, 31, tzinfo=UTC),
    datetime(2007, 3, 11, 3, 31, tzinfo=UTC),
    datetime(2011, 12, 30, 10, tzinfo=UTC),
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 9, 30, 2, tzinfo=UTC),
    datetime(2026, 10, 10, 16, tzinfo=UTC),
    datetime(2026, 12, 31, 16, tzinfo=UTC),
]
OPENINGS = [
    ((time(9), time(18)),),
    ((time(8, 30), time(12)), (time(14), time(17, 45))),
    ((time(0), time(1)), (time(22), time(0))),  # where midnight jumps, the first is gone
    ((time(0), time(0)),),
]

instants = st.one_of(
    st.datetimes(datetime(2005, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.builds(
        lambda turn, minutes, micros: turn + minutes * MINUTE + micros * MICROSECOND,
        st.sampled_from(TURNS),
        st.integers(-3000, 3000) | st.integers(-90, 90),
        st.integers(-1, 1),
    ),
)
lengths = st.one_of(
    st.builds(Length, st.integers(1, 400), st.just("hours")),
    st.builds(Length, st.integers(1, 40), st.just("days")),
    st.builds(Length, st.integers(1, 30), st.just("working_days")),
    st.builds(Length, st.integers(1, 60), st.just("working_hours")),
)


@st.composite
def calendars(draw: st.DrawFn, near: datetime) -> Calendar:
    """A calendar whose own days, if any, lie where the count will pass."""
    zone = draw(st.sampled_from(list(COUNTRY_OF)))
    country = draw(st.sampled_from(["CN", COUNTRY_OF[zone]]))
    days = st.integers(-40, 40).map(lambda n: near.date() + n * DAY)
    own = draw(st.dictionaries(days, st.booleans(), max_size=6))
    return Calendar(ZoneInfo(zone), country, own, draw(st.sampled_from(OPENINGS)))


@st.composite
def cases(draw: st.DrawFn) -> tuple[datetime, Length, Calendar]:
    start = draw(instants)
    return start, draw(lengths), draw(calendars(start))


@cache
def country_table(country: str) -> holidays.HolidayBase:
    return holidays.country_holidays(country, years=range(2003, 2035), expand=False)


def naive_works(calendar: Calendar, day: date) -> bool:
    if day in calendar.own_days:
        return calendar.own_days[day]
    if calendar.country == "CN":
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            pass
    return country_table(calendar.country).is_working_day(day)


@cache
def naive_first(zone: str, wall: datetime) -> datetime:
    """Tries minute after minute until the clock shows that time or later."""
    instant = wall.replace(tzinfo=UTC) - 15 * HOUR
    while (instant + HOUR).astimezone(ZoneInfo(zone)).replace(tzinfo=None) < wall - 2 * HOUR:
        instant += HOUR
    while instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) < wall:
        instant += MINUTE
    return instant


def naive_start_of(calendar: Calendar, day: date) -> datetime:
    return naive_first(calendar.zone.key, datetime.combine(day, time()))


def naive_date(calendar: Calendar, instant: datetime) -> date:
    """The latest date that has begun."""
    day = (instant - DAY).date()
    while naive_start_of(calendar, day + DAY) <= instant:
        day += DAY
    return day


def naive_open(calendar: Calendar, day: date) -> Iterator[tuple[datetime, datetime]]:
    while True:
        yield from naive_open_on(calendar, day)
        day += DAY


def naive_open_on(calendar: Calendar, day: date) -> list[tuple[datetime, datetime]]:
    spans = []
    for opens, closes in calendar.opening if naive_works(calendar, day) else ():
        start = naive_first(calendar.zone.key, datetime.combine(day, opens))
        last_day = day + DAY if closes == time() else day
        spans.append((start, naive_first(calendar.zone.key, datetime.combine(last_day, closes))))
    return spans


def naive_add(start: datetime, length: Length, calendar: Calendar) -> datetime:
    if length.unit == "hours":
        return start + length.n * HOUR
    day = naive_date(calendar, start)
    if length.unit == "working_hours":
        left = length.n * HOUR
        for opens, closes in naive_open(calendar, day):
            here = max(timedelta(), closes - max(opens, start))
            if here >= left:
                return max(opens, start) + left
            left -= here
    left_days = length.n
    while left_days:
        day += DAY
        left_days -= length.unit == "days" or naive_works(calendar, day)
    return naive_start_of(calendar, day + DAY)


quick = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(cases())
def test_add_agrees_with_counting_day_by_day(case: tuple[datetime, Length, Calendar]) -> None:
    start, length, calendar = case
    assert add(start, length, calendar) == naive_add(start, length, calendar)


@quick
@given(cases())
def test_the_cutoff_is_the_latest_start_that_is_due(case: tuple[datetime, Length, Calendar]) -> None:
    now, length, calendar = case
    last = cutoff(now, length, calendar)
    assert add(last, length, calendar) <= now < add(last + MICROSECOND, length, calendar)
    assert naive_add(last, length, calendar) <= now < naive_add(last + MICROSECOND, length, calendar)


@quick
@given(cases(), st.timedeltas(timedelta(), timedelta(days=3)) | st.integers(0, 2).map(lambda n: n * MICROSECOND))
def test_a_later_start_is_never_due_earlier(case: tuple[datetime, Length, Calendar], later: timedelta) -> None:
    start, length, calendar = case
    assert add(start, length, calendar) <= add(start + later, length, calendar)
    assert cutoff(start, length, calendar) <= cutoff(start + later, length, calendar)


@quick
@given(cases(), st.timedeltas(timedelta(days=-1), timedelta(days=60)), st.booleans())
def test_due_late_by_cutoff_and_elapsed_mean_the_same(
    case: tuple[datetime, Length, Calendar], gap: timedelta, at_the_edge: bool
) -> None:
    start, length, calendar = case
    now = add(start, length, calendar) + (gap // DAY - 1) * MICROSECOND if at_the_edge else start + gap
    due = add(start, length, calendar) <= now
    assert (start <= cutoff(now, length, calendar)) is due
    assert (elapsed(start, now, length.unit, calendar) >= length.n) is due


@quick
@given(cases())
def test_local_dates_begin_with_their_midnight_and_end_with_the_next(case: tuple[datetime, Length, Calendar]) -> None:
    now, _, calendar = case
    today = local_date(now, calendar)
    assert today == naive_date(calendar, now)
    assert local_midnight(now, calendar) == naive_start_of(calendar, today)
    assert local_midnight(now, calendar) <= now < end_of_day(today, calendar)


@quick
@given(cases(), st.none() | st.integers(-1, 1))
def test_the_notice_floor_lies_a_whole_opening_behind_the_warning(
    case: tuple[datetime, Length, Calendar], from_opening: int | None
) -> None:
    warned, _, calendar = case
    opening = calendar.opening[0][0]
    day = naive_date(calendar, warned)
    if from_opening is not None:
        warned = naive_first(calendar.zone.key, datetime.combine(day, opening)) + from_opening * MICROSECOND
        day = naive_date(calendar, warned)
    while not (naive_works(calendar, day) and naive_first(calendar.zone.key, datetime.combine(day, opening)) > warned):
        day += DAY
    assert after_next_opening_day(warned, calendar) == naive_start_of(calendar, day + DAY)


def naive_quarter_before(end: datetime, length: Length, calendar: Calendar) -> datetime:
    """Goes back opening by opening until a quarter of the length lies behind."""
    left = length.n * HOUR / 4
    if length.unit != "working_hours":
        return end - (left if length.unit == "hours" else left * 24)
    day = naive_date(calendar, end)
    while True:
        spans = [span for span in naive_open_on(calendar, day) if span[0] < end]
        for opens, closes in reversed(spans):
            here = max(timedelta(), min(closes, end) - opens)
            if here and here >= left:
                return min(closes, end) - left
            left -= here
        day -= DAY


@quick
@given(cases())
def test_a_quarter_left_is_counted_back_through_the_open_hours(case: tuple[datetime, Length, Calendar]) -> None:
    end, length, calendar = case
    assert quarter_before(end, length, calendar) == naive_quarter_before(end, length, calendar)


@quick
@given(cases())
def test_the_latest_end_of_which_a_quarter_is_left_now(case: tuple[datetime, Length, Calendar]) -> None:
    now, length, calendar = case
    last = quarter_after(now, length, calendar)
    assert quarter_before(last, length, calendar) <= now < quarter_before(last + MICROSECOND, length, calendar)


@quick
@given(cases(), st.timedeltas(timedelta(), timedelta(days=3)) | st.integers(0, 2).map(lambda n: n * MICROSECOND))
def test_a_later_end_never_has_its_quarter_earlier(case: tuple[datetime, Length, Calendar], later: timedelta) -> None:
    end, length, calendar = case
    assert quarter_before(end, length, calendar) <= quarter_before(end + later, length, calendar)
    assert quarter_after(end, length, calendar) <= quarter_after(end + later, length, calendar)


@settings(max_examples=40, deadline=None)
@given(st.lists(instants, min_size=2, max_size=6), st.sampled_from(UNITS))
def test_answers_do_not_depend_on_what_was_asked_before(asked: list[datetime], unit: str) -> None:
    """The arrays grow with the questions; a question's place in the row must not show."""
    length = Length.parse(f"20 {unit}")
    # An own day far away makes a calendar of its own, whose arrays start empty.
    forward = Calendar(own_days={date(2090, 1, 1): True, asked[0].date(): False})
    backward = Calendar(own_days={date(2090, 1, 2): True, asked[0].date(): False})
    there = [(add(one, length, forward), cutoff(one, length, forward)) for one in asked]
    back = [(add(one, length, backward), cutoff(one, length, backward)) for one in reversed(asked)]
    assert there == back[::-1]
