"""Empty follow-ups just before a deadline, and those typed in later: found where they were, and not where they look alike."""

import pytest

from gonghai.activities.actions import void_follow_up
from gonghai.base.database import run
from tests.analytics.past import Past

NOTE = "客户确认了预算，周五带方案过去"


async def told(past: Past, customer: int) -> None:
    """Claims it so that its thirty days end tonight, and has 甲 told this morning."""
    past.at(31)
    await past.claim(customer, "甲")
    await past.sweep(past.at(1, hour=8))


async def pooled(past: Past, n: int) -> list[int]:
    past.at(40)
    return [await past.pooled() for _ in range(n)]


async def test_a_follow_up_that_says_nothing_on_the_last_day_is_found_with_its_note_and_deadline(past: Past) -> None:
    (customer,) = await pooled(past, 1)
    await told(past, customer)
    past.at(1, hour=22)
    await past.follow_up(customer, "甲", "跟")
    boss = await past.reader("主管")
    found = await boss.table("late-empty-follow-ups")
    (row,) = found["rows"]
    assert (row["people"][0]["name"], row["n"], row["of"], row["figures"]["short"]) == ("甲", 1, 1, 1)
    (item,) = await boss.items("late-empty-follow-ups", "甲")
    entry = item["entry"]
    assert (entry["note"], entry["note_length"], entry["timer"]["en"]) == ("跟", 1, "no follow-up")
    assert entry["deadline"] > entry["recorded_at"]
    assert item["customer"]["id"] == str(customer)


async def test_a_note_with_something_to_say_is_not_found_and_neither_is_a_short_one_early_or_untold(past: Past) -> None:
    said, early, untold, saved = await pooled(past, 4)
    for customer in (said, saved):
        await told(past, customer)
    past.at(31)
    await past.claim(untold, "甲")
    past.at(20)
    await past.claim(early, "甲")
    past.at(5)
    await past.follow_up(early, "甲", "")
    past.at(1, hour=9)
    await past.follow_up(saved, "甲", "报价已发，等对方法务")
    past.at(1, hour=22)
    await past.follow_up(said, "甲", NOTE)
    await past.follow_up(untold, "甲", "")
    await past.follow_up(saved, "甲", "嗯")  # that deadline had gone this morning
    boss = await past.reader("主管")
    assert (await boss.table("late-empty-follow-ups"))["rows"] == []
    assert (await boss.table("late-empty-follow-ups"))["median_share"] == 0


async def test_the_same_words_for_the_third_time_say_nothing_either(past: Past) -> None:
    customers = await pooled(past, 3)
    for customer in customers:
        await told(past, customer)
    past.at(1, hour=21)
    boss = await past.reader("主管")
    for customer in customers[:2]:
        await past.follow_up(customer, "甲", "已电话联系，客户考虑中")
    assert await boss.rows("late-empty-follow-ups") == []
    await past.follow_up(customers[2], "甲", " 已电话联系，客户考虑中 ")
    (row,) = (await boss.table("late-empty-follow-ups"))["rows"]
    assert (row["n"], row["figures"]["short"]) == (3, 0)
    assert [item["entry"]["same"] for item in await boss.items("late-empty-follow-ups", "甲")] == [3, 3, 3]


async def test_a_deadline_that_no_follow_up_moves_is_none(past: Past) -> None:
    (customer,) = await pooled(past, 1)
    past.at(39)
    await past.policy(past.pool_id, {"name": "全部", "timers": {"won": "30 days"}}, at=past.now)
    await told(past, customer)
    past.at(1, hour=22)
    await past.follow_up(customer, "甲", "")
    boss = await past.reader("主管")
    assert await boss.rows("late-empty-follow-ups") == []


async def test_what_was_typed_in_a_day_late_is_found_and_whether_it_saved_a_customer(past: Past) -> None:
    saved, late, prompt = await pooled(past, 3)
    await told(past, saved)
    past.at(31)
    await past.claim(late, "甲")
    await past.claim(prompt, "甲")
    past.at(10)
    await past.follow_up(late, "甲", NOTE, hours_ago=24)
    await past.follow_up(prompt, "甲", "上午拜访，见到了采购", hours_ago=11)
    past.at(1, hour=22)
    await past.follow_up(saved, "甲", "前天电话聊过需求", hours_ago=48)
    boss = await past.reader("主管")
    (row,) = (await boss.table("backdated"))["rows"]
    assert (row["n"], row["of"], row["figures"]["saved"], row["figures"]["median_hours"]) == (2, 3, 1, 36.0)
    items = await boss.items("backdated", "甲")
    assert [(item["customer"]["id"], bool(item["entry"]["deadline"])) for item in items] == [
        (str(saved), True),
        (str(late), False),
    ]
    assert await boss.rows("backdated", n=30) == [(("甲",), 1, 3)]


async def test_imported_follow_ups_and_voided_ones_are_nobodys_doing(past: Past) -> None:
    imported, voided = await pooled(past, 2)
    past.at(31)
    await past.claim(voided, "甲")
    past.at(10)
    entry = await past.follow_up(voided, "甲", NOTE, hours_ago=24)
    boss_actor = await past.actor("主管")
    async with past.transaction() as conn:
        await void_follow_up(conn, boss_actor, voided, entry, reason="查无此事")
        await run(
            conn,
            "INSERT INTO follow_up (tenant_id, customer_id, author_id, kind, at, recorded_at, note, qualifies, why_not)"
            " VALUES (%s, %s, %s, 'call', %s, %s, '老系统', false, 'imported')",
            (past.tenant_id, imported, past.people["甲"], past.at(90), past.at(10)),
        )
    boss = await past.reader("主管")
    found = await boss.table("backdated")
    assert (found["rows"], found["people"]) == ([], 0)


@pytest.mark.parametrize(
    ("owned", "hidden", "note"),
    [(True, True, "老板手机 13900001111"), (False, False, "老板手机 139****11"), (False, True, None)],
)
async def test_a_note_is_masked_as_on_the_customers_page(
    past: Past, owned: bool, hidden: bool, note: str | None
) -> None:
    (customer,) = await pooled(past, 1)
    past.at(20)
    await past.claim(customer, "甲")
    past.at(10)
    await past.follow_up(customer, "甲", "老板手机 13900001111", hours_ago=24)
    if not owned:
        await past.release(customer, "甲")
    async with past.transaction() as conn:
        await run(conn, "UPDATE pool SET hide_earlier_notes = %s WHERE tenant_id = %s", (hidden, past.tenant_id))
    boss = await past.reader("主管")
    (item,) = await boss.items("backdated", "甲")
    assert (item["entry"]["note"], item["entry"]["note_length"]) == (note, 16)
