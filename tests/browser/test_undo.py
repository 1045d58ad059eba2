"""A sweep is undone by mouse: the question says what will happen, the result who has their customers back."""

import re

from playwright.sync_api import Page, expect

from tests.browser.test_main_job import sign_in


def test_an_admin_undoes_a_sweep_and_its_customers_have_their_owners_back(page: Page, site: str) -> None:
    sign_in(page, site, "admin")
    # Each screen takes another one of the demo company's nights: an undone one can't be undone again.
    phone = page.viewport_size is not None and page.viewport_size["width"] < 500
    runs = page.request.get(f"{site}/api/v1/recycle-runs?eventful=true").json()["items"]
    run = [run for run in runs if run["can_undo"]][1 if phone else 0]
    page.goto(f"{site}/runs/{run['id']}")
    expect(page.get_by_test_id("run-sentence")).to_contain_text(f"{run['moved']} 个已回到公海")
    page.get_by_test_id("undo").click()
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("回到原负责人名下")
    expect(question).to_contain_text("3 个工作日")
    question.get_by_role("button", name=re.compile("^撤 ?销$")).click()

    result = page.get_by_test_id("undo-result")
    expect(result).to_contain_text(re.compile(r"已撤销：\d+ 个客户回到原负责人名下"))
    expect(question).to_be_hidden()
    undone = page.request.get(f"{site}/api/v1/recycle-runs/{run['id']}/items?outcome=undone&limit=1").json()["items"][0]
    page.goto(f"{site}/customers/{undone['customer']['id']}")
    expect(page.get_by_text(undone["owner"]["name"]).first).to_be_visible()
    expect(page.get_by_text(f"撤销了收回，重新归{undone['owner']['name']}负责")).to_be_visible()
    expect(page.get_by_test_id("countdown").first).to_be_visible()
