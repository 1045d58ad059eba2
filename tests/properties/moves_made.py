"""The machine's moves: each is made, and its answer held to what the model expects."""

from datetime import date, timedelta

from gonghai.base import clock
from gonghai.base.database import Conn
from gonghai.moves.assign import assign
from gonghai.moves.claim import claim
from gonghai.moves.create import create
from gonghai.moves.pool_moves import archive, move_pool, restore
from gonghai.moves.release import release
from gonghai.moves.requests.decide import decide, only_request
from gonghai.moves.results import Result
from gonghai.moves.transfer import transfer
from tests.properties import oracle
from tests.properties.moves_base import Asked, Base, Known


class Moves(Base):
    """Create, claim, release, assign, transfer, accept, move pool, archive, restore. `place` picks whom."""

    def create(self, pool: int, who: int, owned: bool, days_ago: int, level: str) -> None:
        home, rep = self.pools[pool % 2], self._rep(who)
        if rep.person_id not in self.active:
            return
        owner = rep.person_id if owned else None
        if days_ago:
            at = clock.now() - timedelta(days=days_ago, minutes=who)
            (customer,) = self._await(self.world.customers(1, home, owner, at, level=level))
        else:
            fields = {"name": f"新客户{len(self.known)}", "level": level}
            customer = self._do(lambda conn: create(conn, rep, fields, pool_id=home, owner_id=owner))
        self.known[customer] = Known("pooled", None, home)
        if owner is not None:
            self._begin(customer, owner)

    def claim(self, place: int, who: int) -> None:
        customer, rep = self._customer(place, "pooled"), self._rep(who)
        person, today = rep.person_id or 0, oracle.local_day(clock.now())
        expected = self._claim_answer(customer, person, today)
        pool = self.known[customer].pool
        got = self._do(lambda conn: claim(conn, self.world.tenant_id, person, [customer], zone=rep.zone))
        assert got == expected
        if got == "claimed":
            self.claims.append((person, pool, today))
            self._begin(customer, person, claimed=True)

    def _claim_answer(self, customer: int, person: int, today: date) -> str:
        known = self.known[customer]
        if known.state == "owned":
            return "already_yours" if known.owner == person else "already_claimed"
        if known.state == "archived":
            return "archived"
        if person not in self.active:
            return "not_active"
        begins, ends = self.around.leaves.get(person, (clock.now(), clock.now()))
        if begins <= clock.now() < ends:
            return "on_leave"
        if known.pool == self.strict:
            held = self._held(person, self.strict)
            if known.holders and known.holders[-1] == person:
                return "cooldown_until"
            if self.claims.count((person, self.strict, today)) >= 5:
                return "daily_quota"
            if len(held) >= 4:
                return "holding_cap"
            if sum(k.claimed and not k.contacts for k in held) >= 2:
                return "untouched_cap"
        elif self.claims.count((person, self.loose, today)) >= 20:
            return "daily_quota"
        elif sum(k.claimed and not k.contacts for k in self._held(person, self.loose)) >= 10:
            return "untouched_cap"
        return "claimed"

    def release(self, place: int, who: int, elsewhere: bool) -> None:
        customer = self._customer(place, "owned")
        rep = self._owner(who, customer)
        known = self.known[customer]
        target = self.pools[1 - self.pools.index(known.pool)] if elsewhere else None
        if not self._seen(rep, customer):
            expected = "not_found"
        elif known.state == "pooled":
            expected = "not_owned"
        elif elsewhere and known.pool == self.strict:
            expected = "release_elsewhere_not_allowed"
        else:
            expected = "moved"
        assert self._do(lambda conn: release(conn, rep, [customer], reason="other", pool_id=target)) == expected
        if expected == "moved":
            self._end(customer, target or known.pool)

    def assign(self, place: int, to: int, confirmed: bool) -> None:
        customer, person = self._customer(place, "pooled"), self._rep(to).person_id or 0
        known = self.known[customer]
        if person not in self.active:
            expected = "receiver_not_active"
        elif known.state != "pooled":
            expected = {"owned": "already_claimed", "archived": "archived"}[known.state]
        elif self._over(person, known.pool) and not confirmed:
            expected = "over_cap"
        else:
            expected = "moved"
        got = self._do(lambda conn: assign(conn, self.boss, [customer], owner_id=person, confirm_over_cap=confirmed))
        assert got == expected
        if got == "moved":
            self._begin(customer, person)

    def transfer(self, place: int, who: int, to: int) -> None:
        """By a rep: most are the owner's own, as others are refused at once."""
        customer, person = self._customer(place, "owned"), self._rep(to).person_id or 0
        rep = self._owner(who, customer)
        known = self.known[customer]
        if person not in self.active:
            expected = "receiver_not_active"
        elif not self._seen(rep, customer):
            expected = "not_found"
        elif known.state == "pooled":
            expected = "not_owned"
        elif known.owner == person:
            expected = "already_theirs"
        elif self._over(person, known.pool):
            expected = "over_cap"
        else:
            expected = "requested" if known.pool == self.strict else "moved"
        results: list[Result] = []

        async def attempt(conn: Conn) -> list[Result]:
            results.extend(await transfer(conn, rep, [customer], owner_id=person))
            return results

        assert self._do(attempt) == expected
        if expected == "moved":
            self._begin(customer, person)
        if expected == "requested":
            for earlier in self.asked:
                earlier.open &= (earlier.customer, earlier.spell_no) != (customer, known.spell_no)
            self.asked.append(Asked(int(results[0].data["request_id"]), customer, known.spell_no, person))

    def accept(self, place: int) -> None:
        if not any(asked.open for asked in self.asked):
            self.transfer(place, 1, place // 7)
        if not self.asked:
            return
        asked = self.asked[-1 - (place // 4) % len(self.asked) if place % 4 == 0 else -1]
        known = self.known[asked.customer]
        if not asked.open:
            expected: str | None = "request_decided"
        elif known.state != "owned" or known.spell_no != asked.spell_no:
            expected = "request_lapsed"
        elif asked.to not in self.active:
            expected = "receiver_not_active"
        else:
            expected = "over_cap" if self._over(asked.to, known.pool) else None
        (rep,) = [r for r in self.reps if r.person_id == asked.to]

        async def accepts(conn: Conn) -> None:
            only_request(await decide(conn, rep, [asked.id], accept=True))

        assert self._do(accepts) == expected
        if expected is None:
            asked.open = False
            self._begin(asked.customer, asked.to)

    def managers_transfer(self, place: int, to: int) -> None:
        customer, person = self._customer(place, "owned"), self._rep(to).person_id or 0
        known = self.known[customer]
        if person not in self.active:
            expected = "receiver_not_active"
        elif known.state != "owned":
            expected = {"pooled": "not_owned", "archived": "archived"}[known.state]
        else:
            expected = "already_theirs" if known.owner == person else "moved"
        got = self._do(lambda conn: transfer(conn, self.boss, [customer], owner_id=person, confirm_over_cap=True))
        assert got == expected
        if got == "moved":
            self._begin(customer, person)

    def move_pool(self, place: int, to: int) -> None:
        customer, pool = self._customer(place, "pooled"), self.pools[to % 2]
        known = self.known[customer]
        if known.state != "pooled":
            expected = {"owned": "already_claimed", "archived": "archived"}[known.state]
        else:
            expected = "already_there" if known.pool == pool else "moved"
        assert self._do(lambda conn: move_pool(conn, self.boss, [customer], pool_id=pool)) == expected
        known.pool = pool if expected == "moved" else known.pool

    def archive(self, place: int) -> None:
        customer = self._customer(place, "pooled", "owned")
        expected = "archived" if self.known[customer].state == "archived" else "moved"
        assert self._do(lambda conn: archive(conn, self.boss, [customer], reason="closed_down")) == expected
        self._end(customer, self.known[customer].pool, "archived")

    def restore(self, place: int, to: int | None) -> None:
        customer, pool = self._customer(place, "archived"), None if to is None else self.pools[to % 2]
        expected = "moved" if self.known[customer].state == "archived" else "not_archived"
        assert self._do(lambda conn: restore(conn, self.boss, [customer], pool_id=pool)) == expected
        if expected == "moved":
            self._end(customer, pool or self.known[customer].pool)
