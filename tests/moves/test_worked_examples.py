"""The worked examples of the rules that need no second connection; the concurrent ones stand in tests/races, those in
which people are warned in test_worked_examples_warned.py."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from fastapi import FastAPI

from gonghai.access.actor import Actor
from gonghai.base import clock
from gonghai.moves.results import only
from gonghai.moves.transfer import transfer
from tests.fixtures.people import signed_in
from tests.moves.world import World

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local(text: str) -> datetime:
    """An instant as a clock on a wall in Shanghai shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def everyone(**timers: str) -> dict[str, Any]:
    return {"name": "所有客户", "timers": timers}


async def test_1_three_working_days_round_national_day(world: World) -> None:
    pool = await world.pool()
    amy = await world.rep("amy")
    await world.policy(pool, everyone(follow_up="3 working days"), at=local("2026-09-01 00:00"))
    (customer,) = await world.customers(1, pool, at=local("2026-09-02 00:00"))
    await world.claimed(customer, amy.person_id or 0, local("2026-09-30 10:00"))
    assert await world.sweep(local("2026-10-10 23:00")) == []
    assert await world.sweep(local("2026-10-10 23:59:59.999999")) == []
    assert await world.sweep(local("2026-10-11 00:01")) == [customer]
    assert (await world.row(customer))["state"] == "pooled"


async def test_1_a_make_up_sunday_works_and_mid_autumn_friday_does_not(world: World) -> None:
    pool = await world.pool()
    amy = await world.rep("amy")
    await world.policy(pool, everyone(follow_up="1 working day"), at=local("2026-09-01 00:00"))
    sunday, friday = await world.customers(2, pool, at=local("2026-09-02 00:00"))
    await world.claimed(sunday, amy.person_id or 0, local("2026-09-19 10:00"))
    await world.claimed(friday, amy.person_id or 0, local("2026-09-24 10:00"))
    assert await world.sweep(local("2026-09-20 23:59")) == []
    assert await world.sweep(local("2026-09-21 00:00")) == [sunday]
    assert await world.sweep(local("2026-09-28 23:59")) == []
    assert await world.sweep(local("2026-09-29 00:00")) == [friday]


async def test_2_an_old_customer_claimed_today_is_not_taken_tonight(world: World) -> None:
    pool = await world.pool()
    amy = await world.rep("amy")
    timers = {
        "first_contact": "3 working days",
        "follow_up": "30 days",
        "deal": "30 days",
        "won": "90 days",
        "contract": "30 days",
    }
    await world.policy(pool, everyone(**timers), at=local("2024-01-01 00:00"))
    ended = local("2025-12-31 00:00").date()
    (customer,) = await world.customers(1, pool, at=local("2024-11-01 09:00"), contract_end=ended)
    await world.claimed(customer, amy.person_id or 0, local("2026-11-02 10:00"))
    assert await world.sweep(local("2026-11-02 23:59")) == []
    # The same customer is taken once a timer of this spell has run out: first contact, three working days later.
    assert await world.sweep(local("2026-11-05 23:59")) == []
    assert await world.sweep(local("2026-11-06 00:00")) == [customer]


async def test_5_a_draft_says_whom_it_would_take_and_grace_keeps_them(world: World, app: FastAPI) -> None:
    # Without the notice floor, so that nothing but the grace can keep anybody.
    pool = await world.pool()
    amy, bob = await world.rep("amy"), await world.rep("bob")
    now = clock.now()
    await world.policy(pool, everyone(follow_up="365 days"), at=now - timedelta(days=100))
    taken = await world.customers(300, pool, amy.person_id, at=now - timedelta(days=40))
    taken += await world.customers(112, pool, bob.person_id, at=now - timedelta(days=32))
    await world.customers(9, pool, amy.person_id, at=now - timedelta(days=20))
    body = {"document": {"segments": [everyone(follow_up="30 days")]}, "grace": "3 working_days"}
    async with await signed_in(app, world.company) as client:
        asked = await client.post(f"/pools/{pool}/policy/preview", json=body)
        assert asked.status_code == 200, asked.text
        shown = asked.json()
        assert shown["totals"] == {"at_once": 412, "within_7": 412, "within_30": 421}
        assert (shown["present"]["at_once"], shown["really"]["at_once"], shown["population"]) == (0, 0, 421)
        owners = {o["owner"]["id"]: (o["count"], o["totals"]["at_once"]) for o in shown["owners"]}
        assert owners == {str(amy.person_id): (309, 300), str(bob.person_id): (112, 112)}
        published = await client.post(f"/pools/{pool}/policies", json={**body, "note": "从 365 天收紧"})
        assert published.status_code == 201, published.text
    grace_until = datetime.fromisoformat(published.json()["grace_until"])
    assert await world.sweep(clock.now() + timedelta(minutes=10)) == []
    assert await world.sweep(grace_until - timedelta(microseconds=1)) == []
    assert await world.sweep(grace_until) == taken


async def _claimed_29_days_ago(world: World) -> tuple[int, Actor, Actor, datetime]:
    """(customer, A, B, the end of day 30); the transfer that follows is made by the real clock."""
    pool = await world.pool(transfer_needs_acceptance=False)
    amy, bob = await world.rep("amy"), await world.rep("bob")
    claimed = clock.now() - timedelta(days=29)
    await world.policy(pool, everyone(follow_up="30 days"), at=claimed - timedelta(days=9))
    (customer,) = await world.customers(1, pool, at=claimed - timedelta(days=1))
    await world.claimed(customer, amy.person_id or 0, claimed)
    day = claimed.astimezone(SHANGHAI).date() + timedelta(days=31)
    return customer, amy, bob, datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


async def test_6_passing_a_customer_to_a_friend_does_not_start_its_clocks_anew(world: World) -> None:
    customer, amy, bob, end_of_day_30 = await _claimed_29_days_ago(world)
    async with world.transaction() as conn:
        only(await transfer(conn, amy, [customer], owner_id=bob.person_id or 0))
    assert (await world.row(customer))["owner_id"] == bob.person_id
    assert await world.sweep(end_of_day_30 - timedelta(minutes=1)) == []
    assert await world.sweep(end_of_day_30) == [customer]
    assert (await world.events(customer))[-1]["owner_from"] == bob.person_id
    assert (await world.verify()).differences == 0


async def test_6_a_managers_transfer_starts_the_clocks_anew(world: World) -> None:
    customer, _, bob, end_of_day_30 = await _claimed_29_days_ago(world)
    async with world.transaction() as conn:
        only(await transfer(conn, await world.admin(), [customer], owner_id=bob.person_id or 0))
    assert await world.sweep(end_of_day_30) == []
    assert await world.sweep(end_of_day_30 + timedelta(days=31)) == [customer]


async def test_6_what_the_receiver_accepts_keeps_its_deadline_too(world: World, app: FastAPI) -> None:
    pool = await world.pool(transfer_needs_acceptance=True)
    amy, bob = await world.rep("amy"), await world.rep("bob")
    claimed = datetime.now(UTC) - timedelta(days=29)
    (customer,) = await world.customers(1, pool, at=claimed)
    await world.claimed(customer, amy.person_id or 0, claimed)
    before = await world.row(customer)
    async with await signed_in(app, world.company, amy.person_id) as client:
        asked = await client.post(f"/customers/{customer}/transfer", json={"owner_id": str(bob.person_id)})
        assert asked.status_code == 202, asked.text
    assert (await world.row(customer))["owner_id"] == amy.person_id
    async with await signed_in(app, world.company, bob.person_id) as client:
        accepted = await client.post(f"/requests/{asked.json()['request_id']}/accept", json={})
        assert accepted.status_code == 200, accepted.text
    after = await world.row(customer)
    assert (after["owner_id"], after["spell_no"]) == (bob.person_id, before["spell_no"] + 1)
    assert after["clock_start"] == before["clock_start"] == claimed
    assert (await world.verify()).differences == 0


async def test_7_nobody_who_has_left_owns_a_customer(world: World, app: FastAPI) -> None:
    home, other = await world.pool(), await world.pool("华东公海")
    amy, bob = await world.rep("amy"), await world.rep("bob")
    mine = await world.customers(3, home, amy.person_id) + await world.customers(2, other, amy.person_id)
    theirs = await world.customers(1, home, bob.person_id)
    async with await signed_in(app, world.company) as client:
        answer = await client.post(f"/people/{amy.person_id}/deactivate", json={})
        assert (answer.status_code, answer.json()) == (200, {"handed_over": 5})
    rows = [await world.row(customer) for customer in mine]
    assert {(r["state"], r["owner_id"], r["last_return"]) for r in rows} == {("pooled", None, "hand_over")}
    assert [r["pool_id"] for r in rows] == [home] * 3 + [other] * 2
    assert (await world.row(theirs[0]))["owner_id"] == bob.person_id
    assert {e["reason"] for c in mine for e in (await world.events(c))[-1:]} == {"owner_left"}
    assert (await world.verify()).differences == 0


async def _used(client: httpx.AsyncClient, pool: int) -> dict[str, int]:
    (shown,) = [p for p in (await client.get("/me")).json()["pools"] if p["id"] == str(pool)]
    quota = shown["limits"]["daily_quota"]
    return {"used": quota["used"], "limit": quota["limit"]}


async def test_8_a_release_gives_no_quota_back_and_an_assignment_takes_none(world: World, app: FastAPI) -> None:
    pool = await world.pool(daily_quota=2)
    amy = await world.rep("amy")
    c1, c2, c3, c4 = await world.customers(4, pool)
    async with await signed_in(app, world.company, amy.person_id) as rep, await signed_in(app, world.company) as boss:
        for customer in (c1, c2):
            assert (await rep.post(f"/customers/{customer}/claim", json={})).status_code == 200
        released = await rep.post(f"/customers/{c1}/release", json={"reason": "no_need"})
        assert released.status_code == 200, released.text
        refused = await rep.post(f"/customers/{c3}/claim", json={})
        assert (refused.status_code, refused.json()["code"]) == (409, "daily_quota")
        assert {n: refused.json()["data"][n] for n in ("used", "limit")} == {"used": 2, "limit": 2}
        assigned = await boss.post(f"/customers/{c4}/assign", json={"owner_id": str(amy.person_id)})
        assert assigned.status_code == 200, assigned.text
        assert await _used(rep, pool) == {"used": 2, "limit": 2}
    assert (await world.row(c4))["owner_id"] == amy.person_id


async def _claims_and_releases(app: FastAPI, world: World, rep: Actor, customer: int) -> httpx.Response:
    async with await signed_in(app, world.company, rep.person_id) as client:
        answer = await client.post(f"/customers/{customer}/claim", json={})
        if answer.status_code == 200:
            released = await client.post(f"/customers/{customer}/release", json={"reason": "other"})
            assert released.status_code == 200, released.text
        return answer


async def _after_both_held_it(world: World, app: FastAPI, holders: int) -> dict[str, tuple[int, str | None]]:
    """What A and B are told when they claim a customer that A and then B claimed and released."""
    pool = await world.pool(cooldown_holders=holders, cooldown_days=7)
    amy, bob = await world.rep("amy"), await world.rep("bob")
    (customer,) = await world.customers(1, pool)
    for rep in (amy, bob):
        assert (await _claims_and_releases(app, world, rep, customer)).status_code == 200
    again = {rep.name: await _claims_and_releases(app, world, rep, customer) for rep in (bob, amy)}
    return {name: (a.status_code, a.json().get("code")) for name, a in again.items()}


async def test_9_with_one_holder_barred_only_the_last_one_waits(world: World, app: FastAPI) -> None:
    assert await _after_both_held_it(world, app, 1) == {"bob": (409, "cooldown_until"), "amy": (200, None)}


async def test_9_with_two_holders_barred_both_wait(world: World, app: FastAPI) -> None:
    assert await _after_both_held_it(world, app, 2) == {"bob": (409, "cooldown_until"), "amy": (409, "cooldown_until")}
