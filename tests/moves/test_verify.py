"""Verify finds every column that the events don't give, and nothing where they do."""

import asyncio
import json
from datetime import timedelta
from decimal import Decimal

import psycopg
import pytest
from typer import Typer
from typer.testing import CliRunner

from gonghai.activities.actions import NewFollowUp, record_follow_up, void_follow_up
from gonghai.base import clock
from gonghai.base.database import Database
from gonghai.base.errors import NotFound
from gonghai.cli.verify import verify as verify_command
from gonghai.customers.fields import PRIVATE
from gonghai.customers.record import edit, lock
from gonghai.deals.actions import Edit, NewDeal, adopt_deal, edit_deal, lose_deal, open_deal, win_deal
from gonghai.events.log import By
from gonghai.moves.assign import assign
from gonghai.moves.claim import claim
from gonghai.moves.close_pool import close_pool
from gonghai.moves.create import create
from gonghai.moves.hand_over import deactivate_person
from gonghai.moves.pool_moves import archive, move_pool, restore
from gonghai.moves.release import release
from gonghai.moves.replayed import COLUMNS, Collaborator, Deal, FollowUp, Spell
from gonghai.moves.share import add_collaborators, remove_collaborator
from gonghai.moves.transfer import transfer
from gonghai.moves.verify import CHUNK, Report, verify
from tests.fixtures.people import make_company
from tests.moves.world import World


class Lived(World):
    """A company in which everything that can happen to a customer happened; `customer` is an owned one."""

    customer = 0
    pooled = 0


@pytest.fixture(scope="module")
async def lived(database: Database, migrated_url: str) -> Lived:
    world = Lived(await make_company(database, migrated_url))
    home = await world.pool(transfer_needs_acceptance=False, release_elsewhere=True, cooldown_days=0)
    other = await world.pool("华东公海")
    amy, bob, cid = await world.rep("amy"), await world.rep("bob"), await world.rep("cid")
    boss = await world.admin()
    async with world.transaction() as conn:
        fields = {"name": "远洋科技", "phones": ["13800138000"], "wechat": "yy", "note": "老客户", "tags": ["a"],
                  "level": "A", "amount": Decimal("5"), "contract_end": clock.now().date(), "website": "yy.cn",
                  "address": "上海", "emails": ["a@yy.cn"], "external_id": "X1"}  # fmt: skip
        one_id = await create(conn, boss, fields, pool_id=home)
        two = await create(conn, amy, {"name": "自建"}, pool_id=home, owner_id=amy.person_id)
        rest = [await create(conn, boss, {"name": f"客户{i}"}, pool_id=home) for i in range(4)]
        await archive(conn, boss, [rest[0]], reason="duplicate")
        await restore(conn, boss, [rest[0]], pool_id=other)
        await move_pool(conn, boss, [rest[1]], pool_id=other)
        await claim(conn, world.tenant_id, amy.person_id or 0, [one_id, rest[2]], zone=amy.zone)
        await transfer(conn, boss, [rest[2]], owner_id=cid.person_id or 0)
        await archive(conn, boss, [rest[2]], reason="wrong_fit")
    async with world.transaction() as conn:
        await record_follow_up(conn, amy, one_id, NewFollowUp("call", "打过电话"))
        wrong = await record_follow_up(conn, amy, one_id, NewFollowUp("visit", at=clock.now()))
        await record_follow_up(conn, amy, one_id, NewFollowUp("note", "不算"))
        await void_follow_up(conn, boss, one_id, wrong["id"], reason="没去")
        lost = await open_deal(conn, amy, one_id, NewDeal("小单", Decimal("10"), clock.now().date()))
        await lose_deal(conn, amy, one_id, lost["id"], Edit(), reason="贵")
        kept = await open_deal(conn, amy, one_id, NewDeal("大单"))
        await edit_deal(conn, amy, one_id, kept["id"], Edit({"amount": Decimal("99.5")}))
        won = await open_deal(conn, amy, one_id, NewDeal("成单"))
        await win_deal(conn, amy, one_id, won["id"], Edit())
        await edit(conn, await lock(conn, world.tenant_id, one_id), {"level": "B", "phones": [], "name": "远洋"},
                   by=By.person(amy.person_id), at=clock.now())  # fmt: skip
        helpers = [bob.person_id or 0, boss.person_id or 0, cid.person_id or 0]
        await add_collaborators(conn, amy, [one_id], helpers)
        await remove_collaborator(conn, amy, [one_id], cid.person_id or 0)
        await transfer(conn, amy, [one_id], owner_id=bob.person_id or 0)
        await transfer(conn, boss, [one_id], owner_id=cid.person_id or 0)
        await release(conn, cid, [one_id], reason="no_need", pool_id=other)
        await assign(conn, boss, [one_id, rest[1]], owner_id=bob.person_id or 0)
        await adopt_deal(conn, bob, one_id, kept["id"])
        await record_follow_up(conn, bob, one_id, NewFollowUp("meeting"))
        await add_collaborators(conn, bob, [one_id], [amy.person_id or 0, cid.person_id or 0])
        await deactivate_person(conn, boss, cid.person_id or 0, now=clock.now())
    async with world.transaction() as conn:
        closing = await world.pool("关闭的公海")
        boss = await world.admin()
        closed = [await create(conn, boss, {"name": f"池中{i}"}, pool_id=closing) for i in range(3)]
        await assign(conn, boss, closed[1:2], owner_id=bob.person_id or 0)
        await archive(conn, boss, closed[2:], reason="closed_down")
        await close_pool(conn, boss, closing, successor_id=other, now=clock.now())
    day = {"name": "所有", "timers": {"holding": "1 days"}}
    await world.policy(home, day, at=clock.now() - timedelta(days=9))
    assert await world.sweep(clock.now() + timedelta(days=3)) == [two]
    world.customer, world.pooled = one_id, two
    return world


async def test_a_company_where_everything_happened_has_no_difference(lived: Lived) -> None:
    report = await lived.verify()
    assert report.examples == []
    assert (report.customers, report.differences) == (9, 0)
    assert report.events == sum([len(await lived.events(c)) for c in await _ids(lived)])


async def _ids(lived: Lived) -> list[int]:
    with psycopg.connect(lived.company.owner_url) as owner:
        return [i for (i,) in owner.execute("SELECT id FROM customer WHERE tenant_id = %s", (lived.tenant_id,))]


async def test_every_column_of_a_customer_is_compared(lived: Lived) -> None:
    with psycopg.connect(lived.company.owner_url) as owner:
        found = owner.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'customer'")
        assert {name for (name,) in found} == {"tenant_id", "id", *COLUMNS, *PRIVATE}


# Another value of the column's type; the few that a constraint or a meaning restricts stand by name.
_OTHER_BY_TYPE = {
    "timestamp with time zone": "coalesce({c}, now()) + interval '1 microsecond'",
    "bigint": "coalesce({c}, 0) + 1",
    "integer": "coalesce({c}, 0) + 1",
    "numeric": "coalesce({c}, 0) + 0.01",
    "boolean": "NOT {c}",
    "text": "coalesce({c}, '') || 'x'",
    "date": "coalesce({c}, current_date) + 1",
    "ARRAY": "{c} || 'x'::text",
}
_OTHER = {
    "state": "'archived'",
    "deal.state": "'lost'",
    "owner_id": "(SELECT min(p.id) FROM person p WHERE p.tenant_id = x.tenant_id AND p.id <> x.owner_id)",
    "collaborator.spell_no": "x.spell_no - 2",
    "person_id": "(SELECT min(p.id) FROM person p WHERE p.tenant_id = x.tenant_id AND p.id <> x.person_id)",
    "pool_id": "(SELECT min(q.id) FROM pool q WHERE q.tenant_id = x.tenant_id AND q.id <> x.pool_id)",
    "kind": "CASE {c} WHEN 'company' THEN 'person' WHEN 'call' THEN 'visit' ELSE 'call' END",
    "qualifies": "NOT qualifies, why_not = CASE WHEN qualifies THEN 'kind' END",
    "why_not": "CASE WHEN qualifies THEN 'kind' END, qualifies = NOT qualifies",
}


# Columns that a constraint binds to another change together.
_BOUND = {
    "qualifies": ["qualifies", "why_not"],
    "why_not": ["qualifies", "why_not"],
}


async def _changed(lived: Lived, table: str, column: str, where: str) -> Report:
    """What verify says while one column of one row holds another value; the old value stands again afterwards."""
    with psycopg.connect(lived.company.owner_url, autocommit=True) as owner:
        kind = owner.execute(
            "SELECT data_type FROM information_schema.columns WHERE table_name = %s AND column_name = %s",
            (table, column),
        ).fetchone()
        assert kind is not None
        key = f"x.tenant_id = {lived.tenant_id} AND {where}"
        owner.execute(f"CREATE TEMP TABLE kept AS SELECT * FROM {table} x WHERE {key}")
        other = _OTHER.get(f"{table}.{column}") or _OTHER.get(column) or _OTHER_BY_TYPE[kind[0]]
        new = other.format(c=f"x.{column}")
        sql = f"UPDATE {table} x SET {column} = {new} WHERE {key} RETURNING x.ctid"
        (place,) = owner.execute(sql).fetchall()
        try:
            return await lived.verify()
        finally:
            names = [c.name for c in owner.execute("SELECT * FROM kept").description or ()]
            back = ", ".join(f"{n} = kept.{n}" for n in names if n not in ("tenant_id", "id"))
            owner.execute(f"UPDATE {table} x SET {back} FROM kept WHERE x.ctid = %s", place)


@pytest.mark.parametrize("column", [*COLUMNS, *sorted(PRIVATE)])
async def test_a_changed_column_of_a_customer_is_the_one_difference(lived: Lived, column: str) -> None:
    customer = lived.pooled if column == "state" else lived.customer
    report = await _changed(lived, "customer", column, f"x.id = {customer}")
    assert [(d.customer, d.field) for d in report.examples] == [(str(customer), column)]
    assert report.differences == 1
    if column in PRIVATE:
        assert report.examples[0].stored == "(not shown)"


@pytest.mark.parametrize("column", Spell._fields)
async def test_a_changed_spell_is_found(lived: Lived, column: str) -> None:
    report = await _changed(lived, "spell", column, f"x.customer_id = {lived.customer} AND x.no = 4")
    wanted = ["spell 4", "spell 5"] if column == "no" else [f"spell 4 {column}"]
    assert [d.field for d in report.examples] == wanted


@pytest.mark.parametrize(("table", "columns"), [("follow_up", FollowUp._fields), ("deal", Deal._fields)])
async def test_a_changed_follow_up_or_deal_is_found(lived: Lived, table: str, columns: tuple[str, ...]) -> None:
    newest = f"x.id = (SELECT max(y.id) FROM {table} y WHERE y.tenant_id = {lived.tenant_id})"
    for column in columns:
        report = await _changed(lived, table, column, newest)
        wanted = _BOUND.get(column, [column])
        assert [d.field.split()[::2] for d in report.examples] == [[table, name] for name in wanted]


@pytest.mark.parametrize("column", ["spell_no", "person_id", *Collaborator._fields])
async def test_a_changed_collaborator_is_found(lived: Lived, column: str) -> None:
    """Two rows: one of the open spell, and one that passed with its spell."""
    report = await _changed(lived, "collaborator", column, f"x.customer_id = {lived.customer} AND x.spell_no = 4")
    assert {d.field.split()[0] for d in report.examples} == {"collaborator"}
    assert report.differences == (1 if column in Collaborator._fields else 2)


async def test_a_missing_event_or_customer_is_found(lived: Lived) -> None:
    with psycopg.connect(lived.company.owner_url, autocommit=True) as owner:
        key = (lived.tenant_id, lived.pooled)
        owner.execute("CREATE TEMP TABLE kept AS SELECT * FROM event WHERE tenant_id = %s AND subject_id = %s", key)
        owner.execute("DELETE FROM event WHERE tenant_id = %s AND subject_id = %s AND version = 1", key)
        begun = await lived.verify()
        owner.execute("DELETE FROM event WHERE tenant_id = %s AND subject_id = %s", key)
        none = await lived.verify()
        owner.execute("INSERT INTO event OVERRIDING SYSTEM VALUE SELECT * FROM kept")
        owner.execute("UPDATE kept SET subject_id = subject_id + 100000")
        owner.execute("UPDATE kept SET id = id + 100000")
        owner.execute("INSERT INTO event OVERRIDING SYSTEM VALUE SELECT * FROM kept")
        stray = await lived.verify()
        owner.execute("DELETE FROM event WHERE tenant_id = %s AND subject_id > %s + 90000", key)
    faults = {d.replayed for d in begun.examples if d.field == "event 2"}
    assert {"version_gap", "no_beginning"} <= faults
    assert [(d.customer, d.field) for d in none.examples] == [(str(lived.pooled), "events")]
    assert [(d.customer, d.field) for d in stray.examples] == [(str(lived.pooled + 100000), "customer")]


async def test_an_erased_history_is_no_difference(lived: Lived) -> None:
    with psycopg.connect(lived.company.owner_url, autocommit=True) as owner:
        key = (lived.tenant_id, lived.customer)
        owner.execute(
            "CREATE TEMP TABLE kept AS SELECT * FROM field_history WHERE tenant_id = %s AND customer_id = %s", key
        )
        owner.execute(
            "UPDATE field_history SET old_value = NULL, new_value = NULL WHERE tenant_id = %s AND customer_id = %s", key
        )
        emptied = await lived.verify()
        owner.execute("DELETE FROM field_history WHERE tenant_id = %s AND customer_id = %s", key)
        gone = await lived.verify()
        owner.execute("INSERT INTO field_history SELECT * FROM kept")
    assert (emptied.differences, gone.differences) == (0, 0)


async def test_more_customers_than_one_chunk_are_all_compared(world: World) -> None:
    pool = await world.pool()
    ids = await world.customers(CHUNK + 1, pool)
    with psycopg.connect(world.company.owner_url, autocommit=True) as owner:
        owner.execute("UPDATE customer SET level = 'A' WHERE tenant_id = %s", (world.tenant_id,))
    report = await world.verify()
    assert (report.customers, report.events, report.differences) == (CHUNK + 1, CHUNK + 1, CHUNK + 1)
    assert [d.customer for d in report.examples] == [str(i) for i in ids[:20]]


async def test_all_companies_are_compared_and_an_unknown_one_is_refused(lived: Lived, world: World) -> None:
    await world.customers(1, await world.pool())
    report = await verify(world.database)
    assert report.customers >= 10
    with pytest.raises(NotFound):
        await verify(world.database, 10**9)


async def test_the_command_ends_with_1_on_a_difference_and_says_which(
    lived: Lived, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", lived.company.owner_url)
    app = Typer()
    app.command()(verify_command)
    arguments = ["--json", "--tenant", str(lived.tenant_id)]
    fine = await asyncio.to_thread(CliRunner().invoke, app, arguments)
    assert fine.exit_code == 0, fine.output
    assert json.loads(fine.stdout)["differences"] == 0
    with psycopg.connect(lived.company.owner_url, autocommit=True) as owner:
        key = (lived.tenant_id, lived.customer)
        owner.execute("UPDATE customer SET level = 'Z' WHERE tenant_id = %s AND id = %s", key)
        wrong = await asyncio.to_thread(CliRunner().invoke, app, arguments)
        words = await asyncio.to_thread(CliRunner().invoke, app, arguments[1:])
        owner.execute("UPDATE customer SET level = 'B' WHERE tenant_id = %s AND id = %s", key)
    assert (wrong.exit_code, words.exit_code) == (1, 1)
    (example,) = json.loads(wrong.stdout)["examples"]
    assert example == {
        "tenant": str(lived.tenant_id),
        "customer": str(lived.customer),
        "field": "level",
        "replayed": "B",
        "stored": "Z",
    }
    assert "level is Z, events say B" in words.stdout
