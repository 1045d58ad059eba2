"""A book is handed over while heirs leave, others claim, pass on and release, and a sweep is at it: whoever owns a
customer afterwards can sign in."""

from datetime import timedelta
from typing import Any

import pytest

from gonghai.base import clock
from gonghai.base.database import rows
from gonghai.base.errors import Refusal
from gonghai.moves.claim import claim
from gonghai.moves.hand_overs.ways import Asked
from gonghai.moves.receivers import lock_people
from gonghai.moves.release import release
from gonghai.moves.transfer import transfer
from tests.moves.books import make_book
from tests.moves.world import World
from tests.races.racing import LOCK, Barrier, without

EVERYONE = {"name": "其他", "timers": {"follow_up": "30 days"}}


async def gone_owners(world: World) -> int:
    """How many customers have an owner who can't sign in."""
    async with world.transaction() as conn:
        found = await rows(
            conn,
            "SELECT c.id FROM customer c JOIN person p ON p.tenant_id = c.tenant_id AND p.id = c.owner_id"
            " WHERE c.tenant_id = %s AND p.state <> 'active'",
            (world.tenant_id,),
        )
    return len(found)


async def answers(attempt: Any) -> Any:
    try:
        return await attempt
    except Refusal as refusal:
        return refusal.code


@pytest.mark.parametrize("leaves", [False, True])
async def test_everybody_moves_at_once_and_no_owner_is_left_who_cannot_sign_in(world: World, leaves: bool) -> None:
    book = await make_book(world, n=0, heirs=3, transfer_needs_acceptance=False)
    began = clock.now() - timedelta(days=60)
    await world.policy(book.pool, EVERYONE, at=began)
    book.customers = await world.customers(12, book.pool, book.giver, at=began)
    pooled = await world.customers(4, book.pool)
    actors = [await world.company.actor(i) for i in (book.giver, book.heirs[0], book.heirs[1])]
    giver = actors[0]

    async def passes(customer: int, to: int) -> Any:
        async with world.transaction() as conn:
            return [r.code for r in await transfer(conn, giver, [customer], owner_id=to)]

    async def gives_back(customer: int) -> Any:
        async with world.transaction() as conn:
            return [r.code for r in await release(conn, giver, [customer], reason="no_need")]

    async def claims(customer: int, person_id: int) -> Any:
        async with world.transaction() as conn:
            return [r.code for r in await claim(conn, world.tenant_id, person_id, [customer], zone=giver.zone)]

    asked = Asked("heirs", heirs=tuple(book.heirs), deactivate=leaves)
    held = "SELECT FROM customer WHERE tenant_id = %s FOR UPDATE"
    async with Barrier(world.company.owner_url, held, (world.tenant_id,)) as barrier:
        barrier.start(answers(passes(book.customers[0], book.heirs[0])), answers(gives_back(book.customers[1])))
        await barrier.waiting(2)
        barrier.start(answers(book.hand_over(asked)))
        await barrier.waiting(3)
        barrier.start(answers(book.leaves(book.heirs[0])), answers(book.leaves(book.heirs[1])))
        barrier.start(*(answers(claims(customer, book.heirs[i % 3])) for i, customer in enumerate(pooled)))
        barrier.start(*(answers(passes(book.customers[i], book.heirs[2])) for i in (4, 5)), world.sweep(clock.now()))
        await barrier.waiting(6)
    print(f"a hand-over among {len(barrier.results)} moves: {barrier.waited} waited for a lock")
    assert [r for r in barrier.results if isinstance(r, BaseException)] == []
    assert await gone_owners(world) == 0
    assert (await world.verify()).differences == 0


async def overtaken(world: World, leaver_waits: bool) -> int:
    """A hand-over has checked its heir and waits for the book; how many customers then have an owner who is gone."""
    book = await make_book(world, n=2, heirs=1)
    held = "SELECT FROM customer WHERE id = %s FOR UPDATE"
    async with Barrier(world.company.owner_url, held, (book.customers[0],)) as barrier:
        barrier.start(book.hand_over(Asked("heirs", heirs=(book.heirs[0],))))
        await barrier.waiting(1)
        if leaver_waits:
            barrier.start(book.leaves(book.heirs[0]))
            await barrier.waiting(2)
        else:
            assert await book.leaves(book.heirs[0]) == 0
    print(f"a hand-over and its heir's deactivation: {barrier.waited} waited for a lock")
    assert [r for r in barrier.results if isinstance(r, BaseException)] == []
    return await gone_owners(world)


async def test_an_heirs_deactivation_waits_for_the_hand_over_and_hands_on(world: World) -> None:
    assert await overtaken(world, True) == 0


async def test_without_the_heirs_locks_somebody_who_left_owns_the_book(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(monkeypatch, lock_people, LOCK)
    assert await overtaken(world, False) == 2


async def test_a_lead_who_leaves_with_their_rep_keeps_nothing_by_the_rule(world: World) -> None:
    """Whichever comes first: the lead inherits and hands on, or has left and gets nothing."""
    book = await make_book(world, n=4)
    async with world.transaction() as conn:
        await conn.execute("UPDATE tenant SET leaver_rule = 'manager' WHERE id = %s", (world.tenant_id,))
    held = "SELECT FROM customer WHERE tenant_id = %s FOR UPDATE"
    async with Barrier(world.company.owner_url, held, (world.tenant_id,)) as barrier:
        barrier.start(book.leaves())
        await barrier.waiting(1)
        barrier.start(book.leaves(book.lead))
        await barrier.waiting(2)
    assert barrier.results == [4, 4]
    assert await book.counts() == {None: 4}
    assert (await world.verify()).differences == 0
