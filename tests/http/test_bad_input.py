"""Bodies that no screen sends: every route that is written to refuses them in words, and none breaks on them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest

from gonghai.base import clock
from tests.fixtures.customers import Team, team

__all__ = ["team"]

NUL = "a\0b"
HALF = "\ud800"  # half of a surrogate pair
LONG = "长" * 100_000
HUGE = 2**40
LATER = "2027-12-01T00:00:00+08:00"
GOOD = {"segments": [{"name": "其他", "timers": {"holding": "10 days"}}]}


def nested(depth: int) -> Any:
    condition: Any = {"fact": "level", "is": "eq", "value": "A"}
    for _ in range(depth):
        condition = {"not": condition}
    return condition


def documents() -> list[Any]:
    """Policies that can't be."""
    last = {"name": "其他", "timers": {"follow_up": "10 days"}}

    def of(segment: Any, **more: Any) -> Any:
        return {"segments": [segment, last], **more}

    one = {"name": "甲", "when": {"fact": "level", "is": "eq", "value": "A"}}
    return [
        {},
        {"segments": []},
        {"segments": {}},
        {"segments": [None, 1, "x"]},
        {"segments": [last], NUL: 1},
        {"segments": [last], "a" * 100_000: 1},
        of({**one, "name": NUL}),
        of({**one, "name": HALF}),
        of({**one, "name": LONG}),
        of({**one, "name": {"fr": "x"}}),
        of({**one, "name": {}}),
        of({**one, "when": {}}),
        of({**one, "when": None}),
        of({**one, "when": nested(20)}),
        of({**one, "when": nested(200)}),
        of({**one, "when": nested(400)}),
        of({**one, "when": {"fact": "level", "is": "eq", "value": NUL}}),
        of({**one, "when": {"fact": "name", "is": "contains", "value": HALF}}),
        of({**one, "when": {"fact": NUL, "is": "eq", "value": "A"}}),
        of({**one, "when": {"fact": HALF, "is": "eq", "value": "A"}}),
        of({**one, "when": {"fact": "level", "is": HALF, "value": "A"}}),
        of({**one, "when": {"fact": "amount", "is": "gt", "value": 10**30}}),
        of({**one, "when": {"fact": "amount", "is": "contains", "value": "x"}}),
        of({**one, "timers": {"follow_up": "10 parsecs"}}),
        of({**one, "timers": {"follow_up": {"n": 10**30, "unit": "days"}}}),
        of({**one, "timers": {"follow_up": {"n": 1, "unit": ["days"]}}}),
        of({**one, "timers": {"follow_up": {"n": 1, "unit": {}}}}),
        of({**one, "timers": {NUL: "1 days"}}),
        of({**one, "timers": [1]}),
        of({**one, "target": {"pool": NUL}}),
        of({**one, "target": {"pool": HALF}}),
        of({**one, "target": {"pool": ["x"]}}),
        of({**one, "target": {"pool": {}}}),
        of({**one, "target": 7}),
        of(one, warnings={"days": [0, -1, 10**30, "x", None]}),
        of(one, warnings={"days": [[1], [1]]}),
        of(one, warnings=[7]),
        of(one, cleaning={"every": "year", "rules": [{"name": "x"}]}),
        of(one, cleaning={"every": ["day"], "rules": []}),
        of(one, cleaning={"every": {}, "rules": []}),
        of(one, cleaning={"rules": [{"name": NUL, "when": nested(1), "do": {"archive": NUL}}]}),
        of(one, cleaning={"rules": [{"name": "x", "when": nested(1), "do": {"archive": HALF}}]}),
        of(one, cleaning={"rules": [{"name": "x", "when": nested(400), "do": {"archive": "x"}}]}),
        of(one, cleaning={"rules": [{"name": "x", "when": nested(1), "do": {"reverify": {"person": NUL}}}]}),
        of(one, cleaning={"rules": [{"name": "x", "when": nested(1), "do": {"reverify": ["x"]}}]}),
        of(one, cleaning={"rules": [{"name": "x", "when": nested(1), "do": {"move": {"pool": [1]}}}]}),
        of(one, cleaning={"rules": [{"name": "x", "when": nested(1), "do": {"move": {"pool": "nowhere"}}}]}),
        of(
            one,
            cleaning={"rules": [{"name": "x", "when": {"all": [nested(1), {"fact": ["x"]}]}, "do": {"archive": "x"}}]},
        ),
    ]


@pytest.fixture
async def admin(team: Team) -> httpx.AsyncClient:
    return await team.browser(team.company.admin_id)


async def sent(client: httpx.AsyncClient, method: str, url: str, body: Any, **headers: str) -> httpx.Response:
    """As ASCII, so that the body may say what UTF-8 can't. A broken route raises in the test."""
    text = json.dumps(body)
    try:
        return await client.request(method, url, content=text, headers={"content-type": "application/json", **headers})
    except Exception as error:
        raise AssertionError(f"{method} {url} {text[:300]}") from error


async def test_no_document_breaks_a_route(team: Team, admin: httpx.AsyncClient) -> None:
    pool = f"/pools/{team.pool_id}"
    routes: dict[str, dict[str, Any]] = {
        "policies": {},
        "policy/preview": {},
        "policy/preview/customers": {"within": 0},
        "policy/preview.csv": {},
    }
    for document in documents():
        checked = await sent(admin, "POST", f"{pool}/policy/check", {"document": document})
        assert checked.status_code == 200, str(document)[:300]
        assert checked.json()["errors"], str(document)[:300]
        for route, more in routes.items():
            refused = await sent(admin, "POST", f"{pool}/{route}", {"document": document, **more})
            assert (refused.status_code, refused.json()["code"]) == (422, "policy_invalid"), (
                route,
                str(document)[:300],
            )
        for route in ("cleaning/preview", "cleaning/preview/customers"):
            tried = await sent(admin, "POST", f"{pool}/{route}", {"document": document})
            assert tried.status_code in (200, 422), (route, str(document)[:300])


async def test_a_faulty_draft_is_kept_and_shown_or_refused(team: Team, admin: httpx.AsyncClient) -> None:
    pool = f"/pools/{team.pool_id}"
    for document in documents():
        begun = await sent(admin, "PUT", f"{pool}/policy/draft", {"document": document}, **{"If-None-Match": "*"})
        if begun.status_code == 422:
            continue
        assert begun.json()["errors"], str(document)[:300]
        for route in ("policy/draft", "policies"):
            assert (await admin.get(f"{pool}/{route}")).status_code == 200, str(document)[:300]
        tag = {"If-Match": begun.headers["ETag"]}
        refused = await admin.post(f"{pool}/policy/draft/publish", json={"note": ""}, headers=tag)
        assert refused.status_code == 422, str(document)[:300]
        assert (await admin.delete(f"{pool}/policy/draft", headers=tag)).status_code == 204
    assert (await admin.get(f"{pool}/policies")).json()["versions"] == []


@dataclass(slots=True)
class Stage:
    """A customer whose owner has asked for more time; the paths of all three."""

    rep: httpx.AsyncClient
    manager: httpx.AsyncClient
    customer: str
    pool: str
    request: str


@pytest.fixture
async def stage(team: Team, admin: httpx.AsyncClient) -> Stage:
    customer = await team.customer(team.rep_id, clock.now() - timedelta(days=5))
    rep, manager = await team.browser(team.rep_id), await team.browser(team.manager_id)
    pool = f"/pools/{team.pool_id}"
    assert (await admin.post(f"{pool}/policies", json={"document": GOOD})).status_code == 201
    asked = await rep.post(f"/customers/{customer}/extension", json={"days": 3})
    return Stage(rep, manager, f"/customers/{customer}", pool, f"/requests/{asked.json()['id']}")


Case = tuple[httpx.AsyncClient, str, Any]


async def all_refused(cases: Iterable[Case]) -> None:
    for client, url, body in cases:
        answer = await sent(client, "POST", url, body)
        assert 400 <= answer.status_code < 500, (url, str(body)[:200], answer.status_code, answer.text[:200])


@pytest.mark.parametrize("text", [NUL[1:2], HALF, LONG, "   ", ""])
async def test_texts_that_say_nothing_or_too_much_are_refused(stage: Stage, text: str) -> None:
    await all_refused(
        [
            (stage.rep, f"{stage.request}/comments", {"text": text}),
            (stage.rep, f"{stage.customer}/archive-request", {"reason": text}),
            (stage.rep, f"{stage.customer}/appeal", {"note": text}),
            (stage.manager, f"{stage.customer}/archive", {"reason": text}),
            (stage.manager, f"{stage.customer}/protect", {"until": LATER, "reason": text}),
        ]
    )


async def test_what_a_database_cannot_hold_is_left_out_of_notes(stage: Stage, admin: httpx.AsyncClient) -> None:
    said = await stage.rep.post(f"{stage.request}/comments", json={"text": NUL})
    assert [m["text"] for m in said.json()["thread"]] == ["ab"]
    asked = await stage.rep.post(f"{stage.customer}/archive-request", json={"reason": NUL, "note": NUL})
    assert (asked.json()["reason"]["zh"], asked.json()["note"]) == ("ab", "ab")
    kept = await stage.manager.post(f"{stage.customer}/protect", json={"until": LATER, "reason": NUL})
    assert kept.status_code == 200
    declined = await stage.manager.post(f"{stage.request}/decline", json={"note": NUL})
    assert declined.status_code == 200
    published = await admin.post(f"{stage.pool}/policies", json={"document": GOOD, "note": NUL})
    assert published.json()["note"] == "ab"


async def test_instants_beyond_reason_are_refused(stage: Stage, admin: httpx.AsyncClient) -> None:
    for when in ("9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+14:00", "2027-01-01T00:00:00", "soon", 10**30):
        await all_refused(
            [
                (stage.rep, f"{stage.customer}/lock", {"until": when}),
                (stage.manager, f"{stage.customer}/protect", {"until": when, "reason": "x"}),
                (admin, f"{stage.pool}/policies", {"document": GOOD, "effective_from": when}),
                (admin, f"{stage.pool}/policy/preview", {"document": GOOD, "effective_from": when}),
            ]
        )


async def test_leaves_and_plans_beyond_reason_are_refused(stage: Stage, team: Team, admin: httpx.AsyncClient) -> None:
    """PostgreSQL knows instants that Python can't read: one of them would break every page it is on."""
    for when in ("9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+14:00"):
        leave = {"from": when, "until": LATER}
        refused = await sent(admin, "PUT", f"/people/{team.rep_id}/leave", leave, **{"If-Match": '"1"'})
        assert refused.status_code == 422, refused.text
        planned = {"kind": "call", "note": "x", "next_at": when}
        await all_refused([(stage.rep, f"{stage.customer}/follow-ups", planned)])


async def test_a_grace_beyond_reason_is_refused(stage: Stage, admin: httpx.AsyncClient) -> None:
    for when in ("9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+14:00", "2027-01-01T00:00:00", "soon", 10**30):
        await all_refused(
            [
                (admin, f"{stage.pool}/policies", {"document": GOOD, "grace_until": when}),
            ]
        )


async def test_numbers_and_lengths_beyond_reason_are_refused(stage: Stage, admin: httpx.AsyncClient) -> None:
    for n in (-1, HUGE, 10**30, "x", 1.5):
        await all_refused(
            [
                (stage.rep, f"{stage.customer}/extension", {"days": n}),
                (stage.manager, f"{stage.request}/accept", {"days": n}),
                (admin, f"{stage.pool}/policy/preview/customers", {"document": GOOD, "segment": n}),
                (admin, f"{stage.pool}/policy/preview/customers", {"document": GOOD, "limit": n}),
                (admin, f"{stage.pool}/cleaning/preview/customers", {"rule": n}),
            ]
        )
    for grace in ("1000000 days", "0 days", "x", 3, {"n": 10**30, "unit": "days"}, {"n": 1, "unit": ["x"]}, NUL):
        await all_refused(
            (admin, f"{stage.pool}/{route}", {"document": GOOD, "grace": grace})
            for route in ("policies", "policy/preview")
        )
    for ids in ([], ["x"], ["-1"], [str(2**70)], [str(HUGE)] * 2000, [1.5], None):
        await all_refused(
            [
                (stage.manager, "/requests/decisions", {"ids": ids, "decision": "accept"}),
                (stage.manager, "/moves", {"move": "unlock", "customer_ids": ids}),
                (stage.manager, "/inbox/read", {"ids": ids}),
            ]
        )


async def test_names_and_queries_with_what_no_database_holds_are_refused(
    stage: Stage, admin: httpx.AsyncClient
) -> None:
    for name in (NUL, HALF, "   ", LONG):
        reasons = {"return_reasons": [{"code": "x", "zh": name, "en": "x"}]}
        for body in ({"name": name}, reasons):
            refused = await sent(admin, "PATCH", stage.pool, body, **{"If-Match": '"1"'})
            assert refused.status_code == 422, refused.text
        await all_refused([(admin, "/pools", {"name": name})])
    for query in ("q=a%00b", "level=a%00b"):
        for route in ("/customers", f"{stage.pool}/customers"):
            assert (await admin.get(f"{route}?{query}")).status_code == 422


async def test_a_sweep_of_a_pool_that_is_not_there_is_not_begun(admin: httpx.AsyncClient) -> None:
    assert (await admin.post("/recycle-runs", json={"pool_id": str(HUGE)})).status_code == 404


async def test_a_thousand_faults_are_one(team: Team, admin: httpx.AsyncClient) -> None:
    many = [{"segments": [None] * 1000}, {**GOOD, "cleaning": {"rules": [None] * 1000}}]
    many.append({**GOOD, "warnings": {"days": [0] * 1000}})
    for document in many:
        checked = await admin.post(f"/pools/{team.pool_id}/policy/check", json={"document": document})
        assert len(checked.json()["errors"]) == 1
