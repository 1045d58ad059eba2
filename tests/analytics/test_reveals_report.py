"""The report of revealing and browsing over HTTP: figures, the lists behind them, who may read it."""

from typing import Any

import httpx
from fastapi import FastAPI

from gonghai.base.database import Database, app_url
from gonghai.base.settings import Settings
from gonghai.http.app import create_app
from tests.fixtures.customers import Team, make_team, team
from tests.fixtures.people import Company, company, signed_in

__all__ = ["company", "team"]


async def reveal(client: httpx.AsyncClient, *customers: int) -> None:
    for customer in customers:
        assert (await client.post(f"/customers/{customer}/reveals", json={})).status_code == 200


async def line(client: httpx.AsyncClient, person: int, **query: Any) -> dict[str, Any]:
    found = (await client.get("/insight/reveals", params=query)).json()["items"]
    (one,) = [item for item in found if item["person"]["id"] == str(person)]
    return one  # type: ignore[no-any-return]


async def test_a_manager_sees_who_revealed_whom_and_never_claimed(app: FastAPI, company: Company) -> None:
    team = await make_team(app, company, reveal_quota=10)
    customers = [await team.customer(None) for _ in range(8)]
    rep, manager = await team.browser(team.rep_id), await team.browser(team.manager_id)
    await reveal(rep, *customers[:7])
    await team.claim(customers[0], team.rep_id)
    await team.claim(customers[1], team.other_id)
    mine = await line(manager, team.rep_id)
    assert (mine["person"]["name"], mine["revealed"]["today"], mine["never_claimed"]["today"]) == ("rep", 7, 6)
    assert (mine["unusual"], mine["revealed"]["unusual"], mine["opened"]["unusual"]) == (True, True, False)
    url = f"/insight/reveals/{team.rep_id}/customers"
    listed = (await manager.get(url, params={"limit": 5})).json()
    assert [i["customer"]["id"] for i in listed["items"]] == [str(c) for c in reversed(customers[2:7])]
    assert all(i["claimed_at"] is None for i in listed["items"])
    rest = (await manager.get(url, params={"limit": 5, "after": listed["next"]})).json()["items"]
    assert [bool(i["claimed_at"]) for i in rest] == [False, True]
    never = (await manager.get(url, params={"never_claimed": True})).json()["items"]
    assert str(customers[0]) not in {i["customer"]["id"] for i in never}
    assert len(never) == 6


async def test_a_customer_that_the_reader_no_longer_sees_is_not_named(app: FastAPI, company: Company) -> None:
    team = await make_team(app, company, reveal_quota=10)
    stranger = await company.person("外部门")
    customer = await team.customer(None)
    rep, manager = await team.browser(team.rep_id), await team.browser(team.manager_id)
    await reveal(rep, customer)
    await team.claim(customer, stranger)
    admin = await team.browser(company.admin_id)
    told = [
        (await client.get(f"/insight/reveals/{team.rep_id}/customers")).json()["items"][0]["customer"]
        for client in (manager, admin)
    ]
    assert told[0] is None
    assert told[1]["id"] == str(customer)


async def test_browsing_is_counted_by_person_pool_and_day(team: Team, app: FastAPI) -> None:
    another = await team.pool("另一个公海")
    customers = [await team.customer(None) for _ in range(3)]
    await team.customer(None, pool_id=another)
    owned = await team.customer(team.rep_id)
    rep, admin = await team.browser(team.rep_id), await team.browser(team.company.admin_id)
    for path in ("/customers", f"/pools/{team.pool_id}/customers", f"/customers/{customers[0]}", f"/customers/{owned}"):
        assert (await rep.get(path)).status_code == 200
    await app.state.browsing.flush()
    assert (await rep.get(f"/customers/{customers[1]}")).status_code == 200
    await app.state.browsing.flush()
    days = (await admin.get(f"/insight/reveals/{team.rep_id}/days")).json()["items"]
    assert [(d["pool"]["id"], d["listed"], d["opened"]) for d in days] == [
        (str(team.pool_id), 6, 2), (str(another), 1, 0),
    ]  # fmt: skip
    mine = await line(admin, team.rep_id)
    assert (mine["listed"]["today"], mine["opened"]["today"]) == (7, 2)
    assert (await line(admin, team.rep_id, pool_id=another))["listed"]["today"] == 1


async def test_what_could_not_be_written_is_written_the_next_time(team: Team, app: FastAPI, monkeypatch: Any) -> None:
    await team.customer(None)
    rep, admin = await team.browser(team.rep_id), await team.browser(team.company.admin_id)
    assert (await rep.get("/customers")).status_code == 200
    with monkeypatch.context() as patch:
        patch.setattr("gonghai.analytics.browsing.Looked._fields", ("person_id", "day", "pool_id"))
        await app.state.browsing.flush()
    assert (await admin.get("/insight/reveals")).json()["items"] == []
    await app.state.browsing.flush()
    assert (await line(admin, team.rep_id))["listed"]["today"] == 1


async def test_who_reads_the_report(team: Team) -> None:
    auditor = await team.company.person("审计", ("auditor",))
    outside = await team.company.person("外部门")
    expected = {team.rep_id: (403, 403), team.manager_id: (200, 404), auditor: (200, 200),
                team.company.admin_id: (200, 200)}  # fmt: skip
    for person, (report, of_outsider) in expected.items():
        client = await team.browser(person)
        assert (await client.get("/insight/reveals")).status_code == report
        for what in ("customers", "exports", "days"):
            assert (await client.get(f"/insight/reveals/{outside}/{what}")).status_code == of_outsider
            assert (await client.get(f"/insight/reveals/{2**62}/{what}")).status_code in (403, 404)


async def test_a_server_that_stops_writes_the_last_counts(team: Team, migrated_url: str) -> None:
    await team.customer(None)
    app = create_app(Database(app_url(migrated_url), size=2), Settings())
    async with app.router.lifespan_context(app):
        async with await signed_in(app, team.company, team.rep_id) as rep:
            assert (await rep.get("/customers")).status_code == 200
    assert (await line(await team.browser(team.company.admin_id), team.rep_id))["listed"]["today"] == 1
