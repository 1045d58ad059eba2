"""The machine's sweeps: who is taken, who is told what, and that nobody was taken untold."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from gonghai.base.database import rows
from tests.properties import oracle
from tests.properties.lives_base import Base, Told
from tests.properties.oracle_policy import Verdict
from tests.properties.oracle_warnings import Warned, warning

# Customer, spell, step, day of the deadline: what is told once.
Key = tuple[int, int, str, date]


class Sweeps(Base):
    """Each sweep is foretold by the oracle from the logs alone."""

    def _sweep(self) -> None:
        lives = self.lives()
        verdicts = self.verdicts(lives, self.now)
        going = {c: v.target for c, v in verdicts.items() if v.due(self.now)}
        expected = {
            c: w for c, v in verdicts.items() if c not in going and (w := self._warning(c, lives[c], v)) is not None
        }
        before = self._warnings()
        assert self._await(self.world.sweep(self.now)) == sorted(going)
        self._check_targets(going)
        self._check_told(lives, expected, before)
        for customer in going:
            self._check_notice_was_given(customer, verdicts[customer])
        self._check_columns()

    def _warning(self, customer: int, life: oracle.Life, verdict: Verdict) -> Warned | None:
        spell = life.now
        assert spell is not None
        heard = self.heard.get((customer, spell.spell), set())
        told = self.notice(customer, life)
        floor = self.around.pools[spell.pool].notice_floor
        return warning(verdict, told, heard, self.ladder_of(life), self.around.works, self.now, floor=floor)

    def _check_targets(self, going: Mapping[int, int]) -> None:
        sql = "SELECT id, pool_id, state FROM customer WHERE tenant_id = %s AND id = ANY (%s)"
        found = self._do(lambda conn: rows(conn, sql, (self.world.tenant_id, list(going))))
        assert {r["id"]: r["pool_id"] for r in found if r["state"] == "pooled"} == going

    def _warnings(self) -> dict[Key, Any]:
        sql = "SELECT * FROM warning WHERE tenant_id = %s"
        found = self._do(lambda conn: rows(conn, sql, (self.world.tenant_id,)))
        return {(w["customer_id"], w["spell_no"], w["step"], w["deadline_date"]): w for w in found}

    def _check_told(
        self, lives: Mapping[int, oracle.Life], expected: Mapping[int, Warned], before: Mapping[Key, Any]
    ) -> None:
        """New in the table is exactly what was foretold, and nothing told before was told again."""
        foretold = {}
        for customer, told in expected.items():
            spell = lives[customer].now
            assert spell is not None
            heard = self.heard.setdefault((customer, spell.spell), set())
            if told.key not in heard:
                foretold[customer, spell.spell, *told.key] = (spell.owner, told.goes, told.timer, told.last, self.now)
                heard.add(told.key)
            if told.notice is not None:
                self.told[customer] = Told(told.notice, spell.chain, spell.voided)
        after = self._warnings()
        new = {key: w for key, w in after.items() if key not in before}
        assert {k: (w["owner_id"], w["effective"], w["timer"], w["last"], w["at"]) for k, w in new.items()} == foretold
        assert {key: after[key] for key in before} == before

    def _check_notice_was_given(self, customer: int, verdict: Verdict) -> None:
        """In the log itself: before a long timer took it, a warning had named an instant that has passed since."""
        life, taken = self._spell_events(customer)
        floor = self.around.pools[taken["pool_from"]].notice_floor
        if not floor or any(clock.short and clock.kept <= self.now for clock in verdict.clocks):
            return
        given = [datetime.fromisoformat(e["data"]["changes"]["notice_until"][1]) for e in life if e["kind"] == "warn"]
        assert any(until <= self.now for until in given)

    def _spell_events(self, customer: int) -> tuple[list[Any], Any]:
        """What the log says from the newest beginning of the clocks to the recycle, and the recycle."""
        *earlier, taken = self._logs()[customer]
        assert taken["kind"] == "recycle"
        begins = [i for i, e in enumerate(earlier) if e["owner_to"] and not (e["data"] or {}).get("carry")]
        return earlier[begins[-1] :], taken

    def _check_columns(self) -> None:
        """Every owner is told by the column what the oracle believes that they were told."""
        sql = "SELECT id, notice_until FROM customer WHERE tenant_id = %s AND state = 'owned'"
        found = self._do(lambda conn: rows(conn, sql, (self.world.tenant_id,)))
        lives = self.lives()
        assert {r["id"]: r["notice_until"] for r in found} == {
            r["id"]: self.notice(r["id"], lives[r["id"]]) for r in found
        }
