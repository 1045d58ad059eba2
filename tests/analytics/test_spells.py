"""Back and forth, both ways, claimed and released: found where they were, and not where they only look alike."""

from typing import Any

import pytest

from tests.analytics.past import Past


def owners(item: dict[str, Any]) -> list[str | None]:
    return [stay["person"] and stay["person"]["name"] for stay in item["chain"]]


async def back_and_forth(past: Past, first: str, second: str, days: float = 10) -> int:
    """Claimed by one, given back, claimed by the other, given back, and claimed by the first again."""
    past.at(days)
    customer = await past.pooled()
    for n, name in enumerate((first, second, first)):
        past.at(days - 2 * n)
        await past.claim(customer, name)
        if n < 2:
            past.at(days - 2 * n - 1)
            await past.release(customer, name)
    return customer


async def test_a_customer_that_two_claim_in_turn_is_one_return_of_the_two_with_its_chain(past: Past) -> None:
    customer = await back_and_forth(past, "甲", "乙")
    boss = await past.reader("主管")
    found = await boss.table("ping-pong")
    assert [(row["n"], row["of"], row["figures"]["customers"]) for row in found["rows"]] == [(1, 3, 1)]
    assert (found["people"], found["with_any"], found["median_share"]) == (2, 1, 0.25)
    (item,) = await boss.items("ping-pong", "甲", "乙")
    assert item["customer"]["id"] == str(customer)
    assert owners(item) == ["甲", "乙", "甲"]
    assert [stay["ended_by"] for stay in item["chain"]] == ["release", "release", None]
    assert item["chain"][0]["reason"]["zh"]


async def test_friends_who_transfer_there_and_back_are_found_and_a_manager_who_takes_it_back_is_not(past: Past) -> None:
    past.at(12)
    swapped, taken_back = await past.pooled(), await past.pooled()
    await past.claim(swapped, "甲")
    await past.claim(taken_back, "甲")
    past.at(10)
    await past.transfer(swapped, "乙", by="甲")
    await past.transfer(taken_back, "丙", by="甲")
    past.at(8)
    await past.transfer(swapped, "甲", by="乙")
    await past.transfer(taken_back, "甲", by="主管")
    boss = await past.reader("主管")
    assert [row[:2] for row in await boss.rows("ping-pong")] == [(("甲", "乙"), 1)]
    (item,) = await boss.items("ping-pong", "甲", "乙")
    assert [stay["own_transfer"] for stay in item["chain"]] == [None, True, True]


async def test_three_who_pass_a_customer_round_are_one_chain_with_all_of_them(past: Past) -> None:
    past.at(20)
    customer = await past.pooled()
    for n, name in enumerate("甲乙丙甲"):
        past.at(20 - 2 * n)
        await past.claim(customer, name)
        past.at(19 - 2 * n)
        await past.release(customer, name)
    boss = await past.reader("主管")
    assert await boss.rows("ping-pong") == [(("甲", "乙", "丙"), 1, 4)]
    (item,) = await boss.items("ping-pong", "甲", "乙", "丙")
    assert owners(item) == ["甲", "乙", "丙", "甲"]


async def test_who_claims_their_own_again_or_comes_back_late_or_is_given_it_is_not_found(past: Past) -> None:
    past.at(60)
    alone, late, given = await past.pooled(), await past.pooled(), await past.pooled()
    for customer in (alone, late, given):
        await past.claim(customer, "甲")
        await past.release(customer, "甲")
    past.at(20)
    await past.claim(alone, "甲")
    await past.claim(late, "乙")
    await past.release(late, "乙")
    await past.claim(late, "甲")  # 40 days after 甲 let go of it
    await past.claim(given, "甲")
    await past.release(given, "甲")
    await past.claim(given, "乙")
    await past.release(given, "乙")
    await past.assign(given, "甲", by="主管")
    boss = await past.reader("主管")
    assert await boss.rows("ping-pong") == []
    assert [row[:2] for row in await boss.rows("ping-pong", n=41)] == [(("甲", "乙"), 1)]


async def test_a_return_counts_in_the_days_it_happened_in(past: Past) -> None:
    await back_and_forth(past, "甲", "乙", days=40)
    boss = await past.reader("主管")
    assert await boss.rows("ping-pong") == []
    on = past.at(36).date().isoformat()
    assert [row[:2] for row in await boss.rows("ping-pong", **{"from": on, "to": on})] == [(("甲", "乙"), 1)]


async def test_a_manager_does_not_read_the_names_of_other_teams_and_the_admin_does(past: Past) -> None:
    customer = await back_and_forth(past, "甲", "外")
    past.at(3)
    await past.release(customer, "甲")
    await past.claim(customer, "外")
    boss, other, admin = [await past.reader(name) for name in ("主管", "外主管", "管理员")]
    for reader, own in ((boss, "甲"), (other, "外")):
        answer = await reader.client.get("/insight/ping-pong")
        (row,) = answer.json()["rows"]
        assert row["n"] == 2
        assert (row["people"][0]["name"], row["people"][1], row["share"]) == (own, None, None)
        shown = await reader.client.get(
            "/insight/ping-pong/items", params={"person_id": row["people"][0]["id"], "others": True}
        )
        assert len(shown.json()["items"]) == 2
        hidden = "外" if own == "甲" else "甲"
        # The customer lies with 外 now: only there is it named.
        assert [bool(item["customer"]) for item in shown.json()["items"]] == [own == "外"] * 2
        assert f'"name":"{hidden}"' not in answer.text + shown.text
        assert str(past.people[hidden]) not in [p["id"] for i in shown.json()["items"] for p in _people(i)]
        refused = await reader.client.get(
            "/insight/ping-pong/items", params={"person_id": [past.people["甲"], past.people["外"]]}
        )
        assert refused.status_code == 404
    assert await admin.rows("ping-pong") == [(("甲", "外"), 2, 4)]


def _people(item: dict[str, Any]) -> list[dict[str, Any]]:
    return [stay["person"] for stay in item["chain"] if stay["person"]]


async def test_transfers_both_ways_of_different_customers_are_exchanges_and_one_way_is_none(past: Past) -> None:
    past.at(9)
    mine, theirs, help_out = await past.pooled(), await past.pooled(), await past.pooled()
    await past.claim(mine, "甲")
    await past.claim(theirs, "乙")
    await past.claim(help_out, "甲")
    past.at(6)
    await past.transfer(mine, "乙", by="甲")
    await past.transfer(theirs, "甲", by="乙")
    await past.transfer(help_out, "丙", by="甲")
    boss = await past.reader("主管")
    found = await boss.table("exchanges")
    (row,) = found["rows"]
    assert (row["n"], row["of"], row["figures"]["there"], row["figures"]["back"]) == (2, 3, 1, 1)
    # 乙 only exchanged, 甲 two times of three, 丙 never.
    assert found["median_share"] == pytest.approx(2 / 3)
    assert {item["customer"]["id"] for item in await boss.items("exchanges", "甲", "乙")} == {str(mine), str(theirs)}


async def test_claims_given_back_within_two_days_are_counted_of_all_claims_with_their_reasons(past: Past) -> None:
    past.at(8)
    quick, worked, kept, passed = [await past.pooled() for _ in range(4)]
    for customer in (quick, worked, kept, passed):
        await past.claim(customer, "甲")
    past.at(8, hour=12)
    await past.release(quick, "甲")
    past.at(7)
    await past.follow_up(worked, "甲", "连打了三天，前台说没有这个人")
    await past.release(worked, "甲", reason="no_answer")
    await past.transfer(passed, "乙", by="甲")
    past.at(5)
    await past.release(kept, "甲")
    await past.release(passed, "乙")
    boss = await past.reader("主管")
    found = await boss.table("claim-and-release")
    (row,) = found["rows"]
    assert (row["people"][0]["name"], row["n"], row["of"], row["share"]) == ("甲", 2, 4, 0.5)
    assert (row["figures"]["untouched"], row["figures"]["median_hours"]) == (1, 13.0)
    items = {item["customer"]["id"]: item["chain"][0] for item in await boss.items("claim-and-release", "甲")}
    assert items.keys() == {str(quick), str(worked)}
    assert items[str(worked)]["follow_ups"] == 1
    assert items[str(worked)]["reason"]["en"] != items[str(quick)]["reason"]["en"]
    assert await boss.rows("claim-and-release", n=100) == [(("甲",), 3, 4)]


async def test_another_pool_has_figures_of_its_own(past: Past) -> None:
    past.at(8)
    customer = await past.pooled()
    await past.claim(customer, "甲")
    await past.release(customer, "甲")
    elsewhere = await past.pool("别的公海")
    boss = await past.reader("主管")
    assert await boss.rows("claim-and-release", pool_id=past.pool_id) == [(("甲",), 1, 1)]
    assert await boss.rows("claim-and-release", pool_id=elsewhere) == []
