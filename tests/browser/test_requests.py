"""Asking for more time and granting it, in a real browser: the countdown of the customer changes."""

import re

from playwright.sync_api import Page, expect

from tests.browser.test_main_job import sign_in

REP, MANAGER = "rep1", "manager1"  # who leads rep1's department


def sign_in_as(page: Page, site: str, login: str) -> None:
    page.context.clear_cookies()
    sign_in(page, site, login)


def test_an_extension_is_asked_for_and_granted_and_the_countdown_changes(page: Page, site: str) -> None:
    phone = page.viewport_size is not None and page.viewport_size["width"] < 500
    sign_in(page, site, REP)
    page.goto(f"{site}/customers")
    # Another customer at a desk than on a phone: one extension per spell.
    link = page.locator("a[href^='/customers/']:not([href*='create'])").nth(4 if phone else 2)
    customer, name = link.get_attribute("href"), link.inner_text()
    page.goto(f"{site}{customer}")
    chip = page.get_by_test_id("countdown").first
    expect(chip).to_contain_text("未跟进")
    before = chip.text_content() or ""
    page.get_by_test_id("extend").click()
    page.get_by_role("spinbutton").fill("14")
    page.get_by_placeholder("进展到哪一步").fill("客户总部下周定方案")
    page.get_by_role("button", name="提交申请").click()
    expect(page.locator(".ant-message")).to_contain_text("已提交")
    expect(chip).to_have_text(before)
    page.goto(f"{site}/requests?box=mine")
    expect(page.get_by_text("等待处理").first).to_be_visible()

    sign_in_as(page, site, MANAGER)
    page.goto(f"{site}/requests")
    page.get_by_role("button", name=name, exact=True).click()
    drawer = page.get_by_test_id("request")
    expect(drawer.get_by_test_id("why")).to_contain_text("未跟进")
    expect(drawer).to_contain_text("客户总部下周定方案")
    drawer.get_by_test_id("accept").click()
    expect(page.locator(".ant-message")).to_contain_text(name)

    sign_in_as(page, site, REP)
    page.goto(f"{site}{customer}")
    expect(chip).to_contain_text("暂不回收")
    expect(chip).to_contain_text(re.compile("还剩 1[0-9] 天|还剩 2[0-9] 天"))
    assert chip.text_content() != before
