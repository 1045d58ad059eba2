"""What can't be is refused in words, where one tried it: a department below itself, heirs who have left meanwhile, deputies
in a circle, seasons that overlap."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from gonghai.base import clock
from tests.browser.test_limits import call
from tests.browser.test_main_job import sign_in
from tests.browser.test_organisation import choose, drag, of


@pytest.fixture
def admin(page: Page, site: str) -> Page:
    sign_in(page, site, "admin")
    return page


def width(page: Page) -> int:
    return (page.viewport_size or {"width": 0})["width"]


@pytest.fixture
def two(admin: Page) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Two departments side by side, of this test alone; removed afterwards, the second first."""
    (root,) = [d["id"] for d in call(admin, "GET", "/departments")["items"] if d["parent_id"] is None]
    made = [
        call(admin, "POST", "/departments", {"name": f"{name}{width(admin)}", "parent_id": root})
        for name in ("上级部", "下级组")
    ]
    yield made[0], made[1]
    for department in reversed(made):
        call(admin, "DELETE", f"/departments/{department['id']}", version=of(admin, department["id"])["version"])


def test_a_department_never_goes_below_itself(
    admin: Page, two: tuple[dict[str, Any], dict[str, Any]], site: str
) -> None:
    upper, lower = two
    said = f"「{upper['name']}」不能放到「{lower['name']}」里：部门不能归到自己或自己的下级之下，请换一个上级部门。"
    told = admin.locator(".ant-message").get_by_text(f"{upper['name']} 没有移动。{said}", exact=True)
    admin.goto(f"{site}/team?department={upper['id']}")
    admin.get_by_test_id("department-more").click()
    admin.get_by_role("menuitem", name="移动到…").click()
    admin.get_by_role("dialog").get_by_role("combobox").fill(lower["name"])
    # Somebody puts it below meanwhile: the choice that is still offered has become a ring.
    call(admin, "PATCH", f"/departments/{lower['id']}", {"parent_id": upper["id"]}, lower["version"])
    choose(admin, lower["name"])
    expect(told).to_be_visible()
    assert of(admin, upper["id"])["parent_id"] != lower["id"]
    if width(admin) < 768:
        return  # phones have no mouse to drag with
    admin.reload()
    expect(admin.get_by_test_id(f"department-{lower['id']}")).to_be_visible()
    drag(admin, f"department-{upper['id']}", f"department-{lower['id']}")
    expect(told).to_be_visible()
    assert of(admin, upper["id"])["parent_id"] != lower["id"]


def newcomer(page: Page, site: str, name: str) -> dict[str, Any]:
    """An active rep of this test's own."""
    (root,) = [d["id"] for d in call(page, "GET", "/departments")["items"] if d["parent_id"] is None]
    login = f"heir{width(page)}"
    made = call(page, "POST", "/people", {"name": name, "login": login, "department_id": root, "roles": ["rep"]})
    token = made["link"]["url"].rsplit("/", 1)[1]
    answer = page.request.post(f"{site}/api/v1/links/{token}", data={"password": "xin-ren-gangwan-2026"})
    assert answer.ok, answer.text()
    sign_in(page, site, "admin")
    return dict(made["person"])


def test_an_heir_who_left_since_the_preview_is_named(admin: Page, site: str) -> None:
    heir = newcomer(admin, site, f"接收人{width(admin)}")
    people = call(admin, "GET", "/people?state=active&limit=100")["items"]
    giver = next(p for p in people if p["owned"] > 0 and p["roles"] == ["rep"])
    admin.goto(f"{site}/team/{giver['id']}/hand-over")
    admin.locator("#heirs").fill(heir["name"])
    admin.locator(".ant-select-item-option", has_text=heir["name"]).first.click()
    admin.keyboard.press("Escape")
    admin.get_by_test_id("to-preview").click()
    expect(admin.get_by_test_id("receiver")).to_contain_text(heir["name"])
    call(admin, "POST", f"/people/{heir['id']}/deactivate", {})
    admin.get_by_test_id("hand-over-do").click()
    said = f"{heir['name']} 已离职或还没激活，不能接收客户。请回到上一步换人。"
    expect(admin.get_by_role("alert").get_by_text(said, exact=True)).to_be_visible()
    assert call(admin, "GET", f"/people/{giver['id']}")["owned"] == giver["owned"]
    # And whoever has left isn't offered any more.
    admin.get_by_role("button", name="上一步").click()
    admin.locator("#heirs").fill(heir["name"])
    expect(admin.get_by_text("没有找到可以接收的同事")).to_be_visible()


def test_deputies_in_a_circle_are_shown_as_one(admin: Page, site: str) -> None:
    me = call(admin, "GET", "/me")["person"]
    other = call(admin, "GET", "/people?q=rep20")["items"][0]
    now = clock.now()
    until = (now + timedelta(days=5)).isoformat()
    made = call(admin, "POST", f"/people/{other['id']}/deputies", {"deputy_id": me["id"], "until": until})
    try:
        admin.goto(f"{site}/account")
        admin.get_by_role("combobox").fill(other["name"])
        admin.locator(".ant-select-item-option").get_by_text(re.compile(other["name"])).first.click()
        admin.get_by_label("最后一天").fill((now + timedelta(days=3)).isoformat()[:10])
        admin.get_by_label("最后一天").press("Enter")
        admin.get_by_test_id("name-deputy").click()
        alert = admin.get_by_role("alert")
        circle = " → ".join([me["name"], other["name"], me["name"]])
        expect(alert).to_contain_text(
            re.compile(f"^代理会绕成一圈：{circle}（箭头指向代理人，.+ 至 .+）。请换一个人，或换时间。$")
        )
    finally:
        call(admin, "POST", f"/deputies/{made['id']}/end")


def test_seasons_that_overlap_are_told_by_name_and_days(admin: Page, site: str) -> None:
    season = call(admin, "GET", "/incentives/seasons")["items"][0]
    admin.goto(f"{site}/incentives?tab=rules")
    admin.get_by_test_id("new-season").click()
    admin.get_by_label("名称").fill("冲刺")
    for place, day in enumerate((season["first_day"], season["last_day"])):
        admin.locator(".ant-picker-input input").nth(place).fill(day)
        admin.locator(".ant-picker-input input").nth(place).press("Enter")
    admin.get_by_role("button", name=re.compile("保 ?存")).click()
    days = f"{season['first_day']} 至 {season['last_day']}"
    expect(admin.get_by_test_id("season-refused")).to_have_text(
        f"和赛季「{season['name']}」（{days}）重叠，请换个日期。"
    )
    assert len(call(admin, "GET", "/incentives/seasons")["items"]) == 2
