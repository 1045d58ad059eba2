"""Collaborators: whom a customer is shared with sees it and works on it while that spell lasts."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from gonghai.base import clock
from gonghai.customers.collaborators import MOST
from gonghai.moves.recycle import carry_out, start_run
from gonghai.moves.undo import carry_out as carry_out_undo
from gonghai.moves.undo import start_undo
from gonghai.moves.verify import verify
from tests.fixtures.customers import Team, counted_statements, make_team
from tests.fixtures.people import Company


@pytest.fixture
async def stranger(team: Team) -> int:
    """Somebody of another department."""
    return await team.company.person("stranger")


async def shared(team: Team, customer: int, by: int, *persons: int) -> httpx.Response:
    client = await team.browser(by)
    return await client.post(f"/customers/{customer}/collaborators", json={"person_ids": [str(p) for p in persons]})


async def seen_by(team: Team, person: int, **query: Any) -> list[int]:
    client = await team.browser(person)
    page = (await client.get("/customers", params={"scope": "shared", **query})).json()
    return [int(item["id"]) for item in page["items"]]


async def log(client: httpx.AsyncClient, customer: int, note: str = "打过电话") -> httpx.Response:
    return await client.post(f"/customers/{customer}/follow-ups", json={"kind": "call", "note": note})


async def assert_clean(team: Team) -> None:
    report = await verify(team.company.database, team.company.tenant_id)
    assert report.examples == []


async def test_a_collaborator_sees_anothers_customer_in_clear_and_logs_follow_ups_that_count_for_nothing(
    team: Team, stranger: int
) -> None:
    rep, helper = await team.browser(team.rep_id), await team.browser(stranger)
    made = await rep.post(
        "/customers", json={"name": "远洋科技", "pool_id": str(team.pool_id), "owner": "me", "phones": ["13800138000"]}
    )
    customer = int(made.json()["id"])
    assert (await helper.get(f"/customers/{customer}")).status_code == 404
    answer = await shared(team, customer, team.rep_id, stranger)
    assert answer.status_code == 200, answer.text
    assert [c["id"] for c in answer.json()["items"]] == [str(stranger)]
    found = (await helper.get(f"/customers/{customer}")).json()
    assert (found["phones"], found["masked"], found["shared"]) == (["13800138000"], [], True)
    assert found["allowed"] == ["leave", "follow_up"]
    logged = await log(helper, customer)
    assert logged.status_code == 201, logged.text
    assert (logged.json()["qualifies"], logged.json()["why_not"]) == (False, "collaborator")
    for url in ("", "/history", "/timeline", "/why", "/follow-ups", "/deals", "/collaborators"):
        assert (await helper.get(f"/customers/{customer}{url}")).status_code == 200, url
    row = await team.row(customer)
    assert row["first_contact_at"] is None
    sentences = [e["sentence"]["zh"] for e in (await rep.get(f"/customers/{customer}/history")).json()["items"]]
    assert "rep添加协作人：stranger" in sentences
    await assert_clean(team)


async def test_where_the_pool_says_so_a_collaborators_follow_up_stops_the_clock(app: Any, company: Company) -> None:
    team = await make_team(app, company, collaborators_count=True)
    helper = await company.person("helper")
    customer = await team.customer(team.rep_id, clock.now() - timedelta(days=5))
    assert (await shared(team, customer, team.rep_id, helper)).status_code == 200
    assert (await log(await team.browser(helper), customer)).json()["qualifies"] is True
    row = await team.row(customer)
    assert row["first_contact_at"] is not None
    # A manager's doesn't, unless the manager is a collaborator too.
    assert (await log(await team.browser(team.manager_id), customer)).json()["why_not"] == "not_owner"
    await assert_clean(team)


async def test_everything_but_follow_ups_stays_the_owners(team: Team, stranger: int) -> None:
    customer = await team.customer(team.rep_id)
    await shared(team, customer, team.rep_id, stranger)
    helper = await team.browser(stranger)
    url = f"/customers/{customer}"
    version = (await team.row(customer))["version"]
    until = (clock.now() + timedelta(days=3)).isoformat()
    refused = [
        await helper.patch(url, json={"level": "A"}, headers={"If-Match": f'"{version}"'}),
        await helper.post(f"{url}/release", json={"reason": "no_need"}),
        await helper.post(f"{url}/transfer", json={"owner_id": str(stranger)}),
        await helper.post(f"{url}/lock", json={"until": until}),
        await helper.post(f"{url}/deals", json={"name": "大单"}),
        await helper.post(f"{url}/contacts", json={"name": "王总"}),
        await helper.post(f"{url}/collaborators", json={"person_ids": [str(team.other_id)]}),
        await helper.post(f"{url}/archive", json={"reason": "closed_down"}),
        await helper.post(f"{url}/extension", json={"days": 3}),
    ]
    assert [answer.status_code for answer in refused] == [403] * len(refused), [a.text for a in refused]
    assert (await team.row(customer))["version"] == version


async def test_sharing_ends_with_the_spell_without_a_word_and_comes_back_with_it(app: Any, company: Company) -> None:
    team = await make_team(app, company, notice_floor=False)
    stranger = await company.person("stranger")
    customer = await team.customer(team.rep_id, clock.now() - timedelta(days=60))
    await shared(team, customer, team.rep_id, stranger)
    admin = await team.browser(team.company.admin_id)
    rules = {"document": {"segments": [{"name": "所有", "timers": {"holding": "10 days"}}]}}
    assert (await admin.post(f"/pools/{team.pool_id}/policies", json=rules)).status_code == 201
    batch = await swept(team)
    assert (await team.row(customer))["state"] == "pooled"
    assert await seen_by(team, stranger) == []
    assert (await log(await team.browser(stranger), customer)).status_code == 409  # lies in a pool they see
    await undone(team, batch)
    assert (await team.row(customer))["owner_id"] == team.rep_id
    assert await seen_by(team, stranger) == [customer]
    await team.release(customer, team.rep_id)
    await team.claim(customer, team.other_id)
    assert await seen_by(team, stranger) == []
    assert (await (await team.browser(stranger)).get(f"/customers/{customer}")).status_code == 404
    await assert_clean(team)


async def swept(team: Team) -> int:
    """A sweep; its batch."""
    async with team.connection() as conn:
        run_id = await start_run(
            conn, team.company.tenant_id, pool_id=None, requested_by=None, now=clock.now() + timedelta(days=60)
        )
    assert run_id is not None
    await carry_out(team.company.database, team.company.tenant_id, run_id)
    async with team.connection() as conn:
        found = await conn.execute("SELECT batch_id FROM recycle_run WHERE id = %s", (run_id,))
        row = await found.fetchone()
    assert row is not None
    return int(row["batch_id"])


async def undone(team: Team, batch: int) -> None:
    async with team.connection() as conn:
        undo_id = await start_undo(conn, team.company.system, batch, now=clock.now())
    await carry_out_undo(team.company.database, team.company.tenant_id, undo_id)


async def test_a_transfer_takes_collaborators_along_but_not_the_new_owner(team: Team, stranger: int) -> None:
    customer = await team.customer(team.rep_id)
    await shared(team, customer, team.rep_id, stranger, team.other_id)
    await team.transfer(customer, team.rep_id, team.other_id)
    assert await seen_by(team, stranger) == [customer]
    assert await seen_by(team, team.other_id) == []
    owner = await team.browser(team.other_id)
    assert [c["id"] for c in (await owner.get(f"/customers/{customer}/collaborators")).json()["items"]] == [
        str(stranger)
    ]
    await team.transfer(customer, team.manager_id, team.rep_id)
    assert await seen_by(team, stranger) == [customer]
    await assert_clean(team)


async def test_owner_and_manager_take_sharing_back_and_a_collaborator_leaves(team: Team, stranger: int) -> None:
    customer = await team.customer(team.rep_id)
    await shared(team, customer, team.manager_id, stranger, team.company.admin_id)
    url = f"/customers/{customer}/collaborators"
    helper = await team.browser(stranger)
    assert (await helper.delete(f"{url}/{team.company.admin_id}")).status_code == 403
    assert (await helper.delete(f"{url}/{stranger}")).status_code == 204
    assert (await helper.get(f"/customers/{customer}")).status_code == 404
    rep = await team.browser(team.rep_id)
    gone = await rep.delete(f"{url}/{stranger}")
    assert (gone.status_code, gone.json()["code"]) == (409, "not_collaborator")
    assert (await rep.delete(f"{url}/{team.company.admin_id}")).status_code == 204
    assert (await rep.get(url)).json() == {"items": []}
    await assert_clean(team)


async def test_who_can_be_no_collaborator_is_refused_in_words(team: Team, stranger: int) -> None:
    customer = await team.customer(team.rep_id)
    invited = await team.company.person("invited", active=False)

    async def code(by: int, *persons: int) -> str:
        answer = await shared(team, customer, by, *persons)
        return str(answer.json()["code"]) if answer.status_code != 200 else "shared"

    assert await code(team.rep_id, team.rep_id) == "collaborator_is_owner"
    assert await code(team.rep_id, invited) == "person_not_active"
    assert await code(team.rep_id, 10**12) == "not_found"
    assert await code(stranger, stranger) == "not_found"
    assert await code(team.rep_id, stranger) == "shared"
    assert await code(team.rep_id, stranger) == "already_collaborator"
    pooled = await team.customer(None)
    assert (await shared(team, pooled, team.rep_id, stranger)).json()["code"] == "not_owned"
    crowd = [await team.company.person(f"p{i}") for i in range(MOST)]
    assert await code(team.rep_id, *crowd) == "too_many_collaborators"
    assert await code(team.rep_id, *crowd[:-1]) == "shared"
    assert await code(team.rep_id, crowd[-1]) == "too_many_collaborators"


async def test_a_batch_shares_what_it_can_per_id_in_as_many_statements_for_2_as_for_20(
    team: Team, stranger: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rep = await team.browser(team.rep_id)
    pooled, hidden = await team.customer(None), await team.customer(team.manager_id)
    counts = []
    for n in (2, 20):
        mine = [await team.customer(team.rep_id) for _ in range(n)]
        body = {"move": "share", "customer_ids": [str(c) for c in [*mine, pooled, hidden]]}
        assert (await rep.get("/me")).status_code == 200  # known to the server
        with counted_statements(monkeypatch) as seen:
            answer = await rep.post("/moves", json={**body, "person_ids": [str(stranger)]})
        counts.append(len(seen))
        results = answer.json()["results"]
        assert [r["outcome"] for r in results[:n]] == ["moved"] * n, results
        assert [r["code"] for r in results[n:]] == ["not_owned", "not_found"]
    assert counts[0] == counts[1] > 0
    assert len(await seen_by(team, stranger)) == 22
    await assert_clean(team)


async def test_who_leaves_the_company_collaborates_no_more_even_after_coming_back(team: Team, stranger: int) -> None:
    customer = await team.customer(team.rep_id)
    await shared(team, customer, team.rep_id, stranger)
    admin, rep = await team.browser(team.company.admin_id), await team.browser(team.rep_id)
    assert (await admin.post(f"/people/{stranger}/deactivate")).status_code == 200
    assert (await rep.get(f"/customers/{customer}/collaborators")).json()["items"] == []
    assert [e["kind"] for e in await team.events(customer)][-1] == "unshare"
    await assert_clean(team)


async def test_shared_customers_are_found_by_name_pinyin_and_filter_and_by_no_other_list(
    team: Team, stranger: int
) -> None:
    rep, helper = await team.browser(team.rep_id), await team.browser(stranger)
    ids = []
    for name, level in (("云海科技", "A"), ("云海重工", "B"), ("远洋贸易", "A")):
        made = {"name": name, "level": level, "pool_id": str(team.pool_id), "owner": "me"}
        ids.append(int((await rep.post("/customers", json=made)).json()["id"]))
    await shared(team, ids[0], team.rep_id, stranger)
    await shared(team, ids[2], team.rep_id, stranger)
    assert await seen_by(team, stranger) == [ids[2], ids[0]]
    assert await seen_by(team, stranger, q="yunhai") == [ids[0]]
    assert await seen_by(team, stranger, level="B") == []
    assert sorted(await seen_by(team, stranger, sort="countdown")) == [ids[0], ids[2]]
    for query, found in (({}, [ids[2], ids[0]]), ({"q": "云海"}, [ids[0]]), ({"scope": "mine", "q": "云海"}, []),
                         ({"owner_id": str(team.rep_id), "q": "云海"}, [ids[0]]), ({"state": "pooled"}, [])):  # fmt: skip
        page = (await helper.get("/customers", params=query)).json()
        assert [int(c["id"]) for c in page["items"]] == found, query


async def test_somebody_elses_shared_customers_are_not_mine_to_see(team: Team, stranger: int) -> None:
    customer = await team.customer(team.rep_id)
    await shared(team, customer, team.rep_id, stranger)
    assert await seen_by(team, team.other_id) == []
    assert await seen_by(team, team.company.admin_id) == []
    assert (await (await team.browser(team.other_id)).get(f"/customers/{customer}/collaborators")).status_code == 404
