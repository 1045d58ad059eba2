"""A manager sees in a real browser who is over their cap, what falls soon and which tasks are open, and acts where it is
shown."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_limits import boss, call
from tests.browser.test_main_job import sign_in

__all__ = ["boss"]


@pytest.fixture
def over(boss: Page) -> dict[str, str]:
    """One of the first manager's people, whose cap lies below what they hold; another one each time."""
    pool = call(boss, "GET", "/me")["pools"][0]["id"]
    lead = next(person for person in call(boss, "GET", "/people?q=manager1")["items"] if person["login"] == "manager1")
    found = call(boss, "GET", f"/team/workload?pool_id={pool}&sort=-falling&department_id={lead['leads'][0]}")["items"]
    own = [row for row in found if row["held"]["by"]["kind"] != "person"]
    row = next(row for row in own if row["falling"] > 1 and row["held"]["used"] > 2)
    body = {
        "rule": "holding_cap", "subject": {"kind": "person", "id": row["person"]["id"]},
        "value": row["held"]["used"] - 2, "accept_over_cap": True,
    }  # fmt: skip
    call(boss, "POST", f"/pools/{pool}/limits", body)
    return dict(row["person"])


def test_a_manager_sees_who_is_over_the_cap_and_keeps_what_falls_in_place(
    page: Page, site: str, over: dict[str, str]
) -> None:
    phone = page.viewport_size is not None and page.viewport_size["width"] < 500
    sign_in(page, site, "manager1")
    page.goto(f"{site}/team")
    page.get_by_role("tab", name="工作量").click()
    expect(page.get_by_test_id("load-totals")).to_contain_text("人超出上限")
    rows = page.get_by_test_id("load-card") if phone else page.locator("tr.ant-table-row")
    mine = rows.filter(has_text=over["name"])
    expect(mine.get_by_test_id("over")).to_have_text("超出 2")

    mine.get_by_test_id("act").click()
    drawer = page.get_by_test_id("work-drawer")
    soon = drawer.locator(".panel").filter(has_text="7 天内掉公海的客户")
    falling = soon.get_by_test_id("falling")
    expect(falling.first).to_be_visible()
    # What an undo gave back is held for some days already.
    free = falling.filter(has=page.get_by_role("button", name="暂不回收")).first
    before, name = falling.count(), free.locator("a").first.inner_text()
    free.get_by_role("button", name="暂不回收").click()
    asked = page.get_by_role("dialog").filter(has_text=name).last
    asked.get_by_text("30 天", exact=True).click()
    asked.locator("#reason").fill("大单在谈，先留着")
    asked.get_by_role("button", name="暂不回收").click()
    expect(falling).to_have_count(before - 1)
    expect(soon).not_to_contain_text(name)

    soon.get_by_test_id("give").click()
    page.get_by_test_id("task-title").fill("客户还在不在")
    page.get_by_role("dialog").last.get_by_role("button", name="分配跟进任务").click()
    page.get_by_role("dialog").filter(has_text="分配跟进任务结果").last.locator(".ant-drawer-close").click()
    asked_about = drawer.get_by_test_id("agenda-line").filter(has_text="客户还在不在")
    expect(asked_about).to_have_count(before - 1)
    asked_about.first.get_by_role("button", name="取消任务").click()
    page.get_by_role("tooltip").get_by_role("button", name=re.compile("确 ?定")).click()
    expect(asked_about).to_have_count(before - 2)

    drawer.get_by_role("link", name="看名下客户").click()
    expect(page).to_have_url(re.compile(f"owner_id={over['id']}"))
    expect(page.get_by_text(f"负责人 · {over['name']}")).to_be_visible()


def test_a_rep_is_not_shown_the_workload(chromium: Browser, page: Page, site: str) -> None:
    sign_in(page, site, "rep3")
    page.goto(f"{site}/team/workload")
    expect(page.get_by_text("这一页给主管看")).to_be_visible()
