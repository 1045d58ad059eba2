"""The tenant's calendar: the country's table, with the company's own days on top."""

from datetime import date

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
        assert changed == [{"date": "2026-09-20", "works": False, "name": "年会", "own": True}]
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
