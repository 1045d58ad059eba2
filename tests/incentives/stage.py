"""Short words for what the tests of incentives do again and again, at instants that they choose."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.activities.actions import NewFollowUp, record_follow_up, void_follow_up
from gonghai.base.database import rows, value
from gonghai.customers.permitted import lock_permitted
from gonghai.customers.record import edit
from gonghai.deals.actions import Edit, NewDeal, open_deal, win_deal
from gonghai.events.log import By
from gonghai.incentives.count import count_points
from gonghai.incentives.rule_actions import current_rules, set_rules
from gonghai.incentives.seasons import NewSeason, create_season
from gonghai.incentives.verify import verify_points
from gonghai.moves.batch import instant
from gonghai.moves.claim import claim
from tests.fixtures.people import Company
from tests.moves.world import World
from tests.properties.travel import Travelling

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 3, 2, 10, tzinfo=ZONE)
OFF: dict[str, Any] = {
    "leaderboard": "all",
    "first_contact_in_time": {"on": False, "points": 5, "hours": 8},
    "won_from_pool": {"on": False, "points": 20, "step_amount": 10_000, "step_points": 1, "most": 50},
    "complete_record": {"on": False, "points": 3, "fields": ["industry", "phones"]},
    "recycled_by_neglect": {"on": False, "points": 4},
}
EVERYONE = {"name": "所有", "timers": {"follow_up": "10 days"}}
Points = list[tuple[str, int]]


def on(*rules: str, leaderboard: str = "all", **more: dict[str, Any]) -> dict[str, Any]:
    """The rules of these names switched on; `more` changes their parameters."""
    return {
        name: part if name == "leaderboard" else {**part, "on": name in rules, **more.get(name, {})}
        for name, part in {**OFF, "leaderboard": leaderboard}.items()
    }


@dataclass(slots=True)
class Stage:
    """One pool, three reps (two of 一部, whose manager is `boss`), an admin."""

    world: World
    database: Travelling
    pool: int
    reps: list[Actor]
    boss: Actor
    admin: Actor

    @property
    def company(self) -> Company:
        return self.world.company

    def at(self, **since_monday: float) -> datetime:
        """The clock shows this long after Monday, ten o'clock."""
        self.database.now = MONDAY + timedelta(**since_monday)
        return self.database.now

    async def rules(self, document: dict[str, Any]) -> None:
        async with self.world.transaction() as conn:
            known = await current_rules(conn, self.world.tenant_id)
            number = known["number"] if known is not None else 0
            await set_rules(conn, self.admin, number, document, now=self.database.now)

    async def season(self, first: date, last: date, name: str = "春季") -> int:
        async with self.world.transaction() as conn:
            return await create_season(conn, self.admin, NewSeason(name, first, last), now=self.database.now)

    async def pooled(self, n: int = 1, **fields: Any) -> list[int]:
        return await self.world.customers(n, self.pool, at=self.database.now, **fields)

    async def claimed(self, rep: Actor, **fields: Any) -> int:
        """A new customer, claimed by the rep from the pool."""
        (customer,) = await self.pooled(**fields)
        await self.claim(customer, rep)
        return customer

    async def claim(self, customer: int, rep: Actor) -> None:
        assert await self.try_claim(customer, rep) is None

    async def try_claim(self, customer: int, rep: Actor) -> str | None:
        assert rep.person_id is not None
        async with self.world.transaction() as conn:
            made = await claim(conn, self.world.tenant_id, rep.person_id, [customer], zone="Asia/Shanghai")
        return made[0].code

    async def call(self, customer: int, rep: Actor, at: datetime | None = None, kind: str = "call") -> int:
        async with self.world.transaction() as conn:
            return int((await record_follow_up(conn, rep, customer, NewFollowUp(kind, at=at)))["id"])

    async def void(self, customer: int, follow_up: int) -> None:
        async with self.world.transaction() as conn:
            await void_follow_up(conn, self.admin, customer, follow_up, reason="没有打过")

    async def edit(self, customer: int, who: Actor, **values: Any) -> None:
        async with self.world.transaction() as conn:
            row = await lock_permitted(conn, who, customer, "edit")
            await edit(conn, row, values, by=By.person(who.person_id), at=await instant(conn))

    async def win(self, customer: int, who: Actor, amount: int | None = None) -> None:
        async with self.world.transaction() as conn:
            deal = await open_deal(conn, who, customer, NewDeal("合同"))
            values = {"amount": amount} if amount is not None else {}
            await win_deal(conn, who, customer, deal["id"], Edit(values))

    async def sweep(self) -> list[int]:
        return await self.world.sweep(self.database.now)

    async def newest_batch(self) -> int:
        async with self.world.transaction() as conn:
            sql = "SELECT max(batch_id) FROM event WHERE tenant_id = %s"
            return int(await value(conn, sql, (self.world.tenant_id,)))

    async def count(self) -> int:
        return await count_points(self.database, self.world.tenant_id)

    async def settle(self) -> None:
        """Counts until nothing that has happened will be read again."""
        for _ in range(3):
            await self.count()

    async def ledger(self, rep: Actor | None = None) -> list[DictRow]:
        """The rows as booked, of one rep or all."""
        async with self.world.transaction() as conn:
            return await rows(
                conn,
                "SELECT * FROM point WHERE tenant_id = %s AND person_id = coalesce(%s, person_id) ORDER BY id",
                (self.world.tenant_id, rep.person_id if rep else None),
            )

    async def points(self, rep: Actor | None = None) -> Points:
        """After counting: (rule, points) of each row."""
        await self.count()
        return [(row["rule"], row["points"]) for row in await self.ledger(rep)]

    async def agrees(self) -> None:
        """Read again from the first event, the log says what the ledger says."""
        report = await verify_points(self.database, self.world.tenant_id)
        assert report.differences == []


async def make_stage(company: Company, travelling: Travelling, **settings: Any) -> Stage:
    world, travelling.now = World(company), MONDAY
    boss = await company.person("经理", ("manager",))
    team = await company.department("一部", leads=[boss])
    people = [await company.person(name, department_id=team) for name in ("甲", "乙")]
    people.append(await company.person("丙", department_id=await company.department("二部")))
    pool = await world.pool(cooldown_days=0, **settings)
    reps = [await company.actor(person) for person in people]
    return Stage(world, travelling, pool, reps, await company.actor(boss), await company.actor(company.admin_id))
