"""The machine's sweeps: who is taken, who is told what, and that nobody was taken untold."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from gonghai.base.database import Conn, rows, value
from gonghai.moves.undo import carry_out, start_undo
from gonghai.notifications.sweeps import notify_run
from tests.properties import oracle
from tests.properties.lives_base import Base, Told
from tests.properties.oracle_policy import Verdict
from tests.properties.oracle_warnings import Warned, warning

# Customer, spell, step, day of the deadline: what is told once.
Key = tuple[int, int, str, date]


MOVES = (
    "create",
    "claim",
    "assign",
    "release",
    "recycle",
    "transfer",
    "archive",
    "restore",
    "move_pool",
    "undo",
    "appeal",
)
STANDING = (
    "state", "owner_id", "pool_id", "spell_no", "spell_claimed", "clock_start", "first_contact_at", "last_follow_up_at",
    "live_deals", "deal_lost_at", "open_deals", "last_win_at", "locked_until", "protected_until", "notice_until",
    "recycle_count", "entered_pool_at", "first_pooled_at", "last_return", "last_return_reason",
)  # fmt: skip


@dataclass(frozen=True)
class Run:
    """A sweep that took customers: its batch, and how each stood before."""

    batch: int
    before: Mapping[int, Mapping[str, Any]]


class Sweeps(Base):
    """Each sweep is foretold by the oracle from the logs alone."""

    runs: list[Run]

    def _sweep(self) -> None:
        lives = self.lives()
        verdicts = self.verdicts(lives, self.now)
        going = {c: v.target for c, v in verdicts.items() if v.due(self.now)}
        expected = {
            c: w for c, v in verdicts.items() if c not in going and (w := self._warning(c, lives[c], v)) is not None
        }
        before, standing = self._warnings(), self._standing(going)
        assert self._await(self.world.sweep(self.now)) == sorted(going)
        if going:
            self.runs.append(Run(self._newest_batch(), standing))
        self._check_targets(going)
        self._check_told(lives, expected, before)
        if expected:
            self._check_digests()
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

    def _standing(self, customers: Collection[int]) -> dict[int, dict[str, Any]]:
        """What a move changes, and what it must keep for the day on which it is undone."""
        sql = f"SELECT id, {', '.join(STANDING)} FROM customer WHERE tenant_id = %s AND id = ANY (%s)"
        found = self._do(lambda conn: rows(conn, sql, (self.world.tenant_id, list(customers))))
        return {row["id"]: dict(row) for row in found}

    def _newest_batch(self) -> int:
        sql = "SELECT batch_id FROM recycle_run WHERE tenant_id = %s ORDER BY id DESC LIMIT 1"
        batch: int = self._do(lambda conn: value(conn, sql, (self.world.tenant_id,)))
        return batch

    def undo(self, place: int) -> None:
        """Takes a run back: whose newest move is the run's stands as before, protected; the next sweep leaves it."""
        if not self.runs:
            return
        run = self.runs[-1 - place % min(3, len(self.runs))]
        logs = self._logs()
        newest = {c: [e for e in logs[c] if e["kind"] in MOVES][-1] for c in run.before}
        back = [c for c in run.before if (newest[c]["kind"], newest[c]["batch_id"]) == ("recycle", run.batch)]
        other = self._standing(logs.keys() - set(back))
        undo = self._do(lambda conn: start_undo(conn, self.boss, run.batch, now=self.now))
        self._await(carry_out(self.database, self.world.tenant_id, undo))
        until = oracle.end(self.now, 3, "working_days", self.around.works)
        now = self._standing(logs)
        assert other == {c: now[c] for c in other}
        for customer in back:
            was = run.before[customer]
            kept = {**was, "protected_until": max(until, was["protected_until"] or until), "notice_until": None}
            assert now[customer] == kept
        self._sweep()
        assert {c: row["state"] for c, row in self._standing(back).items()} == dict.fromkeys(back, "owned")

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

    def _check_digests(self) -> None:
        """Everybody has one notice for each day on which something of theirs was warned of; it counts the customers."""

        async def reads(conn: Conn) -> tuple[list[Any], list[Any]]:
            sql = "SELECT id FROM recycle_run WHERE tenant_id = %s ORDER BY id DESC LIMIT 1"
            await notify_run(conn, self.world.tenant_id, await value(conn, sql, (self.world.tenant_id,)))
            sql = "SELECT person_id, data FROM notice WHERE tenant_id = %s AND kind = 'falling'"
            told = await rows(conn, sql, (self.world.tenant_id,))
            sql = "SELECT owner_id, customer_id, at FROM warning WHERE tenant_id = %s"
            return told, await rows(conn, sql, (self.world.tenant_id,))

        digests, warnings = self._do(reads)
        customers: dict[tuple[int, str], set[int]] = {}
        for warned in warnings:
            day = oracle.local_day(warned["at"]).isoformat()
            customers.setdefault((warned["owner_id"], day), set()).add(warned["customer_id"])
        read = [(d["person_id"], d["data"]["day"], d["data"]["count"]) for d in digests]
        assert sorted(read) == sorted((*key, len(ids)) for key, ids in customers.items())

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
