"""Who hears of a request: the nearest leads of the asker, the pool's own admins, else the company's."""

from datetime import timedelta
from typing import Any

from fastapi import FastAPI

from gonghai.base import clock
from gonghai.base.database import Conn
from gonghai.people.departments import edit_department
from gonghai.people.leads import nearest_leads
from gonghai.people.queries import department
from gonghai.pools.actions import NewPool, Subject, create_pool
from gonghai.pools.admins import pool_admins
from tests.fixtures.people import signed_in
from tests.moves.world import World
from tests.notifications.told import inbox, said, work_off

DAY = timedelta(days=1)
EVERYONE: dict[str, Any] = {"name": "所有客户", "timers": {"follow_up": "30 days"}}


async def test_the_nearest_leads_are_those_of_the_first_department_upwards_that_has_another_one(world: World) -> None:
    company = world.company
    top, chief, deputy, gone = [await company.person(n, ("manager",)) for n in ("top", "chief", "deputy", "gone")]
    async with world.transaction() as conn:
        root = await department(conn, world.tenant_id, company.root_id)
        await edit_department(conn, await world.admin(), root.id, root.version, lead_ids=[top], now=clock.now())
    region = await company.department("大区", leads=[chief, deputy])
    branch = await company.department("分部", parent_id=region, leads=[gone])
    async with world.transaction() as conn:
        await conn.execute("UPDATE person SET state = 'left' WHERE tenant_id = %s AND id = %s", (world.tenant_id, gone))
    amy = await company.person("amy", department_id=branch)
    lead = await company.person("lead", ("manager",), department_id=region)
    lone = await company.department("独立部", leads=[])
    bob = await company.person("bob", department_id=lone)
    async with world.transaction() as conn:
        found = await nearest_leads(conn, world.tenant_id, [amy, lead, bob, top])
    assert found == {amy: [chief, deputy], lead: [chief, deputy], bob: [top]}


async def _pool(conn: Conn, world: World, *named: Subject) -> int:
    new = NewPool("公海" + str(len(named)), {}, {"claim": [Subject("all")], "admin": list(named)})
    return await create_pool(conn, world.company.system, new, now=clock.now())


async def test_a_pools_admins_are_whoever_its_scopes_name(world: World) -> None:
    company = world.company
    region = await company.department("大区")
    branch = await company.department("分部", parent_id=region)
    amy, bob = await company.person("amy", department_id=branch), await company.person("bob")
    boss = await company.person("boss", ("manager",))
    async with world.transaction() as conn:
        one = await _pool(conn, world, Subject("person", bob))
        two = await _pool(conn, world, Subject("department", region), Subject("role", 0, "manager"))
        none = await _pool(conn, world)
        found = await pool_admins(conn, world.tenant_id, [one, two, none])
    assert found == {one: [bob], two: sorted([amy, boss])}


async def test_the_lead_hears_of_an_extension_and_the_asker_of_the_answer(world: World, app: FastAPI) -> None:
    chief = await world.company.person("chief", ("manager",))
    sales = await world.company.department("一部", leads=[chief])
    pool = await world.pool()
    amy = await world.company.person("amy", department_id=sales)
    began = clock.now() - 28 * DAY
    await world.policy(pool, EVERYONE, at=began - DAY)
    (customer,) = await world.customers(1, pool, amy, at=began)
    async with await signed_in(app, world.company, amy) as client:
        asked = await client.post(f"/customers/{customer}/extension", json={"days": 7, "note": "下周拜访"})
        assert asked.status_code == 201, asked.text
    await work_off(world)
    assert said(await inbox(app, world, chief)) == [
        ("request_asked", "amy提出延期申请：「客户0」", "Amy asks for an extension: 客户0")
    ]
    await comments_reach_the_other_side(world, app, asked.json()["id"], chief, amy)
    assert await inbox(app, world, world.company.admin_id) == []
    async with await signed_in(app, world.company, chief) as client:
        assert (await client.post(f"/requests/{asked.json()['id']}/accept", json={})).status_code == 200
    await work_off(world)
    assert said(await inbox(app, world, amy)) == [
        ("request_decided", "chief同意了你的延期申请：「客户0」", "Chief granted your request for an extension: 客户0"),
        (
            "request_comment",
            "chief在延期申请里留言：「客户0」",
            "Chief wrote about the request for an extension: 客户0",
        ),
    ]


async def comments_reach_the_other_side(world: World, app: FastAPI, request: str, chief: int, amy: int) -> None:
    for author, text in ((chief, "方案什么时候定？"), (amy, "下周三")):
        async with await signed_in(app, world.company, author) as client:
            assert (await client.post(f"/requests/{request}/comments", json={"text": text})).status_code == 201
        await work_off(world)
    zh, en = "在延期申请里留言：「客户0」", " wrote about the request for an extension: 客户0"
    assert said(await inbox(app, world, amy)) == [("request_comment", f"chief{zh}", f"Chief{en}")]
    assert said(await inbox(app, world, chief))[0] == ("request_comment", f"amy{zh}", f"Amy{en}")


async def test_an_appeal_is_for_the_pools_admins_else_the_companys(world: World, app: FastAPI) -> None:
    keeper, amy = await world.company.person("keeper"), await world.company.person("amy")
    async with world.transaction() as conn:
        named = NewPool(
            "东区", {"notice_floor": False}, {"claim": [Subject("all")], "admin": [Subject("person", keeper)]}
        )
        kept = await create_pool(conn, world.company.system, named, now=clock.now())
    bare = await world.pool("西区")
    began = clock.now() - 60 * DAY
    for pool in (kept, bare):
        await world.policy(pool, EVERYONE, at=began - DAY)
        await world.customers(1, pool, amy, at=began)
    taken = await world.sweep(clock.now())
    async with await signed_in(app, world.company, amy) as client:
        for customer in taken:
            asked = await client.post(f"/customers/{customer}/appeal", json={"note": "刚约好拜访"})
            assert asked.status_code == 201, asked.text
    await work_off(world)
    assert [kind for kind, *_ in said(await inbox(app, world, keeper))] == ["request_asked"]
    assert [kind for kind, *_ in said(await inbox(app, world, world.company.admin_id))] == ["request_asked"]
