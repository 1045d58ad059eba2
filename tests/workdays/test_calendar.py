"""Holds which days work, what a calendar refuses, and when an admin must be told that the table is running out."""

import pickle
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from gonghai.workdays import Calendar, Length, add

LUNAR_NEW_YEAR = {2027: date(2027, 2, 6), 2028: date(2028, 1, 26), 2029: date(2029, 2, 13), 2030: date(2030, 2, 3)}


def year_beyond_the_table() -> int:
    ends = Calendar().table_ends
    assert ends is not None
    return ends.year + 1


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 9, 20), True),  # a Sunday made up for National Day
        (date(2026, 9, 25), False),  # Mid-Autumn, a Friday
        (date(2026, 9, 30), True),
        (date(2026, 10, 1), False),
        (date(2026, 10, 7), False),
        (date(2026, 10, 8), True),
        (date(2026, 10, 10), True),  # a Saturday made up
        (date(2026, 10, 11), False),
    ],
)
def test_china_works_its_make_up_days_and_rests_on_its_holidays(day: date, works: bool) -> None:
    assert Calendar().works(day) is works


def test_own_days_lie_on_top_of_the_table() -> None:
    ours = Calendar(own_days={date(2026, 10, 1): True, date(2026, 10, 8): False})
    assert ours.works(date(2026, 10, 1))
    assert not ours.works(date(2026, 10, 8))
    assert not ours.works(date(2026, 10, 2))


def test_the_table_ends_with_its_last_published_year() -> None:
    ends = Calendar().table_ends
    assert ends is not None
    assert (ends.month, ends.day) == (12, 31)
    assert ends.year >= 2026
    assert Calendar(country="DE", zone=ZoneInfo("Europe/Berlin")).table_ends is None


def test_beyond_the_table_weekends_and_statutory_days_are_off() -> None:
    year = year_beyond_the_table()
    china = Calendar()
    assert not china.works(date(year, 1, 1))
    assert not china.works(date(year, 10, 1))
    assert not china.works(LUNAR_NEW_YEAR[year])
    assert not china.works(LUNAR_NEW_YEAR[year] + timedelta(days=1))
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    assert not any(china.works(day) for day in days if day.weekday() >= 5)
    assert sum(china.works(day) for day in days) > 240


def test_a_deadline_may_run_across_the_end_of_the_table() -> None:
    year = year_beyond_the_table()
    shanghai = ZoneInfo("Asia/Shanghai")
    # Works on 31 December are counted from the day after, and New Year's Day is off.
    first = date(year, 1, 2)
    while not Calendar().works(first):
        first += timedelta(days=1)
    due = add(datetime(year - 1, 12, 31, 10, tzinfo=shanghai), Length(1, "working_days"), Calendar())
    assert due == datetime.combine(first + timedelta(days=1), time(), shanghai)


def test_before_the_table_begins_days_are_answered_too() -> None:
    assert not Calendar().works(date(1999, 10, 1))
    assert Calendar().works(date(1999, 10, 13))


def test_other_countries_follow_their_own_holidays_and_weekends() -> None:
    germany = Calendar(zone=ZoneInfo("Europe/Berlin"), country="DE")
    assert not germany.works(date(2026, 10, 3))
    assert germany.works(date(2026, 10, 1))
    egypt = Calendar(zone=ZoneInfo("Africa/Cairo"), country="EG")
    assert egypt.works(date(2026, 8, 2))  # a Sunday
    assert not egypt.works(date(2026, 7, 31))  # a Friday


def test_a_new_year_observed_in_december_is_off() -> None:
    assert not Calendar(zone=ZoneInfo("America/New_York"), country="US").works(date(2021, 12, 31))


def test_the_notice_stands_as_soon_as_deadlines_reach_beyond_the_table() -> None:
    ends = Calendar().table_ends
    assert ends is not None
    evening = datetime.combine(ends, time(20), ZoneInfo("Asia/Shanghai"))
    assert Calendar().notice(evening - timedelta(days=30), reach_days=30) is None
    assert Calendar().notice(evening - timedelta(days=29), reach_days=30) == ends
    assert Calendar().notice(evening + timedelta(days=400), reach_days=30) == ends
    assert Calendar(country="DE").notice(evening) is None


def test_the_hash_changes_with_everything_that_decides_and_with_nothing_else() -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    first, second = date(2026, 5, 6), date(2026, 5, 7)
    different = [
        Calendar(),
        Calendar(zone=ZoneInfo("Asia/Urumqi")),
        Calendar(country="DE"),
        Calendar(own_days={first: False}),
        Calendar(own_days={first: True}),
        Calendar(opening=((time(9), time(17)),)),
    ]
    assert len({calendar.hash for calendar in different}) == len(different)
    assert Calendar().hash == Calendar(shanghai, "CN", {}, ((time(9), time(18)),)).hash
    one_way, other_way = (
        Calendar(own_days={first: True, second: False}),
        Calendar(own_days={second: False, first: True}),
    )
    assert one_way.hash == other_way.hash
    assert one_way == other_way
    assert hash(one_way) == hash(other_way)


def test_a_calendar_does_not_change_with_the_mapping_it_was_made_from() -> None:
    own = {date(2026, 10, 8): False}
    calendar = Calendar(own_days=own)
    before = calendar.hash
    own[date(2026, 10, 9)] = False
    assert calendar.works(date(2026, 10, 9))
    assert calendar.hash == before


def test_a_calendar_survives_a_trip_to_another_process() -> None:
    calendar = Calendar(own_days={date(2026, 10, 8): False})
    add(datetime(2026, 10, 1, tzinfo=UTC), Length(1, "working_hours"), calendar)
    assert pickle.loads(pickle.dumps(calendar)) == calendar


@pytest.mark.parametrize(
    ("opening", "says"),
    [
        ((), "at least one opening"),
        (((time(9), time(9)),), "must end after it starts"),
        (((time(18), time(9)),), "must end after it starts"),
        (((time(13), time(18)), (time(9), time(12))), "in order"),
        (((time(9), time(13)), (time(12), time(18))), "not overlap"),
        (((time(9), time(0)), (time(0), time(8))), "in order"),
        (((time(9), time(9, 30)),), "at least one hour"),
        (((time(9, tzinfo=UTC), time(18)),), "no time zone"),
    ],
)
def test_an_opening_that_makes_no_sense_is_refused_in_words(opening: tuple[tuple[time, time], ...], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Calendar(opening=opening)


@pytest.mark.parametrize(
    "opening",
    [
        ((time(9), time(12)), (time(12), time(18))),
        ((time(0), time(0)),),
        ((time(6), time(7)), (time(22), time(0))),
    ],
)
def test_openings_may_touch_and_may_end_at_midnight(opening: tuple[tuple[time, time], ...]) -> None:
    assert Calendar(opening=opening).opening == opening


def test_unknown_countries_and_own_days_that_are_no_dates_are_refused() -> None:
    with pytest.raises(ValueError, match="XX"):
        Calendar(country="XX")
    with pytest.raises(ValueError, match="own day"):
        Calendar(own_days={datetime(2026, 1, 1, tzinfo=UTC): True})
    with pytest.raises(ValueError, match="own day"):
        Calendar(own_days={date(2026, 1, 1): 1})  # type: ignore[dict-item]


@pytest.mark.parametrize("year", [1, 1700, 2500, 9999])
def test_days_outside_the_supported_years_are_refused(year: int) -> None:
    with pytest.raises(ValueError, match="years"):
        Calendar().works(date(year, 6, 1))
