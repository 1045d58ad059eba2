"""What an admin sets for the whole company: 撞单, and the cap over all pools."""

import pytest
from fastapi import FastAPI

from gonghai.base.database import rows
from tests.fixtures.customers import make_team
from tests.fixtures.people import Company, signed_in

DEFAULTS = {"duplicate_told": "exists", "duplicate_keeper": "admin", "duplicate_active_days": 30, "holding_cap": None}


async def test_the_settings_of_duplicates_and_the_cap_are_read_changed_and_logged(
    app: FastAPI, company: Company
) -> None:
    wanted = {
        "duplicate_told": "nothing", "duplicate_keeper": "active", "duplicate_active_days": 14, "holding_cap": 300,
    }  # fmt: skip
    async with await signed_in(app, company) as admin:
        now = await admin.get("/tenant")
        assert {name: now.json()[name] for name in DEFAULTS} == DEFAULTS
        changed = await admin.patch("/tenant", json=wanted, headers={"If-Match": now.headers["etag"]})
        assert (changed.status_code, {name: changed.json()[name] for name in wanted}) == (200, wanted)
        lifted = await admin.patch("/tenant", json={"holding_cap": None}, headers={"If-Match": changed.headers["etag"]})
        assert (lifted.json()["holding_cap"], lifted.json()["duplicate_active_days"]) == (None, 14)
    async with company.database.tenant(company.tenant_id) as conn:
        events = await rows(conn, "SELECT data FROM event WHERE subject = 'tenant' AND kind = 'edit' ORDER BY id")
    assert events[0]["data"]["changes"] == {name: [DEFAULTS[name], new] for name, new in wanted.items()}
    assert events[1]["data"]["changes"] == {"holding_cap": [300, None]}


@pytest.mark.parametrize(
    "bad", [{"duplicate_told": "all"}, {"duplicate_keeper": "me"}, {"duplicate_active_days": 0}, {"holding_cap": -1}]
)
async def test_what_makes_no_sense_is_refused_and_only_admins_change_it(
    app: FastAPI, company: Company, bad: dict[str, object]
) -> None:
    rep = await company.person("rep")
    async with await signed_in(app, company) as admin, await signed_in(app, company, rep) as other:
        etag = {"If-Match": (await admin.get("/tenant")).headers["etag"]}
        assert (await admin.patch("/tenant", json=bad, headers=etag)).status_code == 422
        assert (await other.patch("/tenant", json={"holding_cap": 5}, headers=etag)).status_code == 403


async def test_a_company_cap_below_what_people_hold_names_them_and_is_set_once_accepted(
    app: FastAPI, company: Company
) -> None:
    team = await make_team(app, company)
    for _ in range(3):
        await team.customer(team.rep_id)
    async with await signed_in(app, company) as admin:
        etag = {"If-Match": (await admin.get("/tenant")).headers["etag"]}
        refused = await admin.patch("/tenant", json={"holding_cap": 2}, headers=etag)
        assert (refused.status_code, refused.json()["code"]) == (409, "cap_below_holdings")
        assert [(p["name"], p["held"]) for p in refused.json()["data"]["people"]] == [("rep", 3)]
        assert (await admin.get("/tenant")).json()["holding_cap"] is None, "nothing is half done"
        accepted = await admin.patch("/tenant", json={"holding_cap": 2, "accept_over_cap": True}, headers=etag)
        assert accepted.json()["holding_cap"] == 2
