"""Cleaning a pool by its rules: who goes how, what is skipped and why, by schedule, and taken back like a sweep."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from psycopg.rows import DictRow

from gonghai.base import clock
from gonghai.base.database import one, rows, run
from gonghai.base.errors import Refusal
from gonghai.customers.record import edit, lock
from gonghai.events.log import By
from gonghai.moves import clean
from gonghai.moves.clean import carry_out, start_cleaning
from gonghai.moves.cleanings import preview, preview_customers, start_scheduled
from gonghai.moves.hand_over import deactivate_person
from gonghai.people.calendar import tenant_calendar
from gonghai.policy.cleaning import Cleaning, period_start
from gonghai.policy.document import PolicyInvalid, compile_policy
from gonghai.policy.registry import REGISTRY
from gonghai.policy.versions import in_force, publish
from tests.moves.test_undo import newest_batch, snapshot, undone, without_marks
from tests.moves.world import World

SEGMENTS = [{"name": "其他", "timers": {}}]
OFTEN = {
    "name": "多次回收",
    "when": {
        "all": [{"fact": "recycle_count", "is": "ge", "value": 4}, {"fact": "last_activity_at", "is": "is_missing"}]
    },
    "do": {"archive": "多次回收仍无人联系"},
}
UNREACHABLE = {
    "name": {"zh": "联系不上", "en": "Unreachable"},
    "when": {"all": [{"fact": "has_phone", "is": "is_false"}, {"fact": "has_email", "is": "is_false"}]},
    "do": {"reverify": "pool_admins"},
}
OLD = {
    "name": "两年无人领取",
    "when": {"fact": "entered_pool_at", "is": "older_than_days", "value": 730},
    "do": {"move": {"pool": "沉睡"}},
}


async def rules(world: World, pool_id: int, *rules: Mapping[str, Any], every: str | None = None, **more: Any) -> None:
    """Publishes these cleaning rules for the pool."""
    document = {"segments": SEGMENTS, "cleaning": {"every": every, "rules": list(rules)}}
    async with world.transaction() as conn:
        await publish(conn, world.company.system, pool_id, document, at=more.pop("at", clock.now()), **more)


async def cleaned(world: World, pool_id: int) -> DictRow:
    """The record of a cleaning that was carried out."""
    async with world.transaction() as conn:
        run_id = await start_cleaning(conn, world.tenant_id, pool_id, requested_by=None, now=clock.now())
    await carry_out(world.database, world.tenant_id, run_id)
    return await record_of(world, run_id)


async def record_of(world: World, run_id: int) -> DictRow:
    async with world.transaction() as conn:
        sql = "SELECT * FROM cleaning_run WHERE tenant_id = %s AND id = %s"
        row = await one(conn, sql, (world.tenant_id, run_id))
    assert row is not None
    return row


async def skipped(world: World, run_id: int) -> dict[int, str]:
    async with world.transaction() as conn:
        found = await rows(
            conn,
            "SELECT customer_id, why FROM cleaning_item WHERE tenant_id = %s AND run_id = %s AND outcome = 'skipped'",
            (world.tenant_id, run_id),
        )
    return {row["customer_id"]: row["why"] for row in found}


async def states(world: World, ids: Sequence[int]) -> list[tuple[str, int, str | None]]:
    return [(r["state"], r["pool_id"], r["archived_reason"]) for r in await snapshot(world, ids)]


class Sea:
    """A pool with one customer for each rule, one for two rules, and one that nobody minds."""

    async def fill(self, world: World) -> None:
        self.pool, self.sleepers = await world.pool("公海"), await world.pool("沉睡")
        phone = {"phones": ["13812345678"]}
        long_ago = clock.now() - timedelta(days=800)
        (self.often,) = await world.customers(1, self.pool, **phone)
        (self.unreachable,) = await world.customers(1, self.pool, phones=["无"])
        (self.old,) = await world.customers(1, self.pool, at=long_ago, **phone)
        (self.both,) = await world.customers(1, self.pool, at=long_ago)
        (self.fine,) = await world.customers(1, self.pool, **phone)
        rep = await world.rep("甲")
        (self.owned,) = await world.customers(1, self.pool, rep.person_id, at=long_ago)
        async with world.transaction() as conn:
            sql = "UPDATE customer SET recycle_count = 4 WHERE tenant_id = %s AND id = ANY (%s)"
            await run(conn, sql, (world.tenant_id, [self.often, self.both]))

    @property
    def all(self) -> list[int]:
        return [self.often, self.unreachable, self.old, self.both, self.fine, self.owned]


@pytest.fixture
async def sea(world: World) -> Sea:
    sea = Sea()
    await sea.fill(world)
    return sea


async def test_each_customer_goes_by_the_first_rule_that_is_about_it(world: World, sea: Sea) -> None:
    await rules(world, sea.pool, OFTEN, UNREACHABLE, OLD)
    record = await cleaned(world, sea.pool)
    assert [record[n] for n in ("state", "found", "archived", "moved", "asked", "skipped")] == ["done", 4, 2, 1, 1, 0]
    assert await states(world, sea.all) == [
        ("archived", sea.pool, "多次回收仍无人联系"), ("pooled", sea.pool, None), ("pooled", sea.sleepers, None),
        ("archived", sea.pool, "多次回收仍无人联系"), ("pooled", sea.pool, None), ("owned", sea.pool, None),
    ]  # fmt: skip
    newest = (await world.events(sea.often))[-1]
    assert (newest["kind"], newest["actor"], newest["policy_id"]) == ("archive", "policy", record["policy_id"])
    assert newest["data"]["facts"] == {"recycle_count": 4}
    assert (await cleaned(world, sea.pool))["found"] == 0


async def test_a_preview_counts_what_a_run_then_does(world: World, sea: Sea) -> None:
    await rules(world, sea.pool, OFTEN, UNREACHABLE, OLD)
    cleaning = await in_force_in(world, sea.pool)
    async with world.transaction() as conn:
        counts = await preview(conn, world.tenant_id, sea.pool, cleaning, now=clock.now())
        shown = await preview_customers(
            conn, world.tenant_id, sea.pool, cleaning, rule=None, behind=0, limit=10, now=clock.now()
        )
    assert counts == [2, 1, 1]
    assert {row["id"]: row["rule"] for row in shown} == {sea.often: 0, sea.both: 0, sea.unreachable: 1, sea.old: 2}
    record = await cleaned(world, sea.pool)
    assert [record["archived"], record["asked"], record["moved"]] == counts


async def in_force_in(world: World, pool_id: int) -> Cleaning:
    async with world.transaction() as conn:
        compiled, broken = await in_force(conn, world.tenant_id, clock.now(), [pool_id])
    assert not broken
    cleaning = compiled[pool_id].policy.cleaning
    assert cleaning is not None
    return cleaning


async def test_an_undone_cleaning_leaves_all_as_it_was_and_withdraws_what_it_asked(world: World, sea: Sea) -> None:
    await rules(world, sea.pool, {**OLD, "name": "旧"}, UNREACHABLE)
    before = await snapshot(world, sea.all)
    await cleaned(world, sea.pool)
    record = await undone(world, await newest_batch(world))
    assert [record[n] for n in ("state", "total", "undone", "kept")] == ["done", 3, 3, 0]
    assert without_marks(await snapshot(world, sea.all)) == without_marks(before)
    async with world.transaction() as conn:
        asked = await rows(conn, "SELECT state FROM request WHERE tenant_id = %s", (world.tenant_id,))
    assert [row["state"] for row in asked] == ["withdrawn"]
    # The sample's counts were set beside the log; nothing else differs.
    assert {difference.field for difference in (await world.verify()).examples} == {"recycle_count"}


async def test_what_changed_since_the_selection_is_skipped_and_says_so(world: World, sea: Sea) -> None:
    await rules(world, sea.pool, OFTEN, OLD)
    async with world.transaction() as conn:
        run_id = await start_cleaning(conn, world.tenant_id, sea.pool, requested_by=None, now=clock.now())
    async with world.transaction() as conn:
        await clean._select(conn, world.tenant_id, run_id)
    async with world.transaction() as conn:
        customer = await lock(conn, world.tenant_id, sea.often)
        await edit(conn, customer, {"level": "A"}, by=By(world.company.admin_id), at=clock.now())
    await world.claimed(sea.old, world.company.admin_id, clock.now())
    await carry_out(world.database, world.tenant_id, run_id)
    record = await record_of(world, run_id)
    assert [record[n] for n in ("archived", "moved", "skipped")] == [1, 0, 2]
    assert await skipped(world, run_id) == {sea.often: "changed", sea.old: "changed"}
    assert (await world.row(sea.old))["state"] == "owned"


async def test_a_rule_that_cannot_be_carried_out_stops_no_other(world: World, sea: Sea) -> None:
    """The target pool closes, and the person asked isn't there: those customers stay, the others go."""
    leaver = await world.company.person("将离职")
    ask = {**UNREACHABLE, "do": {"reverify": {"person": world.company.login("将离职")}}}
    await rules(world, sea.pool, OFTEN, ask, OLD)
    async with world.transaction() as conn:
        await deactivate_person(conn, world.company.system, leaver, now=clock.now())
    async with world.transaction() as conn:
        run_id = await start_cleaning(conn, world.tenant_id, sea.pool, requested_by=None, now=clock.now())
    async with world.transaction() as conn:
        sql = "UPDATE pool SET state = 'closed' WHERE tenant_id = %s AND id = %s"
        await run(conn, sql, (world.tenant_id, sea.sleepers))
    await carry_out(world.database, world.tenant_id, run_id)
    record = await record_of(world, run_id)
    assert [record[n] for n in ("state", "archived", "moved", "asked", "skipped")] == ["done", 2, 0, 0, 2]
    assert await skipped(world, run_id) == {sea.unreachable: "person_not_active", sea.old: "pool_closed"}


async def test_a_customer_that_is_asked_about_is_not_asked_about_again(world: World, sea: Sea) -> None:
    await rules(world, sea.pool, UNREACHABLE)
    assert (await cleaned(world, sea.pool))["asked"] == 2
    assert (await cleaned(world, sea.pool))["found"] == 0


async def test_a_cleaning_that_was_cut_off_goes_on_where_it_stopped(
    world: World, sea: Sea, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rules(world, sea.pool, OFTEN, UNREACHABLE, OLD)
    monkeypatch.setattr(clean, "CHUNK", 1)
    async with world.transaction() as conn:
        run_id = await start_cleaning(conn, world.tenant_id, sea.pool, requested_by=None, now=clock.now())
    async with world.transaction() as conn:
        await clean._select(conn, world.tenant_id, run_id)
    async with world.transaction() as conn:
        assert not await clean._clean_chunk(conn, world.tenant_id, run_id)
    await carry_out(world.database, world.tenant_id, run_id)
    record = await record_of(world, run_id)
    assert [record[n] for n in ("state", "archived", "moved", "asked", "skipped")] == ["done", 2, 1, 1, 0]


async def test_a_pool_without_rules_or_with_a_run_at_work_refuses(world: World, sea: Sea) -> None:
    async def refused() -> str:
        async with world.transaction() as conn:
            with pytest.raises(Refusal) as refusal:
                await start_cleaning(conn, world.tenant_id, sea.pool, requested_by=None, now=clock.now())
            return refusal.value.code

    assert await refused() == "no_cleaning_rules"
    await rules(world, sea.pool, OFTEN)
    async with world.transaction() as conn:
        await start_cleaning(conn, world.tenant_id, sea.pool, requested_by=None, now=clock.now())
    assert await refused() == "run_in_progress"


async def test_a_schedule_runs_once_a_period_and_a_version_waits_for_its_first(world: World, sea: Sea) -> None:
    monday = datetime(2026, 11, 22, 16, tzinfo=UTC)  # 00:00 in Shanghai
    await rules(world, sea.pool, OFTEN, every="week", at=monday - timedelta(days=2))
    await rules(world, sea.sleepers, OFTEN, every=None, at=monday - timedelta(days=2))

    async def started(now: datetime) -> int:
        async with world.transaction() as conn:
            found = await start_scheduled(conn, world.tenant_id, now=now)
        for run_id in found:
            await carry_out(world.database, world.tenant_id, run_id)
        return len(found)

    minute = timedelta(minutes=1)
    moments = [monday - minute, monday + minute, monday + timedelta(days=6), monday + timedelta(days=7)]
    assert [await started(now) for now in moments] == [0, 1, 0, 1]


@pytest.mark.parametrize(
    ("every", "begins"),
    [("day", "2026-11-25"), ("week", "2026-11-23"), ("month", "2026-11-01")],
)
async def test_periods_begin_at_local_midnight(world: World, every: Any, begins: str) -> None:
    async with world.transaction() as conn:
        calendar = await tenant_calendar(conn, world.tenant_id)
    for now in (datetime(2026, 11, 24, 16, tzinfo=UTC), datetime(2026, 11, 25, 15, 59, tzinfo=UTC)):
        assert period_start(every, now, calendar).astimezone(calendar.zone).isoformat() == f"{begins}T00:00:00+08:00"


@pytest.mark.parametrize(
    ("cleaning", "path", "code"),
    [
        ([], "cleaning", "not_cleaning"),
        ({"every": "hour", "rules": [OFTEN]}, "cleaning.every", "every_unknown"),
        ({"rules": [{**OFTEN, "when": None}]}, "cleaning.rules[0].when", "empty"),
        ({"rules": [{**OFTEN, "when": {"all": []}}]}, "cleaning.rules[0].when.all", "empty"),
        ({"rules": [{**OFTEN, "do": {"move": {"pool": "没有"}}}]}, "cleaning.rules[0].do.move", "pool_unknown"),
        ({"rules": [{**OFTEN, "do": {"delete": True}}]}, "cleaning.rules[0].do", "action_unknown"),
        ({"rules": [{**OFTEN, "do": {"archive": " "}}]}, "cleaning.rules[0].do.archive", "reason_missing"),
        ({"rules": [{**OFTEN, "do": {"reverify": "someone"}}]}, "cleaning.rules[0].do.reverify", "reverify_by_whom"),
        ({"rules": [{**OFTEN, "name": ""}]}, "cleaning.rules[0].name", "name_missing"),
        ({"rules": [OFTEN, OFTEN]}, "cleaning.rules[1].name", "name_taken"),
        ({"rules": [{**OFTEN, "name": f"{i}"} for i in range(21)]}, "cleaning.rules", "too_many_rules"),
        (
            {"rules": [{**OFTEN, "when": {"not": {"fact": "owner_department", "is": "is_missing"}}}]},
            "cleaning.rules[0].when.not.fact", "fact_of_owned_only",
        ),
    ],
)  # fmt: skip
def test_each_fault_of_a_rule_is_told_at_its_place(cleaning: Any, path: str, code: str) -> None:
    with pytest.raises(PolicyInvalid) as invalid:
        compile_policy({"segments": SEGMENTS, "cleaning": cleaning}, REGISTRY, {"沉睡": 1})
    assert (path, code) in [(e["path"], e["code"]) for e in invalid.value.errors]
