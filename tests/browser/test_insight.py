"""The report on fair use in a real browser: a manager finds two who hand customers back and forth, and opens the list."""

import re

from playwright.sync_api import Page, expect

from tests.browser.test_main_job import sign_in

MANAGER = "manager1"  # leads rep1 and rep2, who keep customers between them


def test_a_manager_sees_who_hands_customers_back_and_forth_and_opens_the_list(page: Page, site: str) -> None:
    phone = page.viewport_size is not None and page.viewport_size["width"] < 500
    sign_in(page, site, MANAGER)
    if phone:
        page.get_by_role("button", name="更多").click()
    page.get_by_role("link", name="分析").last.click()
    page.get_by_text("近 90 天").click()
    expect(page).to_have_url(re.compile("days=90"))
    fact = page.get_by_test_id("fact-ping_pong")
    expect(fact).to_contain_text("占比的中位数")
    expect(fact.get_by_test_id("fact-counts")).to_contain_text("也可能很正常")
    row = fact.get_by_test_id("fact-row").first
    expect(row).to_contain_text(" · ")
    row.click()
    drawer = page.get_by_test_id("fact-list")
    case = drawer.get_by_test_id("case").first
    expect(case.locator("li")).not_to_have_count(0)
    assert case.locator("li").count() >= 3
    first, last = case.locator("li b").first, case.locator("li b").last
    assert first.inner_text() == last.inner_text()
    href = drawer.get_by_role("link", name="下载名单").get_attribute("href")
    assert href is not None
    file = page.request.get(f"{site}{href}")
    assert file.ok
    assert first.inner_text() in file.text()
    case.locator("a[href^='/customers/']").or_(drawer.locator("a[href^='/customers/']")).first.click()
    expect(page).to_have_url(re.compile(r"/customers/\d+"))


def test_each_fact_says_what_it_counts_and_the_address_keeps_the_question(page: Page, site: str) -> None:
    sign_in(page, site, MANAGER)
    page.goto(f"{site}/insight?days=90&fact=backdated&n=2")
    fact = page.get_by_test_id("fact-backdated")
    expect(fact.get_by_test_id("fact-row").first).to_be_visible()
    expect(fact.get_by_test_id("fact-counts")).to_contain_text("晚 2 小时以上")
    page.get_by_test_id("facts").get_by_text("久占不跟").click()
    expect(page).to_have_url(re.compile("fact=hoarding"))
    expect(page.get_by_test_id("fact-hoarding").get_by_test_id("fact-counts")).to_contain_text("超过 30 天")
