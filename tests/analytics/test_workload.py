"""The team page: what managers are told of each of their people, and what it costs to tell."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from psycopg import AsyncConnection

from gonghai.activities.tasks.decide import To
from gonghai.activities.tasks.give import NewTasks, give_tasks
from gonghai.analytics.workload import Asked, workload
from gonghai.base import clock
from gonghai.base.database import rows, run
from gonghai.moves.hand_over import deactivate_person
from gonghai.moves.limits import pool_usages
from gonghai.people.deputies import set_deputy
from gonghai.people.persons import edit_person
from gonghai.pools.actions import Subject
from gonghai.pools.limit_actions import grant_override, set_limit
from tests.fixtures.customers import Team, counted_statements, make_team
from tests.fixtures.people import Company, make_company, signed_in
from tests.moves.world import World

DAY = timedelta(days=1)


@pytest.fixture
async def company(app: FastAPI, migrated_url: str) -> Company:
    return await make_company(app.state.database, migrated_url)


@pytest.fixture
async def team(app: FastAPI, company: Company) -> Team:
    return await make_team(app, company, holding_cap=2, daily_quota=5, notice_floor=False)


async def load(client: httpx.AsyncClient, team: Team, **query: Any) -> dict[str, Any]:
    answer = await client.get("/team/workload", params={"pool_id": team.pool_id} | query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def of(found: dict[str, Any], person: int) -> dict[str, Any]:
    (row,) = [row for row in found["items"] if row["person"]["id"] == str(person)]
    return dict(row)


async def test_a_manager_sees_who_is_over_what_falls_what_is_untouched_and_what_waits_for_them(team: Team) -> None:
    now = clock.now()
    world = World(team.company)
    await world.policy(team.pool_id, {"name": "所有", "timers": {"follow_up": {"n": 30, "unit": "days"}}}, at=now - DAY)
    soon = [await team.customer(team.rep_id, now - 28 * DAY) for _ in range(2)]
    await team.customer(team.rep_id, now - DAY)
    untouched = await team.customer(None)
    await team.claim(untouched, team.other_id)
    rep, manager = await team.browser(team.rep_id), await team.browser(team.manager_id)
    asked = await rep.post(f"/customers/{soon[0]}/extension", json={"days": 5, "note": "客户下周才回来"})
    assert asked.status_code in (200, 201), asked.text

    found = await load(manager, team)
    assert [row["person"]["name"] for row in found["items"]] == ["rep", "other"]
    row = of(found, team.rep_id)
    assert (row["held"]["used"], row["held"]["limit"]) == (3, 2)
    assert (row["falling"], row["requests"], row["untouched"]["used"]) == (2, 1, 0)
    other = of(found, team.other_id)
    assert (other["claimed_today"]["used"], other["untouched"]["used"], other["held"]["used"]) == (1, 1, 1)
    assert datetime.fromisoformat(other["untouched_since"]) == (await team.row(untouched))["clock_start"]
    listed = {"scope": "team", "pool_id": str(team.pool_id), "untouched": "true"}
    for person, ids in ((team.rep_id, []), (team.other_id, [str(untouched)])):
        page = (await manager.get("/customers", params=listed | {"owner_id": str(person)})).json()
        assert [customer["id"] for customer in page["items"]] == ids, "the list behind the figure"
    assert found["totals"] == {
        "people": 2, "held": 4, "claimed_today": 1, "untouched": 1, "falling": 2, "tasks": 0, "overdue": 0,
        "requests": 1, "over": 1, "away": 0,
    }  # fmt: skip


async def test_the_numbers_are_those_that_a_claim_is_decided_by(team: Team) -> None:
    company, now = team.company, clock.now()
    exempt = {"fact": "level", "is": "eq", "value": "A"}
    pool = await team.pool(
        "例外", holding_cap=9, holding_exempt=exempt, holding_exempt_won_days=30, exempt_admins=True, untouched_cap=4
    )
    world = World(company)
    for level, won in (("A", None), ("B", None), ("B", now - 3 * DAY), ("A", now - 3 * DAY), ("B", now - 60 * DAY)):
        (customer,) = await world.customers(1, pool, team.rep_id, now - 90 * DAY, level=level)
        async with team.connection() as conn:
            await run(
                conn, "UPDATE customer SET last_win_at = %s WHERE tenant_id = %s AND id = %s",
                (won, company.tenant_id, customer),
            )  # fmt: skip
    admin = await company.actor(company.admin_id)
    async with team.connection() as conn:
        await run(conn, "UPDATE tenant SET holding_cap = 7 WHERE id = %s", (company.tenant_id,))
        department = (await company.actor(team.rep_id)).department_id or 0
        await set_limit(conn, admin, pool, "daily_quota", Subject("department", department), 3, now=now)
        await set_limit(conn, admin, pool, "holding_cap", Subject("role", role="rep"), 8, now=now)
        await grant_override(
            conn, admin, pool, "holding_cap", team.rep_id, 1, from_at=now, until_at=now + DAY, why="观察",
            accept_over_cap=True, now=now,
        )  # fmt: skip
    people = [team.rep_id, team.other_id, team.manager_id, company.admin_id]
    client = await signed_in(team.app, company)
    for where in (pool, team.pool_id):
        found = await load(client, team, pool_id=where)
        async with team.connection() as conn:
            usages = await pool_usages(conn, company.tenant_id, people, [where], zone="Asia/Shanghai", now=clock.now())
        for person in people:
            row, usage = of(found, person), usages[person][where]
            shown = [(row[n]["used"], row[n]["limit"]) for n in ("held", "claimed_today", "untouched", "company")]
            assert usage.company_cap is not None
            told = (usage.holding_cap, usage.daily_quota, usage.untouched_cap, usage.company_cap)
            assert shown == [(used.used, used.limit) for used in told]
            assert row["held"]["by"]["kind"] == (usage.holding_cap.by or {"kind": "pool"})["kind"]
            assert row["exempt"] == usage.exempt
    rep = of(await load(client, team, pool_id=pool), team.rep_id)
    assert (rep["held"]["used"], rep["held"]["limit"], rep["held"]["by"]["why"]) == (2, 1, "观察")


async def test_tasks_are_those_in_force_leave_and_deputies_are_named(team: Team) -> None:
    company, now = team.company, clock.now()
    customers = [await team.customer(team.rep_id), await team.customer(team.rep_id), await team.customer(team.rep_id)]
    manager = await company.actor(team.manager_id)
    new = NewTasks("回访", due_at=now + timedelta(hours=1))
    async with team.connection() as conn:
        await give_tasks(conn, manager, customers, To("owner"), new, now=now)
        await run(
            conn, "UPDATE task SET due_at = %s WHERE tenant_id = %s AND customer_id = %s",
            (now - DAY, company.tenant_id, customers[0]),
        )  # fmt: skip
        values = {"leave_from": now - DAY, "leave_until": now + DAY}
        await edit_person(conn, company.system, team.other_id, 1, values, now=now)
        await set_deputy(conn, company.system, team.other_id, team.rep_id, now, now + DAY, now=now)
    await team.release(customers[2], team.rep_id)
    client = await team.browser(team.manager_id)
    found = await load(client, team)
    assert (of(found, team.rep_id)["tasks"], of(found, team.rep_id)["overdue"]) == (2, 1)
    assert datetime.fromisoformat(of(found, team.other_id)["leave"]["until"]) == now + DAY
    assert of(found, team.other_id)["deputy"]["person"]["name"] == "rep"
    assert (found["totals"]["tasks"], found["totals"]["away"]) == (2, 1)


async def test_managers_see_their_subtree_auditors_everybody_and_reps_nothing(team: Team) -> None:
    company = team.company
    stranger = await company.person("stranger")
    auditor, gone = await company.person("auditor", ("auditor",)), await company.person("gone")
    async with team.connection() as conn:
        await deactivate_person(conn, company.system, gone, now=clock.now())
    seen = await load(await team.browser(team.manager_id), team)
    assert {row["person"]["id"] for row in seen["items"]} == {str(team.rep_id), str(team.other_id)}
    everybody = await load(await team.browser(auditor), team)
    ids = {row["person"]["id"] for row in everybody["items"]}
    assert {str(stranger), str(team.manager_id), str(company.admin_id)} < ids
    assert str(gone) not in ids
    refused = await (await team.browser(team.rep_id)).get("/team/workload", params={"pool_id": team.pool_id})
    assert refused.status_code == 403
    department = (await company.actor(team.rep_id)).department_id
    narrowed = await load(await team.browser(auditor), team, department_id=department)
    assert narrowed["totals"]["people"] == 2
    # A department that isn't the manager's shows nobody.
    elsewhere = await company.department("别处")
    await company.person("elsewhere", department_id=elsewhere)
    nobody = await load(await team.browser(team.manager_id), team, department_id=elsewhere)
    assert (nobody["items"], nobody["totals"]["people"]) == ([], 0)


COLUMNS = ("name", "held", "claimed", "untouched", "oldest", "falling", "tasks", "overdue", "requests", "leave")


async def test_every_order_gives_each_person_once_whatever_the_pages(team: Team) -> None:
    people = [await team.company.person(f"p{n}") for n in range(5)]
    for n, person in enumerate(people):
        for _ in range(n % 3):
            await team.customer(person)
    client = await signed_in(team.app, team.company)
    for sort in (sign + column for column in COLUMNS for sign in ("", "-")):
        whole = await load(client, team, sort=sort)
        seen: list[str] = []
        after = None
        while True:
            page = await load(client, team, sort=sort, limit=3, **({"after": after} if after else {}))
            seen += [row["person"]["id"] for row in page["items"]]
            assert page["totals"] == whole["totals"]
            after = page["next"]
            if after is None:
                break
        assert seen == [row["person"]["id"] for row in whole["items"]]
        assert len(seen) == len(set(seen)) == 9


async def test_names_are_in_the_order_of_their_pinyin(team: Team) -> None:
    names = ["王敏", "张伟", "安琪", "赵敏", "陈晨"]
    department = await team.company.department("二组", leads=[team.manager_id])
    for name in names:
        await team.company.person(name, department_id=department)
    async with await team.browser(team.manager_id) as manager:
        found = await load(manager, team, sort="name", department_id=department)
        assert [row["person"]["name"] for row in found["items"]] == ["安琪", "陈晨", "王敏", "张伟", "赵敏"]
        back = await load(manager, team, sort="-name", department_id=department, limit=2)
        rest = await load(manager, team, sort="-name", department_id=department, after=back["next"])
        assert [row["person"]["name"] for row in back["items"] + rest["items"]] == [
            "赵敏",
            "张伟",
            "王敏",
            "陈晨",
            "安琪",
        ]


async def test_sixty_people_cost_as_many_statements_as_three(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    client = await signed_in(team.app, team.company)

    async def cost() -> int:
        await load(client, team)  # signed in
        with counted_statements(monkeypatch) as seen:
            await load(client, team, limit=100)
        return len(seen)

    few = await cost()
    for n in range(57):
        await team.customer(await team.company.person(f"p{n}"))
    assert await cost() == few


async def test_a_teams_figures_read_no_other_customers(team: Team, migrated_url: str) -> None:
    """However many there are: each person's are found by the owner's index."""
    company, asked = team.company, []
    async with await AsyncConnection.connect(migrated_url, autocommit=True) as conn:
        await conn.execute(
            "INSERT INTO customer (tenant_id, state, owner_id, pool_id, spell_no, clock_start, name, created_at,"
            " updated_at) SELECT %s, 'owned', CASE WHEN g %% 50 = 0 THEN %s ELSE %s END::bigint, %s, 1, now(), 'x', now(),"
            " now() FROM generate_series(1, 20000) g",
            (company.tenant_id, team.rep_id, company.admin_id, team.pool_id),
        )
        await conn.execute("ANALYZE customer")
    execute = AsyncConnection.execute

    async def noted(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        asked.append((query, args))
        return await execute(self, query, *args, **kwargs)

    manager = await company.actor(team.manager_id)
    async with team.connection() as conn:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(AsyncConnection, "execute", noted)
            await workload(conn, manager, Asked(team.pool_id), now=clock.now())
        ((query, args),) = [(query, args) for query, args in asked if "figures" in str(query)]
        plan = [next(iter(row.values())) for row in await rows(conn, f"EXPLAIN {query}", *args)]
    assert not [line for line in plan if "Seq Scan on customer" in line], plan
    assert [line for line in plan if "using customer_owner" in line], plan
