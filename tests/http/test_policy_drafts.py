"""Drafts, versions and previews through HTTP: nobody overwrites anybody, and what is published is what was read."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from gonghai.base import clock
from gonghai.workdays import Calendar, end_of_working_day
from tests.fixtures.customers import Team, team

__all__ = ["team"]

A: dict[str, Any] = {"fact": "level", "is": "eq", "value": "A"}


def document(days: int = 30, **more: Any) -> dict[str, Any]:
    return {
        "segments": [
            {"name": {"zh": "A 类", "en": "Level A"}, "when": A, "timers": {"follow_up": f"{days} days"}},
            {"name": {"zh": "其他", "en": "Others"}, "timers": {"follow_up": "60 days"}},
        ],
        **more,
    }


FAULTY: dict[str, Any] = {
    "segments": [
        {"name": "空条件", "when": {"all": []}, "timers": {"follow_up": "3 fortnights"}},
        {"name": "不合适", "when": {"fact": "level", "is": "ge", "value": 3}, "target": {"pool": "没有的公海"}},
        {"name": "其他", "timers": {"nap": "3 days"}},
    ]
}


@pytest.fixture
async def admin(team: Team) -> httpx.AsyncClient:
    return await team.browser(team.company.admin_id)


async def begun(client: httpx.AsyncClient, pool: int, given: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """A new draft's ETag and body."""
    answer = await client.put(f"/pools/{pool}/policy/draft", json={"document": given}, headers={"If-None-Match": "*"})
    assert answer.status_code == 200, answer.text
    return answer.headers["etag"], answer.json()


async def test_the_second_of_two_admins_on_one_draft_is_told_who_saved_and_overwrites_nothing(
    team: Team, admin: httpx.AsyncClient
) -> None:
    url = f"/pools/{team.pool_id}/policy/draft"
    second = await team.browser(await team.company.person("赵敏", ("admin",)))
    etag, _ = await begun(admin, team.pool_id, document(30))
    assert (await second.get(url)).headers["etag"] == etag
    saved = await second.put(url, json={"document": document(20)}, headers={"If-Match": etag})
    assert saved.status_code == 200, saved.text
    late = await admin.put(url, json={"document": document(10)}, headers={"If-Match": etag})
    assert late.status_code == 412
    assert late.json()["code"] == "changed_meanwhile"
    assert late.json()["data"]["author"] == "赵敏"
    assert late.json()["data"]["updated_at"] is not None
    now = await admin.get(url)
    assert f'"{late.json()["data"]["version"]}"' == now.headers["etag"]
    assert now.json()["document"] == document(20)
    assert (await admin.put(url, json={"document": document(1)})).status_code == 428


async def test_of_many_saves_against_one_version_at_once_exactly_one_is_kept(
    team: Team, admin: httpx.AsyncClient
) -> None:
    url = f"/pools/{team.pool_id}/policy/draft"
    etag, _ = await begun(admin, team.pool_id, document(30))
    clients = [await team.browser(await team.company.person(f"管理员{i}", ("admin",))) for i in range(6)]
    answers = await asyncio.gather(
        *(c.put(url, json={"document": document(i + 1)}, headers={"If-Match": etag}) for i, c in enumerate(clients))
    )
    assert sorted(a.status_code for a in answers) == [200] + [412] * 5
    kept = next(a for a in answers if a.status_code == 200).json()["document"]
    assert (await admin.get(url)).json()["document"] == kept
    begins = await asyncio.gather(
        *(c.put(url, json={"document": document(9)}, headers={"If-None-Match": "*"}) for c in clients)
    )
    assert {a.status_code for a in begins} == {412}


async def test_a_save_and_a_publication_at_once_never_lose_what_was_saved(team: Team, admin: httpx.AsyncClient) -> None:
    url = f"/pools/{team.pool_id}/policy/draft"
    other = await team.browser(await team.company.person("赵敏", ("admin",)))
    for days in range(1, 7):
        etag, _ = await begun(admin, team.pool_id, document(30))
        saved, published = await asyncio.gather(
            other.put(url, json={"document": document(days)}, headers={"If-Match": etag}),
            admin.post(f"{url}/publish", json={}, headers={"If-Match": etag}),
        )
        assert sorted((saved.status_code, published.status_code)) in ([200, 412], [201, 412]), (saved, published)
        if published.status_code == 201:
            assert saved.json()["code"] == "draft_gone"
            assert published.json()["document"] == document(30)
        else:
            kept = await admin.get(url)
            assert kept.json()["document"] == document(days)
            assert (await admin.delete(url, headers={"If-Match": kept.headers["etag"]})).status_code == 204


async def test_pools_that_send_to_each_other_are_published_at_once(team: Team, admin: httpx.AsyncClient) -> None:
    second = await team.pool("二级公海")
    for _ in range(5):
        waiting = []
        for pool, target in ((team.pool_id, second), (second, team.pool_id)):
            given = document()
            given["segments"][1]["target"] = {"pool": str(target)}
            etag, _ = await begun(admin, pool, given)
            url = f"/pools/{pool}/policy/draft/publish"
            waiting.append(admin.post(url, json={}, headers={"If-Match": etag}))
        assert [answer.status_code for answer in await asyncio.gather(*waiting)] == [201, 201]


async def test_one_who_still_has_a_former_draft_open_does_not_overwrite_the_next_one(
    team: Team, admin: httpx.AsyncClient
) -> None:
    url = f"/pools/{team.pool_id}/policy/draft"
    old, _ = await begun(admin, team.pool_id, document(30))
    assert (await admin.delete(url, headers={"If-Match": old})).status_code == 204
    gone = await admin.put(url, json={"document": document(1)}, headers={"If-Match": old})
    assert (gone.status_code, gone.json()["code"]) == (412, "draft_gone")
    new, _ = await begun(admin, team.pool_id, document(20))
    assert new != old
    assert (await admin.put(url, json={"document": document(1)}, headers={"If-Match": old})).status_code == 412
    assert (await admin.delete(url, headers={"If-Match": old})).status_code == 412
    assert (await admin.get(url)).json()["document"] == document(20)


async def test_a_draft_may_be_faulty_and_says_so_at_the_cell_but_is_not_published(
    team: Team, admin: httpx.AsyncClient
) -> None:
    etag, kept = await begun(admin, team.pool_id, FAULTY)
    faults = {e["path"]: e["code"] for e in kept["errors"]}
    assert faults == {
        "segments[0].when.all": "empty",
        "segments[0].timers.follow_up": "length_invalid",
        "segments[1].when.is": "operator_unfit",
        "segments[1].target": "pool_unknown",
        "segments[2].timers.nap": "unknown_timer",
    }
    refused = await admin.post(f"/pools/{team.pool_id}/policy/draft/publish", json={}, headers={"If-Match": etag})
    assert (refused.status_code, refused.json()["code"]) == (422, "policy_invalid")
    assert {e["path"]: e["code"] for e in refused.json()["errors"]} == faults
    assert (await admin.get(f"/pools/{team.pool_id}/policies")).json()["versions"] == []
    assert (await admin.get(f"/pools/{team.pool_id}/policy/draft")).headers["etag"] == etag
    checked = await admin.post(f"/pools/{team.pool_id}/policy/check", json={"document": FAULTY})
    assert {e["path"]: e["code"] for e in checked.json()["errors"]} == faults


@pytest.mark.parametrize("bad", ["\0", "\ud800", 2**70])
async def test_what_the_database_cannot_hold_is_refused_and_not_an_error(
    team: Team, admin: httpx.AsyncClient, bad: Any
) -> None:
    import json

    body = json.dumps({"document": {"segments": [{"name": bad}]}})
    headers = {"If-None-Match": "*", "Content-Type": "application/json"}
    answer = await admin.put(f"/pools/{team.pool_id}/policy/draft", content=body, headers=headers)
    assert answer.status_code == 422, answer.text
    published = await admin.post(f"/pools/{team.pool_id}/policies", content=body, headers=headers)
    assert published.status_code == 422, published.text


async def test_a_draft_is_published_with_grace_from_an_instant_on_and_is_planned_until_then(
    team: Team, admin: httpx.AsyncClient
) -> None:
    first = await admin.post(f"/pools/{team.pool_id}/policies", json={"document": document(30), "note": "首版"})
    assert first.status_code == 201, first.text
    assert first.json()["state"] == "in_force"
    starts = clock.now() + timedelta(days=3)
    etag, _ = await begun(admin, team.pool_id, document(15))
    body = {"note": "收紧", "effective_from": starts.isoformat(), "grace": "3 working_days"}
    url = f"/pools/{team.pool_id}/policy/draft/publish"
    made = await admin.post(url, json=body, headers={"If-Match": etag})
    assert made.status_code == 201, made.text
    assert (made.json()["number"], made.json()["state"]) == (2, "planned")
    assert datetime.fromisoformat(made.json()["effective_from"]) == starts
    assert datetime.fromisoformat(made.json()["grace_until"]) == end_of_working_day(starts, 3, Calendar())
    listed = (await admin.get(f"/pools/{team.pool_id}/policies")).json()
    assert [(v["number"], v["state"]) for v in listed["versions"]] == [(2, "planned"), (1, "in_force")]
    assert datetime.fromisoformat(listed["versions"][1]["superseded_at"]) == starts
    assert listed["draft"] is None
    assert (await admin.get(f"/pools/{team.pool_id}/policy")).json()["number"] == 1
    pools = (await admin.get("/pools")).json()["items"]
    assert [p["policy_version"] for p in pools if p["id"] == str(team.pool_id)] == [1]

    again = await admin.post(f"/pools/{team.pool_id}/policies/1/publish-again", json={"note": "撤回"})
    assert again.status_code == 201, again.text
    assert (again.json()["number"], again.json()["based_on"], again.json()["document"]) == (3, 1, document(30))
    states = [(v["number"], v["state"]) for v in again.json()["versions"]]
    assert states == [(3, "in_force"), (2, "superseded"), (1, "superseded")]


async def test_a_start_in_the_past_and_a_grace_that_is_no_length_are_refused(
    team: Team, admin: httpx.AsyncClient
) -> None:
    url = f"/pools/{team.pool_id}/policies"
    past = (clock.now() - timedelta(minutes=5)).isoformat()
    far = (clock.now() + timedelta(days=3000)).isoformat()
    for more in ({"effective_from": past}, {"effective_from": far}, {"grace": "3 fortnights"}, {"grace": "0 days"}):
        answer = await admin.post(url, json={"document": document(), **more})
        assert answer.status_code == 422, (more, answer.text)
    numbers = {"to": 10**30, "from": 1}
    assert (await admin.get(f"{url}/diff", params=numbers)).status_code == 422
    big = {"document": document(), "based_on": 10**30}
    draft = f"/pools/{team.pool_id}/policy/draft"
    assert (await admin.put(draft, json=big, headers={"If-None-Match": "*"})).status_code == 422
    unknown = await admin.put(draft, json={**big, "based_on": 7}, headers={"If-None-Match": "*"})
    assert unknown.status_code == 404
    naive = await admin.post(url, json={"document": document(), "effective_from": "2099-01-01T00:00:00"})
    assert naive.status_code == 422, naive.text
    assert (await admin.get(url)).json()["versions"] == []


async def test_two_versions_differ_in_words(team: Team, admin: httpx.AsyncClient) -> None:
    await admin.post(f"/pools/{team.pool_id}/policies", json={"document": document(30)})
    await admin.post(f"/pools/{team.pool_id}/policies", json={"document": document(15)})
    told = await admin.get(f"/pools/{team.pool_id}/policies/diff", params={"from": 1, "to": 2})
    assert told.status_code == 200, told.text
    assert told.json()["items"] == [
        {
            "kind": "timer_changed",
            "words": {
                "zh": "分组「A 类」的「未跟进」由 30 天改为 15 天。",
                "en": "“Level A” has 15 days for “no follow-up” instead of 30 days.",
            },
        }
    ]
    await begun(admin, team.pool_id, document(15, warnings={"days": [5]}))
    draft = await admin.get(f"/pools/{team.pool_id}/policies/diff", params={"from": 2, "to": "draft"})
    assert [item["kind"] for item in draft.json()["items"]] == ["warnings_changed"]


async def test_only_those_who_administer_the_pool_write_and_auditors_read(team: Team, admin: httpx.AsyncClient) -> None:
    company, pool = team.company, team.pool_id
    etag, _ = await begun(admin, pool, document())
    keeper = await company.person("池管", ("rep",))
    scope = {"scopes": {"admins": [{"kind": "person", "id": str(keeper)}]}}
    changed = await admin.patch(f"/pools/{pool}", json=scope, headers={"If-Match": '"1"'})
    assert changed.status_code == 200, changed.text
    auditor = await team.browser(await company.person("审计", ("auditor",)))
    rep, manager = await team.browser(team.rep_id), await team.browser(team.manager_id)
    named = await team.browser(keeper)
    assert (await named.get(f"/pools/{pool}/policy/draft")).status_code == 200
    assert (await auditor.get(f"/pools/{pool}/policy/draft")).status_code == 200
    assert (await auditor.post(f"/pools/{pool}/policy/preview", json={})).status_code == 200
    for client in (rep, manager):
        assert (await client.get(f"/pools/{pool}/policy/draft")).status_code == 403
        assert (await client.get(f"/pools/{pool}/policies")).json()["draft"] is None
        assert (await client.post(f"/pools/{pool}/policy/preview", json={})).status_code == 403
    for client in (rep, manager, auditor):
        put = await client.put(f"/pools/{pool}/policy/draft", json={"document": {}}, headers={"If-Match": etag})
        publish = await client.post(f"/pools/{pool}/policy/draft/publish", json={}, headers={"If-Match": etag})
        straight = await client.post(f"/pools/{pool}/policies", json={"document": document()})
        assert {put.status_code, publish.status_code, straight.status_code} == {403}
    done = await named.post(f"/pools/{pool}/policy/draft/publish", json={}, headers={"If-Match": etag})
    assert done.status_code == 201, done.text
    other = await company.pool("别的公海")
    assert (await named.post(f"/pools/{other}/policies", json={"document": document()})).status_code == 403


async def test_a_document_keeps_its_target_when_the_pool_is_renamed_and_the_target_cannot_be_closed(
    team: Team, admin: httpx.AsyncClient
) -> None:
    target = await team.pool("二级公海")
    given = document()
    given["segments"][1]["target"] = {"pool": "二级公海"}
    starts = (clock.now() + timedelta(days=2)).isoformat()
    made = await admin.post(f"/pools/{team.pool_id}/policies", json={"document": given, "effective_from": starts})
    assert made.json()["document"] == given
    closed = await admin.post(f"/pools/{target}/close", json={"successor_id": str(team.pool_id)})
    assert (closed.status_code, closed.json()["code"]) == (409, "pool_is_policy_target")
    renamed = await admin.patch(f"/pools/{target}", json={"name": "集团公海"}, headers={"If-Match": '"1"'})
    assert renamed.status_code == 200, renamed.text
    shown = (await admin.get(f"/pools/{team.pool_id}/policies/1")).json()
    assert shown["document"]["segments"][1]["target"] == {"pool": "集团公海"}
    assert shown["rows"][1]["target"] == {"id": str(target), "name": "集团公海"}
