"""Preview, its customers and its file through HTTP; what the condition builder is offered."""

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from gonghai.base import clock
from gonghai.conditions.operators import OPERATORS
from gonghai.http.routes import policy_preview
from gonghai.policy.document import compile_policy
from gonghai.policy.registry import REGISTRY
from tests.fixtures.customers import Team, counted_statements, team
from tests.fixtures.people import Company, make_company, signed_in

__all__ = ["team"]

LEVEL_A = {"fact": "level", "is": "eq", "value": "A"}
DOCUMENT: dict[str, Any] = {
    "segments": [
        {"name": {"zh": "A 类", "en": "Level A"}, "when": LEVEL_A, "timers": {}},
        {"name": {"zh": "其他", "en": "Others"}, "timers": {"follow_up": "10 days"}},
    ]
}
OLD: dict[str, Any] = {"segments": [{"name": {"zh": "全部", "en": "All"}, "timers": {"follow_up": "15 days"}}]}


@pytest.fixture
async def admin(team: Team) -> httpx.AsyncClient:
    return await team.browser(team.company.admin_id)


@pytest.fixture
async def books(team: Team) -> dict[int, list[int]]:
    """Customers of two reps, whose last sign of life lies 20, 12 and 5 days back."""
    now = clock.now()
    return {
        owner: [await team.customer(owner, now - timedelta(days=days)) for days in held]
        for owner, held in ((team.rep_id, [20, 12, 5]), (team.other_id, [12]))
    }


async def test_the_preview_says_who_would_lose_what_by_when_against_the_version_in_force(
    team: Team, admin: httpx.AsyncClient, books: dict[int, list[int]]
) -> None:
    assert (await admin.post(f"/pools/{team.pool_id}/policies", json={"document": OLD})).status_code == 201
    url = f"/pools/{team.pool_id}/policy/preview"
    answer = await admin.post(url, json={"document": DOCUMENT, "grace": "3 working_days"})
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert (said["population"], said["number"], said["present_number"], said["never"]) == (4, None, 1, 0)
    assert said["totals"] == {"at_once": 3, "within_7": 4, "within_30": 4}
    assert said["present"] == {"at_once": 1, "within_7": 3, "within_30": 4}
    assert said["really"]["at_once"] == 0
    assert [(s["index"], s["name"]["zh"], s["count"]) for s in said["segments"]] == [(0, "A 类", 0), (1, "其他", 4)]
    owners = [(o["owner"]["id"], o["department"]["name"], o["totals"]["at_once"]) for o in said["owners"]]
    assert owners == [(str(team.rep_id), "销售部", 2), (str(team.other_id), "销售部", 1)]
    assert [(d["department"]["name"], d["totals"], d["count"]) for d in said["departments"]] == [
        ("销售部", said["totals"], 4)
    ]
    by_number = (await admin.post(url, json={"number": 1})).json()
    assert by_number["number"] == 1
    assert by_number["totals"] == by_number["present"] == said["present"]
    assert (await admin.post(url, json={})).status_code == 404
    both = await admin.post(url, json={"number": 1, "document": DOCUMENT})
    assert both.status_code == 422
    faulty = await admin.post(url, json={"document": {"segments": [{"name": ""}]}})
    assert (faulty.status_code, faulty.json()["code"]) == (422, "policy_invalid")


async def test_down_to_the_customers_page_by_page(
    team: Team, admin: httpx.AsyncClient, books: dict[int, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    await admin.post(f"/pools/{team.pool_id}/policies", json={"document": OLD})
    url = f"/pools/{team.pool_id}/policy/preview/customers"
    body: dict[str, Any] = {"document": DOCUMENT, "grace": "3 working_days", "within": 0}
    first = (await admin.post(url, json={**body, "limit": 2})).json()
    rest = (await admin.post(url, json={**body, "limit": 2, "after": first["next"]})).json()
    items = first["items"] + rest["items"]
    assert rest["next"] is None
    gone = [*books[team.rep_id][:2], books[team.other_id][0]]
    assert [item["customer"]["id"] for item in items] == [str(i) for i in gone]
    one = items[0]
    assert (one["timer"], one["segment"]["en"], one["held_by"]) == ("follow_up", "Others", "grace")
    assert datetime.fromisoformat(one["goes_at"]) > datetime.fromisoformat(one["deadline"])
    assert one["present"]["segment"]["zh"] == "全部"
    assert datetime.fromisoformat(one["present"]["deadline"]) > datetime.fromisoformat(one["deadline"])
    other = (await admin.post(url, json={**body, "owner_id": str(team.other_id)})).json()["items"]
    assert [item["owner"]["id"] for item in other] == [str(team.other_id)]
    assert (await admin.post(url, json={**body, "segment": 0})).json()["items"] == []
    assert (await admin.post(url, json={**body, "after": "x"})).status_code == 422
    with counted_statements(monkeypatch) as few:
        await admin.post(url, json={**body, "limit": 1})
    with counted_statements(monkeypatch) as many:
        await admin.post(url, json={**body, "limit": 3})
    assert len(few) == len(many)


async def test_the_file_has_every_customer_in_the_readers_language_and_runs_no_formula(
    team: Team, admin: httpx.AsyncClient, books: dict[int, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy_preview, "CHUNK", 2)
    made = await admin.post("/customers", json={"name": "=1+1", "pool_id": str(team.pool_id), "owner": "me"})
    assert made.status_code == 201, made.text
    url = f"/pools/{team.pool_id}/policy/preview.csv"
    answer = await admin.post(url, json={"document": DOCUMENT})
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(b"\xef\xbb\xbf")
    table = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert table[0][:3] == ["客户编号", "客户", "负责人"]
    all_of_them = [customer for held in books.values() for customer in held]
    assert [int(row[0]) for row in table[1:]] == sorted([*all_of_them, int(made.json()["id"])])
    assert table[-1][1] == "'=1+1"
    due = list(csv.reader(io.StringIO((await admin.post(url, json={"document": DOCUMENT, "within": 0})).text)))
    assert len(due) == 4
    changed = await admin.patch("/me", json={"locale": "en-US"})
    assert changed.status_code == 200, changed.text
    english = (await admin.post(url, json={"document": DOCUMENT})).content.decode("utf-8-sig")
    assert english.startswith("Customer id,Customer,Owner")


async def test_the_builder_is_offered_every_fact_with_operators_and_the_companys_own_choices(
    team: Team, admin: httpx.AsyncClient
) -> None:
    items = {item["name"]: item for item in (await admin.get("/policy/facts")).json()["items"]}
    assert items.keys() == set(REGISTRY.facts)
    for name, item in items.items():
        operators = OPERATORS[REGISTRY.facts[name].type]
        assert {o["name"]: o["value"] for o in item["operators"]} == dict(operators)
        assert all(o["words"]["zh"] and o["words"]["en"] for o in item["operators"])
    assert [c["value"] for c in items["level"]["choices"]] == ["A", "B", "C", "D"]
    departments = {c["value"]: c["words"]["zh"] for c in items["owner_department"]["choices"]}
    assert departments[str(team.company.root_id)] == "远洋贸易"
    assert items["name"]["choices"] is None
    assert {c["value"] for c in items["kind"]["choices"]} == {"company", "person"}
    within = {o["name"]: o["words"] for o in items["created_at"]["operators"]}["within_days"]
    assert within == {"zh": "在最近 … 天内", "en": "is within the last … days"}


async def test_a_departments_id_reads_as_its_name(team: Team, admin: httpx.AsyncClient) -> None:
    condition = {"fact": "owner_department", "is": "in", "value": [str(team.company.root_id), "999999999"]}
    document = {"segments": [{"name": "本部", "when": condition}, {"name": "其他"}]}
    checked = await admin.post(f"/pools/{team.pool_id}/policy/check", json={"document": document})
    assert checked.json()["rows"][0]["condition"]["zh"] == "负责人部门属于远洋贸易、#999999999"


async def test_the_schema_and_the_ready_made_policies_are_there_for_whoever_reads_rules(
    app: FastAPI, company: Company
) -> None:
    client = await signed_in(app, company, await company.person("李娜"))
    assert (await client.get("/policy/schema")).json()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    items = (await client.get("/policy/templates")).json()["items"]
    assert [item["code"] for item in items] == ["small_team", "enterprise", "service", "manufacturer"]
    for item in items:
        compile_policy(item["document"], REGISTRY, {})


async def test_drafts_and_previews_of_another_company_are_not_found(
    app: FastAPI, team: Team, admin: httpx.AsyncClient, company: Company, migrated_url: str
) -> None:
    other = await make_company(company.database, migrated_url, "别家")
    kept = await admin.put(
        f"/pools/{team.pool_id}/policy/draft", json={"document": DOCUMENT}, headers={"If-None-Match": "*"}
    )
    assert kept.status_code == 200
    stranger = await signed_in(app, other)
    for method, path in (
        ("get", "policy/draft"), ("put", "policy/draft"), ("delete", "policy/draft"), ("post", "policy/draft/publish"),
        ("post", "policy/preview"), ("post", "policy/preview/customers"), ("post", "policy/preview.csv"),
        ("get", "policies"), ("get", "policies/1"), ("post", "policy/check"), ("post", "policies/1/publish-again"),
    ):  # fmt: skip
        body = {"document": DOCUMENT} if path in ("policy/draft", "policy/check") else {}
        answer = await stranger.request(
            method, f"/pools/{team.pool_id}/{path}", json=body if method != "get" else None, headers={"If-Match": '"1"'}
        )
        assert answer.status_code == 404, (method, path, answer.status_code, answer.text)
