"""A book is handed over by mouse: chosen heirs, a look at who gets how much, the result, and taken back again."""

import re

from playwright.sync_api import Page, expect

from tests.browser.test_main_job import sign_in


def test_an_admin_hands_a_book_over_in_turn_and_takes_it_back(page: Page, site: str) -> None:
    sign_in(page, site, "admin")
    people = page.request.get(f"{site}/api/v1/people?state=active&limit=100").json()["items"]
    giver, first, second = [p for p in people if p["owned"] > 5 and p["roles"] == ["rep"]][:3]
    n = giver["owned"]
    page.goto(f"{site}/team?q={giver['login']}")
    page.get_by_test_id("person-more").first.click()
    page.get_by_role("menuitem", name="交接").click()

    expect(page.get_by_role("heading", name=f"交接{giver['name']}的客户")).to_be_visible()
    page.get_by_test_id("to-preview").click()
    expect(page.get_by_text("请选择接收人")).to_be_visible()
    for heir in (first, second):
        page.locator("#heirs").fill(heir["name"])
        page.locator(".ant-select-item-option", has_text=heir["name"]).first.click()
    page.keyboard.press("Escape")
    page.get_by_test_id("to-preview").click()

    expect(page.get_by_test_id("hand-whole")).to_contain_text(f"{n} 个客户 → ")
    expect(page.get_by_test_id("receiver")).to_have_count(2)
    expect(page.get_by_test_id("receiver").first).to_contain_text(str(n - n // 2))
    page.get_by_test_id("receiver").first.get_by_role("button", name="看客户").click()
    expect(page.get_by_role("dialog")).to_contain_text("的客户")
    page.keyboard.press("Escape")
    # Whether somebody's cap is in the way depends on what the demo company did.
    if page.get_by_test_id("confirm-cap").is_visible():
        page.get_by_test_id("confirm-cap").check()
    page.get_by_test_id("hand-over-do").click()

    expect(page.get_by_test_id("hand-over-done")).to_have_text(f"已交接 {n} 个客户")
    owned = page.request.get(f"{site}/api/v1/people/{giver['id']}").json()["owned"]
    assert owned == 0
    lines = page.get_by_test_id("handed-customers").locator("tr.ant-table-row, .card")
    expect(lines.nth(0)).to_contain_text(f"{giver['name']} {first['name']}")
    expect(lines.nth(1)).to_contain_text(f"{giver['name']} {second['name']}")
    page.get_by_test_id("undo").click()
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("回到交接前的负责人名下")
    question.get_by_role("button", name=re.compile("^撤 ?销$")).click()
    expect(page.get_by_test_id("undo-result")).to_contain_text(f"已撤销：{n} 个客户回到交接前的负责人名下")
    assert page.request.get(f"{site}/api/v1/people/{giver['id']}").json()["owned"] == n
    expect(lines.first).to_contain_text("已撤销")
    page.goto(f"{site}/runs?tab=handovers")
    expect(page.get_by_text("已撤销").first).to_be_visible()


def test_deactivating_says_where_the_book_goes_and_lets_one_choose_first(page: Page, site: str) -> None:
    sign_in(page, site, "admin")
    people = page.request.get(f"{site}/api/v1/people?state=active&limit=100").json()["items"]
    leaver = next(p for p in people if p["owned"] > 5 and p["roles"] == ["rep"])
    page.goto(f"{site}/team?q={leaver['login']}")
    page.get_by_test_id("person-more").first.click()
    page.get_by_role("menuitem", name="停用（离职）").click()
    expect(page.get_by_test_id("hand-whole")).to_contain_text(f"{leaver['owned']} 个客户 → ")
    page.get_by_test_id("choose-heirs").click()
    expect(page.get_by_test_id("leaves")).to_have_attribute("aria-checked", "true")
