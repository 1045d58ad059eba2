"""The built-in facts on real rows: SQL and Python read the same, whatever the customer has been through."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gonghai.base import clock
from gonghai.base.database import rows, run
from gonghai.conditions.comparisons import Context
from gonghai.conditions.evaluate import evaluate
from gonghai.conditions.facts import Fact
from gonghai.conditions.operators import OPERATORS
from gonghai.conditions.sql import to_sql
from gonghai.conditions.tree import Condition, Leaf
from gonghai.policy.registry import REGISTRY
from tests.fixtures.customers import Team

_JOIN = "LEFT JOIN person o ON o.tenant_id = c.tenant_id AND o.id = c.owner_id"


async def team_rows(team: Team) -> list[dict[str, Any]]:
    """Rows as Python reads them: every column, and the owner's department."""
    async with team.connection() as conn:
        found = await rows(
            conn,
            f"SELECT c.*, o.department_id AS owner_department_id FROM customer c {_JOIN} WHERE c.tenant_id = %s",
            (team.company.tenant_id,),
        )
        return [dict(row) for row in found]


async def holding(team: Team, condition: Condition, context: Context) -> set[int]:
    """The customers for whom the condition holds, as SQL sees it."""
    fragment = to_sql(condition, REGISTRY, context)
    async with team.connection() as conn:
        found = await rows(
            conn,
            f"SELECT c.id FROM customer c WHERE c.tenant_id = %(t)s AND {fragment.text}",
            {**fragment.params, "t": team.company.tenant_id},
        )
        return {row["id"] for row in found}


def leaves(fact: Fact, values: list[Any]) -> list[Leaf]:
    """One leaf per operator of the fact, over values that rows hold."""
    some = sorted({str(v) for v in values if isinstance(v, str)}) or ["x"]
    numbers = sorted(Decimal(v) for v in values if isinstance(v, int | Decimal)) or [Decimal(0)]
    today = clock.now().date()
    by_kind: dict[str, Any] = {
        "none": None, "value": some[0], "piece": some[0][:1], "values": tuple(some), "number": numbers[-1],
        "range": (numbers[0], numbers[-1]), "date": today, "days": 1,
    }  # fmt: skip
    if fact.type == "list":
        by_kind["values"] = ("重点", "x")
    return [Leaf(fact.name, operator, by_kind[kind]) for operator, kind in OPERATORS[fact.type].items()]


@pytest.fixture
async def many(team: Team) -> Team:
    """Customers in several states: fresh, owned, won, with and without the fields."""
    fresh = await team.customer(None)
    owned = await team.customer(team.rep_id, clock.now() - timedelta(days=9))
    returned = await team.customer(team.rep_id)
    await team.release(returned, team.rep_id)
    async with await team.browser(team.rep_id) as browser:
        await browser.post(f"/customers/{owned}/follow-ups", json={"kind": "call"})
        deal = (await browser.post(f"/customers/{owned}/deals", json={"name": "一"})).json()
        await browser.patch(f"/customers/{owned}/deals/{deal['id']}", json={"state": "won"})
        await browser.post(f"/customers/{owned}/deals", json={"name": "二"})
    async with team.connection() as conn:
        await run(
            conn,
            "UPDATE customer SET level = 'A', source = '展会', industry = '制造', region = '华东', stage = '意向',"
            " website = 'https://a.cn', uscc = '91310000MA1', tags = '{重点,大客户}', amount = 12.5, kind = 'person',"
            " contract_end = current_date, recycle_count = 2, phones = '{010-8888 6666 转 8,x}',"
            " emails = '{a@b.cn}' WHERE tenant_id = %s AND id = %s",
            (team.company.tenant_id, owned),
        )
        sql = "UPDATE customer SET level = 'b', tags = '{\" \"}' WHERE tenant_id = %s AND id = %s"
        await run(conn, sql, (team.company.tenant_id, fresh))
    return team


async def test_every_fact_reads_the_same_in_sql_and_in_python(many: Team) -> None:
    found = await team_rows(many)
    context = Context(now=clock.now(), zone=ZoneInfo("Asia/Shanghai"))
    assert len(found) == 3
    for fact in REGISTRY.facts.values():
        for leaf in leaves(fact, [fact.read(row) for row in found]):
            in_python = {row["id"] for row in found if evaluate(leaf, REGISTRY, row, context)}
            assert await holding(many, leaf, context) == in_python, leaf


async def test_every_fact_is_present_for_some_customer_of_the_sample(many: Team) -> None:
    # Else the test above would compare nothing with nothing.
    found = await team_rows(many)
    for fact in REGISTRY.facts.values():
        assert any(fact.read(row) not in (None, [], False) for row in found), fact.name


async def test_deals_and_wins_show_as_facts(many: Team) -> None:
    (owned,) = [row for row in await team_rows(many) if row["state"] == "owned"]
    context = Context(now=clock.now(), zone=ZoneInfo("Asia/Shanghai"))
    assert await holding(many, Leaf("has_open_deal", "is_true", None), context) == {owned["id"]}
    assert await holding(many, Leaf("last_win_at", "within_days", 365), context) == {owned["id"]}
    much_later = Context(now=datetime.now(ZoneInfo("UTC")) + timedelta(days=400), zone=ZoneInfo("Asia/Shanghai"))
    assert await holding(many, Leaf("last_win_at", "within_days", 365), much_later) == set()
