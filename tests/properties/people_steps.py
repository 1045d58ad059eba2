"""What happens in people's lives: they come, move, lead, stand in for each other, leave and come back, and all the
while customers are claimed, given, shared, kept and taken."""

from datetime import timedelta
from typing import Any

from gonghai.activities.actions import NewFollowUp, record_follow_up
from gonghai.base.database import Conn, rows, value
from gonghai.customers.permitted import lock_permitted
from gonghai.customers.record import edit
from gonghai.deals.actions import Edit, NewDeal, open_deal, win_deal
from gonghai.events.log import By
from gonghai.incentives.count import count_points
from gonghai.incentives.verify import verify_points
from gonghai.moves.assign import assign
from gonghai.moves.batch import instant
from gonghai.moves.claim import claim
from gonghai.moves.hand_over import deactivate_person, hand_over
from gonghai.moves.hand_overs.carry_out import HandedOver
from gonghai.moves.hand_overs.rule import set_leaver_rule
from gonghai.moves.hand_overs.ways import Asked
from gonghai.moves.lock import lock
from gonghai.moves.protect import protect
from gonghai.moves.release import release
from gonghai.moves.requests.decide import decide, only_request
from gonghai.moves.share import add_collaborators
from gonghai.moves.transfer import transfer
from gonghai.moves.undo import carry_out as carry_out_undo
from gonghai.moves.undo import start_undo
from gonghai.people.api_keys import create_api_key
from gonghai.people.departments import edit_department
from gonghai.people.deputies import set_deputy
from gonghai.people.leave import set_leave
from gonghai.people.links import create_link, use_link
from gonghai.people.persons import edit_person, reactivate
from gonghai.people.sign_in import Attempt, open_session
from gonghai.pools.actions import Subject
from gonghai.pools.limit_actions import grant_override, set_limit
from tests.fixtures.people import PASSWORD_HASH
from tests.properties.people_base import CAP, Base, Member


class Customers(Base):
    """What happens to customers. Whoever can't sign in tries too: a request of theirs may have begun before."""

    def create(self, pool: int, who: int, owned: bool) -> None:
        person = self._person(who)
        owner = person if owned and self.members[person].state == "active" else None
        known = {"industry": "软件"} if who % 3 == 0 else {}
        self._await(self.world.customers(1, self.pools[pool % 2], owner, self.now, **known))

    def claim(self, place: int, who: int) -> None:
        if (customer := self._customer(place, "pooled")) is None:
            return
        person = self._person(who)
        ((_, pool),) = self._places([customer]).values()
        held = sum(home == pool for home in self._book(person).values())
        got = self._do(lambda conn: claim(conn, self.world.tenant_id, person, [customer], zone="Asia/Shanghai"))
        cap = self.limits.get((pool, person), CAP) if pool == self.pools[0] else 200
        if got == "claimed":
            assert self.members[person].state == "active"
            assert held < cap
        elif got == "holding_cap":
            assert held >= cap
        else:
            assert got in ("not_active", "on_leave")

    def assign(self, place: int, to: int) -> None:
        if (customer := self._customer(place, "pooled")) is not None:
            person = self._person(to)
            got = self._do(lambda conn: assign(conn, self.boss, [customer], owner_id=person, confirm_over_cap=True))
            assert got == ("moved" if self.members[person].state == "active" else "receiver_not_active")

    def transfer(self, place: int, to: int, by_owner: bool) -> None:
        """By the owner who asks the receiver in the one pool, in the other one gives; or by a manager."""
        if (customer := self._customer(place, "owned")) is not None:
            actor, person = self._actor(self._owner(customer)) if by_owner else self.boss, self._person(to)
            got = self._do(lambda conn: transfer(conn, actor, [customer], owner_id=person, confirm_over_cap=True))
            assert got != "moved" or self.members[person].state == "active"

    def accept(self, place: int) -> None:
        """A receiver takes what was offered; so does, in their name, who acts for them."""
        sql = "SELECT r.id, r.decider_id FROM request r WHERE r.tenant_id = %s AND r.state = 'open' ORDER BY r.id"
        waiting = self._do(lambda conn: rows(conn, sql, (self.world.tenant_id,)))
        if not waiting:
            return
        request = waiting[place % len(waiting)]
        actor = self._actor(self._person(place) if place % 3 == 0 else request["decider_id"])

        async def accepts(conn: Conn) -> None:
            only_request(await decide(conn, actor, [request["id"]], accept=True))

        self._do(accepts)

    def release(self, place: int) -> None:
        if (customer := self._customer(place, "owned")) is not None:
            actor = self._actor(self._owner(customer))
            assert self._do(lambda conn: release(conn, actor, [customer], reason="other")) == "moved"

    def share(self, place: int, who: int) -> None:
        if (customer := self._customer(place, "owned")) is not None:
            actor, person = self._actor(self._owner(customer)), self._person(who)
            got = self._do(lambda conn: add_collaborators(conn, actor, [customer], [person]))
            assert got != "moved" or self.members[person].state == "active"

    def keep(self, place: int, days: int) -> None:
        if (customer := self._customer(place, "owned")) is not None:
            until, owner = self.now + timedelta(days=days), self._actor(self._owner(customer))
            if days % 2:
                self._do(lambda conn: lock(conn, owner, [customer], until=until))
            else:
                self._do(lambda conn: protect(conn, self.boss, [customer], until=until, reason="谈判"))

    def follow_up(self, place: int, who: int) -> None:
        """By the owner, or by somebody else: a deputy may, for others it is refused."""
        if (customer := self._customer(place, "owned")) is not None:
            actor = self._actor(self._owner(customer) if who % 2 else self._person(who))
            self._do(lambda conn: record_follow_up(conn, actor, customer, NewFollowUp("call", "聊过", None)))

    def fills_in(self, place: int, industry: str | None) -> None:
        """Its owner, as a record is completed; the empty takes it out again."""
        if (customer := self._customer(place, "owned")) is not None:
            actor = self._actor(self._owner(customer))

            async def fills_in(conn: Conn) -> None:
                row = await lock_permitted(conn, actor, customer, "edit")
                await edit(conn, row, {"industry": industry}, by=By.person(actor.person_id), at=await instant(conn))

            self._do(fills_in)

    def wins(self, place: int) -> None:
        """Its owner wins a deal with it."""
        if (customer := self._customer(place, "owned")) is not None:
            actor = self._actor(self._owner(customer))

            async def wins(conn: Conn) -> None:
                deal = await open_deal(conn, actor, customer, NewDeal("合同"))
                await win_deal(conn, actor, customer, deal["id"], Edit({}))

            self._do(wins)

    def sweep(self, days: int) -> None:
        self.database.now += timedelta(days=days)
        self._await(self.world.sweep(self.now))

    def count(self, verify: bool) -> None:
        """Points, as the night job counts them; they are what the log earned."""
        self._await(count_points(self.database, self.world.tenant_id))
        if verify:
            assert self._await(verify_points(self.database, self.world.tenant_id)).differences == []


class People(Base):
    """What happens to people."""

    def signs_in(self, who: int, with_key: bool) -> None:
        person = self._person(who)
        attempt = Attempt("", self.world.tenant_id, person, PASSWORD_HASH)

        async def signs_in(conn: Conn) -> Any:
            await open_session(conn, attempt, now=self.now)
            if with_key:
                system = self.world.company.system
                more: dict[str, Any] = {"name": "k", "scopes": ["all"], "expires_at": None, "now": self.now}
                await create_api_key(conn, system, person_id=person, **more)
            return "in"

        got = self._do(signs_in)
        assert (got == "in") == (self.members[person].state == "active")

    def moves_desk(self, who: int, to: int) -> None:
        person, department = self._person(who), self.departments[to % 4]
        values = {"department_id": department}
        self._versioned("person", person, lambda conn, v: edit_person(conn, self.boss, person, v, values, now=self.now))
        self.members[person].department = department

    def gets_roles(self, who: int, manager: bool) -> None:
        person, roles = self._person(who), ["manager", "rep"] if manager else ["rep"]
        if self.members[person].state == "active":
            values = {"roles": roles}
            self._versioned(
                "person", person, lambda conn, v: edit_person(conn, self.boss, person, v, values, now=self.now)
            )
            self.members[person].roles = roles

    def leads(self, place: int, one: int, other: int) -> None:
        department, wanted = self.departments[place % 4], {self._person(one), self._person(other)}
        wanted = {p for p in wanted if self.members[p].state != "invited"}  # they may lead; here it would hide a fault
        got = self._versioned(
            "department", department,
            lambda conn, v: edit_department(conn, self.boss, department, v, lead_ids=sorted(wanted), now=self.now),
        )  # fmt: skip
        assert isinstance(got, str) == any(self.members[p].state == "left" for p in wanted)
        if not isinstance(got, str):
            for person, member in self.members.items():
                member.leads -= {department}
                member.leads |= {department} if person in wanted else set()

    def goes_on_leave(self, who: int, days: int, deputy: int) -> None:
        person, other = self._person(who), self._person(deputy) if deputy % 2 else None
        ends = self.now + timedelta(days=days)
        got = self._versioned(
            "person", person,
            lambda conn, v: set_leave(conn, self.boss, person, v, self.now, ends, deputy_id=other, now=self.now),
        )  # fmt: skip
        assert isinstance(got, str) or self.members[person].state != "left"

    def has_deputy(self, who: int, deputy: int, days: int) -> None:
        person, other, ends = self._person(who), self._person(deputy), self.now + timedelta(days=days)
        got = self._do(lambda conn: set_deputy(conn, self.boss, person, other, self.now, ends, now=self.now))
        assert isinstance(got, str) or self.members[other].state == "active"

    def is_limited(self, who: int, pool: int, number: int, for_a_while: bool) -> None:
        """For the tight pool a number of one's own, as a limit; for the other one an override."""
        person = self._person(who)
        if for_a_while:
            ends, more = self.now + timedelta(days=number), {"why": "冲刺", "accept_over_cap": True, "now": self.now}
            got = self._do(
                lambda conn: grant_override(
                    conn, self.boss, self.pools[1], "holding_cap", person, 200, from_at=self.now, until_at=ends, **more
                )
            )
            assert isinstance(got, str) or self.members[person].state == "active"
        elif self.members[person].state == "active":
            subject, home = Subject("person", person), self.pools[0]
            got = self._do(
                lambda conn: set_limit(
                    conn, self.boss, home, "holding_cap", subject, number, accept_over_cap=True, now=self.now
                )
            )
            if not isinstance(got, str):
                self.limits[home, person] = number

    def company_decides(self, which: int) -> None:
        rule = (("home_pool", None), ("manager", None), ("pool", self.pools[1]))[which % 3]
        self._versioned(
            "tenant", self.world.tenant_id,
            lambda conn, v: set_leaver_rule(conn, self.boss, v, *rule, now=self.now),
        )  # fmt: skip
        self.rule = rule

    def leaves(self, who: int, by_file: bool) -> None:
        """The book goes where the company's rule says, by whichever way."""
        person = self._person(who, "active", "invited")
        book, leads = self._book(person), self._leads_over(person)
        if by_file:
            done = self._by_file(person, "离职")
            got: Any = sum(n for _, _, n in done["outcome"]["receivers"]) if done["deactivated"] else "person_left"
        else:
            got = self._do(lambda conn: deactivate_person(conn, self.boss, person, now=self.now))
        if self.members[person].state == "left":
            assert got == "person_left"
            return
        assert got == len(book)
        for customer, (owner, pool) in self._places(book).items():
            if self.rule[0] == "manager" and leads:
                assert owner in leads
            else:
                assert (owner, pool) == (None, self.rule[1] or book[customer])
        self._gone(person)

    def _gone(self, person: int) -> None:
        member = self.members[person]
        self.members[person] = Member(member.department, "left", member.roles)
        self.limits = {key: number for key, number in self.limits.items() if key[1] != person}

    def hands_over(self, who: int, to: int, how: int, goes: bool) -> None:
        person, heirs = self._person(who), {self._person(to), self._person(to + 7)}
        if len(heirs) > 1 and to % 5:
            heirs -= {person}  # which is refused
        asked = {
            0: Asked("manager", deactivate=goes, confirm_over_cap=True),
            1: Asked("pools", pool_id=self.pools[to % 2], deactivate=goes),
            2: Asked("heirs", "by_load", tuple(heirs), deactivate=goes, confirm_over_cap=True),
            3: Asked("heirs", "in_turn", tuple(heirs), deactivate=goes, confirm_over_cap=True),
        }[how % 4]
        book = self._book(person)
        got = self._do(lambda conn: hand_over(conn, self.boss, person, asked, now=self.now))
        if not isinstance(got, HandedOver):
            assert isinstance(got, str)
            return
        assert self._book(person) == {}
        assert got.customers == len(book)
        if asked.way == "heirs":
            assert all(owner in heirs for owner, _ in self._places(book).values())
        if goes:
            self._gone(person)
        if got.batch_id is not None:
            self.batches.append(got.batch_id)

    def takes_back(self, place: int) -> None:
        """A hand-over is undone; who has left by now gets nothing back."""
        if self.batches:
            batch = self.batches[-1 - place % len(self.batches)]
            undo = self._do(lambda conn: start_undo(conn, self.boss, batch, now=self.now))
            self._await(carry_out_undo(self.database, self.world.tenant_id, undo))

    def comes_back(self, who: int, accepts: bool, by_file: bool) -> None:
        """Clean: a plain rep, whatever they were, by a new link."""
        person = self._person(who, "left", "invited")
        member = self.members[person]
        if member.state == "left":
            if by_file:
                assert self._by_file(person, "在职")["rejoined"] == 1
            else:
                self._do(lambda conn: reactivate(conn, self.boss, person, now=self.now))
            self.members[person] = member = Member(member.department, "invited")
        link = self._do(lambda conn: create_link(conn, self.boss, person, now=self.now))
        if accepts:
            tenant = self.world.tenant_id
            self._do(lambda conn: use_link(conn, tenant, link.token, PASSWORD_HASH, now=self.now))
            member.state = "active"
        sql = "SELECT count(*) FROM customer WHERE tenant_id = %s AND owner_id = %s"
        held = self._do(lambda conn: value(conn, sql, (self.world.tenant_id, person)))
        assert member.state == "active" or held == 0
