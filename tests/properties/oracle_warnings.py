"""Which warning the oracle expects of a sweep: who is told what at an instant, and what notice that gives.

The ladder counts down to the effective deadline without notice; a step counts where it is shorter than half of its
timer, and of several that have begun only the smallest is told. Short timers have one step, at a quarter left. Who is
found due without notice is told so.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tests.properties.oracle import DAY, local_day
from tests.properties.oracle_calendar import notice_ends, quarter_left
from tests.properties.oracle_policy import Clock, Verdict, valid


@dataclass(frozen=True)
class Warned:
    """One warning, as it is told."""

    step: str
    day: date  # of the deadline that it is about
    goes: datetime
    timer: str
    last: bool
    notice: datetime | None  # what it gives, where it gives any

    @property
    def key(self) -> tuple[str, date]:
        return self.step, self.day


def warning(
    verdict: Verdict,
    told: datetime | None,
    heard: Collection[tuple[str, date]],
    ladder: Sequence[int],
    works: Mapping[date, bool],
    now: datetime,
    *,
    floor: bool,
) -> Warned | None:
    """What the owner is told now. `heard`: the steps and days told in this spell; `told`: the notice that stands."""
    if not verdict.clocks:
        return None
    clock = verdict.clocks[0]
    gives = None if clock.short or not floor or valid(told, now) else notice_ends(now, works)
    step = "due" if clock.kept <= now and gives is not None else _step(clock, ladder, works, now)
    if step is None:
        return None
    day = local_day(gives if step == "due" and gives is not None else clock.kept)
    # Whoever is found due gets notice in any case; all other steps are told once.
    if step != "due" and (step, day) in heard:
        return None
    last = step in ("due", "quarter") or int(step) == min(_counting(clock, ladder))
    return Warned(step, day, clock.effective, clock.timer, last, gives)


def _step(clock: Clock, ladder: Sequence[int], works: Mapping[date, bool], now: datetime) -> str | None:
    if clock.kept <= now:
        return None
    if clock.short:
        return "quarter" if quarter_left(clock.kept, *clock.length, works) <= now else None
    begun = [days for days in _counting(clock, ladder) if clock.kept - days * DAY <= now]
    return str(min(begun)) if begun else None


def _counting(clock: Clock, ladder: Sequence[int]) -> list[int]:
    return [days for days in ladder if 2 * days < clock.length[0]]


def instants(verdict: Verdict, ladder: Sequence[int], works: Mapping[date, bool]) -> list[datetime]:
    """When something may happen to the customer: its deadline and floors, and its warnings."""
    found = list(verdict.floors.values())
    for clock in verdict.clocks:
        found += [clock.deadline, clock.kept, clock.effective]
        found += [clock.kept - days * DAY for days in ladder]
        if clock.short:
            found.append(quarter_left(clock.kept, *clock.length, works))
    return found
