"""撞单 in a real browser: somebody types in a colleague's customer, is told, asks, an admin says yes, and it is theirs."""

from playwright.sync_api import Page, expect

from tests.browser.test_main_job import sign_in
from tests.browser.test_requests import sign_in_as

REP, ADMIN = "rep1", "admin"


def test_a_colleagues_customer_that_is_typed_in_is_told_asked_for_and_given(page: Page, site: str) -> None:
    phone = page.viewport_size is not None and page.viewport_size["width"] < 500
    sign_in(page, site, ADMIN)
    owned = page.request.get(f"{site}/api/v1/customers?state=owned&limit=200").json()["items"]
    me = page.request.get(f"{site}/api/v1/people").json()["items"]
    rep = next(person["id"] for person in me if person["login"] == REP)
    theirs = [customer for customer in owned if customer["owner"]["id"] != rep]
    customer = theirs[-1 if phone else -2]
    typed = customer["name"].replace("有限公司", "") + "（有限责任公司）"

    sign_in_as(page, site, REP)
    page.goto(f"{site}/customers?create=1")
    drawer = page.get_by_role("dialog")
    drawer.get_by_label("客户名称").fill(typed)
    drawer.get_by_label("客户名称").blur()
    told = drawer.get_by_test_id("duplicates")
    expect(told).to_contain_text("名称相同")
    expect(told).to_contain_text("有一个你看不到的客户与它相同")
    expect(told).not_to_contain_text(customer["name"])
    told.get_by_test_id("ask-duplicate").click()
    page.get_by_placeholder("为什么应该归你").fill("客户主动找到我，约了周五见面")
    page.get_by_role("button", name="提交申请").click()
    expect(page.locator(".ant-message")).to_contain_text("已提交")
    page.goto(f"{site}/requests?box=mine")
    expect(page.get_by_role("button", name=typed, exact=True)).to_be_visible()

    sign_in_as(page, site, ADMIN)
    page.goto(f"{site}/requests")
    page.get_by_role("button", name=customer["name"], exact=True).click()
    request = page.get_by_test_id("request")
    expect(request).to_contain_text("撞单：名称与已有客户相同")
    expect(request).to_contain_text("约了周五见面")
    request.get_by_test_id("accept").click()
    expect(page.locator(".ant-message")).to_contain_text("重新计时")

    sign_in_as(page, site, REP)
    page.goto(f"{site}/customers/{customer['id']}")
    expect(page.get_by_role("heading", name=customer["name"])).to_be_visible()
    expect(page.locator("main")).to_contain_text("撞单裁定")
