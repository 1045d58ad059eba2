"""A team with a book to hand over, in short words; shared by the tests of hand-overs and leavers."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gonghai.base import clock
from gonghai.base.database import one, rows
from gonghai.moves.hand_over import deactivate_person, hand_over
from gonghai.moves.hand_overs.carry_out import HandedOver
from gonghai.moves.hand_overs.ways import Asked
from gonghai.moves.undo import carry_out, start_undo
from tests.moves.world import World


@dataclass(slots=True)
class Book:
    """A department with its lead, the giver and some colleagues; the giver owns `customers` of one pool."""

    world: World
    pool: int
    lead: int
    giver: int
    heirs: list[int]
    customers: list[int]

    async def hand_over(self, asked: Asked, by: int | None = None) -> HandedOver:
        actor = await self.world.company.actor(by or self.world.company.admin_id)
        async with self.world.transaction() as conn:
            return await hand_over(conn, actor, self.giver, asked, now=clock.now())

    async def leaves(self, person_id: int | None = None) -> int:
        boss = await self.world.admin()
        async with self.world.transaction() as conn:
            return await deactivate_person(conn, boss, person_id or self.giver, now=clock.now())

    async def owners(self, customers: Sequence[int] | None = None) -> list[int | None]:
        return [(await self.world.row(i))["owner_id"] for i in customers or self.customers]

    async def counts(self) -> Counter[int | None]:
        return Counter(await self.owners())

    async def undone(self, batch_id: int | None) -> dict[str, Any]:
        """The record of an undo that was carried out, with what it kept and why."""
        assert batch_id is not None
        async with self.world.transaction() as conn:
            undo_id = await start_undo(conn, await self.world.admin(), batch_id, now=clock.now())
        await carry_out(self.world.database, self.world.tenant_id, undo_id)
        async with self.world.transaction() as conn:
            record = await one(
                conn, "SELECT * FROM undo WHERE tenant_id = %s AND id = %s", (self.world.tenant_id, undo_id)
            )
            kept = await rows(
                conn,
                "SELECT customer_id, why FROM undo_kept WHERE tenant_id = %s AND undo_id = %s",
                (self.world.tenant_id, undo_id),
            )
        assert record is not None
        return {**record, "whys": {row["customer_id"]: row["why"] for row in kept}}


async def make_book(world: World, n: int = 6, heirs: int = 3, **settings: Any) -> Book:
    pool = await world.pool(**settings)
    lead = await world.company.person("主管", ("manager",))
    department = await world.company.department("销售部", leads=[lead])
    giver = await world.company.person("交接人", department_id=department)
    others = [await world.company.person(f"同事{i}", department_id=department) for i in range(heirs)]
    return Book(world, pool, lead, giver, others, await world.customers(n, pool, giver))
