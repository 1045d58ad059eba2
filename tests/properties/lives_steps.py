"""What happens in the year: moves, follow-ups, deals, floors, and the policies, calendar and people round them.

Nothing is expected of an answer here: what an action did stands in the log, and the oracle reads that.
"""

from datetime import date, timedelta
from typing import Any

from gonghai.activities.actions import NewFollowUp, record_follow_up, void_follow_up
from gonghai.base.database import Conn, rows, value
from gonghai.customers.record import edit, lock
from gonghai.deals.actions import Edit, NewDeal, adopt_deal, lose_deal, open_deal, win_deal
from gonghai.events.log import By
from gonghai.moves import lock as locks
from gonghai.moves import protect as protections
from gonghai.moves.assign import assign
from gonghai.moves.batch import instant
from gonghai.moves.claim import claim
from gonghai.moves.pool_moves import archive, move_pool, restore
from gonghai.moves.release import release
from gonghai.moves.transfer import transfer
from gonghai.people.calendar import remove_day, set_day
from gonghai.people.persons import edit_person
from gonghai.policy.versions import publish
from gonghai.pools.actions import edit_pool
from tests.properties import oracle
from tests.properties.lives_asks import Asks
from tests.properties.lives_base import SECOND
from tests.properties.oracle_calendar import china
from tests.properties.oracle_policy import LADDER, Setting, document


class Steps(Asks):
    """`place` picks the customer among those for whom the step makes sense."""

    def create(self, beginning: tuple[int, int, bool, str, int | None]) -> None:
        pool, who, owned, level, days = beginning
        ends = None if days is None else oracle.local_day(self.now) + days * oracle.DAY
        owner = self._rep(who).person_id if owned else None
        self._await(self.world.customers(1, self.pools[pool % 2], owner, self.now, level=level, contract_end=ends))

    def claim(self, place: int, who: int) -> None:
        customer, rep = self._one(place, "pooled"), self._rep(who)
        if customer is not None:
            self._do(lambda conn: claim(conn, rep.tenant_id, rep.person_id or 0, [customer], zone=rep.zone))

    def release(self, place: int) -> None:
        if (customer := self._one(place, "owned")) is not None:
            rep = self._owner_of(customer)
            assert self._do(lambda conn: release(conn, rep, [customer], reason="other")) == "moved"

    def assign(self, place: int, to: int) -> None:
        if (customer := self._one(place, "pooled")) is not None:
            person = self._rep(to).person_id or 0
            assert self._do(lambda conn: assign(conn, self.boss, [customer], owner_id=person)) == "moved"

    def transfer(self, place: int, to: int, by_owner: bool) -> None:
        if (customer := self._one(place, "owned")) is not None:
            actor, person = self._owner_of(customer) if by_owner else self.boss, self._rep(to).person_id or 0
            self._do(lambda conn: transfer(conn, actor, [customer], owner_id=person))

    def archive(self, place: int, back: bool) -> None:
        customer = self._one(place, "archived") if back else self._one(place, "pooled", "owned")
        if customer is not None and back:
            assert self._do(lambda conn: restore(conn, self.boss, [customer], pool_id=None)) == "moved"
        elif customer is not None:
            assert self._do(lambda conn: archive(conn, self.boss, [customer], reason="closed_down")) == "moved"

    def move_pool(self, place: int) -> None:
        if (customer := self._one(place, "pooled")) is not None:
            self._do(lambda conn: move_pool(conn, self.boss, [customer], pool_id=self.pools[place // 7 % 2]))

    def follow_up(self, place: int, kind: str, hours: int | None) -> None:
        if (customer := self._one(place, "owned")) is not None:
            rep = self._owner_of(customer)
            at = None if hours is None else self.now - timedelta(hours=hours)
            got = self._do(lambda conn: record_follow_up(conn, rep, customer, NewFollowUp(kind, "聊过", at)))
            if not isinstance(got, str):
                self.follow_ups.append((customer, got["id"]))

    def void(self, place: int) -> None:
        if self.follow_ups:
            customer, follow_up = self.follow_ups[place % len(self.follow_ups)]
            self._do(lambda conn: void_follow_up(conn, self.boss, customer, follow_up, reason="没去"))

    def open_deal(self, place: int) -> None:
        if (customer := self._one(place, "owned")) is not None:
            rep = self._owner_of(customer)
            self.deals.append((customer, self._do(lambda conn: open_deal(conn, rep, customer, NewDeal("单")))["id"]))

    def deal(self, place: int, how: str) -> None:
        if place % 3 == 0 or not self.deals:
            self.open_deal(place)
        if self.deals:
            customer, deal = self.deals[-1 - place // 3 % len(self.deals)]
            if how == "adopt":
                self._do(lambda conn: adopt_deal(conn, self.boss, customer, deal))
            else:
                close = {"win": win_deal, "lose": lose_deal}[how]
                self._do(lambda conn: close(conn, self.boss, customer, deal, Edit()))

    def edit(self, place: int, level: str | None, days: int | None) -> None:
        if (customer := self._one(place, "owned", "pooled")) is None:
            return
        ends = None if days is None else oracle.local_day(self.now) + days * oracle.DAY

        async def edits(conn: Conn) -> None:
            row = await lock(conn, self.world.tenant_id, customer)
            values = {"level": level, "contract_end": ends}
            await edit(conn, row, values, by=By.person(self.boss.person_id), at=await instant(conn))

        assert self._do(edits) is None

    def floor(self, place: int, kind: str, hours: int) -> None:
        """Taken back from one that has it, if there is any; else given, for up to two months."""
        column = {"lock": "locked_until", "protect": "protected_until"}[kind]
        sql = f"SELECT id FROM customer WHERE tenant_id = %s AND state = 'owned' AND {column} > %s ORDER BY id"
        kept = self._do(lambda conn: rows(conn, sql, (self.world.tenant_id, self.now)))
        ends = bool(kept) and hours % 3 > 0
        customer = kept[place % len(kept)]["id"] if ends else self._one(place, "owned")
        if customer is None:
            return
        until = self.now + 5 * timedelta(hours=hours)
        owner = self._owner_of(customer) if hours % 2 else self.boss
        actions = {
            ("lock", False): lambda conn: locks.lock(conn, owner, [customer], until=until),
            ("lock", True): lambda conn: locks.unlock(conn, owner, [customer]),
            ("protect", False): lambda conn: protections.protect(
                conn, self.boss, [customer], until=until, reason="谈判"
            ),
            ("protect", True): lambda conn: protections.unprotect(conn, self.boss, [customer]),
        }
        assert self._do(actions[kind, ends]) == "moved"
        if not ends and hours % 4 == 0:  # given by mistake
            self.database.now += SECOND
            assert self._do(actions[kind, True]) == "moved"

    def publish(self, place: int, written: tuple[Any, ...]) -> None:
        version, ladder, start = self.written(place, written)
        system, text = self.world.company.system, document(version, ladder)
        self._do(lambda conn: publish(conn, system, version.pool, text, at=self.now, start=start))
        self.around.ladders[len(self.around.versions)] = LADDER if ladder is None else sorted(ladder, reverse=True)
        self.around.versions.append(version)

    def calendar(self, days: int, works: bool | None) -> None:
        """An own day, or back to what China does."""
        day: date = oracle.local_day(self.now) + days * oracle.DAY
        if works is None:
            self._do(lambda conn: remove_day(conn, self.boss, day, now=self.now))
            works = china()[day]
        else:
            said = works
            self._do(lambda conn: set_day(conn, self.boss, day, works=said, note="", now=self.now))
        self.around.works = {**self.around.works, day: works}

    def _edit_person(self, person: int, values: dict[str, Any]) -> None:
        async def edits(conn: Conn) -> None:
            sql = "SELECT version FROM person WHERE tenant_id = %s AND id = %s"
            version = await value(conn, sql, (self.world.tenant_id, person))
            await edit_person(conn, self.boss, person, version, values, now=self.now)

        assert self._do(edits) is None

    def leave(self, who: int, begins: int, lasts: int | None) -> None:
        """Planned or begun already; `lasts` None: taken back."""
        person = self._rep(who).person_id or 0
        first = self.now + timedelta(hours=begins)
        ends = None if lasts is None else first + timedelta(hours=lasts)
        self._edit_person(person, {"leave_from": first if ends else None, "leave_until": ends})
        self.around.leaves.pop(person, None)
        if ends is not None:
            self.around.leaves[person] = (first, ends)

    def moves_desk(self, who: int, to: int) -> None:
        person, department = self._rep(who).person_id or 0, self.departments[to % 2]
        self._edit_person(person, {"department_id": department})
        self.around.departments[person] = department

    def setting(self, place: int, floor: bool, lock_grace: int, return_grace: int) -> None:
        pool = self.pools[place % 2]
        settings = {"notice_floor": floor, "lock_grace_days": lock_grace, "return_grace_days": return_grace}

        async def edits(conn: Conn) -> None:
            sql = "SELECT version FROM pool WHERE tenant_id = %s AND id = %s"
            version = await value(conn, sql, (self.world.tenant_id, pool))
            await edit_pool(conn, self.boss, pool, settings, None, version=version, now=self.now)

        assert self._do(edits) is None
        self.around.pools[pool] = Setting(floor, lock_grace, return_grace)
