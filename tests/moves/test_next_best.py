"""Next best through HTTP: the pool deals one customer at a time, keeps it for a while, and declining has its price."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from gonghai.base import clock
from gonghai.base.database import run
from gonghai.base.queue import defer
from gonghai.moves.assign import assign
from gonghai.moves.pool_moves import archive
from tests.fixtures.customers import counted_statements
from tests.fixtures.people import signed_in
from tests.jobs.test_worker import work_off
from tests.moves.world import World

HOUR = timedelta(hours=1)


@dataclass
class Desk:
    """A rep at a pool that deals."""

    world: World
    app: FastAPI
    pool: int
    rep: int
    client: httpx.AsyncClient

    async def ask(self) -> httpx.Response:
        return await self.client.post(f"/pools/{self.pool}/offers", json={})

    async def dealt(self) -> dict[str, Any]:
        answer = await self.ask()
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def answer(self, offer: dict[str, Any], verb: str, body: dict[str, Any] | None = None) -> httpx.Response:
        return await self.client.post(f"/offers/{offer['id']}/{verb}", json=body or {})

    async def mine(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.client.get(f"/pools/{self.pool}/offers/mine")).json()
        return found

    async def age(self, minutes: int) -> None:
        """Lets that time pass for all offers."""
        async with self.world.transaction() as conn:
            await run(
                conn,
                "UPDATE offer SET offered_at = offered_at - %(m)s * interval '1 minute',"
                " expires_at = expires_at - %(m)s * interval '1 minute',"
                " decided_at = decided_at - %(m)s * interval '1 minute' WHERE tenant_id = %(t)s",
                {"m": minutes, "t": self.world.tenant_id},
            )


async def make_desk(world: World, app: FastAPI, customers: int = 3, **settings: Any) -> tuple[Desk, list[int]]:
    """A pool in mode next best with that many customers, the first the longest in it; its rep; their ids."""
    pool = await world.pool(mode="next_best", **settings)
    rep = await world.company.person("王芳")
    now = clock.now()
    ids = [(await world.customers(1, pool, at=now - (customers - i) * HOUR))[0] for i in range(customers)]
    return Desk(world, app, pool, rep, await signed_in(app, world.company, rep)), ids


@pytest.fixture
async def another(app: FastAPI, world: World) -> AsyncIterator[httpx.AsyncClient]:
    client = await signed_in(app, world.company, await world.company.person("李雷"))
    yield client
    await client.aclose()


async def test_the_longest_in_the_pool_is_dealt_masked_kept_and_claimed(world: World, app: FastAPI) -> None:
    desk, ids = await make_desk(world, app)
    async with world.transaction() as conn:
        await run(conn, "UPDATE customer SET phones = '{13800138000}' WHERE tenant_id = %s", (world.tenant_id,))
    offer = await desk.dealt()
    assert (offer["customer"]["id"], offer["cost"]) == (str(ids[0]), 1)
    assert "13800138000" not in str(offer)
    assert "phones" in offer["customer"]["masked"]
    assert (await desk.dealt())["id"] == offer["id"]
    assert (await desk.mine())["offer"] == offer

    taken = await desk.answer(offer, "accept")
    assert taken.json() == {"customer_id": str(ids[0]), "outcome": "claimed", "request_id": None}
    row = await world.row(ids[0])
    assert (row["state"], row["owner_id"]) == ("owned", desk.rep)
    claim = (await world.events(ids[0]))[-1]
    assert (claim["kind"], claim["data"]["offer"], claim["data"]["daily_quota"]) == ("claim", offer["id"], [1, 20])
    history = (await desk.client.get(f"/customers/{ids[0]}/history")).json()["items"][0]
    assert history["sentence"]["zh"] == "王芳接受派单，从「公共公海」领取"
    assert (await desk.dealt())["customer"]["id"] == str(ids[1])


async def test_two_people_are_never_offered_the_same(world: World, app: FastAPI, another: httpx.AsyncClient) -> None:
    desk, ids = await make_desk(world, app, customers=2)
    mine = await desk.dealt()
    theirs = (await another.post(f"/pools/{desk.pool}/offers", json={})).json()
    assert [mine["customer"]["id"], theirs["customer"]["id"]] == [str(i) for i in ids]
    standing = await desk.mine()
    assert (standing["waiting"], standing["offered"]) == (2, 2)
    third = await signed_in(app, world.company, await world.company.person("韩梅"))
    refused = (await third.post(f"/pools/{desk.pool}/offers", json={})).json()
    assert refused["code"] == "nothing_to_deal"
    assert refused["data"] == {"waiting": 2, "offered": 2, "not_again": 0, "refused": {}}
    # Another's offer is not there for me.
    assert (await third.post(f"/offers/{mine['id']}/accept", json={})).status_code == 404
    assert (await third.post(f"/offers/{mine['id']}/decline", json={})).status_code == 404


async def test_declining_costs_quota_and_the_declined_does_not_come_back_to_them(
    world: World, app: FastAPI, another: httpx.AsyncClient
) -> None:
    desk, ids = await make_desk(world, app, daily_quota=3, decline_cost=2)
    offer = await desk.dealt()
    declined = await desk.answer(offer, "decline", {"reason": "no_time"})
    assert declined.json() == {"cost": 2, "wait_until": None}
    me = (await desk.client.get("/me")).json()["pools"][0]["limits"]["daily_quota"]
    assert (me["used"], me["limit"]) == (2, 3)
    second = await desk.dealt()
    assert second["customer"]["id"] == str(ids[1])
    # What one declined is there for others.
    theirs = (await another.post(f"/pools/{desk.pool}/offers", json={})).json()
    assert theirs["customer"]["id"] == str(ids[0])
    # The last of the quota is gone by the next one; declining is still free to do.
    assert (await desk.answer(second, "decline")).json()["cost"] == 2
    refused = (await desk.ask()).json()
    assert refused["code"] == "daily_quota"
    assert (refused["data"]["used"], refused["data"]["limit"]) == (4, 3)


async def test_declining_makes_one_wait_for_the_next(world: World, app: FastAPI) -> None:
    desk, _ = await make_desk(world, app, decline_cost=0, decline_wait_minutes=30)
    declined = (await desk.answer(await desk.dealt(), "decline")).json()
    assert declined["cost"] == 0
    refused = (await desk.ask()).json()
    assert (refused["code"], refused["data"]["minutes"]) == ("offer_wait_until", 30)
    assert (await desk.mine())["wait_until"] == declined["wait_until"]
    await desk.age(31)
    assert (await desk.mine())["wait_until"] is None
    assert (await desk.ask()).status_code == 200


async def test_letting_an_offer_lapse_costs_the_same_as_declining(world: World, app: FastAPI) -> None:
    desk, ids = await make_desk(world, app, daily_quota=3, decline_cost=2, decline_wait_minutes=10, offer_minutes=5)
    offer = await desk.dealt()
    await desk.age(6)
    # Nobody has written that it lapsed yet; the quota knows.
    assert (await desk.client.get("/me")).json()["pools"][0]["limits"]["daily_quota"]["used"] == 2
    standing = await desk.mine()
    assert (standing["offer"], standing["offered"]) == (None, 0)
    refused = (await desk.answer(offer, "accept")).json()
    assert (refused["code"], refused["data"]["cost"]) == ("offer_lapsed", 2)
    assert (await desk.ask()).json()["code"] == "offer_wait_until"
    async with world.transaction() as conn:
        await defer(conn, "sweep", tenant_id=world.tenant_id)
    await work_off(world.database)
    assert (await desk.client.get("/me")).json()["pools"][0]["limits"]["daily_quota"]["used"] == 2
    assert (await desk.answer(offer, "decline")).json()["code"] == "offer_lapsed"
    await desk.age(10)
    assert (await desk.dealt())["customer"]["id"] == str(ids[1])


async def test_an_offered_customer_that_leaves_the_pool_is_lost_and_costs_nothing(world: World, app: FastAPI) -> None:
    desk, ids = await make_desk(world, app, decline_wait_minutes=30)
    boss = await world.admin()
    offer = await desk.dealt()
    async with world.transaction() as conn:
        await assign(conn, boss, [ids[0]], owner_id=world.company.admin_id)
    assert (await desk.answer(offer, "accept")).json()["code"] == "offer_lost"
    assert (await desk.answer(offer, "decline")).json()["code"] == "offer_lost"
    offer = await desk.dealt()
    assert offer["customer"]["id"] == str(ids[1])
    async with world.transaction() as conn:
        await archive(conn, boss, [ids[1]], reason="closed_down")
    assert (await desk.mine())["offer"] is None
    assert (await desk.dealt())["customer"]["id"] == str(ids[2])
    assert (await desk.client.get("/me")).json()["pools"][0]["limits"]["daily_quota"]["used"] == 0


async def test_what_refuses_the_person_is_said_before_anything_is_dealt(world: World, app: FastAPI) -> None:
    desk, ids = await make_desk(world, app, daily_quota=1)
    await desk.answer(await desk.dealt(), "accept")
    refused = (await desk.ask()).json()
    assert (refused["code"], refused["data"]["used"]) == ("daily_quota", 1)
    assert (await desk.mine())["offered"] == 0
    assert (await world.row(ids[1]))["state"] == "pooled"


async def test_an_answered_offer_is_answered_once_and_bad_input_is_refused(world: World, app: FastAPI) -> None:
    desk, _ = await make_desk(world, app)
    offer = await desk.dealt()
    assert (await desk.answer(offer, "decline", {"reason": "too_far"})).status_code == 422
    assert (await desk.answer(offer, "accept")).status_code == 200
    for verb in ("accept", "decline"):
        refused = (await desk.answer(offer, verb)).json()
        assert refused["code"] in ("offer_answered", "offer_lost")
    assert (await desk.answer({"id": "999999999"}, "accept")).status_code == 404
    listing = await world.pool("列表公海")
    refused = (await desk.client.post(f"/pools/{listing}/offers", json={})).json()
    assert (refused["code"], refused["data"]) == ("no_offers_here", {"mode": "list"})
    auditor = await signed_in(app, world.company, await world.company.person("审计", ("auditor",)))
    assert (await auditor.post(f"/pools/{desk.pool}/offers", json={})).status_code == 403


async def test_nothing_to_deal_says_why_in_numbers(world: World, app: FastAPI) -> None:
    desk, _ = await make_desk(world, app, customers=2, freeze_hours=72)
    refused = (await desk.ask()).json()
    assert refused["code"] == "nothing_to_deal"
    assert refused["data"]["refused"] == {"frozen_until": 2}
    assert refused["data"]["until"] > clock.now().isoformat()
    direct = await desk.client.post(f"/customers/{(await world.customers(1, desk.pool))[0]}/claim", json={})
    assert direct.json()["code"] == "not_dealt"


async def test_what_one_had_lately_is_not_dealt_to_them_again(world: World, app: FastAPI) -> None:
    desk, ids = await make_desk(world, app, customers=1, cooldown_days=0)
    await desk.answer(await desk.dealt(), "accept")
    released = await desk.client.post(f"/customers/{ids[0]}/release", json={"reason": "no_need"})
    assert released.status_code == 200, released.text
    refused = (await desk.ask()).json()
    assert (refused["code"], refused["data"]["not_again"]) == ("nothing_to_deal", 1)


async def test_dealing_takes_as_many_statements_from_a_large_pool_as_from_a_small_one(
    world: World, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = []
    for n, name in ((2, "小"), (60, "大")):
        pool = await world.pool(name, mode="next_best")
        await world.customers(n, pool)
        client = await signed_in(app, world.company, await world.company.person(f"rep{n}"))
        await client.get("/me")
        with counted_statements(monkeypatch) as seen:
            assert (await client.post(f"/pools/{pool}/offers", json={})).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
