"""The tree of departments: it stays a tree, and leading gives sight of what is below."""

import asyncio

import psycopg
import pytest
from fastapi import FastAPI

from gonghai.base import clock
from gonghai.people.persons import deactivate
from tests.fixtures.customers import counted_statements
from tests.fixtures.people import Company, make_company, signed_in


async def test_the_tree_is_one_flat_list(app: FastAPI, company: Company) -> None:
    lead = await company.person("lead", roles=["manager"])
    async with await signed_in(app, company) as admin:
        body = {"name": "east", "parent_id": str(company.root_id), "lead_ids": [str(lead)]}
        made = await admin.post("/departments", json=body)
        assert made.status_code == 201
        assert made.headers["ETag"] == '"1"'
        east = made.json()
        assert east["leads"] == [{"id": str(lead), "name": "lead"}]
        items = (await admin.get("/departments")).json()["items"]
        assert [(d["name"], d["parent_id"], d["people"]) for d in items] == [
            ("远洋贸易", None, 2),
            ("east", str(company.root_id), 0),
        ]


async def test_a_department_never_lies_below_itself(app: FastAPI, company: Company) -> None:
    east = await company.department("east")
    northeast = await company.department("northeast", east)
    async with await signed_in(app, company) as admin:
        for moved, below in ((east, east), (east, northeast), (company.root_id, northeast)):
            answer = await admin.patch(
                f"/departments/{moved}", json={"parent_id": str(below)}, headers={"If-Match": '"1"'}
            )
            assert (answer.status_code, answer.json()["code"]) == (409, "own_ancestor")
            assert answer.json()["data"] == {
                key: {"id": str(i), "name": {east: "east", northeast: "northeast"}.get(i, "远洋贸易")}
                for key, i in (("department", moved), ("parent", below))
            }


async def test_two_moves_at_once_make_no_ring(app: FastAPI, company: Company) -> None:
    a, b = await company.department("a"), await company.department("b")
    async with await signed_in(app, company) as admin:
        answers = await asyncio.gather(
            *(
                admin.patch(f"/departments/{x}", json={"parent_id": str(y)}, headers={"If-Match": '"1"'})
                for x, y in ((a, b), (b, a))
            )
        )
        assert sorted(x.status_code for x in answers) == [200, 409]


async def test_an_edit_needs_the_newest_version(app: FastAPI, company: Company) -> None:
    east = await company.department("east")
    async with await signed_in(app, company) as admin:
        url = f"/departments/{east}"
        assert (await admin.patch(url, json={"name": "x"})).status_code == 428
        assert (await admin.patch(url, json={"name": "x"}, headers={"If-Match": '"1"'})).json()["version"] == 2
        assert (await admin.patch(url, json={"name": "y"}, headers={"If-Match": '"1"'})).status_code == 412
        assert (await admin.patch(url, json={"name": None}, headers={"If-Match": '"2"'})).status_code == 422


async def test_leads_can_sign_in_and_belong_to_the_company(app: FastAPI, company: Company) -> None:
    gone = await company.person("gone")
    async with company.database.tenant(company.tenant_id) as conn:
        await deactivate(conn, company.system, gone, now=clock.now())
    stranger = (await make_company(company.database, company.owner_url)).admin_id
    async with await signed_in(app, company) as admin:
        for lead in (gone, stranger):
            body = {"lead_ids": [str(company.admin_id), str(lead)]}
            url = f"/departments/{company.root_id}"
            answer = await admin.patch(url, json=body, headers={"If-Match": '"1"'})
            assert (answer.status_code, answer.json()["data"]) == (404, {"what": "person", "id": str(lead)})
        assert (await admin.get("/departments")).json()["items"][0]["leads"] == []


async def test_a_lead_has_everybody_below_as_subordinates(company: Company) -> None:
    lead = await company.person("lead", roles=["manager"])
    east = await company.department("east", leads=[lead])
    northeast = await company.department("northeast", east)
    rep = await company.person("rep", department_id=northeast)
    await company.person("elsewhere")
    actor = await company.actor(lead)
    assert actor.led == frozenset({east, northeast})
    assert actor.subordinates == frozenset({rep})


async def test_an_empty_leaf_is_removed_and_nothing_else(app: FastAPI, company: Company) -> None:
    east = await company.department("east")
    north = await company.department("north", east)
    await company.person("rep", department_id=north)
    left = await company.person("left", department_id=north)
    pool = await company.pool()
    one = {"If-Match": '"1"'}
    async with await signed_in(app, company) as admin:
        await admin.post(f"/people/{left}/deactivate", json={})
        for full, people, below in ((east, 0, 1), (north, 1, 0)):
            answer = await admin.delete(f"/departments/{full}", headers=one)
            assert (answer.status_code, answer.json()["code"]) == (409, "department_not_empty")
            assert answer.json()["data"] == {"people": people, "departments": below}
        rep = company.people["rep"]
        assert (await admin.patch(f"/people/{rep}", json={"department_id": str(east)}, headers=one)).status_code == 200
        limit = {"rule": "daily_quota", "subject": {"kind": "department", "id": str(north)}, "value": 3}
        made = (await admin.post(f"/pools/{pool}/limits", json=limit)).json()["id"]
        named = await admin.delete(f"/departments/{north}", headers=one)
        assert (named.json()["code"], named.json()["data"]) == ("department_in_use", {"pools": ["公海"]})
        assert (await admin.delete(f"/pools/{pool}/limits/{made}")).status_code == 204
        assert (await admin.delete(f"/departments/{north}", headers={"If-Match": '"9"'})).status_code == 412
        assert (await admin.delete(f"/departments/{north}")).status_code == 428
        assert (await admin.delete(f"/departments/{north}", headers=one)).status_code == 204
        assert str(north) not in [d["id"] for d in (await admin.get("/departments")).json()["items"]]
        # Who had left from there may come back, to the department above.
        assert (await admin.get(f"/people/{left}")).json()["department"]["name"] == "east"
    async with await signed_in(app, company, rep) as browser:
        assert (await browser.delete(f"/departments/{east}", headers=one)).status_code == 403


async def test_hundreds_of_departments_and_thousands_of_people_take_as_many_statements_as_a_few(
    app: FastAPI, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = []
    for departments, persons in ((4, 10), (400, 5_000)):
        async with await psycopg.AsyncConnection.connect(company.owner_url) as owner:
            tree = """INSERT INTO department (tenant_id, id, parent_id, name)
                SELECT %(t)s, %(t)s * 1000000 + i, CASE WHEN i <= 4 THEN %(root)s ELSE %(t)s * 1000000 + i / 4 END, '部门' || i
                FROM generate_series(1, %(n)s) i ON CONFLICT DO NOTHING"""
            people = """INSERT INTO person (tenant_id, login, name, department_id, state, spelling)
                SELECT %(t)s, 'p' || %(t)s || '-' || %(n)s || '-' || i, '王芳' || i, %(t)s * 1000000 + 1 + i %% %(d)s,
                    'active', '王芳' || i || '|wangfang|wf' FROM generate_series(1, %(n)s) i"""
            t = company.tenant_id
            await owner.execute(tree, {"t": t, "root": company.root_id, "n": departments})
            await owner.execute(people, {"t": t, "n": persons, "d": departments})
        async with await signed_in(app, company) as admin:
            with counted_statements(monkeypatch) as statements:
                tree_now = (await admin.get("/departments")).json()["items"]
                page = (await admin.get("/people", params={"q": "WANGF", "department_id": str(company.root_id)})).json()
            taken.append(len(statements))
            whole = next(d for d in tree_now if d["parent_id"] is None)
            own = {d["id"]: d["people"] for d in tree_now}
            assert whole["people_below"] == sum(own.values())
            below = [d for d in tree_now if d["parent_id"] == whole["id"]]
            assert whole["people_below"] == whole["people"] + sum(d["people_below"] for d in below)
            assert len(page["items"]) == min(persons, 50)
    assert taken[0] == taken[1] <= 10


async def test_people_are_found_by_characters_pinyin_initials_login_and_role(app: FastAPI, company: Company) -> None:
    async with await signed_in(app, company) as admin:
        body = {
            "name": "欧阳静",
            "login": company.login("oyj7"),
            "department_id": str(company.root_id),
            "roles": ["manager"],
        }
        made = (await admin.post("/people", json=body)).json()["person"]["id"]

        async def found(**query: str) -> list[str]:
            return [p["id"] for p in (await admin.get("/people", params=query)).json()["items"]]

        for typed in ("欧阳", "ouyang", "OUYANG jing", "oyj", "oyj7"):
            assert await found(q=typed) == [made], typed
        assert await found(q="%") == []
        assert await found(role="manager") == [made]
        renamed = await admin.patch(f"/people/{made}", json={"name": "王芳"}, headers={"If-Match": '"1"'})
        assert renamed.status_code == 200
        assert await found(q="wangf") == [made]
        assert await found(q="ouyang") == []
