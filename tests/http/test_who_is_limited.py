"""Which rule applies to whom: the table agrees with what each person is told, a page in as many statements as another."""

import pytest
from fastapi import FastAPI

from tests.fixtures.customers import Team, counted_statements, make_team
from tests.fixtures.people import Company, signed_in


async def _limited(app: FastAPI, company: Company) -> tuple[Team, int]:
    """A team with a company cap and limits of every kind; its department."""
    team = await make_team(app, company)
    async with await signed_in(app, company) as admin:
        department = (await admin.get(f"/people/{team.rep_id}")).json()["department"]["id"]
        version = (await admin.get("/tenant")).headers["ETag"]
        assert (
            await admin.patch("/tenant", json={"holding_cap": 500}, headers={"If-Match": version})
        ).status_code == 200
        for rule, subject, value in (
            ("daily_quota", {"kind": "role", "role": "rep"}, 14),
            ("daily_quota", {"kind": "department", "id": department}, 12),
            ("daily_quota", {"kind": "person", "id": str(team.rep_id)}, 9),
            ("holding_cap", {"kind": "department", "id": str(company.root_id)}, 150),
        ):
            body = {"rule": rule, "subject": subject, "value": value}
            assert (await admin.post(f"/pools/{team.pool_id}/limits", json=body)).status_code == 201
        over = {
            "rule": "untouched_cap",
            "person_id": str(team.rep_id),
            "value": 3,
            "until": "2030-01-01T00:00:00Z",
            "why": "新人",
        }
        assert (await admin.post(f"/pools/{team.pool_id}/overrides", json=over)).status_code == 201
    return team, int(department)


async def test_the_table_says_what_each_persons_own_card_says(app: FastAPI, company: Company) -> None:
    team, department = await _limited(app, company)
    async with await signed_in(app, company) as admin:
        url = f"/pools/{team.pool_id}/limits"
        items = (await admin.get(f"{url}/people")).json()["items"]
        assert len(items) == 4
        for item in items:
            card = (await admin.get(f"{url}/of/{item['person']['id']}")).json()["items"]
            assert [(h["rule"], h["value"], h["by"]["kind"]) for h in item["limits"]] == [
                (c["rule"], c["value"], c["by"]["kind"]) for c in card
            ]
        rep = next(i for i in items if i["person"]["id"] == str(team.rep_id))
        held = {h["rule"]: (h["value"], h["by"]["kind"]) for h in rep["limits"]}
        assert held["daily_quota"] == (9, "person")
        assert held["untouched_cap"] == (3, "override")
        assert held["holding_cap"] == (150, "department")
        assert held["company_cap"] == (500, "company")
        below = (await admin.get(f"{url}/people", params={"department_id": str(department)})).json()["items"]
        assert [i["person"]["name"] for i in below] == ["rep", "other"]


async def test_managers_see_their_people_reps_nobody(app: FastAPI, company: Company) -> None:
    team, _ = await _limited(app, company)
    url = f"/pools/{team.pool_id}/limits/people"
    async with await team.browser(team.manager_id) as manager, await team.browser(team.rep_id) as rep:
        assert [i["person"]["name"] for i in (await manager.get(url)).json()["items"]] == ["rep", "other"]
        assert (await rep.get(url)).status_code == 403


async def test_a_page_takes_as_many_statements_however_many_people(
    app: FastAPI, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    team, _ = await _limited(app, company)
    for i in range(5):
        await company.person(f"more{i}")
    taken, after, seen = [], None, []
    async with await signed_in(app, company) as admin:
        await admin.get("/me")  # who it is, is known from here on
        for limit in (1, 8):
            with counted_statements(monkeypatch) as statements:
                params = {"limit": str(limit)} | ({"after": after} if after else {})
                page = (await admin.get(f"/pools/{team.pool_id}/limits/people", params=params)).json()
            taken.append(len(statements))
            seen += [i["person"]["id"] for i in page["items"]]
            after = page["next"]
    assert taken[0] == taken[1]
    assert len(seen) == len(set(seen)) == 9


async def test_a_department_says_which_limits_and_scopes_name_it_or_one_above(app: FastAPI, company: Company) -> None:
    team, department = await _limited(app, company)
    async with await signed_in(app, company) as admin:
        body = {"rule": "holding_cap", "subject": {"kind": "department", "id": str(department)}, "value": 100}
        await admin.post(f"/pools/{team.pool_id}/limits", json=body)
        items = (await admin.get(f"/departments/{department}/rules")).json()["items"]
        assert [(i["rule"], i["value"], i["department"]["name"], i["holds"]) for i in items if i["rule"]] == [
            ("daily_quota", 12, "销售部", True), ("holding_cap", 100, "销售部", True), ("holding_cap", 150, "远洋贸易", False),
        ]  # fmt: skip
        assert (await admin.get("/departments/999999/rules")).status_code == 404
