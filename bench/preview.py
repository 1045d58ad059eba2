"""The preview's one statement (segments, timers and floors of a draft and of the version in force) against one pass that
counts the draft's twelve conditions."""

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime
from statistics import median
from typing import Any

import psycopg
from psycopg import ClientCursor

from bench.setting import POOL, TENANT, Figure, arguments, figure, fill, machine, postgres, report, say
from gonghai.access.actor import system
from gonghai.base import clock
from gonghai.base.database import Database, app_url
from gonghai.conditions import Context, to_sql
from gonghai.policy.preview import Plan, counted, plan, statement
from gonghai.policy.registry import REGISTRY
from gonghai.policy.versions import Start, publish
from gonghai.workdays import Length

LIMIT = 4


def _leaf(fact: str, operator: str, value: Any = None) -> dict[str, Any]:
    return {"fact": fact, "is": operator} | ({} if value is None else {"value": value})


def _all(*leaves: dict[str, Any]) -> dict[str, Any]:
    return {"all": list(leaves)}


def _segment(name: str, when: dict[str, Any] | None, **timers: str) -> dict[str, Any]:
    return {"name": name, "timers": timers} | ({"when": when} if when else {})


def document(days: int, large: int) -> dict[str, Any]:
    """Twelve segments and everyone else; the draft and the version in force differ in lengths and in an amount."""
    return {
        "segments": [
            _segment("近期成交", _leaf("last_win_at", "within_days", 120)),
            _segment(
                "A级展会", _all(_leaf("level", "eq", "A"), _leaf("source", "eq", "展会")),
                first_contact="4 working_hours", follow_up=f"{days // 2} days", won="150 days",
            ),
            _segment(
                "A级大额", _all(_leaf("level", "eq", "A"), _leaf("amount", "ge", large)),
                follow_up=f"{days} days", deal="90 days", holding="180 days",
            ),
            _segment("重点", _leaf("tags", "has_any", ["重点", "VIP"]), follow_up=f"{days} days", won="170 days"),
            _segment("A级", _leaf("level", "eq", "A"), first_contact="3 working_days", follow_up=f"{days} days"),
            _segment(
                "华东制造", _all(_leaf("region", "eq", "华东"), _leaf("industry", "in", ["制造", "软件"])),
                follow_up=f"{days} days", deal="100 days",
            ),
            _segment("回收过", _leaf("recycle_count", "ge", 1), first_contact="2 working_days", holding="60 days"),
            _segment(
                "B级老客户", _all(_leaf("level", "eq", "B"), _leaf("created_at", "older_than_days", 120)),
                follow_up=f"{days + 30} days", won="170 days",
            ),
            _segment(
                "广告电话", _leaf("source", "in", ["广告", "电话"]), first_contact="1 working_days",
                follow_up=f"{days - 10} days",
            ),
            _segment("小额", _leaf("amount", "lt", 20000), follow_up=f"{days + 60} days"),
            _segment(
                "方案阶段", {"any": [_leaf("stage", "eq", "方案"), _leaf("has_open_deal", "is_true")]},
                follow_up=f"{days} days", deal="80 days", won="160 days",
            ),
            _segment("合同到期", _leaf("contract_end", "older_than_days", 30), contract="60 days", follow_up="90 days"),
            _segment("其他", None, first_contact="3 working_days", follow_up=f"{days} days", holding="170 days"),
        ]
    }  # fmt: skip


_FACTS = """
UPDATE customer SET tags = CASE WHEN id % 10 = 0 THEN '{重点}' WHEN id % 3 = 0 THEN '{老客户,展会}' ELSE '{}' END::text[],
    contract_end = CASE WHEN id % 7 = 0 THEN current_date - (id % 400)::int END,
    recycle_count = CASE WHEN id % 9 = 0 THEN 1 + (id % 4)::int ELSE 0 END,
    locked_until = CASE WHEN id % 40 = 0 THEN now() + interval '10 days' END,
    protected_until = CASE WHEN id % 50 = 0 THEN now() + interval '5 days' END,
    notice_until = CASE WHEN id % 6 = 0 THEN now() - make_interval(days => (id % 20)::int) END
"""


async def planned(owner_url: str, now: datetime) -> Plan:
    """The version in force is published; the plan of the draft."""
    async with Database(app_url(owner_url), size=2) as database, database.tenant(TENANT) as conn:
        await publish(conn, system(TENANT), POOL, document(90, 60_000), at=now)
        start = Start(grace=Length(3, "working_days"))
        return await plan(conn, TENANT, POOL, document(75, 50_000), start=start, now=now)


def counts(looked: Plan) -> tuple[str, dict[str, Any]]:
    """The reference: each condition counted for itself, over the same customers."""
    parts, params = [], {}
    for index, segment in enumerate(looked.candidate.policy.segments):
        if segment.condition is not None:
            context = Context(looked.now, looked.calendar.zone)
            fragment = to_sql(segment.condition, REGISTRY, context, prefix=f"r{index}")
            parts.append(f"count(*) FILTER (WHERE {fragment.text})")
            params |= fragment.params
    text = (
        f"SELECT count(*), {', '.join(parts)} FROM customer c"
        " WHERE c.tenant_id = %(tenant_id)s AND c.pool_id = %(pool_id)s AND c.state = 'owned'"
    )
    return text, {**params, "pool_id": POOL}


def timed(conn: psycopg.Connection[Any], text: str, params: dict[str, Any]) -> tuple[float, Sequence[Any]]:
    """Milliseconds, and the rows."""
    began = time.perf_counter()
    found = conn.execute(text, {**params, "tenant_id": TENANT}).fetchall()
    return (time.perf_counter() - began) * 1000, found


def measure(quick: bool) -> list[Figure]:
    """Both statements on one connection inside the fence, one process, in turns; the median of each."""
    customers, rounds = (100_000, 7) if quick else (1_000_000, 7)
    now = clock.now()
    with postgres() as owner_url:
        fill(owner_url, customers, owned=0.9, reps=500)
        with psycopg.connect(owner_url, autocommit=True) as owner:
            owner.execute(_FACTS)
            owner.execute("VACUUM (FULL, ANALYZE) customer")
        looked = asyncio.run(planned(owner_url, now))
        ours, reference = statement(looked), counts(looked)
        times: tuple[list[float], list[float]] = ([], [])
        with psycopg.connect(app_url(owner_url), autocommit=True, cursor_factory=ClientCursor) as conn:
            conn.execute(f"SET app.tenant_id = '{TENANT}'")
            conn.execute("SET max_parallel_workers_per_gather = 0")
            for _ in range(rounds):
                took, found = timed(conn, *ours)
                base, counted_rows = timed(conn, *reference)
                times[0].append(took)
                times[1].append(base)
                say(f"preview {took:.0f} ms, twelve conditions {base:.0f} ms")
        names = ("owner_id", "code", "n")
        result = counted(looked, [dict(zip(names, row, strict=True)) for row in found])
        population, first = counted_rows[0][:2]
        if (result.whole.count, result.segments[0].count) != (population, first):
            raise SystemExit("the two sides saw different customers")
    told = (
        f"{population:,} owned of {customers:,} customers, 12 segments and everyone else, {len(found):,} groups,"
        f" {result.whole.totals.at_once:,} would go at once; no parallel workers; median of {rounds}; {machine()}"
    )
    made = figure("preview", median(times[0]), median(times[1]), better="lower", unit="ms", conditions=told)
    return [Figure(**{**{n: getattr(made, n) for n in Figure.__slots__}, "limit": LIMIT})]


if __name__ == "__main__":
    given = arguments(__doc__ or "")
    report(measure(given.quick), given.json)
