"""A task from the manager's list to done: given over selected rows, followed up where it stands, 1/1 for the manager; and
by a deputy for whoever is away, until they act no more."""

from datetime import timedelta
from typing import Any

from playwright.sync_api import Page, expect

from gonghai.base import clock
from tests.browser.test_limits import call
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


def test_a_deputy_does_and_refuses_what_somebody_away_was_asked(page: Page, site: str) -> None:
    phone = page.viewport_size is not None and page.viewport_size["width"] < 500
    sign_in(page, site, "manager3")
    team = call(page, "GET", "/customers?scope=team&sort=id&limit=100")["items"]
    people = {person["id"]: person["login"] for person in call(page, "GET", "/people?limit=200")["items"]}
    owners = list(dict.fromkeys(customer["owner"]["id"] for customer in team))
    away, acting = owners[2:4] if phone else owners[:2]
    mine = [customer for customer in team if customer["owner"]["id"] == away][:2]
    until = (clock.now() + timedelta(days=2)).isoformat()
    row = call(
        page, "POST", f"/people/{away}/deputies", {"deputy_id": acting, "from": clock.now().isoformat(), "until": until}
    )
    given = {"customer_ids": [c["id"] for c in mine], "to": {"kind": "owner"}, "title": "送样品"}
    call(page, "POST", "/tasks", given)

    page.context.clear_cookies()
    sign_in(page, site, people[acting])
    page.goto(f"{site}/follow-ups")
    mark = f"代 {mine[0]['owner']['name']}"
    theirs = page.get_by_test_id("agenda-line").filter(has_text="送样品")
    expect(theirs).to_have_count(2)
    expect(theirs.first).to_contain_text(mark)
    page.get_by_test_id("whose").get_by_text("我自己的").click()
    expect(theirs).to_have_count(0)
    page.get_by_test_id("whose").get_by_text(mark).click()
    line = theirs.filter(has_text=mine[0]["name"])
    line.get_by_test_id("do-task").click()
    page.get_by_test_id("note").fill("样品已经寄出，客户下周三前试用完给答复")
    page.get_by_test_id("log-follow-up").click()
    expect(page.get_by_text("任务「送样品」已完成")).to_be_visible()
    expect(theirs).to_have_count(1)
    theirs.get_by_test_id("refuse-task").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"你在代 {mine[0]['owner']['name']} 拒绝")
    dialog.locator("textarea").fill("客户已经有货")
    dialog.get_by_role("button", name="拒绝").or_(dialog.get_by_role("button", name="拒 绝")).click()
    expect(theirs).to_have_count(0)
    call(page, "POST", f"/deputies/{row['id']}/end")
    page.goto(f"{site}/follow-ups")
    expect(page.get_by_role("heading", name="跟进", exact=True)).to_be_visible()
    expect(page.get_by_test_id("whose")).to_have_count(0)

    page.context.clear_cookies()
    sign_in(page, site, "manager3")
    page.goto(f"{site}/follow-ups?tab=given")
    page.get_by_test_id("batch").filter(has_text="送样品").first.click()
    expect(page.locator(".ant-drawer").get_by_text(f"（{mark}）")).to_have_count(2)
