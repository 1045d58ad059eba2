"""The tenant's calendar: the country's table, with the company's own days on top."""

from datetime import date
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from gonghai.base.database import rows
from gonghai.people.calendar import tenant_calendar
from tests.fixtures.people import Company, make_company, signed_in


async def works(company: Company, day: date) -> bool:
    async with company.database.tenant(company.tenant_id) as conn:
        return (await tenant_calendar(conn, company.tenant_id)).works(day)


async def test_own_days_win_over_the_table_and_leave_with_an_event_each(app: FastAPI, company: Company) -> None:
    other = await make_company(company.database, company.owner_url)
    day = date(2026, 9, 20)  # a make-up Sunday
    assert await works(company, day)
    async with await signed_in(app, company) as admin:
        before = (await admin.get("/calendar", params={"year": 2026})).json()
        assert len(before["days"]) == 365
        assert before["opening"] == [["09:00", "18:00"]]
        for _ in range(2):  # the second time nothing changes
            body = {"date": "2026-09-20", "works": False, "note": "年会"}
            assert (await admin.put("/calendar/days", json=body)).status_code == 204
        after = (await admin.get("/calendar", params={"year": 2026})).json()
        changed = [d for d in after["days"] if d not in before["days"]]
        assert changed == [
            {
                "date": "2026-09-20",
                "works": False,
                "name": "年会",
                "own": True,
                "country_works": True,
                "holiday": {"zh": "国庆节", "en": "National Day"},
                "make_up": True,
            }
        ]
        assert after["hash"] != before["hash"]
        assert not await works(company, day)
        assert await works(other, day)
        assert (await admin.delete("/calendar/days/2026-09-20")).status_code == 204
        assert (await admin.delete("/calendar/days/2026-09-20")).status_code == 404
        assert (await admin.get("/calendar", params={"year": 2026})).json() == before
    async with company.database.tenant(company.tenant_id) as conn:
        found = await rows(
            conn,
            "SELECT e.kind, e.version, e.data FROM event e WHERE e.tenant_id = %s AND e.subject = 'calendar'"
            " ORDER BY e.id",
            (company.tenant_id,),
        )
    day_text = "2026-09-20"
    assert [(e["kind"], e["version"], e["data"]) for e in found] == [
        ("set_day", 2, {"day": day_text, "changes": {"works": [None, False]}}),
        ("remove_day", 3, {"day": day_text, "changes": {"works": [False, None]}}),
    ]


async def test_the_year_shows_the_names_of_the_country_s_days(app: FastAPI, company: Company) -> None:
    async with await signed_in(app, company, await company.person("rep")) as rep:
        year = (await rep.get("/calendar", params={"year": 2026})).json()
        days = {d["date"]: d for d in year["days"]}
        assert days["2026-10-01"]["holiday"] == {"zh": "国庆节", "en": "National Day"}
        assert (days["2026-10-10"]["works"], days["2026-10-10"]["make_up"]) == (True, True)
        assert days["2026-10-12"]["holiday"] is None
        beyond = {d["date"]: d for d in (await rep.get("/calendar", params={"year": 2027})).json()["days"]}
        assert beyond["2027-02-06"]["holiday"]["zh"] == "春节"
        assert {"CN", "DE", "US"} <= set((await rep.get("/calendar/countries")).json())


@pytest.mark.parametrize("country", ["DE", "JP", "US"])
async def test_every_named_day_off_lies_in_the_year_s_table(app: FastAPI, company: Company, country: str) -> None:
    async with await signed_in(app, company) as admin:
        await edit(admin, country=country)
        days = (await admin.get("/calendar", params={"year": 2027})).json()["days"]
        named = [d for d in days if d["holiday"]]
        assert named
        assert all(d["holiday"]["zh"] and d["holiday"]["en"] for d in named)
        assert not next(d for d in days if d["date"] == "2027-01-01")["works"]


async def edit(admin: httpx.AsyncClient, **values: Any) -> httpx.Response:
    tag = (await admin.get("/tenant")).headers["ETag"]
    return await admin.patch("/tenant", json=values, headers={"If-Match": tag})


async def test_another_zone_country_or_opening_is_an_event_with_old_and_new(app: FastAPI, company: Company) -> None:
    async with await signed_in(app, company) as admin:
        noon = [["09:00", "12:00"], ["13:30", "18:00"]]
        answer = await edit(admin, timezone="Europe/Berlin", country="DE", opening=noon)
        assert answer.status_code == 200, answer.text
        assert (answer.json()["opening"], answer.json()["country"]) == (noon, "DE")
        year = (await admin.get("/calendar", params={"year": 2026})).json()
        assert (year["timezone"], year["opening"], year["table_ends"]) == ("Europe/Berlin", noon, None)
        assert (await admin.get("/me")).json()["tenant"]["timezone"] == "Europe/Berlin"
        same = await edit(admin, country="DE")
        assert same.headers["ETag"] == answer.headers["ETag"]
    async with company.database.tenant(company.tenant_id) as conn:
        found = await rows(
            conn,
            "SELECT e.data FROM event e WHERE e.tenant_id = %s AND e.subject = 'tenant' AND e.kind = 'edit'",
            (company.tenant_id,),
        )
    assert [e["data"] for e in found] == [
        {
            "changes": {
                "timezone": ["Asia/Shanghai", "Europe/Berlin"],
                "country": ["CN", "DE"],
                "opening": [[["09:00", "18:00"]], noon],
            }
        }
    ]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"timezone": "Asia/Nowhere"}, "unknown_timezone"),
        ({"timezone": "../etc/passwd"}, "unknown_timezone"),
        ({"country": "XX"}, "unknown_country"),
        ({"opening": [["18:00", "09:00"]]}, "opening_invalid"),
        ({"opening": [["09:00", "12:00"], ["11:00", "18:00"]]}, "opening_invalid"),
        ({"opening": [["09:00", "09:30"]]}, "opening_invalid"),
    ],
)
async def test_what_no_calendar_knows_is_refused(
    app: FastAPI, company: Company, wrong: dict[str, Any], code: str
) -> None:
    async with await signed_in(app, company) as admin:
        refused = await edit(admin, **wrong)
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, code)


@pytest.mark.parametrize("role", ["rep", "manager", "auditor"])
async def test_everybody_reads_the_company_s_settings_and_only_admins_change_them(
    app: FastAPI, company: Company, role: str
) -> None:
    async with await signed_in(app, company, await company.person(role, [role])) as client:
        assert (await client.get("/tenant")).json()["country"] == "CN"
        for values in ({"country": "DE"}, {"name": "x"}, {"handbook_acknowledged": True}):
            assert (await edit(client, **values)).status_code == 403


async def test_the_second_of_two_edits_is_told(app: FastAPI, company: Company) -> None:
    async with await signed_in(app, company) as admin:
        tag = {"If-Match": (await admin.get("/tenant")).headers["ETag"]}
        assert (await admin.patch("/tenant", json={"name": "一"}, headers=tag)).status_code == 200
        assert (await admin.patch("/tenant", json={"name": "二"}, headers=tag)).status_code == 412
