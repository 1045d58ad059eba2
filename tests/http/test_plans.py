"""What hot paths cost as data grows: the plans of search and pool page inside the fence, and statements per request."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from psycopg import AsyncConnection
from psycopg.rows import dict_row

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, Database, in_tenant
from gonghai.customers import queries
from gonghai.customers.queries import Filter
from gonghai.customers.search import search, words_and_grams
from gonghai.http import identity
from gonghai.http.routes import customers as routes
from tests.fixtures.customers import counted_statements
from tests.fixtures.people import Company, make_company, signed_in

CUSTOMERS = 40_000  # a quarter owned, by one other rep
BRANDS = "云海华恒天博联新宏金东嘉永百星"


@dataclass(slots=True)
class Sea:
    """A company whose rep sees a large pool and a small one; every customer is searchable."""

    company: Company
    large: int
    small: int
    rep_id: int
    rep: Actor
    owner: Actor
    admin: Actor


_CUSTOMERS = """WITH c AS (
    INSERT INTO customer (tenant_id, state, owner_id, pool_id, spell_no, clock_start, entered_pool_at, name, level,
        created_at, updated_at)
    SELECT %(t)s, CASE WHEN g %% 4 = 0 THEN 'owned' ELSE 'pooled' END, CASE WHEN g %% 4 = 0 THEN %(owner)s::bigint END,
        CASE WHEN g %% 400 = 1 THEN %(small)s ELSE %(large)s END, CASE WHEN g %% 4 = 0 THEN 1 ELSE 0 END,
        CASE WHEN g %% 4 = 0 THEN now() END, now() - make_interval(secs => hashint4(g) & 1048575),
        m.name, CASE WHEN g = 77 THEN 'A' ELSE 'B' END, now(), now()
    FROM generate_series(1, %(n)s) g JOIN made m ON m.no = g %% %(names)s ORDER BY g RETURNING tenant_id, id, name)
INSERT INTO customer_search SELECT c.tenant_id, c.id, m.words, m.grams FROM c JOIN made m ON m.name = c.name ORDER BY c.id"""


@pytest.fixture(scope="module")
async def sea(database: Database, migrated_url: str) -> Sea:
    company = await make_company(database, migrated_url, "远洋")
    plenty = {"daily_quota": 1000, "holding_cap": 1000, "untouched_cap": 1000}
    large, small = await company.pool("大公海", **plenty), await company.pool("小公海")
    rep_id, owner_id = await company.person("甲"), await company.person("乙")
    # A prime number of names, so that every pool has each of them.
    names = [f"{a}{b}科技有限公司" for a in BRANDS for b in BRANDS][:193]
    async with await AsyncConnection.connect(migrated_url, autocommit=True) as conn:
        await conn.execute("CREATE TEMP TABLE made (no int, name text, words text, grams text[])")
        async with conn.cursor() as cursor:
            rows = [(no, name, *words_and_grams(name)) for no, name in enumerate(names)]
            await cursor.executemany("INSERT INTO made VALUES (%s, %s, %s, %s)", rows)
        await conn.execute(
            _CUSTOMERS,
            {
                "t": company.tenant_id,
                "owner": owner_id,
                "small": small,
                "large": large,
                "n": CUSTOMERS,
                "names": len(names),
            },
        )
        await conn.execute("VACUUM ANALYZE customer, customer_search")
    actors = [await company.actor(person) for person in (rep_id, owner_id, company.admin_id)]
    return Sea(company, large, small, rep_id, *actors)


@asynccontextmanager
async def explained(sea: Sea) -> AsyncIterator[tuple[Conn, list[str]]]:
    """A connection with the product's rights in the company's fence, and the plans of all that it runs, nested ones too."""
    plans: list[str] = []
    async with await AsyncConnection.connect(sea.company.owner_url, autocommit=True, row_factory=dict_row) as conn:
        try:
            await conn.execute("LOAD 'auto_explain'")
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedFile) as error:
            pytest.skip(f"this PostgreSQL can't show plans: {error}")
        for setting in ("log_min_duration = 0", "log_nested_statements = on", "log_level = notice"):
            await conn.execute(f"SET auto_explain.{setting}")
        await conn.execute("SET ROLE gonghai_app")
        conn.add_notice_handler(lambda notice: plans.append(notice.message_primary or ""))
        async with in_tenant(conn, sea.company.tenant_id):
            plans.clear()
            yield conn, plans


async def searched(sea: Sea, actor: Actor, query: str, wanted: Filter) -> tuple[list[int], str]:
    async with explained(sea) as (conn, plans):
        found = await search(conn, actor, query, wanted, before=None, limit=200)
        return found, "\n".join(plans)


async def test_a_search_for_a_rare_word_goes_through_the_index_of_grams(sea: Sea) -> None:
    for actor in (sea.rep, sea.admin):
        found, plan = await searched(sea, actor, "云海", Filter())
        assert found
        assert "customer_search_grams" in plan
        assert "Seq Scan" not in plan


async def test_a_search_for_a_common_word_reads_names_from_the_newest_until_the_page_is_full(sea: Sea) -> None:
    for actor in (sea.rep, sea.admin):
        found, plan = await searched(sea, actor, "科技", Filter())
        assert len(found) == 200
        assert "Index Scan Backward using customer_search_pkey" in plan
        assert "Sort" not in plan


async def test_a_search_among_few_customers_begins_with_them(sea: Sea) -> None:
    found, plan = await searched(sea, sea.rep, "科技", Filter(("pooled",), sea.small))
    assert len(found) == CUSTOMERS / 400
    assert "customer_pool" in plan
    assert "Seq Scan" not in plan


async def test_both_ways_of_searching_find_the_same(sea: Sea) -> None:
    async with sea.company.database.tenant(sea.company.tenant_id) as conn:
        everything = Filter(("pooled",))
        for query in ("云海", "科技", "yunhai", "yh", "金"):
            by_names = await search(conn, sea.rep, query, everything, before=None, limit=CUSTOMERS)
            lying = await queries.matching_ids(conn, sea.rep, Filter(("pooled",), sea.small), limit=CUSTOMERS)
            from_few = await search(conn, sea.rep, query, Filter(("pooled",), sea.small), before=None, limit=CUSTOMERS)
            assert from_few == sorted(set(by_names) & set(lying), reverse=True)
            assert from_few


async def test_a_pool_page_and_its_count_go_through_the_pools_index(sea: Sea) -> None:
    wanted = Filter(("pooled",), sea.large)
    async with explained(sea) as (conn, plans):
        first = await queries.page(conn, sea.rep, wanted, sort="-entered_pool_at", after=None, limit=51)
        key = (first[-1]["entered_pool_at"], first[-1]["id"])
        assert await queries.page(conn, sea.rep, wanted, sort="-entered_pool_at", after=key, limit=51)
        assert await queries.count(conn, sea.rep, Filter(("pooled",), sea.small)) == (CUSTOMERS / 400, False)
        await conn.execute("SELECT 1")  # a plan is told when the next statement begins
        told = [plan for plan in plans if "FROM customer c" in plan]
        assert len(told) == 3
        for plan in told:
            assert "Index Only Scan" in plan
            assert "using customer_pool on customer" in plan
            assert "Seq Scan on customer" not in plan


async def test_who_sees_few_customers_finds_them_by_indexes_what_is_shared_with_them_too(sea: Sea) -> None:
    """Own ones, a small pool's, shared ones: each arm of the predicate has an index, and none makes a scan of all."""
    async with sea.company.database.tenant(sea.company.tenant_id) as conn:
        theirs = await queries.matching_ids(
            conn, sea.owner, Filter(("owned",), owner_ids=[sea.owner.person_id or 0]), limit=20
        )
    pools = {sea.small: sea.rep.pools[sea.small]}
    rep = replace(sea.rep, pools=pools, shared=dict.fromkeys(theirs, 1))
    for wanted in (Filter(), Filter(("owned",)), Filter(shared=True), Filter(("owned",), shared=True)):
        async with explained(sea) as (conn, plans):
            found = await queries.page(conn, rep, wanted, sort="-id", after=None, limit=51)
            assert set(theirs) <= {row["id"] for row in found} or not wanted.shared
            assert (await queries.count(conn, rep, wanted))[0] >= 20
            await conn.execute("SELECT 1")
            told = [plan for plan in plans if "FROM customer c" in plan]
            assert len(told) == 2
            for plan in told:
                assert "Seq Scan on customer" not in plan, plan
                if wanted.shared:
                    assert "AND (id = ANY (" in plan, plan
                else:
                    assert "BitmapOr" in plan, plan
                    assert "Backward" not in plan, plan  # not through everybody's, newest first


@pytest.fixture
async def browser(app: FastAPI, sea: Sea, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    """The rep, signed in and known to the server."""
    monkeypatch.setattr(identity, "REMEMBERED_SECONDS", 3600.0)
    async with await signed_in(app, sea.company, sea.rep_id) as client:
        assert (await client.get("/me")).status_code == 200
        yield client


async def test_a_pool_page_costs_the_same_number_of_statements_for_5_and_for_50_rows(
    sea: Sea, browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = []
    for n in (5, 50):
        with counted_statements(monkeypatch) as seen:
            answer = await browser.get(f"/pools/{sea.large}/customers", params={"limit": n})
        assert len(answer.json()["items"]) == n
        counts.append(len(seen))
    assert counts[0] == counts[1] > 0


async def test_a_batch_claim_costs_the_same_number_of_statements_for_5_and_for_50_customers(
    sea: Sea, browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = []
    for n in (5, 50):
        listed = (await browser.get(f"/pools/{sea.large}/customers", params={"limit": n})).json()["items"]
        with counted_statements(monkeypatch) as seen:
            answer = await browser.post(f"/pools/{sea.large}/claims", json={"customer_ids": [c["id"] for c in listed]})
        assert [r["outcome"] for r in answer.json()["results"]] == ["claimed"] * n
        counts.append(len(seen))
    assert counts[0] == counts[1] > 0


async def test_a_search_whose_filter_hardly_any_match_meets_is_cut_off_and_goes_on_by_its_cursor(
    sea: Sea, browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "SEARCH_BUDGET", 5000)
    after, pages, found = None, 0, []
    while pages == 0 or after:
        params = {"q": "科技", "level": "A", "limit": "20"} | ({"after": after} if after else {})
        page = (await browser.get(f"/pools/{sea.large}/customers", params=params)).json()
        found += page["items"]
        after, pages = page["next"], pages + 1
    assert [c["level"] for c in found] == ["A"]
    assert pages > 3
