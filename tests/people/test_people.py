"""Persons: who may change them, what a change leaves behind, and who can't go."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from fastapi import FastAPI

from gonghai.base import clock
from gonghai.base.database import rows
from gonghai.base.errors import Refusal
from gonghai.people.persons import deactivate
from tests.fixtures.people import Company, make_company, signed_in


async def events(company: Company, subject: str, subject_id: int) -> Sequence[Mapping[str, Any]]:
    async with company.database.tenant(company.tenant_id) as conn:
        return await rows(
            conn,
            "SELECT e.kind, e.version, e.actor_id, e.data FROM event e"
            " WHERE e.tenant_id = %s AND e.subject = %s AND e.subject_id = %s ORDER BY e.id",
            (company.tenant_id, subject, subject_id),
        )


async def test_an_edit_is_an_event_with_old_and_new_values_but_without_names(app: FastAPI, company: Company) -> None:
    east = await company.department("east")
    rep = await company.person("rep")
    async with await signed_in(app, company) as admin:
        body = {
            "name": "王芳",
            "email": "wang@example.com",
            "department_id": str(east),
            "roles": ["rep", "manager"],
        }
        answer = await admin.patch(f"/people/{rep}", json=body, headers={"If-Match": '"1"'})
        assert answer.status_code == 200, answer.text
        assert answer.headers["ETag"] == '"2"'
        person = answer.json()
        assert person["department"] == {"id": str(east), "name": "east"}
        assert (person["name"], person["email"], person["roles"]) == ("王芳", "wang@example.com", ["manager", "rep"])
    newest = (await events(company, "person", rep))[-1]
    assert (newest["kind"], newest["version"], newest["actor_id"]) == ("edit", 2, company.admin_id)
    assert newest["data"] == {
        "changes": {
            "department_id": [company.root_id, east],
            "roles": [["rep"], ["manager", "rep"]],
        },
        "private": ["email", "name"],
    }


async def test_an_edit_that_changes_nothing_leaves_no_event(app: FastAPI, company: Company) -> None:
    rep = await company.person("rep")
    async with await signed_in(app, company) as admin:
        same = await admin.patch(f"/people/{rep}", json={"roles": ["rep", "rep"]}, headers={"If-Match": '"1"'})
        assert same.headers["ETag"] == '"1"'
    assert [e["kind"] for e in await events(company, "person", rep)] == ["create"]


async def test_an_edit_needs_the_version_it_was_made_against(app: FastAPI, company: Company) -> None:
    rep = await company.person("rep")
    async with await signed_in(app, company) as admin:
        url, body = f"/people/{rep}", {"name": "new name"}
        missing = await admin.patch(url, json=body)
        assert (missing.status_code, missing.json()["code"]) == (428, "precondition_required")
        tag = {"If-Match": (await admin.get(url)).headers["ETag"]}
        both = await asyncio.gather(*(admin.patch(url, json={"name": n}, headers=tag) for n in ("one", "two")))
        assert sorted(a.status_code for a in both) == [200, 412]
        stale = next(a for a in both if a.status_code == 412).json()
        assert (stale["code"], stale["data"]) == ("changed_meanwhile", {"version": 2})


async def test_a_login_is_lower_case_and_unique_in_the_installation(app: FastAPI, company: Company) -> None:
    other = await make_company(company.database, company.owner_url)
    await other.person("rep")
    body = {"name": "x", "login": other.login("REP"), "department_id": str(company.root_id), "roles": ["rep"]}
    async with await signed_in(app, company) as admin:
        taken = await admin.post("/people", json=body)
        assert (taken.status_code, taken.json()["code"]) == (409, "login_taken")
        body["login"] = f"  {company.login('Wáng')} "
        answers = await asyncio.gather(*(admin.post("/people", json=body) for _ in range(3)))
        assert sorted(a.status_code for a in answers) == [201, 409, 409]
        made = next(a for a in answers if a.status_code == 201)
        assert made.json()["person"]["login"] == company.login("wáng")


@pytest.mark.parametrize(
    "wrong",
    [
        {"login": "two words"},
        {"login": ""},
        {"name": " "},
        {"name": "a\u0000b"},
        {"email": "nobody"},
        {"roles": []},
        {"roles": ["boss"]},
        {"department_id": "-1"},
        {"state": "active"},
    ],
)
async def test_a_malformed_person_is_refused_with_the_field(
    app: FastAPI, company: Company, wrong: dict[str, Any]
) -> None:
    good = {"name": "x", "login": company.login("x"), "department_id": str(company.root_id), "roles": ["rep"]}
    async with await signed_in(app, company) as admin:
        answer = await admin.post("/people", json=good | wrong)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["path"].startswith(f"body.{next(iter(wrong))}")


async def test_the_last_active_admin_stays_admin(app: FastAPI, company: Company) -> None:
    await company.person("invited", roles=["admin"], active=False)
    tag = {"If-Match": '"1"'}
    async with await signed_in(app, company) as admin:
        url = f"/people/{company.admin_id}"
        refused = await admin.patch(url, json={"roles": ["rep"]}, headers=tag)
        assert (refused.status_code, refused.json()["code"]) == (409, "last_admin")
        async with company.database.tenant(company.tenant_id) as conn:
            with pytest.raises(Refusal, match="last_admin"):
                await deactivate(conn, company.system, company.admin_id, now=clock.now())
        second = await company.person("second", roles=["admin"])
        both = await asyncio.gather(
            *(admin.patch(f"/people/{p}", json={"roles": ["rep"]}, headers=tag) for p in (company.admin_id, second))
        )
        assert 200 in {a.status_code for a in both}
        assert {a.status_code for a in both} != {200}, "one of the two must stay"


async def test_a_role_taken_away_is_gone_at_once(app: FastAPI, company: Company) -> None:
    second = await company.person("second", roles=["admin"])
    async with await signed_in(app, company) as admin, await signed_in(app, company, second) as other:
        assert (await other.get("/api-keys")).status_code == 200
        await admin.patch(f"/people/{second}", json={"roles": ["rep"]}, headers={"If-Match": '"1"'})
        assert (await other.get("/api-keys")).status_code == 403


@pytest.mark.parametrize("role", ["rep", "manager", "auditor"])
async def test_only_admins_change_people(app: FastAPI, company: Company, role: str) -> None:
    someone = await company.person("someone", roles=[role])
    new = {"name": "x", "login": company.login("x"), "department_id": str(company.root_id), "roles": ["admin"]}
    async with await signed_in(app, company, someone) as client:
        assert (await client.get("/people")).status_code == 200
        tag = {"If-Match": '"1"'}
        refused = [
            await client.post("/people", json=new),
            await client.patch(f"/people/{someone}", json={"roles": ["admin"]}, headers=tag),
            await client.post(f"/people/{company.admin_id}/link"),
            await client.post(f"/people/{someone}/reactivate"),
            await client.post("/departments", json={"name": "x", "parent_id": str(company.root_id)}),
            await client.patch(f"/departments/{company.root_id}", json={"lead_ids": [str(someone)]}, headers=tag),
            await client.post("/api-keys", json={"name": "x", "scopes": ["all"]}),
            await client.put("/calendar/days", json={"date": "2026-12-31", "works": False}),
        ]
        assert [a.status_code for a in refused] == [403] * 8
        assert (await client.patch("/me", json={"name": "my own name"})).json()["person"]["name"] == "my own name"


async def test_who_comes_back_comes_back_clean(app: FastAPI, company: Company) -> None:
    boss = await company.person("boss", roles=["admin"])
    east = await company.department("east", leads=[boss])
    key = await company.key(boss)
    async with company.database.tenant(company.tenant_id) as conn:
        await deactivate(conn, company.system, boss, now=clock.now())
    async with await signed_in(app, company) as admin:
        left = (await admin.get(f"/people/{boss}")).json()
        assert (left["state"], left["leads"]) == ("left", [])
        back = (await admin.post(f"/people/{boss}/reactivate")).json()
        assert (back["state"], back["roles"], back["leads"], back["leave"]) == ("invited", ["rep"], [], None)
        assert (await admin.post(f"/people/{boss}/reactivate")).json()["code"] == "not_left"
        assert (await admin.post(f"/people/{boss}/link")).json()["kind"] == "invitation"
        keys = (await admin.get("/api-keys")).json()["items"]
        assert all(k["revoked_at"] for k in keys), key
    kinds = [(e["kind"], e["data"]["changes"].get("state")) for e in (await events(company, "person", boss))[1:3]]
    assert kinds == [("deactivate", ["active", "left"]), ("reactivate", ["left", "invited"])]
    assert (await events(company, "department", east))[-1]["data"]["changes"] == {"leads": [[boss], []]}


async def test_the_list_pages_through_everybody_once_and_filters(app: FastAPI, company: Company) -> None:
    east = await company.department("east")
    northeast = await company.department("northeast", east)
    for n in range(5):
        await company.person(f"rep{n}", department_id=northeast if n % 2 else east, active=n != 4)
    async with await signed_in(app, company) as admin:
        seen: list[str] = []
        after: str | None = None
        while True:
            params = {"limit": "2"} | ({"after": after} if after else {})
            page = (await admin.get("/people", params=params)).json()
            seen += [p["name"] for p in page["items"]]
            after = page["next"]
            if after is None:
                break
        assert seen == ["管理员", "rep0", "rep1", "rep2", "rep3", "rep4"]

        async def names(**params: str) -> list[str]:
            return [p["name"] for p in (await admin.get("/people", params=params)).json()["items"]]

        assert await names(department_id=str(northeast)) == ["rep1", "rep3"]
        assert await names(department_id=str(east)) == ["rep0", "rep1", "rep2", "rep3", "rep4"]
        assert await names(state="invited") == ["rep4"]
        assert await names(q="REP3") == ["rep3"]
        assert await names(q="管理") == ["管理员"]
        assert await names(q="%") == []
        for forged in ("zzz", "WyJ4Il0", "W10", "MQ"):
            assert (await admin.get("/people", params={"after": forged})).status_code == 422


async def test_a_manager_asks_for_their_own_people_and_an_admin_gets_everybody(app: FastAPI, company: Company) -> None:
    boss = await company.person("boss", ("manager",))
    team = await company.department("team", leads=[boss])
    await company.person("ours", department_id=await company.department("squad", team))
    await company.person("theirs", department_id=await company.department("others"))

    async def mine(person: int) -> list[str]:
        async with await signed_in(app, company, person) as client:
            return [p["name"] for p in (await client.get("/people", params={"mine": True})).json()["items"]]

    assert await mine(boss) == ["ours"]
    assert await mine(company.admin_id) == ["管理员", "boss", "ours", "theirs"]
