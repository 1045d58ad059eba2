"""Contacts over HTTP: whoever may edit the customer may, and the log holds no personal data."""

from typing import Any

import pytest

from gonghai.customers.contacts import contacts_of
from tests.fixtures.customers import Team, counted_statements

PERSON = {"name": "王经理", "title": "采购", "phones": ["13800138000"], "emails": ["w@example.com"], "wechat": "wang-1"}


async def stored(team: Team, customer_id: int) -> list[dict[str, Any]]:
    async with team.connection() as conn:
        return [dict(row) for row in await contacts_of(conn, team.company.tenant_id, customer_id)]


async def test_add_edit_and_delete_are_one_version_and_one_event_each(team: Team) -> None:
    customer_id = await team.customer(team.rep_id)
    async with await team.browser(team.rep_id) as browser:
        url = f"/customers/{customer_id}/contacts"
        made = await browser.post(url, json=PERSON)
        assert made.status_code == 201, made.text
        contact_id = made.json()["id"]
        assert made.json() == {"id": contact_id, **PERSON}
        edited = await browser.patch(f"{url}/{contact_id}", json={"phones": [], "title": "  "})
        assert edited.json() == {**made.json(), "phones": [], "title": None}
        assert await stored(team, customer_id) == [{**edited.json(), "id": int(contact_id)}]
        assert (await browser.delete(f"{url}/{contact_id}")).status_code == 204
    assert await stored(team, customer_id) == []
    events = (await team.events(customer_id))[1:]
    assert [(e["version"], e["kind"]) for e in events] == [(n, "edit_contact") for n in (2, 3, 4)]
    assert [e["data"] for e in events] == [
        {"contact": contact_id, "how": "create", "fields": sorted(PERSON)},
        {"contact": contact_id, "how": "edit", "fields": ["phones", "title"]},
        {"contact": contact_id, "how": "delete", "fields": []},
    ]
    assert (await team.row(customer_id))["version"] == 4


async def test_no_difference_is_no_event(team: Team) -> None:
    customer_id = await team.customer(team.rep_id)
    async with await team.browser(team.rep_id) as browser:
        url = f"/customers/{customer_id}/contacts"
        made = (await browser.post(url, json=PERSON)).json()
        same = await browser.patch(f"{url}/{made['id']}", json={"name": " 王经理 ", "phones": ["13800138000"] * 2})
    assert same.json() == made
    assert (await team.row(customer_id))["version"] == 2


async def test_malformed_contacts_are_refused(team: Team) -> None:
    customer_id = await team.customer(team.rep_id)
    async with await team.browser(team.rep_id) as browser:
        url = f"/customers/{customer_id}/contacts"
        made = (await browser.post(url, json=PERSON)).json()
        assert (await browser.post(url, json={"title": "采购"})).status_code == 422
        for body in ({"name": ""}, {"name": None}, {"phones": None}, {"phones": ["1"] * 21}):
            assert (await browser.patch(f"{url}/{made['id']}", json=body)).status_code == 422, body
        assert (await browser.patch(f"{url}/{2**62}", json={"name": "x"})).status_code == 404
        assert (await browser.delete(f"{url}/{2**62}")).status_code == 404
    assert (await team.row(customer_id))["version"] == 2


async def test_a_contact_answers_to_its_own_customer_only(team: Team) -> None:
    mine, also_mine = await team.customer(team.rep_id), await team.customer(team.rep_id)
    async with await team.browser(team.rep_id) as browser:
        made = (await browser.post(f"/customers/{mine}/contacts", json=PERSON)).json()
        url = f"/customers/{also_mine}/contacts/{made['id']}"
        assert (await browser.patch(url, json={"name": "x"})).status_code == 404
        assert (await browser.delete(url)).status_code == 404
    assert len(await stored(team, mine)) == 1


async def test_who_may_not_edit_the_customer_may_not_edit_its_contacts(team: Team) -> None:
    customer_id, pooled_id = await team.customer(team.rep_id), await team.customer(None)
    auditor_id = await team.company.person("auditor", ("auditor",))
    async with (
        await team.browser(team.other_id) as other,
        await team.browser(auditor_id) as auditor,
        await team.browser(team.company.admin_id) as admin,
        await team.browser(team.rep_id) as rep,
    ):
        url, pooled_url = f"/customers/{customer_id}/contacts", f"/customers/{pooled_id}/contacts"
        assert (await other.post(url, json=PERSON)).status_code == 404
        assert (await auditor.post(url, json=PERSON)).status_code == 403
        assert (await other.post(pooled_url, json=PERSON)).status_code == 403
        assert (await admin.post(pooled_url, json=PERSON)).status_code == 201
        await team.release(customer_id, team.rep_id)
        lost = await rep.post(url, json=PERSON)
    assert (lost.status_code, lost.json()["code"]) == (409, "no_longer_yours")
    assert await stored(team, customer_id) == []


async def test_a_write_takes_few_statements(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    customer_id = await team.customer(team.rep_id)
    async with await team.browser(team.rep_id) as browser:
        await browser.post(f"/customers/{customer_id}/contacts", json=PERSON)
        with counted_statements(monkeypatch) as adding:
            await browser.post(f"/customers/{customer_id}/contacts", json=PERSON)
    # Two fill the Actor; then lock, insert, clock, update, event; the keys are read and written.
    assert len(adding) == 2 + 7
