"""Limits in a real browser: whose they are and why, what is refused and in which words, a cap below what people hold."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from gonghai.base import clock
from tests.browser.test_main_job import sign_in

REP = "rep21"
WHY = "展会线索集中，临时放开"


def call(page: Page, method: str, path: str, body: Any = None, version: int | None = None) -> Any:
    """One call of the API as whoever is signed in on the page."""
    api = "/".join(page.url.split("/", 3)[:3]) + "/api/v1"
    headers = {"X-CSRF-Token": page.request.get(f"{api}/me").json()["csrf_token"]}
    if version is not None:
        headers["If-Match"] = f'"{version}"'
    answer = page.request.fetch(f"{api}{path}", method=method, headers=headers, data=body)
    assert answer.ok, answer.text()
    return answer.json() if answer.body() else None


@pytest.fixture
def boss(chromium: Browser, page: Page, site: str) -> Iterator[Page]:
    """The administrator's page, beside the rep's and of its size."""
    context = chromium.new_context(viewport=page.viewport_size, locale="zh-CN", reduced_motion="reduce")
    opened = context.new_page()
    opened.set_default_timeout(20_000)
    sign_in(opened, site, "admin")
    yield opened
    context.close()


@pytest.fixture
def pool(boss: Page) -> Iterator[str]:
    """A pool of its own with four customers; closed afterwards."""
    assert boss.viewport_size
    made: str = call(boss, "POST", "/pools", {"name": f"额度公海 {boss.viewport_size['width']}"})["id"]
    for n in range(4):
        call(boss, "POST", "/customers", {"name": f"额度客户{made}号{n}", "pool_id": made})
    yield made
    call(boss, "POST", f"/pools/{made}/close", {"successor_id": "1"})


def choose(page: Page, field: str, wanted: str) -> None:
    """The option of a drop-down list of the dialog, once what it offers is here."""
    page.wait_for_load_state("networkidle")
    page.locator(f"#{field}").fill(wanted)
    page.locator(".ant-select-item-option, .ant-select-tree-title").filter(has_text=wanted).last.click()


def set_limit(boss: Page, department: str, value: int) -> None:
    boss.get_by_test_id("add-limit").click()
    choose(boss, "department", department)
    boss.locator("#rule").click()
    boss.locator(".ant-select-item-option").filter(has_text="每日领取").click()
    boss.locator("#value").fill(str(value))
    boss.get_by_test_id("save-limit").click()
    expect(boss.get_by_test_id("limit-row")).to_contain_text(department)


def grant(boss: Page, person: str, value: int, last: str) -> None:
    boss.get_by_test_id("grant-override").click()
    choose(boss, "person_id", person)
    boss.locator("#value").fill(str(value))
    boss.locator("#last").fill(last)
    boss.keyboard.press("Enter")
    boss.locator("#why").fill(WHY)
    boss.get_by_role("button", name=re.compile("^保 ?存$")).click()
    expect(boss.get_by_text(WHY).last).to_be_visible()


def test_a_limit_is_explained_by_whom_and_until_when_and_gone_when_it_is_revoked(
    page: Page, boss: Page, site: str, pool: str
) -> None:
    sign_in(page, site, REP)
    me = call(page, "GET", "/me")["person"]
    last = (clock.now() + timedelta(days=9)).astimezone(ZoneInfo("Asia/Shanghai")).date().isoformat()
    boss.goto(f"{site}/pools/{pool}?tab=limits")
    set_limit(boss, me["department"]["name"], 1)
    grant(boss, me["name"], 3, last)

    page.goto(f"{site}/pool/{pool}")
    limits = page.get_by_test_id("limits")
    expect(limits).to_contain_text("0/3")
    limits.click()
    page.get_by_test_id("why-limit").filter(has_text="为什么是 3 而不是 1").click()
    why = page.get_by_test_id("limit-why")
    for told in (WHY, call(boss, "GET", "/me")["person"]["name"], f"至 {last}", me["department"]["name"], "20"):
        expect(why).to_contain_text(told)

    boss.get_by_test_id("revoke-override").click()
    boss.locator(".ant-modal-confirm-btns .ant-btn-primary").click()
    expect(boss.locator(".ant-message")).to_contain_text("已撤销")
    page.reload()
    expect(limits).to_contain_text("0/1")

    claim = page.get_by_test_id("claim")
    claim.first.click()
    expect(page.locator(".ant-message")).to_contain_text("已领取")
    expect(limits).to_contain_text("1/1")
    claim.first.click()
    refused = page.locator(".ant-message").filter(has_text="今天的领取次数已用完（1/1）")
    expect(refused).to_contain_text(me["department"]["name"])

    # A cap below what somebody holds is refused with who that is, and taken all the same once it is meant.
    boss.goto(f"{site}/pools/{pool}")
    boss.locator("#holding_cap").fill("0")
    boss.get_by_test_id("save-pool").click()
    expect(boss.get_by_test_id("over-cap")).to_contain_text(f"{me['name']} 1 个")
    assert call(boss, "GET", f"/pools/{pool}")["holding_cap"] == 200
    boss.locator(".ant-modal-confirm-btns .ant-btn-primary").click()
    expect(boss.locator(".ant-message")).to_contain_text("已保存")
    assert call(boss, "GET", f"/pools/{pool}")["holding_cap"] == 0


def test_outside_its_hours_a_pool_says_when_it_opens(page: Page, boss: Page, site: str, pool: str) -> None:
    today = clock.now().astimezone(ZoneInfo("Asia/Shanghai")).date()
    opens = today + timedelta(days=1)
    window = {"days": [opens.isoweekday()], "from": "09:00", "until": "18:00"}
    version = call(boss, "GET", f"/pools/{pool}")["version"]
    call(boss, "PATCH", f"/pools/{pool}", {"claim_windows": [window]}, version)
    sign_in(page, site, REP)
    page.goto(f"{site}/pool/{pool}")
    expect(page.get_by_test_id("claim-hours")).to_contain_text(f"09:00–18:00，下次开放 {opens} 09:00")
    page.get_by_test_id("claim").first.click()
    expect(page.locator(".ant-message")).to_contain_text(f"现在不在领取时间内，{opens} 09:00 开放")


def test_a_claim_that_needs_a_yes_waits_and_is_theirs_once_it_is_said(
    page: Page, boss: Page, site: str, pool: str
) -> None:
    version = call(boss, "GET", f"/pools/{pool}")["version"]
    approval = {"fact": "level", "is": "is_missing"}
    call(boss, "PATCH", f"/pools/{pool}", {"approval": approval}, version)
    sign_in(page, site, REP)
    page.goto(f"{site}/pool/{pool}")
    page.get_by_test_id("claim").first.click()
    expect(page.locator(".ant-message")).to_contain_text("已提交申请")
    expect(page.get_by_test_id("claim-asked")).to_have_text("已申请，等待审批")
    page.reload()
    expect(page.get_by_test_id("claim-asked")).to_be_visible()

    # The rules are checked again with the yes, and they are the asker's.
    me = call(page, "GET", "/me")["person"]
    subject = {"kind": "person", "id": me["id"]}
    none = call(boss, "POST", f"/pools/{pool}/limits", {"rule": "daily_quota", "subject": subject, "value": 0})
    boss.goto(f"{site}/requests?kind=claim")
    boss.get_by_test_id("accept").first.click()
    expect(boss.locator(".ant-message")).to_contain_text(f"{me['name']} 今天的领取次数已用完（0/0）")
    call(boss, "DELETE", f"/pools/{pool}/limits/{none['id']}")
    boss.get_by_test_id("accept").first.click()
    expect(boss.locator(".ant-message").get_by_text("已归")).to_be_visible()
    page.reload()
    expect(page.get_by_test_id("limits")).to_contain_text("1/20")
