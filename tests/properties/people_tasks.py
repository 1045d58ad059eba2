"""What people are asked to do meanwhile: tasks are given, refused and cancelled, and go where their customers go."""

from dataclasses import dataclass
from typing import Any

from gonghai.activities.tasks.answer import cancel_task, refuse_task
from gonghai.activities.tasks.decide import To
from gonghai.activities.tasks.give import NewTasks, give_tasks
from gonghai.activities.tasks.queries import IN_FORCE, JOINED
from gonghai.base.database import rows
from gonghai.moves.share import add_collaborators
from tests.properties.people_steps import Customers, People


@dataclass(frozen=True, slots=True)
class Held:
    """An open task. `holds`: its assignee can sign in and works on the customer."""

    customer: int
    assignee: int
    version: int
    holds: bool


class Tasks(Customers, People):
    """Giving and deciding tasks; and what a hand-over, or its undoing, makes of those there are."""

    def asks(self, place: int, who: int) -> None:
        """All owners; or one person about whatever they own or work on."""
        sql = "SELECT c.id FROM customer c WHERE c.tenant_id = %s AND c.state = 'owned' ORDER BY c.id"
        customers = [row["id"] for row in self._do(lambda conn: rows(conn, sql, (self.world.tenant_id,)))]
        self._ask(customers, To("owner") if who % 2 else To("person", self._person(who)), f"回访{place % 3}")

    def _ask(self, customers: list[int], to: To, title: str) -> None:
        self._do(lambda conn: give_tasks(conn, self.boss, customers, to, NewTasks(title), now=self.now))

    def answers(self, place: int, refuses: bool) -> None:
        """Its assignee, or their deputy, refuses a task; or it is cancelled."""
        found = list(self._tasks())
        if not found:
            return
        task = found[place % len(found)]
        if not refuses:
            self._do(lambda conn: cancel_task(conn, self.boss, task))
            return
        assignee = self._tasks()[task].assignee
        actor = self._actor(assignee if place % 3 else self._person(place))
        got = self._do(lambda conn: refuse_task(conn, actor, task, reason="不合适"))
        assert got is None or actor.person_id != assignee

    def leaves(self, who: int, by_file: bool) -> None:
        person = self._person(who, "active", "invited")
        book, before = self._book(person), self._tasks()
        super().leaves(who, by_file)
        self._went_along(person, book, before)

    def hands_over(self, who: int, to: int, how: int, goes: bool) -> None:
        person, batches = self._person(who), len(self.batches)
        book = self._book(person)
        if (
            to % 2 and book
        ):  # a book with tasks and a collaborator who has some, which chance brings together too rarely
            friend = self._person(to + 3)
            self._do(lambda conn: add_collaborators(conn, self.boss, list(book), [friend]))
            for asked in (person, friend):
                self._ask(list(book), To("person", asked), "交接前")
        before = self._tasks()
        super().hands_over(who, to, how, goes)
        self._went_along(person, book, before)
        if len(self.batches) > batches:
            theirs = {i: t for i, t in before.items() if t.holds and t.assignee == person and t.customer in book}
            self.asked[self.batches[-1]] = person, theirs, self._tasks()

    def swings(self, place: int, to: int, how: int, meanwhile: int) -> None:
        """Somebody's book, with tasks, is handed over and taken back, with or without something in between."""
        if (customer := self._customer(place, "owned")) is None:
            return
        owner = self._owner(customer)
        who = next((n for n in range(40) if self._person(n) == owner), None)
        if who is None:
            return
        self.hands_over(who, to | 1, how, False)
        if meanwhile % 3 == 0:
            self.answers(meanwhile, meanwhile % 2 == 0)
        self.takes_back(0)

    def _went_along(self, giver: int, book: dict[int, int], before: dict[int, Held]) -> None:
        """Where an owner follows, tasks that held are theirs, or still the collaborators'; in a pool none holds."""
        after, places = self._tasks(), self._places(book)
        for task, was in before.items():
            assert task in after, "nobody decided it"
            owner = places[was.customer][0] if was.customer in book else giver
            if owner is None:
                assert not after[task].holds
            elif was.holds:
                now = owner if was.assignee == giver and was.customer in book else was.assignee
                assert after[task].assignee == now
                assert after[task].holds == (self.members[now].state == "active")

    def takes_back(self, place: int) -> None:
        """Tasks that nobody touched since are the giver's again, with their customers."""
        if not self.batches:
            return
        before = self._tasks()
        giver, theirs, left = self.asked[self.batches[-1 - place % len(self.batches)]]
        book = self._book(giver)
        super().takes_back(place)
        after, back = self._tasks(), self._book(giver).keys() - book.keys()
        for task, was in theirs.items():
            if was.customer in back and task in before and before[task].version == left[task].version:
                assert (after[task].assignee, after[task].holds) == (giver, True)

    @property
    def asked(self) -> dict[int, tuple[int, dict[int, Held], dict[int, Held]]]:
        """By batch: the giver, the tasks that they had about the book, and all that were open after it."""
        return self.__dict__.setdefault("_asked", {})

    def _tasks(self) -> dict[int, Held]:
        sql = f"""SELECT t.id, t.customer_id, t.assignee_id, t.version, {IN_FORCE} AS holds FROM {JOINED}
            WHERE t.tenant_id = %s AND t.state = 'open' ORDER BY t.id"""
        found: list[Any] = self._do(lambda conn: rows(conn, sql, (self.world.tenant_id,)))
        return {r["id"]: Held(r["customer_id"], r["assignee_id"], r["version"], r["holds"]) for r in found}
