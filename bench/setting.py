"""For every bench: a durable PostgreSQL of its own, a company of any size, CPU by process, the printed form."""

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import psutil
import psycopg

from gonghai.base.embedded import EmbeddedPostgres
from gonghai.migrations import upgrade

TENANT, POOL, ELSEWHERE, REPS = 1, 1, 2, 100


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: ratio = ours / reference. A figure that must be zero has `limit` and no ratio."""

    name: str
    ours: float
    reference: float | None
    ratio: float | None
    better: Literal["higher", "lower"]
    unit: str
    conditions: str
    limit: float | None = None


def figure(
    name: str, ours: float, reference: float, *, better: Literal["higher", "lower"], unit: str, conditions: str
) -> Figure:
    """A figure with its ratio."""
    return Figure(name, round(ours, 3), round(reference, 3), round(ours / reference, 3), better, unit, conditions)


def arguments(description: str) -> argparse.Namespace:
    """--json prints the list of figures, --quick stays under a minute."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--quick", action="store_true", help="smaller, under 60 s")
    return parser.parse_args()


def report(figures: Sequence[Figure], as_json: bool) -> None:
    """Prints the figures."""
    if as_json:
        print(json.dumps([asdict(f) for f in figures], ensure_ascii=False, indent=2))
        return
    for f in figures:
        reference = f"{f.reference} {f.unit}" if f.reference is not None else f"limit {f.limit}"
        print(
            f"{f.name}: {f.ours} {f.unit} against {reference}; ratio {f.ratio} ({f.better} is better); {f.conditions}"
        )


def say(words: str) -> None:
    """Progress, on standard error."""
    print(f"· {words}", file=sys.stderr, flush=True)


def machine() -> str:
    """What the figures were measured on."""
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, embedded PostgreSQL, durable commits"


@contextmanager
def postgres(settings: dict[str, str] | None = None) -> Iterator[str]:
    """The owner's URL of a migrated database on a server of its own, fsync on."""
    data_dir = Path(tempfile.mkdtemp(prefix="gonghai-bench-"))
    try:
        with EmbeddedPostgres(data_dir, {"shared_buffers": "1GB", "max_wal_size": "4GB", **(settings or {})}) as server:
            upgrade(server.url)
            yield server.url
    finally:
        shutil.rmtree(data_dir, ignore_errors=True)


_COMPANY = """
INSERT INTO tenant (id, name) VALUES (1, '测试公司');
INSERT INTO department (tenant_id, id, name) VALUES (1, 1, '总部'), (1, 2, '华东');
UPDATE department SET parent_id = 1 WHERE id = 2;
INSERT INTO person (tenant_id, id, login, name, department_id, roles, state)
    SELECT 1, g, 'rep' || g, '销售' || g, 2, '{rep}', 'active' FROM generate_series(1, %(reps)s) g;
INSERT INTO pool (tenant_id, id, name, daily_quota, holding_cap, untouched_cap)
    SELECT 1, id, name, 1000000, 1000000, 1000000 FROM (VALUES (1, '华东公海'), (2, '公共公海')) x (id, name)
    WHERE id = 1 OR %(lying)s IS NOT NULL;
INSERT INTO pool_scope (tenant_id, pool_id, right_name, subject, subject_id)
    SELECT 1, id, 'claim', 'department', 1 FROM pool;
SELECT setval(pg_get_serial_sequence(t, 'id'), 1000) FROM unnest(ARRAY['tenant', 'department', 'person', 'pool']) t;
"""

_CUSTOMERS = """
INSERT INTO customer (tenant_id, id, state, owner_id, pool_id, spell_no, clock_start, entered_pool_at, first_pooled_at,
    last_follow_up_at, first_contact_at, last_win_at, name, level, source, industry, region, stage, amount, phones,
    created_at, updated_at)
SELECT 1, g, CASE WHEN owned THEN 'owned' ELSE 'pooled' END, CASE WHEN owned THEN 1 + g %% %(reps)s END,
    CASE WHEN owned OR g <= coalesce(%(lying)s, g) THEN 1 ELSE 2 END,
    CASE WHEN owned THEN 1 ELSE 0 END, CASE WHEN owned THEN t END, t, t,
    CASE WHEN owned AND g %% 3 = 0 THEN t + interval '1 day' END, CASE WHEN owned AND g %% 3 = 0 THEN t + interval '1 day' END,
    CASE WHEN owned AND g %% 50 = 0 THEN now() - interval '100 days' END,
    '客户' || g || '有限公司', (ARRAY['A', 'B', 'C', 'D'])[1 + g %% 4],
    (ARRAY['展会', '官网', '转介绍', '广告', '电话'])[1 + g %% 5], (ARRAY['制造', '软件', '贸易', '物流'])[1 + g %% 4],
    (ARRAY['华东', '华南', '华北'])[1 + g %% 3], (ARRAY['线索', '意向', '方案'])[1 + g %% 3], (g %% 1000) * 100,
    ARRAY['+8613' || lpad((g %% 1000000000)::text, 9, '0')], t, t
FROM (SELECT g, g > %(pooled)s AND (hashint8(g) & 1023) < %(owned)s * 1024 AS owned,
        now() - make_interval(mins => (hashint8(g * 7 + 1) & 1048575) / 4) AS t
      FROM generate_series(%(first)s, %(last)s) g) x;
INSERT INTO spell (tenant_id, customer_id, no, owner_id, started_at, started_by)
    SELECT 1, id, 1, owner_id, clock_start, 'claim' FROM customer
    WHERE owner_id IS NOT NULL AND id BETWEEN %(first)s AND %(last)s;
INSERT INTO event (tenant_id, at, kind, subject_id, version, actor, actor_id, owner_to, pool_to)
    SELECT 1, created_at, 'create', id, 1, 'system', NULL, owner_id, pool_id FROM customer
    WHERE id BETWEEN %(first)s AND %(last)s;
"""


def fill(
    owner_url: str, customers: int, *, owned: float, reps: int = REPS, pooled: int = 0, lying: int | None = None
) -> None:
    """A company with one pool and so many customers, a share of them owned; vacuumed and analysed.

    The first `pooled` customers are all pooled. With `lying` so many lie in the pool, all others in a second one.
    """
    with psycopg.connect(owner_url, autocommit=True, cursor_factory=psycopg.ClientCursor) as conn:
        conn.execute(_COMPANY, {"reps": reps, "lying": lying})
        step = 250_000
        for first in range(1, customers + 1, step):
            last = min(first + step - 1, customers)
            size = {"first": first, "last": last, "owned": owned, "reps": reps, "pooled": pooled, "lying": lying}
            conn.execute(_CUSTOMERS, size)
            say(f"{last:,} customers")
        conn.execute("SELECT setval(pg_get_serial_sequence('customer', 'id'), %s)", (customers + 1,))
        conn.execute("VACUUM ANALYZE")
        conn.execute("CHECKPOINT")


def server_process(owner_url: str) -> psutil.Process:
    """The postmaster."""
    with psycopg.connect(owner_url) as conn:
        row = conn.execute("SELECT pg_read_file('postmaster.pid')").fetchone()
    assert row is not None
    return psutil.Process(int(row[0].splitlines()[0]))


def cpu_seconds(*processes: psutil.Process) -> float:
    """User and system time of the processes and all that they started, the ended ones included."""
    total = 0.0
    for process in processes:
        own = process.cpu_times()
        total += own.user + own.system + own.children_user + own.children_system
        for child in process.children(recursive=True):
            with suppress(psutil.NoSuchProcess):  # it ended meanwhile; its parent has its times
                times: Any = child.cpu_times()
                total += times.user + times.system
    return total
