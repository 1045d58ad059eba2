"""The six timers, each declared once: when it starts (one customer, Python) and when it has run out (all, SQL).

Every start is no earlier than the clock start; the due SELECT's prefilter rests on that.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from gonghai.workdays import Calendar, end_of_day

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Timer:
    """`start(row, calendar)`: the instant it runs from, None while it doesn't run. `due`: SQL over alias c that is true
    when start <= {cutoff}; {cutoff_day} is the cutoff's local date. `place`: SQL over alias c, how many of the ascending
    instants {after} lie at or before the start (null: it doesn't run); {after_days} are the same as local dates."""

    name: str
    zh: str
    en: str
    start: Callable[[Row, Calendar], datetime | None]
    due: str
    place: str


def _clock(row: Row) -> datetime:
    clock_start: datetime = row["clock_start"]
    return clock_start


def _later(row: Row, column: str) -> datetime:
    clock_start = _clock(row)
    other: datetime | None = row[column]
    return clock_start if other is None or other < clock_start else other


def _contract(row: Row, calendar: Calendar) -> datetime | None:
    # A missing time is not an old time: without an end date the timer doesn't run.
    if row["contract_end"] is None:
        return None
    return max(_clock(row), end_of_day(row["contract_end"], calendar))


TIMERS: Final[tuple[Timer, ...]] = (
    Timer(
        "first_contact", "首次跟进", "first contact",
        lambda row, _: _clock(row) if row["first_contact_at"] is None else None,
        "c.first_contact_at IS NULL AND c.clock_start <= {cutoff}",
        "width_bucket(CASE WHEN c.first_contact_at IS NULL THEN c.clock_start END, {after})",
    ),
    Timer(
        "follow_up", "未跟进", "no follow-up",
        lambda row, _: _later(row, "last_follow_up_at"),
        "c.clock_start <= {cutoff} AND (c.last_follow_up_at IS NULL OR c.last_follow_up_at <= {cutoff})",
        "width_bucket(greatest(c.clock_start, c.last_follow_up_at), {after})",
    ),
    Timer(
        "deal", "未建商机", "no deal",
        lambda row, _: _later(row, "deal_lost_at") if row["live_deals"] == 0 else None,
        "c.live_deals = 0 AND c.clock_start <= {cutoff} AND (c.deal_lost_at IS NULL OR c.deal_lost_at <= {cutoff})",
        "width_bucket(CASE WHEN c.live_deals = 0 THEN greatest(c.clock_start, c.deal_lost_at) END, {after})",
    ),
    Timer(
        "won", "未成交", "not won",
        lambda row, _: _later(row, "last_win_at"),
        "c.clock_start <= {cutoff} AND (c.last_win_at IS NULL OR c.last_win_at <= {cutoff})",
        "width_bucket(greatest(c.clock_start, c.last_win_at), {after})",
    ),
    Timer(
        "holding", "最长持有", "longest holding",
        lambda row, _: _clock(row),
        "c.clock_start <= {cutoff}",
        "width_bucket(c.clock_start, {after})",
    ),
    Timer(
        "contract", "合同到期", "contract ended",
        _contract,
        # The end of day d is the first instant of d + 1, so it lies at or before the cutoff iff d < its local date.
        "c.clock_start <= {cutoff} AND c.contract_end < {cutoff_day}",
        "CASE WHEN c.contract_end IS NOT NULL"
        " THEN greatest(width_bucket(c.clock_start, {after}), width_bucket(c.contract_end, {after_days})) END",
    ),
)  # fmt: skip
BY_NAME: Final = {timer.name: timer for timer in TIMERS}
BIT: Final = {timer.name: 1 << i for i, timer in enumerate(TIMERS)}


def names(bits: int) -> list[str]:
    """The timers whose bits are set."""
    return [name for name, bit in BIT.items() if bits & bit]
