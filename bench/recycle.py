"""The sweep's rate, both phases with items, spells, events and record, against one bare statement that moves the same rows."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psutil
import psycopg
from psycopg import ClientCursor

from bench.setting import (
    POOL,
    TENANT,
    Figure,
    arguments,
    cpu_seconds,
    figure,
    fill,
    machine,
    postgres,
    report,
    say,
    server_process,
)
from gonghai.access.actor import system
from gonghai.base import clock
from gonghai.base.database import Database, app_url
from gonghai.moves.recycle import carry_out, start_run
from gonghai.people.calendar import tenant_calendar
from gonghai.policy.decide import InForce
from gonghai.policy.due import DueSelect, decode, due_select
from gonghai.policy.registry import REGISTRY
from gonghai.policy.versions import in_force, publish
from gonghai.pools.actions import NewPool, create_pool

Due = list[tuple[int, int, int, int, int, int]]  # customer, owner, pool to, segment, timers, policy


def _when(*leaves: tuple[str, str, Any]) -> dict[str, Any]:
    return {"all": [{"fact": fact, "is": operator, "value": value} for fact, operator, value in leaves]}


def _segment(name: str, when: dict[str, Any] | None, target: Any = "home", **timers: str) -> dict[str, Any]:
    return {"name": name, "timers": timers, "target": target} | ({"when": when} if when else {})


# Lengths that leave about half of the owned customers due.
SEGMENTS = [
    _segment("近期成交", _when(("last_win_at", "within_days", 120))),
    _segment("A级展会", _when(("level", "eq", "A"), ("source", "eq", "展会")), follow_up="75 days", won="150 days"),
    _segment("A级", _when(("level", "eq", "A")), first_contact="60 working_days", follow_up="100 days"),
    _segment("B级大额", _when(("level", "eq", "B"), ("amount", "ge", 50000)), deal="95 days", holding="170 days"),
    _segment("B级", _when(("level", "eq", "B")), follow_up="90 days", deal="120 days", won="150 days"),
    _segment(
        "广告电话", _when(("source", "in", ["广告", "电话"])), first_contact="40 working_days", follow_up="110 days"
    ),
    _segment("华东制造", _when(("region", "eq", "华东"), ("stage", "eq", "方案")), deal="100 days", holding="130 days"),
    _segment("回收过", _when(("recycle_count", "ge", 1)), follow_up="30 days"),
    _segment(
        "其他", None, {"pool": "公共公海"}, first_contact="45 working_days", follow_up="95 days", holding="160 days"
    ),
]

_BARE = """WITH u AS (
    UPDATE customer c SET state = 'pooled', owner_id = NULL, pool_id = d.pool_to, entered_pool_at = now(),
        recycle_count = c.recycle_count + 1, last_return = 'recycle', version = c.version + 1, updated_at = now()
    FROM bench_due d WHERE c.tenant_id = 1 AND c.id = d.customer_id
    RETURNING c.id, c.version, c.spell_no, c.pool_id, c.clock_start, c.last_follow_up_at, c.live_deals, c.last_win_at, d.*),
s AS (UPDATE spell s SET ended_at = now(), ended_by = 'recycle' FROM u
    WHERE s.tenant_id = 1 AND s.customer_id = u.id AND s.no = u.spell_no)
INSERT INTO event (tenant_id, at, kind, subject_id, version, actor, owner_from, pool_from, pool_to, spell_no, batch_id,
    policy_id, data)
SELECT 1, now(), 'recycle', u.id, u.version, 'policy', u.owner_id, 1, u.pool_id, u.spell_no, 1, u.policy_id,
    jsonb_strip_nulls(jsonb_build_object('run', 1, 'segment', u.segment, 'timers', u.timers, 'clock_start', u.clock_start,
        'last_follow_up_at', u.last_follow_up_at, 'live_deals', u.live_deals, 'last_win_at', u.last_win_at)) FROM u
"""
_RESULT = """SELECT
    (SELECT (count(*), sum(version), sum(pool_id), sum(recycle_count)) FROM customer WHERE state = 'pooled')::text
    || (SELECT (count(*), count(policy_id), count(data), sum(version)) FROM event WHERE kind = 'recycle')::text
    || (SELECT count(*) FROM spell WHERE ended_by = 'recycle')"""


async def prepare(owner_url: str, now: datetime) -> tuple[Due, DueSelect, dict[str, Any]]:
    """Publishes the policy; the due by the product's own selection, and that selection."""
    async with Database(app_url(owner_url), size=2) as database, database.tenant(TENANT) as conn:
        await create_pool(conn, system(TENANT), NewPool("公共公海", {}), now=now)
        # The bare statement takes customers whose owners were never told, and warns nobody.
        await conn.execute("UPDATE pool SET notice_floor = false")
        rules = {"segments": SEGMENTS, "warnings": {"days": []}}
        await publish(conn, system(TENANT), POOL, rules, at=now - timedelta(days=1))
        policies = list((await in_force(conn, TENANT, now))[0].values())
        select = due_select(policies, await tenant_calendar(conn, TENANT), now, [], REGISTRY)
        params = {"tenant_id": TENANT, **select.params}
        found = await (await conn.execute(select.text, params)).fetchall()
    return [_due(row, policies) for row in found], select, params


def _due(row: dict[str, Any], policies: list[InForce]) -> tuple[int, int, int, int, int, int]:
    place, segment, timers = decode(row["code"])
    target = policies[place].policy.segments[segment].target or row["pool_id"]
    return row["customer_id"], row["owner_id"], target, segment, timers, policies[place].policy_id


def _keep(owner_url: str, due: Due) -> None:
    """The rows that the bare statement moves: it need not find them."""
    with psycopg.connect(owner_url, autocommit=True) as conn:
        conn.execute(
            "CREATE TABLE bench_due (customer_id bigint, owner_id bigint, pool_to bigint, segment int, timers int,"
            " policy_id bigint)"
        )
        with conn.cursor().copy("COPY bench_due FROM STDIN") as copy:
            for row in due:
                copy.write_row(row)
        conn.execute("VACUUM ANALYZE")


@contextmanager
def copied(owner_url: str) -> Iterator[str]:
    """A database with the same files, checkpointed and read once."""
    copy = urlunsplit(urlsplit(owner_url)._replace(path="/copy"))
    server = urlunsplit(urlsplit(owner_url)._replace(path="/postgres"))
    template = urlsplit(owner_url).path.lstrip("/")
    with psycopg.connect(server, autocommit=True) as conn:
        conn.execute(f"CREATE DATABASE copy TEMPLATE {template} STRATEGY file_copy")
        try:
            with psycopg.connect(copy, autocommit=True) as warm:
                warm.execute("SELECT count(name) FROM customer")
                warm.execute("SELECT count(started_by) FROM spell")
                warm.execute("CHECKPOINT")
            yield copy
        finally:
            conn.execute("DROP DATABASE copy WITH (FORCE)")


async def _sweep(url: str, now: datetime) -> tuple[float, float]:
    processes = server_process(url), psutil.Process()
    async with Database(app_url(url), size=2) as database:
        before, began = cpu_seconds(*processes), time.perf_counter()
        async with database.tenant(TENANT) as conn:
            run_id = await start_run(conn, TENANT, pool_id=None, requested_by=None, now=now)
        assert run_id is not None
        await carry_out(database, TENANT, run_id)
        # While the connections are open: a backend that is just ending is in nobody's account.
        return time.perf_counter() - began, cpu_seconds(*processes) - before


def ours(owner_url: str, now: datetime) -> tuple[float, float, str]:
    """Seconds of the product's sweep, CPU seconds of it and of PostgreSQL, and what it left."""
    with copied(owner_url) as url:
        return *asyncio.run(_sweep(url, now)), _result(url)


def bare(owner_url: str) -> tuple[float, float, str]:
    """The same of the bare statement, as the tables' owner."""
    with copied(owner_url) as url, psycopg.connect(url) as conn:
        server = server_process(url)
        before, began = cpu_seconds(server), time.perf_counter()
        conn.execute(_BARE)
        conn.commit()
        spent = time.perf_counter() - began
        return spent, cpu_seconds(server) - before, _result(url)


def _result(url: str) -> str:
    with psycopg.connect(url) as conn:
        row = conn.execute(_RESULT).fetchone()
    assert row is not None
    return str(row[0])


def select_times(owner_url: str, select: DueSelect, params: dict[str, Any], rounds: int) -> tuple[float, float]:
    """Milliseconds of (the selection inside the fence, a bare filtered count of the owned), medians."""
    selecting, counting = [], []
    with psycopg.connect(app_url(owner_url), cursor_factory=ClientCursor) as app, psycopg.connect(owner_url) as owner:
        app.execute("SET app.tenant_id = '1'")
        for _ in range(rounds):
            began = time.perf_counter()
            app.execute(f"SELECT count(code) FROM ({select.text}) x", params)
            between = time.perf_counter()
            owner.execute(
                "SELECT count(*) FROM customer WHERE tenant_id = 1 AND state = 'owned' AND clock_start <= %s",
                (params["loosest"],),
            )
            counting.append(time.perf_counter() - between)
            selecting.append(between - began)
    return median(selecting) * 1000, median(counting) * 1000


def measure(quick: bool) -> list[Figure]:
    """Pairs of runs on copies of one database, the order alternating; the median of each."""
    customers, pairs = (60_000, 5) if quick else (1_000_000, 4)
    now = clock.now()
    with postgres() as owner_url:
        fill(owner_url, customers, owned=0.6)
        due, select, params = asyncio.run(prepare(owner_url, now))
        _keep(owner_url, due)
        selection, count = select_times(owner_url, select, params, 7)
        sweeps, bares = [], []
        for pair in range(pairs):
            if pair % 2:
                base, sweep = bare(owner_url), ours(owner_url, now)
            else:
                sweep, base = ours(owner_url, now), bare(owner_url)
            if sweep[2] != base[2]:
                raise SystemExit(f"the two sides left different rows: {sweep[2]} and {base[2]}")
            sweeps.append(sweep)
            bares.append(base)
            say(
                f"sweep {sweep[0]:.2f} s ({sweep[1]:.2f} CPU), bare {base[0]:.2f} s ({base[1]:.2f}) for {len(due):,} rows"
            )
    conditions = f"{customers:,} customers, {len(due):,} due, {len(SEGMENTS)} segments; median of {pairs}; {machine()}"
    rates = [len(due) / median(run[0] for run in side) for side in (sweeps, bares)]
    cpu = [median(run[1] for run in side) / len(due) * 1e6 for side in (sweeps, bares)]
    return [
        figure("recycle_rate", *rates, better="higher", unit="rows/s", conditions=conditions),
        # The same without what else the machine was doing.
        figure("recycle_cpu", *cpu, better="lower", unit="µs of CPU per row", conditions=conditions),
        figure("due_select", selection, count, better="lower", unit="ms", conditions=conditions),
    ]


if __name__ == "__main__":
    given = arguments(__doc__ or "")
    report(measure(given.quick), given.json)
