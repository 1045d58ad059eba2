"""Tasks and plans of somebody who is away: their deputy sees them, does and refuses them for the person, and only then."""

from datetime import timedelta
from typing import Any

import httpx
from fastapi import FastAPI

from gonghai.base import clock
from gonghai.base.database import rows
from gonghai.moves.verify import verify
from gonghai.notifications.tasks import notify_overdue
from tests.activities.test_agenda import plan
from tests.activities.test_tasks import given, log, progress, shown, to
from tests.fixtures.customers import Team, make_team
from tests.fixtures.people import Company
from tests.moves.world import World
from tests.notifications.told import work_off
from tests.people.test_deputies import named

FOR_REP = {"scope": "acting_for"}


async def acting(team: Team) -> tuple[httpx.AsyncClient, httpx.AsyncClient, dict[str, Any]]:
    """The manager, the other who acts for the rep from now on, and the row that says so."""
    manager, deputy = await team.browser(team.manager_id), await team.browser(team.other_id)
    return manager, deputy, await named(manager, team.rep_id, team.other_id)


async def plans(client: httpx.AsyncClient, **query: str) -> list[tuple[str, str]]:
    """(customer, whose) of the plans listed."""
    found = (await client.get("/plans", params=query)).json()["items"]
    return [(p["customer"]["id"], p["owner"]["name"]) for p in found]


async def test_a_deputy_sees_what_waits_for_the_person_apart_from_their_own_and_only_while_they_act(team: Team) -> None:
    rep = await team.browser(team.rep_id)
    theirs, own = await team.customer(team.rep_id), await team.customer(team.other_id)
    manager, deputy, row = await acting(team)
    await given(manager, [theirs, own])
    for client, customer in ((rep, theirs), (deputy, own)):
        await plan(client, customer, clock.now() + timedelta(days=30))
    await given(manager, [theirs, own], title="回访")
    for query, people, found in (
        ({}, ["other"], [own]),
        (FOR_REP, ["rep"], [theirs]),
        ({"scope": "both"}, ["rep", "other"], [theirs, own]),
        ({"scope": "both", "assignee_id": str(team.rep_id)}, ["rep"], [theirs]),
    ):
        assert [t["assignee"]["name"] for t in await shown(deputy, **query)] == people
        asked = {name.replace("assignee", "owner"): value for name, value in query.items()}
        assert sorted(await plans(deputy, **asked)) == sorted(zip(map(str, found), people, strict=True))
        agenda = (await deputy.get("/agenda", params=query)).json()
        assert (agenda["tasks"]["later"], agenda["plans"]["later"]) == (len(people), len(people))
    (task,) = await shown(deputy, **FOR_REP)
    assert (task["customer"]["id"], task["allowed"]) == (str(theirs), ["follow_up", "refuse"])
    assert [t["id"] for t in (await deputy.get(f"/customers/{theirs}/tasks")).json()["items"]] == [task["id"]]
    assert (await deputy.post(f"/tasks/{task['id']}/cancel")).status_code == 403
    assert (await deputy.post(f"/deputies/{row['id']}/end")).status_code == 200
    assert await shown(deputy, **FOR_REP) == await shown(deputy, scope="all", assignee_id=str(team.rep_id)) == []
    assert await plans(deputy, scope="both") == [(str(own), "other")]
    assert (await deputy.post(f"/tasks/{task['id']}/refuse", json={"reason": "x"})).status_code == 404


async def test_the_deputys_follow_up_does_the_persons_task_and_voiding_it_opens_the_task(team: Team) -> None:
    rep = await team.browser(team.rep_id)
    customer = await team.customer(team.rep_id)
    manager, deputy, row = await acting(team)
    batch = await given(manager, [customer], kind="call")
    assert [t["why_open"] for t in (await log(deputy, customer, "visit"))["tasks"]] == ["other_kind"]
    made = await log(deputy, customer)
    assert (made["tasks"][0]["why_open"], made["for"]["name"]) == (None, "rep")
    (done,) = await shown(rep, show="done")
    assert (done["assignee"]["name"], done["decided_by"]["name"]) == ("rep", "other")
    again = (await log(deputy, customer))["id"]
    void = f"/customers/{customer}/follow-ups/{{}}/void"
    assert (await manager.post(void.format(made["id"]), json={"reason": "没打"})).status_code == 204
    assert await progress(manager, batch) == {"total": 1, "done": 1}, "the deputy's second call does it"
    assert (await manager.post(void.format(again), json={"reason": "也没打"})).status_code == 204
    assert await progress(manager, batch) == {"total": 1, "open": 1}
    assert (await deputy.post(f"/deputies/{row['id']}/end")).status_code == 200
    assert (await verify(team.company.database, team.company.tenant_id)).differences == 0


async def test_it_does_so_in_a_pool_where_one_follows_up_without_claiming(app: FastAPI, company: Company) -> None:
    team = await make_team(app, company, follow_up_unclaimed=True)
    admin, rep = await team.browser(company.admin_id), await team.browser(team.rep_id)
    first, second = await team.customer(None), await team.customer(None)
    await given(admin, [first, second], to(team.rep_id))
    _, deputy, row = await acting(team)
    assert [t["why_open"] for t in (await log(deputy, first))["tasks"]] == [None]
    assert (await deputy.post(f"/deputies/{row['id']}/end")).status_code == 200
    assert (await log(deputy, second))["tasks"] == [], "nobody's task but the rep's"
    assert [t["customer"]["id"] for t in await shown(rep)] == [str(second)]


async def test_a_deputy_refuses_for_the_person_and_everybody_reads_who_did(team: Team) -> None:
    manager, deputy, _ = await acting(team)
    batch = await given(manager, [await team.customer(team.rep_id)])
    (task,) = await shown(deputy, **FOR_REP)
    assert (await deputy.post(f"/tasks/{task['id']}/refuse", json={"reason": "客户出差"})).status_code == 204
    (refused,) = await shown(manager, scope="all", batch_id=batch, show="refused")
    assert [refused[n]["name"] for n in ("assignee", "decided_by")] == ["rep", "other"]
    async with team.connection() as conn:
        (event,) = await rows(
            conn,
            "SELECT * FROM event WHERE tenant_id = %s AND kind = 'refuse_task' AND subject_id = %s",
            (team.company.tenant_id, int(task["id"])),
        )
    assert (event["actor_id"], event["data"]) == (team.other_id, {"for": str(team.rep_id)})
    await work_off(World(team.company))
    told = [n["title"] for n in (await manager.get("/inbox")).json()["items"] if n["kind"] == "task_refused"]
    assert told[0]["zh"].startswith("other（代rep）拒绝了跟进任务「节前拜访」")
    assert told[0]["en"].startswith("Other (for rep) refused the task")


async def test_a_deputy_is_told_of_what_is_given_to_the_person_and_of_what_is_overdue(team: Team) -> None:
    manager, deputy, _ = await acting(team)
    customer = await team.customer(team.rep_id)
    await given(manager, [customer])
    await work_off(World(team.company))
    async with team.connection() as conn:
        await conn.execute("UPDATE task SET due_at = now() WHERE tenant_id = %s", (team.company.tenant_id,))
        await notify_overdue(conn, team.company.tenant_id, now=clock.now())
    notices = {n["kind"]: n for n in (await deputy.get("/inbox")).json()["items"]}
    assert notices["task_given_for"]["title"]["zh"] == "manager给你代理的rep分配了跟进任务「节前拜访」：1 个客户"
    assert notices["task_given_for"]["title"]["en"].startswith(
        "Manager asks rep, for whom you act, to follow up 1 cust"
    )
    assert notices["tasks_overdue_for"]["lines"] == [{"zh": "rep：1 个", "en": "rep: 1"}]
    assert (await deputy.get("/me")).json()["tasks_due"] == 1
