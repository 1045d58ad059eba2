"""A customer's life: found, taken, worked on, neglected or won, given back or taken away, and so again until today.

Everything is drawn from a random stream of the customer's own, so a life is the same whichever process makes it
and whoever else is made beside it.
"""

from collections.abc import Mapping
from random import Random
from typing import Final

from gonghai.demo.book import Book
from gonghai.demo.identity import Identity, identity
from gonghai.demo.record import Record
from gonghai.demo.tables import Rows
from gonghai.demo.times import DAY, seconds
from gonghai.demo.words import ARCHIVE_REASONS
from gonghai.demo.world import MOST_EVENTS, DemoPool, Rep, World

# How much sooner than a middling one a customer of this level is taken out of the pool, and how hard it is worked on.
_APPEAL: Final[Mapping[str, float]] = {"A": 2.6, "B": 1.5, "C": 0.9, "D": 0.4}


def live(world: World, number: int, rows: Rows) -> None:
    """Writes the whole life of one customer."""
    rng = Random(world.seed * 1_000_000_007 + number)
    who = identity(number, world.seed, rng, lean=world.pace.lean)
    life = _Life(world, Record(world, number, who, rows), rng)
    life.begin(number / world.customers, who)
    row = life.record.row
    while life.at < world.end and row["version"] < MOST_EVENTS:
        if row["state"] == "owned":
            life.belong_to_somebody()
        elif row["state"] == "pooled":
            life.lie_in_pool()
        elif not life.come_back():
            break
    life.record.finish()


class _Life:
    """Where the life has got to: `at` is the time of the last thing that happened."""

    def __init__(self, world: World, record: Record, rng: Random) -> None:
        self.world, self.record, self.rng = world, record, rng
        self.at = world.begin
        self.appeal = _APPEAL[record.row["level"]] * rng.uniform(0.5, 1.5)
        # Who claims it next, where two friends have arranged it: the friend, then the first again.
        self.arranged: list[Rep] = []

    def begin(self, share: float, who: Identity) -> None:
        """Imported on the first day, or created since: `share` of all customers are older."""
        world, rng = self.world, self.rng
        pool = world.regional.get(who.region, world.public) if rng.random() < 0.72 else world.public
        imported = world.pace.imported
        if share < imported:
            self.at = world.imported_at
            self.record.begin(self.at, "import", pool, None, world.admin_id, world.import_batch)
            return
        self.at = self._found(world.begin + 3 * DAY, ((share - imported) / (1 - imported)) ** world.pace.growth)
        finder = rng.choice(world.pools[pool].claimers) if rng.random() < 0.2 else None
        by_itself = self.record.row["source"] in ("官网", "广告")
        if finder is not None and finder.works(self.at):
            creator: int | None = finder.id
            self.record.begin(self.at, "create", pool, finder.id, finder.id, None)
        else:
            creator = None if by_itself else world.admin_id
            self.record.begin(self.at, "create", pool, None, creator, None)
        for contact in who.contacts:
            self.at = min(self.at + rng.randrange(20, 60), world.end)
            self.record.add_contact(self.at, creator, contact)

    def _found(self, first: int, share: float) -> int:
        """When somebody is at work and finds it, `share` of the way from `first` to today."""
        world = self.world
        wanted = first + int(share * (world.end - first))
        while (at := world.office(wanted, self.rng)) >= world.end - 600:
            wanted -= DAY
        return at

    def belong_to_somebody(self) -> None:
        """From one owner to the next, until it is nobody's."""
        row, world = self.record.row, self.world
        book = Book(world, self.record, self.rng, self.appeal, self.at)
        if self.arranged:
            book.keep_for_a_friend()
        book.run()
        self.at = book.at
        friend = world.friends.get(self.record.spells[-1][3])
        if friend is not None and row["last_return"] == "release" and not self.arranged and self.rng.random() < 0.15:
            self.arranged = [friend, world.friends[friend.id]]

    def lie_in_pool(self) -> None:
        """Waits until somebody takes it, or it is moved or set aside."""
        world, rng, row = self.world, self.rng, self.record.row
        if self.arranged:
            self._be_taken_as_arranged(world.pools[row["pool_id"]])
            return
        tired = 1 + 0.45 * row["recycle_count"]
        wait = rng.expovariate(1.0) * world.pace.wait_days * tired / self.appeal
        self.at = world.office(self.at + int(wait * DAY) + rng.randrange(1800, 6 * 3600), rng)
        if self.at >= world.end:
            return
        chance, pool = rng.random(), world.pools[row["pool_id"]]
        home = world.regional.get(row["region"], pool.id)
        if chance < 0.02 * world.pace.extras and row["spell_no"]:
            why = rng.choice(ARCHIVE_REASONS)
            self.record.move_unowned(self.at, "archive", pool.id, pool.admin_id, "archived", why)
        elif chance > 1 - 0.03 * world.pace.extras and home != pool.id:
            self.record.move_unowned(self.at, "move_pool", home, world.admin_id, "pooled")
        else:
            self._be_taken(pool)

    def _be_taken(self, pool: DemoPool) -> None:
        """Claimed, or assigned by a manager; by nobody if those who come by may not."""
        rng, at = self.rng, self.at
        passing_by = (rng.choice(pool.claimers) for _ in range(6))
        rep = next((r for r in passing_by if r.works(at) and not self._barred(pool, r)), None)
        if rep is None:
            return
        if rng.random() < 0.12:
            self.record.take(at, "assign", rep.id, rep.manager_id)
        else:
            self._be_claimed(pool, rep)

    def _be_taken_as_arranged(self, pool: DemoPool) -> None:
        """Claimed within a day by the friend whose turn it is, if they still may."""
        rep = self.arranged.pop(0)
        self.at = self.world.office(self.at + self.rng.randrange(2 * 3600, 30 * 3600), self.rng)
        if self.at < self.world.end and rep.works(self.at) and rep in pool.claimers and not self._barred(pool, rep):
            self._be_claimed(pool, rep)
        else:
            self.arranged.clear()

    def _be_claimed(self, pool: DemoPool, rep: Rep) -> None:
        rng = self.rng
        held, untouched = int(rng.gauss(62, 14)), 1 + int(rng.expovariate(0.8))
        used = {
            "daily_quota": [min(1 + int(rng.expovariate(0.9)), pool.quota), pool.quota],
            "holding_cap": [min(max(held, 3), pool.cap), pool.cap],
            "untouched_cap": [min(untouched, pool.untouched), pool.untouched],
        }
        self.record.take(self.at, "claim", rep.id, rep.id, used)

    def _barred(self, pool: DemoPool, rep: Rep) -> bool:
        """Whether the rep is one of the last holders, and held it until lately."""
        holders = list(dict.fromkeys(spell[3] for spell in reversed(self.record.spells)))[: pool.cooldown_holders]
        if rep.id not in holders:
            return False
        ended = next(spell[6] for spell in reversed(self.record.spells) if spell[3] == rep.id)
        return self.at < seconds(ended) + (pool.cooldown_days + 1) * DAY

    def come_back(self) -> bool:
        """Some of what was set aside is restored after all."""
        world, rng, row = self.world, self.rng, self.record.row
        at = world.office(self.at + rng.randrange(10, 90) * DAY, rng)
        if at >= world.end or rng.random() > 0.15:
            return False
        self.at = at
        self.record.move_unowned(at, "restore", row["pool_id"], world.admin_id, "pooled")
        return True
