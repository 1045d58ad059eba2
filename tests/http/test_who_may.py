"""Who may read and write rules, requests, runs and pools: roles, pool admins, auditors, keys of a few scopes; once."""

from datetime import timedelta
from typing import Any

import httpx

from gonghai.base import clock
from gonghai.pools.actions import Subject, edit_pool
from tests.fixtures.customers import Team, team
from tests.fixtures.people import anonymous

__all__ = ["team"]

RULES: dict[str, Any] = {"segments": [{"name": "所有", "timers": {"holding": "10 days"}}]}


async def keyed(team: Team, person_id: int, *scopes: str) -> httpx.AsyncClient:
    client = anonymous(team.app)
    client.headers["Authorization"] = f"Bearer {await team.company.key(person_id, scopes)}"
    return client


async def made_admin(team: Team, person_id: int) -> None:
    """Names a person as the pool's admin."""
    async with team.connection() as conn:
        scopes = {"admin": [Subject("person", person_id)]}
        await edit_pool(conn, team.company.system, team.pool_id, {}, scopes, version=1, now=clock.now())


async def test_a_key_for_something_else_reads_no_requests(team: Team) -> None:
    admin, rep = await team.browser(team.company.admin_id), await team.browser(team.rep_id)
    assert (await admin.post(f"/pools/{team.pool_id}/policies", json={"document": RULES})).status_code == 201
    customer = await team.customer(team.rep_id, clock.now() - timedelta(days=5))
    request = (await rep.post(f"/customers/{customer}/extension", json={"days": 3})).json()["id"]
    for person, boxes in ((team.rep_id, ("mine",)), (team.manager_id, ("to_decide", "decided"))):
        narrow = await keyed(team, person, "people", "pools")
        for box in boxes:
            assert (await narrow.get("/requests", params={"box": box})).json()["items"] == []
        assert (await narrow.get(f"/requests/{request}")).status_code == 404
        assert (await narrow.get(f"/customers/{customer}/appeal")).status_code == 403
        assert (await narrow.post(f"/requests/{request}/comments", json={"text": "x"})).status_code == 404
    assert len((await (await keyed(team, team.rep_id, "requests")).get("/requests?box=mine")).json()["items"]) == 1


async def test_a_pools_admin_edits_its_settings_unless_auditor_or_by_a_key_for_something_else(team: Team) -> None:
    await made_admin(team, team.rep_id)
    url = f"/pools/{team.pool_id}"
    narrow = await keyed(team, team.rep_id, "customers")
    assert (await narrow.patch(url, json={"lock_quota": 1}, headers={"If-Match": '"2"'})).status_code == 403
    assert (await narrow.get(f"{url}/handbook/acknowledgements")).status_code == 403
    rep = await team.browser(team.rep_id)
    assert (await rep.patch(url, json={"lock_quota": 1}, headers={"If-Match": '"2"'})).status_code == 200
    assert (await rep.get(f"{url}/handbook/acknowledgements")).status_code == 200
    auditor = await team.company.person("审计", ("auditor",))
    async with team.connection() as conn:
        scopes = {"admin": [Subject("person", auditor)]}
        await edit_pool(conn, team.company.system, team.pool_id, {}, scopes, version=3, now=clock.now())
    reads = await team.browser(auditor)
    assert (await reads.patch(url, json={"lock_quota": 2}, headers={"If-Match": '"4"'})).status_code == 403


async def test_a_pools_admin_previews_all_counts_but_is_told_only_the_customers_they_see(team: Team) -> None:
    """A colleague's book stays the colleague's."""
    await made_admin(team, team.rep_id)
    mine, other = [await team.customer(p, clock.now() - timedelta(days=30)) for p in (team.rep_id, team.other_id)]
    url, body = f"/pools/{team.pool_id}/policy/preview", {"document": RULES, "within": 0}
    rep, admin = await team.browser(team.rep_id), await team.browser(team.company.admin_id)
    assert (await rep.post(url, json={"document": RULES})).json()["totals"]["at_once"] == 2
    for client, seen in ((rep, {str(mine)}), (admin, {str(mine), str(other)})):
        shown = (await client.post(f"{url}/customers", json=body)).json()["items"]
        assert {line["customer"]["id"] for line in shown} == seen
        lines = (await client.post(f"{url}.csv", json=body)).text.strip().splitlines()[1:]
        assert {line.split(",")[0] for line in lines} == seen


async def test_whoever_undoes_nothing_cannot_tell_which_runs_there_are(team: Team) -> None:
    rep = await team.browser(team.rep_id)
    for what in ("recycle-runs", "cleaning-runs", "imports"):
        assert (
            (await rep.post(f"/{what}/1/undo")).status_code
            == (await rep.post(f"/{what}/999999/undo")).status_code
            == 403
        )


async def test_a_publication_sent_twice_with_one_key_is_one_version(team: Team) -> None:
    admin = await team.browser(team.company.admin_id)
    url, key = f"/pools/{team.pool_id}/policies", {"Idempotency-Key": "once"}
    first = await admin.post(url, json={"document": RULES}, headers=key)
    second = await admin.post(url, json={"document": RULES}, headers=key)
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert len((await admin.get(url)).json()["versions"]) == 1


async def test_a_pool_that_only_its_own_rules_send_to_may_be_closed(team: Team) -> None:
    admin = await team.browser(team.company.admin_id)
    itself = {"segments": [{"name": "所有", "timers": {"holding": "10 days"}, "target": {"pool": "公共公海"}}]}
    assert (await admin.post(f"/pools/{team.pool_id}/policies", json={"document": itself})).status_code == 201
    await team.pool("接手的公海")
    closed = await admin.post(f"/pools/{team.pool_id}/close", json={})
    assert closed.status_code == 200, closed.text
