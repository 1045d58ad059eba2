"""Masked values leave the server on no way: canaries planted everywhere, every route of the OpenAPI crawled.

Whoever is entitled finds each of them in clear; a rep, the former owner, a manager and somebody who only looks find
none, in whatever way the digits are written, in files and error answers too. Each place that masks is taken away once:
then the crawl finds what it must not.
"""

import importlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI

from gonghai.base.database import Database
from tests.fixtures.customers import make_team
from tests.fixtures.people import make_company
from tests.http.canaries import Planted, done, plant, plant_owned
from tests.http.crawl import Crawl
from tests.http.listening import listening, serving
from tests.http.test_tenants import bodies
from tests.people.test_deputies import named

PREVIEWS = {
    "/pools/{pool_id}/policy/preview": [{"number": 1}],
    "/pools/{pool_id}/policy/preview/customers": [{"number": 1}],
    "/pools/{pool_id}/policy/preview.csv": [{"number": 1}],
    "/pools/{pool_id}/policy/check": [{"document": {"segments": [{"name": "x"}]}}],
    "/pools/{pool_id}/cleaning/preview/customers": [
        {"document": {"segments": [{"name": "x"}], "cleaning": {"rules": [
            {"name": "x", "when": {"fact": "website", "is": "is_present"}, "do": {"archive": "x"}}]}}},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
async def planted(app: FastAPI, database: Database, migrated_url: str) -> Planted:
    return await plant(await make_team(app, await make_company(database, migrated_url)))


async def crawl(planted: Planted, person_id: int) -> AsyncIterator[tuple[str, str]]:
    team = planted.team
    async with await team.browser(person_id) as client:
        async for asked, answer in Crawl(client, team.app.openapi(), planted.ids).reads(PREVIEWS):
            yield asked, answer


def who(planted: Planted, name: str) -> int:
    team = planted.team
    return {
        "rep": team.rep_id, "former owner": planted.former_id, "manager": team.manager_id, "viewer": planted.viewer_id,
    }[name]  # fmt: skip


async def test_whoever_is_entitled_finds_every_canary_in_clear(planted: Planted) -> None:
    found: set[str] = set()
    asked = 0
    async for _, answer in crawl(planted, planted.team.company.admin_id):
        found |= planted.canaries.found_in(answer)
        asked += 1
    assert planted.canaries.shown.keys() - found == set()
    assert asked > 150


@pytest.mark.parametrize("name", ["rep", "former owner", "manager", "viewer"])
async def test_whoever_sees_the_customers_in_the_pool_alone_finds_none(planted: Planted, name: str) -> None:
    seen, asked = set(), 0
    async for said, answer in crawl(planted, who(planted, name)):
        leaked = planted.canaries.found_in(answer, kept=True)
        assert not leaked, f"{name}: {said} tells {leaked}: {answer[:2000]}"
        seen |= {i for i in planted.customers if f'"{i}"' in answer and "金丝雀" in answer}
        asked += 1
    assert seen == set(planted.customers), "the crawl saw the customers themselves"
    assert asked > 150


async def test_a_deputy_reads_what_the_owner_reads_and_nothing_once_they_act_no_more(planted: Planted) -> None:
    team = planted.team
    owner, deputy = [await team.company.person(name) for name in ("absent", "deputy")]
    canaries = await plant_owned(planted, owner)
    row = await named(await team.browser(team.company.admin_id), owner, deputy)

    async def read(person_id: int) -> set[str]:
        return {what async for _, answer in crawl(planted, person_id) for what in canaries.found_in(answer)}

    assert await read(deputy) == await read(owner) == canaries.shown.keys()
    await done(await team.browser(deputy), "POST", f"/deputies/{row['id']}/end", None)
    assert await read(deputy) == set()
    planted.ids["customer_id"].pop()


async def test_no_answer_to_a_write_tells_one(planted: Planted) -> None:
    """By somebody who sees the pool and may do nothing with it but log a call."""
    team = planted.team
    theirs = {name: ids[0] for name, ids in planted.ids.items()}
    theirs |= {"request_id": "1", "owner_id": str(planted.viewer_id), "person_id": str(planted.viewer_id)}
    paths = [path.removeprefix("/api/v1") for path in team.app.openapi()["paths"]]
    given = {path: bodies(path, theirs) for path in paths}
    async with await team.browser(planted.viewer_id) as client:
        async for said, answer in Crawl(client, team.app.openapi(), planted.ids).writes(given):
            assert not planted.canaries.found_in(answer, kept=True), f"{said}: {answer[:2000]}"
    for customer in planted.customers:
        assert (await team.row(customer))["state"] == "pooled", "a write went through: this proves nothing"


async def test_searching_and_filtering_by_a_masked_value_finds_nothing(planted: Planted) -> None:
    """Not even that there is a customer with it."""
    team = planted.team
    rep = await team.browser(team.rep_id)
    lists = ["/customers", f"/pools/{planted.ids['pool_id'][0]}/customers"]
    values = (planted.canaries.shown | planted.canaries.kept).values()
    for path in lists:
        assert (await rep.get(path, params={"q": "金丝雀"})).json()["items"]
        for value in values:
            for name in ("q", "phones", "website", "uscc"):
                whole = (await rep.get(path)).json()["items"] if name != "q" else []
                answer = await rep.get(path, params={name: value})
                # A filter that isn't there narrows nothing.
                assert answer.json().get("items", []) == whole, (path, name, value)
            if value.isdigit():
                assert (await rep.get(path, params={"q": value[-4:]})).json()["items"] == []


async def test_the_live_stream_of_a_pool_tells_none(planted: Planted) -> None:
    team, pool = planted.team, int(planted.ids["pool_id"][0])
    admin = await team.browser(team.company.admin_id)
    customer = planted.customers[-1]
    async with serving(team.app) as address:
        async with listening(address, team.app, team.company, pool, team.rep_id) as listener:
            for move, body, told in (("archive", {"reason": "x"}, "left"), ("restore", {}, "entered")):
                assert (await admin.post(f"/customers/{customer}/{move}", json=body)).status_code == 200
                await listener.until(lambda it, told=told: customer in it.ids(told))
    assert planted.canaries.found_in(listener.text, kept=True) == set()


def _as_it_is(*args: Any) -> Any:
    """What masks nothing: the thing itself, which comes after the actor and the customer where they are given."""
    values = [arg for arg in args if not isinstance(arg, frozenset)]
    return values[-1]


def _follow_up(*args: Any) -> Any:
    return {**args[-1], "note_hidden": False}


def _record(_: Any, row: Any) -> Any:
    return {**row, "masked": [], "hidden": []}


def _value(value: Any, _: Any) -> Any:
    return value


# Every place that masks something: (module, function, without it, who finds out).
PLACES = [
    ("gonghai.http.customer_shapes", "masked_record", _record, "rep"),
    ("gonghai.http.customer_shapes", "masked_contact", _value, "rep"),
    ("gonghai.exchange.export", "masked_record", _record, "manager"),
    ("gonghai.http.routes.history", "masked_event", _value, "rep"),
    ("gonghai.policy.why", "masked_event", _value, "rep"),
    ("gonghai.activities.queries", "masked_follow_up", _follow_up, "rep"),
    ("gonghai.http.insight_shapes", "masked_follow_up", _follow_up, "manager"),
    ("gonghai.deals.queries", "masked_deal", _value, "rep"),
    ("gonghai.http.request_shapes", "mask_text", _value, "former owner"),
    ("gonghai.http.routes.requests", "mask_text", _value, "former owner"),
    ("gonghai.customers.masking", "mask", _value, "rep"),
    ("gonghai.customers.masking", "mask_text", _value, "rep"),
]


@pytest.mark.parametrize(("module", "function", "instead", "name"), PLACES, ids=[f"{m}.{f}" for m, f, _, _ in PLACES])
async def test_without_the_mask_in_any_one_place_the_crawl_finds_out(
    planted: Planted, monkeypatch: pytest.MonkeyPatch, module: str, function: str, instead: Any, name: str
) -> None:
    monkeypatch.setattr(importlib.import_module(module), function, instead)
    async for _, answer in crawl(planted, who(planted, name)):
        if planted.canaries.found_in(answer):
            return
    pytest.fail("nothing leaked")
