"""Following up without claiming, where a pool allows it; hiding what earlier owners wrote."""

from datetime import timedelta
from typing import Any

import httpx

from gonghai.base import clock
from gonghai.moves.verify import verify
from tests.fixtures.customers import Team, make_team
from tests.fixtures.people import Company


async def log(client: httpx.AsyncClient, customer: int, note: str, **more: Any) -> httpx.Response:
    return await client.post(f"/customers/{customer}/follow-ups", json={"kind": "call", "note": note, **more})


async def test_where_a_pool_allows_it_whoever_sees_a_pooled_customer_logs_a_follow_up(
    app: Any, company: Company
) -> None:
    team = await make_team(app, company, follow_up_unclaimed=True)
    customer = await team.customer(None, clock.now() - timedelta(days=3))
    rep = await team.browser(team.rep_id)
    assert "follow_up" in (await rep.get(f"/customers/{customer}")).json()["allowed"]
    before = await team.row(customer)
    made = await log(rep, customer, "打过，没人接", outcome="未接通")
    assert made.status_code == 201, made.text
    assert (made.json()["qualifies"], made.json()["why_not"]) == (False, "unclaimed")
    after = await team.row(customer)
    assert after["version"] == before["version"] + 1
    assert after["last_activity_at"] is not None
    assert (after["first_contact_at"], after["last_follow_up_at"], after["state"]) == (None, None, "pooled")
    event = (await team.events(customer))[-1]
    assert (event["kind"], event["spell_no"], event["data"]["why_not"]) == ("follow_up", None, "unclaimed")
    assert (await verify(company.database, company.tenant_id)).differences == 0


async def test_it_stops_no_clock_of_whoever_claims_the_customer_next(app: Any, company: Company) -> None:
    team = await make_team(app, company, follow_up_unclaimed=True)
    customer = await team.customer(None, clock.now() - timedelta(days=3))
    rep, other = await team.browser(team.rep_id), await team.browser(team.other_id)
    assert (await log(rep, customer, "领取前打过")).status_code == 201
    await team.claim(customer, team.rep_id)
    row = await team.row(customer)
    assert (row["first_contact_at"], row["last_follow_up_at"]) == (None, None)
    assert (await log(other, customer, "不是我的了")).status_code == 404
    assert (await log(rep, customer, "领取后打过")).json()["qualifies"] is True
    await team.release(customer, team.rep_id)
    assert (await log(rep, customer, "退回之后")).json()["why_not"] == "unclaimed"
    assert (await verify(company.database, company.tenant_id)).differences == 0


async def test_elsewhere_it_is_refused_as_before(team: Team) -> None:
    customer = await team.customer(None)
    rep = await team.browser(team.rep_id)
    refused = await log(rep, customer, "x")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_owned")
    assert "follow_up" not in (await rep.get(f"/customers/{customer}")).json()["allowed"]


async def test_one_typed_in_late_lies_back_as_far_as_the_pool_says(app: Any, company: Company) -> None:
    team = await make_team(app, company, follow_up_unclaimed=True, backdate_hours=2)
    customer = await team.customer(None)
    rep = await team.browser(team.rep_id)
    for hours, code in ((-1, "follow_up_in_future"), (3, "follow_up_too_old")):
        at = (clock.now() - timedelta(hours=hours)).isoformat()
        assert (await log(rep, customer, "x", at=at)).json()["code"] == code


async def _notes(client: httpx.AsyncClient, customer: int) -> list[tuple[Any, bool]]:
    found = (await client.get(f"/customers/{customer}/follow-ups")).json()["items"]
    timeline = (await client.get(f"/customers/{customer}/timeline")).json()["items"]
    on_it = [(i["follow_up"]["note"], i["follow_up"]["note_hidden"]) for i in timeline if i["type"] == "follow_up"]
    listed = [(f["note"], f["note_hidden"]) for f in found]
    assert listed == on_it
    for f in found:
        assert not f["note_hidden"] or (f["outcome"], f["next_at"]) == (None, None)
        assert (f["author"], f["kind"]) is not None
    return listed


async def test_a_pool_may_hide_what_earlier_owners_wrote(app: Any, company: Company) -> None:
    """From later owners and from whoever sees it in the pool; not from the author, managers and those who see all."""
    team = await make_team(app, company, hide_earlier_notes=True)
    customer = await team.customer(None)
    await team.claim(customer, team.rep_id)
    rep, other = await team.browser(team.rep_id), await team.browser(team.other_id)
    manager, admin = await team.browser(team.manager_id), await team.browser(company.admin_id)
    assert (await log(rep, customer, "底价八折", outcome="犹豫")).status_code == 201
    assert await _notes(rep, customer) == [("底价八折", False)]
    await team.release(customer, team.rep_id)
    assert await _notes(other, customer) == [(None, True)]
    assert await _notes(manager, customer) == [(None, True)], "nobody's manager while it lies in the pool"
    assert await _notes(rep, customer) == [("底价八折", False)]
    await team.claim(customer, team.other_id)
    assert (await log(other, customer, "我写的")).status_code == 201
    assert await _notes(other, customer) == [("我写的", False), (None, True)]
    for client in (manager, admin):
        assert await _notes(client, customer) == [("我写的", False), ("底价八折", False)]


async def test_elsewhere_the_claimer_sees_the_whole_earlier_timeline(team: Team) -> None:
    customer = await team.customer(team.rep_id)
    rep, other = await team.browser(team.rep_id), await team.browser(team.other_id)
    assert (await log(rep, customer, "聊过")).status_code == 201
    await team.release(customer, team.rep_id)
    await team.claim(customer, team.other_id)
    assert await _notes(other, customer) == [("聊过", False)]
