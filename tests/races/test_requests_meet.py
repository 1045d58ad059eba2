"""Requests of all kinds asked, decided, withdrawn and lapsing while sweeps, undos, cleanings, publications and a leaver
move the same customers: nobody waits in a circle, nothing breaks, and the history replays."""

import random
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any

import pytest

from gonghai.base import clock
from gonghai.base.database import Conn, rows
from gonghai.base.errors import Refusal
from gonghai.moves import clean, recycle, undo
from gonghai.moves.assign import assign
from gonghai.moves.hand_over import deactivate_person
from gonghai.moves.lock import lock, unlock
from gonghai.moves.protect import protect
from gonghai.moves.requests.appeal import ask_appeal
from gonghai.moves.requests.archive import ask_archive
from gonghai.moves.requests.decide import decide, withdraw
from gonghai.moves.requests.extension import ask_extension
from gonghai.moves.requests.table import close_lapsed
from gonghai.moves.transfer import transfer
from gonghai.policy.versions import publish
from tests.moves.desk import Desk, make_desk
from tests.moves.world import World
from tests.races.racing import Barrier

HOLD_CUSTOMERS = "LOCK TABLE customer IN EXCLUSIVE MODE"
RULES = {
    "segments": [{"name": "所有", "timers": {"holding": "10 days"}}],
    "cleaning": {
        "rules": [
            {"name": "久", "when": {"fact": "recycle_count", "is": "gt", "value": 5}, "do": {"archive": "久"}},
            {"name": "问", "when": {"fact": "has_phone", "is": "is_false"}, "do": {"reverify": "pool_admins"}},
        ]
    },
}


class Crowd:
    """What people and jobs do at random to the customers of one desk."""

    def __init__(self, desk: Desk, ids: list[int], batch: int, draw: random.Random) -> None:
        self.desk, self.world, self.ids, self.batch, self.draw = desk, desk.world, ids, batch, draw

    def some(self, n: int = 6) -> list[int]:
        return self.draw.sample(self.ids, n)

    async def within(self, act: Callable[[Conn], Awaitable[object]]) -> None:
        try:
            async with self.world.transaction() as conn:
                await act(conn)
        except Refusal:
            pass

    async def answer(self, accept: bool) -> None:
        async with self.world.transaction() as conn:
            found = await rows(conn, "SELECT id FROM request WHERE tenant_id = %s", (self.world.tenant_id,))
        chosen = [row["id"] for row in found]
        self.draw.shuffle(chosen)
        who = self.draw.choice([self.desk.boss, self.desk.keeper, self.desk.colleague, await self.world.admin()])
        await self.within(lambda conn: decide(conn, who, chosen[:12], accept=accept))

    async def take_back(self) -> None:
        async with self.world.transaction() as conn:
            found = await rows(conn, "SELECT id FROM request WHERE tenant_id = %s", (self.world.tenant_id,))
        if found:
            one = self.draw.choice(found)["id"]
            await self.within(lambda conn: withdraw(conn, self.desk.rep, one))

    async def undone(self) -> None:
        admin = await self.world.admin()
        async with self.world.transaction() as conn:
            undo_id = await undo.start_undo(conn, admin, self.batch, now=clock.now())
        await undo.carry_out(self.world.database, self.world.tenant_id, undo_id)

    async def swept(self) -> None:
        async with self.world.transaction() as conn:
            run = await recycle.start_run(conn, self.world.tenant_id, pool_id=None, requested_by=None, now=clock.now())
        if run is not None:
            await recycle.carry_out(self.world.database, self.world.tenant_id, run)

    async def cleaned(self) -> None:
        try:
            async with self.world.transaction() as conn:
                run = await clean.start_cleaning(
                    conn, self.world.tenant_id, self.desk.pool, requested_by=None, now=clock.now()
                )
        except Refusal:
            return
        await clean.carry_out(self.world.database, self.world.tenant_id, run)

    def acts(self) -> list[Coroutine[Any, Any, None]]:
        d, w, boss = self.desk, self.within, self.desk.boss
        rep, system, tenant = d.rep, self.world.company.system, self.world.tenant_id
        colleague, soon = d.colleague.person_id or 0, clock.now() + timedelta(days=3)
        one, late = self.some(1)[0], clock.now() + timedelta(days=8)
        return [
            self.answer(True), self.answer(True), self.answer(False), self.take_back(),
            w(lambda c: ask_extension(c, rep, one, days=3)),
            w(lambda c: ask_appeal(c, rep, one, note="x")),
            w(lambda c: ask_archive(c, rep, one, reason="x")),
            w(lambda c: transfer(c, rep, self.some(), owner_id=colleague)),
            w(lambda c: assign(c, boss, self.some(), owner_id=rep.person_id or 0)),
            w(lambda c: lock(c, rep, self.some(), until=soon)),
            w(lambda c: unlock(c, rep, self.some())),
            w(lambda c: protect(c, boss, self.some(), until=soon, reason="x")),
            w(lambda c: close_lapsed(c, tenant, late)),
            w(lambda c: publish(c, system, d.pool, RULES, at=clock.now())),
            self.undone(), self.swept(), self.cleaned(),
        ]  # fmt: skip


@pytest.mark.parametrize("seed", range(2))
async def test_whatever_meets_over_a_request_nobody_waits_in_a_circle(world: World, seed: int) -> None:
    draw = random.Random(seed)
    desk = await make_desk(world, holding_cap=1000, cooldown_days=0, extension_limit=5)
    async with world.transaction() as conn:
        await publish(conn, world.company.system, desk.pool, RULES, at=clock.now() - timedelta(days=89))
    gone = await desk.taken(12)
    async with world.transaction() as conn:
        (newest,) = await rows(conn, "SELECT max(batch_id) AS id FROM event WHERE tenant_id = %s", (world.tenant_id,))
    mine = await desk.mine(12)
    for customer in gone[:6]:
        await desk.appeal(customer)
    for customer in mine[:6]:
        await desk.extend(customer)
    for customer in mine[3:9]:
        await desk.ask_archive(customer)
    crowd = Crowd(desk, [*gone, *mine], newest["id"], draw)
    acts = [*crowd.acts(), *crowd.acts(), *crowd.acts()]
    draw.shuffle(acts)
    async with Barrier(world.company.owner_url, HOLD_CUSTOMERS) as barrier:
        barrier.start(*acts[:15])
        await barrier.waiting(4)
        barrier.start(*acts[15:])
        leaver = desk.colleague.person_id or 0
        barrier.start(crowd.within(lambda c: deactivate_person(c, world.company.system, leaver, now=clock.now())))
    assert [r for r in barrier.results if isinstance(r, BaseException)] == []
    assert (await world.verify()).differences == 0
