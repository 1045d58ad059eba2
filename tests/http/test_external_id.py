"""An external id belongs to one customer, also when two ask for it at the same time."""

import asyncio

from fastapi import FastAPI

from gonghai.base import clock
from gonghai.pools.actions import NewPool, create_pool
from tests.fixtures.people import Company, signed_in


async def test_of_two_creates_with_one_external_id_at_once_one_is_refused(app: FastAPI, company: Company) -> None:
    async with company.database.tenant(company.tenant_id) as conn:
        pool = await create_pool(conn, company.system, NewPool("公海"), now=clock.now())
    client = await signed_in(app, company)
    new = {"name": "甲", "pool_id": str(pool), "external_id": "K-1"}
    answers = await asyncio.gather(*(client.post("/customers", json=new) for _ in range(4)))
    assert sorted(a.status_code for a in answers) == [201, 409, 409, 409]
    assert {a.json().get("code") for a in answers if a.status_code == 409} == {"external_id_taken"}
    other = (await client.post("/customers", json={"name": "乙", "pool_id": str(pool)})).json()
    taken = await client.patch(
        f"/customers/{other['id']}", json={"external_id": "K-1"}, headers={"If-Match": f'"{other["version"]}"'}
    )
    assert (taken.status_code, taken.json()["code"]) == (409, "external_id_taken")
