"""The rush in two browsers: both see the same list, one claims, the other's row says so by itself, and who it was."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import PASSWORD
from tests.browser.test_main_job import sign_in

_pools = count(1)


class Admin:
    """The company's admin, by the API."""

    def __init__(self, site: str) -> None:
        self._client = httpx.Client(base_url=f"{site}/api/v1", timeout=60)
        signed_in = self.post("/session", {"login": "admin", "password": PASSWORD})
        self._client.headers["X-CSRF-Token"] = signed_in["csrf_token"]

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self._client.post(path, json=body)
        assert answer.is_success, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def pool(self, names: list[str], **settings: Any) -> str:
        """A pool of its own with these customers."""
        pool_id: str = self.post("/pools", {"name": f"抢单池{next(_pools)}", **settings})["id"]
        for name in names:
            self.customer(pool_id, name)
        return pool_id

    def customer(self, pool_id: str, name: str) -> None:
        self.post("/customers", {"name": name, "pool_id": pool_id})


@pytest.fixture
def admin(site: str) -> Admin:
    return Admin(site)


@contextmanager
def rep(chromium: Browser, site: str, login: str, pool_id: str, width: int = 1440) -> Iterator[Page]:
    """A rep who looks at the pool, listening."""
    context = chromium.new_context(viewport={"width": width, "height": 900}, locale="zh-CN", reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(20_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    sign_in(page, site, login)
    page.goto(f"{site}/pool/{pool_id}")
    expect(page.get_by_test_id("live")).to_have_attribute("data-state", "live")
    yield page
    context.close()
    assert faults == []


def row(page: Page, name: str) -> Locator:
    """The customer's row in the table, or its card on a phone."""
    return page.locator("tr, .cards > .row").filter(has_text=name)


def claim(page: Page, name: str) -> None:
    row(page, name).get_by_test_id("claim").click()
    expect(page.locator(".ant-message")).to_contain_text(name)


def never_reloads(page: Page) -> None:
    page.evaluate("window.sameAsBefore = true")


def test_a_row_turns_by_itself_when_a_colleague_claims_it_and_says_who(
    chromium: Browser, site: str, admin: Admin
) -> None:
    pool = admin.pool(["蓝鲸贸易", "飞鱼科技", "海星物流"])
    with rep(chromium, site, "rep1", pool) as mine, rep(chromium, site, "rep2", pool, width=390) as other:
        never_reloads(other)
        name = mine.evaluate("() => fetch('/api/v1/me').then(a => a.json()).then(me => me.person.name)")
        lost = row(other, "蓝鲸贸易")
        lost.get_by_role("checkbox").check()
        top = lost.bounding_box()
        claim(mine, "蓝鲸贸易")
        expect(lost).to_contain_text(f"已被 {name} 领走")
        expect(lost.get_by_test_id("claim")).to_have_count(0)
        expect(lost.get_by_role("checkbox")).to_be_disabled()
        expect(other.get_by_test_id("bulk")).to_have_count(0)
        assert lost.bounding_box() == top, "nothing moves under the finger"
        expect(other.locator(".total")).to_have_text("共 2 个")
        claim(other, "飞鱼科技")
        expect(row(mine, "飞鱼科技")).to_contain_text(re.compile("已被 .+ 领走"))
        assert other.evaluate("window.sameAsBefore"), "by itself, without a reload"


def test_a_pool_that_hides_claimers_says_only_that_it_is_gone(chromium: Browser, site: str, admin: Admin) -> None:
    pool = admin.pool(["白鹭咨询", "黑岩能源"], hide_claimers=True)
    with rep(chromium, site, "rep1", pool) as mine, rep(chromium, site, "rep2", pool) as other:
        claim(mine, "白鹭咨询")
        expect(row(other, "白鹭咨询")).to_contain_text("已被领走")
        expect(row(mine, "白鹭咨询").get_by_role("link", name=re.compile("打开"))).to_be_visible()


def test_new_customers_wait_behind_a_bar_until_they_are_asked_for(chromium: Browser, site: str, admin: Admin) -> None:
    pool = admin.pool(["礁石建材"])
    with rep(chromium, site, "rep3", pool) as page:
        top = row(page, "礁石建材").bounding_box()
        admin.customer(pool, "新浪潮食品")
        admin.customer(pool, "小浪花茶饮")
        bar = page.get_by_test_id("live-bar")
        expect(bar).to_contain_text("新来 2 个客户")
        expect(row(page, "新浪潮食品")).to_have_count(0)
        assert row(page, "礁石建材").bounding_box() == top
        bar.click()
        expect(row(page, "新浪潮食品")).to_be_visible()
        expect(row(page, "小浪花茶饮")).to_be_visible()
        expect(bar).to_have_count(0)
        expect(page.locator(".total")).to_have_text("共 3 个")


def test_the_page_works_without_the_stream(chromium: Browser, site: str, admin: Admin) -> None:
    pool = admin.pool(["孤岛仪器"])
    with rep(chromium, site, "rep4", pool) as page:
        page.route("**/live", lambda route: route.fulfill(status=502, body="proxy"))
        page.reload()
        expect(page.get_by_test_id("live")).to_have_attribute("data-state", "off")
        claim(page, "孤岛仪器")
