"""Countdowns for the customers on a page: the same decision that the sweep makes, for each row in Python."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gonghai.base.database import Conn
from gonghai.people.calendar import tenant_calendar
from gonghai.policy.decide import Decision, InForce, decide
from gonghai.policy.registry import REGISTRY
from gonghai.policy.versions import in_force, pool_names
from gonghai.workdays import Calendar


@dataclass(frozen=True, slots=True)
class Countdowns:
    """The policies in force, the calendar and the pools' names: read once per request."""

    policies: Mapping[int, InForce]
    calendar: Calendar
    names: Mapping[int, str]
    now: datetime

    def of(self, row: Mapping[str, Any]) -> Decision | None:
        """The decision on a customer row of customers/queries.py; None unless owned under a policy."""
        policy = self.policies.get(row["pool_id"])
        if row["state"] != "owned" or policy is None:
            return None
        return decide(policy, row, self.calendar, self.now, REGISTRY)

    def by_deadline(self, found: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """The rows, soonest effective deadline first, those without one last."""

        def key(row: Mapping[str, Any]) -> tuple[bool, float, int]:
            decision = self.of(row)
            effective = decision.effective if decision is not None else None
            return effective is None, effective.timestamp() if effective else 0.0, row["id"]

        return sorted(found, key=key)


async def countdowns(conn: Conn, tenant_id: int, now: datetime) -> Countdowns:
    """Everything that the countdowns of one request need."""
    policies, _ = await in_force(conn, tenant_id, now)
    names = await pool_names(conn, tenant_id)
    by_id = {pool_id: name for name, pool_id in names.items() if name != str(pool_id)}
    return Countdowns(policies, await tenant_calendar(conn, tenant_id), by_id, now)
