"""Undoing a hand-over: the giver has each customer again that hasn't moved since, with its clocks as they were."""

from datetime import timedelta
from typing import Any

from gonghai.activities.actions import NewFollowUp, record_follow_up
from gonghai.base import clock
from gonghai.base.database import rows, run
from gonghai.deals.actions import Edit, NewDeal, lose_deal, open_deal, win_deal
from gonghai.moves.claim import claim
from gonghai.moves.hand_overs.ways import Asked
from gonghai.moves.lock import lock
from gonghai.moves.release import release
from gonghai.moves.results import only
from gonghai.moves.share import add_collaborators
from gonghai.people.persons import reactivate
from tests.moves.books import Book, make_book
from tests.moves.world import World

# What the giver's next spell has of its own, and what an undo adds.
MARKS = {"version", "updated_at", "spell_no", "protected_until", "notice_until"}


async def as_of(world: World, ids: list[int]) -> list[dict[str, Any]]:
    return [{name: v for name, v in (await world.row(i)).items() if name not in MARKS} for i in ids]


async def follow_up(book: Book, customer: int, person_id: int) -> None:
    actor = await book.world.company.actor(person_id)
    async with book.world.transaction() as conn:
        await record_follow_up(conn, actor, customer, NewFollowUp(kind="call", note="谈了价格"))


async def deal(book: Book, customer: int, person_id: int, end: str | None = None) -> int:
    actor = await book.world.company.actor(person_id)
    async with book.world.transaction() as conn:
        opened = await open_deal(conn, actor, customer, NewDeal("大单"))
        if end == "win":
            await win_deal(conn, actor, customer, opened["id"], Edit())
        elif end == "lose":
            await lose_deal(conn, actor, customer, opened["id"], Edit(), reason="price")
    return int(opened["id"])


async def test_clocks_locks_deals_and_collaborators_are_as_they_were(world: World) -> None:
    book = await make_book(world, n=0)
    book.customers = await world.customers(4, book.pool, book.giver, at=clock.now() - timedelta(days=20))
    giver = await world.company.actor(book.giver)
    friend, heir = await world.company.person("协作人"), book.heirs[0]
    await follow_up(book, book.customers[0], book.giver)
    for customer, end in ((0, None), (1, "win"), (2, "lose")):
        await deal(book, book.customers[customer], book.giver, end)
    async with world.transaction() as conn:
        assert only(await lock(conn, giver, [book.customers[0]], until=clock.now() + timedelta(days=9))).code is None
        await add_collaborators(conn, giver, book.customers[:2], [friend, heir])
    before = await as_of(world, book.customers)
    done = await book.hand_over(Asked("heirs", heirs=(heir,)))
    assert (await world.row(book.customers[0]))["locked_until"] is None
    record = await book.undone(done.batch_id)
    assert (record["undone"], record["kept"], await book.counts()) == (4, 0, {book.giver: 4})
    assert await as_of(world, book.customers) == before
    protected = {(await world.row(i))["protected_until"] for i in book.customers}
    assert protected == {record["protected_until"]}
    async with world.transaction() as conn:
        with_whom = await rows(
            conn,
            "SELECT k.person_id FROM collaborator k JOIN customer c ON c.tenant_id = k.tenant_id AND c.id = k.customer_id"
            " AND c.spell_no = k.spell_no WHERE c.tenant_id = %s AND c.id = %s",
            (world.tenant_id, book.customers[0]),
        )
    assert {row["person_id"] for row in with_whom} == {friend, heir}
    assert (await world.verify()).differences == 0


async def test_what_the_heir_did_meanwhile_counts(world: World) -> None:
    book = await make_book(world, n=3)
    heir = book.heirs[0]
    old = await deal(book, book.customers[1], book.giver)
    done = await book.hand_over(Asked("heirs", heirs=(heir,)))
    await follow_up(book, book.customers[0], heir)
    actor = await world.company.actor(heir)
    async with world.transaction() as conn:
        await win_deal(conn, actor, book.customers[1], old, Edit())
    await deal(book, book.customers[2], heir)
    contact = (await world.row(book.customers[0]))["first_contact_at"]
    assert (await book.undone(done.batch_id))["undone"] == 3
    after = [await world.row(i) for i in book.customers]
    assert (after[0]["first_contact_at"], after[0]["last_follow_up_at"]) == (contact, contact)
    assert [row["live_deals"] for row in after] == [0, 1, 1]
    assert (await world.verify()).differences == 0


async def test_what_moved_since_stays_and_a_giver_who_left_gets_nothing_until_back(world: World) -> None:
    book = await make_book(world, n=4, cooldown_days=7, cooldown_holders=2)
    heir = book.heirs[0]
    done = await book.hand_over(Asked("heirs", heirs=(heir,), deactivate=True))
    actor = await world.company.actor(heir)
    async with world.transaction() as conn:
        only(await release(conn, actor, book.customers[:1], reason="no_need"))
    record = await book.undone(done.batch_id)
    assert record["undone"] == 0
    assert record["whys"] == {
        book.customers[0]: "moved_since",
        **dict.fromkeys(book.customers[1:], "owner_not_active"),
    }
    async with world.transaction() as conn:
        await reactivate(conn, await world.admin(), book.giver, now=clock.now())
        await run(
            conn, "UPDATE person SET state = 'active' WHERE tenant_id = %s AND id = %s", (world.tenant_id, book.giver)
        )
    again = await book.undone(done.batch_id)
    assert (again["undone"], again["whys"]) == (3, {book.customers[0]: "moved_since"})
    assert await book.owners() == [None, book.giver, book.giver, book.giver]
    assert (await world.verify()).differences == 0


async def test_whoever_held_only_by_an_undone_hand_over_is_not_cooling_down(world: World) -> None:
    book = await make_book(world, n=2, cooldown_days=7, cooldown_holders=2)
    heir = book.heirs[0]
    done = await book.hand_over(Asked("heirs", heirs=(heir,)))
    await book.undone(done.batch_id)
    giver = await world.company.actor(book.giver)
    async with world.transaction() as conn:
        await release(conn, giver, book.customers, reason="no_need")
        first = await claim(conn, world.tenant_id, heir, book.customers[:1], zone=giver.zone)
        back = await claim(conn, world.tenant_id, book.giver, book.customers[1:], zone=giver.zone)
    assert (only(first).outcome, back[0].code) == ("claimed", "cooldown_until")


async def test_a_book_handed_to_pools_comes_back_as_it_was(world: World) -> None:
    book = await make_book(world, n=3)
    target = await world.pool("东区公海")
    before = await as_of(world, book.customers)
    done = await book.hand_over(Asked("pools", pool_id=target))
    assert (await book.undone(done.batch_id))["undone"] == 3
    assert await as_of(world, book.customers) == before
    assert (await world.verify()).differences == 0
