"""For the kinds of sentence about when a claim is possible: whether a real database does what they say."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from gonghai.base import clock
from gonghai.base.database import run
from gonghai.moves.limits import pool_usage
from gonghai.pools.actions import Subject, edit_pool
from gonghai.pools.limit_actions import limit_list
from gonghai.pools.queries import pool
from gonghai.workdays import Calendar
from tests.policy.handbook_stage import ZONE, Data, Stage

HOUR = timedelta(hours=1)


async def draw(stage: Stage, data: Data) -> None:
    async with stage.only("mode"):
        refused = await stage.claim(await stage.rep(), (await stage.pooled())[0])
        assert (refused.code, refused.data["mode"]) == ("not_dealt", "draw")
    assert stage.settings["draw_most_wishes"] == data["most"]


async def next_best(stage: Stage, data: Data) -> None:
    async with stage.only("mode"):
        refused = await stage.claim(await stage.rep(), (await stage.pooled())[0])
        assert (refused.code, refused.data["mode"]) == ("not_dealt", "next_best")
    said = [stage.settings[name] for name in ("offer_minutes", "decline_cost", "decline_wait_minutes")]
    assert said == [data["minutes"], data["cost"], data["wait"]]


async def windows(stage: Stage, data: Data) -> None:
    async with stage.only("claim_windows"):
        rep, [customer] = await stage.rep(), await stage.pooled()
        calendar = await stage.calendar()
        before = clock.now()
        made = await stage.claim(rep, customer)
        expected = {_opens(data["windows"], at, calendar) for at in (before, clock.now())}
        if made.code is None:
            assert None in expected
            return
        assert (made.code, made.data["windows"]) == ("outside_window", data["windows"])
        assert datetime.fromisoformat(made.data["until"]) in expected


def _opens(given: list[Mapping[str, Any]], at: datetime, calendar: Calendar) -> datetime | None:
    """Day by day, hour by hour as a person would read the sentence; None: open."""
    today = at.astimezone(calendar.zone).date()
    starts = []
    for day in (today + timedelta(days=n) for n in range(40)):
        for window in given:
            if not (calendar.works(day) if window["days"] == "working" else day.isoweekday() in window["days"]):
                continue
            start = datetime.combine(day, time.fromisoformat(window["from"]), calendar.zone)
            end = datetime.combine(day, time.fromisoformat(window["until"]), calendar.zone)
            if start <= at < end:
                return None
            starts += [start.astimezone(UTC)] if start > at else []
    return sorted(starts)[0]


async def frozen(stage: Stage, data: Data) -> None:
    async with stage.only("freeze_hours"):
        rep = await stage.rep()
        minute, freeze = timedelta(minutes=1), data["hours"] * HOUR
        [young] = await stage.world.customers(1, stage.pool_id, at=clock.now() - freeze + minute)
        [old] = await stage.world.customers(1, stage.pool_id, at=clock.now() - freeze - minute)
        refused = await stage.claim(rep, young)
        assert (refused.code, refused.data["hours"]) == ("frozen_until", data["hours"])
        assert (await stage.claim(rep, old)).code is None


async def min_interval(stage: Stage, data: Data) -> None:
    async with stage.only("min_interval_seconds"):
        rep, [first, second] = await stage.rep(), await stage.pooled(2)
        before = clock.now()
        assert (await stage.claim(rep, first)).code is None
        refused = await stage.claim(rep, second)
        assert (refused.code, refused.data["seconds"]) == ("min_interval", data["seconds"])
        seconds = timedelta(seconds=data["seconds"])
        assert before + seconds <= datetime.fromisoformat(refused.data["until"]) <= clock.now() + seconds
        await stage.shift_event("claim", first, before - seconds)
        assert (await stage.claim(rep, second)).code is None


def _meeting(condition: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a customer that meets one of the conditions of the random pools."""
    value = condition["value"]
    return {condition["fact"]: value[0] if isinstance(value, list) else value}


async def holding_exempt(stage: Stage, data: Data) -> None:
    async with stage.only("holding_exempt"):
        rep = await stage.rep()
        await stage.world.customers(2, stage.pool_id, rep.person_id, **_meeting(data["condition"]))
        await stage.world.customers(1, stage.pool_id, rep.person_id, level="Y", source="电话")
        async with stage.world.transaction() as conn:
            found = await pool_usage(
                conn, stage.world.tenant_id, rep.person_id or 0, [stage.pool_id], zone=ZONE, now=clock.now()
            )
        assert found[stage.pool_id].holding_cap.used == 1
        [customer] = await stage.pooled()
        assert (await stage.claim(rep, customer)).code is None
        event = (await stage.world.events(customer))[-1]
        assert event["data"]["holding_cap"][0] == 2


async def approval(stage: Stage, data: Data) -> None:
    async with stage.only("approval"):
        rep = await stage.rep()
        [needs] = await stage.pooled(1, **_meeting(data["condition"]))
        [free] = await stage.pooled(1, level="Y", source="电话")
        assert (await stage.claim(rep, needs)).outcome == "asked"
        assert (await stage.claim(rep, free)).outcome == "claimed"


async def company_cap(stage: Stage, data: Data) -> None:
    async with stage.only():
        rep = await stage.rep()
        for _ in range(data["limit"]):
            await stage.world.customers(1, stage.other_id, rep.person_id)
        async with stage.world.transaction() as conn:
            await run(
                conn, "UPDATE tenant SET holding_cap = %s WHERE id = %s", (stage.company_cap, stage.world.tenant_id)
            )
        try:
            refused = await stage.claim(rep, (await stage.pooled())[0])
        finally:
            async with stage.world.transaction() as conn:
                await run(conn, "UPDATE tenant SET holding_cap = NULL WHERE id = %s", (stage.world.tenant_id,))
        assert (refused.code, refused.data["limit"], refused.data["used"]) == (
            "holding_cap", data["limit"], data["limit"],
        )  # fmt: skip


async def limits_differ(stage: Stage, data: Data) -> None:
    async with stage.world.transaction() as conn:
        assert len(await limit_list(conn, stage.world.tenant_id, stage.pool_id)) == data["n"]


async def exempt_admins(stage: Stage, _: Data) -> None:
    async with stage.only("exempt_admins"):
        rep, [customer] = await stage.rep(), await stage.pooled()
        scopes = {"admin": [Subject("person", rep.person_id or 0)], "claim": [Subject("all")]}
        async with stage.world.transaction() as conn:
            version = (await pool(conn, stage.world.tenant_id, stage.pool_id))["version"]
            frozen = {"freeze_hours": 99}
            await edit_pool(
                conn, stage.world.company.system, stage.pool_id, frozen, scopes, version=version, now=clock.now()
            )
        assert (await stage.claim(rep, customer)).code is None


async def hide_claimers(stage: Stage, _: Data) -> None:
    async with stage.only():
        first, second, [customer] = await stage.rep(), await stage.rep(), await stage.pooled()
        assert (await stage.claim(first, customer)).code is None
        told = await stage.claim(second, customer)
        assert (told.code, told.data) == ("already_claimed", {})


DRIVEN = {
    "draw": draw,
    "next_best": next_best,
    "windows": windows,
    "frozen": frozen,
    "min_interval": min_interval,
    "holding_exempt": holding_exempt,
    "approval": approval,
    "company_cap": company_cap,
    "limits_differ": limits_differ,
    "exempt_admins": exempt_admins,
    "hide_claimers": hide_claimers,
}
