"""What stands out of a person's days: beyond three times both medians and a floor; pure."""

from datetime import date, timedelta

from gonghai.analytics.unusual import Day, lines

TODAY = date(2026, 11, 25)


def days(person: int, *revealed: int, name: str = "revealed") -> list[Day]:
    """A person's days, today's first."""
    return [Day(person, TODAY - timedelta(days=n), **{name: each}) for n, each in enumerate(revealed)]


def test_beyond_three_times_both_medians_and_the_floor_comes_first() -> None:
    found = lines([*days(1, 4, 4, 4), *days(2, 13, 4, 4), *days(3, 12, 4, 4)], None, TODAY)
    assert [(line.person_id, line.unusual) for line in found] == [(2, 1), (3, 0), (1, 0)]
    figure = found[0].figures["revealed"]
    assert (figure.peak, figure.peak_day, figure.own_median, figure.all_median) == (13, TODAY, 4, 4)
    assert (figure.today, figure.last_7, figure.last_30) == (13, 21, 21)


def test_below_the_floor_nothing_is_remarkable() -> None:
    (line,) = lines(days(1, 4, 1, 1), None, TODAY)
    assert (line.figures["revealed"].peak, line.unusual) == (4, 0)


def test_who_always_does_much_is_not_unusual_nor_is_who_is_like_everybody() -> None:
    busy = days(1, 40, 38, 41, 39)
    assert [line.unusual for line in lines([*busy, *days(2, 2, 2, 2)], None, TODAY) if line.person_id == 1] == [0]
    # New to it, but no more than everybody.
    assert [line.unusual for line in lines([*busy, *days(2, 40)], None, TODAY) if line.person_id == 2] == [0]


def test_a_first_day_is_measured_against_the_others_not_against_itself() -> None:
    found = {line.person_id: line for line in lines([*days(1, 30), *days(2, 3, 3), *days(3, 2, 2)], None, TODAY)}
    figure = found[1].figures["revealed"]
    assert (figure.own_median, figure.all_median, figure.unusual) == (None, 2.5, True)


def test_the_peak_is_of_the_last_seven_days_and_sums_are_of_local_days() -> None:
    (line,) = lines(days(1, 1, *[1] * 6, 50), None, TODAY)
    figure = line.figures["revealed"]
    assert (figure.peak, figure.last_7, figure.last_30) == (1, 7, 57)


def test_medians_are_of_everybody_though_lines_are_of_those_one_answers_for() -> None:
    found = lines([*days(1, 9, name="opened"), *days(2, 7, name="opened")], frozenset({2}), TODAY)
    assert [line.person_id for line in found] == [2]
    assert found[0].figures["opened"].all_median == 9
    assert found[0].figures["exports"].all_median == 0
