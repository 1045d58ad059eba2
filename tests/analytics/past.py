"""A company whose history a test makes up by the product's own actions, days ago; and its report as somebody reads it."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from fastapi import FastAPI

from gonghai.access.actor import Actor
from gonghai.activities.actions import NewFollowUp, record_follow_up
from gonghai.base import clock
from gonghai.moves.assign import assign
from gonghai.moves.claim import claim
from gonghai.moves.release import release
from gonghai.moves.results import Result, only
from gonghai.moves.transfer import transfer
from tests.fixtures.people import make_company, signed_in
from tests.moves.world import World
from tests.properties.travel import Travelling

ZONE = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)


class Past(World):
    """甲, 乙 and 丙 in one team, 外 in another; each has a manager. `at` puts the clock back to some day."""

    def __init__(self, app: FastAPI, travelling: Travelling) -> None:
        self._app, self._travelling = app, travelling
        self.today = datetime.combine(clock.now().astimezone(ZONE).date(), time(), ZONE)
        self.people: dict[str, int] = {}

    async def found(self, owner_url: str) -> None:
        """The company as every test finds it: a pool with neither cooldown nor floors, thirty days for a follow-up."""
        self.at(200)
        super().__init__(await make_company(self._travelling, owner_url))
        settings = {"cooldown_days": 0, "transfer_needs_acceptance": False, "backdate_hours": 72, "untouched_cap": 100}
        self.pool_id = await self.pool("公海", **settings)
        for leader, members in (("主管", "甲乙丙"), ("外主管", "外")):
            self.people[leader] = await self.company.person(leader, ("manager",))
            department = await self.company.department(f"{leader}的组", leads=[self.people[leader]])
            for name in members:
                self.people[name] = await self.company.person(name, department_id=department)
        self.people["管理员"] = self.company.admin_id
        everyone = {"name": "全部", "timers": {"follow_up": "30 days"}}
        await self.policy(self.pool_id, everyone, at=self.now)

    @property
    def now(self) -> datetime:
        return self._travelling.now

    def at(self, days: float, hour: float = 10) -> datetime:
        """Puts the clock to this hour of the day that was so many days ago."""
        self._travelling.now = self.today - days * DAY + timedelta(hours=hour)
        return self._travelling.now

    async def actor(self, name: str) -> Actor:
        return await self.company.actor(self.people[name])

    # What happens, now as the clock shows it -------------------------------------------------------------

    async def pooled(self) -> int:
        """A new customer in the pool."""
        return (await self.customers(1, self.pool_id, at=self.now))[0]

    async def claim(self, customer: int, name: str) -> None:
        async with self.transaction() as conn:
            _done(await claim(conn, self.tenant_id, self.people[name], [customer], zone="Asia/Shanghai"))

    async def release(self, customer: int, name: str, reason: str = "no_need") -> None:
        async with self.transaction() as conn:
            _done(await release(conn, await self.actor(name), [customer], reason=reason))

    async def transfer(self, customer: int, to: str, by: str) -> None:
        async with self.transaction() as conn:
            _done(await transfer(conn, await self.actor(by), [customer], owner_id=self.people[to]))

    async def assign(self, customer: int, to: str, by: str) -> None:
        async with self.transaction() as conn:
            _done(await assign(conn, await self.actor(by), [customer], owner_id=self.people[to]))

    async def follow_up(self, customer: int, name: str, note: str, hours_ago: float = 0) -> int:
        at = self.now - timedelta(hours=hours_ago) if hours_ago else None
        async with self.transaction() as conn:
            made = await record_follow_up(conn, await self.actor(name), customer, NewFollowUp("call", note, at))
        return int(made["id"])

    # The report -------------------------------------------------------------------------------------------

    async def reader(self, name: str) -> "Reader":
        return Reader(await signed_in(self._app, self.company, self.people[name]), self.people)


class Reader:
    """Somebody who reads the report."""

    def __init__(self, client: httpx.AsyncClient, people: dict[str, int]) -> None:
        self.client, self._people = client, people

    async def table(self, fact: str, **query: Any) -> dict[str, Any]:
        answer = await self.client.get(f"/insight/{fact}", params=query)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def rows(self, fact: str, **query: Any) -> list[tuple[Any, ...]]:
        """(names, n, of) of each row; None for people of other teams."""
        return [
            (tuple(one and one["name"] for one in row["people"]), row["n"], row["of"])
            for row in (await self.table(fact, **query))["rows"]
        ]

    async def items(self, fact: str, *names: str, **query: Any) -> list[dict[str, Any]]:
        """The list behind the row of these people."""
        whose = {"person_id": [str(self._people[name]) for name in names]}
        answer = await self.client.get(f"/insight/{fact}/items", params={**whose, **query})
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["items"]
        return found


def _done(results: list[Result]) -> None:
    result = only(results)
    assert result.code is None, result
