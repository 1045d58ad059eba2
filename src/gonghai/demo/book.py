"""A customer in a rep's book: contacted or forgotten, followed up, passed on, won, given back, or taken by the policy."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any, Final

from gonghai.demo import words
from gonghai.demo.fate import taken
from gonghai.demo.identity import contract_end
from gonghai.demo.record import Asked, Record
from gonghai.demo.times import DAY, SWEEP, instant, seconds
from gonghai.demo.world import MOST_EVENTS, Rep, World
from gonghai.policy.decide import Decision, decide
from gonghai.policy.registry import REGISTRY

Step = tuple[int, Callable[[], None]]
_NEVER: Final = 1 << 60
# Days from one follow-up to the next, at least and at most: people know their customers' countdown.
_GAPS: Final[Mapping[str, tuple[float, float]]] = {"A": (5, 16), "B": (4, 9.5), "C": (9, 26), "D": (12, 27)}
_HOT_GAP: Final = (2.0, 6.0)
_STAGES: Final = ("线索", "意向", "方案", "报价")
_KINDS: Final = ("call", "message", "visit", "meeting", "email", "note")
_KIND_WEIGHTS: Final = (48, 70, 81, 88, 95, 100)  # cumulative
_PASSING: Final = "这个客户离你更近，请你接着跟进。"


class Book:
    """All of one unbroken stay with owners: one spell, or several joined by transfers."""

    def __init__(self, world: World, record: Record, rng: Random, appeal: float, at: int) -> None:
        self.world, self.record, self.rng, self.at = world, record, rng, at
        self._hold = 0.35 + 0.65 * min(appeal, 1.6)
        self._forgotten = False
        self._soon: list[Step] = []
        self._asking: Asked | None = None

    @property
    def rep(self) -> Rep:
        return self.world.reps[self.record.row["owner_id"]]

    def run(self) -> None:
        """Until the customer is nobody's, or today; `at` is then the time of the last thing that happened."""
        row, world = self.record.row, self.world
        while row["state"] == "owned":
            when, step = self._next()
            left = self.rep.left_at or _NEVER
            until = min(when, left, world.end)
            found = taken(world, row, self.at, until)
            if found is not None:
                self.at = found[0] + 1
                self.record.recycle(*found)
            elif until == world.end:
                self.at = world.end
                break
            elif until == left:
                self.at = left
                batch = world.leaver_batches[self.rep.id]
                self.record.give_back(left, "hand_over", row["pool_id"], world.admin_id, "owner_left", batch=batch)
            else:
                self.at = when
                step()
        self._leave_request_open()

    def keep_for_a_friend(self) -> None:
        """Looks after it once, and gives it back when the friend may claim it again."""
        self._forgotten = True
        self._later(self.at + self.rng.randrange(300, 3 * 3600), self._follow_up)
        self._later(self.at + self.rng.randrange(9 * DAY, 13 * DAY), self._release)

    def _spell_start(self) -> int:
        return seconds(self.record.spells[-1][4])

    # What comes next -------------------------------------------------------------------------------------

    def _next(self) -> Step:
        if self._soon:
            at, step = self._soon.pop(0)
            at = max(at, self.at + 1)
            return at + 7 if at % SWEEP < 7 else at, step
        if self._forgotten or self.record.row["version"] >= MOST_EVENTS:
            return _NEVER, self._follow_up
        if self.record.row["first_contact_at"] is None:
            return self._first_contact()
        if self.rng.random() < 0.008 and (last := self._last_moment()) is not None:
            return last
        gap = (25, 75) if self.record.row["last_win_at"] is not None else self._gap()
        return self._there(self.at + int(self.rng.uniform(*gap) * DAY)), self._follow_up

    def _gap(self) -> tuple[float, float]:
        row = self.record.row
        return _HOT_GAP if row["level"] == "A" and row["source"] == "展会" else _GAPS[row["level"]]

    def _last_moment(self) -> Step | None:
        """The evening before it would be taken for want of a follow-up, where there is time for a warning."""
        row, world = self.record.row, self.world
        rules = world.rules[row["pool_id"]].in_force(self.at)
        decision = decide(rules, row, world.calendar, instant(self.at), REGISTRY)
        if decision.effective is None or decision.running[0].timer != "follow_up":
            return None
        at = seconds(decision.effective) - self.rng.randrange(2 * 3600, 7 * 3600)
        return (at + 7 if at % SWEEP < 7 else at, lambda: self._say_nothing(decision)) if at > self.at + DAY else None

    def _first_contact(self) -> Step:
        chance = self.rng.random()
        if self.record.row["spell_claimed"] and chance < 0.02:
            # Looked at, and given back the same day or the next.
            self._forgotten = True
            self._later(self.at + self.rng.randrange(1800, 26 * 3600), self._release)
            return self._next()
        if chance > 0.94 * min(self.rep.diligence, 1.05):
            self._forget()
            return self._next()
        if chance < 0.68:
            return self._there(self.at + self.rng.randrange(300, 3 * 3600)), self._follow_up
        return self._there(self.at + self.rng.randrange(3 * 3600, 26 * 3600)), self._follow_up

    def _there(self, at: int) -> int:
        """`at`, or when the rep is at work again."""
        at = self.world.office(at, self.rng)
        away = self.rep.away
        return self.world.office(away[1] + 60, self.rng) if away and away[0] <= at < away[1] else at

    def _forget(self) -> None:
        """The rep lets go: gives it back in time, or leaves it to the policy."""
        self._forgotten = True
        if self.rng.random() < 0.5:
            self._later(self.at + int(self.rng.uniform(*self._gap()) * DAY), self._release)

    def _later(self, at: int, step: Callable[[], None]) -> None:
        self._soon.append((self._there(at), step))

    # Steps -----------------------------------------------------------------------------------------------

    def _release(self) -> None:
        row, rng = self.record.row, self.rng
        reason = rng.choice(self.world.pools[row["pool_id"]].return_reasons)
        data = {"note": True} if rng.random() < 0.2 else None
        self.record.give_back(self.at, "release", row["pool_id"], row["owner_id"], reason, data=data)

    def _follow_up(self) -> None:
        rng, at = self.rng, self.at
        kind = rng.choices(_KINDS, cum_weights=_KIND_WEIGHTS)[0]
        author = self.rep.manager_id if rng.random() < 0.02 else self.rep.id
        happened = at
        if rng.random() >= 0.88:
            happened = max(self._spell_start(), self.world.daytime(at - rng.randrange(1800, 20 * 3600)))
        next_at = self.world.planned(at + rng.randrange(2, 12) * DAY, rng) if rng.random() < 0.4 else None
        note, outcome = rng.choice(words.NOTES[kind]), rng.choice(words.OUTCOMES) if kind != "note" else None
        self.record.follow_up(at, happened, kind, note, author, outcome, next_at)
        self._afterwards()

    def _say_nothing(self, told: Decision) -> None:
        """Keeps a customer by an entry without a word to it, after the last warning."""
        self.record.warned(told)
        self.record.follow_up(self.at, self.at, "call", self.rng.choice(words.NOTHING_SAID), self.rep.id, None, None)

    def _afterwards(self) -> None:
        """What a contact leads to."""
        rng, pace = self.rng, self.world.pace
        if rng.random() < 0.22 * pace.extras:
            self._later(self.at + rng.randrange(40, 500), self._edit)
        self._deals()
        if rng.random() < 0.02 * pace.extras:
            self._later(self.at + rng.randrange(600, 3000), self._pass_on)
        if rng.random() < pace.neglect / (self._hold * self.rep.diligence):
            self._forget()

    def _edit(self) -> None:
        row, rng = self.record.row, self.rng
        values: dict[str, Any] = {}
        chance = rng.random()
        if chance < 0.6 and row["stage"] in _STAGES[:-1]:
            values["stage"] = _STAGES[_STAGES.index(row["stage"]) + 1]
        elif chance < 0.75:
            values["tags"] = sorted({*row["tags"], rng.choice(words.TAGS)})
        elif chance < 0.85:
            values["amount"] = Decimal(rng.randrange(2, 120) * 5000)
        elif chance < 0.93:
            values["level"] = rng.choice("ABC")
        else:
            values["wechat"] = f"wx_{rng.randrange(16**8):08x}"
        self.record.edit(self.at, row["owner_id"], values)

    def _deals(self) -> None:
        rng, row = self.rng, self.record.row
        going = [deal for deal in self.record.deals if deal["state"] == "open"]
        if not going:
            if len(self.record.deals) < 5 and rng.random() < 0.09 * self._hold:
                self._later(self.at + rng.randrange(120, 3000), self._open_deal)
            return
        deal = going[-1]
        if deal["spell_no"] != row["spell_no"]:
            if rng.random() < 0.5:
                self._later(self.at + rng.randrange(60, 900), lambda: self.record.adopt_deal(self.at, deal))
        elif instant(self.at) - deal["opened_at"] > timedelta(days=12) and rng.random() < 0.4:
            lost = rng.choice(words.LOST_REASONS) if rng.random() < 0.64 else None
            self._later(self.at + rng.randrange(60, 3000), lambda: self._close(deal, lost))

    def _open_deal(self) -> None:
        rng = self.rng
        expected = (instant(self.at) + timedelta(days=rng.randrange(15, 120))).date()
        amount = Decimal(rng.randrange(3, 160) * 5000)
        self.record.open_deal(self.at, {"name": rng.choice(words.DEALS), "amount": amount, "expected_date": expected})

    def _close(self, deal: dict[str, Any], lost: str | None) -> None:
        self.record.close_deal(self.at, deal, lost)
        if lost is None:
            signed = {"stage": "成交" if len(self.record.deals) == 1 else "复购"}
            ends = {"contract_end": contract_end(self.rng, deal["closed_at"].date())} if self.rng.random() < 0.6 else {}
            self._later(self.at + 90, lambda: self.record.edit(self.at, self.rep.id, {**signed, **ends}))

    # Passing on ------------------------------------------------------------------------------------------

    def _pass_on(self) -> None:
        """To a colleague: by the owner, who may have to ask first, or by the manager."""
        rng, rep = self.rng, self.rep
        friend = self.world.friends.get(rep.id)
        receiver = friend if friend and rng.random() < 0.6 else rng.choice(self.world.peers[rep.branch])
        if receiver.id == rep.id or not receiver.works(self.at) or self._asking or self.record.requests > 5:
            return
        if rng.random() < 0.4:
            self.record.pass_on(self.at, receiver.id, rep.manager_id, carry=False)
            self._forgotten = False
        elif self.world.pools[self.record.row["pool_id"]].asks_receiver:
            self._asking = Asked(self.at, receiver.id, rep.id, self.record.row["spell_no"], _PASSING)
            self._later(self.at + rng.randrange(3600, 50 * 3600), self._answer)
        else:
            self.record.pass_on(self.at, receiver.id, rep.id, carry=True)

    def _answer(self) -> None:
        assert self._asking is not None
        asked, receiver = self._asking, self.world.reps[self._asking.receiver]
        self._asking = None
        agreed = receiver.works(self.at) and self.rng.random() < 0.75
        request = self.record.transfer_request(asked, "accepted" if agreed else "declined", self.at)
        if agreed:
            self.record.pass_on(self.at, receiver.id, asked.asker, carry=True, request=request)

    def _leave_request_open(self) -> None:
        if self._asking is not None:
            self.record.transfer_request(self._asking, "open", None)
