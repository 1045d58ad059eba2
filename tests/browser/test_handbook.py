"""The handbook, leave and the calendar in a real browser."""

import re

from playwright.sync_api import Page, expect

from tests.browser.test_main_job import sign_in


def ask(page: Page, site: str, wanted: bool) -> None:
    """Has the company ask its reps to confirm, or no longer."""
    sign_in(page, site, "admin")
    page.goto(f"{site}/settings/company")
    switch = page.get_by_test_id("handbook-acknowledged")
    expect(switch).to_be_visible()
    if switch.get_attribute("aria-checked") != str(wanted).lower():
        switch.click()
    expect(switch).to_have_attribute("aria-checked", str(wanted).lower())


def test_reps_read_and_confirm_the_handbook_where_the_company_asks(page: Page, site: str) -> None:
    phone = page.viewport_size is not None and page.viewport_size["width"] < 500
    ask(page, site, True)
    page.context.clear_cookies()
    sign_in(page, site, "rep6" if phone else "rep5")
    page.get_by_test_id("read-handbook").click()
    book = page.get_by_test_id("handbook")
    expect(book).to_contain_text("归入这一组的")
    expect(book).to_contain_text(re.compile("例（只看这一项）：.*→.*退回"))
    page.get_by_test_id("confirm-handbook").click()
    expect(page.get_by_test_id("confirm-handbook")).to_have_count(0)
    expect(page.get_by_text("你已于")).to_be_visible()
    page.context.clear_cookies()
    ask(page, site, False)


def test_a_manager_enters_leave_and_the_rep_sees_it(page: Page, site: str) -> None:
    phone = page.viewport_size is not None and page.viewport_size["width"] < 500
    rep = "rep8" if phone else "rep7"
    sign_in(page, site, "manager7")
    page.goto(f"{site}/team?q={rep}")
    page.get_by_test_id("set-leave").first.click()
    dialog = page.get_by_role("dialog")
    last = dialog.get_by_placeholder("请选择日期").last
    last.click()
    last.fill("2027-12-31")
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name=re.compile("保 ?存")).click()
    expect(dialog).to_have_count(0)
    page.context.clear_cookies()
    sign_in(page, site, rep)
    expect(page.get_by_test_id("own-leave")).to_contain_text("休假至 2027-12-31")


def test_an_admin_makes_a_day_off_and_sees_its_sign(page: Page, site: str) -> None:
    sign_in(page, site, "admin")
    page.goto(f"{site}/settings/calendar?year=2027")
    day = page.get_by_test_id("day-2027-03-02")
    day.click()
    dialog = page.get_by_role("dialog")
    off = "休息" if "休" not in day.inner_text() else "按国家日历"
    dialog.get_by_text(off, exact=True).click()
    page.get_by_test_id("save-day").click()
    expect(dialog).to_have_count(0)
    if off == "休息":
        expect(day).to_contain_text("休")
    else:
        expect(day).not_to_contain_text("休")
