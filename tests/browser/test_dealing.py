"""Pools that deal, in a real browser: next best with its price, and a draw that anybody checks from the downloaded file."""

import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD
from tests.browser.test_main_job import sign_in
from tests.browser.test_requests import sign_in_as


def api(site: str, login: str) -> httpx.Client:
    client = httpx.Client(base_url=f"{site}/api/v1")
    client.post("/session", json={"login": login, "password": PASSWORD}).raise_for_status()
    client.headers["X-CSRF-Token"] = client.get("/me").json()["csrf_token"]
    return client


def pool(admin: httpx.Client, page: Page, customers: Sequence[str], **settings: Any) -> str:
    """A pool of this test's own on this screen, everybody's to claim from; its id."""
    width = page.viewport_size["width"] if page.viewport_size else 0
    made = admin.post("/pools", json={"name": f"{settings['mode']} {width}", **settings})
    made.raise_for_status()
    pool_id = str(made.json()["id"])
    for name in customers:
        # Of another name on each screen: the same again would be a duplicate.
        admin.post("/customers", json={"name": f"{name}{width}", "pool_id": pool_id}).raise_for_status()
    return pool_id


def test_the_pool_deals_one_customer_after_another_and_declining_costs(page: Page, site: str) -> None:
    with closing(api(site, "admin")) as admin:
        pool_id = pool(admin, page, ["先来的公司", "后到的工厂"], mode="next_best", daily_quota=5, decline_cost=2)
    sign_in(page, site, "rep5")
    page.goto(f"{site}/pool/{pool_id}")
    page.get_by_test_id("ask-next").click()
    offer = page.get_by_test_id("offer")
    expect(offer).to_contain_text("先来的公司")
    expect(offer).to_contain_text("换一个用掉今天 2 个领取名额")
    expect(page.get_by_test_id("claim")).to_have_count(0)
    page.reload()
    expect(offer).to_contain_text("先来的公司")

    page.get_by_test_id("decline-offer").click()
    page.get_by_text("现在没空跟进").click()
    page.get_by_role("button", name="确定换一个").click()
    expect(page.get_by_test_id("limits")).to_contain_text("2/5")
    page.get_by_test_id("ask-next").click()
    expect(offer).to_contain_text("后到的工厂")
    page.get_by_test_id("accept-offer").click()
    expect(page.locator(".ant-message")).to_contain_text("已领取「后到的工厂")
    expect(page.get_by_test_id("limits")).to_contain_text("3/5")
    page.get_by_test_id("ask-next").click()
    expect(page.get_by_test_id("deal-refused")).to_contain_text("现在没有可以派给你的客户")


def test_a_draw_is_planned_wished_for_dealt_and_checked_from_its_file(page: Page, site: str, tmp_path: Path) -> None:
    admin = api(site, "admin")
    pool_id = pool(admin, page, ["长风机械", "海蓝食品", "松原物流"], mode="draw")
    sign_in(page, site, "admin")
    page.goto(f"{site}/pool/{pool_id}")
    page.get_by_test_id("plan-draw").click()
    page.get_by_role("dialog").get_by_role("button", name="安排抽签").click()
    expect(page.get_by_test_id("draw-state")).to_have_text("填志愿中")
    page.get_by_test_id("cancel-draw").click()
    page.get_by_role("tooltip").get_by_role("button", name="取消抽签").click()
    expect(page.locator(".ant-message")).to_contain_text("抽签已取消")

    # A window that ends while the test looks on.
    closes = datetime.now(UTC) + timedelta(seconds=25)
    planned = admin.post(f"/pools/{pool_id}/draws", json={"closes_at": closes.isoformat()}).json()
    ids = [row["id"] for row in admin.get(f"/pools/{pool_id}/customers").json()["items"]]
    with closing(api(site, "rep6")) as other:
        other.put(f"/draws/{planned['id']}/wishes", json={"customer_ids": ids}).raise_for_status()
    sign_in_as(page, site, "rep5")
    page.goto(f"{site}/pool/{pool_id}")
    for place in (1, 2):
        page.get_by_test_id("wish").first.click()
        expect(page.get_by_test_id("wish-line")).to_have_count(place)
    second = page.get_by_test_id("wish-line").nth(1).get_by_role("link").inner_text()
    page.get_by_role("button", name="上移").nth(1).click()
    expect(page.get_by_test_id("wish-line").first).to_contain_text(second)

    expect(page.get_by_test_id("last-draw")).to_be_visible(timeout=90_000)
    page.get_by_role("link", name="看结果").click()
    expect(page.get_by_test_id("draw-state")).to_have_text("已抽签")
    expect(page.get_by_test_id("my-result").get_by_test_id("outcome").filter(has_text="抽中").first).to_be_visible()
    page.get_by_test_id("how-to-check").click()
    expect(page.get_by_role("dialog")).to_contain_text("gonghai draw verify")
    page.keyboard.press("Escape")
    with page.expect_download() as downloading:
        page.get_by_test_id("download-record").click()
    file = tmp_path / "draw.json"
    downloading.value.save_as(file)
    command = [sys.executable, "-m", "gonghai.cli.main", "draw", "verify", str(file)]
    checked = subprocess.run(command, capture_output=True, text=True, check=True)
    assert checked.stdout.startswith(f"OK: draw {planned['id']}, 2 people, 5 wishes, 3 won.")
    expect(page.get_by_text(json.loads(file.read_text())["digest"])).to_be_visible()
    admin.close()
