"""The tree of departments: it stays a tree, and leading gives sight of what is below."""

import asyncio

from fastapi import FastAPI

from gonghai.base import clock
from gonghai.people.persons import deactivate
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
