"""A first start makes the demo and its password; later starts still know it."""

import os
import stat
from pathlib import Path

import pytest
from typer import Typer
from typer.testing import CliRunner

from gonghai.base.database import Database, rows, value
from gonghai.base.errors import Refusal
from gonghai.cli.demo import demo
from gonghai.demo.load import Made, Wanted, make_demo
from gonghai.demo.sign_ins import ensure_demo
from gonghai.people.sign_in import prove
from gonghai.people.tenants import NewTenant, as_owner, create_tenant
from gonghai.pools.actor import load_actor
from tests.demo.conftest import NOW, PASSWORD


async def test_a_first_start_makes_the_demo_and_later_ones_remember_its_password(
    empty: Database, empty_url: str, tmp_path: Path
) -> None:
    begun: list[str] = []
    first = await ensure_demo(
        empty_url, now=NOW, data_dir=tmp_path, customers=40, begins=lambda: begun.append("begins")
    )
    later = await ensure_demo(
        empty_url, now=NOW, data_dir=tmp_path, customers=40, begins=lambda: begun.append("begins")
    )
    assert begun == ["begins"]
    assert first is not None
    assert first == later
    assert first.password
    kept = tmp_path / "demo-password"
    assert stat.S_IMODE(os.stat(kept).st_mode) == 0o600
    attempt = await prove(empty, "rep30", first.password, now=NOW)
    assert attempt.tenant_id is not None
    kept.unlink()
    forgotten = await ensure_demo(empty_url, now=NOW, data_dir=tmp_path)
    assert forgotten is not None
    assert forgotten.password is None


async def test_a_given_password_is_everybodys_and_known_where_it_is_given_again(
    empty: Database, empty_url: str, tmp_path: Path
) -> None:
    made = await ensure_demo(empty_url, now=NOW, password="my own words", customers=40)
    assert made is not None
    assert made.password == "my own words"
    for login in ("admin", "manager1", "manager7", "rep1", "rep30"):
        assert (await prove(empty, login, "my own words", now=NOW)).tenant_id is not None
    with pytest.raises(Refusal, match="sign_in_failed"):
        await prove(empty, "former1", "my own words", now=NOW)
    again = await ensure_demo(empty_url, now=NOW, password="my own words", data_dir=tmp_path)
    other = await ensure_demo(empty_url, now=NOW, password="other words", data_dir=tmp_path)
    assert (again and again.password, other and other.password) == ("my own words", None)


async def test_an_installation_with_a_company_of_its_own_gets_no_demo(empty_url: str, tmp_path: Path) -> None:
    async with as_owner(empty_url) as conn:
        await create_tenant(conn, NewTenant("远洋", "boss", "老板", "hash"), now=NOW)
    assert await ensure_demo(empty_url, now=NOW, data_dir=tmp_path) is None
    assert not (tmp_path / "demo-password").exists()


async def test_the_company_has_forty_people_in_four_levels_and_three_pools(database: Database, made: Made) -> None:
    async with database.tenant(made.tenant_id) as conn:
        people = await rows(conn, "SELECT * FROM person WHERE tenant_id = %s ORDER BY id", (made.tenant_id,))
        depth = await value(
            conn,
            "WITH RECURSIVE d AS (SELECT id, 1 AS level FROM department WHERE tenant_id = %(t)s AND parent_id IS NULL"
            " UNION ALL SELECT c.id, d.level + 1 FROM department c JOIN d ON c.parent_id = d.id"
            " WHERE c.tenant_id = %(t)s) SELECT max(level) FROM d",
            {"t": made.tenant_id},
        )
        pools = await rows(conn, "SELECT name FROM pool WHERE tenant_id = %s ORDER BY id", (made.tenant_id,))
        on_leave = [p for p in people if p["leave_from"] is not None and p["leave_from"] <= NOW < p["leave_until"]]
    assert len(people) == 40
    assert [p["state"] for p in people].count("left") == 2
    assert len(on_leave) == 1
    assert depth == 4
    assert [p["name"] for p in pools] == ["公共公海", "华东公海", "华南公海"]


async def test_manager1_leads_the_department_of_rep1(database: Database, made: Made) -> None:
    async with database.tenant(made.tenant_id) as conn:
        led = await value(
            conn,
            "SELECT EXISTS (SELECT FROM person r JOIN department_lead l ON l.tenant_id = r.tenant_id"
            " AND l.department_id = r.department_id JOIN person m ON m.tenant_id = l.tenant_id AND m.id = l.person_id"
            " WHERE r.tenant_id = %s AND r.login = %s AND m.login = %s)",
            (made.tenant_id, made.sign_ins.login("rep", 1), made.sign_ins.login("manager", 1)),
        )
    assert led


async def test_an_eastern_rep_claims_in_the_east_and_in_public_and_does_not_see_the_south(
    database: Database, made: Made
) -> None:
    async with database.tenant(made.tenant_id) as conn:
        person = await value(
            conn,
            "SELECT id FROM person WHERE tenant_id = %s AND login = %s",
            (made.tenant_id, made.sign_ins.login("rep", 1)),
        )
        rep = await load_actor(conn, made.tenant_id, person)
        names = {
            p["id"]: p["name"]
            for p in await rows(conn, "SELECT id, name FROM pool WHERE tenant_id = %s", (made.tenant_id,))
        }
    claimable = {names[pool] for pool, rights in rep.pools.items() if rights.claim}
    assert claimable == {"公共公海", "华东公海"}
    assert {names[pool] for pool in rep.visible_pools()} == claimable


async def test_a_second_demo_gets_sign_ins_of_its_own(database: Database, migrated_url: str, made: Made) -> None:
    second = await make_demo(migrated_url, Wanted(PASSWORD, 20, name="第二家"), now=NOW)
    assert second.sign_ins.login("rep", 1) != made.sign_ins.login("rep", 1)
    attempt = await prove(database, second.sign_ins.login("rep", 1), PASSWORD, now=NOW)
    assert attempt.tenant_id == second.tenant_id


def test_the_command_makes_a_company_and_says_how_to_sign_in(
    migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = Typer()
    app.command()(demo)
    monkeypatch.setenv("DATABASE_URL", migrated_url)
    monkeypatch.setenv("DEMO_PASSWORD", "words of my own")
    runner = CliRunner()
    done = runner.invoke(app, ["--customers", "20", "--as-of", "2026-02-03", "--tenant-name", "小样", "--seed", "4"])
    assert done.exit_code == 0, done.output
    assert "小样" in done.output
    assert "history up to 2026-02-03 12:00 UTC" in done.output
    assert "words of my own" in done.output
    too_soon = runner.invoke(app, ["--as-of", "2999-01-01"])
    assert too_soon.exit_code == 2
    monkeypatch.setenv("DEMO_PASSWORD", "short")
    assert runner.invoke(app, ["--customers", "20"]).exit_code == 2
