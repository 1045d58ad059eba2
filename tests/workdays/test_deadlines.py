"""Holds the worked deadlines: National Day, opening hours, midnights skipped or repeated, and the notice floor."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from gonghai.workdays import (
    LONGEST,
    UNITS,
    Calendar,
    Length,
    Unit,
    add,
    after_next_opening_day,
    cutoff,
    elapsed,
    end_of_day,
    end_of_working_day,
    local_date,
    local_midnight,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = Calendar()
MICROSECOND = timedelta(microseconds=1)


def at(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


def test_three_working_days_across_national_day_end_with_the_make_up_saturday() -> None:
    claimed, length = at(9, 30, 10), Length(3, "working_days")
    assert add(claimed, length, CHINA) == at(10, 11)
    assert not claimed <= cutoff(at(10, 10, 23), length, CHINA)
    assert claimed <= cutoff(at(10, 11, 0, 1), length, CHINA)
    assert cutoff(at(10, 11), length, CHINA) == at(10, 8) - MICROSECOND


def test_subtracting_working_days_from_now_would_take_a_customer_too_early() -> None:
    now, length = at(10, 10, 23), Length(3, "working_days")
    back, left = now, length.n
    while left:
        back -= timedelta(days=1)
        left -= CHINA.works(back.date())
    claimed = at(9, 30, 10)
    assert back == at(9, 30, 23)
    assert claimed <= back
    assert cutoff(now, length, CHINA) < claimed


def test_a_make_up_sunday_counts_and_a_festival_friday_does_not() -> None:
    assert add(at(9, 18, 10), Length(1, "working_days"), CHINA) == at(9, 21)
    assert add(at(9, 24, 10), Length(1, "working_days"), CHINA) == at(9, 29)


def test_days_end_with_the_nth_local_day_after_the_start() -> None:
    assert add(at(9, 1, 10), Length(30, "days"), CHINA) == at(10, 2)
    assert add(at(9, 1), Length(1, "days"), CHINA) == add(at(9, 2) - MICROSECOND, Length(1, "days"), CHINA) == at(9, 3)


def test_hours_are_exact_to_the_microsecond() -> None:
    start = at(9, 30, 10) + 7 * MICROSECOND
    assert add(start, Length(4, "hours"), CHINA) == at(9, 30, 14) + 7 * MICROSECOND
    assert cutoff(at(9, 30, 14), Length(4, "hours"), CHINA) == at(9, 30, 10)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        (at(9, 29, 10), 4, at(9, 29, 14)),
        (at(9, 29, 14), 4, at(9, 29, 18)),  # an exact fit ends at closing
        (at(9, 29, 9), 9, at(9, 29, 18)),
        (at(9, 29, 15), 4, at(9, 30, 10)),
        (at(9, 29, 3), 4, at(9, 29, 13)),  # before opening
        (at(9, 29, 18), 4, at(9, 30, 13)),  # at closing
        (at(9, 30, 17), 4, at(10, 8, 12)),  # over the holiday
        (at(10, 3, 12), 4, at(10, 8, 13)),
    ],
)
def test_working_hours_run_inside_the_opening_only(start: datetime, hours: int, due: datetime) -> None:
    assert add(start, Length(hours, "working_hours"), CHINA) == due


def test_working_hours_rest_over_lunch_and_run_to_midnight() -> None:
    lunch = Calendar(opening=((time(9), time(12)), (time(14), time(0))))
    assert add(at(9, 29, 11), Length(1, "working_hours"), lunch) == at(9, 29, 12)
    assert add(at(9, 29, 11), Length(2, "working_hours"), lunch) == at(9, 29, 15)
    assert add(at(9, 29, 23), Length(1, "working_hours"), lunch) == at(9, 30)
    assert add(at(9, 29, 23), Length(2, "working_hours"), lunch) == at(9, 30, 10)


def test_the_cutoff_of_working_hours_at_night_takes_all_who_started_before_the_next_opening() -> None:
    # 4 working hours from 14:00 end at closing; from then until the next opening nothing more falls due.
    assert cutoff(at(9, 29, 18), Length(4, "working_hours"), CHINA) == at(9, 29, 14)
    assert cutoff(at(9, 30, 9), Length(4, "working_hours"), CHINA) == at(9, 29, 14)
    # 9 open hours back is yesterday's closing; whoever started between it and this morning's opening is due too.
    assert cutoff(at(9, 29, 18), Length(9, "working_hours"), CHINA) == at(9, 29, 9)


@pytest.mark.parametrize(
    ("zone", "day", "first"),
    [
        # Clocks go from 00:00 to 01:00, so the day starts at 01:00.
        ("America/Sao_Paulo", date(2018, 11, 4), datetime(2018, 11, 4, 3, tzinfo=UTC)),
        ("Africa/Cairo", date(2024, 4, 26), datetime(2024, 4, 25, 22, tzinfo=UTC)),
        # 23:30 to 00:30: the day starts at 00:30.
        ("America/Toronto", date(1919, 3, 31), datetime(1919, 3, 31, 4, 30, tzinfo=UTC)),
        # 00:00 back to 23:00: the hour before midnight comes twice, midnight once.
        ("America/Sao_Paulo", date(2018, 2, 18), datetime(2018, 2, 18, 3, tzinfo=UTC)),
        # 01:00 back to 00:00: the first of two midnights.
        ("America/Havana", date(2023, 11, 5), datetime(2023, 11, 5, 4, tzinfo=UTC)),
        # 00:01 back to 23:01: the date begins, is taken back for an hour, and goes on.
        ("America/St_Johns", date(2006, 10, 29), datetime(2006, 10, 29, 2, 30, tzinfo=UTC)),
        # A whole date left out: it ends as it begins.
        ("Pacific/Apia", date(2011, 12, 30), datetime(2011, 12, 30, 10, tzinfo=UTC)),
        ("Pacific/Apia", date(2011, 12, 31), datetime(2011, 12, 30, 10, tzinfo=UTC)),
    ],
)
def test_a_day_starts_with_its_first_instant_even_without_a_midnight(zone: str, day: date, first: datetime) -> None:
    assert end_of_day(day - timedelta(days=1), Calendar(zone=ZoneInfo(zone))) == first


def test_a_date_that_has_begun_stays_begun_when_clocks_go_back_over_midnight() -> None:
    newfoundland = Calendar(zone=ZoneInfo("America/St_Johns"), country="CA")
    begun = datetime(2006, 10, 29, 2, 30, tzinfo=UTC)
    again = begun + timedelta(minutes=20)  # the clock shows 23:21 of the 28th
    assert again.astimezone(newfoundland.zone).date() == date(2006, 10, 28)
    assert local_date(begun - MICROSECOND, newfoundland) == date(2006, 10, 28)
    assert local_date(begun, newfoundland) == local_date(again, newfoundland) == date(2006, 10, 29)
    assert local_midnight(again, newfoundland) == begun


def test_an_hour_that_clocks_skip_is_no_working_hour() -> None:
    # Sunday 2026-03-08, 02:00 becomes 03:00 in New York; open around the clock, on that day too.
    own = {date(2026, 3, 8): True}
    always = Calendar(ZoneInfo("America/New_York"), "US", own, ((time(0), time(0)),))
    start = datetime(2026, 3, 8, 0, tzinfo=always.zone)
    assert add(start, Length(23, "working_hours"), always) == datetime(2026, 3, 9, 0, tzinfo=always.zone)


@pytest.mark.parametrize(
    ("now", "days", "working_days", "hours", "working_hours"),
    [
        (at(9, 30, 9), 0, 0, 0, 0),  # before the start
        (at(9, 30, 11, 59), 0, 0, 1, 1),
        (at(10, 1), 0, 0, 14, 8),
        (at(10, 2), 1, 0, 38, 8),
        (at(10, 8, 23), 7, 0, 205, 17),
        (at(10, 9), 8, 1, 206, 17),
        (at(10, 11), 10, 3, 254, 35),
    ],
)
def test_elapsed_counts_what_is_over(
    now: datetime, days: int, working_days: int, hours: int, working_hours: int
) -> None:
    start = at(9, 30, 10)
    assert elapsed(start, now, "days", CHINA) == days
    assert elapsed(start, now, "working_days", CHINA) == working_days
    assert elapsed(start, now, "hours", CHINA) == hours
    assert elapsed(start, now, "working_hours", CHINA) == working_hours


@pytest.mark.parametrize(
    ("warned", "until"),
    [
        (at(9, 29, 3), at(9, 30)),  # the same day's opening still lies ahead
        (at(9, 29, 9) - MICROSECOND, at(9, 30)),
        (at(9, 29, 9), at(10, 1)),  # at the opening is not before it
        (at(9, 29, 17), at(10, 1)),
        (at(9, 30, 17), at(10, 9)),  # over the holiday
        (at(10, 3, 3), at(10, 9)),
        (at(10, 9, 20), at(10, 11)),  # the make-up Saturday is a working day
    ],
)
def test_notice_lasts_until_the_end_of_the_first_working_day_that_opens_after_the_warning(
    warned: datetime, until: datetime
) -> None:
    assert after_next_opening_day(warned, CHINA) == until


def test_protection_lasts_until_the_end_of_the_next_working_days() -> None:
    assert end_of_working_day(at(9, 30, 10), 3, CHINA) == at(10, 11)
    with pytest.raises(ValueError, match="between 1"):
        end_of_working_day(at(9, 30, 10), 0, CHINA)


def test_local_dates_and_midnights_are_those_of_the_zone() -> None:
    late = datetime(2026, 9, 29, 16, tzinfo=UTC)
    assert local_date(late, CHINA) == date(2026, 9, 30)
    assert local_date(late - MICROSECOND, CHINA) == date(2026, 9, 29)
    assert local_midnight(at(9, 30, 23), CHINA) == late
    assert end_of_day(date(2026, 9, 29), CHINA) == late


def test_results_are_utc_whatever_zone_came_in() -> None:
    new_york = at(9, 30, 10).astimezone(ZoneInfo("America/New_York"))
    for unit in ("hours", "days", "working_days", "working_hours"):
        length = Length.parse(f"3 {unit}")
        assert add(new_york, length, CHINA) == add(at(9, 30, 10), length, CHINA)
        assert add(new_york, length, CHINA).tzinfo is UTC
        assert cutoff(new_york, length, CHINA).tzinfo is UTC


def test_naive_and_far_off_instants_are_refused() -> None:
    naive = datetime(2026, 9, 30, 10)  # noqa: DTZ001
    far = datetime(9999, 1, 1, tzinfo=UTC)
    for unit in ("hours", "days", "working_days", "working_hours"):
        length = Length.parse(f"3 {unit}")
        for wrong in (naive, far):
            for refuse in (add, cutoff):
                with pytest.raises(ValueError, match="an instant"):
                    refuse(wrong, length, CHINA)
    for look in (local_date, local_midnight, after_next_opening_day):
        with pytest.raises(ValueError, match="time zone"):
            look(naive, CHINA)
    with pytest.raises(ValueError, match="a date"):
        end_of_day(date.max, CHINA)


@pytest.mark.parametrize("unit", UNITS)
def test_the_longest_lengths_have_a_deadline_and_a_cutoff(unit: Unit) -> None:
    germany, length, start = Calendar(country="DE"), Length(LONGEST[unit], unit), at(9, 30, 8)
    due = add(start, length, germany)
    assert due.year in range(2043, 2048)
    assert elapsed(start, due, unit, germany) == length.n
    last = cutoff(start, length, germany)
    assert last.year in range(2005, 2010)
    assert add(last, length, germany) <= start < add(last + MICROSECOND, length, germany)


def test_the_longest_length_on_the_shortest_opening_still_has_an_answer() -> None:
    short, length = Calendar(country="DE", opening=((time(9), time(10)),)), Length(40_000, "working_hours")
    due = add(at(9, 30, 8), length, short)
    assert due.year > 2150
    assert cutoff(due, length, short) >= at(9, 30, 8)
