"""The handbook over HTTP: who reads it, which version, which edition, and who has confirmed it."""

from datetime import timedelta

import pytest
from fastapi import FastAPI

from gonghai.base import clock
from gonghai.pools.actions import Subject, edit_pool
from tests.fixtures.customers import counted_statements
from tests.fixtures.people import Company, signed_in
from tests.moves.world import World

THIRTY = {"name": "全部", "timers": {"follow_up": "30 days"}}
FIFTEEN = {"name": "全部", "timers": {"follow_up": "15 days"}}


def kinds(book: dict) -> set[str]:
    return {s["kind"] for section in book["sections"] for s in section["sentences"]}


def said(book: dict, kind: str) -> dict:
    return next(s for section in book["sections"] for s in section["sentences"] if s["kind"] == kind)


async def edit(world: World, pool_id: int, version: int, **settings: object) -> None:
    async with world.transaction() as conn:
        await edit_pool(conn, world.company.system, pool_id, settings, None, version=version, now=clock.now())


async def test_a_pool_without_rules_says_that_nobody_loses_anything(app: FastAPI, world: World) -> None:
    pool = await world.pool()
    async with await signed_in(app, world.company) as admin:
        book = (await admin.get(f"/pools/{pool}/handbook")).json()
    assert (book["policy_number"], book["must_acknowledge"]) == (None, False)
    assert "no_policy" in kinds(book)
    assert not {"timer", "ladder", "notice", "locked"} & kinds(book)


async def test_only_who_sees_the_pool_reads_its_handbook(app: FastAPI, world: World) -> None:
    pool = await world.pool()
    async with world.transaction() as conn:
        await edit_pool(
            conn, world.company.system, pool, {}, {"claim": [Subject("role", role="manager")]}, version=1,
            now=clock.now(),
        )  # fmt: skip
    manager, rep = await world.rep("m", ("manager",)), await world.rep("r")
    async with await signed_in(app, world.company, manager.person_id) as client:
        assert (await client.get(f"/pools/{pool}/handbook")).status_code == 200
        assert [b["pool"]["id"] for b in (await client.get("/handbooks")).json()["items"]] == [str(pool)]
        assert (await client.get(f"/pools/{pool}/handbook", params={"number": 9})).status_code == 404
    async with await signed_in(app, world.company, rep.person_id) as client:
        assert (await client.get(f"/pools/{pool}/handbook")).status_code == 404
        assert (await client.get("/handbooks")).json()["items"] == []


async def test_an_older_number_shows_the_settings_that_held_with_it(app: FastAPI, world: World) -> None:
    before = clock.now() - timedelta(days=20)
    pool = await world.pool(daily_quota=5)
    await world.policy(pool, THIRTY, at=before)
    await edit(world, pool, 1, daily_quota=7)
    await world.policy(pool, FIFTEEN, at=clock.now())
    await edit(world, pool, 2, daily_quota=9)
    async with await signed_in(app, world.company) as admin:
        new = (await admin.get(f"/pools/{pool}/handbook")).json()
        old = (await admin.get(f"/pools/{pool}/handbook", params={"number": 1})).json()
    assert (new["policy_number"], old["policy_number"]) == (2, 1)
    assert (said(new, "timer")["data"]["n"], said(old, "timer")["data"]["n"]) == (15, 30)
    assert (said(new, "daily_quota")["data"]["limit"], said(old, "daily_quota")["data"]["limit"]) == (9, 7)
    assert (old["ended"] is None, new["ended"]) == (False, None)


async def test_the_edition_changes_with_a_rule_and_not_with_the_day(app: FastAPI, world: World) -> None:
    pool = await world.pool()
    await world.policy(pool, THIRTY, at=clock.now())
    async with await signed_in(app, world.company) as admin:
        first = (await admin.get(f"/pools/{pool}/handbook")).json()
        again = (await admin.get(f"/pools/{pool}/handbook", params={"number": 1})).json()
        await edit(world, pool, 1, daily_quota=7)
        changed = (await admin.get(f"/pools/{pool}/handbook")).json()
    assert first["edition"] == again["edition"] != changed["edition"]


async def test_reps_who_may_claim_are_asked_once_per_edition_where_the_company_wants_it(
    app: FastAPI, world: World
) -> None:
    pool = await world.pool()
    rep, other = await world.rep("阿芳"), await world.rep("阿强")
    url = f"/pools/{pool}/handbook"
    async with await signed_in(app, world.company) as admin, await signed_in(app, world.company, rep.person_id) as mine:
        assert not (await mine.get(url)).json()["must_acknowledge"]
        await ask(admin)
        book = (await mine.get(url)).json()
        assert book["must_acknowledge"]
        assert not (await admin.get(url)).json()["must_acknowledge"]
        stale = await mine.post(f"{url}/acknowledge", json={"edition": "0" * 12})
        assert (stale.status_code, stale.json()["code"]) == (409, "handbook_changed")
        first = (await mine.post(f"{url}/acknowledge", json={"edition": book["edition"]})).json()
        assert (await mine.post(f"{url}/acknowledge", json={"edition": book["edition"]})).json() == first
        assert not (await mine.get(url)).json()["must_acknowledge"]
        who = (await admin.get(f"{url}/acknowledgements")).json()
        assert [(p["person"]["id"], p["acknowledged_at"] is None) for p in who["items"]] == [
            (str(other.person_id), True),
            (str(rep.person_id), False),
        ]
        assert (await mine.get(f"{url}/acknowledgements")).status_code == 403
        await edit(world, pool, 1, daily_quota=7)
        assert (await mine.get(url)).json()["must_acknowledge"]


async def ask(admin: object) -> None:
    """The company asks its reps to confirm."""
    version = (await admin.get("/tenant")).headers["etag"]
    answer = await admin.patch("/tenant", json={"handbook_acknowledged": True}, headers={"If-Match": version})
    assert answer.status_code == 200, answer.text


async def test_one_company_never_reads_the_other(app: FastAPI, world: World, company: Company) -> None:
    from tests.fixtures.people import make_company

    other = await make_company(company.database, company.owner_url)
    pool = await world.pool()
    async with await signed_in(app, other) as stranger:
        assert (await stranger.get(f"/pools/{pool}/handbook")).status_code == 404


async def test_the_list_takes_as_few_statements_for_many_pools_as_for_one(
    app: FastAPI, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def counted() -> int:
        with counted_statements(monkeypatch) as seen:
            assert (await admin.get("/handbooks")).status_code == 200
        return len(seen)

    async with await signed_in(app, world.company) as admin:
        await world.policy(await world.pool("第0"), THIRTY, at=clock.now())
        await counted()  # the session is remembered from here on
        one = await counted()
        for n in range(1, 6):
            await world.policy(await world.pool(f"第{n}"), FIFTEEN, at=clock.now())
        assert await counted() == one
        books = (await admin.get("/handbooks")).json()["items"]
        alone = [(await admin.get(f"/pools/{b['pool']['id']}/handbook")).json() for b in books]
    assert [(b["edition"], b["policy_number"]) for b in books] == [(b["edition"], b["policy_number"]) for b in alone]
