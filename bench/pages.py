"""Pool pages and searches over HTTP at 1,000,000 customers against 10,000: what growth costs the person who waits."""

import http.client
import os
import random
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import quote, urlsplit, urlunsplit

import orjson
import psycopg

from bench.setting import POOL, Figure, arguments, figure, fill, machine, postgres, report, say
from gonghai.base.database import app_url
from gonghai.base.secrets import secret_hash
from gonghai.customers.search import query_grams, words_and_grams
from gonghai.http.paging import encode_cursor
from gonghai.migrations import upgrade

SMALL = 10_000
OWNED = 0.4
DISTINCT_NAMES = 60_000
PAGE = f"/api/v1/pools/{POOL}/customers?limit=50"


def _pairs(text: str) -> list[str]:
    return [text[i : i + 2] for i in range(0, len(text), 2)]


_CITIES = _pairs("北京上海广州深圳杭州南京苏州成都重庆武汉西安天津青岛宁波厦门长沙郑州合肥佛山东莞")
_BRAND = "云帆海鼎华信恒瑞中天远博盛智联创新锦绣宏图腾飞金石东方明德嘉禾泰和同济永安百川凌志星辰瀚宇启航卓越"
_TRADES = _pairs("科技贸易机械电子软件物流食品建材医疗教育能源环保化工纺织传媒咨询装饰汽车农业网络")
# What people type: a brand of two characters, city and brand, pinyin, initials, words that hundreds of thousands have.
SEARCHES = {
    "two characters": "瀚宇", "four characters": "杭州瀚宇", "pinyin": "hanyu", "initials": "hzhy", "common": "科技",
    "legal form": "有限公司", "city": "杭州", "none": "龘靐",
}  # fmt: skip


@dataclass(slots=True)
class Place:
    """One population behind a server of its own: where to ask, as whom, and cursors from all depths of the pool."""

    owner_url: str
    connection: http.client.HTTPConnection
    cookie: str
    cursors: Sequence[str]

    def milliseconds(self, path: str) -> float:
        """Of one request, answer read."""
        began = time.perf_counter()
        self.connection.request("GET", path, headers={"Cookie": self.cookie})
        response = self.connection.getresponse()
        body = response.read()
        spent = time.perf_counter() - began
        if response.status != 200:
            raise SystemExit(f"{path}: {response.status} {body[:200]!r}")
        if "q=" not in path and len(orjson.loads(body)["items"]) != 50:
            raise SystemExit(f"{path}: a short page")
        return spent * 1000


def names() -> list[tuple[str, str, list[str]]]:
    """Companies' names with their search text."""
    rng = random.Random(7)
    found = []
    for _ in range(DISTINCT_NAMES):
        brand = "".join(rng.choices(_BRAND, k=2))
        name = f"{rng.choice(_CITIES)}{brand}{rng.choice(_TRADES)}{rng.choice(['有限公司'] * 9 + ['工作室'])}"
        found.append((name, *words_and_grams(name)))
    return found


def fill_search(owner_url: str, customers: int, made: Sequence[tuple[str, str, list[str]]]) -> None:
    """Gives every customer the search text of a name; each name stands for several customers."""
    with psycopg.connect(owner_url, autocommit=True) as conn:
        conn.execute("SET maintenance_work_mem = '512MB'")
        conn.execute("CREATE TEMP TABLE made (no int PRIMARY KEY, words text, grams text[])")
        with conn.cursor().copy("COPY made FROM STDIN") as copy:
            for no, (_, words, grams) in enumerate(made):
                copy.write_row((no, words, grams))
        row = conn.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'customer_search_grams'").fetchone()
        assert row is not None
        conn.execute("DROP INDEX customer_search_grams")
        conn.execute(
            "INSERT INTO customer_search SELECT 1, g, m.words, m.grams FROM generate_series(1, %s) g"
            " JOIN made m ON m.no = (hashint8(g) & 1073741823) %% %s ORDER BY g",
            (customers, len(made)),
        )
        conn.execute(row[0])
        conn.execute("VACUUM ANALYZE customer_search")


@contextmanager
def place(owner_url: str, port: int) -> Iterator[Place]:
    """A server on the database, and a rep signed in."""
    token = secrets.token_urlsafe(32)
    with psycopg.connect(owner_url, autocommit=True) as conn:
        conn.execute(
            "INSERT INTO session (tenant_id, token_hash, person_id, csrf_token, expires_at)"
            " VALUES (1, %s, 1, '', now() + interval '1 hour')",
            (secret_hash(token),),
        )
    environment = {**os.environ, "BENCH_URL": app_url(owner_url)}
    command = [sys.executable, "-m", "bench.serve", str(port)]
    with subprocess.Popen(command, env=environment, cwd=Path(__file__).parent.parent) as process:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            _connect(connection)
            yield Place(owner_url, connection, f"gonghai_session={token}", _cursors(owner_url))
        finally:
            process.terminate()


def _connect(connection: http.client.HTTPConnection) -> None:
    for _ in range(200):
        try:
            connection.connect()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


def _cursors(owner_url: str) -> list[str]:
    """Keys at 200 depths of the pool, each with a full page behind it."""
    with psycopg.connect(owner_url) as conn:
        found = conn.execute(
            "SELECT entered_pool_at, id FROM (SELECT *, row_number() OVER w AS no, count(*) OVER () AS n FROM customer"
            " WHERE tenant_id = 1 AND pool_id = %s AND state = 'pooled' WINDOW w AS (ORDER BY entered_pool_at DESC, id DESC)"
            ") x WHERE no %% (n / 200) = 1 AND no < n - 60",
            (POOL,),
        ).fetchall()
    return [encode_cursor(at.isoformat(), customer) for at, customer in found]


def pages(big: Place, small: Place, rounds: int) -> dict[str, tuple[list[float], list[float]]]:
    """Milliseconds of first and of deep pages in both places, asked in turn."""
    rng = random.Random(11)
    spent: dict[str, tuple[list[float], list[float]]] = {"first": ([], []), "deep": ([], [])}
    for n in range(rounds):
        kind = "deep" if n % 4 else "first"  # most clicks are on "next"
        sides = [(0, big), (1, small)]
        rng.shuffle(sides)
        for side, where in sides:
            path = PAGE if kind == "first" else f"{PAGE}&after={rng.choice(where.cursors)}"
            spent[kind][side].append(where.milliseconds(path))
    return spent


def searches(big: Place, small: Place, rounds: int) -> dict[str, tuple[list[float], list[float]]]:
    """Milliseconds of each search of the pool in both places, asked in turn."""
    spent: dict[str, tuple[list[float], list[float]]] = {kind: ([], []) for kind in SEARCHES}
    for _ in range(rounds):
        for kind, words in SEARCHES.items():
            for side, where in enumerate((big, small)):
                spent[kind][side].append(where.milliseconds(f"{PAGE}&q={quote(words)}"))
    return spent


_PLAIN = """SELECT s.customer_id FROM customer_search s JOIN customer c ON c.tenant_id = 1 AND c.id = s.customer_id
    WHERE s.tenant_id = 1 AND s.grams @> %(grams)s AND s.words LIKE %(like)s AND c.state = 'pooled' AND c.pool_id = 1
    ORDER BY s.customer_id DESC LIMIT 200"""


def fence(owner_url: str, rounds: int) -> tuple[float, float]:
    """Milliseconds of all searches: the product's function inside the fence, a plain statement without it; medians."""
    inside, plain = [], []
    with psycopg.connect(app_url(owner_url)) as app, psycopg.connect(owner_url) as owner:
        app.execute("SET app.tenant_id = '1'")
        for _ in range(rounds):
            parts = [0.0, 0.0]
            for words in SEARCHES.values():
                grams, like = query_grams(words)
                began = time.perf_counter()
                ours = app.execute(
                    "SELECT search_customers(1, %s, %s, false, '{}', '{1}', '{}', '{pooled}', NULL, 200)", (grams, like)
                ).fetchall()
                between = time.perf_counter()
                theirs = owner.execute(_PLAIN, {"grams": grams, "like": like}, prepare=False).fetchall()
                parts[0] += between - began
                parts[1] += time.perf_counter() - between
                if ours != theirs:
                    raise SystemExit(f"{words}: the search and the plain statement disagree")
            inside.append(parts[0])
            plain.append(parts[1])
    return median(inside) * 1000, median(plain) * 1000


def _p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20)[18]


def _growth(name: str, sides: tuple[list[float], list[float]], conditions: str) -> Figure:
    return figure(name, _p95(sides[0]), _p95(sides[1]), better="lower", unit="ms p95", conditions=conditions)


@contextmanager
def places(large: int) -> Iterator[tuple[Place, Place]]:
    """(big, small): two databases on one PostgreSQL, a server for each."""
    made = names()
    with postgres() as big_url, ExitStack() as stack:
        small_url = urlunsplit(urlsplit(big_url)._replace(path="/small"))
        with psycopg.connect(big_url, autocommit=True) as conn:
            conn.execute("CREATE DATABASE small")
        upgrade(small_url)
        for url, customers in ((big_url, large), (small_url, SMALL)):
            fill(url, customers, owned=OWNED)
            fill_search(url, customers, made)
        port = 18_700 + os.getpid() % 1000 * 2
        yield stack.enter_context(place(big_url, port)), stack.enter_context(place(small_url, port + 1))


def measure(quick: bool) -> list[Figure]:
    """Both populations asked in turn, so that the machine's other work meets both alike."""
    large, rounds, search_rounds = (60_000, 400, 15) if quick else (1_000_000, 3_000, 60)
    conditions = f"{large:,} customers against {SMALL:,}, {1 - OWNED:.0%} pooled, one rep, HTTP; {machine()}"
    with places(large) as (big, small):
        pages(big, small, 60)
        found = pages(big, small, rounds)
        searches(big, small, 2)
        searched = searches(big, small, search_rounds)
        inside, plain = fence(big.owner_url, search_rounds)
    for kind, (ours, reference) in searched.items():
        say(f"search, {kind}: {median(ours):.1f} ms against {median(reference):.1f} ms")
    both = [found["first"][side] + found["deep"][side] for side in (0, 1)]
    every = [[ms for sides in searched.values() for ms in sides[side]] for side in (0, 1)]
    return [
        _growth("page_growth", (both[0], both[1]), f"a quarter first pages, the others from all depths; {conditions}"),
        _growth("first_page_growth", found["first"], f"with the count; {conditions}"),
        _growth("deep_page_growth", found["deep"], conditions),
        _growth("search_growth", (every[0], every[1]), f"{len(SEARCHES)} kinds of search in the pool; {conditions}"),
        figure("search_fence", inside, plain, better="lower", unit="ms", conditions=f"all kinds once, one statement each,"
               f" against a plain one as the tables' owner; {conditions}"),
    ]  # fmt: skip


if __name__ == "__main__":
    given = arguments(__doc__ or "")
    report(measure(given.quick), given.json)
