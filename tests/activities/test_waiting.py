"""A follow-up that meets a move at the same customer: one of the two came first, and the instants say so."""

import asyncio

import psycopg
import pytest

from gonghai.activities.actions import NewFollowUp, record_follow_up
from gonghai.base.database import value
from gonghai.base.errors import Refusal
from gonghai.customers.ownership import Mover, close_spells, listed
from gonghai.customers.record import lock
from gonghai.events.log import By
from tests.fixtures.customers import Team


async def record(team: Team, customer_id: int) -> dict[str, object]:
    actor = await team.company.actor(team.rep_id)
    async with team.connection() as conn:
        return await record_follow_up(conn, actor, customer_id, NewFollowUp("call"))


async def until_it_waits(team: Team) -> None:
    """Until some session of this database waits for a lock of another."""
    waiting = "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database OR l.database IS NULL"
    async with await psycopg.AsyncConnection.connect(team.company.owner_url, autocommit=True) as watcher:
        while True:
            found = await (await watcher.execute(f"{waiting} WHERE NOT l.granted")).fetchone()
            if found is not None and found[0]:
                return
            await asyncio.sleep(0.01)


async def test_a_recycle_that_came_first_is_told_and_nothing_is_recorded(team: Team) -> None:
    customer_id = await team.customer(team.rep_id)
    async with team.connection() as conn:
        row = await lock(conn, team.company.tenant_id, customer_id)
        writing = asyncio.create_task(record(team, customer_id))
        await until_it_waits(team)
        gone = Mover(customer_id, row["version"], team.rep_id, None, team.pool_id, team.pool_id)
        at = await value(conn, "SELECT clock_timestamp()")
        by = By(kind="policy")
        await close_spells(conn, team.company.tenant_id, listed([gone]), kind="recycle", by=by, at=at)
    with pytest.raises(Refusal) as refused:
        await writing
    assert (refused.value.code, refused.value.data["ended_by"]) == ("no_longer_yours", "recycle")
    assert [e["kind"] for e in await team.events(customer_id)] == ["create", "recycle"]


async def test_the_instant_is_taken_after_the_wait_for_the_lock(team: Team) -> None:
    customer_id = await team.customer(team.rep_id)
    async with team.connection() as conn:
        await lock(conn, team.company.tenant_id, customer_id)
        writing = asyncio.create_task(record(team, customer_id))
        await until_it_waits(team)
        held = await value(conn, "SELECT clock_timestamp()")
    made = await writing
    assert made["at"] == made["recorded_at"]
    assert (await team.row(customer_id))["last_follow_up_at"] > held
