"""By chance: whom SQL finds for which rule, what the Python reader says of each customer, and what a run then does."""

import random
from datetime import timedelta
from typing import Any

import pytest

from gonghai.base import clock
from gonghai.base.database import rows, run
from gonghai.conditions.comparisons import Context
from gonghai.conditions.evaluate import evaluate
from gonghai.moves.clean import found_by
from gonghai.people.calendar import tenant_calendar
from gonghai.policy.cleaning import Archive, Move
from gonghai.policy.registry import REGISTRY
from tests.moves.test_cleaning import cleaned, in_force_in, rules
from tests.moves.world import World


def some_condition(chance: random.Random, depth: int = 0) -> dict[str, Any]:
    if depth < 2 and chance.random() < 0.4:
        parts = [some_condition(chance, depth + 1) for _ in range(2)]
        return {chance.choice(["all", "any"]): parts} if chance.random() < 0.8 else {"not": parts[0]}
    return chance.choice(
        [
            {"fact": "recycle_count", "is": "ge", "value": chance.randint(0, 5)},
            {"fact": "entered_pool_at", "is": "older_than_days", "value": chance.randint(0, 60)},
            {"fact": "last_activity_at", "is": chance.choice(["is_missing", "is_present"])},
            {"fact": "has_phone", "is": chance.choice(["is_true", "is_false"])},
            {"fact": "has_email", "is": chance.choice(["is_true", "is_false"])},
            {"fact": "level", "is": chance.choice(["eq", "ne"]), "value": chance.choice("AB")},
        ]
    )


def some_deed(chance: random.Random) -> dict[str, Any]:
    return chance.choice([{"archive": "没用"}, {"move": {"pool": "沉睡"}}, {"reverify": "pool_admins"}])


async def populate(world: World, pool: int, chance: random.Random) -> None:
    for _ in range(25):
        fields: dict[str, Any] = {
            "phones": chance.choice([[], ["13812345678"], ["无"]]),
            "emails": chance.choice([[], ["a@b.cn"], ["没有"]]),
        }
        if chance.random() < 0.7:
            fields["level"] = chance.choice("AB")
        at = clock.now() - timedelta(days=chance.randint(0, 70))
        (customer,) = await world.customers(1, pool, at=at, **fields)
        async with world.transaction() as conn:
            await run(
                conn,
                "UPDATE customer SET recycle_count = %s, last_activity_at = %s WHERE tenant_id = %s AND id = %s",
                (chance.randint(0, 5), chance.choice([None, at]), world.tenant_id, customer),
            )


@pytest.mark.parametrize("seed", range(6))
async def test_a_customer_goes_by_the_first_rule_that_holds_for_it(world: World, seed: int) -> None:
    chance = random.Random(seed)
    pool, _ = await world.pool("公海"), await world.pool("沉睡")
    await populate(world, pool, chance)
    await rules(
        world, pool,
        *({"name": f"{i}", "when": some_condition(chance), "do": some_deed(chance)} for i in range(chance.randint(1, 5))),
    )  # fmt: skip
    cleaning = await in_force_in(world, pool)
    async with world.transaction() as conn:
        context = Context(clock.now(), (await tenant_calendar(conn, world.tenant_id)).zone)
        sql, params = found_by(cleaning, pool, context)
        in_sql = {row["id"]: row["rule"] for row in await rows(conn, sql, {**params, "tenant_id": world.tenant_id})}
        every = await rows(
            conn, "SELECT *, NULL AS owner_department_id FROM customer WHERE tenant_id = %s", (world.tenant_id,)
        )
    in_python = {
        row["id"]: found[0]
        for row in every
        if (found := [i for i, r in enumerate(cleaning.rules) if evaluate(r.condition, REGISTRY, row, context)])
    }
    assert in_sql == in_python
    record = await cleaned(world, pool)
    assert (record["found"], record["skipped"]) == (len(in_sql), 0)
    for row in every:
        after = await world.row(row["id"])
        deed = cleaning.rules[in_sql[row["id"]]].deed if row["id"] in in_sql else None
        assert (after["state"] == "archived") == isinstance(deed, Archive)
        assert after["pool_id"] == (deed.pool_id if isinstance(deed, Move) else pool)
