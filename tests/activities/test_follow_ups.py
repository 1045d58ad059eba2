"""Follow-ups over HTTP: what they do to the customer's clocks, who may record and void them."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from gonghai.base import clock
from gonghai.base.database import one, run
from tests.fixtures.customers import Team, counted_statements, make_team
from tests.fixtures.people import Company, with_key

HOUR = timedelta(hours=1)


def days_ago(days: float) -> datetime:
    return clock.now() - timedelta(days=days)


async def post(browser: httpx.AsyncClient, customer_id: int, **body: Any) -> httpx.Response:
    if isinstance(body.get("at"), datetime):
        body["at"] = body["at"].isoformat()
    return await browser.post(f"/customers/{customer_id}/follow-ups", json={"kind": "call", "note": "聊了聊", **body})


async def test_the_owners_follow_up_counts_from_the_servers_clock(team: Team) -> None:
    customer_id = await team.customer(team.rep_id, days_ago(3))
    before = clock.now()
    async with await team.browser(team.rep_id) as browser:
        answer = await post(browser, customer_id, outcome="有意向")
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["qualifies"], made["why_not"], made["outcome"]) == (True, None, "有意向")
    assert made["author"] == {"id": str(team.rep_id), "name": "rep"}
    row = await team.row(customer_id)
    assert row["first_contact_at"] == row["last_follow_up_at"] == row["last_activity_at"]
    assert row["first_contact_at"] == datetime.fromisoformat(made["at"])
    assert before <= row["first_contact_at"] <= clock.now()


async def test_a_follow_up_is_one_version_and_one_event_that_says_what_it_was(team: Team) -> None:
    customer_id = await team.customer(team.rep_id, days_ago(3))
    async with await team.browser(team.rep_id) as browser:
        made = (await post(browser, customer_id, note="客户电话 13800138000")).json()
    row, events = await team.row(customer_id), await team.events(customer_id)
    assert (row["version"], [e["version"] for e in events]) == (2, [1, 2])
    event = events[-1]
    assert (event["kind"], event["actor_id"], event["spell_no"]) == ("follow_up", team.rep_id, 1)
    assert event["data"].keys() == {"id", "kind", "at", "qualifies", "why_not"}
    assert (event["data"]["id"], event["data"]["qualifies"]) == (made["id"], True)
    assert datetime.fromisoformat(event["data"]["at"]) == row["last_follow_up_at"]


async def test_a_date_in_the_future_is_refused_and_leaves_no_trace(team: Team) -> None:
    customer_id = await team.customer(team.rep_id, days_ago(3))
    async with await team.browser(team.rep_id) as browser:
        answer = await post(browser, customer_id, at=clock.now() + HOUR)
        listed = (await browser.get(f"/customers/{customer_id}/follow-ups")).json()
    assert (answer.status_code, answer.json()["code"]) == (409, "follow_up_in_future")
    assert listed == {"items": [], "next": None}
    assert (await team.row(customer_id))["version"] == 1


async def test_what_happened_too_long_ago_or_before_the_spell_is_refused(app: FastAPI, company: Company) -> None:
    team = await make_team(app, company, backdate_hours=30)
    customer_id = await team.customer(team.rep_id, days_ago(1))
    async with await team.browser(team.rep_id) as browser:
        old = await post(browser, customer_id, at=days_ago(2))
        early = await post(browser, customer_id, at=days_ago(1) - HOUR)
        naive = await post(browser, customer_id, at="2026-09-30T10:00:00")
    assert (old.json()["code"], old.json()["data"]) == ("follow_up_too_old", {"hours": 30})
    assert early.json()["code"] == "follow_up_before_spell"
    assert naive.status_code == 422


async def test_a_late_entry_does_not_move_the_clocks_back(team: Team) -> None:
    customer_id = await team.customer(team.rep_id, days_ago(5))
    async with await team.browser(team.rep_id) as browser:
        await post(browser, customer_id)
        newest = (await team.row(customer_id))["last_follow_up_at"]
        late = await post(browser, customer_id, at=days_ago(1))
    row = await team.row(customer_id)
    assert late.json()["qualifies"] is True
    assert row["last_follow_up_at"] == row["last_activity_at"] == newest
    assert row["first_contact_at"] == datetime.fromisoformat(late.json()["at"])


async def test_a_managers_follow_up_is_kept_but_stops_no_timer(team: Team) -> None:
    customer_id = await team.customer(team.rep_id, days_ago(3))
    async with await team.browser(team.manager_id) as browser:
        made = (await post(browser, customer_id)).json()
    row = await team.row(customer_id)
    assert (made["qualifies"], made["why_not"]) == (False, "not_owner")
    assert row["first_contact_at"] is None
    assert row["last_follow_up_at"] is None
    assert row["last_activity_at"] == datetime.fromisoformat(made["at"])
    assert row["version"] == len(await team.events(customer_id)) == 2


async def test_the_home_pools_setting_decides_what_counts(app: FastAPI, company: Company) -> None:
    team = await make_team(app, company, follow_up_kinds=["visit"], follow_up_min_note=6)
    customer_id = await team.customer(team.rep_id, days_ago(3))
    async with await team.browser(team.rep_id) as browser:
        call = await post(browser, customer_id, note="打过电话，没人接听")
        short = await post(browser, customer_id, kind="visit", note="去过了")
        visit = await post(browser, customer_id, kind="visit", note="见了采购经理")
    assert [made.json()["why_not"] for made in (call, short, visit)] == ["kind", "short_note", None]


async def test_a_qualifying_follow_up_voids_the_notice(team: Team) -> None:
    customer_id = await team.customer(team.rep_id, days_ago(3))
    async with team.connection() as conn:
        sql = "UPDATE customer SET notice_until = now() WHERE tenant_id = %s AND id = %s"
        await run(conn, sql, (team.company.tenant_id, customer_id))
    async with await team.browser(team.rep_id) as browser:
        await post(browser, customer_id, kind="note")
        assert (await team.row(customer_id))["notice_until"] is not None
        await post(browser, customer_id)
    assert (await team.row(customer_id))["notice_until"] is None


async def test_whoever_lost_the_customer_is_told_that_it_is_no_longer_theirs(team: Team) -> None:
    customer_id = await team.customer(team.rep_id, days_ago(3))
    await team.release(customer_id, team.rep_id)
    async with await team.browser(team.rep_id) as browser:
        pooled = await post(browser, customer_id)
        await team.claim(customer_id, team.other_id)
        owned = await post(browser, customer_id)
    for answer in (pooled, owned):
        assert (answer.status_code, answer.json()["code"]) == (409, "no_longer_yours")
        assert answer.json()["data"]["ended_by"] == "release"


async def test_strangers_get_404_and_those_who_only_see_it_a_refusal(team: Team) -> None:
    auditor_id = await team.company.person("auditor", ("auditor",))
    customer_id = await team.customer(team.other_id, days_ago(3))
    pooled_id = await team.customer(None)
    async with await team.browser(team.rep_id) as rep, await team.browser(auditor_id) as auditor:
        assert (await post(rep, customer_id)).status_code == 404
        assert (await rep.get(f"/customers/{customer_id}/follow-ups")).status_code == 404
        assert (await post(auditor, customer_id)).status_code == 403
        assert (await auditor.get(f"/customers/{customer_id}/follow-ups")).status_code == 200
        pooled = await post(rep, pooled_id)
    assert (pooled.status_code, pooled.json()["code"]) == (409, "not_owned")


async def test_a_key_of_other_scopes_records_nothing(team: Team) -> None:
    customer_id = await team.customer(team.rep_id)
    key = await team.company.key(team.rep_id, ("customers.read",))
    async with with_key(team.app, key) as machine:
        assert (await post(machine, customer_id)).status_code == 403


async def test_voiding_restores_the_clocks_of_the_remaining_follow_ups(team: Team) -> None:
    customer_id = await team.customer(team.rep_id, days_ago(5))
    async with await team.browser(team.rep_id) as rep, await team.browser(team.manager_id) as manager:
        first = (await post(rep, customer_id, at=days_ago(1.5))).json()
        one_follow_up = await team.row(customer_id)
        second = (await post(rep, customer_id)).json()
        url = f"/customers/{customer_id}/follow-ups"
        assert (await manager.post(f"{url}/{second['id']}/void", json={"reason": "补录"})).status_code == 204
        row = await team.row(customer_id)
        for column in ("first_contact_at", "last_follow_up_at", "last_activity_at"):
            assert row[column] == one_follow_up[column] == datetime.fromisoformat(first["at"])
        await manager.post(f"{url}/{first['id']}/void", json={"reason": "虚假"})
        row = await team.row(customer_id)
        assert row["first_contact_at"] is row["last_follow_up_at"] is row["last_activity_at"] is None
        listed = (await rep.get(url)).json()["items"]
    assert [(f["qualifies"], f["why_not"]) for f in listed] == [(False, "voided")] * 2
    events = await team.events(customer_id)
    assert [e["kind"] for e in events] == ["create", "follow_up", "follow_up", "void_follow_up", "void_follow_up"]
    assert events[-1]["data"] == {"id": first["id"]}
    assert row["version"] == 5


async def test_voiding_keeps_clocks_that_a_transfer_carried_over(team: Team) -> None:
    customer_id = await team.customer(team.rep_id, days_ago(5))
    async with await team.browser(team.rep_id) as rep, await team.browser(team.other_id) as other:
        carried = (await post(rep, customer_id)).json()
        await team.transfer(customer_id, team.rep_id, team.other_id)
        bogus = (await post(other, customer_id)).json()
    async with await team.browser(team.manager_id) as manager:
        await manager.post(f"/customers/{customer_id}/follow-ups/{bogus['id']}/void", json={"reason": "虚假"})
    row = await team.row(customer_id)
    assert row["first_contact_at"] == row["last_follow_up_at"] == datetime.fromisoformat(carried["at"])


async def test_only_a_manager_of_the_owner_voids_and_only_once(team: Team) -> None:
    customer_id = await team.customer(team.rep_id, days_ago(5))
    elsewhere = await team.company.person("elsewhere", ("manager",))
    async with await team.browser(team.rep_id) as rep, await team.browser(team.manager_id) as manager:
        made = (await post(rep, customer_id)).json()
        url, reason = f"/customers/{customer_id}/follow-ups/{made['id']}/void", {"reason": "电话 13800138000 不存在"}
        assert (await rep.post(url, json=reason)).status_code == 403
        async with await team.browser(elsewhere) as stranger:
            assert (await stranger.post(url, json=reason)).status_code == 404
        assert (await manager.post(url, json=reason)).status_code == 204
        again = await manager.post(url, json=reason)
        missing = await manager.post(f"/customers/{customer_id}/follow-ups/{2**62}/void", json=reason)
    assert (again.status_code, again.json()["code"]) == (409, "already_voided")
    assert missing.status_code == 404
    assert "138" not in str(await team.events(customer_id))
    async with team.connection() as conn:
        sql = "SELECT new_value FROM field_history WHERE tenant_id = %s AND customer_id = %s AND version = 3"
        kept = await one(conn, sql, (team.company.tenant_id, customer_id))
    assert kept == {"new_value": reason["reason"]}


async def test_the_list_is_newest_first_page_by_page(team: Team) -> None:
    customer_id = await team.customer(team.rep_id, days_ago(5))
    at = days_ago(1)
    async with await team.browser(team.rep_id) as browser:
        # Two of one instant: the id decides between them.
        made = [(await post(browser, customer_id, at=at + HOUR * n)).json() for n in (1, 3, 3, 2)]
        url, seen, after = f"/customers/{customer_id}/follow-ups?limit=3", [], ""
        for _ in range(2):
            page = (await browser.get(url + after)).json()
            seen += page["items"]
            after = f"&after={page['next']}"
        spoiled = await browser.get(f"{url}&after=xx")
    assert page["next"] is None
    assert [f["id"] for f in seen] == [made[n]["id"] for n in (2, 1, 3, 0)]
    assert spoiled.status_code == 422


async def test_recording_and_listing_take_few_statements(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    customer_id = await team.customer(team.rep_id, days_ago(5))
    async with await team.browser(team.rep_id) as browser:
        await post(browser, customer_id)
        with counted_statements(monkeypatch) as recording:
            await post(browser, customer_id)
        with counted_statements(monkeypatch) as listing:
            await browser.get(f"/customers/{customer_id}/follow-ups")
    # Two of each fill the Actor; one of recording asks for the author's tasks.
    assert (len(recording), len(listing)) == (2 + 6, 2 + 2)
