"""The demo's tasks are in every state, each as the product itself would have left it; plans lie in working hours."""

from collections import Counter
from zoneinfo import ZoneInfo

from gonghai.activities.tasks.decide import why_open
from gonghai.activities.tasks.queries import IN_FORCE, JOINED
from gonghai.base.database import Database, rows
from gonghai.demo.load import Made
from gonghai.workdays import Calendar, local_date


async def test_each_task_is_where_the_follow_ups_and_the_spell_leave_it(database: Database, made: Made) -> None:
    async with database.tenant(made.tenant_id) as conn:
        tasks = await rows(
            conn,
            f"SELECT t.*, b.kind AS wanted, b.given_by, s.started_at, s.ended_at, s.owner_id, {IN_FORCE} AS in_force"
            f" FROM {JOINED} JOIN spell s ON s.tenant_id = t.tenant_id AND s.customer_id = t.customer_id"
            " AND s.no = t.spell_no WHERE t.tenant_id = %s",
            (made.tenant_id,),
        )
        follow_ups = {
            f["id"]: f for f in await rows(conn, "SELECT * FROM follow_up WHERE tenant_id = %s", (made.tenant_id,))
        }
    assert len({task["customer_id"] for task in tasks}) == len(tasks)
    seen: Counter[str] = Counter()
    for task in tasks:
        assert task["owner_id"] == task["assignee_id"]
        assert task["started_at"] < task["asked_at"] < (task["ended_at"] or made.as_of)
        doing = [
            f["id"]
            for f in sorted(follow_ups.values(), key=lambda f: (f["recorded_at"], f["id"]))
            if (f["customer_id"], f["spell_no"], f["author_id"])
            == (task["customer_id"], task["spell_no"], task["assignee_id"])
            and why_open(task["wanted"], task["asked_at"], f) is None
        ]
        assert doing[:1] == ([task["follow_up_id"]] if task["follow_up_id"] else []), task["state"]
        if task["decided_at"] is not None:
            assert task["asked_at"] < task["decided_at"] <= min(made.as_of, task["ended_at"] or made.as_of)
        overdue = "overdue" if task["due_at"] <= made.as_of else "open"
        seen[task["state"] if task["state"] != "open" else overdue if task["in_force"] else "lapsed"] += 1
    assert seen.keys() == {"done", "refused", "cancelled", "open", "overdue", "lapsed"}
    assert seen["done"] > seen["overdue"], seen
    assert max(Counter(task["assignee_id"] for task in tasks).values()) < 0.2 * len(tasks)


async def test_people_plan_for_working_hours_and_call_by_day(database: Database, made: Made) -> None:
    here = ZoneInfo("Asia/Shanghai")
    async with database.tenant(made.tenant_id) as conn:
        found = await rows(conn, "SELECT at, next_at FROM follow_up WHERE tenant_id = %s", (made.tenant_id,))
    planned = [row["next_at"] for row in found if row["next_at"] is not None]
    calendar = Calendar()
    assert any(at > made.as_of for at in planned)
    assert {at.astimezone(here).hour for at in planned} <= set(range(9, 18))
    assert all(calendar.works(local_date(at, calendar)) for at in planned)
    assert sum(not 9 <= row["at"].astimezone(here).hour < 18 for row in found) < 0.01 * len(found)
