"""The main job in a real browser: sign in, claim from the pool, follow up, see the countdown move."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD


def sign_in(page: Page, site: str, login: str) -> None:
    page.goto(f"{site}/sign-in")
    page.locator("input").first.fill(login)
    page.locator("input[type=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("limits")).to_be_visible()


def test_a_rep_claims_follows_up_and_sees_the_countdown_move(page: Page, site: str) -> None:
    phone = page.viewport_size is not None and page.viewport_size["width"] < 500
    sign_in(page, site, "rep2" if phone else "rep1")
    page.goto(f"{site}/pool")
    claim = page.get_by_role("button", name=re.compile("^领取$|^领 取$")).first
    expect(claim).to_be_visible()
    link = page.locator("a[href^='/customers/']").first
    customer, name = link.get_attribute("href"), link.inner_text()
    assert customer
    claim.click()
    told = page.locator(".ant-message").get_by_text(name)
    expect(told).to_be_visible()

    page.goto(f"{site}{customer}")
    chip = page.get_by_test_id("countdown").first
    expect(chip).to_contain_text("首次跟进")
    chip.click()
    why = page.get_by_test_id("why")
    expect(why).to_contain_text("公海规则")
    page.keyboard.press("Escape")

    page.locator("textarea").first.fill("电话聊了需求，约下周上门拜访")
    page.get_by_role("button", name="记录跟进").click()
    expect(page.get_by_text("电话聊了需求，约下周上门拜访").last).to_be_visible()
    expect(chip).not_to_contain_text("首次跟进")
    expect(chip).to_contain_text("还剩")


def test_an_admin_sees_rules_people_and_runs_in_english(page: Page, site: str) -> None:
    sign_in(page, site, "admin")
    switch_language(page, site, "中文")
    for path, word in (("/team", "manager1"), ("/pools", "公共公海"), ("/runs", "2026"), ("/pools/1/policy", "365")):
        page.goto(f"{site}{path}")
        expect(page.get_by_text(word).first).to_be_visible()
    expect(page.get_by_role("tab", name="When they go back")).to_be_visible()
    # Languages are the person's: whoever signs in next as admin finds Chinese again.
    switch_language(page, site, "EN")


def switch_language(page: Page, site: str, offered_then: str) -> None:
    """By the header's button, on a phone by the one in the menu."""
    page.goto(site)
    if page.viewport_size is not None and page.viewport_size["width"] < 500:
        page.locator("nav.bottom button").click()
    language = page.get_by_test_id("language")
    with page.expect_response(lambda answer: answer.url.endswith("/me") and answer.request.method == "PATCH"):
        language.click()
    expect(language).to_have_text(offered_then)
