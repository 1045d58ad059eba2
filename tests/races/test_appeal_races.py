"""An appeal granted while somebody claims the customer: exactly one of the two has it."""

from fastapi import FastAPI

from gonghai.access.actor import Actor
from gonghai.moves.requests.decide import decide
from tests.fixtures.people import signed_in
from tests.moves.desk import make_desk
from tests.moves.world import World
from tests.races.racing import Barrier

ROUNDS = 8


async def test_of_a_granted_appeal_and_a_claim_at_once_exactly_one_wins(app: FastAPI, world: World) -> None:
    desk = await make_desk(world, untouched_cap=100, daily_quota=100)
    won: list[str] = []
    waited = 0
    client = await signed_in(app, world.company, desk.colleague.person_id)
    for turn in range(ROUNDS):
        (customer,) = await desk.taken()
        request = await desk.appeal(customer)

        async def grants(request: int = request) -> str | None:
            return (await desk.codes(desk.keeper, request))[0]

        async def claims(customer: int = customer) -> str | None:
            answer = await client.post(f"/customers/{customer}/claim")
            return None if answer.status_code == 200 else str(answer.json()["code"])

        attempts = [grants(), claims()] if turn % 2 else [claims(), grants()]
        row = "SELECT FROM customer WHERE id = %s FOR UPDATE"
        async with Barrier(world.company.owner_url, row, (customer,)) as barrier:
            barrier.start(attempts[0])
            await barrier.waiting(1)  # each is the first to wait in half of the rounds
            barrier.start(attempts[1])
            await barrier.waiting(2)
        waited += barrier.waited
        granted, claimed = barrier.results if turn % 2 else reversed(barrier.results)
        owner = (await world.row(customer))["owner_id"]
        if granted is None:
            assert (claimed, owner) == ("already_claimed", desk.rep.person_id)
        else:
            assert (granted, claimed, owner) == ("claimed_since", None, desk.colleague.person_id)
        won.append("appeal" if granted is None else "claim")
    print(f"{ROUNDS} meetings of an appeal and a claim: {waited} waited for a lock; {won}")
    assert waited >= 2 * ROUNDS
    assert set(won) == {"appeal", "claim"}
    assert (await world.verify()).differences == 0


async def test_one_request_decided_by_two_managers_at_once_is_decided_once(world: World) -> None:
    desk = await make_desk(world)
    (customer,) = await desk.mine()
    request = await desk.extend(customer)
    seen = await _two_answers(world, desk.boss, await world.admin(), customer, request)
    assert sorted(str(code) for code in seen) == ["None", "request_decided"]
    assert [e["kind"] for e in await world.events(customer)] in (["create", "protect"], ["create"])
    assert (await world.verify()).differences == 0


async def _two_answers(world: World, first: Actor, second: Actor, customer: int, request: int) -> list[str | None]:
    async def answers(who: Actor, accept: bool) -> str | None:
        async with world.transaction() as conn:
            (result,) = await decide(conn, who, [request], accept=accept)
            return result.code

    row = "SELECT FROM customer WHERE id = %s FOR UPDATE"
    async with Barrier(world.company.owner_url, row, (customer,)) as barrier:
        barrier.start(answers(first, True), answers(second, False))
        await barrier.waiting(2)
    return barrier.results
