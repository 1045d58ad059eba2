"""Being told in a real browser: a sweep warns, the bell rings, the list at home leads to a follow-up."""

import re
import time

import httpx
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD
from tests.browser.test_main_job import sign_in

PATIENCE = 60  # seconds for the worker


def swept(site: str) -> list[str]:
    """Has a sweep warn whom it must; the sign-in names of those with most to lose within a week, most first."""
    with httpx.Client(base_url=f"{site}/api/v1") as admin:
        admin.post("/session", json={"login": "admin", "password": PASSWORD}).raise_for_status()
        admin.headers["X-CSRF-Token"] = admin.get("/me").json()["csrf_token"]
        until = time.monotonic() + PATIENCE
        while admin.post("/recycle-runs", json={}).status_code == 409 and time.monotonic() < until:
            time.sleep(0.5)
        while admin.get("/recycle-runs").json()["items"][0]["finished_at"] is None and time.monotonic() < until:
            time.sleep(0.5)
        owners = admin.get("/falling", params={"scope": "team", "days": 7}).json()["owners"]
        logins = {
            person["id"]: person["login"] for person in admin.get("/people", params={"limit": 200}).json()["items"]
        }
    return [logins[each["owner"]["id"]] for each in owners]


def test_a_rep_is_told_what_falls_soon_and_follows_up_from_the_list(page: Page, site: str) -> None:
    phone = page.viewport_size is not None and page.viewport_size["width"] < 500
    most = swept(site)
    sign_in(page, site, most[1] if phone else most[0])
    bell = page.get_by_test_id("bell")
    # The job that tells people follows the sweep.
    until = time.monotonic() + PATIENCE
    while "未读" not in (bell.get_attribute("aria-label") or "") and time.monotonic() < until:
        page.wait_for_timeout(500)
        page.reload()
    bell.click()
    notice = page.get_by_test_id("notice").filter(has_text="快掉公海").first
    expect(notice).to_contain_text("掉公海（")
    # Others may have been told of as well: one fewer is unread.
    unread = int(re.search(r"\d+", bell.get_attribute("aria-label") or "")[0])  # type: ignore[index]
    notice.click()
    expect(page).to_have_url(f"{site}/")
    expect(bell).to_have_attribute("aria-label", f"消息（{unread - 1} 条未读）" if unread > 1 else "消息")

    lines = page.get_by_test_id("falling")
    first = lines.first
    name = first.locator("a").first.inner_text()
    first.get_by_role("button", name=re.compile("^跟 ?进$")).click()
    page.locator(".ant-modal textarea, .ant-drawer textarea").first.fill("电话聊过，下周报价")
    page.get_by_role("button", name="记录跟进").last.click()
    expect(lines.filter(has_text=name)).to_have_count(0)


def test_an_admin_sees_whose_customers_fall_and_the_next_thirty_days(page: Page, site: str) -> None:
    sign_in(page, site, "admin")
    owner = page.get_by_test_id("falling-owner").first
    owner.click()
    expect(page.get_by_test_id("falling").first.get_by_test_id("countdown")).to_contain_text("还剩")
    expect(page.get_by_test_id("forecast")).to_be_visible()
    expect(page.get_by_test_id("forecast-sentence")).to_contain_text("未来 30 天有")
    page.get_by_role("button", name="看数据").click()
    expect(page.get_by_role("columnheader", name="掉公海的客户")).to_be_visible()
