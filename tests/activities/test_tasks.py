"""Follow-up tasks through HTTP: whom they may be given to, done by the follow-up itself, refused, cancelled, passed on."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx
import pytest

from gonghai.base import clock
from gonghai.base.database import rows
from gonghai.moves.hand_over import deactivate_person
from gonghai.moves.verify import verify
from gonghai.pools.actions import Subject
from tests.fixtures.customers import Team, counted_statements, make_team
from tests.fixtures.people import Company, signed_in

OWNER = {"kind": "owner"}


def to(person_id: int) -> dict[str, str]:
    return {"kind": "person", "id": str(person_id)}


async def give(client: httpx.AsyncClient, customers: Sequence[int], whom: Any = OWNER, **more: Any) -> httpx.Response:
    body = {"customer_ids": [str(c) for c in customers], "to": whom, "title": "节前拜访", **more}
    return await client.post("/tasks", json=body)


async def given(client: httpx.AsyncClient, customers: Sequence[int], whom: Any = OWNER, **more: Any) -> str:
    """Gives them all; the batch."""
    answer = await give(client, customers, whom, **more)
    assert [r["outcome"] for r in answer.json()["results"]] == ["given"] * len(customers), answer.text
    return str(answer.json()["batch_id"])


async def codes(
    client: httpx.AsyncClient, customers: Sequence[int], whom: Any = OWNER, **more: Any
) -> list[str | None]:
    answer = await give(client, customers, whom, **more)
    assert answer.status_code == 200, answer.text
    return [r["code"] for r in answer.json()["results"]]


async def shown(client: httpx.AsyncClient, **query: str) -> list[dict[str, Any]]:
    answer = await client.get("/tasks", params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def log(client: httpx.AsyncClient, customer: int, kind: str = "call", **more: Any) -> dict[str, Any]:
    answer = await client.post(f"/customers/{customer}/follow-ups", json={"kind": kind, "note": "聊了需求", **more})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def progress(client: httpx.AsyncClient, batch: str) -> dict[str, int]:
    answer = await client.get(f"/task-batches/{batch}")
    assert answer.status_code == 200, answer.text
    told: dict[str, int] = answer.json()["progress"]
    return {name: n for name, n in told.items() if n}


async def test_a_task_from_the_managers_list_is_done_by_the_reps_own_follow_up(team: Team) -> None:
    manager, rep = await team.browser(team.manager_id), await team.browser(team.rep_id)
    customer = await team.customer(team.rep_id)
    batch = await given(manager, [customer], note="带上新报价")
    (task,) = await shown(rep)
    assert (task["title"], task["note"], task["giver"]["name"]) == ("节前拜访", "带上新报价", "manager")
    assert (task["customer"]["id"], task["state"], task["overdue"], task["lapsed"]) == (
        str(customer),
        "open",
        False,
        None,
    )
    assert task["allowed"] == ["follow_up", "refuse"]
    told = (await log(rep, customer))["tasks"]
    assert told == [{"id": task["id"], "title": "节前拜访", "why_open": None}]
    assert await shown(rep) == []
    (done,) = await shown(rep, show="done")
    assert (done["state"], done["allowed"]) == ("done", [])
    assert await progress(manager, batch) == {"total": 1, "done": 1}
    assert (await verify(team.company.database, team.company.tenant_id)).differences == 0


async def test_only_a_follow_up_that_counts_and_is_of_the_wanted_kind_does_it(team: Team) -> None:
    manager, rep = await team.browser(team.manager_id), await team.browser(team.rep_id)
    customer = await team.customer(team.rep_id, clock.now() - timedelta(days=3))
    await given(manager, [customer], kind="visit")
    await given(manager, [customer])
    early = (clock.now() - timedelta(hours=1)).isoformat()
    for kind, more, why in (
        ("call", {"at": early}, {"before_task"}),
        ("note", {}, {"other_kind", "does_not_count"}),
        ("call", {}, {"other_kind", None}),
    ):
        assert {t["why_open"] for t in (await log(rep, customer, kind, **more))["tasks"]} == why
    await log(manager, customer, "visit")
    assert len(await shown(rep)) == 1, "what the manager does is not what the rep was asked for"
    assert [t["why_open"] for t in (await log(rep, customer, "visit"))["tasks"]] == [None]
    assert await codes(manager, [customer], kind="note") == ["kind_not_counted"]


async def test_a_voided_follow_up_opens_its_task_again_unless_a_later_one_does_it(team: Team) -> None:
    manager, rep = await team.browser(team.manager_id), await team.browser(team.rep_id)
    customer = await team.customer(team.rep_id)
    batch = await given(manager, [customer])
    first, second = [(await log(rep, customer))["id"] for _ in range(2)]
    void = f"/customers/{customer}/follow-ups/{{}}/void"
    assert (await manager.post(void.format(first), json={"reason": "没打"})).status_code == 204
    assert await progress(manager, batch) == {"total": 1, "done": 1}
    assert (await manager.post(void.format(second), json={"reason": "也没打"})).status_code == 204
    assert await progress(manager, batch) == {"total": 1, "open": 1}
    assert len((await log(rep, customer))["tasks"]) == 1
    assert await progress(manager, batch) == {"total": 1, "done": 1}


async def test_it_lapses_with_the_spell_and_comes_back_with_it(team: Team) -> None:
    manager, rep = await team.browser(team.manager_id), await team.browser(team.rep_id)
    admin = await signed_in(team.app, team.company)
    released, passed = await team.customer(team.rep_id), await team.customer(team.rep_id)
    batch = await given(manager, [released, passed])
    await team.release(released, team.rep_id)
    await team.transfer(passed, team.rep_id, team.other_id)
    assert await progress(manager, batch) == {"total": 2, "lapsed": 2}
    assert await shown(rep) == []
    lapsed = await shown(rep, show="lapsed")
    assert {t["lapsed"] for t in lapsed} == {"not_theirs"}
    # The customer passed on is not this rep's to see any more: neither its name nor its id.
    assert [t["customer"] and t["customer"]["id"] for t in lapsed] == [str(released), None]
    # A new spell of the same person is another one.
    async with team.connection() as conn:
        await conn.execute("UPDATE pool SET cooldown_days = 0 WHERE tenant_id = %s", (team.company.tenant_id,))
    await team.claim(released, team.rep_id)
    assert (await log(rep, released))["tasks"] == []
    # Passing it on makes it the new owner's.
    moved = next(t for t in await shown(manager, scope="all", show="lapsed") if t["customer"]["id"] == str(passed))
    answer = await manager.post(f"/tasks/{moved['id']}/reassign", json={"person_id": str(team.other_id)})
    assert answer.status_code == 204, answer.text
    other = await team.browser(team.other_id)
    assert [t["id"] for t in await shown(other)] == [moved["id"]]
    async with team.connection() as conn:
        await deactivate_person(conn, team.company.system, team.other_id, now=clock.now())
    (gone,) = [t for t in await shown(admin, scope="all", show="lapsed") if t["id"] == moved["id"]]
    assert gone["lapsed"] == "person_left"


async def test_refusing_takes_a_reason_and_the_assignee_alone_may(team: Team) -> None:
    manager, rep, other = [await team.browser(p) for p in (team.manager_id, team.rep_id, team.other_id)]
    batch = await given(manager, [await team.customer(team.rep_id)])
    (task,) = await shown(rep)
    url = f"/tasks/{task['id']}/refuse"
    assert (await rep.post(url, json={"reason": " "})).status_code == 422
    assert (await manager.post(url, json={"reason": "x"})).status_code == 403
    assert (await other.post(url, json={"reason": "x"})).status_code == 404
    assert (await rep.post(url, json={"reason": "客户已停业"})).status_code == 204
    again = await rep.post(url, json={"reason": "x"})
    assert (again.status_code, again.json()["code"], again.json()["data"]) == (
        409,
        "task_not_open",
        {"state": "refused"},
    )
    (refused,) = await shown(manager, scope="all", batch_id=batch, show="refused")
    assert refused["reason"] == "客户已停业"
    assert await progress(manager, batch) == {"total": 1, "refused": 1}


async def test_giver_and_managers_cancel_one_or_what_is_left_of_a_batch(team: Team) -> None:
    manager, rep = await team.browser(team.manager_id), await team.browser(team.rep_id)
    customers = [await team.customer(team.rep_id) for _ in range(3)]
    batch = await given(manager, customers)
    await log(rep, customers[0])
    first, _ = await shown(rep)
    assert (await rep.post(f"/tasks/{first['id']}/cancel")).status_code == 403
    assert (await manager.post(f"/tasks/{first['id']}/cancel")).status_code == 204
    assert (await rep.post(f"/task-batches/{batch}/cancel")).status_code == 404
    told = (await manager.post(f"/task-batches/{batch}/cancel")).json()
    assert {n: v for n, v in told["progress"].items() if v} == {"total": 3, "done": 1, "cancelled": 2}
    assert await shown(rep) == []


async def test_each_customer_of_a_selection_says_why_nobody_got_a_task(team: Team, company: Company) -> None:
    manager, admin = await team.browser(team.manager_id), await signed_in(team.app, company)
    stranger = await company.person("外人")
    mine, others, strangers, pooled = [await team.customer(p) for p in (team.rep_id, team.other_id, stranger, None)]
    archived = await team.customer(None)
    assert (await admin.post(f"/customers/{archived}/archive", json={"reason": "x"})).status_code == 200
    assert await codes(manager, [mine, strangers, pooled, archived, 10**9]) == [
        None, "not_found", "not_owned", "not_found", "not_found",
    ]  # fmt: skip
    assert await codes(manager, [mine]) == ["already_given"]
    assert await codes(manager, [mine], kind="visit") == [None], "another kind is another task"
    assert await codes(manager, [mine], title="送样品") == [None], "so is another title"
    assert await codes(manager, [others, pooled], to(team.rep_id)) == ["not_theirs", "forbidden"]
    assert await codes(admin, [pooled, archived], to(team.rep_id)) == ["claim_first", "archived"]
    assert await codes(admin, [strangers]) == [None]
    left = await company.person("走了", active=False)
    for whom, refused in ((to(left), "person_not_active"), (to(10**9), "not_found")):
        assert (await give(manager, [mine], whom)).json()["code"] == refused
    empty = await company.department("空部门")
    assert (await give(manager, [mine], {"kind": "department", "id": str(empty)})).json()["code"] == "nobody_there"
    past = await give(manager, [others], due_at="2020-01-01T00:00:00Z")
    assert (past.status_code, past.json()["code"]) == (409, "until_past")
    rep = await team.browser(team.rep_id)
    assert (await give(rep, [mine])).status_code == 403


async def test_a_collaborator_may_be_asked_and_does_it_where_theirs_do_not_count_too(team: Team) -> None:
    manager, other = await team.browser(team.manager_id), await team.browser(team.other_id)
    customer = await team.customer(team.rep_id)
    shared = await manager.post(f"/customers/{customer}/collaborators", json={"person_ids": [str(team.other_id)]})
    assert shared.status_code == 200, shared.text
    batch = await given(manager, [customer], to(team.other_id))
    made = await log(other, customer)
    assert (made["why_not"], made["tasks"][0]["why_open"]) == ("collaborator", None)
    assert await progress(manager, batch) == {"total": 1, "done": 1}


async def test_a_pools_admin_deals_what_lies_in_it_to_a_department_in_turn(app: Any, company: Company) -> None:
    team = await make_team(app, company, follow_up_unclaimed=True)
    rep, other = await team.browser(team.rep_id), await team.browser(team.other_id)
    admin = await signed_in(app, company)
    hidden = await team.pool("别人的公海", follow_up_unclaimed=True)
    async with team.connection() as conn:
        await conn.execute("DELETE FROM pool_scope WHERE tenant_id = %s AND pool_id = %s", (company.tenant_id, hidden))
    pooled = [await team.customer(None) for _ in range(4)]
    owned = await team.customer(team.other_id)
    elsewhere = await team.customer(await company.person("外人"))
    unseen = await team.customer(None, pool_id=hidden)
    department = (await rep.get("/me")).json()["person"]["department"]["id"]
    whom = {"kind": "department", "id": department}
    assert await codes(admin, [*pooled, owned, elsewhere, unseen], whom) == [
        None, None, None, None, None, "owner_elsewhere", "pool_not_theirs",
    ]  # fmt: skip
    assert [int(t["customer"]["id"]) for t in await shown(rep)] == pooled[0::2]
    assert [int(t["customer"]["id"]) for t in await shown(other)] == [*pooled[1::2], owned]
    assert await codes(admin, [pooled[0]], whom) == ["already_given"]
    # Without claiming, and also for who claims the customer meanwhile.
    assert [t["why_open"] for t in (await log(rep, pooled[0]))["tasks"]] == [None]
    await team.claim(pooled[2], team.rep_id)
    assert [t["why_open"] for t in (await log(rep, pooled[2]))["tasks"]] == [None]
    await team.claim(pooled[1], team.rep_id)
    assert [int(t["id"]) for t in await shown(other, show="lapsed")], "somebody else has it now"


async def test_a_person_named_on_a_pool_gives_tasks_about_what_lies_there_alone(app: Any, company: Company) -> None:
    team = await make_team(app, company, follow_up_unclaimed=True)
    keeper = await company.person("海管")
    async with team.connection() as conn:
        await conn.execute(
            "INSERT INTO pool_scope (tenant_id, pool_id, right_name, subject, subject_id) VALUES (%s, %s, 'admin', %s, %s)",
            (company.tenant_id, team.pool_id, Subject("person").kind, keeper),
        )
    client = await team.browser(keeper)
    pooled, owned = await team.customer(None), await team.customer(team.rep_id)
    assert await codes(client, [pooled, owned], to(team.rep_id)) == [None, "not_found"]


async def test_all_that_match_a_lists_query_get_one_batch_and_one_event(team: Team) -> None:
    manager = await team.browser(team.manager_id)
    customers = [await team.customer(p) for p in (team.rep_id, team.other_id, team.rep_id)]
    body = {"matching": {"scope": "team"}, "to": OWNER, "title": "盘点"}
    key = {"Idempotency-Key": "once"}
    answers = [(await manager.post("/tasks", json=body, headers=key)).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert [int(r["id"]) for r in answers[0]["results"]] == customers
    async with team.connection() as conn:
        events = await rows(
            conn, "SELECT * FROM event WHERE tenant_id = %s AND subject LIKE 'task%%'", (team.company.tenant_id,)
        )
    assert [(e["kind"], e["subject_id"], e["data"]["total"]) for e in events] == [
        ("give_tasks", int(answers[0]["batch_id"]), 3)
    ]
    (batch,) = (await manager.get("/task-batches")).json()["items"]
    assert batch["progress"]["total"] == 3
    detail = (await manager.get(f"/task-batches/{batch['id']}")).json()
    assert {p["person"]["name"]: p["progress"]["open"] for p in detail["people"]} == {"rep": 2, "other": 1}
    searched = await manager.post("/tasks", json={**body, "matching": {"scope": "team", "q": "客户"}})
    assert (searched.status_code, searched.json()["code"]) == (422, "matching_by_search")


async def test_what_others_were_asked_shows_to_whom_it_concerns_only(team: Team, company: Company) -> None:
    manager, rep, other = [await team.browser(p) for p in (team.manager_id, team.rep_id, team.other_id)]
    customer = await team.customer(team.rep_id)
    batch = await given(manager, [customer])
    assert await shown(other, scope="all") == []
    assert (await other.get(f"/task-batches/{batch}")).status_code == 404
    assert (await other.get(f"/customers/{customer}/tasks")).status_code == 404
    assert len((await rep.get(f"/customers/{customer}/tasks")).json()["items"]) == 1
    assert len((await manager.get(f"/customers/{customer}/tasks")).json()["items"]) == 1
    auditor = await team.browser(await company.person("审计", ("auditor",)))
    (seen,) = await shown(auditor, scope="all")
    assert seen["allowed"] == []
    assert [b["id"] for b in (await auditor.get("/task-batches", params={"scope": "all"})).json()["items"]] == [batch]


@pytest.mark.parametrize("pooled", [False, True])
async def test_giving_costs_the_same_statements_for_two_and_for_two_hundred(
    app: Any, company: Company, monkeypatch: pytest.MonkeyPatch, pooled: bool
) -> None:
    team = await make_team(app, company, follow_up_unclaimed=True)
    client = await signed_in(app, company)
    department = (await (await team.browser(team.rep_id)).get("/me")).json()["person"]["department"]["id"]
    whom = {"kind": "department", "id": department} if pooled else OWNER
    counts = []
    await client.get("/me")  # the session is known from here on
    for n in (2, 200):
        customers = [await team.customer(None if pooled else team.rep_id) for _ in range(n)]
        with counted_statements(monkeypatch) as seen:
            assert set(await codes(client, customers, whom)) == {None}
        counts.append(len(seen))
        for query in ({"scope": "all"}, {"scope": "all", "show": "all"}):
            with counted_statements(monkeypatch) as seen:
                await client.get("/tasks", params={**query, "limit": "100"})
            counts.append(len(seen))
        with counted_statements(monkeypatch) as seen:
            await client.get("/task-batches")
        counts.append(len(seen))
    assert counts[:4] == counts[4:]
    assert counts[0] <= 20
