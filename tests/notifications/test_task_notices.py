"""What people are told of follow-up tasks: once a batch, of each refusal, when nothing is open any more, each day overdue."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from gonghai.base import clock
from gonghai.notifications.tasks import notify_overdue
from tests.fixtures.customers import Team, make_team
from tests.fixtures.people import Company
from tests.moves.world import World
from tests.notifications.told import work_off


@pytest.fixture
async def team(app: FastAPI, company: Company) -> Team:
    return await make_team(app, company)


async def inbox(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get("/inbox")).json()["items"]
    return found


async def give(client: httpx.AsyncClient, customers: list[int], **more: Any) -> str:
    body = {"customer_ids": [str(c) for c in customers], "to": {"kind": "owner"}, "title": "节前拜访", **more}
    return str((await client.post("/tasks", json=body)).json()["batch_id"])


async def test_the_assignee_is_told_once_a_batch_and_the_giver_of_refusals_and_of_the_end(team: Team) -> None:
    manager, rep = await team.browser(team.manager_id), await team.browser(team.rep_id)
    first, second = await team.customer(team.rep_id), await team.customer(team.rep_id)
    batch = await give(manager, [first, second])
    await work_off(World(team.company))
    (notice,) = await inbox(rep)
    assert notice["title"] == {
        "zh": "manager给你分配了跟进任务「节前拜访」：2 个客户",
        "en": "Manager asks you to follow up 2 customers: 节前拜访",
    }
    assert notice["link"] == {"kind": "tasks", "id": None}
    assert len(notice["lines"]) == 2
    assert await inbox(manager) == []
    await rep.post(f"/customers/{first}/follow-ups", json={"kind": "call", "note": "聊过"})
    await work_off(World(team.company))
    assert await inbox(manager) == [], "something is open still"
    (task,) = (await rep.get("/tasks")).json()["items"]
    await rep.post(f"/tasks/{task['id']}/refuse", json={"reason": "已停业"})
    await work_off(World(team.company))
    told = {n["kind"]: n for n in await inbox(manager)}
    assert told.keys() == {"task_refused", "tasks_complete"}
    assert told["task_refused"]["title"]["zh"].startswith("rep拒绝了跟进任务「节前拜访」：「")
    assert told["tasks_complete"]["lines"] == [{"zh": "共 2 个，完成 1 个，拒绝 1 个", "en": "1 of 2 done, 1 refused"}]
    assert told["tasks_complete"]["link"] == {"kind": "task_batch", "id": batch}
    assert len(await inbox(rep)) == 1


async def test_whoever_passes_a_task_on_has_the_new_assignee_told(team: Team) -> None:
    manager, other = await team.browser(team.manager_id), await team.browser(team.other_id)
    customer = await team.customer(team.rep_id)
    await give(manager, [customer])
    await team.transfer(customer, team.rep_id, team.other_id)
    (task,) = (await manager.get("/tasks", params={"scope": "all", "show": "lapsed"})).json()["items"]
    answer = await manager.post(f"/tasks/{task['id']}/reassign", json={"person_id": str(team.other_id)})
    assert answer.status_code == 204
    await work_off(World(team.company))
    assert "task_given" in [n["kind"] for n in await inbox(other)]


async def test_what_is_overdue_is_said_once_a_day_to_who_has_it_and_who_gave_it(team: Team) -> None:
    manager, rep = await team.browser(team.manager_id), await team.browser(team.rep_id)
    due = clock.now() + timedelta(hours=1)
    customers = [await team.customer(team.rep_id) for _ in range(3)]
    await give(manager, customers, due_at=due.isoformat())
    await give(manager, [await team.customer(team.rep_id)])
    await team.release(customers[0], team.rep_id)
    t = team.company.tenant_id
    for later in (timedelta(0), timedelta(minutes=10), timedelta(minutes=20)):
        async with team.connection() as conn:
            await notify_overdue(conn, t, now=due + later)
    mine = [n for n in await inbox(rep) if n["kind"] == "tasks_overdue"]
    theirs = [n for n in await inbox(manager) if n["kind"] == "given_overdue"]
    assert [n["title"]["zh"] for n in mine] == ["你有 2 个跟进任务已过期"]
    assert [n["title"]["en"] for n in theirs] == ["2 of the follow-up tasks you gave are overdue"]
    assert theirs[0]["lines"] == [{"zh": "rep：2 个", "en": "rep: 2"}]
    async with team.connection() as conn:
        await notify_overdue(conn, t, now=due + timedelta(days=1))
    assert len([n for n in await inbox(rep) if n["kind"] == "tasks_overdue"]) == 2
