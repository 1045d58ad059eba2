"""What the machine of a company's year stands on: its clock, its people and pools, its customers' logs, the oracle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, rows, value
from gonghai.customers.queries import Filter, page
from gonghai.policy.countdown import countdowns
from gonghai.policy.decide import Decision, InForce
from gonghai.policy.due import Leave, due_select
from gonghai.policy.horizons import decode_place, placing
from gonghai.policy.leaves import leaves
from gonghai.policy.registry import REGISTRY
from gonghai.workdays import Calendar
from tests.fixtures.people import make_company
from tests.moves.world import World
from tests.properties import oracle
from tests.properties.acting import Acting
from tests.properties.oracle_calendar import china
from tests.properties.oracle_policy import Company, Setting, Verdict, judge
from tests.properties.travel import Travelling

SECOND = timedelta(seconds=1)
WITHIN = (0, 7, 30)  # days that a preview speaks of


@dataclass(frozen=True)
class Told:
    """Notice as the oracle gave it: until when, and in which stretch of the clocks."""

    until: datetime
    chain: int
    voided: int


@dataclass(frozen=True)
class Shown:
    """What the product says: countdowns, who is due, and the places among the horizons, really and by the rules."""

    decisions: Mapping[int, Decision]
    due: set[int]
    really: Mapping[int, tuple[int, int]]
    rules: Mapping[int, tuple[int, int]]


class Base(Acting):
    """`loop` and `database` outlive the examples; each example has a company of its own."""

    database: Travelling
    owner_url: str

    @property
    def now(self) -> datetime:
        return self.database.now

    async def _company(self, floors: tuple[bool, bool]) -> None:
        self.world = World(await make_company(self.database, self.owner_url))
        self.pools = []
        for name, floor in zip(("甲", "乙"), floors, strict=True):
            settings = {"transfer_needs_acceptance": False, "cooldown_days": 0, "untouched_cap": 200}
            self.pools.append(await self.world.pool(name, notice_floor=floor, **settings))
        chief = await self.world.company.person("chief", ("manager",))
        self.chief = chief
        self.departments = [
            await self.world.company.department("一部", leads=[chief]),
            await self.world.company.department("二部"),
        ]
        people = [await self.world.company.person(f"rep{i}", department_id=self.departments[i % 2]) for i in range(3)]
        self.reps = [await self.world.company.actor(person) for person in people]
        self.boss = await self.world.admin()
        self.around = Company(
            {pool: Setting(floor) for pool, floor in zip(self.pools, floors, strict=True)},
            china(),
            departments={person: self.departments[i % 2] for i, person in enumerate(people)},
        )
        self.told: dict[int, Told] = {}
        self.heard: dict[tuple[int, int], set[tuple[str, date]]] = {}  # by customer and spell
        self.deals: list[tuple[int, int]] = []
        self.follow_ups: list[tuple[int, int]] = []

    def _logs(self) -> dict[int, list[Any]]:
        sql = "SELECT * FROM event WHERE tenant_id = %s AND subject = 'customer' ORDER BY subject_id, version"
        logs: dict[int, list[Any]] = {}
        for event in self._do(lambda conn: rows(conn, sql, (self.world.tenant_id,))):
            logs.setdefault(event["subject_id"], []).append(event)
        return logs

    def lives(self) -> dict[int, oracle.Life]:
        """Every customer as its log tells it."""
        return {customer: oracle.read(log) for customer, log in self._logs().items()}

    def notice(self, customer: int, life: oracle.Life) -> datetime | None:
        """Until when notice was given, unless something has made it void."""
        told = self.told.get(customer)
        if told is None or life.now is None or (told.chain, told.voided) != (life.now.chain, life.now.voided):
            return None
        return told.until

    def ladder_of(self, life: oracle.Life) -> Sequence[int]:
        """The ladder of the policy that an owned customer is under."""
        return self.around.ladder(self._version(life))

    def _version(self, life: oracle.Life) -> oracle.Version:
        assert life.now is not None
        version = self.around.in_force(life.now.pool, self.now)
        assert version is not None
        return version

    def verdict(self, customer: int, life: oracle.Life, now: datetime) -> Verdict | None:
        version = self.around.in_force(life.now.pool, now) if life.now is not None else None
        return None if version is None else judge(life, self.around, version, now, self.notice(customer, life))

    def verdicts(self, lives: Mapping[int, oracle.Life], now: datetime) -> dict[int, Verdict]:
        found = {customer: self.verdict(customer, life, now) for customer, life in lives.items()}
        return {customer: verdict for customer, verdict in found.items() if verdict is not None}

    def agree(self) -> None:
        """The product's countdowns, due customers and horizons are the oracle's, all at this instant."""
        lives = self.lives()
        verdicts = self.verdicts(lives, self.now)
        shown: Shown = self._do(self._shown)
        assert shown.decisions.keys() == verdicts.keys()
        for customer, decision in shown.decisions.items():
            same(decision, verdicts[customer])
        assert shown.due == {customer for customer, verdict in verdicts.items() if verdict.due(self.now)}
        rules = {}
        for customer in verdicts:
            version = self._version(lives[customer])
            rules[customer] = judge(lives[customer], self.around, version, self.now, None, by_the_rules=True)
        assert shown.really == self._places(verdicts)
        assert shown.rules == self._places(rules)

    async def _shown(self, conn: Conn) -> Shown:
        tenant_id = self.world.tenant_id
        counting = await countdowns(conn, tenant_id, self.now)
        found = await page(conn, self.boss, Filter(("owned",)), sort="id", after=None, limit=100)
        decisions = {row["id"]: decision for row in found if (decision := counting.of(row)) is not None}
        if not counting.policies:
            return Shown(decisions, set(), {}, {})
        away = await leaves(conn, tenant_id, self.now)
        select = due_select(list(counting.policies.values()), counting.calendar, self.now, away, REGISTRY)
        due = await rows(conn, select.text, {"tenant_id": tenant_id, **select.params})
        really, rules = {}, {}
        for policy in counting.policies.values():
            really.update(await self._placed(conn, policy, counting.calendar, away))
            lax = replace(policy, grace_until=None, notice_floor=False)
            rules.update(await self._placed(conn, lax, counting.calendar, away))
        return Shown(decisions, {row["customer_id"] for row in due}, really, rules)

    def _horizons(self) -> list[datetime]:
        """What a preview speaks of, and the next local midnights, which a forecast does."""
        today = oracle.midnight(oracle.local_day(self.now))
        return sorted({*(self.now + d * oracle.DAY for d in WITHIN), *(today + d * oracle.DAY for d in range(1, 31))})

    def _places(self, verdicts: Mapping[int, Verdict]) -> dict[int, tuple[int, int]]:
        """By customer: its segment, and at how many of the horizons it isn't due yet; one more where it never is."""
        horizons = self._horizons()
        return {
            c: (v.segment, sum(not v.due(horizon) for horizon in horizons) + (not v.clocks))
            for c, v in verdicts.items()
        }

    async def _placed(
        self, conn: Conn, policy: InForce, calendar: Calendar, away: Sequence[Leave]
    ) -> dict[int, tuple[int, int]]:
        placed = placing(policy, calendar, self.now, self._horizons(), away, REGISTRY, prefix="p")
        found = await rows(
            conn,
            f"SELECT c.id, {placed.text} AS code FROM customer c WHERE c.tenant_id = %(t)s AND c.state = 'owned'"
            " AND c.pool_id = %(pool)s",
            {"t": self.world.tenant_id, "pool": policy.pool_id, **placed.params},
        )
        return {row["id"]: decode_place(row["code"]) for row in found}

    def _one(self, place: int, *states: str) -> int | None:
        """A customer in one of the states; every other time one who was warned of, if there is any."""
        sql = "SELECT id, notice_until FROM customer WHERE tenant_id = %s AND state = ANY (%s) ORDER BY id"
        every = self._do(lambda conn: rows(conn, sql, (self.world.tenant_id, list(states))))
        some = [row for row in every if row["notice_until"] is not None] if place % 2 else []
        found = some or every
        return found[place // 2 % len(found)]["id"] if found else None

    def _owner_of(self, customer: int) -> Any:
        sql = "SELECT owner_id FROM customer WHERE tenant_id = %s AND id = %s"
        owner = self._do(lambda conn: value(conn, sql, (self.world.tenant_id, customer)))
        return next(rep for rep in self.reps if rep.person_id == owner)

    def _rep(self, place: int) -> Actor:
        return self.reps[place % len(self.reps)]


def same(decision: Decision, verdict: Verdict) -> None:
    """One customer's countdown, timer by timer."""
    assert (decision.segment_index, decision.target) == (verdict.segment, verdict.target)
    running = {
        r.timer: (r.timer, (r.length.n, r.length.unit), r.deadline, r.kept_until, r.effective) for r in decision.running
    }
    clocks = {c.timer: (c.timer, c.length, c.deadline, c.kept, c.effective) for c in verdict.clocks}
    assert running == clocks
    assert decision.effective == verdict.effective
    if verdict.clocks:
        first = verdict.clocks[0]
        assert (decision.deadline, decision.kept_until) == (first.deadline, first.kept)
    assert verdict.may_be_held_by(decision.held_by)
