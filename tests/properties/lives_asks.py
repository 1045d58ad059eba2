"""What people ask in the year: what a policy would do before it is published, more time, and a customer back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gonghai.base.database import Conn, rows
from gonghai.moves.requests.appeal import ask_appeal
from gonghai.moves.requests.decide import decide
from gonghai.moves.requests.extension import ask_extension
from gonghai.policy.falling import falling, forecast
from gonghai.policy.preview import Counts, Group, Preview, plan, preview
from gonghai.policy.preview_rows import Line, Wanted, lines
from gonghai.policy.versions import Start
from gonghai.workdays import Length
from tests.properties import oracle
from tests.properties.lives_base import WITHIN, Base, same
from tests.properties.oracle_calendar import MICROSECOND
from tests.properties.oracle_policy import Verdict, document, judge

# By the rules, really, and by the version in force.
Three = tuple[Verdict, Verdict, Verdict | None]


class Asks(Base):
    """The answers are held to the oracle; what follows from a yes, to the log that it is read from."""

    def written(self, place: int, written: tuple[Any, ...]) -> tuple[oracle.Version, Any, Start]:
        """A version as it was drawn, for one of the pools, with its ladder and its start."""
        others, last, ladder, grace, later = written
        pool, at = self.pools[place % 2], self.now + later * oracle.HOUR
        rules = [oracle.Rule(self._condition(c), t, self._target(to)) for c, t, to in others]
        rules.append(oracle.Rule(None, last, self._target(place)))
        until = None if grace is None else oracle.end(at, grace[0], grace[1], self.around.works)
        start = Start(at if later else None, None if grace is None else Length(*grace))
        return oracle.Version(pool, at, rules, until), ladder, start

    def _condition(self, drawn: tuple[Any, ...]) -> tuple[Any, ...]:
        return ("department", self.departments[drawn[1]]) if drawn[0] == "department" else drawn

    def _target(self, place: int) -> int | None:
        return (None, *self.pools)[place % 3]

    def preview(self, place: int, written: tuple[Any, ...]) -> None:
        """Counts and customers, per owner and segment, by the rules and really, against the version in force."""
        version, ladder, start = self.written(place, written)
        candidate = oracle.Version(version.pool, version.published, version.rules, version.grace_until)
        if version.published > self.now:  # nobody goes by rules that have not begun
            candidate.grace_until = max(version.published, version.grace_until or version.published)
        expected = self._three(candidate)

        async def looks(conn: Conn) -> tuple[Preview, list[Line]]:
            text = document(version, ladder)
            planned = await plan(conn, self.world.tenant_id, version.pool, text, start=start, now=self.now)
            shown = await preview(conn, self.world.tenant_id, planned)
            wanted = Wanted(within=WITHIN[place % 3])
            return shown, await lines(conn, self.world.company.system, planned, wanted, behind=0, limit=100)

        shown, listed = self._do(looks)
        owners = {c: life.now.owner for c, life in self.lives().items() if life.now is not None}
        _same_group(shown.whole, expected, self.now)
        for person in {owners[c] for c in expected}:
            mine = {c: three for c, three in expected.items() if owners[c] == person}
            _same_group(shown.owners[person], mine, self.now)
        for i, group in enumerate(shown.segments):
            _same_group(group, {c: three for c, three in expected.items() if three[0].segment == i}, self.now)
        assert shown.never == sum(not rules.clocks for rules, _, _ in expected.values())
        horizon = self.now + WITHIN[place % 3] * oracle.DAY
        assert [line.row["id"] for line in listed] == [c for c in sorted(expected) if expected[c][0].due(horizon)]
        for line in listed:
            rules, really, present = expected[line.row["id"]]
            same(line.rules, rules)
            same(line.really, really)
            assert (line.present is None) == (present is None)
            if line.present is not None and present is not None:
                same(line.present, present)

    def _three(self, candidate: oracle.Version) -> dict[int, Three]:
        present = self.around.in_force(candidate.pool, self.now)
        found = {}
        for customer, life in self.lives().items():
            if life.now is not None and life.now.pool == candidate.pool:
                told = self.notice(customer, life)
                given = (life, self.around, candidate, self.now)
                rules, really = judge(*given, None, by_the_rules=True), judge(*given, told)
                now = judge(life, self.around, present, self.now, None, by_the_rules=True) if present else None
                found[customer] = (rules, really, now)
        return found

    def look_ahead(self, place: int, days: int) -> None:
        """Who of a rep's, and of all, falls within so many days; and how many of a pool on each day of a month."""
        pool, rep = self.pools[place % 2], self._rep(place)
        lives = self.lives()
        goes = {c: v.effective for c, v in self.verdicts(lives, self.now).items() if v.effective is not None}
        owned = {c: life.now for c, life in lives.items() if c in goes and life.now is not None}

        async def looks(conn: Conn) -> Any:
            now = self.now
            mine = await falling(conn, rep, owners=[rep.person_id or 0], pool_id=None, days=days, now=now)
            team = await falling(conn, self.boss, owners=None, pool_id=pool, days=days, now=now)
            return mine.customers, team.customers, await forecast(conn, self.boss, pool, now=now)

        mine, team, ahead = self._do(looks)
        soon = sorted((at, c) for c, at in goes.items() if at <= self.now + days * oracle.DAY)
        assert [(f.effective, f.customer_id) for f in mine] == [x for x in soon if owned[x[1]].owner == rep.person_id]
        assert [(f.effective, f.customer_id) for f in team] == [x for x in soon if owned[x[1]].pool == pool]
        month = [oracle.local_day(self.now) + i * oracle.DAY for i in range(30)]
        left = [at for c, at in goes.items() if owned[c].pool == pool]
        assert ahead.due_now == sum(at <= self.now for at in left)
        assert ahead.days == {
            day: sum(max(self.now, oracle.midnight(day)) < at <= oracle.midnight(day + oracle.DAY) for at in left)
            for day in month
        }

    def extension(self, place: int, days: int, granted: int | None) -> None:
        """A yes protects from the deadline as it was at asking to the end of the n-th day behind it."""
        life, verdict = None, None
        if (customer := self._one(place, "owned")) is not None:
            life = self.lives()[customer]
            verdict = self.verdict(customer, life, self.now)
        if customer is None or life is None or life.now is None:
            return
        rep, before = self._owner_of(customer), life.now.protected
        got = self._do(lambda conn: ask_extension(conn, rep, customer, days=days))
        if isinstance(got, str):
            assert got in ("nothing_to_extend", "extension_limit", "already_asked")
            assert (got == "nothing_to_extend") == (verdict is None or verdict.effective is None)
            return
        assert verdict is not None
        assert verdict.effective is not None
        deadline = max(verdict.effective, self.now)
        assert self._do(lambda conn: decide(conn, self.boss, [got], accept=True, days=granted)) == "accepted"
        until = oracle.end(deadline - MICROSECOND, granted or days, "days", self.around.works)
        after = self.lives()[customer].now
        assert after is not None
        assert after.protected == max(until, before or until)

    def appeal(self, place: int) -> None:
        """The former owner of a customer that was taken; a yes re-opens the spell, protected."""
        if (customer := self._one(place, "pooled")) is None:
            return
        sql = "SELECT owner_from, at FROM event WHERE tenant_id = %s AND subject_id = %s AND kind = 'recycle'"
        taken = self._do(lambda conn: rows(conn, f"{sql} ORDER BY version", (self.world.tenant_id, customer)))
        if not taken:
            return
        rep = next(r for r in self.reps if r.person_id == taken[-1]["owner_from"])
        got = self._do(lambda conn: ask_appeal(conn, rep, customer, note="客户刚回复"))
        if isinstance(got, str):
            return
        assert self._do(lambda conn: decide(conn, self.boss, [got], accept=True)) == "accepted"
        life = self.lives()[customer]
        assert life.now is not None
        assert life.now.owner == rep.person_id
        assert life.now.protected is not None
        assert life.now.protected >= oracle.end(self.now, 3, "working_days", self.around.works)


def _same_group(group: Group, expected: Mapping[int, Three], now: datetime) -> None:
    assert group.count == len(expected)
    for counts, verdicts in zip((group.totals, group.really, group.present), _columns(expected), strict=True):
        assert _numbers(counts) == [sum(v.due(now + d * oracle.DAY) for v in verdicts) for d in WITHIN]


def _columns(expected: Mapping[int, Three]) -> list[list[Verdict]]:
    every = list(expected.values())
    return [[rules for rules, _, _ in every], [really for _, really, _ in every], [p for _, _, p in every if p]]


def _numbers(counts: Counts) -> list[int]:
    return [counts.at_once, counts.within_7, counts.within_30]
