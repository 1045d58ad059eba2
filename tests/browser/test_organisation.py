"""The organisation in a real browser: departments and people dragged and moved by a menu, honest when somebody was faster;
a deputy named, who finds the customers and says for whom."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from gonghai.base import clock
from tests.browser.test_limits import call
from tests.browser.test_main_job import sign_in


@pytest.fixture
def admin(page: Page, site: str) -> Page:
    sign_in(page, site, "admin")
    return page


@pytest.fixture
def tree(admin: Page) -> Iterator[dict[str, str]]:
    """Two departments and one below the first, of this test alone; removed afterwards."""
    (root,) = [d["id"] for d in call(admin, "GET", "/departments")["items"] if d["parent_id"] is None]
    made: dict[str, str] = {}
    size = admin.viewport_size
    assert size
    for name, above in (("渠道部", root), ("直销部", root), ("渠道一组", "渠道部")):
        body = {"name": f"{name}{size['width']}", "parent_id": made.get(above, root)}
        made[name] = call(admin, "POST", "/departments", body)["id"]
    yield made
    for name in ("渠道一组", "渠道部", "直销部"):
        for person in call(admin, "GET", f"/people?department_id={made[name]}")["items"]:
            call(admin, "PATCH", f"/people/{person['id']}", {"department_id": root}, person["version"])
        department = of(admin, made[name])
        call(admin, "DELETE", f"/departments/{made[name]}", version=department["version"])


def of(page: Page, department: str) -> dict[str, Any]:
    found: dict[str, Any] = next(d for d in call(page, "GET", "/departments")["items"] if d["id"] == department)
    return found


def drag(page: Page, from_: str, to: str) -> None:
    """With the mouse, in steps: a browser starts to drag only after some way."""
    start, end = (page.get_by_test_id(x).bounding_box() for x in (from_, to))
    assert start
    assert end
    page.mouse.move(start["x"] + 12, start["y"] + start["height"] / 2)
    page.mouse.down()
    for step in (0.2, 0.6, 1.0):
        x = start["x"] + (end["x"] + 20 - start["x"]) * step
        y = start["y"] + start["height"] / 2 + (end["y"] + end["height"] / 2 - start["y"] - start["height"] / 2) * step
        page.mouse.move(x, y, steps=4)
    page.mouse.move(end["x"] + 22, end["y"] + end["height"] / 2)
    page.mouse.up()


def test_departments_and_people_are_dragged_and_put_back_where_somebody_was_faster(
    admin: Page, tree: dict[str, str], site: str
) -> None:
    width = (admin.viewport_size or {"width": 0})["width"]
    if width < 768:
        pytest.skip("phones have no mouse to drag with")
    admin.goto(f"{site}/team?department={tree['直销部']}")
    panel = admin.get_by_test_id("departments")
    expect(panel.get_by_text(f"渠道一组{width}")).to_be_visible()
    drag(admin, f"department-{tree['渠道一组']}", f"department-{tree['直销部']}")
    expect(admin.get_by_text(f"渠道一组{width} 已移到 直销部{width}")).to_be_visible()
    assert of(admin, tree["渠道一组"])["parent_id"] == tree["直销部"]
    # Below itself: no place to drop on.
    drag(admin, f"department-{tree['直销部']}", f"department-{tree['渠道一组']}")
    assert of(admin, tree["直销部"])["parent_id"] != tree["渠道一组"]
    # Somebody else renames it meanwhile: it goes back, and says so.
    seen = of(admin, tree["渠道一组"])
    call(admin, "PATCH", f"/departments/{tree['渠道一组']}", {"name": f"改名组{width}"}, seen["version"])
    drag(admin, f"department-{tree['渠道一组']}", f"department-{tree['渠道部']}")
    expect(admin.get_by_text(re.compile("刚刚被别人改过，已放回原处"))).to_be_visible()
    expect(panel.get_by_text(f"改名组{width}")).to_be_visible()
    assert of(admin, tree["渠道一组"])["parent_id"] == tree["直销部"]
    # A person onto a department.
    who = call(admin, "GET", "/people?state=active&role=rep&limit=100")["items"][-1]
    admin.goto(f"{site}/team?q={who['login']}")
    drag(admin, f"person-{who['id']}", f"department-{tree['渠道部']}")
    expect(admin.get_by_text(f"{who['name']} 已移到 渠道部{width}")).to_be_visible()
    assert call(admin, "GET", f"/people/{who['id']}")["department"]["id"] == tree["渠道部"]
    call(admin, "PATCH", f"/people/{who['id']}", {"department_id": who["department"]["id"]}, who["version"] + 1)


def test_a_department_and_a_person_are_moved_by_the_menu_and_an_empty_one_is_removed(
    admin: Page, tree: dict[str, str], site: str
) -> None:
    width = (admin.viewport_size or {"width": 0})["width"]
    admin.goto(f"{site}/team?department={tree['渠道一组']}")
    admin.get_by_test_id("department-more").click()
    admin.get_by_role("menuitem", name="移动到…").click()
    choose(admin, f"直销部{width}")
    expect(admin.get_by_text(f"渠道一组{width} 已移到 直销部{width}")).to_be_visible()
    # With a department in it, it stays and says why.
    admin.goto(f"{site}/team?department={tree['直销部']}")
    remove(admin)
    expect(admin.get_by_text("部门里还有 0 名成员、1 个下级部门")).to_be_visible()
    extra = call(admin, "POST", "/departments", {"name": f"空部门{width}", "parent_id": tree["渠道部"]})["id"]
    admin.goto(f"{site}/team?department={extra}")
    remove(admin)
    expect(admin.get_by_text(f"已删除部门 空部门{width}")).to_be_visible()
    who = call(admin, "GET", "/people?q=rep28")["items"][0]
    admin.goto(f"{site}/team?q=rep28")
    admin.get_by_test_id("person-more").click()
    admin.get_by_role("menuitem", name="移动到…").click()
    choose(admin, f"渠道部{width}")
    expect(admin.get_by_text(f"{who['name']} 已移到 渠道部{width}")).to_be_visible()
    call(admin, "PATCH", f"/people/{who['id']}", {"department_id": who["department"]["id"]}, who["version"] + 1)


def choose(page: Page, department: str) -> None:
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox").fill(department)
    page.locator(".ant-select-tree-title").get_by_text(department, exact=True).click()
    dialog.get_by_role("button", name="移 动").or_(dialog.get_by_role("button", name="移动", exact=True)).click()


def remove(page: Page) -> None:
    page.get_by_test_id("department-more").click()
    page.get_by_role("menuitem", name="删除部门").click()
    page.get_by_role("dialog").get_by_role("button", name="删除部门").click()


def test_a_rep_names_a_deputy_who_finds_the_customers(admin: Page, chromium: Browser, site: str) -> None:
    size = admin.viewport_size
    assert size
    owner, other = ("rep15", "rep9") if size["width"] > 768 else ("rep25", "rep26")
    deputy = call(admin, "GET", f"/people?state=active&q={other}")["items"][0]
    person = call(admin, "GET", f"/people?state=active&q={owner}")["items"][0]
    contexts = [chromium.new_context(viewport=size, locale="zh-CN", reduced_motion="reduce") for _ in range(2)]
    mine, theirs = [context.new_page() for context in contexts]
    try:
        sign_in(mine, site, owner)
        mine.goto(f"{site}/account")
        until = (clock.now() + timedelta(days=3)).isoformat()
        mine.get_by_role("combobox").fill(deputy["name"])
        mine.locator(".ant-select-item-option").get_by_text(re.compile(deputy["name"])).first.click()
        mine.get_by_label("最后一天").fill(until[:10])
        mine.get_by_label("最后一天").press("Enter")
        mine.get_by_test_id("name-deputy").click()
        expect(mine.get_by_text(f"已安排 {deputy['name']} 代理")).to_be_visible()
        expect(mine.get_by_test_id("deputy-line")).to_contain_text(deputy["name"])
        sign_in(theirs, site, other)
        acting = theirs.get_by_test_id("acting").filter(has_text=f"你正在代理 {person['name']}")
        acting.get_by_role("link", name="看其客户").click()
        expect(theirs.get_by_role("tab", name="代理的")).to_be_visible()
        expect(theirs.locator("table tbody tr.ant-table-row, .card").first).to_be_visible()
        # The other way round would be a ring.
        ring = theirs.request.post(
            f"{site}/api/v1/people/{deputy['id']}/deputies",
            data={"deputy_id": person["id"], "until": until},
            headers={"X-CSRF-Token": theirs.request.get(f"{site}/api/v1/me").json()["csrf_token"]},
        )
        assert ring.json()["code"] == "deputy_circular"
        mine.get_by_test_id("deputy-line").get_by_role("button").click()
        expect(mine.get_by_text("代理已结束")).to_be_visible()
    finally:
        for context in contexts:
            context.close()
