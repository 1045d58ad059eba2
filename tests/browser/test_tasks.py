"""A task from the manager's list to done: given over selected rows, followed up where it stands, 1/1 for the manager."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.test_main_job import sign_in

TEAM = """async () => {
  const read = async (path) => (await (await fetch(`/api/v1${path}`)).json()).items;
  const people = await read('/people?limit=200');
  return (await read('/customers?scope=team&sort=id&limit=2')).map((c) => ({
    id: c.id, name: c.name, login: people.find((p) => p.id === c.owner.id).login }));
}"""


def test_a_manager_gives_a_task_the_rep_does_it_in_place_and_the_manager_sees_it_done(page: Page, site: str) -> None:
    phone = page.viewport_size is not None and page.viewport_size["width"] < 500
    title = f"年前拜访{'手机' if phone else '电脑'}"
    sign_in(page, site, "manager1")
    customer: dict[str, Any] = page.evaluate(TEAM)[1 if phone else 0]
    page.goto(f"{site}/customers?scope=team&sort=id")
    row = page.locator(".cards > .row" if phone else "tr.ant-table-row").filter(has_text=customer["name"]).first
    row.locator("input[type=checkbox]").check()
    page.get_by_test_id("give-tasks").click()
    page.get_by_test_id("task-title").fill(title)
    page.get_by_role("dialog").get_by_role("button", name="分配跟进任务").click()
    expect(page.locator(".ant-drawer").get_by_text(customer["name"])).to_be_visible()

    page.context.clear_cookies()
    sign_in(page, site, customer["login"])
    page.goto(f"{site}/follow-ups")
    line = page.get_by_test_id("agenda-line").filter(has_text=title)
    expect(line).to_contain_text(customer["name"])
    line.get_by_test_id("do-task").click()
    page.get_by_test_id("note").fill("约好下周二上门，对方要看新报价")
    page.get_by_test_id("log-follow-up").click()
    expect(page.get_by_text(f"任务「{title}」已完成")).to_be_visible()
    expect(line).to_have_count(0)

    page.context.clear_cookies()
    sign_in(page, site, "manager1")
    page.goto(f"{site}/follow-ups?tab=given")
    batch = page.get_by_test_id("batch").filter(has_text=title)
    expect(batch.get_by_test_id("progress")).to_have_text("1/1 完成")
    batch.click()
    expect(page.locator(".ant-drawer").get_by_text(customer["name"])).to_be_visible()
