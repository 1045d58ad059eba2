"""A customer's keys follow its fields and contacts, and lead to whoever answers for it."""

import pytest

from gonghai.base.database import rows
from gonghai.customers.keys import matches
from gonghai.customers.likeness import Key
from tests.fixtures.customers import Team, counted_statements


async def keys(team: Team, customer_id: int) -> set[Key]:
    async with team.connection() as conn:
        found = await rows(
            conn,
            "SELECT kind, value FROM customer_key WHERE tenant_id = %s AND customer_id = %s",
            (team.company.tenant_id, customer_id),
        )
    return {Key(**row) for row in found}


async def found(team: Team, *wanted: Key) -> list[int]:
    async with team.connection() as conn:
        told = await matches(conn, team.company.tenant_id, [wanted])
    return [row["id"] for row in told.get(0, [])]


async def created(team: Team, **fields: object) -> int:
    async with await team.browser(team.rep_id) as browser:
        body = {"name": "远洋贸易有限公司", "pool_id": str(team.pool_id), "owner": "me", **fields}
        answer = await browser.post("/customers", json=body)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


async def test_edits_and_contacts_change_by_what_it_is_known(team: Team) -> None:
    customer = await created(team, phones=["139 1234 5678"])
    assert await keys(team, customer) == {Key("name", "远洋贸易"), Key("phone", "+8613912345678")}
    async with await team.browser(team.rep_id) as browser:
        edit = {"name": "星海物流", "phones": [], "emails": ["A@xinghai.cn"]}
        await browser.patch(f"/customers/{customer}", json=edit, headers={"If-Match": '"1"'})
        assert await keys(team, customer) == {Key("name", "星海物流"), Key("email", "a@xinghai.cn")}
        person = {"name": "李雷", "phones": ["13800138001"], "emails": ["a@xinghai.cn"]}
        contact = (await browser.post(f"/customers/{customer}/contacts", json=person)).json()["id"]
        assert Key("phone", "+8613800138001") in await keys(team, customer)
        await browser.patch(f"/customers/{customer}/contacts/{contact}", json={"phones": ["13800138002"]})
        assert await found(team, Key("phone", "+8613800138001")) == []
        assert await found(team, Key("phone", "+8613800138002")) == [customer]
        await browser.delete(f"/customers/{customer}/contacts/{contact}")
        newest = (await browser.get(f"/customers/{customer}")).headers["etag"]
        await browser.patch(f"/customers/{customer}", json={"kind": "person"}, headers={"If-Match": newest})
    assert await keys(team, customer) == {Key("email", "a@xinghai.cn")}, "a person is not known by name"


async def test_a_merged_customer_leads_to_the_one_that_answers_for_it(team: Team) -> None:
    first = await created(team)
    second, third = await team.customer(None), await team.customer(team.other_id)
    async with team.connection() as conn:
        for one, into in ((first, second), (second, third)):
            await conn.execute(
                "UPDATE customer SET state = 'merged', owner_id = NULL, merged_into = %s WHERE tenant_id = %s AND id = %s",
                (into, team.company.tenant_id, one),
            )
    assert await found(team, Key("name", "远洋贸易")) == [third]


async def test_the_most_alike_come_first_and_a_thousand_rows_are_one_statement(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_name = await created(team)
    by_code = await created(team, name="另一家", uscc="91350100M000100Y43")
    by_both = await created(team, name="远洋贸易（集团）", phones=["13912345678"], despite_duplicate="子公司")
    wanted = [Key("name", "远洋贸易"), Key("phone", "+8613912345678"), Key("uscc", "91350100M000100Y43")]
    assert await found(team, *wanted) == [by_code, by_both, by_name]
    async with team.connection() as conn:
        with counted_statements(monkeypatch) as seen:
            told = await matches(conn, team.company.tenant_id, [wanted] * 1000)
    assert (len(told), len(seen)) == (1000, 1)
