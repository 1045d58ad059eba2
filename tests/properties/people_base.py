"""What the machine of people's lives stands on: its company, a plain model of who is who, and what must always hold."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from hypothesis.stateful import invariant
from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, rows, value
from gonghai.exchange.actions import NewImport, start_import
from gonghai.exchange.carry_out import carry_out
from gonghai.exchange.queries import get_import
from gonghai.incentives.rule_actions import set_rules
from gonghai.incentives.verify import verify_points
from gonghai.people.departments import edit_department
from gonghai.pools.actor import load_actor
from tests.fixtures.people import make_company
from tests.incentives.compare import booked, expected
from tests.incentives.stage import on
from tests.moves.world import World
from tests.properties.acting import Acting
from tests.properties.travel import Travelling

SECOND = timedelta(seconds=1)
CAP = 3
EARNING = on(
    "first_contact_in_time", "won_from_pool", "complete_record", "recycled_by_neglect",
    complete_record={"fields": ["industry"]},
)  # fmt: skip


@dataclass
class Member:
    """What the model believes of one person; `leads` are ids of departments."""

    department: int
    state: str = "active"
    roles: list[str] = field(default_factory=lambda: ["rep"])
    leads: set[int] = field(default_factory=set)
    link: str | None = None


# What nobody but the active may have, by what it is called: each SELECT must find nothing.
FORBIDDEN = {
    "owners who can't sign in": """SELECT c.id FROM customer c JOIN person p ON p.tenant_id = c.tenant_id
        AND p.id = c.owner_id WHERE c.tenant_id = %(t)s AND p.state <> 'active'""",
    "leads who left": """SELECT l.department_id FROM department_lead l JOIN person p ON p.tenant_id = l.tenant_id
        AND p.id = l.person_id WHERE l.tenant_id = %(t)s AND p.state <> 'active'""",
    "sessions": """SELECT s.person_id FROM session s JOIN person p ON p.tenant_id = s.tenant_id AND p.id = s.person_id
        WHERE s.tenant_id = %(t)s AND p.state <> 'active'""",
    "keys": """SELECT k.id FROM api_key k JOIN person p ON p.tenant_id = k.tenant_id AND p.id = k.person_id
        WHERE k.tenant_id = %(t)s AND k.revoked_at IS NULL AND p.state <> 'active'""",
    "passwords": "SELECT p.id FROM person p WHERE p.tenant_id = %(t)s AND p.state <> 'active' AND p.password_hash <> ''",
    "links of leavers": """SELECT l.person_id FROM link l JOIN person p ON p.tenant_id = l.tenant_id AND p.id = l.person_id
        WHERE l.tenant_id = %(t)s AND l.used_at IS NULL AND p.state = 'left'""",
    "overrides": """SELECT o.id FROM claim_override o JOIN person p ON p.tenant_id = o.tenant_id AND p.id = o.person_id
        WHERE o.tenant_id = %(t)s AND o.revoked_at IS NULL AND o.until_at > %(now)s AND p.state <> 'active'""",
    "limits": """SELECT l.id FROM claim_limit l JOIN person p ON p.tenant_id = l.tenant_id AND p.id = l.subject_id
        WHERE l.tenant_id = %(t)s AND l.subject = 'person' AND p.state <> 'active'""",
    "collaborators": """SELECT k.customer_id FROM collaborator k JOIN person p ON p.tenant_id = k.tenant_id
        AND p.id = k.person_id JOIN customer c ON c.tenant_id = k.tenant_id AND c.id = k.customer_id
        AND c.spell_no = k.spell_no WHERE k.tenant_id = %(t)s AND p.state <> 'active'""",
    "deputies": """SELECT d.id FROM deputy d JOIN person p ON p.tenant_id = d.tenant_id AND p.id = d.deputy_id
        WHERE d.tenant_id = %(t)s AND d.ended_at IS NULL AND d.until_at > %(now)s AND p.state <> 'active'""",
    # The invited may have one: a leave before the first day; they have nothing to act on.
    "deputies of leavers": """SELECT d.id FROM deputy d JOIN person p ON p.tenant_id = d.tenant_id AND p.id = d.person_id
        WHERE d.tenant_id = %(t)s AND d.ended_at IS NULL AND d.until_at > %(now)s AND p.state = 'left'""",
    "deciders": """SELECT r.id FROM request r JOIN person p ON p.tenant_id = r.tenant_id
        AND p.id IN (r.decider_id, r.asked_by)
        WHERE r.tenant_id = %(t)s AND r.state = 'open' AND p.state <> 'active'""",
    "two deputies at once": """SELECT x.person_id FROM deputies_at(%(t)s, %(now)s) x GROUP BY x.person_id
        HAVING count(*) > 1""",
}


class Base(Acting):
    """`loop` and `database` outlive the examples; each example has a company of its own."""

    database: Travelling
    owner_url: str

    @property
    def now(self) -> datetime:
        return self.database.now

    async def _company(self) -> None:
        self.world = World(await make_company(self.database, self.owner_url))
        company = self.world.company
        plenty = {"daily_quota": 500, "untouched_cap": 500, "cooldown_days": 0, "notice_floor": False}
        self.pools = [
            await self.world.pool("紧", holding_cap=CAP, **plenty),
            await self.world.pool("松", transfer_needs_acceptance=False, **plenty),
        ]
        for pool in self.pools:
            await self.world.policy(pool, {"name": "所有", "timers": {"follow_up": "5 days"}}, at=self.now)
        first = await company.department("一部")
        self.above = {company.root_id: None, first: company.root_id}
        self.above |= {
            await company.department("一组", first): first,
            await company.department("二部"): company.root_id,
        }
        self.departments = list(self.above)
        self.boss = await self.world.admin()
        self.members = {}
        for i, name in enumerate("abcde"):
            # Two lead their departments from the start.
            member = Member(self.departments[i % 4], roles=["manager", "rep"] if i < 2 else ["rep"])
            person = await company.person(name, member.roles, member.department)
            self.members[person] = member
            if i < 2:
                member.leads = {member.department}
                async with self.world.transaction() as conn:
                    more: dict[str, Any] = {"lead_ids": [person], "now": self.now}
                    await edit_department(conn, self.boss, member.department, 1, **more)
        self.actors = {person: await company.actor(person) for person in self.members}
        self.rule: tuple[str, int | None] = ("home_pool", None)
        self.batches: list[int] = []
        self.limits: dict[tuple[int, int], int] = {}  # by pool and person
        async with self.world.transaction() as conn:
            await set_rules(conn, self.boss, 0, EARNING, now=self.now)

    # Whom and what a step is about ---------------------------------------------------------------------

    def _person(self, place: int, *states: str) -> int:
        """Three times of four one in such a state, else one who isn't; whoever there is."""
        every = list(self.members)
        fitting = [p for p in every if (self.members[p].state in (states or ("active",))) == (place % 4 > 0)] or every
        return fitting[place // 4 % len(fitting)]

    def _actor(self, person: int) -> Actor:
        """As they are now; who can't sign in any more, as they were last seen: a request may have begun before."""
        if self.members[person].state == "active":
            self.actors[person] = self._do(lambda conn: load_actor(conn, self.world.tenant_id, person))
        return self.actors[person]

    def _customer(self, place: int, state: str) -> int | None:
        sql = "SELECT c.id FROM customer c WHERE c.tenant_id = %s AND c.state = %s ORDER BY c.id"
        found = self._do(lambda conn: rows(conn, sql, (self.world.tenant_id, state)))
        return found[place % len(found)]["id"] if found else None

    def _owner(self, customer: int) -> int:
        sql = "SELECT c.owner_id FROM customer c WHERE c.tenant_id = %s AND c.id = %s"
        owner: int = self._do(lambda conn: value(conn, sql, (self.world.tenant_id, customer)))
        return owner

    def _versioned(self, table: str, row: int, action: Callable[[Conn, int], Awaitable[Any]]) -> Any:
        """An edit of the version that is newest."""
        key = "id" if table == "tenant" else "tenant_id = %(t)s AND id"
        sql = f"SELECT version FROM {table} WHERE {key} = %(id)s"

        async def edits(conn: Conn) -> Any:
            return await action(conn, await value(conn, sql, {"t": self.world.tenant_id, "id": row}))

        return self._do(edits)

    def _by_file(self, person: int, state: str) -> DictRow:
        """One row that says so, imported dry and then really, which agree; the record of the latter."""
        company = self.world.company
        login = company.login(next(name for name, id_ in company.people.items() if id_ == person))
        text = f"登录名,状态\n{login},{state}\n".encode()
        dry, real = (self._await(self._imported(text, dry_run)) for dry_run in (True, False))
        told = ("updated", "unchanged", "deactivated", "rejoined", "faulty", "errors_sample", "outcome")
        assert [dry[name] for name in told] == [real[name] for name in told]
        return real

    async def _imported(self, text: bytes, dry_run: bool) -> DictRow:
        new = NewImport("a.csv", None, "people", dry_run=dry_run)
        async with self.world.transaction() as conn:
            started = await start_import(conn, self.boss, new, now=self.now)
        await carry_out(self.database, self.world.tenant_id, started, source=BytesIO(text))
        async with self.world.transaction() as conn:
            return await get_import(conn, self.world.tenant_id, started)

    def _book(self, person: int) -> dict[int, int]:
        """The person's customers and their home pools."""
        sql = "SELECT c.id, c.pool_id FROM customer c WHERE c.tenant_id = %s AND c.owner_id = %s"
        found = self._do(lambda conn: rows(conn, sql, (self.world.tenant_id, person)))
        return {row["id"]: row["pool_id"] for row in found}

    def _places(self, customers: Any) -> dict[int, tuple[int | None, int]]:
        """Where these customers are: owner and pool."""
        sql = "SELECT c.id, c.owner_id, c.pool_id FROM customer c WHERE c.tenant_id = %s AND c.id = ANY (%s)"
        found = self._do(lambda conn: rows(conn, sql, (self.world.tenant_id, list(customers))))
        return {row["id"]: (row["owner_id"], row["pool_id"]) for row in found}

    def _leads_over(self, person: int) -> set[int]:
        """The active leads of the nearest department that has any, up the tree."""
        at: int | None = self.members[person].department
        while at is not None:
            leads = {p for p, m in self.members.items() if at in m.leads and p != person and m.state == "active"}
            if leads:
                return leads
            at = self.above[at]
        return set()

    # What always holds -----------------------------------------------------------------------------------

    @invariant()
    def nobody_who_cannot_sign_in_has_anything(self) -> None:
        params = {"t": self.world.tenant_id, "now": self.now}

        async def look(conn: Conn) -> dict[str, list[Any]]:
            return {what: found for what, sql in FORBIDDEN.items() if (found := await rows(conn, sql, params))}

        found = self._do(look)
        assert found == {}, found

    @invariant()
    def people_are_who_the_model_believes(self) -> None:
        sql = """SELECT p.id, p.state, p.roles, p.department_id, ARRAY(SELECT l.department_id FROM department_lead l
            WHERE l.tenant_id = p.tenant_id AND l.person_id = p.id) AS leads
          FROM person p WHERE p.tenant_id = %s AND p.id = ANY (%s)"""
        found = self._do(lambda conn: rows(conn, sql, (self.world.tenant_id, list(self.members))))
        table = {r["id"]: (r["state"], r["roles"], r["department_id"], set(r["leads"])) for r in found}
        believed = {p: (m.state, m.roles, m.department, m.leads) for p, m in self.members.items()}
        assert table == believed, (table, believed)

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        report = self._await(self.world.verify())
        assert report.differences == 0, report.examples
        points = self._await(verify_points(self.database, self.world.tenant_id))
        assert points.differences == [], points.differences
        sql = "SELECT c.id FROM customer c WHERE c.tenant_id = %s ORDER BY c.id"
        customers = [row["id"] for row in self._do(lambda conn: rows(conn, sql, (self.world.tenant_id,)))]
        ledger, log = self._await(booked(self.world)), self._await(expected(self.world, customers))
        assert ledger == log, (ledger - log, log - ledger)
