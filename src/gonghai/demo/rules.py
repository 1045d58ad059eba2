"""All versions of a pool's policy: which is in force, and when a decision could at all change or fall due."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from gonghai.conditions.tree import Condition, Leaf, Not
from gonghai.demo.times import seconds
from gonghai.policy.decide import InForce
from gonghai.policy.timers import BY_NAME
from gonghai.workdays import Calendar

_HOURS: Final = {"hours": 1, "working_hours": 1, "days": 24, "working_days": 24}


@dataclass(frozen=True, slots=True)
class Rules:
    """A pool's versions, and what all of them together say about when a decision can change or fall due."""

    versions: tuple[InForce, ...]
    starts: tuple[int, ...]
    shortest: tuple[tuple[str, timedelta], ...]
    win_lapses: tuple[int, ...]

    @staticmethod
    def of(versions: tuple[InForce, ...]) -> "Rules":
        """From all versions of one pool, oldest first."""
        segments = [segment for version in versions for segment in version.policy.segments]
        shortest: dict[str, int] = {}
        for segment in segments:
            for name, length in segment.timers.items():
                # A working day is a day at least; a length in days ends no earlier than that many times 24 hours.
                shortest[name] = min(shortest.get(name, 1 << 30), length.n * _HOURS[length.unit])
        return Rules(
            versions,
            tuple(seconds(version.effective_from) for version in versions),
            tuple((name, timedelta(hours=hours)) for name, hours in shortest.items()),
            tuple(sorted({n for segment in segments for n in _lapses(segment.condition)})),
        )

    def in_force(self, at: int) -> InForce:
        """The version in force at this time; the first one before any was."""
        return self.versions[max(sum(start <= at for start in self.starts) - 1, 0)]

    def can_take(self, row: Mapping[str, Any], until: datetime, calendar: Calendar) -> bool:
        """False where no version could take the customer before `until`, whatever its segment."""
        for timer, length in self.shortest:
            start = BY_NAME[timer].start(row, calendar)
            if start is not None and start + length < until:
                return True
        return False


def _lapses(condition: Condition | None) -> Iterator[int]:
    """The n of every "within n days" in a condition. The demo's policies use it for the last win alone."""
    if isinstance(condition, Leaf):
        if condition.operator == "within_days" and isinstance(condition.value, int):
            assert condition.fact == "last_win_at"
            yield condition.value
    elif isinstance(condition, Not):
        yield from _lapses(condition.part)
    elif condition is not None:
        for part in condition.parts:
            yield from _lapses(part)
