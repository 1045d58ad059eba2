"""The same seed, day and size give the same demo, whichever process makes it and however it is cut up."""

import hashlib
import os
import pickle
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from gonghai.base.database import Database, rows
from gonghai.demo import load
from gonghai.demo.company import Plan, found
from gonghai.demo.identity import identity
from gonghai.demo.load import Made, Wanted, history_ends, lives, make_demo, world_of
from gonghai.demo.tables import Rows, copy_text
from gonghai.demo.world import LEAN, Numbers, World
from gonghai.moves.verify import verify
from gonghai.people.tenants import as_owner
from tests.demo.conftest import CUSTOMERS, NOW, PASSWORD

NUMBERS = Numbers(customer=1, event=1, follow_up=1, deal=1, contact=1, request=1, run=1, batch=9)
TABLES = ("customer", "customer_search", "customer_key", "spell", "event", "field_history", "contact", "follow_up", "deal",
          "request", "recycle_item", "warning")  # fmt: skip


def digest(rows: Rows) -> str:
    """All rows as COPY would read them."""
    text = "".join(copy_text(getattr(rows, table)) for table in TABLES)
    return hashlib.sha256(text.encode()).hexdigest()


class RolledBack(Exception):
    """Ends a transaction whose writes nobody wants."""


@pytest.fixture(scope="module")
async def world(migrated_url: str) -> World:
    """What lives depend on, of a company that is never committed."""
    plan = Plan("世界", 5, NOW, "hash", suffix=".world")
    made = []
    try:
        async with as_owner(migrated_url) as conn:
            made.append(world_of(await found(conn, plan), NUMBERS, 300))
            raise RolledBack
    except RolledBack:
        return made[0]


def test_lives_do_not_depend_on_who_is_made_beside_them(world: World) -> None:
    whole, first, second = lives(world, 0, 120), lives(world, 0, 45), lives(world, 45, 120)
    assert len(whole.event) > 500
    for table in TABLES:
        assert getattr(whole, table) == getattr(first, table) + getattr(second, table)


def test_another_process_writes_the_same_bytes(world: World, tmp_path: Path) -> None:
    (tmp_path / "world").write_bytes(pickle.dumps(world))
    program = (
        "import pickle, sys; from gonghai.demo.load import lives; from tests.demo.test_same_again import digest;"
        "print(digest(lives(pickle.load(open(sys.argv[1], 'rb')), 0, 40)))"
    )
    # Another seed of Python's own hashes: sets are then walked in another order.
    environment = {**os.environ, "PYTHONHASHSEED": "12345"}
    out = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "world")],
        env=environment, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert out.stdout.strip() == digest(lives(world, 0, 40))


async def test_the_same_seed_and_day_make_the_same_company_and_another_seed_another(
    database: Database, migrated_url: str, made: Made
) -> None:
    again = await make_demo(migrated_url, Wanted("another password", CUSTOMERS), now=NOW)
    other = await make_demo(migrated_url, Wanted(PASSWORD, CUSTOMERS, seed=99), now=NOW)
    told = [await _told(database, each.tenant_id) for each in (made, again, other)]
    assert told[0] == told[1]
    assert told[0] != told[2]


async def _told(database: Database, tenant_id: int) -> list[tuple[object, ...]]:
    """A company's story without its ids."""
    async with database.tenant(tenant_id) as conn:
        events = await rows(
            conn,
            "SELECT c.name, e.at, e.kind, e.version, e.reason, split_part(o.login, '-', 1) AS login, o.name AS owner"
            " FROM event e JOIN customer c ON c.tenant_id = e.tenant_id AND c.id = e.subject_id"
            " LEFT JOIN person o ON o.tenant_id = e.tenant_id AND o.id = coalesce(e.owner_to, e.owner_from)"
            " WHERE e.tenant_id = %s AND e.subject = 'customer' ORDER BY e.id",
            (tenant_id,),
        )
    return [tuple(row.values()) for row in events]


async def test_several_processes_make_a_sound_demo_too(
    database: Database, migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "SMALL", 100)
    monkeypatch.setattr(load, "_CHUNK", 150)
    told: list[int] = []
    made = await make_demo(migrated_url, Wanted(PASSWORD, 400), now=NOW, progress=told.append)
    report = await verify(database, made.tenant_id)
    assert (report.customers, report.examples) == (400, [])
    assert told[-1] == 400
    async with database.tenant(made.tenant_id) as conn:
        runs = await rows(
            conn,
            "SELECT r.moved, (SELECT count(*) FROM recycle_item i WHERE i.tenant_id = r.tenant_id AND i.run_id = r.id)"
            " AS items FROM recycle_run r WHERE r.tenant_id = %s",
            (made.tenant_id,),
        )
    assert sum(run["moved"] for run in runs) > 20
    assert all(run["moved"] == run["items"] for run in runs)


def test_every_customer_has_another_name_and_a_code_with_the_right_check_digit() -> None:
    who = [identity(number, 20, Random(number), lean=False) for number in range(20_000)]
    names = Counter(each.fields["name"] for each in who)
    assert names.most_common(1)[0][1] == 1
    codes = [each.fields["uscc"] for each in who if "uscc" in each.fields]
    assert len(set(codes)) == len(codes) > 15_000
    assert all(len(code) == 18 for code in codes)


def test_history_ends_with_the_last_full_hour_of_today_and_with_the_evening_of_an_earlier_day() -> None:
    assert history_ends(None, NOW) == NOW.replace(minute=0)
    assert history_ends(date(2026, 3, 20), NOW) == NOW.replace(minute=0)
    assert history_ends(date(2026, 3, 19), NOW) == datetime(2026, 3, 19, 12, tzinfo=UTC)
    with pytest.raises(ValueError, match="has not come yet"):
        history_ends(date(2026, 3, 21), NOW)
    # The day is China's: at half past midnight there it is still the day before in UTC.
    assert history_ends(date(2026, 3, 20), NOW + timedelta(hours=8)) == datetime(2026, 3, 20, 12, tzinfo=UTC)


def test_a_lean_life_is_told_in_fewer_events(world: World) -> None:
    lean = lives(replace(world, pace=LEAN), 0, 300)
    assert len(lean.event) < 0.7 * len(lives(world, 0, 300).event)
