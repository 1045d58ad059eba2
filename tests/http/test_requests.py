"""Requests through HTTP: what asker and deciders see, what nobody else does, and the boxes."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from gonghai.base import clock
from gonghai.moves.recycle import carry_out, start_run
from gonghai.policy.versions import publish
from tests.fixtures.customers import Team, counted_statements, make_team
from tests.fixtures.people import Company, signed_in

HOLDING = {"segments": [{"name": "所有", "timers": {"holding": "10 days"}}]}


@pytest.fixture
async def team(app: FastAPI, company: Company) -> Team:
    """Customers go after ten days."""
    made = await make_team(app, company, notice_floor=False)
    async with made.connection() as conn:
        await publish(conn, company.system, made.pool_id, HOLDING, at=clock.now() - timedelta(days=90))
    return made


async def taken(team: Team) -> int:
    """A customer with a follow-up that a sweep took from the rep."""
    customer = await team.customer(team.rep_id, clock.now() - timedelta(days=30))
    rep = await team.browser(team.rep_id)
    await rep.post(f"/customers/{customer}/follow-ups", json={"kind": "call", "note": "客户说下周定方案"})
    async with team.connection() as conn:
        run_id = await start_run(
            conn, team.company.tenant_id, pool_id=None, requested_by=team.company.admin_id, now=clock.now()
        )
    assert run_id is not None
    await carry_out(team.company.database, team.company.tenant_id, run_id)
    return customer


async def ids(client: httpx.AsyncClient, box: str, **more: Any) -> list[str]:
    answer = await client.get("/requests", params={"box": box, **more})
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


async def test_an_extension_from_the_asking_to_the_countdown(team: Team) -> None:
    customer = await team.customer(team.rep_id, clock.now() - timedelta(days=5))
    rep, manager = await team.browser(team.rep_id), await team.browser(team.manager_id)
    before = (await rep.get(f"/customers/{customer}")).json()
    chance = (await rep.get(f"/customers/{customer}/extension")).json()
    assert (chance["possible"], chance["used"], chance["limit"]) == (True, 0, 1)
    assert chance["effective"] == before["countdown"]["effective"]
    asked = await rep.post(f"/customers/{customer}/extension", json={"days": 3, "note": "客户下周定方案"})
    assert asked.status_code == 201
    request = asked.json()
    assert (request["state"], request["days"], request["can"]) == ("open", 3, ["withdraw", "comment"])
    again = (await rep.get(f"/customers/{customer}/extension")).json()
    assert (again["possible"], again["code"], again["waiting"]) == (False, "extension_limit", request["id"])
    assert await ids(manager, "to_decide") == [request["id"]]
    assert (await manager.get("/me")).json()["requests_to_decide"] == 1
    seen = (await manager.get(f"/requests/{request['id']}")).json()
    assert seen["can"] == ["accept", "decline", "comment"]
    assert seen["why"]["kind"] == "deadline"
    said = await manager.post(f"/requests/{request['id']}/comments", json={"text": "方案谁在看？"})
    assert said.status_code == 201
    assert [c["text"] for c in (await rep.get(f"/requests/{request['id']}")).json()["thread"]] == ["方案谁在看？"]
    assert (await manager.post(f"/requests/{request['id']}/accept", json={})).status_code == 200
    after = (await rep.get(f"/customers/{customer}")).json()
    assert after["countdown"]["held_by"] == "protected"
    assert after["countdown"]["effective"] > before["countdown"]["effective"]
    assert (await ids(manager, "to_decide"), await ids(manager, "decided")) == ([], [request["id"]])
    assert await ids(rep, "mine", kind="extension") == [request["id"]]
    assert await ids(rep, "mine", kind="appeal") == []


async def test_an_appeal_shows_both_sides_why_it_went_and_what_was_done(team: Team) -> None:
    customer = await taken(team)
    rep, admin = await team.browser(team.rep_id), await signed_in(team.app, team.company)
    chance = (await rep.get(f"/customers/{customer}/appeal")).json()
    assert chance["possible"] is True
    request = (await rep.post(f"/customers/{customer}/appeal", json={"note": "一直在跟进"})).json()
    for who in (rep, admin):
        seen = (await who.get(f"/requests/{request['id']}")).json()
        assert seen["why"]["kind"] == "move"
        assert [line["note"] for line in seen["follow_ups"]] == ["客户说下周定方案"]
    assert (await admin.post(f"/requests/{request['id']}/accept", json={"note": "确实在跟进"})).status_code == 200
    mine = (await rep.get(f"/customers/{customer}")).json()
    assert (mine["owner"]["id"], mine["recycle_count"]) == (str(team.rep_id), 0)
    told = (await rep.get(f"/customers/{customer}/history", params={"moves_only": True})).json()["items"]
    assert [event["kind"] for event in told[:2]] == ["appeal", "recycle"]


async def test_nobody_but_asker_and_deciders_sees_a_request(team: Team) -> None:
    customer = await team.customer(team.rep_id, clock.now() - timedelta(days=5))
    rep, other, manager = [await team.browser(p) for p in (team.rep_id, team.other_id, team.manager_id)]
    request = (await rep.post(f"/customers/{customer}/extension", json={"days": 3})).json()["id"]
    for path, body in (
        (f"/requests/{request}/accept", {}), (f"/requests/{request}/decline", {}), (f"/requests/{request}/withdraw", {}),
        (f"/requests/{request}/comments", {"text": "x"}), (f"/customers/{customer}/extension", {"days": 3}),
        (f"/customers/{customer}/archive-request", {"reason": "x"}), (f"/customers/{customer}/appeal", {"note": "x"}),
    ):  # fmt: skip
        assert (await other.post(path, json=body)).status_code == 404, path
    assert (await other.get(f"/requests/{request}")).status_code == 404
    bulk = {"ids": [request], "decision": "accept"}
    assert (await other.post("/requests/decisions", json=bulk)).json()["results"][0]["code"] == "not_found"
    assert [await ids(other, box) for box in ("to_decide", "mine", "decided")] == [[], [], []]
    # Seen, but not theirs to do.
    assert (await rep.post(f"/requests/{request}/accept", json={})).status_code == 403
    assert (await manager.post(f"/requests/{request}/withdraw", json={})).status_code == 403
    assert (await manager.post(f"/customers/{customer}/extension", json={"days": 3})).status_code == 403
    assert (await rep.post(f"/requests/{request}/withdraw", json={})).status_code == 200
    assert (await rep.post(f"/requests/{request}/withdraw", json={})).json()["code"] == "request_decided"


async def test_a_manager_decides_in_bulk_and_is_answered_per_id(team: Team) -> None:
    rep, manager = await team.browser(team.rep_id), await team.browser(team.manager_id)
    asked = []
    for _ in range(3):
        customer = await team.customer(team.rep_id, clock.now() - timedelta(days=5))
        asked.append((await rep.post(f"/customers/{customer}/extension", json={"days": 3})).json()["id"])
    await rep.post(f"/requests/{asked[1]}/withdraw", json={})
    answer = await manager.post("/requests/decisions", json={"ids": asked, "decision": "accept", "note": "同意"})
    results = answer.json()["results"]
    assert [(r["outcome"], r["code"]) for r in results] == [
        ("accepted", None), ("refused", "request_decided"), ("accepted", None),
    ]  # fmt: skip
    assert {r["decided_by"]["id"] for r in (await manager.get("/requests?box=decided")).json()["items"]} == {
        str(team.manager_id), str(team.rep_id),
    }  # fmt: skip


async def test_an_archive_request_goes_to_the_manager(team: Team) -> None:
    customer = await team.customer(team.rep_id)
    rep, manager = await team.browser(team.rep_id), await team.browser(team.manager_id)
    request = (await rep.post(f"/customers/{customer}/archive-request", json={"reason": "公司已注销"})).json()
    assert (request["kind"], request["reason"]["zh"]) == ("archive", "公司已注销")
    assert (await manager.post(f"/requests/{request['id']}/accept", json={})).status_code == 200
    assert (await rep.get(f"/customers/{customer}")).status_code == 404
    (seen,) = (await rep.get("/requests?box=mine")).json()["items"]
    assert (seen["state"], seen["customer"]["id"]) == ("accepted", str(customer))


async def test_a_list_of_twelve_reads_as_often_as_one_of_two(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    rep, manager = await team.browser(team.rep_id), await team.browser(team.manager_id)
    for _ in range(12):
        customer = await team.customer(team.rep_id, clock.now() - timedelta(days=5))
        assert (await rep.post(f"/customers/{customer}/extension", json={"days": 3})).status_code == 201
    assert len(await ids(manager, "to_decide", limit=2)) == 2
    with counted_statements(monkeypatch) as for_two:
        assert len(await ids(manager, "to_decide", limit=2)) == 2
    with counted_statements(monkeypatch) as for_all:
        assert len(await ids(manager, "to_decide", limit=50)) == 12
    assert len(for_all) == len(for_two)
