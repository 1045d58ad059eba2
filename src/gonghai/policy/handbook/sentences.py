"""What the handbook's sections share: a sentence with its claim as data, and how dates, lists and lengths are said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from gonghai.conditions.facts import Registry
from gonghai.policy.decide import InForce
from gonghai.policy.registry import REGISTRY
from gonghai.workdays import Calendar, Length

# Limits from here on are none: nobody reaches them.
NO_LIMIT: Final = 1_000_000
_WEEKDAYS: Final = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                  "November", "December")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sentence:
    """One statement. `data` holds all that it claims; an example's dates move with the day it is read on."""

    kind: str
    zh: str
    en: str
    data: Mapping[str, Any] = field(default_factory=dict)
    example: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Sentences under a title; `name` tells sections apart."""

    name: str
    zh: str
    en: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """What the handbook of a pool is made from.

    `pool` is its row, `scopes` as `pools/queries.py: scopes` gives them, `names` of pools by id. `start` is where
    examples begin: 10:00 of a working day. `registry` tells conditions in the company's own names. `company_cap`
    stands beside the pool's; `limits`: how many differ for somebody.
    """

    pool: Mapping[str, Any]
    scopes: Sequence[Mapping[str, Any]]
    in_force: InForce | None
    names: Mapping[int, str]
    calendar: Calendar
    start: datetime
    registry: Registry = REGISTRY
    company_cap: int | None = None
    limits: int = 0

    def pool_name(self, pool_id: int) -> str:
        return self.pool["name"] if pool_id == self.pool["id"] else self.names.get(pool_id, "–")


def plural(n: int, noun: str) -> str:
    """ "1 day", "2 days"."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def working(n: int) -> tuple[str, str]:
    """So many working days, zh and en."""
    length = Length(n, "working_days")
    return length.words("zh"), length.words("en")


def listed(items: Sequence[str], language: str, *, last: str = "") -> str:
    """ "A、B、C"; in English "A, B and C", or with another word before the last."""
    if language == "zh":
        return "、".join(items)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last or 'and'} {items[-1]}"


def on_day(day: date, *, year: int | None = None) -> tuple[str, str]:
    """A date as people say it, zh and en; with its year unless that is `year`."""
    zh = f"{day.month} 月 {day.day} 日（{_WEEKDAYS[day.weekday()]}）"
    en = f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"
    return (zh, en) if day.year == year else (f"{day.year} 年 {zh}", f"{en} {day.year}")


def at(instant: datetime, calendar: Calendar, *, year: int | None = None) -> tuple[str, str]:
    """An instant as people of the company say it, zh and en."""
    local = instant.astimezone(calendar.zone)
    zh, en = on_day(local.date(), year=year)
    clock = f"{local.hour}:{local.minute:02}"
    return f"{zh}{clock}", f"{en}, {clock}"
