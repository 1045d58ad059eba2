"""For the kinds of sentence about rules, locks and requests: whether a real database does what they say."""

from datetime import timedelta
from typing import Any

from gonghai.access.actor import Actor
from gonghai.base import clock
from gonghai.base.database import rows
from gonghai.base.errors import Refusal
from gonghai.deals.actions import Edit, NewDeal, open_deal, win_deal
from gonghai.moves.lock import lock, unlock
from gonghai.moves.protect import protect
from gonghai.moves.requests.appeal import ask_appeal
from gonghai.moves.requests.decide import decide
from gonghai.moves.requests.extension import ask_extension
from gonghai.policy.countdown import countdowns
from gonghai.policy.due import decode, due_select
from gonghai.policy.registry import REGISTRY
from gonghai.policy.timers import BIT
from gonghai.policy.versions import in_force
from gonghai.workdays import Length, add, local_midnight
from tests.policy.handbook_stage import Data, Stage

DAY = timedelta(days=1)
MICRO = timedelta(microseconds=1)


async def code(asked: Any) -> str | None:
    """What a request is refused with; None when it was taken."""
    try:
        await asked
    except Refusal as refusal:
        return refusal.code
    return None


# Rules ----------------------------------------------------------------------------------------------------


async def no_policy(stage: Stage, _: Data) -> None:
    rep = await stage.rep()
    [mine] = await stage.owned(rep, at=clock.now() - 3000 * DAY)
    async with stage.world.transaction() as conn:
        assert (await countdowns(conn, stage.world.tenant_id, clock.now())).of(await stage.world.row(mine)) is None
    assert mine not in await stage.world.sweep(clock.now())


async def timer_example(stage: Stage, data: Data) -> None:
    """The statement of the sweep: the clock's bit comes at the example's end and not before."""
    rep = await stage.rep()
    [mine] = await stage.owned(rep, at=data["start"] - 30 * DAY)
    columns: dict[str, Any] = {"clock_start": data["start"], "notice_until": data["end"] - MICRO}
    if data["timer"] == "follow_up":
        columns |= {"first_contact_at": data["start"], "last_follow_up_at": data["start"]}
    if data["timer"] == "contract":
        columns |= {"clock_start": data["start"] - 30 * DAY, "contract_end": data["contract_end"]}
    await stage.set(mine, **columns)
    async with stage.world.transaction() as conn:
        compiled, _ = await in_force(conn, stage.world.tenant_id, data["start"], [stage.pool_id])
        bits = []
        for at in (data["end"] - MICRO, data["end"]):
            built = due_select([compiled[stage.pool_id]], await stage.calendar(), at, [], REGISTRY)
            found = await rows(conn, built.text, {**built.params, "tenant_id": stage.world.tenant_id})
            due = {row["customer_id"]: decode(row["code"])[1:] for row in found}
            segment, ran_out = due.get(mine, (data["segment"], 0))
            assert segment == data["segment"]
            bits.append(bool(ran_out & BIT[data["timer"]]))
    assert bits == [False, True]
    await stage.release(rep, mine)


async def notice(stage: Stage, _: Data) -> None:
    """What makes a warning void."""
    later = clock.now() + 5 * DAY
    rep = await stage.rep()
    async with stage.only():
        for act in ("follow_up", "protect", "unlock", "win"):
            [mine] = await stage.owned(rep)
            await stage.set(mine, notice_until=later, locked_until=later)
            async with stage.world.transaction() as conn:
                if act == "protect":
                    await protect(conn, stage.manager, [mine], until=later, reason="谈判中")
                if act == "unlock":
                    await unlock(conn, rep, [mine])
                if act == "win":
                    deal = await open_deal(conn, rep, mine, NewDeal("单"))
                    await win_deal(conn, rep, mine, deal["id"], Edit())
            if act == "follow_up":
                await stage.follow_up(rep, mine)
            assert (await stage.world.row(mine))["notice_until"] is None, act


# Locks and requests ---------------------------------------------------------------------------------------


async def locking(stage: Stage, data: Data) -> None:
    rep = await stage.rep()
    *mine, last = await stage.owned(rep, data["quota"] + 1)
    longest = add(clock.now(), Length(data["most_days"], "days"), await stage.calendar())
    too_long = await stage.moved(lock, rep, [last], until=longest + MICRO)
    assert (too_long.code, too_long.data["limit"]) == ("lock_too_long", data["most_days"])
    for customer in mine:
        assert (await stage.moved(lock, rep, [customer], until=longest)).code is None
    refused = await stage.moved(lock, rep, [last], until=longest)
    assert (refused.code, refused.data["limit"]) == ("lock_quota", data["quota"])


async def no_lock(stage: Stage, data: Data) -> None:
    rep = await stage.rep()
    [mine] = await stage.owned(rep)
    refused = await stage.moved(lock, rep, [mine], until=clock.now() + timedelta(minutes=5))
    assert (refused.code, refused.data["limit"]) == ("lock_quota", data["quota"])


async def _ask(stage: Stage, rep: Actor, customer: int, days: int) -> int:
    async with stage.world.transaction() as conn:
        return await ask_extension(conn, rep, customer, days=days)


async def extension(stage: Stage, data: Data) -> None:
    await stage.plain_rules()
    rep = await stage.rep()
    [mine] = await stage.owned(rep)
    assert await code(_ask(stage, rep, mine, data["most_days"] + 1)) == "extension_too_long"
    for _ in range(data["limit"]):
        request = await _ask(stage, rep, mine, data["most_days"])
        async with stage.world.transaction() as conn:
            [answer] = await decide(conn, stage.manager, [request], accept=True)
        assert answer.code is None
        assert (await stage.world.row(mine))["protected_until"] > clock.now()
    assert await code(_ask(stage, rep, mine, 1)) == "extension_limit"


async def no_extension(stage: Stage, _: Data) -> None:
    await stage.plain_rules()
    rep = await stage.rep()
    [mine] = await stage.owned(rep)
    assert await code(_ask(stage, rep, mine, 1)) == "extension_limit"


async def _recycled(stage: Stage) -> tuple[Actor, int]:
    """A customer that the rules have just taken."""
    await stage.plain_rules()
    rep = await stage.rep()
    now = clock.now()
    [mine] = await stage.owned(rep, at=now - 300 * DAY)
    # Begun under these rules as far as grace goes; told of in time.
    await stage.set(mine, notice_until=now - DAY)
    assert mine in await stage.world.sweep(clock.now())
    return rep, mine


async def _appeal(stage: Stage, rep: Actor, customer: int) -> int:
    async with stage.world.transaction() as conn:
        return await ask_appeal(conn, rep, customer, note="一直在跟")


async def appeal(stage: Stage, data: Data) -> None:
    rep, mine = await _recycled(stage)
    today = local_midnight(clock.now(), await stage.calendar())
    await stage.shift_event("recycle", mine, today - data["days"] * DAY - timedelta(seconds=1))
    assert await code(_appeal(stage, rep, mine)) == "appeal_too_late"
    await stage.shift_event("recycle", mine, today - data["days"] * DAY)
    request = await _appeal(stage, rep, mine)
    admin = await stage.world.admin()
    async with stage.world.transaction() as conn:
        [answer] = await decide(conn, admin, [request], accept=True)
    assert answer.code is None
    back = await stage.world.row(mine)
    assert (back["owner_id"], back["protected_until"] > clock.now()) == (rep.person_id, True)
    other, lost = await _recycled(stage)
    async with stage.only():
        assert (await stage.claim(rep, lost)).code is None
    assert await code(_appeal(stage, other, lost)) == "claimed_since"


async def no_appeal(stage: Stage, _: Data) -> None:
    rep, mine = await _recycled(stage)
    assert await code(_appeal(stage, rep, mine)) == "no_appeals"


DRIVEN = {
    "no_policy": no_policy,
    "timer_example": timer_example,
    "notice": notice,
    "lock": locking,
    "no_lock": no_lock,
    # These publish other rules, so they come last.
    "extension": extension,
    "no_extension": no_extension,
    "appeal": appeal,
    "no_appeal": no_appeal,
}
