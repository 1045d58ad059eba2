"""People are imported by mouse: a check shows the faulty rows, then they are there, one left, and the links are a file."""

import csv
import io
import time
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.test_main_job import sign_in


def test_an_admin_imports_people_and_one_leaves(page: Page, site: str, tmp_path: Path) -> None:
    sign_in(page, site, "admin")
    people = page.request.get(f"{site}/api/v1/people?state=active&limit=100").json()["items"]
    leaver = [p for p in people if p["owned"] > 5 and p["roles"] == ["rep"]][-1]
    book = page.request.get(f"{site}/api/v1/customers?scope=all&owner_id={leaver['id']}&limit=5").json()["items"]
    new = f"new{time.time_ns()}"
    file = tmp_path / "成员.csv"
    file.write_text(
        "登录名,姓名,部门,角色,状态\n"
        f"{new},韩梅梅,,销售、主管,在职\n"
        f"{leaver['login']},,,,离职\n"
        "somebody,张三,没有这个部门,,\n",
        encoding="utf-8",
    )
    page.goto(f"{site}/team")
    page.get_by_test_id("import-people").click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_test_id("upload").click()

    expect(page.get_by_test_id("result")).to_contain_text("2 行可以导入，1 行有问题")
    expect(page.get_by_test_id("faults")).to_contain_text("没有部门「没有这个部门」；请先在「成员」页新建")
    expect(page.get_by_test_id("people-outcome")).to_contain_text(f"交出 {leaver['owned']} 个客户")
    assert page.request.get(f"{site}/api/v1/people/{leaver['id']}").json()["state"] == "active"
    page.get_by_test_id("make-departments").click()
    expect(page.get_by_test_id("result")).to_contain_text("检查通过，3 行都可以导入")
    expect(page.get_by_test_id("people-outcome")).to_contain_text("将新建 1 个部门：没有这个部门")
    page.go_back()
    expect(page.get_by_test_id("faults")).to_be_visible()
    page.get_by_test_id("import-real").click()

    expect(page.get_by_test_id("result")).to_contain_text("导入完成：2 行已写入，1 行有问题没有写入")
    with page.expect_download() as downloading:
        page.get_by_test_id("invite-all").click()
        expect(page.get_by_role("dialog")).to_contain_text("只出现这一次")
        page.get_by_role("button", name="生成并下载").click()
    links = list(csv.DictReader(io.StringIO(Path(downloading.value.path()).read_text("utf-8-sig"))))
    assert [(line["登录名"], line["姓名"]) for line in links] == [(new, "韩梅梅")]
    told = page.request.get(links[0]["邀请链接"].replace("/links/", "/api/v1/links/"))
    assert told.json()["login"] == new

    left = page.request.get(f"{site}/api/v1/people/{leaver['id']}").json()
    assert (left["state"], left["owned"]) == ("left", 0)
    for customer in book:
        now = page.request.get(f"{site}/api/v1/customers/{customer['id']}").json()
        assert (now["state"], now["owner"]) == ("pooled", None)
    page.goto(f"{site}/team?q={new}")
    expect(page.get_by_text("韩梅梅")).to_be_visible()
    expect(page.get_by_text("待激活")).to_be_visible()
