"""Which warning of the ladder stands for a customer now. Pure; moves/warn.py tells it once and keeps the record.

A step is named by its days before the customer goes ('7'), 'quarter' for short timers, or 'due': found due untold.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from gonghai.policy.decide import Decision, InForce, is_short
from gonghai.workdays import Calendar, Length, local_date, quarter_after, quarter_before

DAY: Final = timedelta(days=1)
QUARTER: Final = "quarter"
DUE: Final = "due"


@dataclass(frozen=True, slots=True)
class Step:
    """A warning to be told. `notice`: what it gives as notice_until, None where it gives none. `effective`: when the
    customer goes, as told. `last`: no further one follows, so the owner's manager hears of it too."""

    name: str
    deadline_date: date
    effective: datetime
    timer: str
    last: bool
    notice: datetime | None


def counting(length: Length, ladder: tuple[int, ...]) -> tuple[int, ...]:
    """The steps of the ladder, most first, that are shorter than half of a timer; none for short timers."""
    return () if is_short(length) else tuple(days for days in ladder if 2 * days < length.n)


def current_step(decision: Decision, now: datetime, ladder: tuple[int, ...], calendar: Calendar) -> Step | None:
    """The one step that stands at `now` for the timer that counts, told or not; larger ones are past.

    Once the effective deadline (without the notice floor) has come, only who has no valid notice is told: 'due'.
    """
    if not decision.running or decision.effective is None:
        return None
    first = decision.running[0]
    ends, notice = first.kept_until, decision.notice
    if ends <= now:
        if notice is None:
            return None
        return Step(DUE, local_date(notice, calendar), decision.effective, first.timer, True, notice)
    on = local_date(ends, calendar)
    if is_short(first.length):
        if now < quarter_before(ends, first.length, calendar):
            return None
        return Step(QUARTER, on, decision.effective, first.timer, True, None)
    steps = counting(first.length, ladder)
    begun = [days for days in steps if ends - days * DAY <= now]
    if not begun:
        return None
    return Step(str(begun[-1]), on, decision.effective, first.timer, begun[-1] == steps[-1], notice)


def warning_reach(in_force: InForce, length: Length, now: datetime, calendar: Calendar) -> datetime:
    """The latest deadline of a timer of this length for which a step may stand at `now`."""
    if is_short(length):
        return quarter_after(now, length, calendar)
    return now + DAY * max(counting(length, in_force.policy.ladder), default=0)
