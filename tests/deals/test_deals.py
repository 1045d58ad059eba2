"""Deals over HTTP: which of them hold the deal timer, who may write them, what the log says."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from gonghai.base import clock
from gonghai.base.database import run
from gonghai.policy.timers import BY_NAME
from gonghai.workdays import Calendar
from tests.fixtures.customers import Team, counted_statements

CALENDAR = Calendar(zone=ZoneInfo("Asia/Shanghai"))


async def opened(browser: httpx.AsyncClient, customer_id: int, **body: Any) -> dict[str, Any]:
    answer = await browser.post(f"/customers/{customer_id}/deals", json={"name": "年度框架", **body})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def changed(
    browser: httpx.AsyncClient, customer_id: int, deal: dict[str, Any], version: int | None = None, **body: Any
) -> httpx.Response:
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    return await browser.patch(f"/customers/{customer_id}/deals/{deal['id']}", json=body, headers=headers)


async def deal_timer(team: Team, customer_id: int) -> datetime | None:
    """When the customer's deal timer started; None while it does not run."""
    return BY_NAME["deal"].start(await team.row(customer_id), CALENDAR)


async def test_an_open_deal_stops_the_deal_timer_and_losing_the_last_one_starts_it(team: Team) -> None:
    customer_id = await team.customer(team.rep_id, clock.now() - timedelta(days=3))
    started = (await team.row(customer_id))["clock_start"]
    async with await team.browser(team.rep_id) as browser:
        assert await deal_timer(team, customer_id) == started
        first, second = await opened(browser, customer_id), await opened(browser, customer_id)
        assert await deal_timer(team, customer_id) is None
        assert (await changed(browser, customer_id, first, state="lost")).status_code == 200
        assert await deal_timer(team, customer_id) is None
        lost = (await changed(browser, customer_id, second, state="lost", lost_reason="选了别家")).json()
    assert (lost["state"], lost["lost_reason"]) == ("lost", "选了别家")
    assert await deal_timer(team, customer_id) == datetime.fromisoformat(lost["closed_at"])
    row = await team.row(customer_id)
    assert (row["open_deals"], row["live_deals"], row["version"]) == (0, 0, 5)


async def test_a_win_holds_the_deal_timer_restarts_the_won_timer_and_voids_the_notice(team: Team) -> None:
    customer_id = await team.customer(team.rep_id, clock.now() - timedelta(days=3))
    async with team.connection() as conn:
        sql = "UPDATE customer SET notice_until = now() WHERE tenant_id = %s AND id = %s"
        await run(conn, sql, (team.company.tenant_id, customer_id))
    async with await team.browser(team.rep_id) as browser:
        deal = await opened(browser, customer_id, amount="1200000.00")
        won = (await changed(browser, customer_id, deal, state="won", amount="1150000")).json()
    row = await team.row(customer_id)
    assert (won["state"], won["amount"]) == ("won", "1150000.00")
    assert row["last_win_at"] == datetime.fromisoformat(won["closed_at"])
    assert (row["open_deals"], row["live_deals"], row["notice_until"]) == (0, 1, None)
    assert await deal_timer(team, customer_id) is None
    assert BY_NAME["won"].start(row, CALENDAR) == row["last_win_at"]


async def test_a_deal_of_an_earlier_spell_stops_this_spells_timer_only_once_adopted(team: Team) -> None:
    customer_id = await team.customer(team.rep_id)
    async with await team.browser(team.rep_id) as rep:
        deal = await opened(rep, customer_id)
    await team.release(customer_id, team.rep_id)
    await team.claim(customer_id, team.other_id)
    async with await team.browser(team.other_id) as other:
        row = await team.row(customer_id)
        assert (row["open_deals"], row["live_deals"]) == (1, 0)
        assert await deal_timer(team, customer_id) == row["clock_start"]
        url = f"/customers/{customer_id}/deals"
        assert [d["adopted"] for d in (await other.get(url)).json()["items"]] == [False]
        adopted = await other.post(f"{url}/{deal['id']}/adopt")
        assert (adopted.status_code, adopted.json()["adopted"]) == (200, True)
        assert await deal_timer(team, customer_id) is None
        again = await other.post(f"{url}/{deal['id']}/adopt")
    assert (again.status_code, again.json()["code"]) == (409, "already_adopted")
    assert (await team.events(customer_id))[-1]["data"]["spell_no"] == 2


async def test_losing_a_deal_of_an_earlier_spell_leaves_this_spells_timer_alone(team: Team) -> None:
    customer_id = await team.customer(team.rep_id)
    async with await team.browser(team.rep_id) as rep:
        deal = await opened(rep, customer_id)
    await team.release(customer_id, team.rep_id)
    await team.claim(customer_id, team.other_id)
    async with await team.browser(team.other_id) as other:
        await changed(other, customer_id, deal, state="lost")
    row = await team.row(customer_id)
    assert (row["open_deals"], row["live_deals"], row["deal_lost_at"]) == (0, 0, None)
    assert await deal_timer(team, customer_id) == row["clock_start"]


async def test_winning_a_deal_of_an_earlier_spell_adopts_it(team: Team) -> None:
    customer_id = await team.customer(team.rep_id)
    async with await team.browser(team.rep_id) as rep:
        deal = await opened(rep, customer_id)
    await team.release(customer_id, team.rep_id)
    await team.claim(customer_id, team.other_id)
    async with await team.browser(team.other_id) as other:
        won = (await changed(other, customer_id, deal, state="won")).json()
    assert won["adopted"] is True
    assert (await team.row(customer_id))["live_deals"] == 1


async def test_open_deals_go_along_with_a_transfer(team: Team) -> None:
    customer_id = await team.customer(team.rep_id)
    async with await team.browser(team.rep_id) as rep:
        await opened(rep, customer_id)
    await team.transfer(customer_id, team.rep_id, team.other_id)
    assert await deal_timer(team, customer_id) is None
    async with await team.browser(team.other_id) as other:
        listed = (await other.get(f"/customers/{customer_id}/deals")).json()["items"]
    assert [d["adopted"] for d in listed] == [True]


async def test_each_write_is_one_version_and_one_event_without_typed_text(team: Team) -> None:
    customer_id = await team.customer(team.rep_id)
    async with await team.browser(team.rep_id) as browser:
        fields = {"name": "密语一", "amount": "10", "expected_date": "2026-12-01", "stage": "密语二"}
        deal = await opened(browser, customer_id, **fields)
        await changed(browser, customer_id, deal, name="密语三", amount="12.5")
        await changed(browser, customer_id, deal, state="lost", lost_reason="密语四")
    events = await team.events(customer_id)
    assert [(e["version"], e["kind"]) for e in events] == [
        (1, "create"),
        (2, "open_deal"),
        (3, "edit_deal"),
        (4, "lose_deal"),
    ]
    about = {"deal": deal["id"], "spell_no": 1}
    first = {"amount": [None, "10.00"], "expected_date": [None, "2026-12-01"]}
    assert events[1]["data"] == {**about, "changes": first}
    assert events[2]["data"] == {**about, "changes": {"amount": ["10.00", "12.50"]}, "private": ["name"]}
    assert events[3]["data"] == {**about, "changes": {}, "private": ["lost_reason"]}
    assert "密语" not in str(events)
    assert (await team.row(customer_id))["version"] == 4


async def test_no_difference_is_no_event(team: Team) -> None:
    customer_id = await team.customer(team.rep_id)
    async with await team.browser(team.rep_id) as browser:
        deal = await opened(browser, customer_id, amount="10")
        same = await changed(browser, customer_id, deal, name="年度框架", amount="10.00")
    assert (same.status_code, same.headers["etag"]) == (200, '"1"')
    assert (await team.row(customer_id))["version"] == 2


async def test_a_closed_deal_cannot_be_changed(team: Team) -> None:
    customer_id = await team.customer(team.rep_id)
    async with await team.browser(team.rep_id) as browser:
        deal = await opened(browser, customer_id)
        await changed(browser, customer_id, deal, state="won")
        before = await team.row(customer_id)
        bodies: tuple[dict[str, Any], ...] = ({"amount": "1"}, {"state": "lost"}, {"state": "won"})
        for body in bodies:
            answer = await changed(browser, customer_id, deal, **body)
            assert (answer.status_code, answer.json()["code"]) == (409, "deal_closed")
            assert answer.json()["data"]["state"] == "won"
        adopting = await browser.post(f"/customers/{customer_id}/deals/{deal['id']}/adopt")
    assert adopting.json()["code"] == "deal_closed"
    assert await team.row(customer_id) == before


async def test_an_edit_of_an_older_version_is_refused(team: Team) -> None:
    customer_id = await team.customer(team.rep_id)
    async with await team.browser(team.rep_id) as browser:
        deal = await opened(browser, customer_id)
        assert (await changed(browser, customer_id, deal, 1, amount="1")).status_code == 200
        stale = await changed(browser, customer_id, deal, 1, amount="2")
        assert (await changed(browser, customer_id, deal, 2, amount="2")).status_code == 200
    assert (stale.status_code, stale.json()["code"], stale.json()["data"]) == (412, "changed_meanwhile", {"version": 2})


async def test_malformed_deals_are_refused(team: Team) -> None:
    customer_id = await team.customer(team.rep_id)
    async with await team.browser(team.rep_id) as browser:
        deal = await opened(browser, customer_id)
        for body in ({"name": " "}, {"amount": "-1"}, {"amount": "0.001"}, {"amount": "1e17"}, {"state": "open"},
                     {"lost_reason": "x"}, {"name": None}):  # fmt: skip
            assert (await changed(browser, customer_id, deal, **body)).status_code == 422, body
    assert (await team.row(customer_id))["version"] == 2


async def test_owner_and_manager_write_deals_and_nobody_on_a_pooled_customer(team: Team) -> None:
    customer_id = await team.customer(team.rep_id)
    async with await team.browser(team.manager_id) as manager, await team.browser(team.other_id) as other:
        deal = await opened(manager, customer_id)
        assert (await changed(other, customer_id, deal, state="lost")).status_code == 404
        assert (await other.get(f"/customers/{customer_id}/deals")).status_code == 404
        await team.release(customer_id, team.rep_id)
        pooled = await changed(other, customer_id, deal, state="lost")
        assert [d["adopted"] for d in (await other.get(f"/customers/{customer_id}/deals")).json()["items"]] == [False]
        async with await team.browser(team.rep_id) as rep:
            lost = await changed(rep, customer_id, deal, state="lost")
    assert (pooled.status_code, pooled.json()["code"]) == (409, "not_owned")
    assert (lost.status_code, lost.json()["code"]) == (409, "no_longer_yours")


async def test_a_deal_answers_to_its_own_customer_only(team: Team) -> None:
    mine, also_mine = await team.customer(team.rep_id), await team.customer(team.rep_id)
    async with await team.browser(team.rep_id) as browser:
        deal = await opened(browser, mine)
        assert (await changed(browser, also_mine, deal, state="lost")).status_code == 404


async def test_the_list_is_newest_first_page_by_page(team: Team) -> None:
    customer_id = await team.customer(team.rep_id)
    async with await team.browser(team.rep_id) as browser:
        made = [(await opened(browser, customer_id))["id"] for _ in range(3)]
        first = (await browser.get(f"/customers/{customer_id}/deals?limit=2")).json()
        second = (await browser.get(f"/customers/{customer_id}/deals?limit=2&after={first['next']}")).json()
    assert [d["id"] for d in first["items"] + second["items"]] == made[::-1]
    assert second["next"] is None


async def test_writes_take_few_statements(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    customer_id = await team.customer(team.rep_id)
    async with await team.browser(team.rep_id) as browser:
        await opened(browser, customer_id)
        with counted_statements(monkeypatch) as opening:
            deal = await opened(browser, customer_id)
        with counted_statements(monkeypatch) as winning:
            await changed(browser, customer_id, deal, state="won")
    # Two of each fill the Actor.
    assert (len(opening), len(winning)) == (2 + 4, 2 + 5)
