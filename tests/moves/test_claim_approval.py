"""Claims that need a yes: they become requests, the rules are checked again, and the quota is used only then."""

from typing import Any

from fastapi import FastAPI

from gonghai.base import clock
from gonghai.pools.actions import Subject, edit_pool
from tests.fixtures.customers import Team, make_team
from tests.fixtures.people import Company

BIG = {"fact": "level", "is": "eq", "value": "A"}


async def _customer(team: Team, level: str) -> int:
    from gonghai.customers.insert import insert_customers
    from gonghai.customers.record import NewCustomer
    from gonghai.events.log import By

    async with team.connection() as conn:
        new = [NewCustomer({"name": f"客户{level}", "level": level}, team.pool_id, None)]
        made = await insert_customers(
            conn, team.company.tenant_id, new, kind="create", by=By.person(None), at=clock.now()
        )
        return made[0]


async def _team(app: FastAPI, company: Company, **settings: Any) -> Team:
    team = await make_team(app, company, approval=BIG, **settings)
    async with team.connection() as conn:
        admins = {"admin": [Subject("person", team.other_id)]}
        await edit_pool(conn, company.system, team.pool_id, {}, admins, version=1, now=clock.now())
    return team


async def test_a_claim_that_needs_a_yes_answers_202_and_is_made_when_the_pools_admin_says_it(
    app: FastAPI, company: Company
) -> None:
    team = await _team(app, company, daily_quota=1)
    rep, admin = await team.browser(team.rep_id), await team.browser(team.other_id)
    big, small = await _customer(team, "A"), await _customer(team, "B")
    asked = await rep.post(f"/customers/{big}/claim")
    assert (asked.status_code, asked.json()["state"]) == (202, "pooled")
    again = await rep.post(f"/customers/{big}/claim", headers={"Idempotency-Key": "k"})
    assert (again.status_code, again.json()) == (202, asked.json()), "asked once"
    same = await rep.post(f"/customers/{big}/claim", headers={"Idempotency-Key": "k"})
    assert (same.status_code, same.json()) == (202, asked.json())
    request = asked.json()["request_id"]
    (line,) = (await admin.get("/requests?kind=claim")).json()["items"]
    assert (line["id"], line["kind"], line["can"]) == (request, "claim", ["accept", "decline", "comment"])
    assert (await admin.get(f"/requests/{request}")).status_code == 200
    # Nothing is used yet; then something else is.
    assert (await rep.get("/me")).json()["pools"][0]["limits"]["daily_quota"]["used"] == 0
    assert (await rep.post(f"/customers/{small}/claim")).status_code == 200
    late = await admin.post(f"/requests/{request}/accept", json={})
    assert (late.status_code, late.json()["code"]) == (409, "daily_quota"), "the rules are checked again"
    version = (await admin.get(f"/pools/{team.pool_id}")).json()["version"]
    headers = {"If-Match": f'"{version}"'}
    assert (await admin.patch(f"/pools/{team.pool_id}", json={"daily_quota": 5}, headers=headers)).status_code == 200
    assert (await admin.post(f"/requests/{request}/accept", json={})).status_code == 200
    row = await team.row(big)
    assert (row["owner_id"], row["spell_claimed"]) == (team.rep_id, True)
    event = (await team.events(big))[-1]
    assert (event["kind"], event["actor_id"], event["data"]["request"]) == ("claim", team.rep_id, request)
    assert (await rep.get("/me")).json()["pools"][0]["limits"]["daily_quota"]["used"] == 2


async def test_a_batch_claims_what_it_can_and_asks_for_the_rest(app: FastAPI, company: Company) -> None:
    team = await _team(app, company)
    rep = await team.browser(team.rep_id)
    customers = [await _customer(team, level) for level in "ABAB"]
    body = {"customer_ids": [str(c) for c in customers]}
    results = (await rep.post(f"/pools/{team.pool_id}/claims", json=body)).json()["results"]
    assert [r["outcome"] for r in results] == ["asked", "claimed", "asked", "claimed"]
    assert len({r["data"]["request_id"] for r in results if r["outcome"] == "asked"}) == 2
    assert [(await team.row(c))["state"] for c in customers] == ["pooled", "owned", "pooled", "owned"]


async def test_a_declined_or_withdrawn_request_leaves_the_customer_in_the_pool(app: FastAPI, company: Company) -> None:
    team = await _team(app, company)
    rep, admin = await team.browser(team.rep_id), await team.browser(team.other_id)
    customer = await _customer(team, "A")
    first = (await rep.post(f"/customers/{customer}/claim")).json()["request_id"]
    assert (await admin.post(f"/requests/{first}/decline", json={"note": "先跟完手上的"})).status_code == 200
    second = (await rep.post(f"/customers/{customer}/claim")).json()["request_id"]
    assert second != first
    assert (await rep.post(f"/requests/{second}/withdraw", json={})).status_code == 200
    assert (await team.row(customer))["state"] == "pooled"
    assert (await rep.post(f"/requests/{second}/accept", json={})).status_code == 403, "nobody grants their own"


async def test_a_refused_claim_asks_nobody(app: FastAPI, company: Company) -> None:
    team = await _team(app, company, daily_quota=0)
    rep, admin = await team.browser(team.rep_id), await team.browser(team.other_id)
    customer = await _customer(team, "A")
    refused = await rep.post(f"/customers/{customer}/claim")
    assert (refused.status_code, refused.json()["code"]) == (409, "daily_quota"), "rules are checked at asking too"
    assert (await admin.get("/requests?kind=claim")).json()["items"] == []
