"""Revealing over HTTP: the clear values, the quota, who may, and what the log says of it."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from psycopg.rows import DictRow

from gonghai.base import clock
from gonghai.base.database import rows
from gonghai.customers.insert import insert_customers
from gonghai.customers.record import NewCustomer
from gonghai.events.log import By
from gonghai.pools.actions import Subject, edit_pool
from tests.fixtures.customers import Team
from tests.fixtures.people import with_key

PHONE = "13800138000"
FIELDS = {"phones": [PHONE], "emails": ["z@example.com"], "wechat": "zhang-1", "website": "www.example.com"}


async def lying(team: Team, pool_id: int | None = None, **fields: Any) -> int:
    """A pooled customer that can be reached, with one contact."""
    async with team.connection() as conn:
        new = NewCustomer({"name": "客户", **FIELDS, **fields}, pool_id or team.pool_id, None)
        by = By.person(None)
        (made,) = await insert_customers(conn, team.company.tenant_id, [new], kind="create", by=by, at=clock.now())
    admin = await team.browser(team.company.admin_id)
    contact = {"name": "王经理", "phones": ["13900139000"]}
    assert (await admin.post(f"/customers/{made}/contacts", json=contact)).status_code == 201
    return made


async def setting(team: Team, **settings: Any) -> None:
    async with team.connection() as conn:
        (row,) = await rows(
            conn, "SELECT version FROM pool WHERE tenant_id = %s AND id = %s", (team.company.tenant_id, team.pool_id)
        )
        scopes = settings.pop("scopes", None)
        await edit_pool(
            conn, team.company.system, team.pool_id, settings, scopes, version=row["version"], now=clock.now()
        )


async def reveals(team: Team) -> list[DictRow]:
    async with team.connection() as conn:
        return await rows(
            conn,
            "SELECT * FROM event WHERE tenant_id = %s AND subject = 'reveal' ORDER BY id",
            (team.company.tenant_id,),
        )


async def left(client: httpx.AsyncClient) -> Any:
    return (await client.get("/me")).json()["pools"][0]["limits"]["reveal_quota"]


async def test_a_rep_reveals_what_is_masked_once_a_day_for_one_of_the_quota(team: Team) -> None:
    await setting(team, reveal_quota=2)
    first, second, third = [await lying(team) for _ in range(3)]
    rep = await team.browser(team.rep_id)
    before = (await rep.get(f"/customers/{first}")).json()
    assert (before["phones"], "reveal" in before["allowed"]) == (["138****00"], True)
    told = await rep.post(f"/customers/{first}/reveals", json={})
    assert told.status_code == 200, told.text
    shown = told.json()
    assert (shown["phones"], shown["emails"], shown["wechat"]) == ([PHONE], ["z@example.com"], "zhang-1")
    assert [(c["name"], c["phones"]) for c in shown["contacts"]] == [("王经理", ["13900139000"])]
    assert shown["website"] is None, "it isn't masked, so there is nothing to reveal"
    assert shown["left"] == {"used": 1, "limit": 2}
    assert (await rep.post(f"/customers/{first}/reveals", json={})).json() == shown, "again costs nothing"
    assert await left(rep) == {
        "used": 1,
        "limit": 2,
        "by": {"kind": "pool", "id": None, "name": None, "why": None, "until": None, "earned": None},
    }
    assert (await rep.post(f"/customers/{second}/reveals", json={})).json()["left"] == {"used": 2, "limit": 2}
    refused = await rep.post(f"/customers/{third}/reveals", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "reveal_quota")
    assert {"used", "limit", "until"} == refused.json()["data"].keys()
    assert (await rep.post(f"/customers/{first}/reveals", json={})).status_code == 200
    other = await team.browser(team.other_id)
    assert (await other.post(f"/customers/{third}/reveals", json={})).json()["left"] == {"used": 1, "limit": 2}


async def test_the_log_says_who_revealed_which_fields_never_their_values(team: Team) -> None:
    await setting(team, reveal_quota=1)
    customer = await lying(team)
    rep = await team.browser(team.rep_id)
    version = (await team.row(customer))["version"]
    assert (await rep.post(f"/customers/{customer}/reveals", json={})).status_code == 200
    (event,) = await reveals(team)
    assert (event["kind"], event["subject_id"], event["actor_id"]) == ("reveal", customer, team.rep_id)
    assert (event["pool_from"], event["version"]) == (team.pool_id, version)
    assert event["data"] == {"fields": ["contacts", "emails", "phones", "wechat"]}
    assert (await team.row(customer))["version"] == version


async def test_sent_twice_it_reveals_once_and_no_answer_with_the_values_is_kept(team: Team) -> None:
    await setting(team, reveal_quota=1)
    customer = await lying(team)
    rep = await team.browser(team.rep_id)
    key = {"Idempotency-Key": "once"}
    answers = await asyncio.gather(
        *[rep.post(f"/customers/{customer}/reveals", json={}, headers=key) for _ in range(2)]
    )
    assert answers[0].status_code == answers[1].status_code == 200
    assert answers[0].json() == answers[1].json()
    assert len(await reveals(team)) == 1
    async with team.connection() as conn:
        kept = await rows(conn, "SELECT answer FROM idempotency_key WHERE tenant_id = %s", (team.company.tenant_id,))
    assert all(PHONE.encode() not in bytes(row["answer"]) for row in kept)


async def test_a_quota_of_none_lets_nobody_reveal(team: Team) -> None:
    rep = await team.browser(team.rep_id)
    refused = await rep.post(f"/customers/{await lying(team)}/reveals", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "reveal_not_allowed")


async def test_each_pool_has_a_quota_of_its_own(team: Team) -> None:
    await setting(team, reveal_quota=1)
    another = await team.pool("另一个公海", reveal_quota=1)
    rep = await team.browser(team.rep_id)
    here, there = await lying(team), await lying(team, another)
    for customer in (here, there):
        assert (await rep.post(f"/customers/{customer}/reveals", json={})).json()["left"] == {"used": 1, "limit": 1}


ROLES = ("rep", "manager", "admin", "auditor", "pool_admin", "owner", "stranger", "narrow key")


@pytest.mark.parametrize("who", ROLES)
async def test_who_reveals(team: Team, who: str) -> None:
    """Who sees a pooled customer masked; whoever reads in clear has nothing to reveal, and an auditor changes nothing."""
    await setting(team, reveal_quota=5)
    customer = await lying(team)
    if who == "pool_admin":
        await setting(team, scopes={"admin": [Subject("person", team.rep_id)]})
    if who == "stranger":
        await setting(team, scopes={"claim": [Subject("person", team.other_id)]})
    if who == "owner":
        await team.claim(customer, team.rep_id)
    people = {"manager": team.manager_id, "admin": team.company.admin_id}
    person = people.get(who, team.rep_id)
    if who == "auditor":
        person = await team.company.person("审计", ("auditor",))
    client = await team.browser(person)
    if who == "narrow key":
        client = with_key(team.app, await team.company.key(person, ("customers.read",)))
    expected = {"rep": 200, "manager": 200, "stranger": 404}.get(who, 403)
    assert (await client.post(f"/customers/{customer}/reveals", json={})).status_code == expected
    seen = await client.get(f"/customers/{customer}")
    assert ("reveal" in seen.json().get("allowed", [])) == (expected == 200)


async def test_an_auditor_reads_in_clear_and_leaves_a_trace_once_a_day(team: Team) -> None:
    auditor = await team.company.person("审计", ("auditor",))
    pooled, owned, bare = await lying(team), await lying(team), await team.customer(None)
    await team.claim(owned, team.rep_id)
    browser, key = await team.browser(auditor), with_key(team.app, await team.company.key(auditor))
    for client in (browser, key, browser):
        for customer in (pooled, owned, bare):
            seen = await client.get(f"/customers/{customer}")
            assert seen.json()["masked"] == []
    assert [(e["subject_id"], e["actor_id"]) for e in await reveals(team)] == [(pooled, auditor), (owned, auditor)]
    assert (await key.get("/customers")).status_code == 200
    assert len(await reveals(team)) == 2
    admin, rep = await team.browser(team.company.admin_id), await team.browser(team.rep_id)
    for client in (admin, rep):
        assert (await client.get(f"/customers/{pooled}")).status_code == 200
    assert len(await reveals(team)) == 2, "whoever is entitled, or sees it masked, reveals nothing by looking"


async def test_what_was_revealed_is_masked_again_on_every_other_way(team: Team) -> None:
    await setting(team, reveal_quota=5)
    customer = await lying(team)
    rep = await team.browser(team.rep_id)
    assert PHONE in (await rep.post(f"/customers/{customer}/reveals", json={})).text
    for path in (f"/customers/{customer}", "/customers", f"/pools/{team.pool_id}/customers"):
        assert PHONE not in (await rep.get(path)).text, path


async def test_a_limit_of_ones_own_beats_the_pools_and_an_override_beats_it(team: Team) -> None:
    await setting(team, reveal_quota=1)
    customers = [await lying(team) for _ in range(3)]
    admin, rep = await team.browser(team.company.admin_id), await team.browser(team.rep_id)
    url = f"/pools/{team.pool_id}"
    limit = {"rule": "reveal_quota", "subject": {"kind": "person", "id": str(team.rep_id)}, "value": 0}
    assert (await admin.post(f"{url}/limits", json=limit)).status_code == 201
    assert (await rep.post(f"/customers/{customers[0]}/reveals", json={})).json()["code"] == "reveal_not_allowed"
    until = (clock.now() + timedelta(days=1)).isoformat()
    granted = {"person_id": str(team.rep_id), "rule": "reveal_quota", "value": 2, "until": until, "why": "电话周"}
    assert (await admin.post(f"{url}/overrides", json=granted)).status_code == 201
    answers = [await rep.post(f"/customers/{c}/reveals", json={}) for c in customers]
    assert [a.status_code for a in answers] == [200, 200, 409]
    assert ((await left(rep))["used"], (await left(rep))["limit"]) == (2, 2)
