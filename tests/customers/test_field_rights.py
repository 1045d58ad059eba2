"""Fields by role: what is hidden never leaves the server, what may be read only isn't changed."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from gonghai.access.field_rights import narrowed
from gonghai.base import clock
from gonghai.base.database import rows
from gonghai.customers.field_rights import NAMES, NEVER_HIDDEN
from gonghai.customers.fields import FIELDS
from gonghai.customers.masking import Cover, masked_data
from tests.fixtures.customers import Team

# A value per field that stands nowhere else.
FULL: dict[str, Any] = {
    "name": "远洋科技有限公司", "kind": "company", "external_id": "XEXT-1", "level": "L-AA", "source": "S-EXPO",
    "industry": "I-MACH", "region": "R-EAST", "stage": "T-NEW", "wechat": "wx-canary", "website": "canary.example.cn",
    "uscc": "91310000MA1CANARY", "address": "上海市canary路1号", "note": "canary-note", "phones": ["13911112222"],
    "emails": ["canary@mail.example"], "tags": ["canary-tag"], "amount": "987654.32", "contract_end": "2031-07-19",
}  # fmt: skip


def test_the_most_permissive_role_holds_admins_write_and_an_auditor_lifts_no_ban_on_writing() -> None:
    rights = {"rep": {"amount": "hide", "level": "read"}, "manager": {"amount": "read"}, "auditor": {"level": "hide"}}
    assert narrowed(rights, ["rep"]) == ({"amount"}, {"level"})
    assert narrowed(rights, ["manager"]) == (set(), {"amount"})
    assert narrowed(rights, ["rep", "manager"]) == (set(), {"amount"})
    assert narrowed(rights, ["rep", "auditor"]) == (set(), {"amount", "level"})
    assert narrowed(rights, ["auditor"]) == ({"level"}, set())
    assert narrowed(rights, ["rep", "admin"]) == narrowed(rights, []) == (set(), set())


async def granted(team: Team, **rights: dict[str, str]) -> httpx.Response:
    admin = await team.browser(team.company.admin_id)
    now = await admin.get("/tenant/field-rights")
    return await admin.put("/tenant/field-rights", json={"rights": rights}, headers={"If-Match": now.headers["ETag"]})


async def owned(team: Team) -> int:
    rep = await team.browser(team.rep_id)
    made = await rep.post("/customers", json={**FULL, "pool_id": str(team.pool_id), "owner": "me"})
    assert made.status_code == 201, made.text
    customer = int(made.json()["id"])
    contact = {"name": "王canary", "phones": ["13933334444"]}
    assert (await rep.post(f"/customers/{customer}/contacts", json=contact)).status_code == 201
    # So that old and new values stand in the history too.
    head = {"If-Match": f'"{(await team.row(customer))["version"]}"'}
    other = {"level": "L-BB", "amount": "876543.21", "source": "S-CALL", "contract_end": "2032-08-20"}
    assert (await rep.patch(f"/customers/{customer}", json=other, headers=head)).status_code == 200
    return customer


async def crawled(team: Team, person: int, customer: int) -> str:
    """Everything that a person is told of a customer."""
    client = await team.browser(person)
    urls = [f"/customers/{customer}{rest}" for rest in ("", "/history", "/timeline", "/why", "/follow-ups", "/deals")]
    urls += ["/customers", "/customers?q=远洋", "/customers/export?scope=mine", "/falling?days=90", "/inbox"]
    answers = [await client.get(url) for url in urls]
    return "\n".join(a.text for a in answers if a.status_code == 200)


async def test_every_field_hidden_from_a_role_leaves_no_answer_not_even_of_ones_own_customer(team: Team) -> None:
    customer = await owned(team)
    names = [n for n in NAMES if n not in NEVER_HIDDEN]
    before = await crawled(team, team.rep_id, customer)
    assert (await granted(team, rep=dict.fromkeys(names, "hide"))).status_code == 200
    after = await crawled(team, team.rep_id, customer)
    canaries = {n: v[0] if isinstance(v, list) else v for n, v in FULL.items() if n in names}
    for name, value in {**canaries, "contacts": "王canary", "phone": "13933334444", "new": "L-BB"}.items():
        assert value in before, f"{name} can be found"
        assert value not in after, name
    shown = (await (await team.browser(team.rep_id)).get(f"/customers/{customer}")).json()
    assert shown["hidden"] == sorted(names)
    assert (shown["name"], shown["phones"], shown["amount"], shown["contacts"]) == (FULL["name"], [], None, [])
    # The manager's role says nothing of them.
    assert "13911112222" in await crawled(team, team.manager_id, customer)


async def test_nothing_narrows_a_list_by_a_hidden_field(team: Team) -> None:
    await granted(team, rep={"level": "hide"})
    rep, manager = await team.browser(team.rep_id), await team.browser(team.manager_id)
    matching = {"move": "share", "matching": {"level": "A"}, "person_ids": [str(team.other_id)]}
    for answer in (
        await rep.get("/customers", params={"level": "A"}),
        await rep.get(f"/pools/{team.pool_id}/customers", params={"level": "A"}),
        await rep.post("/moves", json=matching),
    ):
        assert (answer.status_code, answer.json()["data"]) == (403, {"action": "customers.read", "field": "level"})
    assert (await manager.get("/customers", params={"level": "A"})).status_code == 200
    assert (await rep.get("/customers", params={"region": "R"})).status_code == 200


@pytest.mark.parametrize("right", ["hide", "read"])
async def test_what_a_role_may_not_write_is_refused_by_name_and_an_unchanged_value_passes(
    team: Team, right: str
) -> None:
    customer = await owned(team)
    await granted(team, rep={"level": right, "amount": right, "contacts": right, "phones": right})
    rep = await team.browser(team.rep_id)

    async def edit(values: dict[str, Any]) -> tuple[int, Any]:
        head = {"If-Match": f'"{(await team.row(customer))["version"]}"'}
        answer = await rep.patch(f"/customers/{customer}", json=values, headers=head)
        return answer.status_code, answer.json().get("data", {}).get("field")

    assert await edit({"level": "X"}) == (403, "level")
    assert await edit({"source": "新", "amount": None}) == (403, "amount")
    assert await edit({"phones": []}) == (403, "phones")
    assert await edit({"source": "新", "level": "L-BB", "amount": "876543.2100"[:-2]}) == (200, None)
    row = await team.row(customer)
    assert (row["source"], row["level"]) == ("新", "L-BB")
    new = {"name": "新客户", "pool_id": str(team.pool_id)}
    refused = await rep.post("/customers", json={**new, "level": "A"})
    assert (refused.status_code, refused.json()["data"]["field"]) == (403, "level")
    assert (await rep.post("/customers", json={**new, "phones": [], "level": None})).status_code == 201
    assert (await rep.post(f"/customers/{customer}/contacts", json={"name": "李"})).json()["data"][
        "field"
    ] == "contacts"
    # The manager still may.
    manager = await team.browser(team.manager_id)
    head = {"If-Match": f'"{(await team.row(customer))["version"]}"'}
    assert (await manager.patch(f"/customers/{customer}", json={"level": "A"}, headers=head)).status_code == 200


async def test_a_contacts_phones_go_by_the_right_on_phones(team: Team) -> None:
    customer = await owned(team)
    await granted(team, rep={"phones": "hide"})
    rep = await team.browser(team.rep_id)
    (contact,) = (await rep.get(f"/customers/{customer}")).json()["contacts"]
    assert (contact["name"], contact["phones"]) == ("王canary", [])
    url = f"/customers/{customer}/contacts/{contact['id']}"
    assert (await rep.patch(url, json={"phones": []})).status_code == 403
    assert (await rep.patch(url, json={"title": "总经理"})).status_code == 200


def test_a_recycles_event_loses_a_hidden_fact_wherever_it_stands() -> None:
    kept = {"segment": 1, "contract_end": "2026-01-01", "live_deals": 0}
    hidden = Cover(frozenset(), frozenset({"contract_end"}))
    assert masked_data(kept, hidden) == {"segment": 1, "live_deals": 0}


async def test_history_names_a_hidden_field_nowhere(team: Team) -> None:
    customer = await owned(team)
    await granted(team, manager={"contract_end": "hide"})
    manager = await team.browser(team.manager_id)
    history = (await manager.get(f"/customers/{customer}/history")).text
    assert "contract_end" not in history
    assert "L-BB" in history


async def test_only_admins_set_rights_against_a_version_and_an_event_says_so(team: Team) -> None:
    rep, admin = await team.browser(team.rep_id), await team.browser(team.company.admin_id)
    assert (await rep.get("/tenant/field-rights")).status_code == 403
    assert (await rep.put("/tenant/field-rights", json={"rights": {}}, headers={"If-Match": '"1"'})).status_code == 403
    first = await admin.get("/tenant/field-rights")
    assert first.json()["roles"] == ["rep", "manager", "auditor"]
    assert {f["name"] for f in first.json()["fields"]} == {*FIELDS, "contacts"}
    assert (await granted(team, rep={"amount": "hide"}, manager={})).json()["rights"] == {"rep": {"amount": "hide"}}
    late = await admin.put("/tenant/field-rights", json={"rights": {}}, headers={"If-Match": first.headers["ETag"]})
    assert late.status_code == 412
    assert (await admin.put("/tenant/field-rights", json={"rights": {}})).status_code == 428
    async with team.connection() as conn:
        (event,) = await rows(conn, "SELECT actor_id, data FROM event WHERE subject = 'tenant' AND kind = 'edit'")
    assert event["actor_id"] == team.company.admin_id
    assert event["data"]["changes"] == {"field_rights": [{}, {"rep": {"amount": "hide"}}]}
    me = (await rep.get("/me")).json()
    assert (me["hidden_fields"], me["readonly_fields"]) == (["amount"], [])


@pytest.mark.parametrize(
    ("rights", "path", "code"),
    [
        ({"admin": {"amount": "hide"}}, "rights.admin", "admin_always_writes"),
        ({"boss": {"amount": "hide"}}, "rights.boss", "unknown_role"),
        ({"rep": {"owner_id": "hide"}}, "rights.rep.owner_id", "unknown_field"),
        ({"rep": {"amount": "none"}}, "rights.rep.amount", "unknown_right"),
        ({"rep": {"name": "hide"}}, "rights.rep.name", "never_hidden"),
    ],
)
async def test_rights_that_make_no_sense_are_refused_in_words(team: Team, rights: Any, path: str, code: str) -> None:
    refused = await granted(team, **rights)
    assert (refused.status_code, [(e["path"], e["code"]) for e in refused.json()["errors"]]) == (422, [(path, code)])


async def test_masks_of_a_pool_and_rights_of_roles_hold_beside_each_other(team: Team) -> None:
    customer = await owned(team)
    await team.release(customer, team.rep_id)
    await granted(team, rep={"emails": "hide"})
    other = await team.browser(team.other_id)
    seen = (await other.get(f"/customers/{customer}")).json()
    assert (seen["hidden"], seen["masked"]) == (["emails"], ["contacts", "phones", "wechat"])
    assert (seen["emails"], seen["phones"]) == ([], ["139****22"])


async def test_a_collaborator_is_bound_by_their_own_roles_rights(team: Team) -> None:
    customer = await owned(team)
    helper = await team.company.person("helper", ("manager",))
    rep = await team.browser(team.rep_id)
    await rep.post(f"/customers/{customer}/collaborators", json={"person_ids": [str(helper)]})
    await granted(team, rep={"amount": "hide"}, manager={"phones": "hide"})
    seen = (await (await team.browser(helper)).get(f"/customers/{customer}")).json()
    assert (seen["phones"], seen["amount"], seen["hidden"]) == ([], "876543.21", ["phones"])
    mine = (await rep.get(f"/customers/{customer}")).json()
    assert (mine["phones"], mine["amount"], mine["hidden"]) == (["13911112222"], None, ["amount"])
    assert mine["created_at"] > (clock.now() - timedelta(hours=1)).isoformat()
