"""Deputies: who may name one, what they do for somebody and for how long, and that nobody acts in a ring."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from gonghai.base import clock
from gonghai.base.database import run
from gonghai.customers.insert import insert_customers
from gonghai.customers.record import NewCustomer
from gonghai.events.log import By
from gonghai.notifications.sweeps import digests
from tests.fixtures.customers import Team, make_team
from tests.fixtures.people import Company, signed_in
from tests.moves.world import World
from tests.notifications.told import inbox, said, work_off
from tests.people.test_leave import tag
from tests.people.test_people import events

DAY = timedelta(days=1)


async def name(client: httpx.AsyncClient, person: int, deputy: int, begins: datetime, ends: datetime) -> httpx.Response:
    body = {"deputy_id": str(deputy), "from": begins.isoformat(), "until": ends.isoformat()}
    return await client.post(f"/people/{person}/deputies", json=body)


async def named(client: httpx.AsyncClient, person: int, deputy: int, days: int = 3) -> Any:
    now = clock.now()
    answer = await name(client, person, deputy, now, now + days * DAY)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def _masked(app: FastAPI, company: Company) -> tuple[Team, int]:
    """A team, and a customer of the rep's whose phone the pool masks."""
    team = await make_team(app, company, masked_fields=["phones"], follow_up_min_note=0, transfer_needs_acceptance=True)
    new = NewCustomer({"name": "金丝雀公司", "phones": ["13941234567"]}, team.pool_id, team.rep_id)
    async with team.connection() as conn:
        at = clock.now() - DAY / 24
        return team, (await insert_customers(conn, company.tenant_id, [new], kind="create", by=By(), at=at))[0]


async def test_a_deputy_sees_in_clear_and_logs_for_the_owner_while_in_force_alone(
    app: FastAPI, company: Company
) -> None:
    team, customer = await _masked(app, company)
    url = f"/customers/{customer}"
    async with await team.browser(team.manager_id) as manager, await team.browser(team.other_id) as deputy:
        assert (await deputy.get(url)).status_code == 404
        now = clock.now()
        assert (await name(manager, team.rep_id, team.other_id, now + DAY, now + 2 * DAY)).status_code == 201
        assert (await deputy.get(url)).status_code == 404  # not yet
        row = await named_now(manager, team)
        seen = (await deputy.get(url)).json()
        assert (seen["phones"], seen["allowed"]) == (["13941234567"], ["follow_up"])
        listed = (await deputy.get("/customers", params={"scope": "acting_for"})).json()["items"]
        assert [(i["id"], i["phones"]) for i in listed] == [(str(customer), ["13941234567"])]
        assert [i["id"] for i in (await deputy.get("/customers", params={"q": "金丝雀"})).json()["items"]] == [
            str(customer)
        ]
        assert (await deputy.get("/customers", params={"scope": "mine"})).json()["items"] == []
        logged = (await deputy.post(f"{url}/follow-ups", json={"kind": "call", "note": "聊了报价"})).json()
        assert (logged["qualifies"], logged["for"]) == (True, {"id": str(team.rep_id), "name": "rep"})
        assert (await team.row(customer))["first_contact_at"] is not None
        for move, body in (
            ("release", {"reason": "no_need"}),
            ("transfer", {"owner_id": str(team.other_id)}),
            ("lock", {}),
        ):
            assert (await deputy.post(f"{url}/{move}", json=body)).status_code in (403, 422), move
        assert (await deputy.patch(url, json={"level": "A"}, headers={"If-Match": '"2"'})).status_code == 403
        assert (await deputy.post(f"/deputies/{row['id']}/end")).status_code == 200
        assert (await deputy.get(url)).status_code == 404
        assert (await deputy.post(f"{url}/follow-ups", json={"kind": "call"})).status_code == 404
        assert (await deputy.get("/customers", params={"q": "金丝雀"})).json()["items"] == []
        history = (await manager.get(f"{url}/history")).json()["items"]
        line = next(e["sentence"] for e in history if e["kind"] == "follow_up")
        assert line["zh"].startswith("other（代rep）记录跟进")
        assert line["en"].startswith("other (for rep) logged")


async def named_now(client: httpx.AsyncClient, team: Team) -> Any:
    """The rep's deputy from now on, until the one to come begins."""
    now = clock.now()
    answer = await name(client, team.rep_id, team.other_id, now - DAY, now + DAY / 2)
    assert answer.status_code == 201, answer.text
    assert datetime.fromisoformat(answer.json()["from"]) >= now  # nobody has acted before they were named
    return answer.json()


async def test_admins_managers_and_the_person_name_a_deputy(app: FastAPI, company: Company) -> None:
    team = await make_team(app, company)
    stranger = await company.person("stranger", department_id=await company.department("别处"))
    auditor = await company.person("auditor", ("auditor",))
    now = clock.now()
    for who, whose, status in (
        (team.manager_id, team.rep_id, 201), (team.manager_id, stranger, 403), (team.rep_id, team.other_id, 403),
        (stranger, stranger, 201), (auditor, team.rep_id, 403), (auditor, auditor, 403), (company.admin_id, team.other_id, 201),
    ):  # fmt: skip
        async with await team.browser(who) as client:
            days = 10 + who
            assert (await name(client, whose, company.admin_id, now, now + DAY)).status_code == status, (who, days)


async def test_what_can_not_be_is_refused_in_words(app: FastAPI, company: Company) -> None:
    team = await make_team(app, company)
    left, invited = await company.person("gone"), await company.person("invited", active=False)
    away = await company.person("away")
    now = clock.now()
    async with await signed_in(app, company) as admin:
        await admin.post(f"/people/{left}/deactivate", json={})
        leave = {"from": now.isoformat(), "until": (now + DAY).isoformat()}
        assert (await admin.put(f"/people/{away}/leave", json=leave, headers=await tag(admin, away))).status_code == 200
        for whose, deputy, code in (
            (team.rep_id, team.rep_id, "deputy_self"), (team.rep_id, left, "deputy_not_active"),
            (team.rep_id, invited, "deputy_not_active"), (left, team.rep_id, "person_left"),
            (team.rep_id, away, "deputy_on_leave"),
        ):  # fmt: skip
            answer = await name(admin, whose, deputy, now, now + 2 * DAY)
            assert (answer.status_code, answer.json()["code"]) == (409, code)
        assert (await name(admin, team.rep_id, away, now + DAY, now + 2 * DAY)).status_code == 201  # back by then
        overlapping = await name(admin, team.rep_id, team.other_id, now, now + DAY + timedelta(seconds=1))
        assert overlapping.json()["code"] == "deputies_overlap"
        assert overlapping.json()["data"]["person"]["name"] == "away"
        for begins, ends, code in (
            (now - 2 * DAY, now - DAY, "in_the_past"), (now + DAY, now + DAY, "deputy_order"),
            (now, now + 999 * DAY, "deputy_too_long"),
        ):  # fmt: skip
            answer = await name(admin, team.other_id, team.rep_id, begins, ends)
            assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code)


async def test_nobody_acts_in_a_ring(app: FastAPI, company: Company) -> None:
    a, b, c = [await company.person(n) for n in "abc"]
    now = clock.now()
    async with await signed_in(app, company) as admin:
        await named(admin, a, b, 4)
        assert (await name(admin, b, a, now, now + DAY)).json()["code"] == "deputy_circular"
        assert (await name(admin, b, c, now + DAY, now + 3 * DAY)).status_code == 201
        ring = await name(admin, c, a, now + 2 * DAY, now + 9 * DAY)
        assert ring.json()["code"] == "deputy_circular"
        assert datetime.fromisoformat(ring.json()["data"]["until"]) == now + 3 * DAY
        assert [each["name"] for each in ring.json()["data"]["chain"]] == ["c", "a", "b", "c"]
        # Each pair meets, but never all three at once.
        assert (await name(admin, c, a, now + 3 * DAY, now + 9 * DAY)).status_code == 201


@pytest.mark.parametrize("who", ["person", "deputy"])
async def test_whoever_leaves_acts_for_nobody_and_comes_back_clean(app: FastAPI, company: Company, who: str) -> None:
    team = await make_team(app, company)
    async with await signed_in(app, company) as admin, await team.browser(team.manager_id) as manager:
        row = await named(manager, team.rep_id, team.other_id, 30)
        leaver = team.rep_id if who == "person" else team.other_id
        assert (await admin.post(f"/people/{leaver}/deactivate", json={})).status_code == 200
        assert (await admin.get(f"/people/{team.rep_id}/deputies")).json()["items"] == []
        assert (await admin.post(f"/people/{leaver}/reactivate")).status_code == 200
        assert (await admin.get(f"/people/{leaver}/deputies")).json()["items"] == []
        assert (await admin.post(f"/deputies/{row['id']}/end")).json()["code"] == "deputy_over"
    kept = [(e["kind"], e["data"].get("why")) for e in await events(company, "deputy", int(row["id"]))]
    assert kept == [("set_deputy", None), ("end_deputy", "left")]
    world = World(company)
    await work_off(world)
    other = team.other_id if who == "person" else team.rep_id
    assert {k for k, _, _ in said(await inbox(app, world, other))} >= {
        "deputy_ended" if who == "person" else "deputy_ended_you"
    }


async def test_a_deputy_on_leave_acts_for_nobody_and_those_concerned_are_told(app: FastAPI, company: Company) -> None:
    team, customer = await _masked(app, company)
    now = clock.now()
    async with await team.browser(team.manager_id) as manager, await team.browser(team.other_id) as deputy:
        await named(manager, team.rep_id, team.other_id, 30)
        assert (await deputy.get(f"/customers/{customer}")).status_code == 200
        body = {"from": (now - DAY).isoformat(), "until": (now + DAY).isoformat()}
        url = f"/people/{team.other_id}/leave"
        assert (await manager.put(url, json=body, headers=await tag(manager, team.other_id))).status_code == 200
        assert (await deputy.get(f"/customers/{customer}")).status_code == 404
        assert (await manager.delete(url, headers=await tag(manager, team.other_id))).status_code == 200
        assert (await deputy.get(f"/customers/{customer}")).status_code == 200
    world = World(company)
    async with world.transaction() as conn:
        away = {"from": now - DAY, "until": now + DAY, "t": company.tenant_id, "p": team.other_id}
        await run(
            conn,
            "UPDATE person SET leave_from = %(from)s, leave_until = %(until)s WHERE tenant_id = %(t)s AND id = %(p)s",
            away,
        )
    await work_off(world)
    for person in (team.rep_id, team.manager_id):
        told = [zh for kind, zh, _ in said(await inbox(app, world, person)) if kind == "deputy_away"]
        assert told == ["代理rep的other要休假，期间没有人代理"]
    assert ("deputy_set", "manager请你代理rep", "Manager made you the deputy of rep") in said(
        await inbox(app, world, team.other_id)
    )


async def test_a_leave_brings_its_deputy_and_takes_them_along(app: FastAPI, company: Company) -> None:
    team = await make_team(app, company)
    now = clock.now()
    url = f"/people/{team.rep_id}/leave"
    async with await team.browser(team.manager_id) as manager:
        body = {"from": (now + DAY).isoformat(), "until": (now + 3 * DAY).isoformat(), "deputy_id": str(team.other_id)}
        assert (await manager.put(url, json=body, headers=await tag(manager, team.rep_id))).status_code == 200
        body |= {"until": (now + 5 * DAY).isoformat()}
        assert (await manager.put(url, json=body, headers=await tag(manager, team.rep_id))).status_code == 200
        (row,) = (await manager.get(f"/people/{team.rep_id}/deputies")).json()["items"]
        assert row["with_leave"]
        assert row["deputy"]["name"] == "other"
        assert datetime.fromisoformat(row["until"]) == now + 5 * DAY
        assert (await manager.delete(url, headers=await tag(manager, team.rep_id))).status_code == 200
        assert (await manager.get(f"/people/{team.rep_id}/deputies")).json()["items"] == []


async def test_a_deputy_decides_what_waits_for_the_person_and_says_so(app: FastAPI, company: Company) -> None:
    """A manager's deputy says yes to an extension, but manages nobody; a receiver's takes over for them."""
    team, customer = await _masked(app, company)
    deputy_id = await company.person("deputy")
    await pool_policy(app, team)
    async with (
        await team.browser(team.rep_id) as rep,
        await team.browser(team.manager_id) as manager,
        await team.browser(deputy_id) as deputy,
        await signed_in(app, company) as admin,
    ):
        asked = (await rep.post(f"/customers/{customer}/extension", json={"days": 5})).json()["id"]
        assert (await deputy.get(f"/requests/{asked}")).status_code == 404
        await named(manager, team.manager_id, deputy_id)
        assert [r["id"] for r in (await deputy.get("/requests")).json()["items"]] == [asked]
        assert (await deputy.get("/me")).json()["acts_for"][0]["person"]["name"] == "manager"
        assert (await deputy.get(f"/customers/{customer}")).status_code == 404  # no managing
        assert (await deputy.post(f"/requests/{asked}/accept", json={})).status_code == 200
        history = (await manager.get(f"/customers/{customer}/history")).json()["items"]
        assert history[0]["sentence"]["zh"].startswith("deputy（代manager）设为暂不回收")
        assert (await team.events(customer))[-1]["data"]["for"] == str(team.manager_id)
        # Transfers: to the rep's colleague, whose deputy accepts.
        await named(admin, team.other_id, deputy_id)
        await rep.post(f"/customers/{customer}/transfer", json={"owner_id": str(team.other_id)})
        (waiting,) = (await deputy.get("/requests")).json()["items"]
        assert (await deputy.post(f"/requests/{waiting['id']}/accept", json={})).status_code == 200
        assert (await team.row(customer))["owner_id"] == team.other_id
        history = (await manager.get(f"/customers/{customer}/history")).json()["items"]
        assert history[0]["sentence"]["zh"] == "rep转移给other（deputy代为接收）"


async def test_nobody_decides_as_a_deputy_what_they_asked_for_or_what_their_person_asked_for(
    app: FastAPI, company: Company
) -> None:
    team, customer = await _masked(app, company)
    await pool_policy(app, team)
    async with await team.browser(team.rep_id) as rep, await team.browser(team.manager_id) as manager:
        asked = (await rep.post(f"/customers/{customer}/extension", json={"days": 5})).json()["id"]
        await named(manager, team.manager_id, team.rep_id)
        assert (await rep.get("/requests")).json()["items"] == []
        assert (await rep.post(f"/requests/{asked}/accept", json={})).status_code == 403


async def pool_policy(app: FastAPI, team: Team) -> None:
    async with await signed_in(app, team.company) as admin:
        rules = {"document": {"segments": [{"name": "所有", "timers": {"holding": "10 days"}}]}}
        assert (await admin.post(f"/pools/{team.pool_id}/policies", json=rules)).status_code == 201


async def test_requests_and_digests_reach_the_deputy_too(app: FastAPI, company: Company) -> None:
    team, customer = await _masked(app, company)
    await pool_policy(app, team)
    deputy_id = await company.person("deputy")
    world = World(company)
    async with await team.browser(team.rep_id) as rep, await team.browser(team.manager_id) as manager:
        await named(manager, team.manager_id, deputy_id)
        await named(manager, team.rep_id, team.other_id)
        await rep.post(f"/customers/{customer}/extension", json={"days": 5})
        now = clock.now()
        async with world.transaction() as conn:
            await run(
                conn,
                "INSERT INTO warning (tenant_id, customer_id, spell_no, deadline_date, owner_id, step, last, at, effective,"
                " timer, day, policy_id) VALUES (%s, %s, 1, %s, %s, '3', false, %s, %s, 'holding', %s, 1)",
                (company.tenant_id, customer, (now + 3 * DAY).date(), team.rep_id, now, now + 3 * DAY, now.date()),
            )
            await digests(conn, company.tenant_id, now.date())
    await work_off(world)
    assert "request_asked" in {k for k, _, _ in said(await inbox(app, world, deputy_id))}
    (told,) = [n for n in await inbox(app, world, team.other_id) if n["kind"] == "falling_for"]
    assert (told["title"]["zh"], told["lines"][0]["zh"]) == ("你代理的同事有 1 个客户快掉公海了", "rep：1 个")
