"""Leave: who enters it, how it ends, and that only one that has begun holds customers."""

from datetime import datetime, timedelta

import httpx
from fastapi import FastAPI

from gonghai.base import clock
from gonghai.people.calendar import tenant_calendar
from gonghai.workdays import Length, add
from tests.fixtures.customers import make_team
from tests.fixtures.people import Company, signed_in
from tests.moves.world import World
from tests.people.test_people import events

DAY = timedelta(days=1)


async def leave(client: httpx.AsyncClient, person_id: int, begins: datetime, ends: datetime) -> httpx.Response:
    body = {"from": begins.isoformat(), "until": ends.isoformat()}
    return await client.put(f"/people/{person_id}/leave", json=body, headers=await tag(client, person_id))


async def tag(client: httpx.AsyncClient, person_id: int) -> dict[str, str]:
    return {"If-Match": (await client.get(f"/people/{person_id}")).headers["ETag"]}


async def test_a_manager_enters_and_ends_leave_of_their_people_alone(app: FastAPI, company: Company) -> None:
    team = await make_team(app, company)
    stranger = await company.person("stranger", department_id=await company.department("别处"))
    now = clock.now()
    async with await team.browser(team.manager_id) as manager:
        assert (await leave(manager, team.rep_id, now + DAY, now + 3 * DAY)).status_code == 200
        for other in (stranger, team.manager_id, company.admin_id):
            assert (await leave(manager, other, now + DAY, now + 3 * DAY)).status_code == 403
            assert not (await manager.get(f"/people/{other}")).json()["may_set_leave"]
        assert (await manager.get(f"/people/{team.rep_id}")).json()["may_set_leave"]
    async with await team.browser(team.rep_id) as rep:
        assert (await leave(rep, team.rep_id, now + DAY, now + 5 * DAY)).status_code == 403
        assert (await rep.get("/me")).json()["person"]["leave"]["until"][:10] == (now + 3 * DAY).isoformat()[:10]


async def test_a_planned_leave_is_called_off_and_one_that_has_begun_ends_now(app: FastAPI, company: Company) -> None:
    team = await make_team(app, company)
    now = clock.now()
    url = f"/people/{team.rep_id}/leave"
    async with await signed_in(app, company) as admin:
        await leave(admin, team.rep_id, now + DAY, now + 3 * DAY)
        assert (await admin.delete(url, headers=await tag(admin, team.rep_id))).json()["leave"] is None
        assert (await admin.delete(url, headers=await tag(admin, team.rep_id))).json()["code"] == "not_on_leave"
        await leave(admin, team.rep_id, now - DAY, now + 3 * DAY)
        ended = (await admin.delete(url, headers=await tag(admin, team.rep_id))).json()["leave"]
        assert datetime.fromisoformat(ended["from"]) == now - DAY
        assert now <= datetime.fromisoformat(ended["until"]) < now + DAY
        assert (await admin.delete(url, headers=await tag(admin, team.rep_id))).json()["code"] == "not_on_leave"
    kept = [(e["kind"], [*e["data"]["changes"]]) for e in (await events(company, "person", team.rep_id))[1:]]
    both = ["leave_from", "leave_until"]
    assert kept == [("set_leave", both), ("end_leave", both), ("set_leave", both), ("end_leave", ["leave_until"])]


async def test_a_leave_has_two_ends_in_order_and_is_not_over_already(app: FastAPI, company: Company) -> None:
    rep = await company.person("rep")
    now = clock.now()
    async with await signed_in(app, company) as admin:
        for begins, ends, code in (
            (now + DAY, now + DAY, "leave_order"),
            (now - 3 * DAY, now - DAY, "in_the_past"),
            (now, now + 1000 * DAY, "leave_too_long"),
        ):
            refused = await leave(admin, rep, begins, ends)
            assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, code)


async def test_a_leave_that_has_begun_holds_customers_and_a_planned_one_does_not(
    app: FastAPI, company: Company
) -> None:
    world = World(company)
    pool = await world.pool()
    away, soon = await world.rep("away"), await world.rep("soon")
    now = clock.now()
    await world.policy(pool, {"name": "全部", "timers": {"follow_up": "5 days"}}, at=now - 60 * DAY)
    [held] = await world.customers(1, pool, away.person_id, at=now - 20 * DAY)
    [taken] = await world.customers(1, pool, soon.person_id, at=now - 20 * DAY)
    until = now + 4 * DAY
    async with await signed_in(app, company) as admin:
        await leave(admin, away.person_id or 0, now - DAY, until)
        await leave(admin, soon.person_id or 0, now + DAY, until)
        shown = (await admin.get(f"/customers/{held}")).json()["countdown"]
        why = (await admin.get(f"/customers/{held}/why")).json()
    async with world.transaction() as conn:
        back = add(until, Length(2, "working_days"), await tenant_calendar(conn, company.tenant_id))
    assert (shown["held_by"], datetime.fromisoformat(shown["effective"])) == ("leave", back)
    assert "负责人休假，返岗后 2 个工作日" in str(why)
    assert await world.sweep(now) == [taken]
    assert await world.sweep(back - timedelta(microseconds=1)) == []
    assert await world.sweep(back) == [held]
    assert not (await world.verify()).differences
