"""How often somebody may be told whether a customer exists: typing in numbers one after another finds nobody's list."""

from collections import deque
from datetime import datetime, timedelta
from typing import Final

from gonghai.base.errors import Refusal

MOST: Final = 120
WITHIN: Final = timedelta(minutes=10)


class Probes:
    """Answers per person in the last ten minutes, in the memory of one process."""

    def __init__(self) -> None:
        self._told: dict[tuple[int, int | None], deque[datetime]] = {}

    def check(self, tenant_id: int, person_id: int | None, now: datetime) -> None:
        """Refuses with `too_many_checks` {until} who had MOST answers."""
        told = self._told.get((tenant_id, person_id))
        while told and told[0] <= now - WITHIN:
            told.popleft()
        if told and len(told) >= MOST:
            raise Refusal("too_many_checks", 429, until=told[0] + WITHIN)

    def note(self, tenant_id: int, person_id: int | None, now: datetime) -> None:
        """One more answer."""
        self._told.setdefault((tenant_id, person_id), deque()).append(now)
