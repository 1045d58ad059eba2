"""How a book is dealt: everybody's place is one, fair and the same each time; by load against counting it out; and what
a preview says of each customer is what is done with it."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gonghai.base import clock
from gonghai.base.database import Database, app_url, one, rows
from gonghai.moves.hand_over import deactivate_person, hand_over
from gonghai.moves.hand_overs.plan import Item, Place, Row, plan_hand_over
from gonghai.moves.hand_overs.preview import preview, preview_places, preview_rule
from gonghai.moves.hand_overs.queries import customer_list
from gonghai.moves.hand_overs.rule import set_leaver_rule
from gonghai.moves.hand_overs.ways import Asked, AskedRow
from tests.fixtures.people import make_company
from tests.moves.world import World

HEIRS = st.lists(st.integers(1, 12), min_size=1, max_size=8, unique=True).map(tuple)
LOADS = st.dictionaries(st.integers(1, 12), st.integers(0, 30))
ROW = st.one_of(
    st.builds(Row, heirs=HEIRS, dealt=st.sampled_from(["in_turn", "by_load"])),
    st.builds(Row, pool_id=st.none() | st.integers(100, 103)),
)
TABLES = st.lists(ROW, min_size=1, max_size=4)


@st.composite
def books(draw: st.DrawFn, rows: int) -> list[Item]:
    ids = draw(st.lists(st.integers(1, 10_000), max_size=60, unique=True))
    return [Item(i, draw(st.integers(100, 103)), draw(st.integers(0, rows - 1))) for i in ids]


def of_row(places: Sequence[Place], row: int) -> list[Place]:
    return [place for place in places if place.row == row]


@given(st.data(), TABLES, LOADS)
def test_every_customer_has_one_place_whatever_order_the_book_is_read_in(
    data: st.DataObject, rows: list[Row], loads: dict[int, int]
) -> None:
    book = data.draw(books(len(rows)))
    places = plan_hand_over(book, rows, loads)
    assert [place.customer_id for place in places] == sorted(item.customer_id for item in book)
    assert plan_hand_over(data.draw(st.permutations(book)), rows, dict(loads)) == places
    homes = {item.customer_id: item for item in book}
    for place in places:
        item, row = homes[place.customer_id], rows[place.row]
        assert place.row == item.row
        if row.heirs:
            assert (place.person_id in row.heirs, place.pool_id) == (True, item.pool_id)
        else:
            assert (place.person_id, place.pool_id) == (None, row.pool_id or item.pool_id)


@given(st.data(), TABLES, LOADS)
def test_in_turn_heirs_of_a_row_differ_by_one_customer_at_most(
    data: st.DataObject, rows: list[Row], loads: dict[int, int]
) -> None:
    places = plan_hand_over(data.draw(books(len(rows))), rows, loads)
    for i, row in enumerate(rows):
        if row.heirs and row.dealt == "in_turn":
            got = Counter(dict.fromkeys(row.heirs, 0))
            got.update(place.person_id for place in of_row(places, i))
            assert max(got.values()) - min(got.values()) <= 1
            assert [place.number for place in of_row(places, i)] == list(range(len(of_row(places, i))))


@given(st.data(), TABLES, LOADS)
def test_by_load_each_goes_to_whom_held_least_by_then(
    data: st.DataObject, rows: list[Row], loads: dict[int, int]
) -> None:
    held = Counter(loads)
    for place in plan_hand_over(data.draw(books(len(rows))), rows, loads):
        row = rows[place.row]
        if row.heirs and row.dealt == "by_load":
            least = min(row.heirs, key=lambda heir: (held[heir], heir))
            assert (place.person_id, place.number) == (least, held[least])
        if place.person_id is not None:
            held[place.person_id] += 1


# What follows is done in a database: indexes of heirs and pools stand for them until the company is there.
PLACES = st.integers(0, 3)
SOME = st.lists(PLACES, min_size=1, max_size=4, unique=True).map(tuple)
LEVEL = st.sampled_from(["A", "B", None])
POOL = st.none() | st.integers(0, 2)
WHEN = st.sampled_from(["A", "B"]).map(lambda level: {"fact": "level", "is": "eq", "value": level})
TO = st.one_of(st.builds(AskedRow, heirs=SOME), st.builds(AskedRow, pool_id=POOL))
ROWS = st.builds(
    lambda heads, tails, last: (*(replace(row, when=w) for w, row in zip(heads, tails, strict=False)), last),
    st.lists(WHEN, min_size=1, max_size=3), st.lists(TO, min_size=3, max_size=3), TO,
)  # fmt: skip
WAYS: dict[str, st.SearchStrategy[Asked | None]] = {
    "manager": st.just(Asked("manager")),
    "in turn": st.builds(Asked, st.just("heirs"), st.just("in_turn"), heirs=SOME),
    "by load": st.builds(Asked, st.just("heirs"), st.just("by_load"), heirs=SOME),
    "by condition": st.builds(Asked, st.just("heirs"), st.just("by_condition"), rows=ROWS),
    "pools": st.builds(Asked, st.just("pools"), pool_id=POOL),
    "leaver rule": st.none(),
}


@dataclass(frozen=True)
class Case:
    """A giver's customers as (pool, level), what each of four colleagues holds, and what is asked."""

    customers: list[tuple[int, str | None]]
    loads: list[int]
    caps: list[int]
    led: bool
    leaves: bool
    asked: Asked | None  # None: they leave by the company's rule
    rule: tuple[str, int | None] = ("home_pool", None)


def cases(way: str) -> st.SearchStrategy[Case]:
    return st.builds(
        Case,
        st.lists(st.tuples(st.integers(0, 2), LEVEL), max_size=25),
        st.lists(st.integers(0, 5), min_size=4, max_size=4),
        st.lists(st.sampled_from([1, 3, 500]), min_size=3, max_size=3),
        st.booleans(),
        st.booleans(),
        WAYS[way],
        st.sampled_from([("home_pool", None), ("manager", None), ("pool", 1)]),
    )


class Line(NamedTuple):
    """Where a customer goes: to whom, or into which pool; why; whether beyond a cap."""

    customer: int
    person: int | None
    pool: int | None
    row: int | None
    number: int | None
    over: bool


class Office:
    """A company made after a case."""

    world: World
    giver: int
    boss: Any

    async def make(self, database: Database, owner_url: str, case: Case) -> Asked | None:
        """Makes it; what is asked, with the ids in it."""
        world = self.world = World(await make_company(database, owner_url))
        pools = [await world.pool(f"公海{i}", holding_cap=cap) for i, cap in enumerate(case.caps)]
        lead = [await world.company.person("主管", ("manager",))] if case.led else []
        team = await world.company.department("销售部", leads=lead)
        self.giver = await world.company.person("交接人", department_id=team)
        heirs = [await world.company.person(f"同事{i}", department_id=team) for i in range(4)]
        for heir, n in zip(heirs, case.loads, strict=True):
            await world.customers(n, pools[0], heir)
        for pool, level in case.customers:
            await world.customers(1, pools[pool], self.giver, **({"level": level} if level else {}))
        self.boss = await world.admin()
        if case.asked is None:
            name, pool_no = case.rule
            async with world.transaction() as conn:
                tenant = await one(conn, "SELECT version FROM tenant WHERE id = %s", (world.tenant_id,))
                assert tenant is not None
                where = None if pool_no is None else pools[pool_no]
                await set_leaver_rule(conn, self.boss, tenant["version"], name, where, now=clock.now())
            return None

        def people(places: Sequence[int]) -> tuple[int, ...]:
            return tuple(heirs[i] for i in places)

        def pool_at(place: int | None) -> int | None:
            return None if place is None else pools[place]

        return replace(
            case.asked, heirs=people(case.asked.heirs), pool_id=pool_at(case.asked.pool_id), deactivate=case.leaves,
            rows=tuple(replace(row, heirs=people(row.heirs), pool_id=pool_at(row.pool_id)) for row in case.asked.rows),
        )  # fmt: skip

    async def previewed(self, asked: Asked | None) -> tuple[list[Line], Counter[tuple[int | None, int | None, int]]]:
        """Customer by customer in pages of seven, and by receiver."""
        lines: list[Line] = []
        async with self.world.transaction() as conn:
            now = clock.now()
            seen = (
                await preview_rule(conn, self.boss, self.giver, now=now)
                if asked is None
                else await preview(conn, self.boss, self.giver, asked, now=now)
            )
            asked = seen.planned.asked
            while True:
                planned, page = await preview_places(
                    conn, self.boss, self.giver, asked, person_id=None, pool_id=None,
                    behind=lines[-1].customer if lines else 0, limit=7, now=now,
                )  # fmt: skip
                lines += [self._line(asked, place, place.customer_id in planned.over) for place, _ in page]
                if len(page) < 7:
                    break
        return lines, Counter({(r.person_id, r.pool_id, r.over_cap): r.customers for r in seen.receivers})

    def _line(self, asked: Asked, place: Place, over: bool) -> Line:
        """The row only of conditions, and the turn only of chosen heirs: else they say nothing."""
        row = place.row if asked.how == "by_condition" else None
        number = place.number if asked.way == "heirs" else None
        return Line(place.customer_id, place.person_id, None if place.person_id else place.pool_id, row, number, over)

    async def carry_out(self, asked: Asked | None) -> int | None:
        """Does it; the batch, None where nothing moved."""
        async with self.world.transaction() as conn:
            if asked is None:
                await deactivate_person(conn, self.boss, self.giver, now=clock.now())
            else:
                await hand_over(conn, self.boss, self.giver, replace(asked, confirm_over_cap=True), now=clock.now())
            record = await one(
                conn, "SELECT batch_id FROM hand_over WHERE tenant_id = %s AND person_id = %s",
                (self.world.tenant_id, self.giver),
            )  # fmt: skip
        return int(record["batch_id"]) if record is not None else None

    async def done(self, batch: int) -> tuple[list[Line], Counter[tuple[int | None, int | None, int]]]:
        """What the log says of each customer, which is what its row says; and the record's receivers."""
        t = self.world.tenant_id
        async with self.world.transaction() as conn:
            events = await rows(
                conn,
                "SELECT e.*, c.owner_id, c.pool_id, c.state FROM event e JOIN customer c ON c.tenant_id = e.tenant_id"
                " AND c.id = e.subject_id WHERE e.tenant_id = %s AND e.batch_id = %s AND e.kind = 'hand_over'"
                " ORDER BY e.subject_id",
                (t, batch),
            )
            got = await rows(
                conn,
                "SELECT r.* FROM hand_over_receiver r JOIN hand_over h ON h.tenant_id = r.tenant_id"
                " AND h.id = r.hand_over_id WHERE h.tenant_id = %s AND h.batch_id = %s",
                (t, batch),
            )
            assert got
            listed = await customer_list(
                conn, self.boss, got[0]["hand_over_id"], person_id=None, pool_id=None, behind=0, limit=100
            )
        lines = []
        for e in events:
            assert (e["owner_id"], e["pool_id"]) == (e["owner_to"], e["pool_to"])
            assert (e["state"], e["owner_from"]) == ("owned" if e["owner_to"] else "pooled", self.giver)
            why, to = e["data"]["why"], None if e["owner_to"] else e["pool_to"]
            over = "over_cap" in e["data"]
            lines.append(Line(e["subject_id"], e["owner_to"], to, why.get("row"), why.get("number"), over))
        shown = [(r["customer_id"], r["person_id"], r["pool_id"], r["row"], r["over_cap"]) for r in listed]
        assert shown == [(x.customer, x.person, x.pool, x.row, x.over) for x in lines]
        return lines, Counter({(r["person_id"], r["pool_id"], r["over_cap"]): r["customers"] for r in got})


@pytest.fixture
def road(migrated_url: str) -> Iterator[tuple[asyncio.AbstractEventLoop, Database, str]]:
    loop = asyncio.new_event_loop()
    database = Database(app_url(migrated_url), size=2)
    loop.run_until_complete(database.open())
    yield loop, database, migrated_url
    loop.run_until_complete(database.close())
    loop.close()


@pytest.mark.parametrize("way", WAYS)
def test_what_a_preview_says_of_each_customer_is_what_is_done_with_it(
    road: tuple[asyncio.AbstractEventLoop, Database, str], way: str
) -> None:
    loop, database, owner_url = road

    async def told(case: Case) -> None:
        office = Office()
        asked = await office.make(database, owner_url, case)
        plan, receivers = await office.previewed(asked)
        assert len(plan) == len(case.customers)
        if not plan and asked is not None and not asked.deactivate:
            return  # refused: nothing_to_hand_over
        batch = await office.carry_out(asked)
        assert (batch is None) == (not plan)
        if batch is not None:
            assert await office.done(batch) == (plan, receivers)

    @settings(max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(cases(way))
    def books_are_told(case: Case) -> None:
        loop.run_until_complete(told(case))

    books_are_told()
