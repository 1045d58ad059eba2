"""The facts on fair use by name: what each counts, with which length by default, and the list behind it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from psycopg.rows import DictRow

from gonghai.analytics import entries, idle, spells
from gonghai.analytics.question import Counted, Cut, Question
from gonghai.base.database import Conn

Name = Literal["ping_pong", "exchanges", "claim_and_release", "late_empty_follow_ups", "backdated", "hoarding"]
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Fact:
    """`unit` of its length, and how many by default and at most; None: it has none.

    A list's rows have `id` and `sort` to page by, newest first unless `oldest_first`; `about` says what they are of.
    """

    about: Literal["spells", "follow_ups", "book"]
    count: Callable[[Conn, Question], Awaitable[Counted]]
    rows: Callable[[Conn, Question, Cut], Awaitable[list[DictRow]]]
    unit: timedelta | None = None
    default: int = 0
    most: int = 0
    sort: str = "at"
    people: int = 1  # whose list it is: one person's, or that of two and more

    def length(self, n: int | None) -> timedelta:
        return (self.default if n is None else n) * self.unit if self.unit else timedelta(0)


FACTS: Final[Mapping[Name, Fact]] = {
    "ping_pong": Fact("spells", spells.ping_pong, spells.ping_pong_list, _DAY, 30, 366, people=2),
    "exchanges": Fact("spells", spells.exchanges, spells.exchanges_list, people=2),
    "claim_and_release": Fact("spells", spells.claim_and_release, spells.claim_and_release_list, _HOUR, 48, 24 * 90),
    "late_empty_follow_ups": Fact(
        "follow_ups", entries.late_empty_follow_ups, entries.late_empty_follow_ups_list, sort="sort_at"
    ),
    "backdated": Fact("follow_ups", entries.backdated, entries.backdated_list, _HOUR, 12, 24 * 90, sort="sort_at"),
    "hoarding": Fact("book", idle.hoarding, idle.hoarding_list, _DAY, 30, 366),
}
