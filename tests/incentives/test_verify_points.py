"""`gonghai verify` finds points that the log didn't earn, and is content where the ledger says what it says."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from click.testing import Result
from typer import Typer
from typer.testing import CliRunner

from gonghai.cli.verify import verify
from gonghai.incentives.verify import verify_points
from tests.incentives.stage import MONDAY, Stage, on

WON = "won_from_pool"


async def command(stage: Stage, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    monkeypatch.setenv("DATABASE_URL", stage.company.owner_url)
    app = Typer()
    app.command()(verify)
    tenant = ["--tenant", str(stage.world.tenant_id)]
    return await asyncio.to_thread(CliRunner().invoke, app, [*tenant, *arguments])


async def changed(stage: Stage, set_: str, where: str = "true") -> list[tuple[str, Any, Any]]:
    """The differences while the ledger's rows hold something else; the old values stand again afterwards."""
    t = stage.world.tenant_id
    with psycopg.connect(stage.company.owner_url, autocommit=True) as owner:
        owner.execute(f"CREATE TEMP TABLE kept AS SELECT * FROM point p WHERE p.tenant_id = {t}")
        owner.execute(f"UPDATE point p SET {set_} WHERE p.tenant_id = {t} AND {where}")
        report = await verify_points(stage.database, t)
        owner.execute(f"DELETE FROM point p WHERE p.tenant_id = {t}")
        owner.execute("INSERT INTO point OVERRIDING SYSTEM VALUE SELECT * FROM kept ORDER BY id")
        owner.execute("DROP TABLE kept")
    return [(d.field, d.replayed, d.stored) for d in report.differences]


async def test_verify_counts_what_is_not_counted_yet_and_says_how_many_rows_agree(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    amy, *_ = stage.reps
    await stage.rules(on(WON))
    await stage.win(await stage.claimed(amy), amy)
    assert await stage.ledger() == []
    fine = await command(stage, monkeypatch, "--json")
    assert fine.exit_code == 0, fine.output
    told = json.loads(fine.stdout)
    assert (told["customers"], told["points"], told["differences"], told["examples"]) == (1, 1, 0, [])
    assert [row["points"] for row in await stage.ledger()] == [20]


async def test_verify_ends_with_1_where_somebody_has_points_that_the_log_did_not_earn(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    amy, *_ = stage.reps
    await stage.rules(on(WON))
    customer = await stage.claimed(amy)
    await stage.win(customer, amy)
    for _ in range(3):
        await stage.count()
    (row,) = await stage.ledger()
    with psycopg.connect(stage.company.owner_url, autocommit=True) as owner:
        key = (stage.world.tenant_id, row["id"])
        owner.execute("UPDATE point SET points = 25 WHERE tenant_id = %s AND id = %s", key)
        wrong = await command(stage, monkeypatch, "--json")
        words = await command(stage, monkeypatch)
    assert (wrong.exit_code, words.exit_code) == (1, 1)
    told = json.loads(wrong.stdout)
    name = f"points of person {amy.person_id} by {WON} for event {row['cause']}"
    assert (told["differences"], told["points"]) == (1, 1)
    assert told["examples"] == [
        {"tenant": str(key[0]), "customer": str(customer), "field": name, "replayed": 20, "stored": 25}
    ]
    assert f"customer {customer}: {name} is 25, events say 20" in words.stdout


async def test_each_way_in_which_a_ledger_can_lie_is_found(stage: Stage) -> None:
    """Its rows: a call that earned and was voided, a deal won, as many of another customer."""
    amy, bob, _ = stage.reps
    await stage.rules(on("first_contact_in_time", WON))
    customers = [await stage.claimed(amy), await stage.claimed(amy)]
    stage.at(hours=1)
    for customer in customers:
        call = await stage.call(customer, amy)
        await stage.count()
        await stage.void(customer, call)
        await stage.win(customer, amy)
    for _ in range(3):
        await stage.count()
    assert await changed(stage, "why = why") == []
    day = timedelta(days=1)
    at = MONDAY + timedelta(hours=1)
    assert await changed(stage, "points = -4", f"p.points = -5 AND p.customer_id = {customers[0]}") == [
        ("points", 0, 1)
    ]
    assert await changed(stage, "at = at + interval '1 day'", f"p.rule = '{WON}'") == [("at", at, at + day)] * 2
    assert await changed(stage, "at = at + interval '1 day'", "p.points = -5") == [("at", at, at + day)] * 2
    assert await changed(stage, f"customer_id = {customers[1]}", f"p.rule = '{WON}'") == [
        ("customer_id", customers[0], customers[1])
    ]
    assert await changed(stage, f"person_id = {bob.person_id}", f"p.rule = '{WON}'") == [
        ("points", 20, 0), ("points", 20, 0), ("points", 0, 20), ("points", 0, 20),
    ]  # fmt: skip
