"""Locking and protecting through HTTP: single and in batch, and what is left of the lock quota."""

from datetime import timedelta

from fastapi import FastAPI

from gonghai.base import clock
from tests.fixtures.customers import make_team
from tests.fixtures.people import Company


async def test_a_rep_locks_in_the_row_and_in_batch_and_sees_what_is_left(app: FastAPI, company: Company) -> None:
    team = await make_team(app, company, lock_quota=2)
    one, two, three = [await team.customer(team.rep_id) for _ in range(3)]
    rep = await team.browser(team.rep_id)
    until = (clock.now() + timedelta(days=7)).isoformat()
    locked = await rep.post(f"/customers/{one}/lock", json={"until": until})
    assert locked.status_code == 200
    assert locked.json()["customer"]["locked_until"]
    assert {"lock", "unlock"} <= set(locked.json()["customer"]["allowed"])
    batch = {"move": "lock", "customer_ids": [str(two), str(three)], "until": until}
    results = (await rep.post("/moves", json=batch)).json()["results"]
    assert [r["code"] for r in results] == [None, "lock_quota"]
    limits = (await rep.get("/me")).json()["pools"][0]["limits"]
    assert (limits["lock_quota"]["used"], limits["lock_quota"]["limit"]) == (2, 2)
    freed = await rep.post(f"/customers/{one}/unlock", json={})
    assert freed.status_code == 200
    assert (await rep.get("/me")).json()["pools"][0]["limits"]["lock_quota"]["used"] == 1
    told = (await rep.get(f"/customers/{one}/history", params={"moves_only": True})).json()["items"]
    assert [event["kind"] for event in told[:2]] == ["unlock", "lock"]
    assert "锁定至 20" in told[1]["sentence"]["zh"]


async def test_a_manager_protects_and_nobody_else_may(app: FastAPI, company: Company) -> None:
    team = await make_team(app, company)
    customer = await team.customer(team.rep_id)
    rep, other, manager = [await team.browser(p) for p in (team.rep_id, team.other_id, team.manager_id)]
    body = {"until": (clock.now() + timedelta(days=7)).isoformat(), "reason": "合同评审中"}
    refused = [await who.post(f"/customers/{customer}/protect", json=body) for who in (rep, other)]
    assert [answer.status_code for answer in refused] == [403, 403]
    assert (await other.post(f"/customers/{customer}/lock", json={"until": body["until"]})).status_code == 404
    done = await manager.post(f"/customers/{customer}/protect", json=body)
    assert done.json()["customer"]["protected_until"]
    batch = {"customer_ids": [str(customer)], "move": "unprotect"}
    assert (await manager.post("/moves", json=batch)).json()["results"][0]["outcome"] == "moved"


async def test_malformed_bodies_are_422(app: FastAPI, company: Company) -> None:
    team = await make_team(app, company)
    customer = await team.customer(team.rep_id)
    rep = await team.browser(team.rep_id)
    naive = await rep.post(f"/customers/{customer}/lock", json={"until": "2026-12-01T00:00:00"})
    without = await rep.post("/moves", json={"move": "lock", "customer_ids": [str(customer)]})
    assert (naive.status_code, without.status_code) == (422, 422)
    assert without.json()["errors"] == [{"path": "body.until", "code": "missing"}]
