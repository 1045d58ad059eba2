"""Say which days a country works, as far as the libraries' published tables go and by statute beyond."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.metadata import version

import chinese_calendar
import holidays
from chinese_calendar import constants as chinese_table

CHINA = "CN"


@dataclass(frozen=True, slots=True)
class PublishedDay:
    """A day that a table names: a holiday, or a day worked to make up for one."""

    zh: str
    en: str
    make_up: bool


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    return frozenset(code for code in holidays.list_supported_countries() if len(code) == 2)


def known_countries() -> list[str]:
    """Two-letter codes of the countries whose holidays are known."""
    return sorted(_countries())


def check_country(country: str) -> None:
    """Raise ValueError unless `country` is a two-letter code whose holidays are known."""
    if country not in _countries():
        raise ValueError(f"no holidays are known for the country {country!r}; use a two-letter code such as CN or DE")


@lru_cache(maxsize=1)
def china_table_ends() -> date:
    """The last day of the last year for which China's holidays and make-up days are in the installed table."""
    return date(max(chinese_table.holidays).year, 12, 31)


def table_version(country: str) -> str:
    """Names the tables that decide for this country, with their versions and how far China's goes."""
    general = f"holidays {version('holidays')}"
    if country != CHINA:
        return general
    return f"chinesecalendar {version('chinesecalendar')} to {china_table_ends().year}, {general}"


def _china_table_knows(year: int) -> bool:
    return year in range(min(chinese_table.holidays).year, china_table_ends().year + 1)


@lru_cache(maxsize=1024)
def working_days_of_year(country: str, year: int) -> frozenset[int]:
    """Ordinals of the working days of one year."""
    days = range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1)
    if country == CHINA and _china_table_knows(year):
        return frozenset(day for day in days if chinese_calendar.is_workday(date.fromordinal(day)))
    known = holidays.country_holidays(country, years=year, expand=False)
    return frozenset(day for day in days if known.is_working_day(date.fromordinal(day)))


@lru_cache(maxsize=1024)
def named_days(country: str, year: int) -> Mapping[date, PublishedDay]:
    """The holidays and make-up days of one year with the names that the tables give them."""
    if country == CHINA and _china_table_knows(year):
        chinese = {holiday.value: holiday.chinese for holiday in chinese_table.Holiday}
        tables = ((chinese_table.holidays, False), (chinese_table.workdays, True))
        return {
            day: PublishedDay(chinese[name], name, make_up)
            for table, make_up in tables
            for day, name in table.items()
            if day.year == year
        }
    # A language that a country's table doesn't have falls back to one that it does.
    zh = holidays.country_holidays(country, years=year, expand=False, language="zh_CN")
    en = holidays.country_holidays(country, years=year, expand=False, language="en_US")
    return {day: PublishedDay(zh.get(day, en[day]), en[day], make_up=False) for day in sorted(en)}
