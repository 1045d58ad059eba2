"""The leaderboard in a real browser: a rep finds their place, the teams, and what each point was for."""

import re
import time
from datetime import datetime, timedelta

from playwright.sync_api import Page, expect

from gonghai.base import clock
from tests.browser.conftest import PATIENCE
from tests.browser.test_main_job import sign_in


def counted(page: Page, site: str) -> None:
    """Waits until the worker has counted the points of a new demo company."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        board = page.request.get(f"{site}/api/v1/incentives/leaderboard").json()
        if datetime.fromisoformat(board["counted_at"]) > clock.now() - timedelta(hours=1):
            return
        page.wait_for_timeout(200)
    raise AssertionError("the points are not counted")


def test_a_rep_finds_their_place_the_teams_and_the_why_of_each_point(page: Page, site: str) -> None:
    phone = page.viewport_size is not None and page.viewport_size["width"] < 500
    sign_in(page, site, "rep1")
    counted(page, site)
    page.get_by_test_id("home-points").click()
    board = page.get_by_test_id("leaderboard")
    mine = board.locator("li.me")
    expect(mine).to_have_count(1)
    place = mine.locator(".place").inner_text()
    expect(page.get_by_test_id("my-place")).to_contain_text(f"第 {place} 名")
    scores = [int(text) for text in board.locator(".score").all_inner_texts()]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) >= 30
    page.get_by_role("button", name="只看前后两名").click()
    expect(board.get_by_test_id("place")).not_to_have_count(len(scores))
    assert board.get_by_test_id("place").count() <= 5
    page.get_by_test_id("board-by").get_by_text("按团队").click()
    expect(board.get_by_text("华东大区").first).to_be_visible()
    expect(page).to_have_url(re.compile("by=team"))
    page.get_by_role("tab", name="积分明细").click()
    row = page.get_by_test_id("point").first if phone else page.locator(".ant-table-tbody tr.ant-table-row").first
    expect(row).to_contain_text(re.compile(r"[+-]\d+"))
    row.locator("a[href^='/customers/']").first.click()
    expect(page).to_have_url(re.compile(r"/customers/\d+"))


def test_an_overlapping_season_is_refused_in_words_and_earned_quota_is_previewed(page: Page, site: str) -> None:
    sign_in(page, site, "admin")
    page.goto(f"{site}/incentives?tab=rules")
    expect(page.get_by_test_id("point-rules")).to_contain_text("公海客户成交")
    days = re.search(r"(\d{4}-\d\d-\d\d) 至 (\d{4}-\d\d-\d\d)", page.get_by_test_id("season").first.inner_text())
    assert days is not None
    page.get_by_test_id("new-season").click()
    page.get_by_label("名称").fill("重叠赛季")
    first, last = page.locator(".ant-picker-input input").nth(0), page.locator(".ant-picker-input input").nth(1)
    first.fill(days[1])
    first.press("Enter")
    last.fill(days[2])
    last.press("Enter")
    page.get_by_role("button", name=re.compile("保 ?存")).click()
    expect(page.get_by_test_id("season-refused")).to_contain_text("重叠")
    page.goto(f"{site}/incentives?tab=earned")
    page.get_by_test_id("set-up-earned").first.click()
    page.get_by_test_id("preview-earned").click()
    expect(page.get_by_test_id("earned-preview")).to_contain_text("人会多得额度")
