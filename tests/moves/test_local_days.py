"""The claim's local days, computed in SQL, are those of workdays, in every zone and around clock changes."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gonghai.base import clock
from gonghai.base.database import run
from gonghai.customers.insert import insert_customers
from gonghai.customers.record import NewCustomer
from gonghai.events.log import By
from gonghai.moves.claim import claim
from gonghai.pools.actions import NewPool, create_pool
from gonghai.workdays import Calendar, Length, add, end_of_day, local_date
from tests.fixtures.people import Company

DAYS = 400
ZONES = ("Asia/Shanghai", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Pacific/Apia", "Africa/Cairo")


@pytest.mark.parametrize("zone", ZONES)
async def test_a_cooldown_ends_with_the_nth_local_day(company: Company, zone: str) -> None:
    rep = await company.person("王磊")
    now = clock.now()
    calendar = Calendar(zone=ZoneInfo(zone))
    ended = [now - timedelta(hours=hours) for hours in range(1, 24 * 365, 97)]
    async with company.database.tenant(company.tenant_id) as conn:
        pool = await create_pool(conn, company.system, NewPool("公海", {"cooldown_days": DAYS}), now=now)
        new = [NewCustomer({"name": f"客户{i}"}, pool) for i in range(len(ended))]
        ids = await insert_customers(conn, company.tenant_id, new, kind="create", by=By.person(rep), at=now)
        for customer_id, end in zip(ids, ended, strict=True):
            await run(
                conn,
                "INSERT INTO spell (tenant_id, customer_id, no, owner_id, started_at, started_by, ended_at, ended_by)"
                " VALUES (%s, %s, 1, %s, %s, 'claim', %s, 'release')",
                (company.tenant_id, customer_id, rep, end, end),
            )
        await run(conn, "UPDATE customer SET spell_no = 1 WHERE tenant_id = %s", (company.tenant_id,))
        results = await claim(conn, company.tenant_id, rep, ids, zone=zone)
    expected = [add(end, Length(DAYS, "days"), calendar) for end in ended]
    assert [r.code for r in results] == ["cooldown_until"] * len(ids)
    assert [datetime.fromisoformat(r.data["until"]) for r in results] == expected


@pytest.mark.parametrize("zone", ZONES)
async def test_a_quota_is_of_the_local_day(company: Company, zone: str) -> None:
    rep = await company.person("王磊")
    calendar = Calendar(zone=ZoneInfo(zone))
    async with company.database.tenant(company.tenant_id) as conn:
        pool = await create_pool(conn, company.system, NewPool("公海", {"daily_quota": 0}), now=clock.now())
        ids = await insert_customers(
            conn,
            company.tenant_id,
            [NewCustomer({"name": "甲"}, pool)],
            kind="create",
            by=By.person(rep),
            at=clock.now(),
        )
        before = clock.now()
        (result,) = await claim(conn, company.tenant_id, rep, ids, zone=zone)
    assert result.code == "daily_quota"
    midnights = {end_of_day(local_date(at, calendar), calendar) for at in (before, clock.now())}
    assert datetime.fromisoformat(result.data["until"]) in midnights
