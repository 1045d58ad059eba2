"""Every route is crawled as people who don't see some customers: no answer names one, and none says it is there."""

import itertools
from collections.abc import Sequence

import pytest
from fastapi import FastAPI

from gonghai.base import clock
from gonghai.base.database import Database
from gonghai.customers.insert import insert_customers
from gonghai.customers.record import NewCustomer
from gonghai.events.log import By
from gonghai.moves.pool_moves import archive
from gonghai.pools.actions import NewPool, Subject, create_pool
from tests.fixtures.customers import Team, make_team
from tests.fixtures.people import make_company
from tests.http.crawl import Crawl

SECRETS = (
    "甲一密客",
    "乙二密客",
    "丙三密客",
    "丁四密客",
)  # a stranger's, in an unseen pool, archived, the stranger's shared


@pytest.fixture(scope="module")
async def hidden(database: Database, app: FastAPI, migrated_url: str) -> tuple[Team, list[int], int]:
    """A team, customers that its rep doesn't see, and their owner."""
    team = await make_team(app, await make_company(database, migrated_url, "暗礁"))
    stranger, helper = await team.company.person("陌生"), await team.company.person("帮手")
    tenant = team.company.tenant_id
    async with team.connection() as conn:
        scopes = {"claim": [Subject("person", stranger)]}
        unseen = await create_pool(conn, team.company.system, NewPool("别人的公海", {}, scopes), now=clock.now())
        places = ((team.pool_id, stranger), (unseen, None), (team.pool_id, None), (team.pool_id, stranger))
        new = [NewCustomer({"name": name}, *place) for name, place in zip(SECRETS, places, strict=True)]
        ids = await insert_customers(conn, tenant, new, kind="create", by=By(), at=clock.now())
        await archive(conn, team.company.system, [ids[2]], reason="closed_down")
    owner = await team.browser(stranger)
    shared = await owner.post(f"/customers/{ids[3]}/collaborators", json={"person_ids": [str(helper)]})
    assert shared.status_code == 200
    assert (await owner.post(f"/customers/{ids[0]}/follow-ups", json={"kind": "call"})).status_code == 201
    return team, ids, stranger


async def crawled(app: FastAPI, team: Team, person: int, ids: Sequence[int], stranger: int) -> list[tuple[str, str]]:
    known = {
        "customer_id": [str(i) for i in ids], "pool_id": [str(team.pool_id)], "owner_id": [str(stranger)],
        "person_id": [str(stranger), str(person)], "q": ["密客", "mk"],
    }  # fmt: skip
    async with await team.browser(person) as client:
        return [found async for found in Crawl(client, app.openapi(), known).reads({})]


async def test_no_answer_names_a_customer_that_the_reader_does_not_see(
    app: FastAPI, hidden: tuple[Team, list[int], int]
) -> None:
    team, ids, stranger = hidden
    every = await crawled(app, team, team.company.admin_id, ids, stranger)
    for name in SECRETS:
        assert any(name in answer for _, answer in every), f"{name} can be found"
    for person in (team.rep_id, team.manager_id):
        answers = await crawled(app, team, person, ids, stranger)
        assert len(answers) > 100
        for asked, name in itertools.product(answers, SECRETS):
            assert name not in asked[1], asked[0]
        below = [asked for asked, _ in answers if asked.startswith("GET /customers/") and "/export" not in asked]
        assert {asked.rpartition(" ")[2] for asked in below} <= {"404", "403"}, below
