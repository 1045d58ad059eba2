"""Who may read the report, what a malformed question is told, pages, the file, and what it costs."""

import csv
import io

import pytest

from gonghai.analytics.fair_use import FACTS
from tests.analytics.past import Past
from tests.fixtures.customers import counted_statements

PATHS = [name.replace("_", "-") for name in FACTS]


async def test_reps_may_not_read_it_and_auditors_read_all_of_it(past: Past) -> None:
    past.people["审计"] = await past.company.person("审计", ("auditor",))
    rep, auditor = await past.reader("甲"), await past.reader("审计")
    past.at(8)
    customer = await past.pooled()
    await past.claim(customer, "外")
    await past.release(customer, "外")
    for path in PATHS:
        for end in ("", "/items", "/items.csv"):
            answer = await rep.client.get(f"/insight/{path}{end}", params={"person_id": past.people["甲"]})
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), path
        assert (await auditor.client.get(f"/insight/{path}")).status_code == 200
    assert await auditor.rows("claim-and-release") == [(("外",), 1, 1)]


async def test_what_is_no_question_is_refused(past: Past) -> None:
    boss = await past.reader("主管")
    for path, query, status in (
        ("ping-pong", {"from": "2026-03-02", "to": "2026-03-01"}, 422),
        ("ping-pong", {"from": "2024-01-01", "to": "2026-03-01"}, 422),
        ("ping-pong", {"n": 0}, 422),
        ("ping-pong", {"n": 367}, 422),
        ("late-empty-follow-ups", {"n": 1}, 422),
        ("ping-pong", {"pool_id": 0}, 404),
        ("ping-pong/items", {}, 422),
        ("ping-pong/items", {"person_id": past.people["甲"]}, 422),
        ("hoarding/items", {"person_id": [past.people["甲"], past.people["乙"]]}, 422),
        ("hoarding/items", {"person_id": past.people["外"]}, 404),
        ("hoarding/items", {"person_id": past.people["甲"], "after": "x"}, 422),
    ):
        answer = await boss.client.get(f"/insight/{path}", params=query)
        assert answer.status_code == status, (path, query, answer.text)


async def test_pages_lead_through_the_whole_list_once(past: Past) -> None:
    made = set()
    for n in range(5):
        past.at(10 - n)
        customer = await past.pooled()
        await past.claim(customer, "甲")
        await past.release(customer, "甲")
        made.add(str(customer))
    boss = await past.reader("主管")
    seen, after = [], None
    while True:
        query = {"person_id": past.people["甲"], "limit": 2, **({"after": after} if after else {})}
        page = (await boss.client.get("/insight/claim-and-release/items", params=query)).json()
        seen += [item["customer"]["id"] for item in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert len(seen) == 5
    assert set(seen) == made
    assert seen == sorted(seen, key=int, reverse=True)


async def test_the_file_has_a_line_for_each_spell_and_no_formula_of_a_customers_name_runs(past: Past) -> None:
    past.at(9)
    (customer,) = await past.customers(1, past.pool_id, at=past.now, name='=HYPERLINK("http://x")')
    for name in "甲乙甲":
        await past.claim(customer, name)
        await past.release(customer, name)
    boss = await past.reader("主管")
    whose = {"person_id": [past.people["甲"], past.people["乙"]]}
    answer = await boss.client.get("/insight/ping-pong/items.csv", params=whose)
    assert answer.headers["content-type"].startswith("text/csv")
    header, *lines = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert header[:4] == ["客户编号", "客户", "时间", "持有人"]
    assert [line[3] for line in lines] == ["甲", "乙", "甲"]
    assert {line[1] for line in lines} == {'\'=HYPERLINK("http://x")'}
    assert all("退回" in line[5] for line in lines)
    for path, one in (("hoarding", "甲"), ("backdated", "甲"), ("late-empty-follow-ups", "甲")):
        empty = await boss.client.get(f"/insight/{path}/items.csv", params={"person_id": past.people[one]})
        assert len(empty.text.splitlines()) == 1


async def test_a_longer_list_costs_no_more_statements(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    boss = await past.reader("主管")
    await boss.table("ping-pong")  # who they are is remembered
    counts = []
    for n in (1, 6):
        for _ in range(n):
            past.at(9)
            customer = await past.pooled()
            for name in "甲乙甲乙":
                await past.claim(customer, name)
                await past.release(customer, name)
        with counted_statements(monkeypatch) as seen:
            await boss.items("ping-pong", "甲", "乙")
            await boss.table("ping-pong")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 20
