"""What the statements say of a company's eighteen months is what somebody finds who reads its log line by line."""

from datetime import UTC, datetime, timedelta

import pytest
from psycopg.rows import DictRow

from gonghai.analytics.fair_use import FACTS, Name
from gonghai.analytics.question import Counted, Cut, Question, ask
from gonghai.base.database import Conn, Database, rows, run, value
from gonghai.demo.load import Made, Wanted, make_demo
from gonghai.pools.actor import load_actor
from tests.analytics import slow
from tests.analytics.slow import Counts, Life

NOW = datetime(2026, 3, 20, 8, 25, tzinfo=UTC)
DAYS = 150


@pytest.fixture(scope="module")
async def made(migrated_url: str) -> Made:
    return await make_demo(migrated_url, Wanted("haitun-denta-4711", 1200, seed=11), now=NOW)


@pytest.fixture(scope="module")
async def lives(database: Database, made: Made) -> dict[int, Life]:
    async with database.tenant(made.tenant_id) as conn:
        return slow.lives(
            await rows(
                conn,
                "SELECT * FROM event WHERE tenant_id = %s AND subject = 'customer' ORDER BY subject_id, version",
                (made.tenant_id,),
            )
        )


def counts(found: Counted) -> Counts:
    return {tally.people: (tally.n, tally.of) for tally in found.tallies}


@pytest.mark.parametrize("login", ["admin", "manager1", "manager6"])
async def test_every_persons_figures_are_those_of_the_log(
    database: Database, made: Made, lives: dict[int, Life], login: str
) -> None:
    async with database.tenant(made.tenant_id) as conn:
        person = await value(
            conn,
            "SELECT id FROM person WHERE tenant_id = %s AND login = %s",
            (made.tenant_id, login + made.sign_ins.suffix),
        )
        actor = await load_actor(conn, made.tenant_id, person)

        async def question(name: Name, n: int | None = None) -> Question:
            last = made.as_of.date()
            return await ask(
                conn, actor, first=last - timedelta(days=DAYS), last=last, pool_id=None,
                length=FACTS[name].length(n), now=made.as_of,
            )  # fmt: skip

        q = await question("ping_pong")
        reader = slow.Reader(frozenset(q.people), q.since, q.until, q.now)
        notes = {
            row["id"]: row["note"]
            for row in await rows(conn, "SELECT id, note FROM follow_up WHERE tenant_id = %s", (made.tenant_id,))
        }
        warnings = await rows(conn, "SELECT * FROM warning WHERE tenant_id = %s", (made.tenant_id,))
        for days in (30, 5):
            found = await FACTS["ping_pong"].count(conn, await question("ping_pong", days))
            rings, median_share = slow.ping_pong(lives, reader, days)
            assert (counts(found), found.median_share) == (rings, pytest.approx(median_share))
        expected: dict[Name, Counts] = {
            "exchanges": slow.exchanges(lives, reader),
            "claim_and_release": slow.claim_and_release(lives, reader, 48),
            "late_empty_follow_ups": slow.late_empty(lives, reader, notes, warnings),
            "backdated": slow.backdated(lives, reader, 12),
            "hoarding": slow.hoarding(lives, reader, 30),
        }
        for name, wanted in expected.items():
            assert counts(await FACTS[name].count(conn, await question(name))) == wanted, name
        assert login != "admin" or all(expected.values()), "the history has some of each"


@pytest.mark.parametrize("login", ["admin", "manager1"])
@pytest.mark.parametrize("name", FACTS)
async def test_no_fact_reads_a_whole_table(database: Database, made: Made, name: Name, login: str) -> None:
    fact = FACTS[name]
    async with database.tenant(made.tenant_id) as conn:
        person = await value(
            conn,
            "SELECT id FROM person WHERE tenant_id = %s AND login = %s",
            (made.tenant_id, login + made.sign_ins.suffix),
        )
        actor = await load_actor(conn, made.tenant_id, person)
        last = made.as_of.date()
        q = await ask(
            conn,
            actor,
            first=last - timedelta(days=30),
            last=last,
            pool_id=None,
            length=fact.length(None),
            now=made.as_of,
        )
        await run(conn, "SET LOCAL enable_seqscan = off")
        before = await whole_reads(conn)
        found = await fact.count(conn, q)
        if found.tallies:
            await fact.rows(conn, q, Cut(found.tallies[0].people, None, 10))
        assert await whole_reads(conn) == before


async def whole_reads(conn: Conn) -> list[DictRow]:
    """How often this connection has read each table from end to end, since its figures were last sent off."""
    return await rows(
        conn,
        "SELECT relname, seq_scan FROM pg_stat_xact_user_tables"
        " WHERE relname IN ('customer', 'event', 'follow_up', 'spell', 'warning') ORDER BY relname",
    )
