"""Sharing a customer, in a real browser: a colleague finds it, logs a follow-up, and loses it with the owner."""

from playwright.sync_api import Page, expect

from tests.browser.test_main_job import sign_in
from tests.browser.test_requests import sign_in_as

OWNER, HELPER = "rep1", "rep9"


def test_a_colleague_works_on_a_shared_customer_until_its_owner_releases_it(page: Page, site: str) -> None:
    phone = page.viewport_size is not None and page.viewport_size["width"] < 500
    sign_in(page, site, HELPER)
    page.goto(f"{site}/account")
    helper = page.evaluate("async () => (await (await fetch('/api/v1/me')).json()).person.name")

    sign_in_as(page, site, OWNER)
    page.goto(f"{site}/customers")
    # The last ones of the first page: other tests take the first.
    link = page.locator("a[href^='/customers/']:not([href*='create'])").nth(12 if phone else 10)
    customer, name = link.get_attribute("href"), link.inner_text()
    page.goto(f"{site}{customer}")
    page.get_by_label("添加协作人").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox").fill(helper)
    page.locator(".ant-select-item-option").filter(has_text=helper).first.click()
    page.keyboard.press("Escape")
    dialog.get_by_role("button", name="添加").click()
    expect(dialog).not_to_be_visible()
    expect(page.get_by_text(f"添加协作人：{helper}")).to_be_visible()

    sign_in_as(page, site, HELPER)
    page.goto(f"{site}/customers")
    page.get_by_role("tab", name="与我共享").click()
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    page.get_by_placeholder("聊了什么").fill("和对方技术部通了电话")
    page.get_by_role("button", name="记录跟进").click()
    expect(page.locator(".ant-message")).to_contain_text("协作人的跟进在此公海不计入")
    expect(page.get_by_text("和对方技术部通了电话")).to_be_visible()
    expect(page.get_by_role("button", name="退回公海")).to_have_count(0)

    sign_in_as(page, site, OWNER)
    page.goto(f"{site}{customer}")
    expect(page.get_by_text("和对方技术部通了电话")).to_be_visible()
    page.get_by_role("button", name="退回公海").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox").click()
    page.locator(".ant-select-item-option").first.click()
    dialog.get_by_role("button", name="退回").click()
    expect(page.get_by_text("在公海").first).to_be_visible()

    sign_in_as(page, site, HELPER)
    page.goto(f"{site}/customers?scope=shared")
    expect(page.get_by_text("还没有人与你共享客户")).to_be_visible()
