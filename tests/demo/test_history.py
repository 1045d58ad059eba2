"""The demo's past is one that the product itself would have made: events, policy, claim rules, people."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from gonghai.base.database import Database, rows, value
from gonghai.demo.load import Made, Wanted, make_demo
from gonghai.moves.recycle import carry_out, start_run
from gonghai.moves.replay import replay
from gonghai.moves.replayed import Event
from gonghai.moves.verify import verify
from gonghai.policy.decide import InForce, decide
from gonghai.policy.registry import REGISTRY
from gonghai.policy.timers import BIT
from gonghai.policy.versions import version_in_force, versions
from gonghai.workdays import Calendar, Length, add, local_midnight
from tests.demo.conftest import NOW, PASSWORD

CALENDAR = Calendar()
SWEEP = timedelta(minutes=10)


class Past:
    """A demo's events by customer, its policies by pool, and who was on leave."""

    def __init__(
        self, events: dict[int, list[Event]], policies: dict[int, list[InForce]], leave: dict[int, Any]
    ) -> None:
        self.events, self.policies, self.leave = events, policies, leave

    def in_force(self, pool_id: int, at: datetime) -> InForce:
        return [p for p in self.policies[pool_id] if p.effective_from <= at][-1]

    def due(self, before: list[Event], now: datetime) -> Any:
        """The decision at `now` on what these events made of the customer, None where nobody owns it."""
        row = replay(before).columns
        if row["state"] != "owned":
            return None
        leave = self.leave.get(row["owner_id"], (None, None))
        contract = row["contract_end"] and datetime.fromisoformat(row["contract_end"]).date()
        facts = {**row, "contract_end": contract, "owner_leave_from": leave[0], "owner_leave_until": leave[1]}
        decision = decide(self.in_force(row["pool_id"], now), facts, CALENDAR, now, REGISTRY)
        return decision if decision.due(now) else None


@pytest.fixture(scope="module")
async def past(database: Database, made: Made) -> Past:
    async with database.tenant(made.tenant_id) as conn:
        found = await rows(
            conn,
            f"SELECT subject_id AS customer_id, {', '.join(Event._fields[1:])} FROM event"
            " WHERE tenant_id = %s AND subject = 'customer' ORDER BY subject_id, version",
            (made.tenant_id,),
        )
        events: dict[int, list[Event]] = defaultdict(list)
        for row in found:
            events[row["customer_id"]].append(Event(**row))
        policies = {}
        for pool in await rows(conn, "SELECT id FROM pool WHERE tenant_id = %s", (made.tenant_id,)):
            stored = await versions(conn, made.tenant_id, pool["id"])
            # The made past has no warnings, and so no notice floor.
            policies[pool["id"]] = [
                replace((await version_in_force(conn, made.tenant_id, v["id"]))[1], notice_floor=False) for v in stored
            ][::-1]
        away = await rows(
            conn,
            "SELECT id, leave_from, leave_until FROM person WHERE tenant_id = %s AND leave_from IS NOT NULL",
            (made.tenant_id,),
        )
    return Past(events, policies, {row["id"]: (row["leave_from"], row["leave_until"]) for row in away})


async def test_events_replayed_give_the_present(database: Database, made: Made) -> None:
    report = await verify(database, made.tenant_id)
    assert report.customers == 400
    assert report.events > 10 * report.customers
    assert report.examples == []


async def test_each_past_recycle_is_what_the_policy_then_in_force_decides_at_that_sweep_and_not_before(
    database: Database, made: Made, past: Past
) -> None:
    async with database.tenant(made.tenant_id) as conn:
        items = await rows(
            conn,
            "SELECT i.*, r.now FROM recycle_item i JOIN recycle_run r ON r.tenant_id = i.tenant_id AND r.id = i.run_id"
            " WHERE i.tenant_id = %s",
            (made.tenant_id,),
        )
    recycles = {(c, e.version): e for c, own in past.events.items() for e in own if e.kind == "recycle"}
    assert len(items) == len(recycles) > 100
    assert {past.in_force(e.pool_from or 0, e.at).number for e in recycles.values()} == {1, 2, 3}
    for item in items:
        event = recycles[item["customer_id"], item["customer_version"] + 1]
        before = past.events[item["customer_id"]][: item["customer_version"]]
        decision = past.due(before, item["now"])
        assert decision is not None
        assert (decision.policy_id, decision.segment_index, decision.target, decision.number) == (
            item["policy_id"],
            item["segment"],
            item["pool_to"],
            past.in_force(event.pool_from or 0, item["now"]).number,
        )
        assert item["timers"] == sum(BIT[r.timer] for r in decision.running if r.deadline <= item["now"])
        assert event.pool_to == item["pool_to"]
        assert item["now"] <= event.at < item["now"] + SWEEP
        if before[-1].at < item["now"] - SWEEP:
            assert past.due(before, item["now"] - SWEEP) is None


async def test_nobody_kept_a_customer_past_a_sweep_that_was_due(made: Made, past: Past) -> None:
    looked = 0
    for own in list(past.events.values())[::4]:
        for at, before in _sweeps_between(own, made.as_of):
            assert past.due(before, at) is None, (own[0].customer_id, at)
            looked += 1
    assert looked > 5000


def _sweeps_between(own: list[Event], end: datetime) -> Iterator[tuple[datetime, list[Event]]]:
    """The midnight sweeps between a customer's events, and the last one before each."""
    for place, (one, other) in enumerate(pairwise([*own, None]), start=1):
        assert one is not None
        until = other.at if other is not None else end
        if other is not None and other.kind == "recycle":
            continue
        at = local_midnight(one.at, CALENDAR) + timedelta(days=1)
        while at < until:
            yield at, own[:place]
            at += timedelta(days=1)
        last = until - (until - datetime.min.replace(tzinfo=until.tzinfo)) % SWEEP
        if one.at < last < until:
            yield last, own[:place]


async def test_a_real_sweep_at_the_end_takes_at_most_three_percent(database: Database, migrated_url: str) -> None:
    fresh = await make_demo(migrated_url, Wanted(PASSWORD, 500, seed=7), now=NOW)
    async with database.tenant(fresh.tenant_id) as conn:
        owned = await value(
            conn, "SELECT count(*) FROM customer WHERE tenant_id = %s AND state = 'owned'", (fresh.tenant_id,)
        )
        run_id = await start_run(conn, fresh.tenant_id, pool_id=None, requested_by=None, now=fresh.as_of)
    assert run_id is not None
    await carry_out(database, fresh.tenant_id, run_id)
    async with database.tenant(fresh.tenant_id) as conn:
        moved = await value(
            conn, "SELECT moved FROM recycle_run WHERE tenant_id = %s AND id = %s", (fresh.tenant_id, run_id)
        )
    assert owned > 100
    assert moved <= 0.03 * owned
    assert (await verify(database, fresh.tenant_id)).examples == []


async def test_the_past_ends_where_it_says_and_lasts_eighteen_months(made: Made, past: Past) -> None:
    instants = [event.at for own in past.events.values() for event in own]
    assert max(instants) <= made.as_of
    assert made.as_of == NOW.replace(minute=0)
    assert timedelta(days=520) < made.as_of - min(instants) < timedelta(days=560)
    today = local_midnight(made.as_of, CALENDAR)
    assert any(at >= today for at in instants)


async def test_everything_that_can_happen_to_a_customer_happened(past: Past) -> None:
    kinds = {event.kind for own in past.events.values() for event in own}
    assert kinds >= {
        "create", "import", "claim", "assign", "release", "recycle", "transfer", "hand_over", "move_pool", "archive",
        "edit", "edit_contact", "follow_up", "open_deal", "win_deal", "lose_deal", "adopt_deal",
    }  # fmt: skip


async def test_claims_keep_the_rules_of_their_pool(database: Database, made: Made, past: Past) -> None:
    async with database.tenant(made.tenant_id) as conn:
        pools = {p["id"]: p for p in await rows(conn, "SELECT * FROM pool WHERE tenant_id = %s", (made.tenant_id,))}
    for own in past.events.values():
        holders: list[tuple[int, datetime]] = []
        for event in own:
            if event.owner_from is not None:
                holders = [h for h in holders if h[0] != event.owner_from] + [(event.owner_from, event.at)]
            if event.kind == "claim":
                pool = pools[event.pool_from]
                length = Length(pool["cooldown_days"], "days")
                last = holders[-pool["cooldown_holders"] :]
                assert not any(p == event.actor_id and event.at < add(at, length, CALENDAR) for p, at in last)


async def test_nobody_holds_more_than_the_caps_and_nobody_who_left_holds_any(database: Database, made: Made) -> None:
    async with database.tenant(made.tenant_id) as conn:
        books = await rows(
            conn,
            "SELECT p.state, p.roles, count(*) AS held, count(*) FILTER (WHERE c.spell_claimed"
            " AND c.first_contact_at IS NULL) AS untouched FROM customer c JOIN person p ON p.tenant_id = c.tenant_id"
            " AND p.id = c.owner_id WHERE c.tenant_id = %s GROUP BY p.id, p.state, p.roles",
            (made.tenant_id,),
        )
    assert len(books) >= 25
    assert {b["state"] for b in books} == {"active"}
    assert all(b["held"] <= 150 and b["untouched"] <= 8 and b["roles"] == ["rep"] for b in books)


async def test_what_is_made_next_gets_ids_of_its_own(database: Database, migrated_url: str, made: Made) -> None:
    fresh = await make_demo(migrated_url, replace(Wanted(PASSWORD), customers=30, seed=3), now=NOW)
    async with database.tenant(fresh.tenant_id) as conn:
        for table in ("customer", "event", "follow_up", "deal", "contact", "request", "recycle_run", "batch"):
            next_id = await value(conn, f"SELECT nextval(pg_get_serial_sequence('{table}', 'id'))")
            last = await value(
                conn, f"SELECT coalesce(max(id), 0) FROM {table} WHERE tenant_id = %s", (fresh.tenant_id,)
            )
            assert next_id > last
