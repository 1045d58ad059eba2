"""撞单 requests: a yes gives the customer to whoever asked, from wherever it lies; the asker learns no more than was told."""

from datetime import timedelta
from typing import Any

import pytest

from gonghai.base import clock
from gonghai.moves.hand_over import deactivate_person
from tests.fixtures.people import signed_in
from tests.moves.test_duplicates import FIELDS, SECRETS, TYPED, Scene, scene

__all__ = ["scene"]


async def asked(scene: Scene, **more: Any) -> int:
    answer = await scene.ask(**more)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


async def decided(scene: Scene, request: int, how: str = "accept", **body: Any) -> Any:
    answer = await scene.post(scene.world.company.admin_id, f"/requests/{request}/{how}", **body)
    return answer.json() if answer.status_code != 200 else answer.json()["state"]


@pytest.mark.parametrize(
    ("relation", "kinds", "sentence"),
    [
        ("colleagues", ["create", "transfer"], "同事甲转移给销售（管理员操作）（撞单裁定）"),
        ("pooled_unseen", ["create", "assign"], "管理员从「大客户公海」分配给销售（撞单裁定）"),
        ("archived", ["create", "archive", "restore", "assign"], "管理员从「公共公海」分配给销售（撞单裁定）"),
    ],
)
async def test_a_yes_gives_it_to_the_asker_with_new_clocks(
    scene: Scene, relation: str, kinds: list[str], sentence: str
) -> None:
    customer = await scene.there(relation)
    assert await decided(scene, await asked(scene)) == "accepted"
    row = await scene.world.row(customer)
    assert (row["state"], row["owner_id"]) == ("owned", scene.rep)
    assert row["clock_start"] > clock.now() - timedelta(minutes=5)
    events = await scene.world.events(customer)
    assert [event["kind"] for event in events] == kinds
    async with await signed_in(scene.app, scene.world.company, scene.rep) as browser:
        newest = (await browser.get(f"/customers/{customer}/history")).json()["items"][0]
        mine = (await browser.get("/requests?box=mine")).json()["items"]
    assert newest["sentence"]["zh"] == sentence
    assert mine[0]["customer"] == {"id": str(customer), "name": FIELDS["name"]}, "it is theirs now"
    if relation == "colleagues":
        assert [n["kind"] for n in await scene.told(scene.colleague)] == ["transferred_away"]
    assert (await scene.world.verify()).differences == 0


async def test_until_then_the_asker_reads_what_they_typed_and_nothing_of_the_customer(scene: Scene) -> None:
    customer = await scene.there("colleagues")
    request = await asked(scene)
    async with await signed_in(scene.app, scene.world.company, scene.rep) as browser:
        await scene.post(scene.world.company.admin_id, f"/requests/{request}/comments", text="还在核实")
        seen = [await browser.get(f"/requests/{request}"), await browser.get("/requests?box=mine")]
        await scene.told(scene.rep)
        seen.append(await browser.get("/inbox"))
        assert await decided(scene, request, "decline", note="归同事甲") == "declined"
        await scene.told(scene.rep)
        seen += [await browser.get(f"/requests/{request}"), await browser.get("/inbox")]
    one = seen[0].json()
    assert (one["customer"], one["subject"], one["pool"], one["countdown"]) == (None, TYPED["name"], None, None)
    assert (one["why"], one["follow_ups"], one["matched"]) == (None, [], ["name"])
    for answer in seen:
        assert answer.status_code == 200
        for secret in (*SECRETS, FIELDS["name"], "大客户公海"):
            assert secret not in answer.text
    titles = [notice["title"]["zh"] for notice in seen[-1].json()["items"]]
    assert titles == [
        f"管理员没有同意你的撞单申请：「{TYPED['name']}」", f"管理员在撞单申请里留言：「{TYPED['name']}」",
    ]  # fmt: skip
    row = await scene.world.row(customer)
    assert (row["owner_id"], row["version"]) == (scene.colleague, 1), "a no leaves all as it is"


async def test_the_pools_admin_decides_and_sees_whom_it_is_about(scene: Scene) -> None:
    customer = await scene.there("colleagues")
    request = await asked(scene)
    async with await signed_in(scene.app, scene.world.company, scene.keeper) as browser:
        (waiting,) = (await browser.get("/requests")).json()["items"]
        assert waiting["customer"] == {"id": str(customer), "name": FIELDS["name"]}
        detail = (await browser.get(f"/requests/{request}")).json()
        assert detail["why"] is not None
    (notice,) = await scene.told(scene.keeper)
    assert notice["title"]["zh"] == f"销售提出撞单申请：「{FIELDS['name']}」"
    answer = await scene.post(scene.keeper, f"/requests/{request}/accept")
    assert answer.status_code == 200
    assert (await scene.world.row(customer))["owner_id"] == scene.rep


async def test_over_the_askers_cap_only_after_confirmation_which_is_recorded(scene: Scene) -> None:
    customer = await scene.there("pooled_unseen")
    async with scene.world.transaction() as conn:
        await conn.execute("UPDATE pool SET holding_cap = 0 WHERE id = %s", (scene.closed,))
    request = await asked(scene)
    refused = await decided(scene, request)
    assert (refused["code"], refused["data"]["limit"]) == ("over_cap", 0)
    assert await decided(scene, request, confirm_over_cap=True) == "accepted"
    event = (await scene.world.events(customer))[-1]
    assert event["data"]["over_cap"]["limit"] == 0


async def test_whoever_left_gets_nothing(scene: Scene) -> None:
    customer = await scene.there("colleagues")
    request = await asked(scene)
    async with scene.world.transaction() as conn:
        await deactivate_person(conn, await scene.world.admin(), scene.rep, now=clock.now())
    assert (await decided(scene, request))["code"] == "request_decided"
    assert (await scene.world.row(customer))["owner_id"] == scene.colleague


async def test_two_askers_one_customer_and_the_first_yes_ends_the_others(scene: Scene) -> None:
    customer = await scene.there("archived")
    first = await asked(scene)
    other = await scene.post(scene.keeper, "/customers/duplicates/requests", note="我的", **TYPED)
    again = await scene.ask()
    assert (again.status_code, again.json()["code"]) == (409, "already_asked")
    ids = [str(first), other.json()["id"]]
    results = await scene.post(scene.world.company.admin_id, "/requests/decisions", ids=ids, decision="accept")
    assert [(r["outcome"], r["code"]) for r in results.json()["results"]] == [
        ("accepted", None), ("refused", "request_lapsed"),
    ]  # fmt: skip
    assert (await scene.world.row(customer))["owner_id"] == scene.rep
    assert (await decided(scene, int(ids[1])))["code"] == "request_lapsed"


async def test_a_request_goes_on_when_its_customer_returns_to_the_pool_meanwhile(scene: Scene) -> None:
    customer = await scene.there("colleagues")
    request = await asked(scene)
    async with await signed_in(scene.app, scene.world.company, scene.colleague) as browser:
        assert (await browser.post(f"/customers/{customer}/release", json={"reason": "no_need"})).status_code == 200
    assert await decided(scene, request) == "accepted"
    assert [event["kind"] for event in await scene.world.events(customer)] == ["create", "release", "assign"]
