"""A company with pools, people and customers whose histories begin at chosen instants; shared by the tests of moves."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base import clock
from gonghai.base.database import Conn, one, rows
from gonghai.customers.insert import insert_customers
from gonghai.customers.ownership import Mover, listed, open_spells
from gonghai.customers.record import NewCustomer
from gonghai.events.log import By
from gonghai.moves.recycle import carry_out, start_run
from gonghai.moves.verify import Report, verify
from gonghai.policy.versions import Start, publish
from gonghai.pools.actions import NewPool, create_pool
from tests.fixtures.people import Company


class World:
    """Short words for what the tests do again and again in one company."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.database = company.database
        self.tenant_id = company.tenant_id

    def transaction(self) -> AbstractAsyncContextManager[Conn]:
        return self.database.tenant(self.tenant_id)

    async def pool(self, name: str = "公共公海", **settings: Any) -> int:
        """A pool; without the notice floor unless asked for, so that a sweep takes what is due at once."""
        settings = {"notice_floor": False, **settings}
        async with self.transaction() as conn:
            return await create_pool(conn, self.company.system, NewPool(name, settings), now=clock.now())

    async def rep(self, name: str, roles: Sequence[str] = ("rep",)) -> Actor:
        """A new person, after the pools are made: an Actor holds its rights on the pools of that moment."""
        return await self.company.actor(await self.company.person(name, roles))

    async def admin(self) -> Actor:
        return await self.company.actor(self.company.admin_id)

    async def customers(
        self, n: int, pool_id: int, owner_id: int | None = None, at: datetime | None = None, **fields: Any
    ) -> list[int]:
        """Customers created at that instant (default: now), pooled or owned."""
        new = [NewCustomer({"name": f"客户{i}", **fields}, pool_id, owner_id) for i in range(n)]
        async with self.transaction() as conn:
            return await insert_customers(
                conn, self.tenant_id, new, kind="create", by=By.person(None), at=at or clock.now()
            )

    async def claimed(self, customer_id: int, person_id: int, at: datetime) -> None:
        """A claim at a chosen instant, written as a claim writes it."""
        row = await self.row(customer_id)
        who = listed([Mover(customer_id, row["version"], None, person_id, row["pool_id"], row["pool_id"])])
        async with self.transaction() as conn:
            moved = await open_spells(conn, self.tenant_id, who, kind="claim", by=By(person_id), at=at)
        assert len(moved) == 1

    async def row(self, customer_id: int) -> DictRow:
        async with self.transaction() as conn:
            row = await one(
                conn, "SELECT * FROM customer WHERE tenant_id = %s AND id = %s", (self.tenant_id, customer_id)
            )
        assert row is not None
        return row

    async def events(self, customer_id: int) -> list[DictRow]:
        async with self.transaction() as conn:
            return await rows(
                conn,
                "SELECT * FROM event e WHERE e.tenant_id = %s AND e.subject = 'customer' AND e.subject_id = %s"
                " ORDER BY e.version",
                (self.tenant_id, customer_id),
            )

    async def policy(self, pool_id: int, *segments: dict[str, Any], at: datetime, **more: Any) -> int:
        """Publishes these segments at that instant; `more` may say a later start and a grace."""
        async with self.transaction() as conn:
            document = {"segments": list(segments)}
            return await publish(conn, self.company.system, pool_id, document, at=at, start=Start(**more))

    async def sweep(self, now: datetime) -> list[int]:
        """A whole run that decides by that instant; the customers it moved."""
        async with self.transaction() as conn:
            run_id = await start_run(conn, self.tenant_id, pool_id=None, requested_by=None, now=now)
        assert run_id is not None
        await carry_out(self.database, self.tenant_id, run_id)
        async with self.transaction() as conn:
            moved = await rows(
                conn,
                "SELECT e.subject_id FROM event e JOIN recycle_run r ON r.tenant_id = e.tenant_id"
                " AND r.batch_id = e.batch_id WHERE r.tenant_id = %s AND r.id = %s AND e.subject = 'customer'"
                " ORDER BY e.subject_id",
                (self.tenant_id, run_id),
            )
        return [row["subject_id"] for row in moved]

    async def verify(self) -> Report:
        return await verify(self.database, self.tenant_id)
