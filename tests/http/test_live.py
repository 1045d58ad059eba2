"""Whoever looks at a pool is told who leaves it and who enters it: all of it, only of it, and no more than they may know."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from gonghai.base import clock
from gonghai.base.database import run
from gonghai.http import live as feeds
from gonghai.http.routes import live as route
from gonghai.moves.claim import claim
from gonghai.moves.undo import carry_out, start_undo
from gonghai.pools.actions import Subject, edit_pool
from tests.fixtures.customers import Team, counted_statements, make_team
from tests.fixtures.people import Company, anonymous, make_company, signed_in
from tests.http.listening import PATIENCE, STREAM, Listener, browser, listening, serving
from tests.moves.world import World


@pytest.fixture
async def address(app: FastAPI) -> AsyncIterator[str]:
    async with serving(app) as address:
        yield address


@pytest.fixture
async def team(app: FastAPI, company: Company) -> Team:
    return await make_team(app, company)


async def done(client: httpx.AsyncClient, path: str, **body: Any) -> Any:
    answer = await client.post(path, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_colleagues_claim_is_told_at_once_and_names_them(address: str, app: FastAPI, team: Team) -> None:
    customer = await team.customer(None)
    async with listening(address, app, team.company, team.pool_id, team.other_id) as listener:
        await done(await team.browser(team.rep_id), f"/customers/{customer}/claim")
        await listener.until(lambda it: customer in it.ids("left"))
    (told,) = [one for one in listener.of("left") if one["id"] == str(customer)]
    assert told == {"id": str(customer), "how": "claimed", "owner": {"id": str(team.rep_id), "name": "rep"}}
    headers = listener.answer.headers
    assert headers["content-type"].startswith("text/event-stream")
    assert (headers["cache-control"], headers["x-accel-buffering"]) == ("no-cache", "no")
    assert "content-encoding" not in headers


async def test_every_way_out_of_a_pool_and_into_it_is_told(
    address: str, app: FastAPI, company: Company, migrated_url: str
) -> None:
    world = World(company)
    pool, elsewhere = await world.pool(), await world.pool("另一个公海")
    segment = {"name": "其他", "timers": {"follow_up": "30 days"}}
    rep = await world.rep("rep")
    neglected = await world.customers(1, pool, rep.person_id, at=clock.now() - timedelta(days=60))
    await world.policy(pool, segment, at=clock.now() - timedelta(days=60))
    admin = await signed_in(app, company)
    one, *two = await world.customers(3, pool)
    async with (
        listening(address, app, company, pool) as here,
        listening(address, app, company, elsewhere) as there,
    ):
        entered: dict[str, int] = {}

        async def left(how: str, *ids: int) -> None:
            await here.until(lambda it: {(i, how) for i in ids} <= {(int(o["id"]), o["how"]) for o in it.of("left")})

        async def came(*ids: int, to: Listener = here) -> None:
            """Each once more than before."""
            for i in ids:
                n = entered.get(f"{to is here}{i}", 0)
                await to.until(lambda it, i=i, n=n: it.ids("entered").count(i) > n)  # type: ignore[misc]
                entered[f"{to is here}{i}"] = to.ids("entered").count(i)

        await came(one, *two)  # a moment ago: the page's list may not know them yet
        rep_browser = await signed_in(app, company, rep.person_id)
        made = await done(rep_browser, f"/pools/{pool}/claims", customer_ids=[str(i) for i in two])
        assert [r["outcome"] for r in made["results"]] == ["claimed", "claimed"]
        await left("claimed", *two)
        await done(admin, f"/customers/{one}/assign", owner_id=str(rep.person_id))
        await left("assigned", one)
        await done(rep_browser, f"/customers/{one}/release", reason="no_need")
        await came(one)
        assert await world.sweep(clock.now()) == neglected
        await came(*neglected)
        await done(admin, f"/customers/{one}/move-pool", pool_id=str(elsewhere))
        await left("moved", one)
        await came(one, to=there)
        await done(admin, f"/customers/{one}/move-pool", pool_id=str(pool))
        await came(one)
        await done(admin, f"/customers/{one}/archive", reason="空号")
        await left("archived", one)
        await done(admin, f"/customers/{one}/restore")
        await came(one)
        await undone(world, neglected[0])
        await left("assigned", *neglected)
        answer = await admin.post("/customers", json={"name": "新来的客户", "pool_id": str(pool)})
        await came(int(answer.json()["id"]))
        await there.until(lambda it: it.ids("left") == [one])
    assert set(there.ids("entered")) == {one}
    assert (await world.verify()).differences == 0


async def undone(world: World, customer_id: int) -> None:
    batch = (await world.events(customer_id))[-1]["batch_id"]
    async with world.transaction() as conn:
        undo_id = await start_undo(conn, await world.admin(), batch, now=clock.now())
    await carry_out(world.database, world.tenant_id, undo_id)


async def test_a_message_holds_nothing_of_the_customer_but_its_id(address: str, app: FastAPI, company: Company) -> None:
    world = World(company)
    pool = await world.pool(masked_fields=["phones"])
    rep = await world.rep("rep")
    async with listening(address, app, company, pool, await company.person("other")) as listener:
        (customer,) = await world.customers(
            1, pool, phones=["+8613912345678"], emails=["lin@yuanhai.example"], level="A"
        )
        await done(await signed_in(app, company, rep.person_id), f"/customers/{customer}/claim")
        await listener.until(lambda it: customer in it.ids("left"))
        await listener.until(lambda it: it.text.endswith("\n\n"))
    assert {key for one in listener.of("left") for key in one} == {"id", "how", "owner"}
    assert {key for one in listener.of("entered") for key in one} <= {"id"}
    assert not any(secret in listener.text for secret in ("客户", "13912345678", "yuanhai", '"A"'))


async def test_a_pool_that_hides_claimers_says_who_to_those_alone_whom_it_concerns(
    address: str, app: FastAPI, company: Company
) -> None:
    team = await make_team(app, company, hide_claimers=True)
    customer = await team.customer(None)
    seen = {}
    async with (
        listening(address, app, company, team.pool_id, team.other_id) as other,
        listening(address, app, company, team.pool_id, team.rep_id) as claimer,
        listening(address, app, company, team.pool_id, team.manager_id) as manager,
        listening(address, app, company, team.pool_id) as admin,
    ):
        await done(await team.browser(team.rep_id), f"/customers/{customer}/claim")
        for name, listener in {"other": other, "claimer": claimer, "manager": manager, "admin": admin}.items():
            await listener.until(lambda it: customer in it.ids("left"))
            seen[name] = listener.of("left")[-1]["owner"]
    rep = {"id": str(team.rep_id), "name": "rep"}
    assert seen == {"other": None, "claimer": rep, "manager": rep, "admin": rep}


async def test_another_pools_and_another_companys_customers_are_never_told_of(
    address: str, app: FastAPI, team: Team, migrated_url: str
) -> None:
    theirs = await make_team(app, await make_company(team.company.database, migrated_url, "别家公司"))
    elsewhere = await team.pool("另一个公海")
    async with listening(address, app, team.company, team.pool_id, team.other_id) as listener:
        for foreign in (await theirs.customer(None), await team.customer(None, pool_id=elsewhere)):
            owner = theirs if await of_company(theirs, foreign) else team
            await done(await owner.browser(owner.rep_id), f"/customers/{foreign}/claim")
        mine = await team.customer(None)
        await done(await team.browser(team.rep_id), f"/customers/{mine}/claim")
        await listener.until(lambda it: mine in it.ids("left"))
    assert set(listener.ids("left") + listener.ids("entered")) == {mine}


async def of_company(team: Team, customer_id: int) -> bool:
    async with team.connection() as conn:
        sql = "SELECT FROM customer WHERE tenant_id = %s AND id = %s"
        return await run(conn, sql, (team.company.tenant_id, customer_id)) > 0


async def test_only_who_sees_the_pool_may_listen_and_only_as_a_stream(address: str, app: FastAPI, team: Team) -> None:
    hidden = await team.pool("看不到的公海")
    await restrict(team, hidden, team.manager_id)
    url = f"/pools/{hidden}/live"
    assert (await anonymous(app).get(url, headers=STREAM)).status_code == 401
    async with browser(address, app, team.company, team.rep_id) as rep:
        answer = await rep.get(url, headers=STREAM)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        plain = await rep.get(f"/pools/{team.pool_id}/live")
        assert (plain.status_code, plain.json()["code"]) == (406, "event_stream_only")
    async with listening(address, app, team.company, hidden, team.manager_id):
        pass


async def restrict(team: Team, pool_id: int, person_id: int) -> None:
    """From now on the pool is one person's."""
    async with team.connection() as conn:
        scopes = {"see": [], "claim": [Subject("person", person_id)], "admin": []}
        await edit_pool(conn, team.company.system, pool_id, {}, scopes, version=1, now=clock.now())


async def test_a_stream_ends_when_the_right_to_see_the_pool_does(
    address: str, app: FastAPI, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(route, "LOOK_AGAIN", 0.2)
    async with listening(address, app, team.company, team.pool_id, team.rep_id) as listener:
        await restrict(team, team.pool_id, team.manager_id)
        await listener.end()


async def test_a_stream_ends_with_the_session(
    address: str, app: FastAPI, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(route, "LOOK_AGAIN", 0.2)
    async with listening(address, app, team.company, team.pool_id, team.rep_id) as listener:
        async with team.connection() as conn:
            sql = "DELETE FROM session WHERE tenant_id = %s AND person_id = %s"
            assert await run(conn, sql, (team.company.tenant_id, team.rep_id)) == 1
        app.state.identities.forget_person(team.rep_id)
        await listener.end()


async def test_a_broken_line_goes_on_where_it_stopped(address: str, app: FastAPI, team: Team) -> None:
    first, second = await team.customer(None), await team.customer(None)
    rep = await team.browser(team.rep_id)
    async with listening(address, app, team.company, team.pool_id, team.manager_id) as other:
        async with listening(address, app, team.company, team.pool_id, team.other_id) as broken:
            await done(rep, f"/customers/{first}/claim")
            await broken.until(lambda it: first in it.ids("left"))
        await done(rep, f"/customers/{second}/claim")
        await other.until(lambda it: second in it.ids("left"))
        async with listening(address, app, team.company, team.pool_id, team.other_id, broken.last_id) as again:
            await again.until(lambda it: second in it.ids("left"))
    assert not [name for name, _ in again.heard if name == "reset"]


async def test_who_was_away_for_too_long_is_told_to_read_the_list_again(
    address: str, app: FastAPI, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "KEPT", 1)
    monkeypatch.setattr(feeds, "OVERLAP", 0.0)
    rep = await team.browser(team.rep_id)
    async with listening(address, app, team.company, team.pool_id, team.other_id) as listener:
        for _ in range(2):
            customer = await team.customer(None)
            await done(rep, f"/customers/{customer}/claim")
            await listener.until(lambda it, customer=customer: customer in it.ids("left"))  # type: ignore[misc]
        async with listening(address, app, team.company, team.pool_id, team.manager_id, "1") as late:
            assert await late.next() == ("reset", {})
            await done(rep, f"/customers/{await team.customer(None)}/claim")
            name, _ = await late.next()
            assert name != "reset"


async def test_a_flood_of_events_is_one_reset_and_the_stream_goes_on(
    address: str, app: FastAPI, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "MOST_READ", 20)
    world = World(team.company)
    rep = await team.browser(team.rep_id)
    async with listening(address, app, team.company, team.pool_id, team.other_id) as listener:
        await world.customers(50, team.pool_id)
        await listener.until(lambda it: bool(it.heard))
        assert listener.heard[0] == ("reset", {})
        customer = await team.customer(None)
        await done(rep, f"/customers/{customer}/claim")
        await listener.until(lambda it: customer in it.ids("left"))


async def test_what_commits_late_with_an_earlier_id_is_told_too(
    address: str, app: FastAPI, team: Team, migrated_url: str
) -> None:
    early, late = await team.customer(None), await team.customer(None)
    company = team.company
    async with listening(address, app, company, team.pool_id, team.manager_id) as listener:
        async with company.database.tenant(company.tenant_id) as conn:
            await claim(conn, company.tenant_id, team.rep_id, [late], zone="Asia/Shanghai")
            await done(await team.browser(team.other_id), f"/customers/{early}/claim")
            await listener.until(lambda it: early in it.ids("left"))
            assert late not in listener.ids("left")
        await listener.until(lambda it: late in it.ids("left"))
    by_id = {customer: (await team.events(customer))[-1]["id"] for customer in (early, late)}
    assert by_id[late] < by_id[early], "the later commit has the earlier id"


async def test_however_many_listen_the_log_is_read_once_and_nobody_reads_it_when_none_does(
    address: str, app: FastAPI, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = await team.customer(None)
    async with (
        listening(address, app, team.company, team.pool_id, team.rep_id) as one,
        listening(address, app, team.company, team.pool_id, team.other_id) as two,
        listening(address, app, team.company, team.pool_id, team.manager_id) as three,
    ):
        assert list(app.state.live.feeds) == [team.company.tenant_id]
        await team.claim(customer, team.rep_id)  # as another process would: nobody nudges
        with counted_statements(monkeypatch) as statements:
            for listener in (one, two, three):
                await listener.until(lambda it: customer in it.ids("left"))
        reads = [sql for sql in statements if "FROM event" in sql]
        assert 1 <= len(reads) == len(statements)
    async with asyncio.timeout(PATIENCE):
        await app.state.live.finished()
    assert not app.state.live.feeds
