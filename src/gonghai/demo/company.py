"""Founds the demo's company: departments of four levels, forty people, three pools, and the policies in their versions."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Final

from gonghai.access.actor import Actor
from gonghai.activities.decide import Counting
from gonghai.base.database import Conn, one
from gonghai.demo import policies
from gonghai.demo.identity import person_name
from gonghai.demo.times import instant, local_midnight, months_before, seconds, working_day_from
from gonghai.demo.world import DemoPool, Rep
from gonghai.people.departments import create_department, edit_department
from gonghai.people.deputies import appoint
from gonghai.people.persons import NewPerson, create_person, deactivate, edit_person
from gonghai.people.queries import department
from gonghai.people.tenants import NewTenant, create_tenant
from gonghai.policy.decide import InForce
from gonghai.policy.versions import Start, publish, version_in_force, versions
from gonghai.pools.actions import NewPool, Subject, create_pool
from gonghai.pools.limit_actions import grant_override, set_limit
from gonghai.workdays import Calendar, end_of_working_day, local_date

MANAGERS: Final = 7
LEAVERS: Final = 2
REPS: Final = 30
MONTHS: Final = 18
# Region, branch; each has its sales groups. The branch's manager is manager1 … manager4.
BRANCHES: Final = (
    ("华东大区", "上海分公司"),
    ("华东大区", "杭州分公司"),
    ("华南大区", "广州分公司"),
    ("华南大区", "深圳分公司"),
)
_EAST_BRANCHES: Final = 2
_GROUP: Final = 5
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked for. `suffix` makes the logins differ from those of a company that is already there."""

    name: str
    seed: int
    as_of: datetime
    password_hash: str
    reps: int = REPS
    suffix: str = ""

    def login(self, role: str, number: int | None = None) -> str:
        return f"{role}{number or ''}{self.suffix}"

    @property
    def logins(self) -> list[str]:
        """Everybody's."""
        numbered = (("manager", MANAGERS), ("rep", self.reps), ("former", LEAVERS))
        return [self.login("admin"), *(self.login(role, n + 1) for role, most in numbered for n in range(most))]

    @property
    def calendar(self) -> Calendar:
        return Calendar()

    @property
    def today(self) -> date:
        return local_date(self.as_of, self.calendar)

    @property
    def begin(self) -> datetime:
        """The midnight at which the first working day starts."""
        return instant(local_midnight(working_day_from(months_before(self.today, MONTHS), self.calendar)))

    def opening(self, day: date) -> datetime:
        """Ten o'clock of the first working day from `day` on."""
        return instant(local_midnight(working_day_from(day, self.calendar)) + 10 * 3600)


@dataclass(slots=True)
class Company:
    """What was founded; ids."""

    plan: Plan
    tenant_id: int
    root_id: int
    admin_id: int
    branches: list[int] = field(default_factory=list)
    regions: dict[str, int] = field(default_factory=dict)
    managers: list[int] = field(default_factory=list)
    reps: list[Rep] = field(default_factory=list)
    pools: dict[str, DemoPool] = field(default_factory=dict)
    policies: dict[int, tuple[InForce, ...]] = field(default_factory=dict)

    @property
    def actor(self) -> Actor:
        """The admin, who set all this up."""
        return Actor(self.tenant_id, self.admin_id, roles=frozenset({"admin"}))


async def found(conn: Conn, plan: Plan) -> Company:
    """Makes tenant, departments, people, pools and policies, each at the time it would have been made."""
    rng = Random(plan.seed * 1_000_000_007 - 1)
    founded = plan.begin - 14 * _DAY
    new = NewTenant(plan.name, plan.login("admin"), person_name(rng), plan.password_hash)
    made = await create_tenant(conn, new, now=founded)
    company = Company(plan, made.tenant_id, made.department_id, made.admin_id)
    await _people(conn, company, rng, founded)
    await _pools(conn, company, founded + _DAY)
    await _policies(conn, company)
    await _comings_and_goings(conn, company)
    return company


# People ------------------------------------------------------------------------------------------------


async def _people(conn: Conn, company: Company, rng: Random, at: datetime) -> None:
    groups = await _departments(conn, company, at)
    homes = [*company.branches, *company.regions.values(), company.root_id]
    for number, home in enumerate(homes, start=1):
        who = _person(company, "manager", number, home, rng)
        company.managers.append((await create_person(conn, company.actor, who, now=at))[0])
    first_groups = [branch[0] for branch in groups]
    led = [*zip(homes, company.managers, strict=True), *zip(first_groups, company.managers, strict=False)]
    for department_id, manager in led:
        version = (await department(conn, company.tenant_id, department_id)).version
        await edit_department(conn, company.actor, department_id, version, lead_ids=[manager], now=at)
    for number in range(1, company.plan.reps + 1):
        branch = (number - 1) * len(BRANCHES) // company.plan.reps
        group = groups[branch][number // _GROUP % len(groups[branch])]
        await _rep(conn, company, "rep", number, branch, group, rng, at)
    for number in range(1, LEAVERS + 1):
        branch = (number - 1) * _EAST_BRANCHES
        await _rep(conn, company, "former", number, branch, groups[branch][-1], rng, at)


async def _departments(conn: Conn, company: Company, at: datetime) -> list[list[int]]:
    """Regions, branches, groups; the groups' ids by branch."""
    groups = []
    for number, (region, branch) in enumerate(BRANCHES):
        if region not in company.regions:
            company.regions[region] = await create_department(
                conn, company.actor, name=region, parent_id=company.root_id, now=at
            )
        branch_id = await create_department(conn, company.actor, name=branch, parent_id=company.regions[region], now=at)
        company.branches.append(branch_id)
        people = sum((n * len(BRANCHES) // company.plan.reps) == number for n in range(company.plan.reps))
        names = [f"{branch[:2]}销售{_ordinal(n + 1)}组" for n in range(max(2, people // _GROUP))]
        groups.append(
            [await create_department(conn, company.actor, name=n, parent_id=branch_id, now=at) for n in names]
        )
    return groups


def _ordinal(number: int) -> str:
    return "一二三四五六七八九十"[number - 1] if number <= 10 else str(number)


def _person(company: Company, role: str, number: int, department_id: int, rng: Random) -> NewPerson:
    login = company.plan.login(role, number)
    return NewPerson(
        name=person_name(rng),
        login=login,
        department_id=department_id,
        roles=("manager",) if role == "manager" else ("rep",),
        email=f"{login}@demo.example.com",
        password_hash=company.plan.password_hash,
    )


async def _rep(
    conn: Conn, company: Company, role: str, number: int, branch: int, group: int, rng: Random, at: datetime
) -> None:
    plan = company.plan
    who = _person(company, role, number, group, rng)
    person_id, _ = await create_person(conn, company.actor, who, now=at)
    left = away = None
    if role == "former":
        left = seconds(plan.opening(months_before(plan.today, 9 if number == 1 else 3))) + 427
    elif number == 12:
        away = local_midnight(plan.today - 2 * _DAY), local_midnight(plan.today + 6 * _DAY)
    company.reps.append(Rep(person_id, branch, company.managers[branch], rng.uniform(0.8, 1.3), left, away))


async def _comings_and_goings(conn: Conn, company: Company) -> None:
    """Who left, and who is on leave, with the events of their time. Their customers' moves are the lives' own."""
    plan = company.plan
    for rep in company.reps:
        if rep.left_at is not None:
            await deactivate(conn, company.actor, rep.id, now=instant(rep.left_at))
        if rep.away is not None:
            leave = {"leave_from": instant(rep.away[0]), "leave_until": instant(rep.away[1])}
            asked = plan.opening(plan.today - 12 * _DAY)
            await edit_person(conn, company.actor, rep.id, 1, leave, now=asked)
            colleague = next(r for r in company.reps if r.branch == rep.branch and r.id != rep.id and not r.left_at)
            times = instant(rep.away[0]), instant(rep.away[1])
            await appoint(conn, company.actor, rep.id, colleague.id, *times, with_leave=True, now=asked)


# Pools and policies --------------------------------------------------------------------------------------


async def _pools(conn: Conn, company: Company, at: datetime) -> None:
    east, south = company.regions.values()
    of_east, of_south, boss = company.managers[4:7]
    eastern = [rep for rep in company.reps if rep.branch < _EAST_BRANCHES]
    southern = [rep for rep in company.reps if rep.branch >= _EAST_BRANCHES]
    everyone = [Subject("all")]
    # The east lets everybody look; the south keeps to itself.
    scopes = {"see": everyone, "claim": everyone}
    await _pool(conn, company, NewPool(policies.PUBLIC, {"reveal_quota": 5}, scopes), boss, company.reps, at)
    scopes = {"see": everyone, "claim": [Subject("department", east)]}
    stricter = {"follow_up_min_note": 8, "holding_cap": 150}
    await _pool(conn, company, NewPool(policies.EAST, stricter, scopes), of_east, eastern, at)
    scopes = {"claim": [Subject("department", south)]}
    free = {"transfer_needs_acceptance": False, "untouched_cap": 8, "release_elsewhere": True, "mode": "next_best"}
    await _pool(conn, company, NewPool(policies.SOUTH, free, scopes), of_south, southern, at)
    # The eastern region may claim more than the pool says, and one of its reps more still for a while.
    public, until = company.pools[policies.PUBLIC].id, instant(local_midnight(company.plan.today)) + 14 * _DAY
    more = Subject("department", east)
    await set_limit(conn, company.actor, public, "daily_quota", more, 25, now=at)
    await grant_override(
        conn, company.actor, public, "daily_quota", company.reps[0].id, 40, from_at=at, until_at=until,
        why="年底冲刺，临时放宽", now=at,
    )  # fmt: skip


async def _pool(conn: Conn, company: Company, new: NewPool, admin_id: int, reps: Sequence[Rep], at: datetime) -> None:
    new = replace(new, scopes={**new.scopes, "admin": [Subject("person", admin_id)]})
    pool_id = await create_pool(conn, company.actor, new, now=at)
    row = await one(
        conn,
        "UPDATE pool SET created_at = %s WHERE tenant_id = %s AND id = %s RETURNING *",
        (at, company.tenant_id, pool_id),
    )
    assert row is not None
    company.pools[new.name] = DemoPool(
        id=pool_id,
        admin_id=admin_id,
        counting=Counting(row["follow_up_kinds"], row["follow_up_min_note"], row["backdate_hours"]),
        claimers=tuple(rep for place, rep in enumerate(reps) for _ in range(3 + (place * 7 + 3) % 5)),
        return_reasons=tuple(str(reason["code"]) for reason in row["return_reasons"]),
        asks_receiver=row["transfer_needs_acceptance"],
        quota=row["daily_quota"],
        cap=row["holding_cap"],
        untouched=row["untouched_cap"],
        cooldown_holders=row["cooldown_holders"],
        cooldown_days=row["cooldown_days"],
    )


async def _policies(conn: Conn, company: Company) -> None:
    """The first version before the first customer; a stricter one half-way, with grace; lately the south's own."""
    plan = company.plan
    half_way = plan.opening(months_before(plan.today, 9))
    lately = plan.opening(months_before(plan.today, 3))
    for name, pool in company.pools.items():
        documents = [
            (policies.first_version(name), plan.begin - _DAY + timedelta(hours=10), "系统上线，先宽松执行。"),
            (policies.second_version(name), half_way, "展会线索要抢时间，其他客户一个月不跟进就回公海。"),
        ]
        if name == policies.SOUTH:
            documents.append((policies.third_version(), lately, "合同期内的客户不催，任何客户最多持有 400 天。"))
        for document, at, note in documents:
            start = Start(grace_until=end_of_working_day(at, 5, plan.calendar) if at > plan.begin else None)
            await publish(conn, company.actor, pool.id, document, note=note, at=at.astimezone(UTC), start=start)
        stored = reversed(await versions(conn, company.tenant_id, pool.id))
        company.policies[pool.id] = tuple(
            [
                # The made past has no warnings; the first beat gives them.
                replace((await version_in_force(conn, company.tenant_id, row["id"]))[1], notice_floor=False)
                for row in stored
            ]
        )
