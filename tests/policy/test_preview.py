"""The preview says what the decision says: at once and later, per owner, department and segment, beside the present."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from gonghai.base.database import Conn, rows, run
from gonghai.policy.decide import Decision, decide
from gonghai.policy.document import PolicyInvalid
from gonghai.policy.preview import DAYS, Counts, Group, Plan, by_the_rules, plan, preview
from gonghai.policy.preview_rows import Line, Wanted, lines
from gonghai.policy.registry import DECIDING, REGISTRY
from gonghai.policy.versions import NOW as AT_ONCE
from gonghai.policy.versions import Start
from gonghai.workdays import Length
from tests.fixtures.customers import counted_statements
from tests.moves.world import World
from tests.policy.documents import a_document

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)
GRACE = Start(grace=Length(3, "working_days"))


def everyone(days: int) -> dict[str, Any]:
    return {"segments": [{"name": "全部", "timers": {"follow_up": f"{days} days"}}]}


async def looked(world: World, pool: int, document: Any, start: Start = AT_ONCE) -> Plan:
    async with world.transaction() as conn:
        return await plan(conn, world.tenant_id, pool, document, start=start, now=NOW)


async def test_a_draft_that_would_take_412_says_so_per_owner_and_with_grace_the_next_sweep_takes_none(
    world: World,
) -> None:
    """The domain's worked example 5."""
    pool = await world.pool()
    owners = [(await world.rep(name)).person_id or 0 for name in ("李娜", "王磊", "赵敏")]
    held = dict(zip(owners, (300, 112, 50), strict=True))
    await world.policy(pool, everyone(60)["segments"][0], at=NOW - 90 * DAY)
    for owner, n in held.items():
        begun = NOW - (20 * DAY if n != 50 else 4 * DAY)
        await world.customers(n, pool, owner, at=begun)
    candidate = await looked(world, pool, everyone(10), GRACE)
    async with world.transaction() as conn:
        found = await preview(conn, world.tenant_id, candidate)
    assert found.whole.count == 462
    assert found.whole.totals == Counts(412, 462, 462)
    assert found.whole.present == Counts(0, 0, 0)
    assert {owner: group.totals.at_once for owner, group in found.owners.items()} == {
        owners[0]: 300,
        owners[1]: 112,
        owners[2]: 0,
    }
    # Wednesday and 3 working days: the end of Monday.
    assert found.whole.really == Counts(0, 462, 462)
    await world.policy(pool, everyone(10)["segments"][0], at=NOW, grace=Length(3, "working_days"))
    assert await world.sweep(NOW + timedelta(minutes=10)) == []
    end_of_monday = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
    assert await world.sweep(end_of_monday - timedelta(seconds=1)) == []
    assert len(await world.sweep(end_of_monday)) == 412


async def populated(world: World, seed: int, n: int = 120) -> tuple[int, list[int]]:
    """A pool with a policy and owned customers of random facts and clocks, by four owners, one on leave."""
    random = Random(seed)
    pool = await world.pool(f"公海 {seed}", notice_floor=bool(seed % 2))
    owners = [(await world.rep(f"销售{seed}{i}")).person_id or 0 for i in range(4)]
    document = a_document(random, [], who=world.company.admin_login)
    await world.policy(pool, *document["segments"], at=NOW - 30 * DAY, grace_until=NOW + 5 * DAY)
    ids = [(await world.customers(1, pool, owners[i % 4], at=NOW - 400 * DAY))[0] for i in range(8)]
    per_owner = [await world.customers(n // 4, pool, owner, at=NOW - 400 * DAY) for owner in owners]
    ids += [i for made in per_owner for i in made]

    def about(often: float, days: int = 100) -> datetime | None:
        return NOW - random.uniform(-20, days) * DAY if random.random() < often else None

    async with world.transaction() as conn:
        for customer in ids:
            facts = {
                "clock_start": NOW - random.uniform(0, 100) * DAY, "first_contact_at": about(0.5),
                "last_follow_up_at": about(0.5), "live_deals": random.choice([0, 1]), "last_win_at": about(0.3),
                "contract_end": random.choice([None, (NOW - random.randint(-60, 60) * DAY).date()]),
                "locked_until": about(0.2, 5), "protected_until": about(0.2, 5), "notice_until": about(0.5, 20),
                "level": random.choice([None, "A", "展会", "no"]), "amount": random.choice([None, 0, 12, 1]),
                "tags": random.choice([[], ["A", "展会"]]), "recycle_count": random.choice([0, 1, 12]),
            }  # fmt: skip
            columns = ", ".join(f"{name} = %({name})s" for name in facts)
            keys = {"t": world.tenant_id, "id": customer}
            await run(conn, f"UPDATE customer SET {columns} WHERE tenant_id = %(t)s AND id = %(id)s", facts | keys)
        await run(
            conn,
            "UPDATE person SET leave_from = %s, leave_until = %s WHERE tenant_id = %s AND id = %s",
            (NOW - DAY, NOW + 4 * DAY, world.tenant_id, owners[0]),
        )
    return pool, ids


async def decided(conn: Conn, world: World, pool: int) -> list[dict[str, Any]]:
    return await rows(
        conn,
        f"SELECT {DECIDING} FROM customer c JOIN person o ON o.tenant_id = c.tenant_id AND o.id = c.owner_id"
        " WHERE c.tenant_id = %s AND c.pool_id = %s AND c.state = 'owned' ORDER BY c.id",
        (world.tenant_id, pool),
    )


def gone(decision: Decision, days: int) -> bool:
    return decision.effective is not None and decision.effective <= NOW + days * DAY


def counts(decisions: list[Decision]) -> Counts:
    return Counts(*(sum(gone(decision, days) for decision in decisions) for days in DAYS))


def edited(document: dict[str, Any], random: Random) -> dict[str, Any]:
    """The document with other lengths, one segment gone or one more: as people edit."""
    segments = [dict(segment) for segment in document["segments"]]
    for segment in segments:
        if random.random() < 0.7:
            segment["timers"] = {"follow_up": f"{random.randint(1, 90)} days", "deal": f"{random.randint(1, 50)} days"}
    if len(segments) > 2 and random.random() < 0.5:
        del segments[random.randrange(len(segments) - 1)]
    elif random.random() < 0.5:
        new = {"name": "新的", "when": {"fact": "amount", "is": "ge", "value": 1}, "timers": {"holding": "40 days"}}
        segments.insert(random.randrange(len(segments)), new)
    return {"segments": segments}


@pytest.mark.parametrize("seed", range(10))
async def test_all_counts_are_what_is_decided_of_each_customer(world: World, seed: int) -> None:
    pool, ids = await populated(world, seed)
    random = Random(seed + 1000)
    start = random.choice(
        [AT_ONCE, GRACE, Start(effective_from=NOW + 3 * DAY), Start(NOW + 9 * DAY, Length(9, "days"))]
    )
    in_force = a_document(Random(seed), [], who=world.company.admin_login)  # as `populated` published it
    candidate = await looked(world, pool, edited(in_force, random) if seed % 3 else a_document(random, []), start)
    async with world.transaction() as conn:
        found = await preview(conn, world.tenant_id, candidate)
        population = await decided(conn, world, pool)
    assert [row["id"] for row in population] == sorted(ids)
    groups: dict[Any, list[tuple[Decision, Decision, Decision]]] = {}
    never = 0
    assert candidate.present is not None
    for row in population:
        rules, really, present = (
            decide(policy, row, candidate.calendar, NOW, REGISTRY)
            for policy in (candidate.rules, candidate.candidate, by_the_rules(candidate.present))
        )
        never += not rules.running
        for key in ("whole", ("segment", rules.segment_index), ("owner", row["owner_id"])):
            groups.setdefault(key, []).append((rules, really, present))

    def expected(key: Any) -> Group:
        every = groups.get(key, [])
        split = [[three[i] for three in every] for i in range(3)]
        return Group(len(every), *(counts(one) for one in split))

    assert found.whole == expected("whole")
    assert found.never == never
    assert found.segments == [expected(("segment", i)) for i in range(len(candidate.candidate.policy.segments))]
    assert found.owners == {key[1]: expected(key) for key in groups if key[0] == "owner"}


@pytest.mark.parametrize("seed", range(3))
async def test_the_customers_behind_a_count_are_as_many_as_it_says(world: World, seed: int) -> None:
    pool, _ = await populated(world, seed, n=60)
    candidate = await looked(world, pool, a_document(Random(seed + 50), []), GRACE)

    async def behind(wanted: Wanted) -> list[Line]:
        every: list[Line] = []
        async with world.transaction() as conn:
            while page := await lines(
                conn, world.company.system, candidate, wanted, behind=every[-1].row["id"] if every else 0, limit=7
            ):
                every += page
        return every

    async with world.transaction() as conn:
        found = await preview(conn, world.tenant_id, candidate)
    for place, days in enumerate(DAYS):
        listed = await behind(Wanted(within=days))
        assert (
            len(listed)
            == (found.whole.totals.at_once, found.whole.totals.within_7, found.whole.totals.within_30)[place]
        )
        assert all(gone(line.rules, days) for line in listed)
        really = Counter(line.row["owner_id"] for line in await behind(Wanted()) if gone(line.really, days))
        assert sum(really.values()) == (
            found.whole.really.at_once, found.whole.really.within_7, found.whole.really.within_30
        )[place]  # fmt: skip
    for index, group in enumerate(found.segments):
        listed = await behind(Wanted(segment=index))
        assert len(listed) == group.count
        assert {line.rules.segment_index for line in listed} <= {index}
        assert len(await behind(Wanted(segment=index, within=7))) == group.totals.within_7
    for owner, group in found.owners.items():
        assert len(await behind(Wanted(owner_id=owner, within=30))) == group.totals.within_30
    assert len(await behind(Wanted(department_id=world.company.root_id))) == found.whole.count
    assert await behind(Wanted(department_id=world.company.root_id + 1)) == []


async def test_nobody_really_goes_by_rules_that_have_not_begun(world: World) -> None:
    pool = await world.pool()
    owner = (await world.rep("李娜")).person_id
    await world.customers(3, pool, owner, at=NOW - 20 * DAY)
    candidate = await looked(world, pool, everyone(10), Start(effective_from=NOW + 10 * DAY))
    async with world.transaction() as conn:
        found = (await preview(conn, world.tenant_id, candidate)).whole
    assert (found.totals, found.really, found.present) == (Counts(3, 3, 3), Counts(0, 0, 3), Counts())


async def test_the_whole_preview_is_one_pass_however_many_segments_and_owners(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool, _ = await populated(world, 1, n=20)
    candidate = await looked(world, pool, a_document(Random(3), []))
    async with world.transaction() as conn:
        with counted_statements(monkeypatch) as seen:
            await preview(conn, world.tenant_id, candidate)
    assert len(seen) == 1


async def test_a_faulty_document_is_not_looked_at(world: World) -> None:
    pool = await world.pool()
    with pytest.raises(PolicyInvalid):
        await looked(world, pool, {"segments": [{"name": "x", "timers": {"nap": "1 days"}}]})


async def test_the_rules_leave_out_grace_and_notice_and_nothing_else(world: World) -> None:
    pool = await world.pool(notice_floor=True)
    candidate = (await looked(world, pool, everyone(10), GRACE)).candidate
    assert candidate.notice_floor
    assert candidate.grace_until is not None
    assert by_the_rules(candidate) == replace(candidate, notice_floor=False, grace_until=None)
