"""What is unusual of a person's days beside their own others and everybody's. Pure; facts, not verdicts."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, NamedTuple

DAYS: Final = 30
TIMES: Final = 3
# Below this many on one day nothing is remarkable, whatever the medians.
FLOORS: Final = {"revealed": 5, "never_claimed": 5, "listed": 300, "opened": 30, "exports": 2}


class Day(NamedTuple):
    """What one person did on one local day; people have a day only where they did something."""

    person_id: int
    day: date
    revealed: int = 0
    never_claimed: int = 0
    listed: int = 0
    opened: int = 0
    exports: int = 0


@dataclass(frozen=True, slots=True)
class Figure:
    """One kind of a person's doings. `peak` is the most on one of the last seven days; the medians are of the person's
    other days and of everybody's, None where there are none. `unusual`: the peak is beyond TIMES both, and the floor."""

    today: int
    last_7: int
    last_30: int
    peak: int
    peak_day: date | None
    own_median: float | None
    all_median: float | None
    unusual: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One person's figures, by the names of FLOORS."""

    person_id: int
    figures: dict[str, Figure] = field(default_factory=dict)

    @property
    def unusual(self) -> int:
        """How many figures are."""
        return sum(figure.unusual for figure in self.figures.values())


def lines(days: Sequence[Day], people: frozenset[int] | None, today: date) -> list[Line]:
    """A line for each of the people (None: everybody) who did something, the unusual ones first.

    `days` are everybody's of the last DAYS days, so that the medians are.
    """
    of: defaultdict[int, list[Day]] = defaultdict(list)
    for day in days:
        of[day.person_id].append(day)
    everybody = {name: sorted(getattr(day, name) for day in days) for name in FLOORS}
    made = [
        Line(person, {name: _figure(name, mine, everybody[name], today) for name in FLOORS})
        for person, mine in of.items()
        if people is None or person in people
    ]
    return sorted(made, key=lambda one: (-one.unusual, -one.figures["revealed"].last_30, one.person_id))


def _figure(name: str, mine: Sequence[Day], everybody: Sequence[int], today: date) -> Figure:
    def total(n: int) -> int:
        return sum(getattr(day, name) for day in mine if day.day > today - timedelta(days=n))

    recent = [day for day in mine if day.day > today - timedelta(days=7)]
    top = max(recent, key=lambda day: (getattr(day, name), day.day), default=None)
    peak: int = getattr(top, name) if top is not None else 0
    own = _median_without(sorted(getattr(day, name) for day in mine), peak if top is not None else None)
    every = _median_without(everybody, peak if top is not None else None)
    beyond = TIMES * max(own or 0, every or 0)
    return Figure(
        today=total(1),
        last_7=total(7),
        last_30=total(DAYS),
        peak=peak,
        peak_day=top.day if top is not None and peak else None,
        own_median=own,
        all_median=every,
        unusual=peak > beyond and peak >= FLOORS[name],
    )


def _median_without(ordered: Sequence[int], judged: int | None) -> float | None:
    """The median of ordered values but the judged one: a day is not measured against itself."""
    out = len(ordered) if judged is None else bisect_left(ordered, judged)
    n = len(ordered) - (judged is not None)
    if not n:
        return None

    def at(index: int) -> int:
        return ordered[index if index < out else index + 1]

    return (at((n - 1) // 2) + at(n // 2)) / 2
