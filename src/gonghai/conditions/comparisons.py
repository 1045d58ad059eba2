"""What an operator on a number, a date or an instant compares with: computed once, used by SQL and Python alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import cast
from zoneinfo import ZoneInfo

from gonghai.conditions.facts import FactType
from gonghai.conditions.tree import Leaf

Bound = Decimal | date | datetime
# One comparison of the fact's value with a constant: the SQL operator and the constant.
Comparison = tuple[str, Bound]

_NUMBERS: Mapping[str, str] = {"eq": "=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}


@dataclass(frozen=True)
class Context:
    """The moment a condition is read at (aware) and the tenant's zone, which says what date an instant has."""

    now: datetime
    zone: ZoneInfo

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise ValueError("now must be aware")

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def start_of(self, day: date) -> datetime:
        """The first instant of a local date, in UTC. A midnight that clocks skip is the moment they skip it."""
        return datetime.combine(day, time.min, tzinfo=self.zone).astimezone(UTC)


def comparisons(fact_type: FactType, leaf: Leaf, context: Context) -> tuple[Comparison, ...]:
    """The comparisons that must all hold; `ne` is not here, being the negation of `eq`.

    `within_days` n reaches from the local date n days ago to now, as a length of n days from that date does;
    `older_than_days` n is all that lies before. What lies in the future is neither.
    """
    if fact_type == "number":
        if leaf.operator == "between":
            lowest, highest = cast(tuple[Decimal, Decimal], leaf.value)
            return (">=", lowest), ("<=", highest)
        return ((_NUMBERS[leaf.operator], cast(Decimal, leaf.value)),)
    first: Callable[[date], Bound] = context.start_of if fact_type == "instant" else lambda day: day
    if leaf.operator in ("before", "on_or_after"):
        return (("<" if leaf.operator == "before" else ">=", first(cast(date, leaf.value))),)
    oldest = first(context.today - timedelta(days=cast(int, leaf.value)))
    if leaf.operator == "older_than_days":
        return (("<", oldest),)
    return (">=", oldest), ("<=", context.now if fact_type == "instant" else context.today)
