"""The machine's other steps: what timers and floors read, and the policies, calendar and people round them."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from gonghai.access.actor import Actor
from gonghai.activities.actions import NewFollowUp, record_follow_up, void_follow_up
from gonghai.base import clock
from gonghai.base.database import Conn, value
from gonghai.customers.record import change, edit, lock
from gonghai.deals.actions import Edit, NewDeal, adopt_deal, lose_deal, open_deal, win_deal
from gonghai.events.log import By
from gonghai.moves.batch import instant
from gonghai.moves.hand_over import deactivate_person
from gonghai.moves.share import add_collaborators, remove_collaborator
from gonghai.people.calendar import set_day
from gonghai.people.persons import edit_person
from tests.properties import oracle
from tests.properties.moves_base import Base

DOCUMENT: dict[str, Callable[..., dict[str, Any]]] = {
    "level": lambda level: {"fact": "level", "is": "eq", "value": level},
    "open_deal": lambda: {"fact": "has_open_deal", "is": "is_true"},
    "recycled": lambda: {"fact": "recycle_count", "is": "ge", "value": 1},
    "won_within": lambda n: {"fact": "last_win_at", "is": "within_days", "value": n},
}


class Entries(Base):
    """Follow-ups, deals, edits, floors, sharing; publishing, own days, leave, deactivation."""

    def follow_up(self, place: int, who: int, kind: str, hours: int | None) -> None:
        customer = self._customer(place, "owned")
        self._log(customer, self._owner(who, customer), kind, hours)

    def ring(self, place: int, who: int, kind: str, hours: int | None) -> None:
        """Before anybody claims it: where the pool allows it, it is on record and stops no clock."""
        self._log(self._customer(place, "pooled"), self._rep(who), kind, hours)

    def _log(self, customer: int, rep: Actor, kind: str, hours: int | None) -> None:
        known = self.known[customer]
        at = None if hours is None else clock.now() - timedelta(hours=hours)
        got = self._do(lambda conn: record_follow_up(conn, rep, customer, NewFollowUp(kind, "聊过", at)))
        if known.state == "pooled" and known.pool == self.loose and not isinstance(got, str):
            assert (got["qualifies"], got["why_not"]) == (False, "unclaimed")
            self.follow_ups.append((customer, got["id"]))
        elif known.owner != rep.person_id:
            assert isinstance(got, str)
            assert known.state != "pooled" or known.pool != self.loose or got == "follow_up_too_old"
        elif at is None or not isinstance(got, str):
            assert got["qualifies"] == (kind != "note")
            self.follow_ups.append((customer, got["id"]))
            if got["qualifies"]:
                self.known[customer].contacts.add(got["id"])
        else:
            assert got in ("follow_up_before_spell", "follow_up_too_old")

    def void(self, place: int) -> None:
        if not self.follow_ups:
            return
        customer, follow_up = self.follow_ups[place % len(self.follow_ups)]
        got = self._do(lambda conn: void_follow_up(conn, self.boss, customer, follow_up, reason="没去"))
        assert (got in (None, "already_voided")) == (self.known[customer].state == "owned")
        if got is None:
            self.known[customer].contacts.discard(follow_up)

    def open_deal(self, place: int, who: int) -> None:
        customer = self._customer(place, "owned")
        rep = self._owner(who, customer)
        got = self._do(lambda conn: open_deal(conn, rep, customer, NewDeal("新单")))
        assert isinstance(got, str) == (self.known[customer].owner != rep.person_id)
        if not isinstance(got, str):
            self.deals.append((customer, got["id"]))

    def deal(self, place: int, how: str) -> None:
        if place % 2:
            self.open_deal(place, 1)
        if not self.deals:
            return
        held = [d for d in self.deals if self.known[d[0]].state == "owned"] if place % 4 else []
        customer, deal = (held or self.deals)[-1 - place // 4 % len(held or self.deals)]
        actions: dict[str, Callable[[Conn], Awaitable[Any]]] = {
            "win": lambda conn: win_deal(conn, self.boss, customer, deal, Edit()),
            "lose": lambda conn: lose_deal(conn, self.boss, customer, deal, Edit()),
            "adopt": lambda conn: adopt_deal(conn, self.boss, customer, deal),
        }
        got = self._do(actions[how])
        if self.known[customer].state != "owned":
            assert isinstance(got, str)
        elif how != "adopt":
            assert got == "deal_closed" or got["state"] == {"win": "won", "lose": "lost"}[how]

    def edit(self, place: int, level: str | None, days: int | None) -> None:
        customer = self._customer(place)
        ends = None if days is None else oracle.local_day(clock.now()) + days * oracle.DAY
        values = {"level": level, "contract_end": ends}

        async def edits(conn: Conn) -> None:
            row = await lock(conn, self.world.tenant_id, customer)
            await edit(conn, row, values, by=By.person(self.boss.person_id), at=await instant(conn))

        assert self._do(edits) is None

    def floor(self, place: int, kind: str, days: int) -> None:
        """Written as its action will write it: the column and the event that says so."""
        if not any(k.state == "owned" for k in self.known.values()):
            return
        owned = [c for c, k in sorted(self.known.items()) if k.state == "owned"]
        customer, column = owned[place % len(owned)], {"protect": "protected_until", "lock": "locked_until"}[kind]
        until = clock.now() + timedelta(days=days)

        async def writes(conn: Conn) -> None:
            row = await lock(conn, self.world.tenant_id, customer)
            data = {"changes": {column: [row[column], until]}}
            by = By.person(self.boss.person_id)
            await change(conn, row, kind=kind, by=by, at=await instant(conn), set_columns={column: until}, data=data)

        assert self._do(writes) is None

    def publish(self, place: int, document: tuple[Any, ...]) -> None:
        others, last, grace, later = document
        rules = [oracle.Rule(c, t, self._target(to)) for c, t, to in others]
        rules.append(oracle.Rule(None, last, self._target(place)))
        self._await(self._publish(self.pools[place % 2], rules, grace, later))

    def _target(self, place: int) -> int | None:
        return (None, *self.pools)[place % 3]

    async def _publish(self, pool: int, rules: list[oracle.Rule], grace: int | None, later: int) -> None:
        at = clock.now() + timedelta(days=later)
        until = None if grace is None else at + timedelta(days=grace)
        documents = [
            {
                "name": f"第{i}段",
                **({"when": DOCUMENT[r.condition[0]](*r.condition[1:])} if r.condition else {}),
                "timers": {name: {"n": n, "unit": unit} for name, (n, unit) in r.timers.items()},
                "target": "home" if r.target is None else {"pool": str(r.target)},
            }
            for i, r in enumerate(rules)
        ]
        await self.world.policy(pool, *documents, at=at, grace_until=until)
        self.around.versions = [*self.around.versions, oracle.Version(pool, at, rules, until)]

    def calendar(self, days: int, works: bool) -> None:
        day = oracle.local_day(clock.now()) + days * oracle.DAY
        self._do(lambda conn: set_day(conn, self.boss, day, works=works, note="", now=clock.now()))
        self.around.works = {**self.around.works, day: works}

    def leave(self, who: int, begins: int, lasts: int) -> None:
        rep = self._rep(who)
        if rep.person_id not in self.active:
            return
        first = clock.now() + timedelta(days=begins)
        values = {"leave_from": first, "leave_until": first + timedelta(days=lasts)}

        async def edits(conn: Conn) -> None:
            sql = "SELECT version FROM person WHERE tenant_id = %s AND id = %s"
            version = await value(conn, sql, (self.world.tenant_id, rep.person_id))
            await edit_person(conn, self.boss, rep.person_id or 0, version, values, now=clock.now())

        assert self._do(edits) is None
        leaves = {**self.around.leaves, rep.person_id or 0: (values["leave_from"], values["leave_until"])}
        self.around.leaves = leaves

    def share(self, place: int, who: int) -> None:
        customer, person = self._customer(place, "owned"), self._rep(who).person_id or 0
        known = self.known[customer]
        if person not in self.active:
            expected = "person_not_active"
        elif known.state != "owned":
            expected = {"pooled": "not_owned", "archived": "archived"}[known.state]
        elif person == known.owner:
            expected = "collaborator_is_owner"
        else:
            expected = "already_collaborator" if person in known.helpers else "moved"
        assert self._do(lambda conn: add_collaborators(conn, self.boss, [customer], [person])) == expected
        if expected == "moved":
            known.helpers.add(person)

    def unshare(self, place: int, who: int) -> None:
        customer, person = self._customer(place, "owned"), self._rep(who).person_id or 0
        known = self.known[customer]
        if known.state != "owned":
            expected = {"pooled": "not_owned", "archived": "archived"}[known.state]
        else:
            expected = "moved" if person in known.helpers else "not_collaborator"
        assert self._do(lambda conn: remove_collaborator(conn, self.boss, [customer], person)) == expected
        known.helpers.discard(person)

    def deactivate(self, who: int) -> None:
        """One of the three may go, seldom."""
        if len(self.active) < 3 or who > 20:
            return
        person = self._rep(who).person_id or 0
        mine = [c for c, k in self.known.items() if k.owner == person]
        assert self._do(lambda conn: deactivate_person(conn, self.boss, person, now=clock.now())) == len(mine)
        self.active.discard(person)
        for known in self.known.values():
            known.helpers.discard(person)
        for customer in mine:
            self._end(customer, self.known[customer].pool)
