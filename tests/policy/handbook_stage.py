"""A pool on a real database with rules and settings, its people, and short words for what the checks do there."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from psycopg.types.json import Jsonb

from gonghai.access.actor import Actor
from gonghai.activities.actions import NewFollowUp, record_follow_up
from gonghai.base import clock
from gonghai.base.database import run
from gonghai.moves.claim import claim
from gonghai.moves.release import release
from gonghai.moves.results import Result
from gonghai.people.calendar import tenant_calendar
from gonghai.people.tenants import as_owner
from gonghai.policy.handbook.reading import Handbook
from gonghai.policy.versions import publish
from gonghai.pools.queries import pool
from gonghai.workdays import Calendar
from tests.moves.world import World

Data = Mapping[str, Any]
ZONE = "Asia/Shanghai"
# Limits that nobody meets, for the checks of another one.
WIDE: Mapping[str, Any] = {
    "daily_quota": 999, "holding_cap": 999, "untouched_cap": 999, "cooldown_days": 0, "lock_quota": 999, "mode": "list",
    "claim_windows": [], "freeze_hours": 0, "min_interval_seconds": 0, "holding_exempt": None, "approval": None,
    "exempt_admins": False,
}  # fmt: skip
_JSON = ("return_reasons", "claim_windows", "holding_exempt", "approval")
FIVE_DAYS = {"segments": [{"name": "全部", "timers": {"follow_up": "5 days"}}]}
_numbers = count(1)


@dataclass
class Stage:
    """`manager` leads the department that every rep made here is in."""

    world: World
    pool_id: int
    other_id: int
    department_id: int
    manager: Actor
    book: Handbook
    settings: Mapping[str, Any] = field(default_factory=dict)
    company_cap: int | None = None  # as the book says; out of the way of all other checks

    async def rep(self) -> Actor:
        company = self.world.company
        person = await company.person(f"rep{next(_numbers)}", department_id=self.department_id)
        # An Actor holds the subtree of its moment.
        self.manager = await company.actor(self.manager.person_id or 0)
        return await company.actor(person)

    async def pooled(self, n: int = 1, **fields: Any) -> list[int]:
        return await self.world.customers(n, self.pool_id, **fields)

    async def owned(self, owner: Actor, n: int = 1, at: datetime | None = None) -> list[int]:
        return await self.world.customers(n, self.pool_id, owner.person_id, at=at)

    async def claim(self, who: Actor, customer_id: int) -> Result:
        async with self.world.transaction() as conn:
            [made] = await claim(conn, self.world.tenant_id, who.person_id or 0, [customer_id], zone=ZONE)
        return made

    async def release(self, who: Actor, customer_id: int, **more: Any) -> Result:
        reasons = self.settings["return_reasons"]
        said = {"reason": reasons[0]["code"] if reasons else None, **more}
        async with self.world.transaction() as conn:
            [made] = await release(conn, who, [customer_id], **said)
        return made

    async def follow_up(self, who: Actor, customer_id: int) -> None:
        note = "字" * self.settings["follow_up_min_note"]
        async with self.world.transaction() as conn:
            await record_follow_up(conn, who, customer_id, NewFollowUp(self.settings["follow_up_kinds"][0], note))

    async def moved(
        self, move: Callable[..., Awaitable[list[Result]]], who: Actor, ids: Sequence[int], **more: Any
    ) -> Result:
        """A batch move's answer for its first customer."""
        async with self.world.transaction() as conn:
            return (await move(conn, who, list(ids), **more))[0]

    async def set(self, customer_id: int, **columns: Any) -> None:
        """Columns of a customer, past every action."""
        assignments = ", ".join(f"{name} = %({name})s" for name in columns)
        async with self.world.transaction() as conn:
            await run(conn, f"UPDATE customer SET {assignments}, version = version + 1 WHERE tenant_id = %(t)s AND id = %(id)s",
                      {**columns, "t": self.world.tenant_id, "id": customer_id})  # fmt: skip

    async def shift_event(self, kind: str, customer_id: int, at: datetime) -> None:
        """A past move at another instant; the log can't be changed but by the tables' owner."""
        async with as_owner(self.world.company.owner_url) as conn:
            await run(conn, "UPDATE event SET at = %s WHERE tenant_id = %s AND subject = 'customer' AND subject_id = %s"
                      " AND kind = %s", (at, self.world.tenant_id, customer_id, kind))  # fmt: skip

    @asynccontextmanager
    async def only(self, *names: str) -> AsyncIterator[None]:
        """Of the limits only these are as the handbook says; the others are out of the way."""
        wide = {name: value for name, value in WIDE.items() if name not in names}
        await self._pool(wide)
        try:
            yield
        finally:
            await self._pool({name: self.settings[name] for name in wide})

    async def _pool(self, values: Mapping[str, Any]) -> None:
        assignments = ", ".join(f"{name} = %({name})s" for name in values)
        adapted = {n: Jsonb(v) if n in _JSON and v is not None else v for n, v in values.items()}
        async with self.world.transaction() as conn:
            await run(conn, f"UPDATE pool SET {assignments} WHERE tenant_id = %(t)s AND id = %(id)s",
                      {**adapted, "t": self.world.tenant_id, "id": self.pool_id})  # fmt: skip

    async def calendar(self) -> Calendar:
        async with self.world.transaction() as conn:
            return await tenant_calendar(conn, self.world.tenant_id)

    async def plain_rules(self) -> None:
        """From here on every customer goes after five days without a follow-up, without grace."""
        async with self.world.transaction() as conn:
            await publish(conn, self.world.company.system, self.pool_id, FIVE_DAYS, at=clock.now())

    async def read_settings(self) -> None:
        async with self.world.transaction() as conn:
            self.settings = dict(await pool(conn, self.world.tenant_id, self.pool_id))
