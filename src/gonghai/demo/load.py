"""Making a demo: founds the company, lets its customers live, writes them by COPY, in one process or several."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import count
from multiprocessing import get_context, parent_process
from os import _exit, cpu_count
from threading import Thread
from typing import Final

from gonghai.base.database import Conn, run, value
from gonghai.demo import policies
from gonghai.demo.company import LEAVERS, MANAGERS, REPS, Company, Plan, found
from gonghai.demo.identity import NAMES
from gonghai.demo.incentives import found_incentives
from gonghai.demo.life import live
from gonghai.demo.records import reserve, settle, write_records
from gonghai.demo.tables import Rows
from gonghai.demo.tasks import found_tasks
from gonghai.demo.times import instant, local_midnight, seconds
from gonghai.demo.world import FULL, LEAN, Numbers, World
from gonghai.people.passwords import hash_password
from gonghai.people.tenants import as_owner
from gonghai.workdays import Calendar, local_date

NAME: Final = "云帆智造科技（演示）"
CUSTOMERS: Final = 5000
SEED: Final = 20
MOST_CUSTOMERS: Final = NAMES
# Up to here one process tells every customer's life in full, in one transaction.
SMALL: Final = 20_000
_CHUNK: Final = 2_500

Progress = Callable[[int], None]
Moved = Counter[int]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to make. `as_of`: the day up to which there is history, today without."""

    password: str
    customers: int = CUSTOMERS
    seed: int = SEED
    as_of: date | None = None
    name: str = NAME


@dataclass(frozen=True, slots=True)
class DemoSignIns:
    """admin, manager1 … managerN, rep1 … repN; all with one password, None where nobody knows it any more."""

    name: str
    password: str | None
    managers: int = MANAGERS
    reps: int = REPS
    suffix: str = ""

    def login(self, role: str, number: int | None = None) -> str:
        """The sign-in name of the admin, or of the manager or rep with this number."""
        return f"{role}{number or ''}{self.suffix}"


@dataclass(frozen=True, slots=True)
class Made:
    """The company that was made; its history ends at `as_of`."""

    tenant_id: int
    name: str
    as_of: datetime
    sign_ins: DemoSignIns


def history_ends(as_of: date | None, now: datetime) -> datetime:
    """Eight in the evening of an earlier day; the last full hour of today. ValueError for a day to come."""
    calendar = Calendar()
    today = local_date(now, calendar)
    if as_of is None or as_of == today:
        return now.replace(minute=0, second=0, microsecond=0)
    if as_of > today:
        raise ValueError(f"{as_of} has not come yet")
    return instant(local_midnight(as_of) + 20 * 3600)


async def make_demo(owner_url: str, wanted: Wanted, *, now: datetime, progress: Progress = lambda done: None) -> Made:
    """Makes a demo company, beside whatever there is; where logins are taken, all of its own get a suffix.

    Up to SMALL customers it is all or nothing. A larger one has a rep for every 167 customers and leaner histories,
    is written by several processes, and stays incomplete, though sound, where it is interrupted.
    """
    if not 1 <= wanted.customers <= MOST_CUSTOMERS:
        raise ValueError(f"between 1 and {MOST_CUSTOMERS} customers")
    small = wanted.customers <= SMALL
    plan = Plan(
        name=wanted.name,
        seed=wanted.seed,
        as_of=history_ends(wanted.as_of, now),
        password_hash=await hash_password(wanted.password),
        reps=REPS if small else wanted.customers * REPS // CUSTOMERS,
    )
    # On a connection of its own: the reservation's locks would last as long as the transaction.
    numbers = await reserve(owner_url, wanted.customers, seconds(plan.begin), seconds(plan.as_of))
    async with as_owner(owner_url) as conn:
        plan = replace(plan, suffix=await _free_suffix(conn, plan))
        company = await found(conn, plan)
        world = world_of(company, numbers, wanted.customers)
        if small:
            moved = await _one_after_another(conn, world, progress)
            await write_records(conn, world, moved)
            await found_incentives(conn, company)
            await found_tasks(conn, company, numbers.customer)
    if not small:
        moved = await _in_processes(owner_url, world, progress)
        async with as_owner(owner_url) as conn:
            await write_records(conn, world, moved)
    await settle(owner_url)
    sign_ins = DemoSignIns(plan.name, wanted.password, reps=plan.reps, suffix=plan.suffix)
    return Made(world.tenant_id, plan.name, plan.as_of, sign_ins)


async def _free_suffix(conn: Conn, plan: Plan) -> str:
    for number in count(1):
        suffix = "" if number == 1 else f"-{number}"
        logins = replace(plan, suffix=suffix).logins
        if not await value(conn, "SELECT EXISTS (SELECT FROM person WHERE login = ANY (%s))", (logins,)):
            return suffix
    raise AssertionError("numbers don't end")


def world_of(company: Company, numbers: Numbers, customers: int) -> World:
    """What the lives of a founded company depend on."""
    leavers = [rep.id for rep in company.reps if rep.left_at is not None]
    assert len(leavers) == LEAVERS
    pools = company.pools
    return World(
        seed=company.plan.seed,
        customers=customers,
        begin=seconds(company.plan.begin),
        end=seconds(company.plan.as_of),
        tenant_id=company.tenant_id,
        admin_id=company.admin_id,
        reps={rep.id: rep for rep in company.reps},
        pools={pool.id: pool for pool in pools.values()},
        public=pools[policies.PUBLIC].id,
        regional={"华东": pools[policies.EAST].id, "华南": pools[policies.SOUTH].id},
        policies=company.policies,
        calendar=company.plan.calendar,
        numbers=numbers,
        pace=FULL if customers <= SMALL else LEAN,
        leaver_batches={rep: numbers.batch - 2 - place for place, rep in enumerate(leavers)},
    )


def _chunks(customers: int, size: int = _CHUNK) -> Iterator[tuple[int, int]]:
    for first in range(0, customers, size):
        yield first, min(first + size, customers)


def lives(world: World, first: int, last: int) -> Rows:
    """All rows of the customers with these numbers, `last` not included."""
    rows = Rows()
    for number in range(first, last):
        live(world, number, rows)
    return rows


async def _write(conn: Conn, rows: Rows) -> Moved:
    """Writes some customers; how many each sweep moved, by its id."""
    await rows.write(conn)
    return Counter(item[1] for item in rows.recycle_item)


async def _one_after_another(conn: Conn, world: World, progress: Progress) -> Moved:
    """Tells the next lives while the database takes the last ones in."""
    moved: Moved = Counter()
    writing: asyncio.Task[Moved] | None = None
    for first, last in _chunks(world.customers, 500):
        rows = await asyncio.to_thread(lives, world, first, last)
        if writing is not None:
            moved += await writing
        writing = asyncio.create_task(_write(conn, rows))
        progress(last)
    if writing is not None:
        moved += await writing
    return moved


# Several processes ---------------------------------------------------------------------------------------

_shared: dict[str, tuple[str, World]] = {}


async def _in_processes(owner_url: str, world: World, progress: Progress) -> Moved:
    moved: Moved = Counter()
    done = 0
    loop = asyncio.get_running_loop()
    # Not forked: this process may have threads and open connections.
    with ProcessPoolExecutor(
        min(cpu_count() or 1, 8), mp_context=get_context("spawn"), initializer=_share, initargs=(owner_url, world)
    ) as pool:
        waiting = [loop.run_in_executor(pool, _write_apart, first, last) for first, last in _chunks(world.customers)]
        for finished in asyncio.as_completed(waiting):
            size, some = await finished
            moved += some
            done += size
            progress(done)
    return moved


def _share(owner_url: str, world: World) -> None:
    _shared["it"] = owner_url, world
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A pool's processes would wait for ever for work from one that was killed."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    _exit(1)


def _write_apart(first: int, last: int) -> tuple[int, Moved]:
    """One chunk, one transaction, in a process of its own; how many customers it was, and what the sweeps moved."""
    return asyncio.run(_apart(first, last))


async def _apart(first: int, last: int) -> tuple[int, Moved]:
    owner_url, world = _shared["it"]
    async with as_owner(owner_url) as conn:
        # Entries of the search index are filed all at once in the end.
        await run(conn, "SET LOCAL gin_pending_list_limit = '1GB'")
        return last - first, await _write(conn, lives(world, first, last))
