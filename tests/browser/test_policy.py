"""The rules in a real browser: written by mouse, previewed, published with grace, and a customer's countdown changes."""

import re

from playwright.sync_api import Page, expect

from tests.browser.test_main_job import sign_in

LEVEL, DAYS = "A", "2"


def test_an_admin_writes_a_policy_by_mouse_and_a_countdown_follows(page: Page, site: str) -> None:
    phone = page.viewport_size is not None and page.viewport_size["width"] < 500
    sign_in(page, site, "admin")
    pool = new_pool(page, "手机试点公海" if phone else "华北公海")
    customer = owned_customer(page, pool)
    page.goto(f"{site}/customers/{customer}")
    chip = page.get_by_test_id("countdown").first
    expect(chip).to_contain_text("30 天")

    page.goto(f"{site}/pools/{pool}/policy")
    write_row(page, "A 级抢跟进")
    expect(page.get_by_test_id("draft-saved")).to_be_visible()
    row = page.get_by_test_id("row").nth(0)
    expect(row.get_by_test_id("row-count")).to_contain_text("1")
    says = page.get_by_test_id("preview-says")
    expect(says).to_contain_text("按这份规则")

    page.get_by_test_id("publish").click()
    expect(page.get_by_test_id("publish-sum")).to_contain_text("给 3 个工作日过渡期，下次回收 0 个")
    page.get_by_test_id("publish-note").fill("旺季前收紧 A 级客户")
    page.get_by_test_id("confirm-publish").click()
    expect(page.get_by_text("第 2 版已生效").first).to_be_visible()

    page.goto(f"{site}/customers/{customer}")
    expect(chip).not_to_contain_text("30 天")
    chip.click()
    expect(page.get_by_test_id("why")).to_contain_text("A 级抢跟进")
    expect(page.get_by_test_id("why")).to_contain_text("过渡期")


def test_a_second_save_overwrites_nothing(page: Page, site: str) -> None:
    sign_in(page, site, "admin")
    pool = new_pool(page, f"两人同改 {page.viewport_size}")
    page.goto(f"{site}/pools/{pool}/policy")
    expect(page.get_by_test_id("matrix")).to_be_visible()
    draft(page, pool, "先存的人")
    page.get_by_test_id("row-name").last.fill("后存的人")
    conflict = page.get_by_test_id("draft-conflict")
    expect(conflict).to_contain_text("先保存了这份草稿")
    page.get_by_test_id("take-theirs").click()
    expect(conflict).to_be_hidden()
    expect(page.get_by_test_id("row-name").last).to_have_value("先存的人")


def test_what_is_wrong_is_said_at_its_cell(page: Page, site: str) -> None:
    sign_in(page, site, "admin")
    pool = new_pool(page, f"写错了 {page.viewport_size}")
    level = {"fact": "level", "is": "gt", "value": 3}
    faulty = {"name": "A 级", "when": level, "timers": {"follow_up": "3 fortnights"}, "target": {"pool": "已关的公海"}}
    document = {"segments": [faulty, {"name": "其余", "timers": {"follow_up": "30 days"}}]}
    call(page, "PUT", f"/pools/{pool}/policy/draft", {"document": document}, {"If-None-Match": "*"})
    page.goto(f"{site}/pools/{pool}/policy")
    cell = page.get_by_test_id("row").nth(0).get_by_test_id("cell-follow_up")
    expect(cell).to_have_attribute("aria-invalid", "true")
    said = page.get_by_test_id("row-faults")
    for words in ("这个字段不能这样比较", "长度不对", "没有叫「已关的公海」的公海"):
        expect(said).to_contain_text(words)
    expect(page.get_by_test_id("faults")).to_contain_text("有 3 处要改")
    expect(page.get_by_test_id("publish")).to_be_disabled()


def test_rows_are_put_in_order_and_every_condition_stays_as_it_was(page: Page, site: str) -> None:
    phone = page.viewport_size is not None and page.viewport_size["width"] < 500
    sign_in(page, site, "admin")
    pool = new_pool(page, f"排序 {page.viewport_size}")
    document = every_condition(page)
    call(page, "PUT", f"/pools/{pool}/policy/draft", {"document": document}, {"If-None-Match": "*"})
    page.goto(f"{site}/pools/{pool}/policy")
    rows = page.get_by_test_id("row")
    expect(rows).to_have_count(3)
    if phone:
        rows.nth(1).get_by_role("button", name="上移").click()
    else:
        rows.nth(1).locator("button.handle").drag_to(rows.nth(0), target_position={"x": 200, "y": 8})
    expect(page.get_by_test_id("row-name").nth(0)).to_have_value("另一半")
    expect(page.get_by_test_id("draft-saved")).to_be_visible()

    page.get_by_test_id("row-condition").nth(0).click()
    expect(page.get_by_test_id("condition-leaf").first).to_be_visible()
    page.get_by_test_id("condition-done").click()
    page.get_by_role("tab", name="文本").click()
    text = page.get_by_test_id("policy-text")
    text.fill(text.input_value() + "warnings:\n  days: [5]\n")
    first, second, rest = document["segments"]
    moved = {"segments": [second, first, rest], "warnings": {"days": [5]}}
    expect(page.get_by_test_id("draft-saved")).to_be_visible()
    assert call(page, "GET", f"/pools/{pool}/policy/draft")["document"] == moved


def every_condition(page: Page) -> dict[str, list[dict[str, object]]]:
    """Every fact with every operator, in groups of all kinds, and lengths in both forms."""
    values: dict[str, object] = {
        "value": "甲", "values": ["甲", "乙"], "piece": "有限", "number": 0.1, "range": [1, "12345678901234567.123456"],
        "date": "2026-09-30", "days": 30,
    }  # fmt: skip
    leaves: list[object] = []
    facts = call(page, "GET", "/policy/facts")["items"]
    assert isinstance(facts, list)
    for fact in facts:
        own = [choice["value"] for choice in fact["choices"] or []]
        fitting = {**values, "value": own[0], "values": own[:2]} if own else values
        for operator in fact["operators"]:
            leaf = {"fact": fact["name"], "is": operator["name"]}
            leaves.append(leaf if operator["value"] == "none" else {**leaf, "value": fitting[operator["value"]]})
    half = len(leaves) // 2
    one = {"all": [{"any": leaves[: half // 2]}, {"not": {"all": leaves[half // 2 : half]}}]}
    other = {"not": {"not": {"any": leaves[half:]}}}
    return {
        "segments": [
            {"name": "一半", "when": one, "timers": {"follow_up": {"n": 3, "unit": "working_days"}}},
            {"name": {"zh": "另一半", "en": "Other"}, "when": other, "timers": {"won": "9 working_hours"}},
            {"name": "其余", "timers": None},
        ]
    }


def write_row(page: Page, name: str) -> None:
    """A row of its own: its name, one condition, one cell."""
    page.get_by_test_id("add-row").click()
    row = page.get_by_test_id("row").nth(0)
    row.get_by_test_id("row-name").fill(name)
    expect(page.get_by_test_id("row-faults")).to_contain_text("还没有条件")
    row.get_by_test_id("row-condition").click()
    page.get_by_test_id("add-condition").first.click()
    page.get_by_test_id("condition-value").locator("input").first.fill(LEVEL)
    expect(page.get_by_test_id("sentence")).to_contain_text("客户级别是 A")
    page.keyboard.press("Escape")
    page.get_by_test_id("condition-done").click()
    row.get_by_test_id("cell-follow_up").click()
    field = page.get_by_role("spinbutton", name="数值")
    field.fill(DAYS)
    field.press("Enter")
    expect(row.get_by_test_id("cell-follow_up")).to_have_text(f"{DAYS} 天")
    expect(page.get_by_test_id("row-faults")).to_have_count(0)


def call(
    page: Page, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
) -> dict[str, object]:
    """The API as the page's own session uses it."""
    token = page.request.get(f"{origin(page)}/api/v1/me").json()["csrf_token"]
    given = {"X-CSRF-Token": token, **(headers or {})}
    answer = page.request.fetch(f"{origin(page)}/api/v1{path}", method=method, data=body, headers=given)
    assert answer.ok, answer.text()
    read: dict[str, object] = answer.json()
    return read


def origin(page: Page) -> str:
    found = re.match(r"https?://[^/]+", page.url)
    assert found
    return found[0]


def new_pool(page: Page, name: str) -> object:
    """A pool whose rules give everybody thirty days."""
    pool = call(page, "POST", "/pools", {"name": name})["id"]
    segments = [{"name": "全部客户", "timers": {"follow_up": "30 days"}}]
    call(page, "POST", f"/pools/{pool}/policies", {"document": {"segments": segments}, "note": "先宽松"})
    return pool


def owned_customer(page: Page, pool: object) -> object:
    """A level A customer of that pool, in the admin's own book."""
    new = {"name": f"北辰精工 {pool}", "level": LEVEL, "pool_id": pool, "owner": "me"}
    return call(page, "POST", "/customers", new)["id"]


def draft(page: Page, pool: object, name: str) -> None:
    """A draft that somebody else begins meanwhile."""
    document = {"segments": [{"name": name, "timers": {"follow_up": "20 days"}}]}
    call(page, "PUT", f"/pools/{pool}/policy/draft", {"document": document}, {"If-None-Match": "*"})
