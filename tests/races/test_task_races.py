"""Tasks under competition: done once, by one follow-up; done or cancelled, never both; given once; cancelled or handed
over."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from gonghai.activities.tasks import complete, go_along
from gonghai.base.database import rows
from tests.fixtures.customers import Team, make_team
from tests.fixtures.people import make_company
from tests.races.racing import LOCK, Barrier


@pytest.fixture
async def team(racers: Any, app: FastAPI, migrated_url: str) -> Team:
    return await make_team(app, await make_company(racers, migrated_url))


def barrier(team: Team, table: str, of: int) -> Barrier:
    column = "id" if table == "customer" else "customer_id"
    sql = f"SELECT FROM {table} WHERE tenant_id = %s AND {column} = %s FOR NO KEY UPDATE"
    return Barrier(team.company.owner_url, sql, (team.company.tenant_id, of))


async def give(client: httpx.AsyncClient, customer: int) -> httpx.Response:
    body = {"customer_ids": [str(customer)], "to": {"kind": "owner"}, "title": "回访"}
    return await client.post("/tasks", json=body)


async def log(client: httpx.AsyncClient, customer: int) -> httpx.Response:
    return await client.post(f"/customers/{customer}/follow-ups", json={"kind": "call", "note": "聊过"})


async def task_of(team: Team, customer: int) -> dict[str, Any]:
    async with team.connection() as conn:
        (found,) = await rows(
            conn, "SELECT * FROM task WHERE tenant_id = %s AND customer_id = %s", (team.company.tenant_id, customer)
        )
    return found


async def two_follow_ups(team: Team) -> tuple[list[int], dict[str, Any]]:
    """How many tasks each of two follow-ups at once did, the winner's first; and the task."""
    manager, rep = await team.browser(team.manager_id), await team.browser(team.rep_id)
    customer = await team.customer(team.rep_id)
    await give(manager, customer)
    async with barrier(team, "customer", customer) as race:
        race.start(log(rep, customer), log(rep, customer))
        await race.waiting(2)
    assert [answer.status_code for answer in race.results] == [201, 201]
    made = sorted((answer.json() for answer in race.results), key=lambda f: int(f["id"]))
    return [len(f["tasks"]) for f in made], {**await task_of(team, customer), "first": int(made[0]["id"])}


async def test_two_follow_ups_at_once_do_a_task_once(team: Team) -> None:
    did, task = await two_follow_ups(team)
    assert did == [1, 0]
    assert (task["state"], task["follow_up_id"], task["version"]) == ("done", task["first"], 2)


async def test_without_asking_for_open_ones_the_second_would_do_it_again(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard = " AND t.state = 'open'"
    assert guard in complete._THEIRS
    monkeypatch.setattr(complete, "_THEIRS", complete._THEIRS.replace(guard, ""))
    did, task = await two_follow_ups(team)
    assert did == [1, 1]
    assert task["follow_up_id"] != task["first"]


async def done_and_cancelled(team: Team, *, cancel_first: bool) -> tuple[list[int], dict[str, Any]]:
    """(the answers to a follow-up and to cancelling at once, the task)."""
    manager, rep = await team.browser(team.manager_id), await team.browser(team.rep_id)
    customer = await team.customer(team.rep_id)
    await give(manager, customer)
    task = await task_of(team, customer)
    async with barrier(team, "task", customer) as race:
        cancel, follow_up = manager.post(f"/tasks/{task['id']}/cancel"), log(rep, customer)
        for waiting, attempt in enumerate((cancel, follow_up) if cancel_first else (follow_up, cancel), 1):
            race.start(attempt)
            await race.waiting(waiting)
    cancelled, done = race.results if cancel_first else reversed(race.results)
    return [len(done.json()["tasks"]), cancelled.status_code], await task_of(team, customer)


@pytest.mark.parametrize("cancel_first", [False, True])
async def test_a_task_is_done_or_cancelled_never_both(team: Team, cancel_first: bool) -> None:
    (done, cancelled), task = await done_and_cancelled(team, cancel_first=cancel_first)
    assert (done, cancelled, task["state"]) == ((0, 204, "cancelled") if cancel_first else (1, 409, "done"))
    assert task["version"] == 2


async def test_without_the_tasks_lock_it_would_be_both(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    assert f"{LOCK} OF t" in complete._THEIRS
    monkeypatch.setattr(complete, "_THEIRS", complete._THEIRS.replace(f"{LOCK} OF t", ""))
    (done, cancelled), task = await done_and_cancelled(team, cancel_first=True)
    assert (done, cancelled, task["state"], task["version"]) == (1, 204, "done", 3)


async def test_the_same_task_given_twice_at_once_is_given_once(team: Team) -> None:
    manager = await team.browser(team.manager_id)
    customer = await team.customer(team.rep_id)
    async with barrier(team, "customer", customer) as race:
        race.start(give(manager, customer), give(manager, customer))
        await race.waiting(2)
    codes = [answer.json()["results"][0]["code"] for answer in race.results]
    assert {*codes} == {None, "already_given"}
    await task_of(team, customer)


async def cancelled_and_handed_over(team: Team) -> tuple[int, dict[str, Any]]:
    """A task is cancelled while the hand-over of its assignee's book waits for it: (how many went along, the task)."""
    manager = await team.browser(team.manager_id)
    customer = await team.customer(team.rep_id)
    await give(manager, customer)
    task = await task_of(team, customer)
    body = {"way": "heirs", "how": "in_turn", "heirs": [str(team.other_id)]}
    async with barrier(team, "task", customer) as race:
        for waiting, url in enumerate((f"/tasks/{task['id']}/cancel", f"/people/{team.rep_id}/hand-over"), 1):
            race.start(manager.post(url, json=body if waiting == 2 else None))
            await race.waiting(waiting)
    assert [answer.status_code for answer in race.results] == [204, 200]
    return race.results[1].json()["hand_over"]["tasks"], await task_of(team, customer)


async def test_a_task_that_is_cancelled_as_its_book_is_handed_over_stays_where_it_was(team: Team) -> None:
    along, task = await cancelled_and_handed_over(team)
    assert (along, task["state"], task["assignee_id"], task["version"]) == (0, "cancelled", team.rep_id, 2)


async def test_without_the_tasks_lock_a_cancelled_one_would_go_along(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert f"{LOCK} OF t" in go_along._ALONG
    monkeypatch.setattr(go_along, "_ALONG", go_along._ALONG.replace(f"{LOCK} OF t", ""))
    along, task = await cancelled_and_handed_over(team)
    assert (along, task["state"], task["assignee_id"]) == (1, "cancelled", team.other_id)
