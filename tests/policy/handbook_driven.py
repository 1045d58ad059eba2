"""For the kinds of sentence about claiming, giving back and passing on: whether a real database does what they say."""

from datetime import datetime, timedelta

from gonghai.access.actor import Actor
from gonghai.base import clock
from gonghai.base.database import run
from gonghai.moves.assign import assign
from gonghai.moves.requests.decide import decide
from gonghai.moves.transfer import transfer
from gonghai.people.leave import set_leave
from gonghai.workdays import local_midnight
from tests.policy.handbook_stage import Data, Stage

DAY = timedelta(days=1)


async def daily_quota(stage: Stage, data: Data) -> None:
    async with stage.only("daily_quota"):
        rep = await stage.rep()
        *first, last, given = await stage.pooled(data["limit"] + 2)
        for customer in first:
            assert (await stage.claim(rep, customer)).code is None
        for again in range(2):
            refused = await stage.claim(rep, last)
            assert (refused.code, refused.data["limit"]) == ("daily_quota", data["limit"])
            if first and not again:
                assert (await stage.release(rep, first[0])).code is None  # gives none back
        midnight = local_midnight(clock.now() + DAY, await stage.calendar())
        assert datetime.fromisoformat(refused.data["until"]) == midnight
        made = await stage.moved(assign, stage.manager, [given], owner_id=rep.person_id)
        assert made.code is None


async def holding_cap(stage: Stage, data: Data) -> None:
    async with stage.only("holding_cap"):
        rep = await stage.rep()
        mine = await stage.owned(rep, data["limit"])
        wanted, other = await stage.pooled(2)
        refused = await stage.claim(rep, wanted)
        assert (refused.code, refused.data.get("limit")) == ("holding_cap", data["limit"])
        if not mine:
            return
        if data["exempt_won_days"]:
            midnight = local_midnight(clock.now(), await stage.calendar())
            since = midnight - data["exempt_won_days"] * DAY
            await stage.set(mine[0], last_win_at=since - timedelta(seconds=1))
            assert (await stage.claim(rep, wanted)).code == "holding_cap"
            await stage.set(mine[0], last_win_at=since)
        else:
            await stage.set(mine[0], last_win_at=clock.now())
            assert (await stage.claim(rep, wanted)).code == "holding_cap"
            await stage.release(rep, mine[0])
        assert (await stage.claim(rep, wanted)).code is None
        assert (await stage.claim(rep, other)).code == "holding_cap"


async def untouched_cap(stage: Stage, data: Data) -> None:
    async with stage.only("untouched_cap"):
        rep = await stage.rep()
        *first, last = await stage.pooled(data["limit"] + 1)
        for customer in first:
            assert (await stage.claim(rep, customer)).code is None
        refused = await stage.claim(rep, last)
        assert (refused.code, refused.data["limit"]) == ("untouched_cap", data["limit"])
        if first:
            await stage.follow_up(rep, first[0])
            assert (await stage.claim(rep, last)).code is None


async def cooldown(stage: Stage, data: Data) -> None:
    async with stage.only("cooldown_days"):
        [customer] = await stage.pooled()
        holders = [await stage.rep() for _ in range(data["holders"] + 1)]
        for holder in holders:
            assert (await stage.claim(holder, customer)).code is None
            await stage.release(holder, customer)
        calendar = await stage.calendar()
        today = local_midnight(clock.now(), calendar)
        for holder in holders[1:]:
            await _ended(stage, customer, holder.person_id or 0, today - data["days"] * DAY)
            refused = await stage.claim(holder, customer)
            assert (refused.code, refused.data["days"]) == ("cooldown_until", data["days"])
            until = local_midnight(clock.now() + DAY, calendar)
            assert datetime.fromisoformat(refused.data["until"]) == until
        assert (await stage.claim(holders[0], customer)).code is None  # one holder too far back
        await stage.release(holders[0], customer)
        last = holders[-1]
        await _ended(stage, customer, last.person_id or 0, today - data["days"] * DAY - timedelta(seconds=1))
        assert (await stage.claim(last, customer)).code is None


async def cooldown_example(stage: Stage, data: Data) -> None:
    async with stage.only("cooldown_days", "cooldown_holders"):
        rep = await stage.rep()
        [customer] = await stage.pooled()
        await stage.claim(rep, customer)
        await stage.release(rep, customer)
        await _ended(stage, customer, rep.person_id or 0, data["ended"])
        refused = await stage.claim(rep, customer)
        assert refused.code == "cooldown_until"
        assert datetime.fromisoformat(refused.data["until"]) == data["until"]


async def _ended(stage: Stage, customer_id: int, owner_id: int, at: object) -> None:
    async with stage.world.transaction() as conn:
        await run(conn, "UPDATE spell SET ended_at = %s WHERE tenant_id = %s AND customer_id = %s AND owner_id = %s",
                  (at, stage.world.tenant_id, customer_id, owner_id))  # fmt: skip


async def no_cooldown(stage: Stage, _: Data) -> None:
    async with stage.only("cooldown_days"):
        rep = await stage.rep()
        [customer] = await stage.pooled()
        for _again in range(2):
            assert (await stage.claim(rep, customer)).code is None
            await stage.release(rep, customer)


async def claim_on_leave(stage: Stage, _: Data) -> None:
    async with stage.only():
        rep = await stage.rep()
        [customer] = await stage.pooled()
        now = clock.now()
        async with stage.world.transaction() as conn:
            await set_leave(conn, stage.manager, rep.person_id or 0, 1, now - DAY, now + DAY, now=now)
        assert (await stage.claim(rep, customer)).code == "on_leave"


async def release_reason(stage: Stage, data: Data) -> None:
    rep = await stage.rep()
    mine = await stage.owned(rep, len(data["codes"]) + 1)
    for reason in ("nonsense", None):
        refused = await stage.release(rep, mine[-1], reason=reason)
        assert (refused.code, refused.data["reasons"]) == ("reason_unknown", data["codes"])
    for customer, reason in zip(mine, data["codes"], strict=False):
        assert (await stage.release(rep, customer, reason=reason)).code is None
        assert (await stage.world.row(customer))["pool_id"] == stage.pool_id


async def release_freely(stage: Stage, _: Data) -> None:
    rep = await stage.rep()
    [mine] = await stage.owned(rep)
    assert (await stage.release(rep, mine, reason=None)).code is None


async def release_here(stage: Stage, _: Data) -> None:
    rep = await stage.rep()
    [mine] = await stage.owned(rep)
    assert (await stage.release(rep, mine, pool_id=stage.other_id)).code == "release_elsewhere_not_allowed"


async def release_elsewhere(stage: Stage, _: Data) -> None:
    rep = await stage.rep()
    [mine] = await stage.owned(rep)
    assert (await stage.release(rep, mine, pool_id=stage.other_id)).code is None
    assert (await stage.world.row(mine))["pool_id"] == stage.other_id


CARRIED = ("clock_start", "first_contact_at", "last_follow_up_at", "locked_until", "protected_until", "notice_until",
           "live_deals", "deal_lost_at")  # fmt: skip


async def _with_clocks(stage: Stage) -> tuple[Actor, int]:
    """A customer in the middle of everything."""
    rep = await stage.rep()
    now = clock.now()
    [mine] = await stage.owned(rep, at=now - 20 * DAY)
    await stage.set(mine, first_contact_at=now - 9 * DAY, last_follow_up_at=now - 8 * DAY, notice_until=now + DAY,
                    locked_until=now + 2 * DAY, protected_until=now + 3 * DAY, deal_lost_at=now - 7 * DAY)  # fmt: skip
    return rep, mine


async def transferred(stage: Stage, data: Data) -> None:
    async with stage.only():
        rep, mine = await _with_clocks(stage)
        before, colleague = await stage.world.row(mine), await stage.rep()
        made = await stage.moved(transfer, rep, [mine], owner_id=colleague.person_id)
        assert (made.outcome == "requested") is data["accepted"]
        if data["accepted"]:
            assert (await stage.world.row(mine))["owner_id"] == before["owner_id"]
            async with stage.world.transaction() as conn:
                [answer] = await decide(conn, colleague, [int(made.data["request_id"])], accept=True)
            assert answer.code is None
        after = await stage.world.row(mine)
        assert after["owner_id"] == colleague.person_id
        assert {name: after[name] for name in CARRIED} == {name: before[name] for name in CARRIED}


async def manager_transfer(stage: Stage, _: Data) -> None:
    async with stage.only():
        _, mine = await _with_clocks(stage)
        before, colleague = await stage.world.row(mine), await stage.rep()
        made = await stage.moved(transfer, stage.manager, [mine], owner_id=colleague.person_id)
        assert made.outcome == "moved"
        after = await stage.world.row(mine)
        assert after["clock_start"] > before["clock_start"] + 19 * DAY
        assert not any(after[name] for name in CARRIED if name != "clock_start")


DRIVEN = {
    "daily_quota": daily_quota,
    "holding_cap": holding_cap,
    "untouched_cap": untouched_cap,
    "cooldown": cooldown,
    "cooldown_example": cooldown_example,
    "no_cooldown": no_cooldown,
    "claim_on_leave": claim_on_leave,
    "release_reason": release_reason,
    "release_freely": release_freely,
    "release_here": release_here,
    "release_elsewhere": release_elsewhere,
    "transfer": transferred,
    "manager_transfer": manager_transfer,
}
