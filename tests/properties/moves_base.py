"""What the machine of random moves stands on: its company, a plain model of who owns what, and the log as it is."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hypothesis.stateful import invariant

from gonghai.access.actor import Actor
from gonghai.base import clock
from gonghai.base.database import Database, rows, run
from tests.fixtures.people import make_company
from tests.moves.world import World
from tests.properties import oracle
from tests.properties.acting import Acting


@dataclass
class Known:
    """What the model believes of one customer."""

    state: str
    owner: int | None
    pool: int
    spell_no: int = 0
    claimed: bool = False
    contacts: set[int] = field(default_factory=set)
    holders: list[int] = field(default_factory=list)  # in the order of their spells
    helpers: set[int] = field(default_factory=set)  # collaborators of the open spell


@dataclass
class Asked:
    """A transfer that waits for its receiver."""

    id: int
    customer: int
    spell_no: int
    to: int
    open: bool = True


class Base(Acting):
    """`loop` and `database` outlive the examples; each example has a company of its own."""

    database: Database
    owner_url: str

    async def _company(self) -> None:
        self.world = World(await make_company(self.database, self.owner_url))
        strict = {"daily_quota": 5, "holding_cap": 4, "untouched_cap": 2, "cooldown_holders": 1, "cooldown_days": 1}
        loose = {"transfer_needs_acceptance": False, "release_elsewhere": True, "cooldown_days": 0,
                 "follow_up_unclaimed": True}  # fmt: skip
        self.strict, self.loose = await self.world.pool("严", **strict), await self.world.pool("宽", **loose)
        self.pools = [self.strict, self.loose]
        self.reps = [await self.world.rep(name) for name in ("amy", "bob", "cid")]
        self.boss = await self.world.admin()
        self.active = {rep.person_id for rep in self.reps}
        self.known: dict[int, Known] = {}
        self.asked: list[Asked] = []
        self.follow_ups: list[tuple[int, int]] = []
        self.deals: list[tuple[int, int]] = []
        self.claims: list[tuple[int, int, date]] = []
        self.around = oracle.Surroundings([], await self._own_days(), {})

    async def _own_days(self) -> dict[date, bool]:
        """Every day says itself whether it works, so that no country's table has a part in this."""
        today = oracle.local_day(clock.now())
        days = {today + i * oracle.DAY: (today + i * oracle.DAY).weekday() < 5 for i in range(-80, 200)}
        async with self.world.transaction() as conn:
            await run(
                conn,
                "INSERT INTO tenant_day (tenant_id, day, works) SELECT %s, * FROM unnest(%s::date[], %s::boolean[])",
                (self.world.tenant_id, list(days), list(days.values())),
            )
        return days

    def _customer(self, place: int, *states: str) -> int:
        """Three times of four one in which the step can succeed, if there is one."""
        fitting = [c for c, k in sorted(self.known.items()) if k.state in states] if place % 4 else []
        every = fitting or sorted(self.known)
        return every[place % len(every)]

    def _rep(self, place: int) -> Actor:
        return self.reps[place % len(self.reps)]

    def _owner(self, place: int, customer: int) -> Actor:
        """Three times of four the owner, if there is one."""
        owner = [rep for rep in self.reps if rep.person_id == self.known[customer].owner]
        return owner[0] if owner and place % 4 else self._rep(place)

    def _seen(self, rep: Actor, customer: int) -> bool:
        known = self.known[customer]
        return known.owner == rep.person_id or known.state == "pooled"

    def _held(self, person: int, pool: int) -> list[Known]:
        return [k for k in self.known.values() if k.owner == person and k.pool == pool]

    def _over(self, person: int, pool: int) -> bool:
        return len(self._held(person, pool)) >= (4 if pool == self.strict else 200)

    def _begin(self, customer: int, person: int, *, claimed: bool = False) -> None:
        known = self.known[customer]
        # They go along with a transfer, but for the new owner.
        known.helpers = known.helpers - {person} if known.state == "owned" else set()
        known.state, known.owner, known.claimed, known.contacts = "owned", person, claimed, set()
        known.spell_no += 1
        known.holders.append(person)

    def _end(self, customer: int, pool: int, state: str = "pooled") -> None:
        known = self.known[customer]
        known.state, known.owner, known.pool = state, None, pool

    def _logs(self) -> dict[int, list[Any]]:
        found = self._do(
            lambda conn: rows(
                conn,
                "SELECT * FROM event WHERE tenant_id = %s AND subject = 'customer' ORDER BY subject_id, version",
                (self.world.tenant_id,),
            )
        )
        logs: dict[int, list[Any]] = {customer: [] for customer in self.known}
        for event in found:
            logs[event["subject_id"]].append(event)
        return logs

    @invariant()
    def the_table_says_what_the_model_believes(self) -> None:
        sql = "SELECT id, state, owner_id, pool_id, spell_no FROM customer WHERE tenant_id = %s"
        found = self._do(lambda conn: rows(conn, sql, (self.world.tenant_id,)))
        table = {r["id"]: (r["state"], r["owner_id"], r["pool_id"], r["spell_no"]) for r in found}
        assert table == {c: (k.state, k.owner, k.pool, k.spell_no) for c, k in self.known.items()}

    @invariant()
    def whom_a_customer_is_shared_with_see_it(self) -> None:
        for rep in self.reps:
            if rep.person_id in self.active:
                shared = {c for c, k in self.known.items() if k.state == "owned" and rep.person_id in k.helpers}
                assert set(self._await(self.world.company.actor(rep.person_id or 0)).shared) == shared

    def teardown(self) -> None:
        if hasattr(self, "world"):
            report = self._await(self.world.verify())
            assert report.differences == 0, report.examples
