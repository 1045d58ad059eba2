"""Tasks in a hand-over: they go to the heir with the customer, lapse where it goes into a pool, and undo gives them back."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from gonghai.activities.actions import NewFollowUp, record_follow_up
from gonghai.activities.tasks.answer import reassign_task, refuse_task
from gonghai.activities.tasks.decide import To
from gonghai.activities.tasks.give import NewTasks, give_tasks
from gonghai.activities.tasks.queries import IN_FORCE, JOINED
from gonghai.base import clock
from gonghai.base.database import one, rows, run
from gonghai.moves.hand_overs.preview import preview
from gonghai.moves.hand_overs.ways import Asked, AskedRow
from gonghai.moves.share import add_collaborators
from gonghai.people.persons import reactivate
from tests.moves.books import Book, make_book
from tests.moves.world import World

LEVEL_A = {"fact": "level", "is": "eq", "value": "A"}


async def give(book: Book, customers: Sequence[int], to: int | None = None, title: str = "回访") -> None:
    whom = To("person", to) if to is not None else To("owner")
    async with book.world.transaction() as conn:
        boss = await book.world.admin()
        _, given = await give_tasks(conn, boss, customers, whom, NewTasks(title), now=clock.now())
        assert [g.code for g in given] == [None] * len(customers)


async def tasks(book: Book) -> list[dict[str, Any]]:
    """All tasks, in the order in which they were given, and whether they hold."""
    async with book.world.transaction() as conn:
        found = await rows(
            conn,
            f"SELECT t.*, b.title, {IN_FORCE} AS in_force FROM {JOINED} WHERE t.tenant_id = %s ORDER BY t.id",
            (book.world.tenant_id,),
        )
    return [dict(row) for row in found]


async def held_by(book: Book) -> list[int | None]:
    """Whose open tasks hold; None: it is decided, or has lapsed."""
    return [t["assignee_id"] if t["state"] == "open" and t["in_force"] else None for t in await tasks(book)]


async def record(book: Book, record_id: int | None) -> tuple[int, int]:
    async with book.world.transaction() as conn:
        found = await one(
            conn, "SELECT * FROM hand_over WHERE tenant_id = %s AND id = %s", (book.world.tenant_id, record_id)
        )
    assert found is not None
    return found["tasks"], found["tasks_lapsed"]


async def looked_at(book: Book, asked: Asked) -> tuple[int, int]:
    async with book.world.transaction() as conn:
        return (await preview(conn, await book.world.admin(), book.giver, asked, now=clock.now())).tasks


async def test_open_tasks_go_to_the_heirs_and_lapse_in_pools_as_the_preview_says(world: World) -> None:
    book = await make_book(world, n=0)
    a = await world.customers(2, book.pool, book.giver, level="A")
    rest = await world.customers(2, book.pool, book.giver)
    await give(book, [*a, *rest])
    await give(book, a[:1], title="送样品")
    giver = await world.company.actor(book.giver)
    async with world.transaction() as conn:
        await record_follow_up(conn, giver, a[1], NewFollowUp("call", "聊过"))
    asked = Asked("heirs", "by_condition", rows=(AskedRow(LEVEL_A, heirs=(book.heirs[0],)), AskedRow()))
    before = await tasks(book)
    assert await looked_at(book, asked) == (2, 2)
    done = await book.hand_over(asked)
    assert await record(book, done.id) == (2, 2)
    heir = book.heirs[0]
    assert await held_by(book) == [heir, None, None, None, heir]
    now = await tasks(book)
    assert [t["state"] for t in now] == ["open", "done", "open", "open", "open"]
    assert now[0]["asked_at"] > before[0]["asked_at"], "what was logged before it was theirs does not do it"
    assert now[0]["due_at"] == before[0]["due_at"]
    assert (await book.undone(done.batch_id))["undone"] == 4
    assert await held_by(book) == [book.giver, None, book.giver, book.giver, book.giver]
    assert [t["asked_at"] for t in await tasks(book)] == [t["asked_at"] for t in before]
    assert (await world.verify()).differences == 0


async def test_each_task_that_changed_hands_has_its_event_with_the_batch(world: World) -> None:
    book = await make_book(world, n=2)
    await give(book, book.customers)
    done = await book.hand_over(Asked("manager"))
    async with world.transaction() as conn:
        events = await rows(
            conn,
            "SELECT * FROM event WHERE tenant_id = %s AND kind = 'reassign_task' ORDER BY subject_id",
            (world.tenant_id,),
        )
    assert [(e["subject_id"], e["version"], e["batch_id"]) for e in events] == [
        (t["id"], t["version"], done.batch_id) for t in await tasks(book)
    ]
    assert {(e["data"]["from"], e["data"]["to"]) for e in events} == {(str(book.giver), str(book.lead))}


async def test_an_undo_leaves_alone_what_somebody_decided_meanwhile(world: World) -> None:
    book = await make_book(world, n=4)
    await give(book, book.customers)
    heir = book.heirs[0]
    done = await book.hand_over(Asked("heirs", heirs=(heir,)))
    first, second, third, _ = await tasks(book)
    actor = await world.company.actor(heir)
    async with world.transaction() as conn:
        await record_follow_up(conn, actor, book.customers[0], NewFollowUp("call", "聊过"))
        await refuse_task(conn, actor, second["id"], reason="客户出差")
        await add_collaborators(conn, actor, [book.customers[2]], [book.heirs[1]])
        await reassign_task(conn, await world.admin(), third["id"], book.heirs[1])
    assert (await book.undone(done.batch_id))["undone"] == 4
    now = await tasks(book)
    assert [t["state"] for t in now] == ["done", "refused", "open", "open"]
    assert (now[0]["decided_by"], now[1]["decided_by"]) == (heir, heir)
    # The collaborator still works on the customer, so theirs holds too.
    assert await held_by(book) == [None, None, book.heirs[1], book.giver]
    assert first["id"] == now[0]["id"]


async def test_what_collaborators_were_asked_goes_along_with_them_and_back(world: World) -> None:
    book = await make_book(world, n=1)
    friend, heir = await world.company.person("协作人"), book.heirs[0]
    giver = await world.company.actor(book.giver)
    async with world.transaction() as conn:
        await add_collaborators(conn, giver, book.customers, [friend, heir])
    for person in (None, friend, heir):
        await give(book, book.customers, person)
    versions = [t["version"] for t in await tasks(book)]
    done = await book.hand_over(Asked("heirs", heirs=(heir,)))
    assert await record(book, done.id) == (1, 0)
    assert await held_by(book) == [heir, friend, heir]
    await book.undone(done.batch_id)
    assert await held_by(book) == [book.giver, friend, heir]
    assert [t["version"] for t in await tasks(book)] == [versions[0] + 2, *versions[1:]]


async def test_what_was_asked_before_anybody_owned_the_customer_goes_along_and_comes_back_as_it_was(
    world: World,
) -> None:
    book = await make_book(world, n=0, follow_up_unclaimed=True)
    book.customers = await world.customers(1, book.pool, None)
    await give(book, book.customers, book.giver)
    await world.claimed(book.customers[0], book.giver, clock.now())
    # In the pool it would hold as it did before, unless they leave.
    for leaves, lapse in ((False, 0), (True, 1)):
        assert await looked_at(book, Asked("pools", deactivate=leaves)) == (0, lapse)
    done = await book.hand_over(Asked("heirs", heirs=(book.heirs[0],)))
    assert await held_by(book) == [book.heirs[0]]
    await book.undone(done.batch_id)
    (task,) = await tasks(book)
    assert (task["assignee_id"], task["spell_no"], task["in_force"]) == (book.giver, None, True)


async def test_a_leavers_tasks_about_others_customers_lapse_and_what_was_passed_on_stays_until_they_are_back(
    world: World,
) -> None:
    book = await make_book(world, n=1)
    others = await world.customers(1, book.pool, book.heirs[1], at=clock.now() - timedelta(days=1))
    owner = await world.company.actor(book.heirs[1])
    async with world.transaction() as conn:
        await add_collaborators(conn, owner, others, [book.giver])
    await give(book, book.customers)
    await give(book, others, book.giver)
    asked = Asked("heirs", heirs=(book.heirs[0],), deactivate=True)
    assert await looked_at(book, asked) == (1, 1)
    assert await looked_at(book, Asked("heirs", heirs=(book.heirs[0],))) == (1, 0), "who stays keeps the others"
    done = await book.hand_over(asked)
    assert await record(book, done.id) == (1, 1)
    assert await held_by(book) == [book.heirs[0], None]
    assert (await book.undone(done.batch_id))["kept"] == 1
    assert await held_by(book) == [book.heirs[0], None]
    async with world.transaction() as conn:
        await reactivate(conn, await world.admin(), book.giver, now=clock.now())
        await run(
            conn, "UPDATE person SET state = 'active' WHERE tenant_id = %s AND id = %s", (world.tenant_id, book.giver)
        )
    assert (await book.undone(done.batch_id))["undone"] == 1
    assert await held_by(book) == [book.giver, None]
