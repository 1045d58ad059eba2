"""Revealing in a real browser: a number is shown, the quota counts down, the end is told in words; claimed, all is seen."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD
from tests.browser.test_main_job import sign_in

CLEAR = re.compile(r"\+?\d[\d ]{9,}")


def as_admin(page: Page, site: str, method: str, path: str, **body: Any) -> Any:
    """A call of the API by the admin, with a session of its own."""
    context = page.context.browser.new_context() if page.context.browser else page.context
    calls = context.request
    signed = calls.post(f"{site}/api/v1/session", data={"login": "admin", "password": PASSWORD})
    headers = {"X-CSRF-Token": signed.json()["csrf_token"]}
    if method == "PATCH":
        headers["If-Match"] = calls.get(f"{site}/api/v1{path}").headers["etag"]
    answer = calls.fetch(f"{site}/api/v1{path}", method=method, headers=headers, data=body or None)
    assert answer.ok, answer.text()
    found = answer.json()
    context.close()
    return found


def reachable(page: Page, site: str, pool: str) -> list[str]:
    """Customers of the pool that have a phone number, newest first."""
    found = as_admin(page, site, "GET", f"/pools/{pool}/customers?limit=100")["items"]
    return [row["id"] for row in found if any(len(phone) >= 11 for phone in row["phones"])]


def test_a_rep_reveals_until_the_quota_is_used_up_then_claims_and_sees_all(page: Page, site: str) -> None:
    phone = page.viewport_size is not None and page.viewport_size["width"] < 500
    as_admin(page, site, "PATCH", "/pools/1", reveal_quota=2)
    # Others than the tests of claiming take, and at a desk others than on a phone.
    first, second, third = reachable(page, site, "1")[(60 if phone else 40) :][:3]
    sign_in(page, site, "rep6" if phone else "rep5")

    page.goto(f"{site}/customers/{first}")
    facts = page.locator(".facts")
    expect(facts).to_contain_text("****")
    expect(facts.locator("a[href^='tel:']")).to_have_count(0)
    reveal = page.get_by_test_id("reveal")
    expect(reveal).to_contain_text("今日还可查看 2 个")
    reveal.click()
    expect(facts.locator("a[href^='tel:']").first).to_have_text(CLEAR)
    expect(page.get_by_test_id("revealed")).to_contain_text("今日还可查看 1 个")

    page.goto(f"{site}/customers/{second}")
    expect(reveal).to_contain_text("今日还可查看 1 个")
    reveal.click()
    expect(page.get_by_test_id("revealed")).to_contain_text("今日已用完")

    page.goto(f"{site}/customers/{third}")
    expect(reveal).to_contain_text("今日已用完")
    reveal.click()
    expect(page.locator(".ant-message")).to_contain_text("今天的查看次数已用完（2/2）")
    expect(facts.locator("a[href^='tel:']")).to_have_count(0)

    page.goto(f"{site}/customers/{first}")
    reveal.click()
    expect(facts.locator("a[href^='tel:']").first).to_have_text(CLEAR)  # again costs nothing

    page.goto(f"{site}/customers/{third}")
    page.get_by_test_id("claim").click()
    expect(facts.locator("a[href^='tel:']").first).to_have_text(CLEAR)
    expect(reveal).to_have_count(0)
