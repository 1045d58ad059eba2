"""Invitations and password resets: each link works once, for a while, for one person."""

import asyncio
from typing import Any

import httpx
import psycopg
from fastapi import FastAPI

from gonghai.base import clock
from gonghai.people.persons import deactivate
from tests.fixtures.people import PASSWORD, Company, anonymous, signed_in, with_key


async def invite(client: httpx.AsyncClient, company: Company, name: str = "new") -> dict[str, Any]:
    body = {"name": name, "login": company.login(name), "department_id": str(company.root_id), "roles": ["rep"]}
    answer = await client.post("/people", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def path_of(link: dict[str, Any]) -> str:
    return str(link["url"]).removeprefix("http://test")


async def test_an_invited_person_sets_a_password_and_can_sign_in(app: FastAPI, company: Company) -> None:
    async with await signed_in(app, company) as admin, anonymous(app) as guest:
        invited = await invite(admin, company)
        assert invited["person"]["state"] == "invited"
        assert invited["link"]["kind"] == "invitation"
        path = path_of(invited["link"])
        seen = (await guest.get(path)).json()
        assert seen == {"kind": "invitation", "name": "new", "login": company.login("new"), "tenant": "远洋贸易"}
        used = await guest.post(path, json={"password": "battery staple"})
        assert used.json() == {"login": company.login("new")}
        answer = await guest.post("/session", json={"login": company.login("new"), "password": "battery staple"})
        assert answer.json()["me"]["person"]["roles"] == ["rep"]
        person = (await admin.get(f"/people/{invited['person']['id']}")).json()
        assert person["state"] == "active"


async def test_of_many_users_of_one_link_one_sets_the_password(app: FastAPI, company: Company) -> None:
    async with await signed_in(app, company) as admin, anonymous(app) as guest:
        path = path_of((await invite(admin, company))["link"])
        answers = await asyncio.gather(*(guest.post(path, json={"password": f"password {n}"}) for n in range(4)))
        assert sorted(a.status_code for a in answers) == [200, 404, 404, 404]
        again = await guest.get(path)
        assert (again.status_code, again.json()["code"]) == (404, "link_invalid")


async def test_a_short_password_leaves_the_link_unused(app: FastAPI, company: Company) -> None:
    async with await signed_in(app, company) as admin, anonymous(app) as guest:
        path = path_of((await invite(admin, company))["link"])
        assert (await guest.post(path, json={"password": "short"})).status_code == 422
        assert (await guest.get(path)).status_code == 200


async def test_an_old_link_and_a_replaced_one_are_invalid(app: FastAPI, company: Company) -> None:
    async with await signed_in(app, company) as admin, anonymous(app) as guest:
        invited = await invite(admin, company)
        newer = (await admin.post(f"/people/{invited['person']['id']}/link")).json()
        assert (await guest.get(path_of(invited["link"]))).status_code == 404
        assert (await guest.get(path_of(newer))).status_code == 200
        async with await psycopg.AsyncConnection.connect(company.owner_url, autocommit=True) as owner:
            await owner.execute("UPDATE link SET expires_at = now() WHERE tenant_id = %s", (company.tenant_id,))
        assert (await guest.get(path_of(newer))).status_code == 404
        assert (await guest.post(path_of(newer), json={"password": "battery staple"})).status_code == 404


async def test_a_reset_ends_all_sessions_and_a_lock_of_wrong_guesses(app: FastAPI, company: Company) -> None:
    rep = await company.person("rep")
    async with await signed_in(app, company) as admin, await signed_in(app, company, rep) as browser:
        for n in range(11):
            last = await browser.post("/session", json={"login": company.login("rep"), "password": f"guess {n}"})
        assert last.status_code == 429
        assert (await browser.get("/me")).status_code == 200
        link = (await admin.post(f"/people/{rep}/link")).json()
        assert link["kind"] == "reset"
        assert (await browser.post(path_of(link), json={"password": "battery staple"})).status_code == 200
        assert (await browser.get("/me")).status_code == 401
        for password, status in ((PASSWORD, 401), ("battery staple", 200)):
            answer = await browser.post("/session", json={"login": company.login("rep"), "password": password})
            assert answer.status_code == status


async def test_who_has_left_has_no_links(app: FastAPI, company: Company) -> None:
    async with await signed_in(app, company) as admin, anonymous(app) as guest:
        invited = await invite(admin, company)
        async with company.database.tenant(company.tenant_id) as conn:
            await deactivate(conn, company.system, int(invited["person"]["id"]), now=clock.now())
        assert (await guest.get(path_of(invited["link"]))).status_code == 404
        refused = await admin.post(f"/people/{invited['person']['id']}/link")
        assert (refused.status_code, refused.json()["code"]) == (409, "person_left")


async def test_a_narrowed_key_makes_no_link_for_an_admin(app: FastAPI, company: Company) -> None:
    rep = await company.person("rep")
    async with with_key(app, await company.key(company.admin_id, ["people"])) as machine:
        assert (await machine.post(f"/people/{company.admin_id}/link")).status_code == 403
        assert (await machine.post(f"/people/{rep}/link")).status_code == 200
