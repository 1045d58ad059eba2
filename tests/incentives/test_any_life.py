"""Whatever a company does, and whenever it is counted: the ledger is what the log earned, read again and by an oracle."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gonghai.base.database import rows
from gonghai.base.errors import Refusal
from gonghai.moves.hand_over import hand_over
from gonghai.moves.hand_overs.ways import Asked
from gonghai.moves.release import release
from gonghai.moves.requests.appeal import ask_appeal
from gonghai.moves.requests.decide import decide
from gonghai.moves.transfer import transfer
from gonghai.moves.undo import carry_out, start_undo
from tests.fixtures.people import make_company
from tests.incentives.compare import booked, expected
from tests.incentives.stage import EVERYONE, MONDAY, Stage, make_stage, on
from tests.properties.travel import Travelling, travel_possible

RULES = ("first_contact_in_time", "won_from_pool", "complete_record", "recycled_by_neglect")
ONE_FIELD = {"complete_record": {"fields": ["industry"]}, "won_from_pool": {"step_amount": None}}
places = st.integers(0, 5)
steps = st.one_of(
    st.tuples(st.just("claim"), places, places),
    st.tuples(st.just("claim"), places, places),
    st.tuples(st.just("call"), places, st.sampled_from(["call", "call", "note"]), st.sampled_from([0, 0, 5, 30])),
    *[st.tuples(st.just("call"), places, st.just("call"), st.just(0))] * 2,
    *[st.tuples(st.just("edit"), places, st.sampled_from(["制造", "物流"]), st.just(True))] * 2,
    *[st.tuples(st.just("sweep"), st.just(250))] * 2,
    st.tuples(st.just("void"), places),
    st.tuples(st.just("edit"), places, st.sampled_from(["制造", None]), st.sampled_from([True, True, False])),
    st.tuples(st.just("win"), places),
    st.tuples(st.just("release"), places),
    st.tuples(st.just("transfer"), places, places),
    st.tuples(st.just("wait"), st.sampled_from([1, 5, 20, 100])),
    st.tuples(st.just("sweep"), st.sampled_from([0, 250])),
    st.tuples(st.just("hand_over"), places, places, st.booleans()),
    *[st.tuples(st.just("undo"), st.sampled_from(["recycle", "hand_over"]))] * 2,
    st.tuples(st.just("appeal"), places),
    st.tuples(st.just("rules"), st.sets(st.sampled_from(RULES), min_size=2), st.integers(1, 9)),
    st.tuples(st.just("season"), st.integers(-3, 3)),
    st.tuples(st.just("count")),
)


class Life:
    """A company of three reps and six customers; a step that is refused is none."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.customers: list[int] = []
        self.calls: list[tuple[int, int]] = []

    async def begin(self) -> None:
        stage = self.stage
        await stage.world.policy(stage.pool, EVERYONE, at=MONDAY)
        await self.rules(set(RULES), 3)
        self.customers = await stage.pooled(6)

    async def pick(self, place: int, state: str) -> int:
        """One in that state, if there is any."""
        states = {c: (await self.stage.world.row(c))["state"] for c in self.customers}
        fitting = [c for c in self.customers if states[c] == state] or self.customers
        return fitting[place % len(fitting)]

    async def owner(self, customer: int) -> Any:
        owner = (await self.stage.world.row(customer))["owner_id"]
        return next((rep for rep in self.stage.reps if rep.person_id == owner), self.stage.reps[0])

    async def step(self, name: str, *arguments: Any) -> None:
        self.stage.database.now += timedelta(seconds=1)
        with suppress(Refusal):
            await getattr(self, name)(*arguments)

    async def claim(self, place: int, rep: int) -> None:
        await self.stage.try_claim(await self.pick(place, "pooled"), self.stage.reps[rep % 3])

    async def call(self, place: int, kind: str, hours_ago: int) -> None:
        customer, now = await self.pick(place, "owned"), self.stage.database.now
        at = now - timedelta(hours=hours_ago) if hours_ago else None
        self.calls.append((customer, await self.stage.call(customer, await self.owner(customer), at, kind)))

    async def void(self, place: int) -> None:
        if self.calls:
            await self.stage.void(*self.calls[-1 - place % len(self.calls)])

    async def edit(self, place: int, value: str | None, by_owner: bool) -> None:
        customer = await self.pick(place, "owned")
        who = await self.owner(customer) if by_owner else self.stage.admin
        await self.stage.edit(customer, who, industry=value)

    async def win(self, place: int) -> None:
        customer = await self.pick(place, "owned")
        await self.stage.win(customer, await self.owner(customer))

    async def release(self, place: int) -> None:
        async with self.stage.world.transaction() as conn:
            customer = await self.pick(place, "owned")
            await release(conn, await self.owner(customer), [customer], reason="no_need")

    async def transfer(self, place: int, rep: int) -> None:
        async with self.stage.world.transaction() as conn:
            to = self.stage.reps[rep % 3].person_id
            await transfer(conn, self.stage.admin, [await self.pick(place, "owned")], owner_id=to or 0)

    async def wait(self, hours: int) -> None:
        self.stage.database.now += timedelta(hours=hours)

    async def sweep(self, hours: int) -> None:
        await self.wait(hours)
        await self.stage.sweep()

    async def hand_over(self, giver: int, heir: int, into_pool: bool) -> None:
        to = self.stage.reps[heir % 3].person_id or 0
        asked = Asked("pools") if into_pool else Asked("heirs", heirs=(to,), confirm_over_cap=True)
        async with self.stage.world.transaction() as conn:
            giver_id = self.stage.reps[giver % 3].person_id or 0
            await hand_over(conn, self.stage.admin, giver_id, asked, now=self.stage.database.now)

    async def undo(self, kind: str) -> None:
        stage = self.stage
        async with stage.world.transaction() as conn:
            sql = "SELECT max(batch_id) AS id FROM event WHERE tenant_id = %s AND kind = %s"
            (found,) = await rows(conn, sql, (stage.world.tenant_id, kind))
            if found["id"] is None:
                return
            undo = await start_undo(conn, stage.admin, found["id"], now=stage.database.now)
        await carry_out(stage.database, stage.world.tenant_id, undo)

    async def appeal(self, place: int) -> None:
        stage, customer = self.stage, await self.pick(place, "pooled")
        sql = (
            "SELECT owner_from FROM event WHERE tenant_id = %s AND subject_id = %s AND kind = 'recycle'"
            " ORDER BY version DESC LIMIT 1"
        )
        async with stage.world.transaction() as conn:
            lost = await rows(conn, sql, (stage.world.tenant_id, customer))
            former = [rep for rep in stage.reps if lost and rep.person_id == lost[0]["owner_from"]]
            if former:
                request = await ask_appeal(conn, former[0], customer, note="在跟进")
                await decide(conn, stage.admin, [request], accept=True, note="")

    async def rules(self, names: set[str], points: int) -> None:
        parts = {name: {**ONE_FIELD.get(name, {}), "points": points} for name in RULES}
        await self.stage.rules(on(*names, **parts))

    async def season(self, weeks: int) -> None:
        first = self.stage.database.now.date() + timedelta(weeks=weeks)
        await self.stage.season(first, first + timedelta(days=20))

    async def count(self) -> None:
        await self.stage.count()


@pytest.fixture
def road(migrated_url: str) -> Iterator[tuple[asyncio.AbstractEventLoop, Travelling, str]]:
    """An event loop, and connections whose clock the test sets."""
    loop = asyncio.new_event_loop()
    with travel_possible(migrated_url):
        travelled = Travelling(migrated_url, size=2)
        loop.run_until_complete(travelled.open())
        yield loop, travelled, migrated_url
        loop.run_until_complete(travelled.close())
    loop.close()


def test_any_life_books_what_its_log_earned(road: tuple[asyncio.AbstractEventLoop, Travelling, str]) -> None:
    loop, travelled, owner_url = road
    seen: Counter[tuple[str, bool]] = Counter()

    async def live(told: list[tuple[Any, ...]]) -> None:
        life = Life(await make_stage(await make_company(travelled, owner_url), travelled))
        await life.begin()
        for name, *arguments in told:
            await life.step(name, *arguments)
        await life.count()
        world = life.stage.world
        assert await booked(world) == await expected(world, life.customers)
        await life.stage.agrees()
        seen.update((row["rule"], row["reverses"] is not None) for row in await life.stage.ledger())

    @settings(
        max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
    )  # fmt: skip
    @given(told=st.lists(steps, min_size=25, max_size=60))
    def lives(told: list[tuple[Any, ...]]) -> None:
        loop.run_until_complete(live(told))

    lives()
    # Each rule has earned, and something was taken back; which of them, chance decides.
    assert all(seen[rule, False] for rule in RULES), seen
    assert any(reverses for _, reverses in seen), seen
