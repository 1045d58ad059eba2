"""Earned quota: granted once a night within bounds, felt by a real claim, gone the day after; a manual one wins."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import rows
from gonghai.base.errors import Refusal
from gonghai.incentives.earned import EarnedRule, Standing, Step, grant_tonight, set_earned_rule, standings
from gonghai.people.calendar import tenant_calendar
from gonghai.pools.limit_actions import grant_override
from gonghai.pools.limits import candidates
from gonghai.workdays import local_date
from tests.fixtures.customers import counted_statements
from tests.fixtures.people import signed_in
from tests.incentives.stage import MONDAY, Stage

RULE = EarnedRule(on=True, last=10, days=30, least=5, steps=(Step(20, 2), Step(40, 4)), most=9)
FULL = {"daily_quota": 5, "untouched_cap": 500, "holding_cap": 500}


@pytest.fixture
async def sea(stage: Stage) -> Stage:
    """A pool whose daily quota is five."""
    stage.pool = await stage.world.pool("小公海", cooldown_days=0, **FULL)
    return stage


async def use(stage: Stage, rule: EarnedRule = RULE, version: int = 0) -> None:
    async with stage.world.transaction() as conn:
        await set_earned_rule(conn, stage.admin, stage.pool, version, rule, now=stage.database.now)


async def history(stage: Stage, rep: Actor, claimed: int, won: int) -> None:
    """In the days before Monday: five customers claimed a day, the first of them won."""
    for n in range(claimed):
        stage.at(days=n // 5 - 7)
        customer = await stage.claimed(rep)
        if n < won:
            await stage.win(customer, rep)
    stage.at()


async def night(stage: Stage, days: int) -> int:
    """The first beat of a later day."""
    stage.database.now = MONDAY.replace(hour=0, minute=4) + timedelta(days=days)
    async with stage.world.transaction() as conn:
        return await grant_tonight(conn, stage.world.tenant_id, now=stage.database.now)


async def overrides(stage: Stage) -> list[DictRow]:
    async with stage.world.transaction() as conn:
        return await rows(
            conn, "SELECT * FROM claim_override o WHERE o.tenant_id = %s ORDER BY o.id", (stage.world.tenant_id,)
        )


async def claims(stage: Stage, rep: Actor) -> int:
    """How many the rep may claim now."""
    done = 0
    for customer in await stage.pooled(12):
        if await stage.try_claim(customer, rep) is not None:
            return done
        done += 1
    return done


async def standing(stage: Stage, rule: EarnedRule = RULE) -> dict[int, Standing]:
    async with stage.world.transaction() as conn:
        calendar = await tenant_calendar(conn, stage.world.tenant_id)
        now = stage.database.now
        day = local_date(now, calendar)
        found = await standings(conn, stage.world.tenant_id, stage.pool, rule, day, calendar, before=now)
    return {s.person_id: s for s in found}


async def test_who_converts_may_claim_more_the_next_day_and_not_the_day_after(sea: Stage) -> None:
    amy, bob, _ = sea.reps
    await history(sea, amy, claimed=10, won=4)
    await use(sea, replace(RULE, last=20, steps=(Step(20, 4),)))
    assert await claims(sea, amy) == 5  # nothing before the night; 4 of 15 now
    assert await night(sea, 1) == 1
    assert await night(sea, 1) == 0  # once
    sea.at(days=1)
    assert await claims(sea, amy) == 9
    assert await claims(sea, bob) == 5
    (granted,) = await overrides(sea)
    assert (granted["source"], granted["granted_by"], granted["value"]) == ("earned", None, 9)
    assert granted["until_at"] - granted["from_at"] == timedelta(days=1)
    # By then the won ones are no longer among the last twenty.
    await night(sea, 2)
    sea.at(days=2)
    assert await claims(sea, amy) == 5


async def test_the_why_card_names_the_numbers(sea: Stage, app: FastAPI) -> None:
    amy, *_ = sea.reps
    assert amy.person_id is not None
    await history(sea, amy, claimed=8, won=2)
    await use(sea)
    await night(sea, 1)
    sea.at(days=1)
    async with sea.world.transaction() as conn:
        first = (await candidates(conn, sea.world.tenant_id, amy.person_id, sea.pool))[0]
    assert first["why"] == "近 30 天领取 8 个，成交 2 个（25%），当日额度 +2"
    assert (first["earned"]["claimed"], first["earned"]["converted"], first["earned"]["add"]) == (8, 2, 2)
    customer = await sea.claimed(amy)
    event = (await sea.world.events(customer))[-1]
    assert event["data"]["daily_quota"] == [1, 7]
    assert event["data"]["limits"]["daily_quota"]["by"]["earned"]["percent"] == 25


@pytest.mark.parametrize(
    ("claimed", "won", "most", "value", "why_not"),
    [
        (4, 4, 9, 5, "sample"),
        (5, 0, 9, 5, "below"),
        (10, 1, 9, 5, "below"),
        (5, 1, 9, 7, None),  # exactly a fifth
        (10, 4, 9, 9, None),
        (10, 10, 8, 8, None),  # bounded
        (10, 10, 5, 5, "most"),
        (10, 10, 3, 5, "most"),  # never below the pool's own
    ],
)
async def test_steps_and_bounds(sea: Stage, claimed: int, won: int, most: int, value: int, why_not: str | None) -> None:
    amy, *_ = sea.reps
    assert amy.person_id is not None
    await history(sea, amy, claimed, won)
    rule = EarnedRule(on=True, last=10, days=30, least=5, steps=RULE.steps, most=most)
    found = (await standing(sea, rule))[amy.person_id]
    assert (found.claimed, found.converted, found.value, found.why_not) == (claimed, won, value, why_not)


async def test_only_claims_of_this_pool_in_those_days_count_and_only_the_last(sea: Stage) -> None:
    amy, *_ = sea.reps
    assert amy.person_id is not None
    await history(sea, amy, claimed=5, won=5)
    sea.at(days=31)  # by now they are too long ago
    assert await standing(sea) == {}
    sea.at(days=10)
    (own,) = await sea.world.customers(1, sea.pool, amy.person_id, sea.database.now)
    await sea.win(own, amy)  # never claimed
    assert (await standing(sea))[amy.person_id].claimed == 5
    for _ in range(3):
        sea.database.now += timedelta(days=1)
        assert await claims(sea, amy) == 5
    found = (await standing(sea))[amy.person_id]
    assert (found.claimed, found.converted) == (10, 0)


async def test_a_manual_override_wins_before_and_after(sea: Stage) -> None:
    amy, bob, _ = sea.reps
    for rep in (amy, bob):
        await history(sea, rep, claimed=10, won=10)
    await use(sea)
    grant = {"from_at": sea.at(days=0.9), "until_at": MONDAY + timedelta(days=2), "why": "活动"}

    async def by_hand(rep: Actor) -> Any:
        async with sea.world.transaction() as conn:
            await grant_override(
                conn, sea.admin, sea.pool, "daily_quota", rep.person_id or 0, 6, **grant, now=sea.database.now
            )

    await by_hand(amy)
    assert await night(sea, 1) == 1  # bob's
    found = await standing(sea)
    assert found[amy.person_id or 0].why_not == "hand"
    sea.at(days=1)
    assert (await claims(sea, amy), await claims(sea, bob)) == (6, 9)
    (earned,) = [row for row in await overrides(sea) if row["source"] == "earned"]
    sea.at(days=1, hours=1)
    await by_hand(bob)
    (after,) = [row for row in await overrides(sea) if row["id"] == earned["id"]]
    assert after["revoked_at"] == sea.database.now
    with pytest.raises(Refusal, match="overrides_overlap"):
        await by_hand(bob)


async def test_a_nights_statements_do_not_grow_with_the_people(sea: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    for n, reps in enumerate((sea.reps[:1], sea.reps[1:])):
        for rep in reps:
            await history(sea, rep, claimed=5, won=5)
        await use(sea, version=n)
        with counted_statements(monkeypatch) as statements:
            granted = await night(sea, 1 + n)
        seen.append((granted, len(statements)))
    assert [n for n, _ in seen] == [1, 3]
    assert seen[0][1] == seen[1][1]


async def test_a_rule_is_set_and_previewed_by_admins_and_bad_ones_are_refused(app: FastAPI, stage: Stage) -> None:
    company, pool = stage.company, stage.pool
    rep, admin = await signed_in(app, company, stage.reps[0].person_id), await signed_in(app, company)
    url = f"/incentives/earned/{pool}"
    rule = (await rep.get(url)).json()["rule"]
    assert rule["on"] is False
    assert (await rep.put(url, json=rule, headers={"If-Match": '"0"'})).status_code == 403
    assert (await rep.post(f"{url}/preview", json=rule)).status_code == 403
    assert (await admin.post(f"{url}/preview", json=rule)).json()["items"] == []
    for wrong, code in (
        ({"least": 50, "last": 40}, "earned_sample"),
        ({"steps": [{"percent": 20, "add": 2}, {"percent": 20, "add": 4}]}, "earned_steps_order"),
        ({"steps": [{"percent": 20, "add": 4}, {"percent": 30, "add": 2}]}, "earned_steps_order"),
    ):
        answer = await admin.put(url, json={**rule, **wrong}, headers={"If-Match": '"0"'})
        assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert (await admin.put(url, json={**rule, "steps": []}, headers={"If-Match": '"0"'})).status_code == 422
    assert (await admin.put(url, json={**rule, "on": True}, headers={"If-Match": '"0"'})).json()["version"] == 1
    assert (await admin.put(url, json=rule, headers={"If-Match": '"0"'})).status_code == 412
    assert (await admin.get("/incentives/earned/999999999")).status_code == 404
    listed = (await rep.get("/incentives/earned")).json()["items"]
    assert [(each["pool"]["id"], each["rule"]["on"]) for each in listed] == [(str(pool), True)]


async def test_an_earned_override_of_another_pool_changes_nothing_here(sea: Stage) -> None:
    amy, *_ = sea.reps
    await history(sea, amy, claimed=10, won=10)
    await use(sea)
    assert await night(sea, 1) == 1
    first, sea.pool = sea.pool, await sea.world.pool("另一个", cooldown_days=0, **FULL)
    sea.at(days=1)
    assert await claims(sea, amy) == 5
    sea.pool = first
    assert await claims(sea, amy) == 9
