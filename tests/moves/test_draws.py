"""Draws through HTTP: planned with a hash, wished for, dealt once by the worker, checked by anybody."""

import hashlib
import json
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from typer.testing import CliRunner

from gonghai.base import clock
from gonghai.base.database import rows, run
from gonghai.base.queue import defer
from gonghai.cli import draw as command
from gonghai.cli.draw import draw_app
from gonghai.moves.assign import assign
from gonghai.moves.draws.dealing import in_order
from gonghai.people.calendar import tenant_calendar
from tests.fixtures.customers import counted_statements
from tests.fixtures.people import signed_in
from tests.jobs.test_worker import work_off
from tests.moves.world import World
from tests.notifications.told import inbox, said

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@dataclass
class Table:
    """A pool that draws, its admin's browser, and reps with theirs."""

    world: World
    app: FastAPI
    pool: int
    admin: httpx.AsyncClient
    reps: dict[str, httpx.AsyncClient] = field(default_factory=dict)

    async def rep(self, name: str) -> httpx.AsyncClient:
        if name not in self.reps:
            person = await self.world.company.person(name)
            self.reps[name] = await signed_in(self.app, self.world.company, person)
        return self.reps[name]

    def person(self, name: str) -> int:
        return self.world.company.people[name]

    async def plan(self, opens: timedelta = timedelta(0), closes: timedelta = HOUR, **more: Any) -> httpx.Response:
        now = clock.now()
        body = {"opens_at": (now + opens).isoformat(), "closes_at": (now + closes).isoformat(), **more}
        return await self.admin.post(f"/pools/{self.pool}/draws", json=body)

    async def planned(self, **more: Any) -> dict[str, Any]:
        answer = await self.plan(**more)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def wish(self, draw: dict[str, Any], name: str, ids: list[int]) -> httpx.Response:
        client = await self.rep(name)
        return await client.put(f"/draws/{draw['id']}/wishes", json={"customer_ids": [str(i) for i in ids]})

    async def close(self, draw: dict[str, Any]) -> None:
        """Lets the window end now."""
        async with self.world.transaction() as conn:
            await run(
                conn,
                "UPDATE draw SET opens_at = opens_at - interval '2 hours', closes_at = clock_timestamp()"
                " WHERE tenant_id = %s AND id = %s",
                (self.world.tenant_id, int(draw["id"])),
            )

    async def deal(self, draw: dict[str, Any]) -> dict[str, Any]:
        """Closed and dealt by the sweep's beat, as if its own job had been missed."""
        await self.close(draw)
        async with self.world.transaction() as conn:
            await defer(conn, "sweep", tenant_id=self.world.tenant_id)
        await work_off(self.world.database)
        return await self.get(draw)

    async def get(self, draw: dict[str, Any], client: httpx.AsyncClient | None = None) -> dict[str, Any]:
        found: dict[str, Any] = (await (client or self.admin).get(f"/draws/{draw['id']}")).json()
        return found

    async def record(self, draw: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = (await self.admin.get(f"/draws/{draw['id']}/record")).json()
        return found


async def make_table(world: World, app: FastAPI, **settings: Any) -> Table:
    pool = await world.pool(mode="draw", **settings)
    return Table(world, app, pool, await signed_in(app, world.company))


def verified(record: dict[str, Any], tmp_path: Path) -> tuple[int, str]:
    """What the command says of the downloaded file, far from any database."""
    file = tmp_path / "record.json"
    file.write_text(json.dumps(record, ensure_ascii=False))
    result = CliRunner().invoke(draw_app, ["verify", str(file)])
    return result.exit_code, result.output


async def test_a_draw_is_planned_wished_for_dealt_and_checked(world: World, app: FastAPI, tmp_path: Path) -> None:
    table = await make_table(world, app)
    a, b, c = await world.customers(3, table.pool)
    draw = await table.planned()
    assert (draw["state"], draw["seed"], len(draw["seed_hash"])) == ("open", None, 64)
    entered = (await table.wish(draw, "王芳", [a, b])).json()
    assert [r["outcome"] for r in entered["results"]] == ["entered", "entered"]
    assert [w["customer"]["id"] for w in entered["draw"]["my_wishes"]] == [str(a), str(b)]
    await table.wish(draw, "李雷", [a, c])
    assert (await table.admin.get(f"/draws/{draw['id']}/record")).json()["code"] == "draw_not_dealt"

    dealt = await table.deal(draw)
    assert (dealt["state"], dealt["people"], dealt["wishes"], dealt["won"]) == ("dealt", 2, 4, 3)
    assert dealt["seed_hash"] == draw["seed_hash"] == hashlib.sha256(bytes.fromhex(dealt["seed"])).hexdigest()
    first, second = in_order(bytes.fromhex(dealt["seed"]), 1, [table.person("王芳"), table.person("李雷")])
    assert (await world.row(a))["owner_id"] == first
    assert {(await world.row(i))["owner_id"] for i in (b, c)} == {first, second}
    claim = (await world.events(a))[-1]
    assert (claim["kind"], claim["actor_id"], claim["data"]["draw"]) == ("claim", first, draw["id"])
    history = (await table.admin.get(f"/customers/{a}/history")).json()["items"][0]["sentence"]["zh"]
    assert history.endswith("抽签获得，来自「公共公海」")
    assert len({(await world.events(i))[-1]["batch_id"] for i in (a, b, c)}) == 1

    names = {table.person(n): n for n in ("王芳", "李雷")}
    lost = await table.get(draw, table.reps[names[second]])
    taken = lost["my_wishes"][0]
    assert (taken["outcome"], taken["taken_by"]["name"]) == ("taken", names[first])
    won = (await table.get(draw, table.reps[names[first]]))["my_wishes"][0]
    assert (won["outcome"], won["round"], won["turn"]) == ("won", 1, 1)

    record = await table.record(draw)
    code, told = verified(record, tmp_path)
    assert (code, told.splitlines()[0]) == (0, f"OK: draw {draw['id']}, 2 people, 4 wishes, 3 won.")
    assert record["digest"] == dealt["digest"]
    assert record["digest"] in told
    for entry in record["entries"]:
        entry["wishes"].reverse()
    code, told = verified(record, tmp_path)
    assert code == 1
    assert ".wishes[" in told
    assert "dealing gives" in told
    assert (await world.verify()).differences == 0


async def test_entrants_are_told_what_they_got(world: World, app: FastAPI) -> None:
    table = await make_table(world, app)
    (only,) = await world.customers(1, table.pool)
    draw = await table.planned()
    for name in ("王芳", "李雷"):
        await table.wish(draw, name, [only])
    await table.deal(draw)
    winner = (await world.row(only))["owner_id"]
    for name in ("王芳", "李雷"):
        person = await world.company.actor(table.person(name))
        (told,) = await inbox(app, world, person)
        if table.person(name) == winner:
            won = "「公共公海」抽签：你抽中了「客户0」", "Draw in 公共公海: you won 客户0"
            assert said([told]) == [("draw_won", *won)]
        else:
            lost = "「公共公海」抽签：这次没有抽中", "Draw in 公共公海: you won nothing this time"
            assert said([told]) == [("draw_lost", *lost)]
        assert told["link"] == {"kind": "draw", "id": draw["id"]}


async def test_rules_are_checked_again_when_dealt_and_a_persons_limit_ends_their_part(
    world: World, app: FastAPI, tmp_path: Path
) -> None:
    table = await make_table(world, app, daily_quota=2)
    ids = await world.customers(6, table.pool)
    draw = await table.planned()
    await table.wish(draw, "王芳", ids)
    boss = await world.admin()
    async with world.transaction() as conn:
        await assign(conn, boss, [ids[0]], owner_id=boss.person_id or 0)
    await table.deal(draw)
    mine = (await table.get(draw, table.reps["王芳"]))["my_wishes"]
    assert [(w["outcome"], w["code"]) for w in mine] == [
        ("refused", "already_claimed"), ("won", None), ("won", None), ("refused", "daily_quota"),
        ("not_reached", None), ("not_reached", None),
    ]  # fmt: skip
    assert verified(await table.record(draw), tmp_path)[0] == 0


@pytest.mark.parametrize("seed", [3, 11])
async def test_among_many_with_wishes_and_limits_by_chance_nobody_gets_more_than_allowed(
    world: World, app: FastAPI, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    quota, cap = chance.randint(2, 4), chance.randint(2, 5)
    table = await make_table(world, app, daily_quota=quota, holding_cap=cap, cooldown_holders=1, cooldown_days=7)
    ids = await world.customers(25, table.pool)
    names = [f"人{i}" for i in range(8)]
    for name in names:
        await table.rep(name)
    had = dict.fromkeys(names[:3], ids[0])
    for name, customer in had.items():
        await world.claimed(customer, table.person(name), clock.now())
        released = await table.reps[name].post(f"/customers/{customer}/release", json={"reason": "no_need"})
        assert released.status_code == 200, released.text
    held = await world.customers(cap - 1, table.pool, table.person(names[4]))
    draw = await table.planned()
    for name in names:
        await table.wish(draw, name, chance.sample(ids, chance.randint(1, 15)))
    await table.deal(draw)

    record = await table.record(draw)
    assert verified(record, tmp_path)[0] == 0
    won = [(e["person"], w["customer"]) for e in record["entries"] for w in e["wishes"] if w["outcome"] == "won"]
    assert len({customer for _, customer in won}) == len(won)
    for person, customer in won:
        assert (await world.row(int(customer)))["owner_id"] == int(person)
    got = {name: sum(person == str(table.person(name)) for person, _ in won) for name in names}
    used = {name: name in names[:3] for name in names}  # what was claimed and given back counts for the day
    assert all(got[name] + used[name] <= quota for name in names)
    assert max(got.values()) <= cap
    assert got[names[4]] <= cap - len(held)
    last_holder = names[2]
    assert (str(table.person(last_holder)), str(ids[0])) not in won
    assert (await world.verify()).differences == 0


async def test_a_draw_counts_once_for_the_interval_between_claims(world: World, app: FastAPI) -> None:
    table = await make_table(world, app, min_interval_seconds=3600)
    ids = await world.customers(3, table.pool)
    draw = await table.planned()
    await table.wish(draw, "王芳", ids)
    assert (await table.deal(draw))["won"] == 3
    again = await table.planned()
    await table.wish(again, "王芳", await world.customers(1, table.pool))
    await table.deal(again)
    assert (await table.get(again, table.reps["王芳"]))["my_wishes"][0]["code"] == "min_interval"


async def test_wishes_that_the_rules_forbid_are_refused_each_with_why(world: World, app: FastAPI) -> None:
    table = await make_table(world, app, draw_most_wishes=4, daily_quota=1, freeze_hours=1)
    frozen = (await world.customers(1, table.pool))[0]
    long_ago = clock.now() - 5 * HOUR
    free, more = await world.customers(2, table.pool, at=long_ago)
    elsewhere = (await world.customers(1, await world.pool("别处"), at=long_ago))[0]
    draw = await table.planned()
    answer = (await table.wish(draw, "王芳", [frozen, free, elsewhere, more])).json()
    told = [(r["outcome"], r["code"]) for r in answer["results"]]
    # Only one could be claimed today; whether there is room when it is dealt is seen then.
    assert told == [("refused", "frozen_until"), ("entered", None), ("refused", "moved"), ("entered", None)]
    assert [w["customer"]["id"] for w in answer["draw"]["my_wishes"]] == [str(free), str(more)]
    refused = (await table.wish(draw, "王芳", [1, 2, 3, 4, 5])).json()
    assert (refused["code"], refused["data"]) == ("too_many_wishes", {"limit": 4, "used": 5})
    assert (await table.wish(draw, "王芳", [])).json()["draw"]["my_wishes"] == []
    unknown = (await table.wish(draw, "王芳", [987654321])).json()["results"]
    assert unknown[0]["code"] == "not_found"


async def test_wishes_are_taken_in_the_window_only(world: World, app: FastAPI) -> None:
    table = await make_table(world, app)
    (only,) = await world.customers(1, table.pool)
    early = await table.planned(opens=2 * HOUR, closes=3 * HOUR)
    assert early["state"] == "planned"
    assert (await table.wish(early, "王芳", [only])).json()["code"] == "draw_not_open"
    draw = await table.planned()
    await table.wish(draw, "王芳", [only])
    await table.close(draw)
    assert (await table.get(draw))["state"] == "closing"
    assert (await table.wish(draw, "王芳", [])).json()["code"] == "draw_closed"
    await table.deal(draw)
    assert (await table.wish(draw, "王芳", [])).json()["code"] == "draw_over"
    outsider = await signed_in(app, world.company, await world.company.person("审计", ("auditor",)))
    answer = await outsider.put(f"/draws/{early['id']}/wishes", json={"customer_ids": [str(only)]})
    assert answer.status_code == 403


async def test_windows_that_can_not_be_are_refused_in_words(world: World, app: FastAPI) -> None:
    table = await make_table(world, app)
    for opens, closes, more, code in (
        (HOUR, HOUR, {}, "draw_ends_before_it_begins"),
        (-2 * HOUR, -HOUR, {}, "draw_in_the_past"),
        (-HOUR, HOUR, {}, "draw_in_the_past"),
        (HOUR, 32 * 24 * HOUR, {}, "draw_too_long"),
        (HOUR, 26 * HOUR, {"repeat": "working_day"}, "draw_too_long"),
        (HOUR, 8 * 24 * HOUR, {"repeat": "week"}, "draw_too_long"),
        (366 * 24 * HOUR, 367 * 24 * HOUR, {}, "draw_too_far"),
    ):
        assert (await table.plan(opens, closes, **more)).json()["code"] == code, (opens, closes)
    await table.planned(opens=HOUR, closes=3 * HOUR)
    overlapping = (await table.plan(2 * HOUR, 4 * HOUR)).json()
    assert overlapping["code"] == "draw_overlaps"
    assert (await table.plan(3 * HOUR, 4 * HOUR)).status_code == 201
    assert (await table.plan(HOUR, 2 * HOUR, repeat="hourly")).status_code == 422
    rep = await table.rep("王芳")
    body = {"closes_at": (clock.now() + 9 * HOUR).isoformat()}
    assert (await rep.post(f"/pools/{table.pool}/draws", json=body)).status_code == 403
    listing = await world.pool("列表公海")
    assert (await table.admin.post(f"/pools/{listing}/draws", json=body)).json()["code"] == "no_draws_here"
    assert (await table.admin.post("/pools/987654/draws", json=body)).status_code == 404


async def test_a_draw_that_would_close_while_nobody_may_claim_is_refused(world: World, app: FastAPI) -> None:
    table = await make_table(world, app, claim_windows=[{"days": "working", "from": "09:00", "until": "18:00"}])
    async with world.transaction() as conn:
        calendar = await tenant_calendar(conn, world.tenant_id)
    day = clock.now().astimezone(calendar.zone).date() + timedelta(days=3)
    while not calendar.works(day):
        day += timedelta(days=1)
    morning = datetime(day.year, day.month, day.day, 9, tzinfo=calendar.zone)
    for closes, status in ((morning - MINUTE, 409), (morning, 201)):
        body = {"opens_at": (morning - HOUR).isoformat(), "closes_at": closes.isoformat()}
        answer = await table.admin.post(f"/pools/{table.pool}/draws", json=body)
        assert answer.status_code == status, answer.text
        if status == 409:
            assert answer.json()["code"] == "draw_outside_window"


async def test_a_cancelled_draw_deals_nothing_ends_its_series_and_is_told(world: World, app: FastAPI) -> None:
    table = await make_table(world, app)
    (only,) = await world.customers(1, table.pool)
    draw = await table.planned(repeat="working_day")
    await table.wish(draw, "王芳", [only])
    rep = table.reps["王芳"]
    assert (await rep.post(f"/draws/{draw['id']}/cancel", json={})).status_code == 403
    cancelled = (await table.admin.post(f"/draws/{draw['id']}/cancel", json={})).json()
    assert (cancelled["state"], cancelled["why"], cancelled["seed"], cancelled["may_cancel"]) == (
        "cancelled", "by_hand", None, False,
    )  # fmt: skip
    assert (await table.admin.post(f"/draws/{draw['id']}/cancel", json={})).json()["code"] == "draw_over"
    assert (await table.deal(draw))["state"] == "cancelled"
    assert (await world.row(only))["state"] == "pooled"
    assert len((await table.admin.get(f"/pools/{table.pool}/draws")).json()["items"]) == 1
    (told,) = await inbox(app, world, await world.company.actor(table.person("王芳")))
    assert said([told]) == [("draw_cancelled", "「公共公海」的抽签取消了", "The draw in 公共公海 was cancelled")]


async def test_a_pool_that_no_longer_draws_calls_its_draws_off(world: World, app: FastAPI) -> None:
    table = await make_table(world, app)
    (only,) = await world.customers(1, table.pool)
    draw = await table.planned(repeat="week")
    await table.wish(draw, "王芳", [only])
    changed = await table.admin.patch(f"/pools/{table.pool}", json={"mode": "list"}, headers={"If-Match": '"1"'})
    assert changed.status_code == 200, changed.text
    seen = await table.get(draw)
    assert (seen["state"], seen["why"]) == ("cancelled", "mode_changed")
    async with world.transaction() as conn:
        await defer(conn, "sweep", tenant_id=world.tenant_id)
    await work_off(world.database)
    async with world.transaction() as conn:
        (kept,) = await rows(conn, "SELECT state, why FROM draw WHERE tenant_id = %s", (world.tenant_id,))
    assert (kept["state"], kept["why"]) == ("cancelled", "mode_changed")
    assert (await world.row(only))["state"] == "pooled"


@pytest.mark.parametrize("repeat", ["working_day", "week"])
async def test_a_series_plans_its_next_draw_with_a_seed_of_its_own(world: World, app: FastAPI, repeat: str) -> None:
    table = await make_table(world, app)
    draw = await table.planned(repeat=repeat)
    dealt = await table.deal(draw)
    following = await table.get({"id": dealt["next_id"]})
    assert (following["state"], following["repeat"]) == ("planned", repeat)
    assert following["seed_hash"] != draw["seed_hash"]
    async with world.transaction() as conn:
        calendar = await tenant_calendar(conn, world.tenant_id)
    before, after = (datetime.fromisoformat(d["closes_at"]).astimezone(calendar.zone) for d in (dealt, following))
    assert after.time() == before.time()
    if repeat == "week":
        assert (after.date() - before.date()).days == 7
    else:
        assert calendar.works(after.date())
        between = range(1, (after.date() - before.date()).days)
        assert not any(calendar.works(before.date() + timedelta(days=n)) for n in between)


async def test_the_job_that_was_deferred_deals_at_the_hour_and_only_once(world: World, app: FastAPI) -> None:
    table = await make_table(world, app)
    (only,) = await world.customers(1, table.pool)
    draw = await table.planned()
    await table.wish(draw, "王芳", [only])
    await work_off(world.database)
    assert (await table.get(draw))["state"] == "open"
    async with world.transaction() as conn:
        for _ in range(2):
            await defer(conn, "deal_draw", tenant_id=world.tenant_id, draw_id=int(draw["id"]))
    await work_off(world.database)
    assert (await table.get(draw))["state"] == "open"  # too early
    assert (await table.deal(draw))["won"] == 1
    async with world.transaction() as conn:
        await defer(conn, "deal_draw", tenant_id=world.tenant_id, draw_id=int(draw["id"]))
    await work_off(world.database)
    events = await world.events(only)
    assert sum(e["kind"] == "claim" for e in events) == 1


async def test_a_record_shows_names_only_as_its_reader_may_see_them(world: World, app: FastAPI) -> None:
    table = await make_table(world, app, hide_claimers=True)
    a, b = await world.customers(2, table.pool)
    draw = await table.planned()
    await table.wish(draw, "王芳", [a])
    await table.wish(draw, "李雷", [b])
    await table.deal(draw)
    everything = await table.record(draw)
    assert set(everything["names"]["people"].values()) == {"王芳", "李雷"}
    assert len(everything["names"]["customers"]) == 2
    mine = (await table.reps["王芳"].get(f"/draws/{draw['id']}/record")).json()
    assert mine["names"] == {"people": {}, "customers": {str(a): "客户0"}}
    assert {k: v for k, v in mine.items() if k != "names"} == {k: v for k, v in everything.items() if k != "names"}


def test_the_command_says_what_is_no_record_and_never_reads_two_things(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    for text, told in (("not json", "x.json is not JSON"), ("[]", "this is no record of a draw"), ("{}", "no record")):
        file.write_text(text)
        result = CliRunner().invoke(draw_app, ["verify", str(file)])
        assert result.exit_code == 1
        assert told in result.output
    assert CliRunner().invoke(draw_app, ["verify", str(file), "--draw", "1"]).exit_code == 2
    assert CliRunner().invoke(draw_app, ["verify", str(tmp_path / "nowhere.json")]).exit_code == 2


async def test_verify_over_the_database_finds_what_was_touched_in_the_tables(
    world: World, app: FastAPI, migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = await make_table(world, app)
    a, b = await world.customers(2, table.pool)
    draw = await table.planned()
    await table.wish(draw, "王芳", [a, b])
    await table.deal(draw)
    url = world.database.url
    ((_, lines),) = await command._read(url, int(draw["id"]))
    assert lines == []
    async with world.transaction() as conn:
        await run(
            conn,
            "UPDATE draw_wish SET outcome = 'refused', turn = NULL, code = 'frozen_until' WHERE tenant_id = %s AND place = 2",
            (world.tenant_id,),
        )
    ((_, lines),) = await command._read(url, int(draw["id"]))
    assert len(lines) == 1
    assert "the log has" in lines[0]


async def test_statements_of_planning_and_wishing_do_not_grow_with_the_wishes(
    world: World, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = await make_table(world, app)
    ids = await world.customers(20, table.pool)
    draw = await table.planned()
    await table.wish(draw, "王芳", [])
    counts = []
    for n in (2, 20):
        with counted_statements(monkeypatch) as seen:
            await table.wish(draw, "王芳", ids[:n])
        counts.append(len(seen))
    assert counts[0] == counts[1]
