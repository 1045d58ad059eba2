"""A pool, a rep, the rep's manager, a colleague elsewhere and a pool admin: who meets over a request."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base import clock
from gonghai.base.database import rows
from gonghai.moves.requests.appeal import ask_appeal
from gonghai.moves.requests.archive import ask_archive
from gonghai.moves.requests.decide import decide
from gonghai.moves.requests.extension import ask_extension
from gonghai.moves.results import Result
from gonghai.pools.actions import NewPool, Subject, create_pool
from tests.moves.world import World

HOLDING = {"name": "所有", "timers": {"holding": "10 days"}}


@dataclass(slots=True)
class Desk:
    """Short words for what the tests of requests do again and again. Actors hold their rights of the beginning."""

    world: World
    pool: int
    rep: Actor
    boss: Actor
    colleague: Actor
    keeper: Actor  # the pool's admin

    async def mine(self, n: int = 1, days_ago: float = 5) -> list[int]:
        """Customers of the rep's for so long; they are due after ten days."""
        at = clock.now() - timedelta(days=days_ago)
        return await self.world.customers(n, self.pool, self.rep.person_id, at)

    async def taken(self, n: int = 1) -> list[int]:
        """Customers that a sweep just took from the rep."""
        made = await self.mine(n, days_ago=30)
        assert await self.world.sweep(clock.now()) == made
        return made

    async def extend(self, customer: int, days: int = 3, who: Actor | None = None) -> int:
        async with self.world.transaction() as conn:
            return await ask_extension(conn, who or self.rep, customer, days=days, note="客户下周定方案")

    async def appeal(self, customer: int, who: Actor | None = None) -> int:
        async with self.world.transaction() as conn:
            return await ask_appeal(conn, who or self.rep, customer, note="一直在跟进")

    async def ask_archive(self, customer: int, who: Actor | None = None) -> int:
        async with self.world.transaction() as conn:
            return await ask_archive(conn, who or self.rep, customer, reason="公司已注销")

    async def decide(self, who: Actor, *ids: int, accept: bool = True, days: int | None = None) -> list[Result]:
        async with self.world.transaction() as conn:
            return await decide(conn, who, ids, accept=accept, note="好的", days=days)

    async def codes(self, who: Actor, *ids: int, accept: bool = True) -> list[str | None]:
        return [result.code for result in await self.decide(who, *ids, accept=accept)]

    async def requests(self) -> list[DictRow]:
        async with self.world.transaction() as conn:
            return await rows(conn, "SELECT * FROM request WHERE tenant_id = %s ORDER BY id", (self.world.tenant_id,))

    async def wait(self, request_id: int, days: float) -> None:
        """As if the request had been made so much earlier."""
        async with self.world.transaction() as conn:
            await conn.execute(
                "UPDATE request SET asked_at = asked_at - %(d)s, lapses_at = lapses_at - %(d)s WHERE id = %(id)s",
                {"d": timedelta(days=days), "id": request_id},
            )


async def make_desk(world: World, at: datetime | None = None, **settings: Any) -> Desk:
    """People first, so that the pool can name its admin; a policy in force for months."""
    company = world.company
    boss = await company.person("经理", ("manager",))
    team = await company.department("销售一部", leads=[boss])
    rep = await company.person("销售", department_id=team)
    colleague, keeper = await company.person("同事"), await company.person("公海管理员")
    scopes = {"claim": [Subject("all")], "admin": [Subject("person", keeper)]}
    settings = {"notice_floor": False, "transfer_needs_acceptance": True, **settings}
    async with world.transaction() as conn:
        pool = await create_pool(conn, company.system, NewPool("公共公海", settings, scopes), now=clock.now())
    await world.policy(pool, HOLDING, at=at or clock.now() - timedelta(days=90))
    return Desk(world, pool, *[await company.actor(person) for person in (rep, boss, colleague, keeper)])
