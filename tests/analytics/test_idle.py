"""Customers held and left alone: found where they were, and not where they only look alike."""

from gonghai.moves.lock import lock
from tests.analytics.past import DAY, Past

NOTE = "见到了总经理，方案认可"


async def test_what_is_held_and_left_alone_is_counted_of_the_book_against_the_median(past: Past) -> None:
    past.at(90)
    left_alone, cared_for, fresh = await past.pooled(), await past.pooled(), await past.pooled()
    theirs = [await past.pooled() for _ in range(2)]
    past.at(80)
    for customer in (left_alone, cared_for):
        await past.claim(customer, "甲")
    past.at(79)
    await past.follow_up(left_alone, "甲", NOTE)
    past.at(3)
    await past.follow_up(cared_for, "甲", NOTE)
    await past.claim(fresh, "甲")
    for customer in theirs:
        await past.claim(customer, "乙")
    boss = await past.reader("主管")
    found = await boss.table("hoarding")
    (row,) = found["rows"]
    assert (row["people"][0]["name"], row["n"], row["of"]) == ("甲", 1, 3)
    assert (found["people"], found["median_share"]) == (2, 1 / 6)
    assert row["figures"]["kept"] == 0
    (item,) = await boss.items("hoarding", "甲")
    assert item["customer"]["id"] == str(left_alone)
    assert item["at"] == row["figures"]["oldest"] == item["idle"]["last_follow_up_at"]


async def test_whoever_was_handed_an_idle_customer_lately_has_not_held_it_that_long(past: Past) -> None:
    past.at(90)
    customer = await past.pooled()
    past.at(80)
    await past.claim(customer, "甲")
    past.at(10)
    await past.transfer(customer, "乙", by="甲")
    boss = await past.reader("主管")
    assert await boss.rows("hoarding") == []
    assert await boss.rows("hoarding", n=5) == [(("乙",), 1, 1)]


async def test_a_lock_that_keeps_it_is_told(past: Past) -> None:
    past.at(90)
    customer = await past.pooled()
    past.at(80)
    await past.claim(customer, "甲")
    past.at(2)
    async with past.transaction() as conn:
        (result,) = await lock(conn, await past.actor("甲"), [customer], until=past.today + 20 * DAY)
        assert result.code is None
    boss = await past.reader("主管")
    (row,) = (await boss.table("hoarding"))["rows"]
    assert row["figures"]["kept"] == 1
    assert (await boss.items("hoarding", "甲"))[0]["idle"]["locked_until"]
