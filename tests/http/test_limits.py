"""Limits and overrides over HTTP: setting them, what is left, why it is this number, and what is refused in words."""

from datetime import timedelta
from typing import Any

import httpx
from fastapi import FastAPI

from gonghai.base import clock
from gonghai.pools.actions import Subject, edit_pool
from tests.fixtures.customers import Team, counted_statements, make_team
from tests.fixtures.people import Company, signed_in


async def _admin(team: Team) -> httpx.AsyncClient:
    return await signed_in(team.app, team.company)


async def _limits(client: httpx.AsyncClient) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get("/me")).json()["pools"][0]["limits"]
    return found


def _ends(hours: int) -> str:
    return (clock.now() + timedelta(hours=hours)).isoformat()


async def test_a_departments_limit_and_an_override_show_in_what_is_left_and_in_the_claim(
    app: FastAPI, company: Company
) -> None:
    team = await make_team(app, company)
    admin, rep = await _admin(team), await team.browser(team.rep_id)
    url = f"/pools/{team.pool_id}"
    department = (await company.actor(team.rep_id)).department_id
    subject = {"kind": "department", "id": str(department)}
    made = await admin.post(f"{url}/limits", json={"rule": "daily_quota", "subject": subject, "value": 1})
    assert made.status_code == 201, made.text
    assert made.json()["subject"]["name"] == "销售部"
    assert (await _limits(rep))["daily_quota"] == {
        "used": 0, "limit": 1,
        "by": {"kind": "department", "id": str(department), "name": "销售部", "why": None, "until": None, "earned": None},
    }  # fmt: skip
    granted = await admin.post(
        f"{url}/overrides",
        json={"person_id": str(team.rep_id), "rule": "daily_quota", "value": 2, "until": _ends(5), "why": "双十一"},
    )
    assert granted.status_code == 201, granted.text
    free = [await team.customer(None) for _ in range(4)]
    assert (await rep.post(f"/customers/{free[0]}/claim")).status_code == 200
    quota = (await _limits(rep))["daily_quota"]
    assert (quota["used"], quota["limit"], quota["by"]["kind"], quota["by"]["why"]) == (1, 2, "override", "双十一")
    why = (await rep.get(f"{url}/limits/of/{team.rep_id}")).json()
    (daily,) = [item for item in why["items"] if item["rule"] == "daily_quota"]
    assert [(c["kind"], c["value"], c["holds"]) for c in daily["considered"]] == [
        ("override", 2, True), ("department", 1, False), ("pool", 20, False),
    ]  # fmt: skip
    ended = await admin.post(f"{url}/overrides/{granted.json()['id']}/revoke")
    assert ended.json()["revoked_at"] is not None
    refused = (await rep.post(f"/customers/{free[1]}/claim")).json()
    assert refused["code"] == "daily_quota"
    assert (refused["data"]["used"], refused["data"]["limit"], refused["data"]["by"]["name"]) == (1, 1, "销售部")
    assert [o["id"] for o in (await admin.get(f"{url}/overrides?state=past")).json()["items"]] == [granted.json()["id"]]
    again = await admin.post(f"{url}/overrides/{granted.json()['id']}/revoke")
    assert (again.status_code, again.json()["code"]) == (409, "override_over")
    assert (await admin.delete(f"{url}/limits/{made.json()['id']}")).status_code == 204
    assert (await rep.post(f"/customers/{free[1]}/claim")).status_code == 200


async def test_bad_limits_are_refused_in_words(app: FastAPI, company: Company) -> None:
    team = await make_team(app, company, holding_cap=5)
    admin = await _admin(team)
    for _ in range(3):
        await team.customer(team.rep_id)
    url, rep = f"/pools/{team.pool_id}", {"kind": "person", "id": str(team.rep_id)}

    async def refused(method: str, path: str, body: dict[str, Any], **headers: str) -> tuple[int, str, Any]:
        answer = await admin.request(method, path, json=body, headers=headers)
        said = answer.json()
        return answer.status_code, said["code"], said["errors"][0] if answer.status_code == 422 else said["data"]

    status, code, fault = await refused("POST", f"{url}/limits", {"rule": "daily_quota", "subject": rep, "value": -1})
    assert (status, code, fault["path"], fault["code"]) == (422, "invalid", "body.value", "greater_than_equal")
    status, _, fault = await refused("PATCH", url, {"daily_quota": -1}, **{"If-Match": '"1"'})
    assert (status, fault["path"]) == (422, "body.daily_quota")
    # A cap below what somebody holds
    cap = {"rule": "holding_cap", "subject": rep, "value": 2}
    status, code, data = await refused("POST", f"{url}/limits", cap)
    assert (status, code, data["over"], data["most"]["name"], data["used"]) == (409, "cap_below_holdings", 1, "rep", 3)
    status, code, data = await refused("PATCH", url, {"holding_cap": 1}, **{"If-Match": '"1"'})
    assert (status, code, data["limit"]) == (409, "cap_below_holdings", 1)
    assert (await admin.post(f"{url}/limits", json={**cap, "accept_over_cap": True})).status_code == 201
    body = {"holding_cap": 1, "accept_over_cap": True}
    assert (await admin.patch(url, json=body, headers={"If-Match": '"1"'})).status_code == 200
    assert (await refused("POST", f"{url}/limits", {**cap, "value": 9}))[1] == "limit_exists"
    # Overrides
    one = {"person_id": str(team.rep_id), "rule": "daily_quota", "value": 9, "until": _ends(48), "why": "活动"}
    assert (await admin.post(f"{url}/overrides", json=one)).status_code == 201
    status, code, data = await refused("POST", f"{url}/overrides", {**one, "from": _ends(47), "until": _ends(60)})
    assert (status, code) == (409, "overrides_overlap")
    assert data["from"] < data["until"]
    assert (
        await admin.post(f"{url}/overrides", json={**one, "from": _ends(49), "until": _ends(60)})
    ).status_code == 201
    assert (await refused("POST", f"{url}/overrides", {**one, "from": _ends(90), "until": _ends(80)}))[
        1
    ] == "override_order"
    past = {**one, "from": _ends(-9), "until": _ends(-1)}
    assert (await refused("POST", f"{url}/overrides", past))[1] == "override_in_past"
    assert (await refused("POST", f"{url}/overrides", {**one, "why": " "}))[0] == 422
    nobody = {"rule": "daily_quota", "subject": {"kind": "person", "id": "999999999"}, "value": 1}
    assert (await refused("POST", f"{url}/limits", nobody))[2]["code"] == "unknown_subject"
    nameless = {"rule": "daily_quota", "subject": {"kind": "role"}, "value": 1}
    assert (await refused("POST", f"{url}/limits", nameless))[2]["code"] == "subject_incomplete"
    # Windows
    for windows in (
        [{"days": [1], "from": "18:00", "until": "09:00"}],
        [{"days": [1, 2], "from": "09:00", "until": "12:00"}, {"days": [2], "from": "11:00", "until": "13:00"}],
        [{"days": [8], "from": "09:00", "until": "12:00"}],
        [{"days": "working", "from": "25:00", "until": "26:00"}],
    ):
        assert (await refused("PATCH", url, {"claim_windows": windows}, **{"If-Match": '"2"'}))[0] == 422
    nonsense = {"approval": {"fact": "shoe_size", "is": "eq", "value": 44}}
    status, _, fault = await refused("PATCH", url, nonsense, **{"If-Match": '"2"'})
    assert (status, fault["path"]) == (422, "body.approval")
    assert "unknown_fact" in fault["message"]
    # The company
    company_cap = {"rule": "holding_cap", "subject": rep, "value": 9}
    assert (await refused("POST", "/tenant/limits", company_cap))[1] == "no_company_cap"


async def test_limits_are_set_by_admins_and_pool_admins_and_read_by_whom_they_concern(
    app: FastAPI, company: Company
) -> None:
    team = await make_team(app, company)
    async with team.connection() as conn:
        admins = {"admin": [Subject("person", team.other_id)]}
        await edit_pool(conn, company.system, team.pool_id, {}, admins, version=1, now=clock.now())
    rep, pool_admin = await team.browser(team.rep_id), await team.browser(team.other_id)
    manager = await team.browser(team.manager_id)
    stranger = await signed_in(app, company, await company.person("stranger"))
    url = f"/pools/{team.pool_id}"
    body = {"rule": "daily_quota", "subject": {"kind": "role", "role": "rep"}, "value": 3}
    assert (await rep.post(f"{url}/limits", json=body)).status_code == 403
    assert (await manager.post(f"{url}/limits", json=body)).status_code == 403
    assert (await pool_admin.post(f"{url}/limits", json=body)).status_code == 201
    assert (await pool_admin.post("/tenant/limits", json={**body, "rule": "holding_cap"})).status_code == 403
    assert len((await rep.get(f"{url}/limits")).json()["items"]) == 1, "rules are for everybody to read"
    assert (await rep.get(f"{url}/overrides")).status_code == 403
    for reader in (rep, manager, pool_admin):
        assert (await reader.get(f"{url}/limits/of/{team.rep_id}")).status_code == 200
    assert (await stranger.get(f"{url}/limits/of/{team.rep_id}")).status_code == 403
    assert (await rep.get(f"/pools/999999/limits/of/{team.rep_id}")).status_code == 404


async def test_what_is_left_takes_the_same_statements_for_one_pool_and_for_many(
    app: FastAPI, company: Company, monkeypatch: Any
) -> None:
    team = await make_team(app, company)
    rep = await team.browser(team.rep_id)

    async def statements() -> int:
        with counted_statements(monkeypatch) as seen:
            assert (await rep.get("/me")).status_code == 200
        return len(seen)

    before = await statements()
    for n in range(5):
        await team.pool(f"公海{n}", holding_exempt={"fact": "level", "is": "eq", "value": "A"})
    assert await statements() <= before + 2, "whose conditions are read, once for all pools"
