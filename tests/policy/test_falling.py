"""What goes soon, by lists and by counts, is what each customer's own countdown says; and only of whom one may see."""

import random
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from fastapi import FastAPI

from gonghai.base import clock
from gonghai.base.database import rows
from gonghai.customers.queries import Filter, page
from gonghai.policy.countdown import countdowns
from gonghai.policy.decide import Decision
from gonghai.policy.falling import FORECAST_DAYS, MOST, falling, forecast
from gonghai.workdays import Calendar, Length, add, end_of_day, local_date
from tests.fixtures.people import signed_in
from tests.moves.world import World

DAY = timedelta(days=1)
SEGMENTS: list[dict[str, Any]] = [
    {
        "name": "A级",
        "when": {"fact": "level", "is": "eq", "value": "A"},
        "timers": {"follow_up": "20 working days", "first_contact": "6 hours"},
    },
    {"name": "B级", "when": {"fact": "level", "is": "eq", "value": "B"}, "timers": {}},
    {"name": "其他", "timers": {"follow_up": "30 days", "holding": "45 days"}},
]


async def many(world: World, *, floor: bool, now: datetime) -> tuple[int, list[int]]:
    """A pool with customers of all kinds in two books, some told, protected, locked; and the owners."""
    pool = await world.pool(notice_floor=floor)
    await world.policy(pool, *SEGMENTS, at=now - 90 * DAY)
    reps = [await world.company.person(f"rep{i}") for i in range(2)]
    chance = random.Random(7)
    for i in range(120):
        claimed = now - chance.random() * 60 * DAY
        (customer,) = await world.customers(1, pool, reps[i % 2], at=claimed, level=chance.choice(["A", "B", "C", "D"]))
        columns = {
            "first_contact_at": claimed + DAY if chance.random() < 0.5 else None,
            "last_follow_up_at": claimed + chance.random() * (now - claimed) if chance.random() < 0.5 else None,
            "protected_until": now + chance.uniform(-5, 20) * DAY if chance.random() < 0.2 else None,
            "locked_until": now + chance.uniform(-5, 20) * DAY if chance.random() < 0.2 else None,
            "notice_until": now + chance.uniform(-20, 3) * DAY if chance.random() < 0.4 else None,
        }
        async with world.transaction() as conn:
            await conn.execute(
                f"UPDATE customer SET {', '.join(f'{n} = %({n})s' for n in columns)} WHERE tenant_id = %(t)s AND id = %(id)s",
                {**columns, "t": world.tenant_id, "id": customer},
            )
    return pool, reps


async def decisions(world: World, now: datetime) -> dict[int, Decision]:
    async with world.transaction() as conn:
        clocks = await countdowns(conn, world.tenant_id, now)
        found = await page(conn, world.company.system, Filter(("owned",)), sort="id", after=None, limit=500)
    return {row["id"]: decision for row in found if (decision := clocks.of(row)) is not None}


async def _forecast_agrees(world: World, floor: bool) -> None:
    now = clock.now()
    pool, _ = await many(world, floor=floor, now=now)
    today = local_date(now, Calendar())
    ends = [end_of_day(today + i * DAY, Calendar()) for i in range(FORECAST_DAYS)]
    expected: Counter[int] = Counter()
    for decision in (await decisions(world, now)).values():
        if decision.effective is not None:
            expected[-1 if decision.due(now) else sum(end < decision.effective for end in ends)] += 1
    async with world.transaction() as conn:
        found = await forecast(conn, await world.admin(), pool, now=now)
    assert found.due_now == expected[-1]
    assert list(found.days.values()) == [expected[i] for i in range(FORECAST_DAYS)]
    assert list(found.days) == [today + i * DAY for i in range(FORECAST_DAYS)]
    assert sum(found.days.values()) > 20


async def test_the_forecast_counts_on_each_day_who_goes_by_their_own_countdown(world: World) -> None:
    await _forecast_agrees(world, floor=False)


async def test_the_forecast_knows_that_nobody_goes_untold(world: World) -> None:
    await _forecast_agrees(world, floor=True)


async def test_falling_soon_lists_who_goes_within_the_days_soonest_first(world: World, app: FastAPI) -> None:
    now = clock.now()
    _, (mine, other) = await many(world, floor=True, now=now)
    expected = {
        i: d.effective
        for i, d in (await decisions(world, now)).items()
        if d.effective is not None and d.effective <= now + 7 * DAY
    }
    owner = {c: o for o in (mine, other) for c in await _owned(world, o)}
    async with await signed_in(app, world.company, mine) as client:
        found = (await client.get("/falling", params={"limit": 200})).json()
        assert {int(row["id"]) for row in found["items"]} == {i for i in expected if owner[i] == mine}
        effective = [row["countdown"]["effective"] for row in found["items"]]
        assert effective == sorted(effective)
        assert found["total"] == len(effective)
        assert (await client.get("/falling", params={"scope": "team"})).json()["total"] == 0
    async with await signed_in(app, world.company) as client:
        team = (await client.get("/falling", params={"scope": "team", "limit": 3})).json()
        assert (team["total"], len(team["items"])) == (len(expected), 3)
        assert {int(o["owner"]["id"]): o["count"] for o in team["owners"]} == Counter(owner[i] for i in expected)
        theirs = (await client.get("/falling", params={"scope": "team", "owner_id": str(other)})).json()
        assert theirs["total"] == sum(owner[i] == other for i in expected)


async def test_beyond_what_is_put_in_exact_order_every_owner_is_still_counted(world: World) -> None:
    now = clock.now()
    pool = await world.pool(notice_floor=False)
    await world.policy(pool, {"name": "其他", "timers": {"follow_up": "30 days"}}, at=now - 90 * DAY)
    owners = [await world.company.person(name) for name in ("amy", "bob")]
    await world.customers(MOST, pool, owners[0], at=now - 28 * DAY)
    await world.customers(5, pool, owners[1], at=now - 30 * DAY)
    async with world.transaction() as conn:
        found = await falling(conn, await world.admin(), owners=None, pool_id=None, days=7, now=now)
    assert (found.total, len(found.customers)) == (MOST + 5, MOST)
    assert {f.owner_id for f in found.customers[:5]} == {owners[1]}
    assert [(o.owner_id, o.count) for o in found.owners] == [(owners[0], MOST), (owners[1], 5)]
    for owner, begun in zip(found.owners, (28, 30), strict=True):
        goes = add(now - begun * DAY, Length(30, "days"), Calendar())
        assert goes <= owner.soonest < goes + DAY


async def _owned(world: World, person_id: int) -> list[int]:
    async with world.transaction() as conn:
        found = await rows(
            conn, "SELECT id FROM customer WHERE tenant_id = %s AND owner_id = %s", (world.tenant_id, person_id)
        )
    return [row["id"] for row in found]


async def test_a_forecast_counts_whom_one_may_see_and_no_pool_that_one_may_not(world: World, app: FastAPI) -> None:
    now = clock.now()
    pool, (mine, _) = await many(world, floor=False, now=now)
    async with await signed_in(app, world.company) as client:
        whole = (await client.get(f"/pools/{pool}/forecast")).json()
        assert (whole["whole"], whole["policy_number"], len(whole["days"])) == (True, 1, FORECAST_DAYS)
        assert (await client.get("/pools/999999999/forecast")).status_code == 404
        empty = await world.pool("没有规则")
        assert (await client.get(f"/pools/{empty}/forecast")).json()["policy_number"] is None
    async with await signed_in(app, world.company, mine) as client:
        part = (await client.get(f"/pools/{pool}/forecast")).json()
        counts = [sum(day["count"] for day in f["days"]) + f["due_now"] for f in (part, whole)]
        assert not part["whole"]
        assert 0 < counts[0] < counts[1]


async def test_warnings_of_a_day_are_listed_for_the_owner_and_the_team(world: World, app: FastAPI) -> None:
    now = clock.now()
    pool = await world.pool(notice_floor=True)
    await world.policy(pool, {"name": "其他", "timers": {"follow_up": "30 days"}}, at=now - 90 * DAY)
    amy, bob = [await world.company.person(name) for name in ("amy", "bob")]
    await world.customers(3, pool, amy, at=now - 28 * DAY)
    await world.customers(1, pool, bob, at=now - 60 * DAY)
    await world.sweep(now)
    async with await signed_in(app, world.company, amy) as client:
        first = (await client.get("/warnings", params={"limit": 2})).json()
        rest = (await client.get("/warnings", params={"limit": 2, "after": first["next"]})).json()
        assert [w["step"] for w in [*first["items"], *rest["items"]]] == ["3"] * 3
        assert first["items"][0]["timer"] == {"zh": "未跟进", "en": "no follow-up"}
        yesterday = (local_date(now, Calendar()) - DAY).isoformat()
        assert (await client.get("/warnings", params={"day": yesterday})).json()["items"] == []
    async with await signed_in(app, world.company) as client:
        team = (await client.get("/warnings", params={"scope": "team"})).json()["items"]
        assert Counter((w["owner"]["name"], w["step"]) for w in team) == {("amy", "3"): 3, ("bob", "due"): 1}
