"""Days as the company counts them: when a task is due, today, overdue; planned follow-ups; the counts of home and menu."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
from fastapi import FastAPI

from gonghai.activities.tasks import queries
from gonghai.activities.tasks.decide import To
from gonghai.activities.tasks.give import NewTasks, give_tasks
from gonghai.activities.tasks.queries import Show, Wanted
from gonghai.base import clock
from gonghai.people.calendar import tenant_calendar
from gonghai.workdays import end_of_day, local_date
from tests.fixtures.customers import Team, make_team
from tests.fixtures.people import Company


async def give_at(team: Team, customer: int, now: datetime, due_at: datetime | None = None) -> datetime:
    """A manager's task given at an instant; when it is due."""
    actor = await team.company.actor(team.manager_id)
    async with team.connection() as conn:
        new = NewTasks("回访", due_at=due_at)
        batch, _ = await give_tasks(conn, actor, [customer], To("owner"), new, now=now)
        assert batch is not None
        due: datetime = (await queries.batch(conn, actor, batch))["due_at"]
        return due


async def shows(team: Team, now: datetime) -> dict[Show, int]:
    """How many of the rep's tasks each list shows at an instant; the counts say the same."""
    actor = await team.company.actor(team.rep_id)
    asked: tuple[Show, ...] = ("overdue", "today", "later", "lapsed")
    async with team.connection() as conn:
        calendar = await tenant_calendar(conn, actor.tenant_id)
        end = end_of_day(local_date(now, calendar), calendar)
        found: dict[Show, int] = {}
        for show in asked:
            page = await queries.page(
                conn, actor, Wanted(show, {team.rep_id}), now=now, day_end=end, after=None, limit=9
            )
            found[show] = len(page)
        assert await queries.count_shown(conn, actor.tenant_id, {team.rep_id}, now=now, day_end=end) == found
        due = found["overdue"] + found["today"]
        assert await queries.count_due(conn, actor.tenant_id, {team.rep_id}, until=end) == due
    return {show: n for show, n in found.items() if n}


async def test_without_an_end_a_task_is_due_at_the_end_of_the_third_working_day(team: Team) -> None:
    """Wednesday before National Day: the third working day is Saturday the 10th, which makes up for a holiday."""
    shanghai = ZoneInfo("Asia/Shanghai")
    customer = await team.customer(team.rep_id)
    due = await give_at(team, customer, datetime(2026, 9, 30, 10, tzinfo=shanghai))
    assert due == datetime(2026, 10, 11, tzinfo=shanghai)


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Asia/Shanghai", (2026, 12, 1)), ("America/New_York", (2026, 11, 1)), ("America/New_York", (2027, 3, 14))],
)
async def test_the_day_of_the_company_decides_also_where_it_has_25_or_23_hours(
    team: Team, zone: str, day: tuple[int, int, int]
) -> None:
    async with team.connection() as conn:
        await conn.execute("UPDATE tenant SET timezone = %s WHERE id = %s", (zone, team.company.tenant_id))
    here = ZoneInfo(zone)
    begins = datetime(*day, tzinfo=here).astimezone(UTC)
    ends = (datetime(*day, tzinfo=here) + timedelta(days=1)).astimezone(UTC)
    await give_at(team, await team.customer(team.rep_id), begins - timedelta(days=9), due_at=ends)
    tick = timedelta(microseconds=1)
    assert await shows(team, begins - tick) == {"later": 1}
    assert await shows(team, begins) == {"today": 1}
    assert await shows(team, ends - tick) == {"today": 1}
    assert await shows(team, ends) == {"overdue": 1}


async def plan(client: httpx.AsyncClient, customer: int, next_at: datetime | None) -> None:
    body = {"kind": "call", "note": "约了下次", "next_at": next_at.isoformat() if next_at else None}
    assert (await client.post(f"/customers/{customer}/follow-ups", json=body)).status_code == 201


async def planned(client: httpx.AsyncClient) -> list[int]:
    return [int(p["customer"]["id"]) for p in (await client.get("/plans")).json()["items"]]


async def test_the_newest_follow_up_says_what_comes_next_while_the_spell_lasts(team: Team) -> None:
    rep, other = await team.browser(team.rep_id), await team.browser(team.other_id)
    first, second, third = [await team.customer(team.rep_id) for _ in range(3)]
    now = clock.now()
    await plan(rep, first, now + timedelta(days=2))
    await plan(rep, second, now + timedelta(seconds=-1))
    await plan(rep, third, now + timedelta(days=400))
    assert await planned(rep) == [second, first, third]
    pages = []
    after: str | None = None
    for _ in range(3):
        page = (await rep.get("/plans", params={"limit": "1"} | ({"after": after} if after else {}))).json()
        pages += [int(p["customer"]["id"]) for p in page["items"]]
        after = page["next"]
    assert (pages, after) == ([second, first, third], None)
    agenda = (await rep.get("/agenda")).json()
    assert (agenda["plans"]["overdue"], agenda["plans"]["later"]) == (1, 2)
    window = {"due_from": now.isoformat(), "due_until": (now + timedelta(days=7)).isoformat()}
    assert [int(p["customer"]["id"]) for p in (await rep.get("/plans", params=window)).json()["items"]] == [first]
    await plan(rep, second, None)
    assert await planned(rep) == [first, third], "a later follow-up is the plan kept"
    # It goes along with the owner's transfer, without the former owner's words; and ends with the spell.
    await team.transfer(first, team.rep_id, team.other_id)
    (passed,) = (await other.get("/plans")).json()["items"]
    assert (passed["customer"]["id"], passed["last"]["note"]) == (str(first), None)
    await team.release(third, team.rep_id)
    assert await planned(rep) == []


async def test_who_is_signed_in_sees_how_many_tasks_are_due(app: FastAPI, company: Company) -> None:
    team = await make_team(app, company)
    rep = await team.browser(team.rep_id)
    calendar_now = clock.now()
    for due in (calendar_now + timedelta(seconds=1), calendar_now + timedelta(days=3)):
        await give_at(team, await team.customer(team.rep_id), calendar_now, due_at=due)
    me = (await rep.get("/me")).json()
    agenda = (await rep.get("/agenda")).json()
    assert me["tasks_due"] == 1
    assert agenda["tasks"]["overdue"] + agenda["tasks"]["today"] == 1
    assert agenda["tasks"]["later"] == 1
