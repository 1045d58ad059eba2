"""What the pages say of a pool's hours: closed or not, and when it opens, by the calendar that claims obey."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from fastapi import FastAPI

from gonghai.base import clock
from gonghai.moves.opening import Closed, closed_pools
from tests.fixtures.people import Company, signed_in

ZONE = "Asia/Shanghai"
WORKING = [{"days": "working", "from": "09:00", "until": "18:00"}]
MONDAY = [{"days": [1], "from": "09:00", "until": "10:00"}]


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE))


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-10-08 08:59", "2026-10-08 09:00"),
        ("2026-10-08 09:00", None),
        ("2026-10-08 17:59", None),
        ("2026-10-08 18:00", "2026-10-09 09:00"),
        ("2026-10-10 12:00", None),  # a Saturday that is worked
        ("2026-10-10 18:00", "2026-10-12 09:00"),
        ("2026-09-30 18:00", "2026-10-08 09:00"),  # the National Day holiday
    ],
)
async def test_a_pool_on_working_days_opens_with_the_calendars_next_one(
    company: Company, now: str, opens: str | None
) -> None:
    kept, mondays, always = [
        await company.pool(name, claim_windows=windows)
        for name, windows in (("按班", WORKING), ("周一", MONDAY), ("随时", []))
    ]
    async with company.database.tenant(company.tenant_id) as conn:
        closed = await closed_pools(conn, company.tenant_id, [kept, mondays, always], zone=ZONE, now=local(now))
    assert closed.get(kept) == (Closed(local(opens)) if opens else None)
    monday = closed[mondays].until
    assert monday is not None
    assert monday.astimezone(ZoneInfo(ZONE)).isoweekday() == 1
    assert always not in closed


async def test_whoever_the_hours_do_not_bind_is_not_told_to_wait(app: FastAPI, company: Company) -> None:
    rep = await company.person("小周")
    opens = clock.now().astimezone(ZoneInfo(ZONE)) + timedelta(days=3)
    await company.pool(
        claim_windows=[{"days": [opens.isoweekday()], "from": "09:00", "until": "18:00"}], exempt_admins=True
    )
    told = {}
    for person in (rep, company.admin_id):
        browser = await signed_in(app, company, person)
        (mine,) = (await browser.get("/me")).json()["pools"]
        told[person] = mine["closed"]
    assert datetime.fromisoformat(told[rep]["until"]) == opens.replace(hour=9, minute=0, second=0, microsecond=0)
    assert told[company.admin_id] is None
