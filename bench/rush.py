"""9:00: 500 people claim from one pool of 2,000 at once. One winner each, limits exact, how fast, and how soon all know."""

import asyncio
import random
import re
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles

import orjson
import psutil
import psycopg
import uvloop

from bench.claim import BARE, PGBENCH, REPS, serving, sign_in_all
from bench.setting import POOL, Figure, arguments, cpu_seconds, figure, fill, machine, postgres, report, say

CONNECTIONS, CUSTOMERS, SEEN = 64, 2_000, 50
EAGER = 100  # people who click ten times as often as the others: the limits end their rush
QUOTA, HOLDING, UNTOUCHED = 20, 115, 15
BARE_CLAIMS = 6_400

_RULES = f"""
UPDATE pool SET daily_quota = {QUOTA}, holding_cap = {HOLDING}, untouched_cap = {UNTOUCHED}, cooldown_days = 7,
    cooldown_holders = 2, min_interval_seconds = 0 WHERE tenant_id = 1 AND id = {POOL};
-- Half of them were somebody's until yesterday: the cooldown has something to look at.
UPDATE customer SET spell_no = 1 WHERE tenant_id = 1 AND id <= {CUSTOMERS // 2};
INSERT INTO spell (tenant_id, customer_id, no, owner_id, started_at, started_by, ended_at, ended_by)
    SELECT 1, id, 1, 1 + id % {REPS}, now() - interval '30 days', 'claim', now() - interval '1 day', 'recycle'
    FROM customer WHERE tenant_id = 1 AND id <= {CUSTOMERS // 2};
"""
_AGAIN = f"""
DELETE FROM event WHERE tenant_id = 1 AND kind = 'claim' AND subject_id <= %(pooled)s;
DELETE FROM spell WHERE tenant_id = 1 AND customer_id <= %(pooled)s AND ended_at IS NULL;
DELETE FROM idempotency_key WHERE tenant_id = 1;
UPDATE customer SET state = 'pooled', owner_id = NULL, version = 1, spell_no = (id <= {CUSTOMERS // 2})::integer
    WHERE tenant_id = 1 AND id <= %(pooled)s AND state = 'owned';
"""
_DOUBLE = f"""SELECT
    (SELECT count(*) FROM (SELECT FROM event WHERE tenant_id = 1 AND kind = 'claim' AND subject_id <= {CUSTOMERS}
        GROUP BY subject_id HAVING count(*) > 1) x)
  + (SELECT count(*) FROM (SELECT FROM spell WHERE tenant_id = 1 AND customer_id <= {CUSTOMERS} AND ended_at IS NULL
        GROUP BY customer_id HAVING count(*) > 1) x)"""
_OVERRUNS = f"""SELECT count(*) FROM person p
  JOIN (SELECT actor_id, count(*) AS claims FROM event WHERE tenant_id = 1 AND kind = 'claim' AND subject_id <= {CUSTOMERS}
        GROUP BY actor_id) e ON e.actor_id = p.id
  JOIN (SELECT owner_id, count(*) AS held, count(*) FILTER (WHERE spell_claimed AND first_contact_at IS NULL) AS untouched
        FROM customer WHERE tenant_id = 1 AND pool_id = {POOL} AND owner_id IS NOT NULL GROUP BY owner_id) c
    ON c.owner_id = p.id
  WHERE p.tenant_id = 1 AND (e.claims > {QUOTA} OR c.held > {HOLDING} OR c.untouched > {UNTOUCHED})"""


@dataclass(slots=True)
class Rush:
    """What one rush came to. Times in seconds."""

    clicks: int = 0
    wins: int = 0
    seconds: float = 0.0
    answers: list[float] = field(default_factory=list)
    codes: dict[str, int] = field(default_factory=dict)
    seen: dict[int, float] = field(default_factory=dict)  # customer → when a page showed it as gone
    told: int = 0
    cpu: float = 0.0
    double: int = 0
    overruns: int = 0
    delays: list[float] = field(default_factory=list)


def bare_rate(owner_url: str, first: int) -> float:
    """Bare claims a second by pgbench over as many connections, each of another customer."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(BARE)
        script.flush()
        each = BARE_CLAIMS // CONNECTIONS
        command = [
            str(PGBENCH), "-n", "-M", "prepared", "-c", str(CONNECTIONS), "-j", "2", "-t", str(each), "-f", script.name,
            "-D", "n=-1", "-D", f"first={first}", "-D", f"each={each}", owner_url,
        ]  # fmt: skip
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = re.search(r"tps = ([\d.]+) \(without", said)
    assert found is not None, said
    return float(found[1])


class Page:
    """What everybody sees: the newest of the pool, without those that the stream said are gone."""

    def __init__(self, rush: Rush) -> None:
        self.rush = rush
        self._left = list(range(1, CUSTOMERS + 1))
        self._gone: set[int] = set()

    def gone(self, ids: Sequence[int]) -> None:
        self._gone.update(ids)
        self._left = [i for i in self._left if i not in self._gone]

    def pick(self) -> int | None:
        return random.choice(self._left[:SEEN]) if self._left else None


async def _listen(port: int, session: tuple[str, str], page: Page, first: bool, begun: asyncio.Event) -> None:
    """One person's stream; the first one's is what everybody's page shows."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    writer.write(
        f"GET /api/v1/pools/{POOL}/live HTTP/1.1\r\nHost: x\r\nCookie: gonghai_session={session[0]}\r\n"
        "Accept: text/event-stream\r\n\r\n".encode()
    )
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"the stream was refused: {head!r}")
    try:
        await reader.readuntil(b"id: ")
        begun.set()
        if not first:
            while chunk := await reader.read(1 << 16):
                page.rush.told += chunk.count(b"event: ")
        while line := await reader.readline():
            if line.startswith(b"data: ["):
                now = time.time()
                ids = [int(one["id"]) for one in orjson.loads(line[6:]) if "how" in one]
                page.gone(ids)
                for customer in ids:
                    page.rush.seen.setdefault(customer, now)
    finally:
        writer.close()


async def _click(port: int, people: list[int], sessions: Sequence[tuple[str, str]], page: Page) -> None:
    """One connection, over which some of the people click in turn until their limits or the customers are used up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    rush = page.rush
    while people and (customer := page.pick()) is not None:
        person = random.choices(people, [10 if p < EAGER else 1 for p in people])[0]
        token, csrf = sessions[person]
        began = time.perf_counter()
        writer.write(
            f"POST /api/v1/customers/{customer}/claim HTTP/1.1\r\nHost: x\r\nCookie: gonghai_session={token}\r\n"
            f"X-CSRF-Token: {csrf}\r\nContent-Length: 0\r\n\r\n".encode()
        )
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]))
        rush.answers.append(time.perf_counter() - began)
        rush.clicks += 1
        code = "claimed" if head.startswith(b"HTTP/1.1 200") else str(orjson.loads(body)["code"])
        rush.codes[code] = rush.codes.get(code, 0) + 1
        rush.wins += code == "claimed"
        if code in ("claimed", "already_claimed", "already_yours"):
            page.gone([customer])
        elif code in ("daily_quota", "holding_cap", "untouched_cap"):
            people.remove(person)
        elif code != "cooldown_until":
            raise SystemExit(f"an answer nobody expected: {body!r}")
    writer.close()


async def _rush(port: int, sessions: Sequence[tuple[str, str]], listeners: int, rush: Rush) -> None:
    page = Page(rush)
    async with asyncio.TaskGroup() as group:
        opened = [asyncio.Event() for _ in range(listeners)]
        streams = [group.create_task(_listen(port, sessions[n], page, n == 0, begun)) for n, begun in enumerate(opened)]
        for begun in opened:  # all pages are open before 9:00
            await begun.wait()
        began = time.perf_counter()
        await asyncio.gather(
            *(_click(port, list(range(c, REPS, CONNECTIONS)), sessions, page) for c in range(CONNECTIONS))
        )
        rush.seconds = time.perf_counter() - began
        await asyncio.sleep(3 if listeners else 0)  # the last ones are told
        for stream in streams:
            stream.cancel()


def once(
    owner_url: str,
    port: int,
    app: psutil.Process,
    sessions: Sequence[tuple[str, str]],
    pooled: int,
    listeners: int,
) -> Rush:
    """One rush from the beginning, and what the database says about it afterwards."""
    with psycopg.connect(owner_url, autocommit=True, cursor_factory=psycopg.ClientCursor) as conn:
        conn.execute(_AGAIN, {"pooled": pooled})
        conn.execute("VACUUM ANALYZE customer, event, spell")
        rush = Rush()
        before = cpu_seconds(app)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_rush(port, sessions, listeners, rush))
        rush.cpu = cpu_seconds(app) - before
        rush.double, rush.overruns = (conn.execute(sql).fetchone()[0] for sql in (_DOUBLE, _OVERRUNS))  # type: ignore[index]
        at = dict(
            conn.execute(
                f"SELECT subject_id, extract(epoch FROM at)::float8 FROM event WHERE kind = 'claim' AND subject_id <= {CUSTOMERS}"
            )
        )
    rush.delays = [seen - at[customer] for customer, seen in rush.seen.items() if customer in at]
    if listeners and len(rush.delays) < rush.wins:
        raise SystemExit(f"{rush.wins - len(rush.delays)} claims were never told")
    return rush


def percentiles(values: Sequence[float]) -> tuple[float, float, float]:
    """p50, p95, p99 in milliseconds."""
    cuts = quantiles(values, n=100)
    return cuts[49] * 1e3, cuts[94] * 1e3, cuts[98] * 1e3


def _line(rush: Rush, bare: float, app: psutil.Process) -> str:
    answers = " / ".join(f"{ms:.0f}" for ms in percentiles(rush.answers))
    delays = " / ".join(f"{ms:.0f}" for ms in percentiles(rush.delays))
    return (
        f"{rush.clicks} clicks, {rush.wins} wins in {rush.seconds:.2f} s, bare {bare:.0f}/s; answered after {answers} ms,"
        f" told after {delays} ms; {rush.codes}; server {rush.cpu:.1f} s CPU, {app.memory_info().rss >> 20} MB"
    )


def measure(quick: bool) -> list[Figure]:
    """Rushes and bare runs in turn; the median of each."""
    customers, runs = (100_000, 3) if quick else (1_000_000, 5)
    pooled = CUSTOMERS + BARE_CLAIMS
    rushes, bares = [], []
    with postgres() as owner_url:
        fill(
            owner_url,
            customers,
            owned=min(1.0, 100 * REPS / (customers - pooled)),
            reps=REPS,
            pooled=pooled,
            lying=CUSTOMERS,
        )
        with psycopg.connect(owner_url, autocommit=True) as conn:
            conn.execute(_RULES)
        sessions = sign_in_all(owner_url)
        with serving(owner_url) as (port, app):
            for n in range(-1, runs):
                rush = once(owner_url, port, app, sessions, pooled, REPS)
                bare = bare_rate(owner_url, CUSTOMERS + 1)
                say(_line(rush, bare, app))
                if n >= 0:  # the first pair warms up
                    rushes.append(rush)
                    bares.append(bare)
    return _figures(customers, rushes, bares)


def _figures(customers: int, rushes: Sequence[Rush], bares: Sequence[float]) -> list[Figure]:
    where = (
        f"{CUSTOMERS:,} customers in the pool, {customers:,} in all, {REPS} people, {EAGER} of whom click ten times as often,"
        f" over {CONNECTIONS} connections; {REPS} streams open; quota {QUOTA}, caps {HOLDING} and {UNTOUCHED}, cooldown; clients"
        f" on the same cores; median of {len(rushes)}; {machine()}"
    )

    def middle(values: Sequence[float]) -> float:
        return round(median(values), 3)

    def zero(name: str, counts: Sequence[int], unit: str) -> Figure:
        return Figure(name, sum(counts), None, None, "lower", unit, f"in {len(counts)} rushes; {where}", limit=0)

    def answers(name: str, which: int, values: Sequence[Sequence[float]], limit: float) -> Figure:
        took = middle([percentiles(each)[which] for each in values])
        return Figure(name, took, None, None, "lower", "ms", where, limit=limit)

    clicks = [r.clicks / r.seconds for r in rushes]
    wins = middle([r.wins / r.seconds for r in rushes])
    return [
        zero("double_claims", [r.double for r in rushes], "customers"),
        zero("quota_overruns", [r.overruns for r in rushes], "people"),
        figure(
            "rush_rate", middle(clicks), middle(bares), better="higher", unit="clicks/s",
            conditions=f"{wins} of them wins; reference: bare claims by pgbench over as many connections; {where}",
        ),
        answers("rush_p50", 0, [r.answers for r in rushes], 1000),
        answers("rush_p95", 1, [r.answers for r in rushes], 1000),
        answers("rush_p99", 2, [r.answers for r in rushes], 1000),
        answers("live_delay_p50", 0, [r.delays for r in rushes], 1000),
        answers("live_delay_p99", 2, [r.delays for r in rushes], 2000),
    ]  # fmt: skip


if __name__ == "__main__":
    given = arguments(__doc__ or "")
    report(measure(given.quick), given.json)
