"""What the simulated lives happen in: the company's people, pools and policies, its days, and the ids in use."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from random import Random
from typing import Final

from gonghai.activities.decide import Counting
from gonghai.demo.rules import Rules
from gonghai.demo.times import DAY, EPOCH_DAY, SWEEP, ZONE
from gonghai.policy.decide import InForce
from gonghai.workdays import Calendar


@dataclass(frozen=True, slots=True)
class Rep:
    """A sales person. `left_at` and `away` (from, until) in seconds; `diligence` about 1, more is better."""

    id: int
    branch: int
    manager_id: int
    diligence: float
    left_at: int | None = None
    away: tuple[int, int] | None = None

    def works(self, at: int) -> bool:
        """Whether the person is there at this time, on working days."""
        return (self.left_at is None or at < self.left_at) and not (self.away and self.away[0] <= at < self.away[1])


@dataclass(frozen=True, slots=True)
class DemoPool:
    """A pool as the lives see it. `claimers` holds a rep as often as the weight of their share."""

    id: int
    admin_id: int
    counting: Counting
    claimers: tuple[Rep, ...]
    return_reasons: tuple[str, ...]
    asks_receiver: bool
    quota: int
    cap: int
    untouched: int
    cooldown_holders: int
    cooldown_days: int


@dataclass(frozen=True, slots=True)
class Numbers:
    """The first id of each block that this demo reserved; a customer's rows take fixed places in them."""

    customer: int
    event: int
    follow_up: int
    deal: int
    contact: int
    request: int
    run: int
    batch: int


# How many ids of each kind a customer has at most. Fixed places make ids independent of chunks and processes.
PER_CUSTOMER: Final[Mapping[str, int]] = {
    "customer": 1, "event": 80, "follow_up": 80, "deal": 8, "contact": 4, "request": 8,
}  # fmt: skip
MOST_EVENTS: Final = PER_CUSTOMER["event"] - 12


@dataclass(frozen=True, slots=True)
class Pace:
    """How much happens to one customer, so that a million can be made as well as five thousand."""

    lean: bool
    imported: float  # the share of customers that the company began with
    growth: float  # below 1: most of the others came lately
    wait_days: float  # in the pool, on average, before somebody takes a middling customer
    neglect: float  # how likely a rep lets go after a follow-up
    extras: float  # how likely edits, transfers and the like are


FULL: Final = Pace(lean=False, imported=0.3, growth=0.7, wait_days=110, neglect=0.24, extras=1.0)
LEAN: Final = Pace(lean=True, imported=0.1, growth=0.4, wait_days=220, neglect=0.35, extras=0.25)


@dataclass(frozen=True)
class World:
    """Everything a life depends on besides its number. Plain values: it travels to other processes."""

    seed: int
    customers: int
    begin: int
    end: int
    tenant_id: int
    admin_id: int
    reps: Mapping[int, Rep]
    pools: Mapping[int, DemoPool]
    public: int
    regional: Mapping[str, int]
    policies: Mapping[int, tuple[InForce, ...]]
    calendar: Calendar
    numbers: Numbers
    pace: Pace
    leaver_batches: Mapping[int, int]

    @property
    def imported_at(self) -> int:
        """When the customers of the old system were imported."""
        return self.begin + 10 * 3600 + 17

    @property
    def import_batch(self) -> int:
        return self.numbers.batch - 1

    @cached_property
    def peers(self) -> Mapping[int, tuple[Rep, ...]]:
        """Reps by branch."""
        branches = {rep.branch for rep in self.reps.values()}
        return {b: tuple(rep for rep in self.reps.values() if rep.branch == b) for b in sorted(branches)}

    @cached_property
    def friends(self) -> Mapping[int, Rep]:
        """Two of each branch who keep customers between them, each with the other."""
        pairs = [peers[:2] for peers in self.peers.values() if len(peers) > 2]
        return {one.id: other for a, b in pairs for one, other in ((a, b), (b, a))}

    @cached_property
    def rules(self) -> Mapping[int, Rules]:
        """Each pool's policies."""
        return {pool: Rules.of(versions) for pool, versions in self.policies.items()}

    @cached_property
    def _working(self) -> list[int]:
        """For each day from the beginning: the first second of the next day that is worked, itself included."""
        first, last = self._day(self.begin), self._day(self.end) + 40
        following, days = 0, []
        for day in range(last, first - 1, -1):
            if self.calendar.works(date.fromordinal(day + EPOCH_DAY)) or not following:
                following = day * DAY - ZONE
            days.append(following)
        return days[::-1]

    @staticmethod
    def _day(at: int) -> int:
        return (at + ZONE) // DAY

    def office(self, at: int, rng: Random) -> int:
        """`at` if people are at work then, else some time of the next working day; never on a sweep's second."""
        return at if at >= self.end else self._at_work(at, rng)

    def planned(self, at: int, rng: Random) -> int:
        """The same of what is planned, beyond the end too."""
        # What lies there is not lived: it draws nothing from the life's own stream.
        return self._at_work(at, rng if at < self.end else Random(at))

    def daytime(self, at: int) -> int:
        """`at` by day, else in the working hours before that night."""
        local = (at + ZONE) % DAY
        if local < 9 * 3600:
            return at - 15 * 3600
        return at if local < 18 * 3600 else at - 6 * 3600

    def _at_work(self, at: int, rng: Random) -> int:
        day = self._day(at)
        midnight = self._working[day - self._day(self.begin)]
        opens = midnight + 9 * 3600
        if midnight > at:
            # What a weekend held up is not all done on Monday morning.
            day = self._day(midnight) + rng.randrange(4)
            opens = self._working[day - self._day(self.begin)] + 9 * 3600
            at = opens + int(rng.random() ** 1.4 * 9 * 3600)
        elif at < opens:
            at = opens + int(rng.random() ** 1.6 * 9 * 3600)
        elif at >= midnight + 18 * 3600:
            return self._at_work(midnight + DAY, rng)
        return at + 7 if at % SWEEP < 7 else at

    def run_number(self, at: int) -> int:
        """Which sweep since the beginning one at this time is."""
        return (at - self.begin) // SWEEP
