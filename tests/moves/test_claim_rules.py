"""Every rule of a claim: its code, its numbers, until when; which comes first; whose limit it was."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gonghai.access.actor import Actor
from gonghai.base import clock
from gonghai.base.database import rows, run
from gonghai.moves.claim import How, claim
from gonghai.moves.results import Result
from gonghai.people.departments import create_department
from gonghai.pools.actions import Subject, edit_pool
from gonghai.pools.limit_actions import grant_override, set_limit
from tests.fixtures.people import Company
from tests.moves.world import World
from tests.properties.travel import Travelling, travel_possible

CHINA = ZoneInfo("Asia/Shanghai")
# Worked example 1: Thursday 8 October 2026 is the first working day after the holiday; Saturday the 10th works too.
WORKING = [{"days": "working", "from": "09:00", "until": "18:00"}]


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@pytest.fixture
async def past(company: Company, migrated_url: str) -> AsyncIterator[World]:
    """The company, with the database's clock where `past.database.now` says."""
    with travel_possible(migrated_url):
        async with Travelling(migrated_url) as database:
            database.now = local("2026-10-08 10:00")
            company.database = database
            yield World(company)


def at(world: World, text: str) -> None:
    database = world.database
    assert isinstance(database, Travelling)
    database.now = local(text)


async def claims(world: World, person: int, *customers: int, how: How = "direct") -> list[Result]:
    async with world.transaction() as conn:
        return await claim(conn, world.tenant_id, person, customers, zone="Asia/Shanghai", how=how)


async def code(world: World, person: int, customer: int, how: How = "direct") -> tuple[str | None, dict[str, Any]]:
    (result,) = await claims(world, person, customer, how=how)
    return result.code, result.data


def until(data: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(data["until"])


async def setting(world: World, pool: int, **settings: Any) -> None:
    async with world.transaction() as conn:
        (row,) = await rows(conn, "SELECT version FROM pool WHERE tenant_id = %s AND id = %s", (world.tenant_id, pool))
        await edit_pool(
            conn, world.company.system, pool, settings, None, version=row["version"], accept_over_cap=True,
            now=clock.now(),
        )  # fmt: skip


async def limit(world: World, pool: int, rule: str, subject: Subject, value: int) -> None:
    async with world.transaction() as conn:
        await set_limit(conn, world.company.system, pool, rule, subject, value, now=clock.now())


async def override(world: World, pool: int, rule: str, person: int, value: int, start: str, end: str) -> None:
    async with world.transaction() as conn:
        await grant_override(
            conn, await world.admin(), pool, rule, person, value, from_at=local(start), until_at=local(end),
            why="双十一", now=local(start),
        )  # fmt: skip


# The windows -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-10-08 09:00", None),
        ("2026-10-08 17:59", None),
        ("2026-10-08 08:59", "2026-10-08 09:00"),
        ("2026-10-08 18:00", "2026-10-09 09:00"),
        ("2026-10-02 10:00", "2026-10-08 09:00"),  # National Day
        ("2026-10-09 19:00", "2026-10-10 09:00"),  # a make-up Saturday
        ("2026-10-10 20:00", "2026-10-12 09:00"),
    ],
)
async def test_windows_on_working_days_know_the_calendar_and_say_when_they_open(
    past: World, now: str, opens: str | None
) -> None:
    pool = await past.pool(claim_windows=WORKING)
    rep = await past.company.person("王磊")
    (customer,) = await past.customers(1, pool, at=local("2026-09-01 09:00"))
    at(past, now)
    refused, data = await code(past, rep, customer)
    assert refused == (None if opens is None else "outside_window")
    if opens is not None:
        assert until(data) == local(opens)
        assert data["windows"] == WORKING


async def test_windows_on_weekdays_are_of_the_local_day_and_several_may_stand_on_one(past: World) -> None:
    windows = [
        {"days": [4], "from": "09:00", "until": "09:30"},
        {"days": [4, 5], "from": "14:00", "until": "24:00"},
    ]
    pool = await past.pool(claim_windows=windows)
    rep = await past.company.person("王磊")
    customers = await past.customers(4, pool, at=local("2026-09-01 09:00"))
    seen = []
    for customer, now in zip(
        customers, ("2026-10-08 09:29", "2026-10-08 09:30", "2026-10-09 23:59", "2026-10-10 00:00"), strict=True
    ):
        at(past, now)
        refused, data = await code(past, rep, customer)
        seen.append((refused, until(data).astimezone(CHINA) if refused else None))
    assert seen == [
        (None, None),
        ("outside_window", local("2026-10-08 14:00")),
        (None, None),
        ("outside_window", local("2026-10-15 09:00")),
    ]


# The others --------------------------------------------------------------------------------------------


async def test_a_customer_is_frozen_for_so_many_hours_after_entering_the_pool(past: World) -> None:
    pool = await past.pool(freeze_hours=24)
    rep = await past.company.person("王磊")
    (customer,) = await past.customers(1, pool, at=local("2026-10-07 10:00"))
    at(past, "2026-10-08 09:59:59.999999")
    refused, data = await code(past, rep, customer)
    assert (refused, until(data), data["hours"]) == ("frozen_until", local("2026-10-08 10:00"), 24)
    at(past, "2026-10-08 10:00")
    assert (await code(past, rep, customer))[0] is None


async def test_between_two_claims_lie_so_many_seconds_and_a_batch_counts_once(past: World) -> None:
    pool = await past.pool(min_interval_seconds=60)
    rep, other = await past.company.person("王磊"), await past.company.person("张伟")
    customers = await past.customers(6, pool, at=local("2026-09-01 09:00"))
    assert [r.code for r in await claims(past, rep, *customers[:3])] == [None] * 3
    at(past, "2026-10-08 10:00:59")
    refused, data = await code(past, rep, customers[3])
    assert (refused, until(data), data["seconds"]) == ("min_interval", local("2026-10-08 10:01"), 60)
    assert (await code(past, other, customers[4]))[0] is None, "everybody has an interval of their own"
    at(past, "2026-10-08 10:01")
    assert (await code(past, rep, customers[3]))[0] is None
    assert (await code(past, rep, customers[5]))[0] == "min_interval", "behind a single claim too"


async def test_the_companys_cap_stands_beside_the_pools(world: World) -> None:
    one, two = await world.pool("一"), await world.pool("二", holding_exempt_won_days=30)
    async with world.transaction() as conn:
        await run(conn, "UPDATE tenant SET holding_cap = 3 WHERE id = %s", (world.tenant_id,))
    rep = await world.company.person("王磊")
    await world.customers(2, one, rep)
    (won,) = await world.customers(1, two, rep)
    free = await world.customers(3, two)
    async with world.transaction() as conn:  # a recent win doesn't count, in any pool
        await run(
            conn, "UPDATE customer SET last_win_at = now() WHERE tenant_id = %s AND id = %s", (world.tenant_id, won)
        )
    assert (await code(world, rep, free[0]))[0] is None
    assert await code(world, rep, free[1]) == (
        "holding_cap", {"used": 3, "limit": 3, "by": {"kind": "company"}},
    )  # fmt: skip
    await limit(world, 0, "holding_cap", Subject("person", rep), 4)
    assert (await code(world, rep, free[1]))[0] is None
    refused, data = await code(world, rep, free[2])
    assert (refused, data["limit"], data["by"]["kind"]) == ("holding_cap", 4, "person")


async def test_customers_that_meet_the_pools_condition_dont_count_as_held(world: World) -> None:
    pool = await world.pool(holding_cap=2, holding_exempt={"fact": "level", "is": "eq", "value": "VIP"})
    rep = await world.company.person("王磊")
    await world.customers(3, pool, rep, level="VIP")
    await world.customers(1, pool, rep)
    free = await world.customers(2, pool)
    assert [r.code for r in await claims(world, rep, *free)] == [None, "holding_cap"]
    (event,) = [e for e in await world.events(free[0]) if e["kind"] == "claim"]
    assert event["data"]["holding_cap"] == [2, 2]
    assert event["batch_id"] is not None


async def test_pool_admins_are_bound_unless_the_pool_exempts_them_and_never_exempt_from_scope(world: World) -> None:
    rep = await world.company.person("王磊")
    pool = await world.pool(daily_quota=0, freeze_hours=99, approval={"fact": "kind", "is": "eq", "value": "company"})
    free = await world.customers(2, pool)
    async with world.transaction() as conn:
        scopes = {"admin": [Subject("person", rep)], "claim": [Subject("all")]}
        await edit_pool(conn, world.company.system, pool, {}, scopes, version=1, now=clock.now())
    assert (await code(world, rep, free[0]))[0] == "frozen_until"
    await setting(world, pool, exempt_admins=True)
    assert (await code(world, rep, free[0]))[0] is None
    (event,) = [e for e in await world.events(free[0]) if e["kind"] == "claim"]
    assert event["data"]["exempt"] is True
    async with world.transaction() as conn:
        none: dict[str, list[Subject]] = {"claim": []}
        await edit_pool(conn, world.company.system, pool, {}, none, version=3, now=clock.now())
    assert (await code(world, rep, free[1]))[0] == "not_in_scope"


@pytest.mark.parametrize("mode", ["next_best", "draw"])
async def test_a_pool_that_deals_refuses_direct_claims_alone(world: World, mode: str) -> None:
    pool = await world.pool(mode=mode, daily_quota=1)
    rep = await world.company.person("王磊")
    free = await world.customers(3, pool)
    assert await code(world, rep, free[0]) == ("not_dealt", {"pool_id": str(pool), "mode": mode})
    assert [r.outcome for r in await claims(world, rep, *free, how="look")] == ["claimable", "refused", "refused"]
    assert [e["kind"] for e in await world.events(free[0])] == ["create"], "a look writes nothing"
    assert (await code(world, rep, free[0], how="dealt"))[0] is None
    assert (await code(world, rep, free[1], how="dealt"))[0] == "daily_quota", "the other rules hold all the same"


async def test_whoever_was_faster_is_not_named_where_the_pool_hides_it(world: World) -> None:
    pool = await world.pool(hide_claimers=True)
    rep, other = await world.company.person("王磊"), await world.company.person("张伟")
    (customer,) = await world.customers(1, pool)
    assert (await code(world, rep, customer))[0] is None
    assert await code(world, other, customer) == ("already_claimed", {})
    await setting(world, pool, hide_claimers=False)
    assert (await code(world, other, customer))[1] == {"owner": {"id": str(rep), "name": "王磊"}}


# The order ---------------------------------------------------------------------------------------------

# Rule by rule in the domain's order, with what makes it fail and what lifts it.
ORDER: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("not_dealt", {"mode": "draw"}, {"mode": "list"}),
    ("outside_window", {"claim_windows": [{"days": [1], "from": "00:00", "until": "00:01"}]}, {"claim_windows": []}),
    ("frozen_until", {"freeze_hours": 8760}, {"freeze_hours": 0}),
    ("cooldown_until", {"cooldown_holders": 2, "cooldown_days": 400}, {"cooldown_days": 0}),
    ("daily_quota", {"daily_quota": 0}, {"daily_quota": 9}),
    ("min_interval", {"min_interval_seconds": 86400}, {"min_interval_seconds": 0}),
    ("holding_cap", {"holding_cap": 0}, {"holding_cap": 9}),
    ("untouched_cap", {"untouched_cap": 0}, {"untouched_cap": 9}),
    ("needs_approval", {"approval": {"fact": "kind", "is": "eq", "value": "company"}}, {"approval": None}),
]


async def test_the_first_rule_that_fails_is_the_answer_in_the_order_of_the_domain(past: World) -> None:
    settings: dict[str, Any] = {}
    for _, fails, _ in ORDER:
        settings |= fails
    pool = await past.pool()
    rep = await past.company.person("王磊")
    customers = await past.customers(2, pool, at=local("2026-09-01 09:00"))
    at(past, "2026-10-08 10:00")
    async with past.transaction() as conn:
        done = await claim(conn, past.tenant_id, rep, customers, zone="Asia/Shanghai")
        assert [r.code for r in done] == [None, None]
    async with past.transaction() as conn:
        from gonghai.moves.release import release

        actor: Actor = await past.company.actor(rep)
        await release(conn, actor, [customers[0]], reason="no_need")
    await setting(past, pool, **settings)
    at(past, "2026-10-08 10:01")
    seen = []
    for _, _, lifts in ORDER:
        (result,) = await claims(past, rep, customers[0])
        seen.append(result.code or result.outcome)
        await setting(past, pool, **lifts)
    assert seen == [name if name != "needs_approval" else "asked" for name, _, _ in ORDER]
    assert (await code(past, rep, customers[0]))[0] is None


# Whose limit it was ------------------------------------------------------------------------------------


async def test_an_override_beats_a_person_beats_the_nearest_department_beats_a_role_beats_the_pool(past: World) -> None:
    company = past.company
    async with past.transaction() as conn:
        east = await create_department(
            conn, company.system, name="华东", parent_id=company.root_id, lead_ids=[], now=clock.now()
        )
        first = await create_department(conn, company.system, name="一部", parent_id=east, lead_ids=[], now=clock.now())
    rep = await company.person("王磊", ("rep", "manager"), first)
    pool = await past.pool(daily_quota=0)
    (customer,) = await past.customers(1, pool, at=local("2026-09-01 09:00"))

    async def holds() -> tuple[int, str, str | None]:
        _, data = await code(past, rep, customer, how="look")
        by = data.get("by", {"kind": "pool"})
        return data["limit"], by["kind"], by.get("name")

    assert await holds() == (0, "pool", None)
    # Zeroes, so that each refuses and says by whom; the kinder role's would let the claim through.
    await limit(past, pool, "daily_quota", Subject("role", role="rep"), 0)
    assert await holds() == (0, "role", "rep")
    await limit(past, pool, "daily_quota", Subject("department", company.root_id), 0)
    assert (await holds())[1] == "department"
    await limit(past, pool, "daily_quota", Subject("department", east), 0)
    assert await holds() == (0, "department", "华东")
    await limit(past, pool, "daily_quota", Subject("department", first), 0)
    assert await holds() == (0, "department", "一部")
    await limit(past, pool, "daily_quota", Subject("person", rep), 0)
    assert await holds() == (0, "person", "王磊")
    await override(past, pool, "daily_quota", rep, 0, "2026-10-08 09:00", "2026-10-09 00:00")
    _, data = await code(past, rep, customer, how="look")
    assert data["by"] | {"id": ""} == {
        "kind": "override", "id": "", "name": "管理员", "why": "双十一", "until": data["by"]["until"],
    }  # fmt: skip
    assert datetime.fromisoformat(data["by"]["until"]) == local("2026-10-09 00:00")
    at(past, "2026-10-09 00:00")
    assert await holds() == (0, "person", "王磊"), "an override ends by itself"


async def test_of_several_roles_the_kindest_limit_holds_also_for_intervals(past: World) -> None:
    rep = await past.company.person("王磊", ("rep", "manager"))
    pool = await past.pool(daily_quota=0, min_interval_seconds=600)
    customers = await past.customers(4, pool, at=local("2026-09-01 09:00"))
    for role, quota, seconds in (("rep", 2, 60), ("manager", 3, 300)):
        await limit(past, pool, "daily_quota", Subject("role", role=role), quota)
        await limit(past, pool, "min_interval", Subject("role", role=role), seconds)
    seen = []
    for n, customer in enumerate(customers):
        at(past, f"2026-10-08 10:0{n}:00")
        refused, data = await code(past, rep, customer)
        seen.append((refused, data.get("limit")))
    assert seen == [(None, None), (None, None), (None, None), ("daily_quota", 3)]
    (event,) = [e for e in await past.events(customers[0]) if e["kind"] == "claim"]
    assert event["data"]["limits"]["daily_quota"]["by"] == {"kind": "role", "id": "manager", "name": "manager"}


async def test_limits_of_one_pool_say_nothing_about_another(world: World) -> None:
    rep = await world.company.person("王磊")
    one, two = await world.pool("一"), await world.pool("二")
    await limit(world, one, "daily_quota", Subject("person", rep), 0)
    a, b = await world.customers(1, one), await world.customers(1, two)
    assert [(await code(world, rep, c))[0] for c in (*a, *b)] == ["daily_quota", None]
    assert datetime.now(UTC) - timedelta(days=1) < clock.now()
