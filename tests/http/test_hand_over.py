"""Hand-overs over HTTP: previewed per receiver and customer, carried out once, listed, undone; told to whom it concerns."""

from datetime import timedelta
from typing import Any

import httpx

from gonghai.base import clock
from gonghai.deals.actions import NewDeal, open_deal
from gonghai.moves.lock import lock
from gonghai.moves.undo import carry_out
from tests.fixtures.customers import Team, team
from tests.fixtures.people import anonymous
from tests.moves.world import World
from tests.notifications.told import inbox, said, work_off

__all__ = ["team"]


async def book(team: Team, n: int = 3) -> list[int]:
    return [await team.customer(team.rep_id) for _ in range(n)]


def heirs(*ids: int, **more: Any) -> dict[str, Any]:
    return {"way": "heirs", "heirs": [str(i) for i in ids], **more}


async def test_a_preview_says_who_gets_how_much_and_single_customers_on_request(team: Team) -> None:
    customers = await book(team, 5)
    rep = await team.company.actor(team.rep_id)
    async with team.connection() as conn:
        await open_deal(conn, rep, customers[0], NewDeal("大单"))
        await lock(conn, rep, customers[:1], until=clock.now() + timedelta(days=9))
    url = f"/people/{team.rep_id}/hand-over/preview"
    async with await team.browser(team.manager_id) as boss:
        body = heirs(team.other_id, team.manager_id)
        seen = (await boss.post(url, json=body)).json()
        assert {n: seen[n] for n in ("customers", "open_deals", "locked", "requests_lapse")} == {
            "customers": 5, "open_deals": 1, "locked": 1, "requests_lapse": 0}  # fmt: skip
        assert [(r["person"]["name"], r["customers"], r["open_deals"]) for r in seen["receivers"]] == [
            ("other", 3, 1), ("manager", 2, 0)]  # fmt: skip
        first = (await boss.post(f"{url}/customers", json=body, params={"limit": 2})).json()
        rest = (await boss.post(f"{url}/customers", json=body, params={"limit": 50, "after": first["next"]})).json()
        lines = [*first["items"], *rest["items"]]
        assert [line["customer"]["id"] for line in lines] == [str(i) for i in customers]
        assert [line["person"]["name"] for line in lines] == ["other", "manager"] * 2 + ["other"]
        only = (await boss.post(f"{url}/customers", json=body, params={"to_person": str(team.manager_id)})).json()
        assert [line["customer"]["id"] for line in only["items"]] == [str(customers[1]), str(customers[3])]
        home = (await boss.post(url, json={"way": "pools"})).json()["receivers"]
        assert [(r["pool"]["name"], r["customers"]) for r in home] == [("公共公海", 5)]
        assert (await boss.get(f"/people/{team.rep_id}/deactivate/preview")).status_code == 403
    async with await team.browser(team.company.admin_id) as admin:
        leaving = (await admin.get(f"/people/{team.rep_id}/deactivate/preview")).json()
    assert [(r["pool"]["name"], r["customers"]) for r in leaving["receivers"]] == [("公共公海", 5)]


async def handed(client: httpx.AsyncClient, giver: int, body: dict[str, Any], key: str = "k") -> httpx.Response:
    return await client.post(f"/people/{giver}/hand-over", json=body, headers={"Idempotency-Key": key})


async def test_one_key_hands_over_once_and_what_moved_meanwhile_is_said(team: Team) -> None:
    customers = await book(team, 4)
    async with await team.browser(team.manager_id) as boss:
        await team.release(customers[0], team.rep_id)
        body = heirs(team.other_id, previewed=4)
        first, again = await handed(boss, team.rep_id, body), await handed(boss, team.rep_id, body)
        assert first.status_code == 200, first.text
        assert first.json() == again.json()
        assert (first.json()["customers"], first.json()["previewed"]) == (3, 4)
        record = first.json()["hand_over"]
        assert (record["person"]["name"], record["by"]["name"], record["left_company"]) == ("rep", "manager", False)
        shown = (await boss.get("/hand-overs")).json()["items"]
        assert [(h["id"], h["customers"], h["can_undo"]) for h in shown] == [(record["id"], 3, True)]
    async with await team.browser(team.other_id) as rep:
        assert (await rep.get("/hand-overs")).status_code == 403
        assert (await rep.post(f"/hand-overs/{record['id']}/undo")).status_code == 403
        assert (await handed(rep, team.rep_id, heirs(team.manager_id))).status_code == 403


async def test_it_is_undone_from_its_record(team: Team) -> None:
    customers = await book(team)
    async with await team.browser(team.manager_id) as boss:
        record = (await handed(boss, team.rep_id, heirs(team.other_id))).json()["hand_over"]
        undo = (await boss.post(f"/hand-overs/{record['id']}/undo")).json()
        await carry_out(team.company.database, team.company.tenant_id, int(undo["id"]))
        after = (await boss.get(f"/hand-overs/{record['id']}")).json()
        assert (after["undo"]["undone"], after["can_undo"]) == (3, False)
        assert {(await team.row(i))["owner_id"] for i in customers} == {team.rep_id}
        history = (await boss.get(f"/customers/{customers[0]}/history")).json()["items"]
        told = [(e["kind"], e["sentence"]["zh"], e["sentence"]["en"]) for e in history[:2]]
        assert told == [
            ("undo", "manager撤销了交接，重新归rep负责", "manager undid the hand-over: rep owns it again"),
            (
                "hand_over",
                "rep交接给other（轮流分配）（manager操作）",
                "handed over from rep to other (in turn) (by manager)",
            ),
        ]
        why = (await boss.get(f"/customers/{customers[0]}/why", params={"event": history[1]["id"]})).json()
        assert "rep交接给other（轮流分配）" in str(why)


async def test_a_record_shows_each_customer_with_where_it_went_and_what_came_back(team: Team) -> None:
    customers = await book(team, 5)
    async with await team.browser(team.manager_id) as boss, await team.browser(team.company.admin_id) as admin:
        record = (await handed(boss, team.rep_id, heirs(team.other_id, team.manager_id))).json()["hand_over"]
        url = f"/hand-overs/{record['id']}/customers"
        first = (await boss.get(url, params={"limit": 2})).json()
        rest = (await boss.get(url, params={"limit": 50, "after": first["next"]})).json()
        assert rest["next"] is None
        lines = [*first["items"], *rest["items"]]
        assert [(line["customer"]["id"], line["person"]["name"], line["pool"]) for line in lines] == [
            (str(i), name, None) for i, name in zip(customers, ["other", "manager"] * 2 + ["other"], strict=True)
        ]
        why = (await boss.get(f"/customers/{customers[0]}/why", params={"event": lines[0]["event_id"]})).json()
        assert "rep交接给other（轮流分配）" in str(why)
        mine = (await boss.get(url, params={"to_person": str(team.manager_id)})).json()["items"]
        assert [line["customer"]["id"] for line in mine] == [str(customers[1]), str(customers[3])]

        await team.release(customers[0], team.other_id)
        undo = (await boss.post(f"/hand-overs/{record['id']}/undo")).json()
        await carry_out(team.company.database, team.company.tenant_id, int(undo["id"]))
        after = (await boss.get(url)).json()["items"]
        assert [(line["undone"], line["kept"]) for line in after] == [(False, "moved_since")] + [(True, None)] * 4

        pooled = (await handed(admin, team.rep_id, {"way": "pools"}, "k2")).json()["hand_over"]
        url = f"/hand-overs/{pooled['id']}/customers"
        into = (await admin.get(url, params={"to_pool": str(team.pool_id)})).json()["items"]
        assert [(line["person"], line["pool"]["name"], line["undone"]) for line in into] == [
            (None, "公共公海", False)
        ] * 4
        assert (await admin.get(url, params={"to_person": str(team.other_id)})).json()["items"] == []
        assert (await admin.get("/hand-overs/987654321/customers")).status_code == 404


async def test_who_may_take_over_is_listed_with_what_they_hold(team: Team) -> None:
    await team.company.person("审计", ("auditor",))
    await team.company.person("未激活", active=False)
    await team.company.person("外部门")
    other = await team.pool("小公海", holding_cap=1)
    for pool in (team.pool_id, other):
        await team.customer(team.rep_id, pool_id=pool)
        await team.customer(team.other_id, pool_id=pool)
    now = clock.now()
    async with await team.browser(team.company.admin_id) as admin:
        version = (await admin.get(f"/people/{team.other_id}")).json()["version"]
        leave = {"from": str(now - timedelta(hours=1)), "until": str(now + timedelta(days=3))}
        url = f"/people/{team.other_id}/leave"
        assert (await admin.put(url, json=leave, headers={"If-Match": f'"{version}"'})).status_code == 200
        everybody = (await admin.get(f"/people/{team.rep_id}/hand-over/heirs")).json()["items"]
        assert {each["name"] for each in everybody} == {"管理员", "manager", "other", "外部门"}
        assert everybody[0]["department"] == (await admin.get(f"/people/{team.rep_id}")).json()["department"]
        assert (await admin.get("/people/987654321/hand-over/heirs")).status_code == 404
    async with await team.browser(team.manager_id) as boss:
        found = {
            each["name"]: each for each in (await boss.get(f"/people/{team.rep_id}/hand-over/heirs")).json()["items"]
        }
        assert set(found) == {"manager", "other"}
        assert (found["other"]["owned"], found["other"]["back_at"] is not None) == (2, True)
        assert found["other"]["full"] == {"pool": {"id": str(other), "name": "小公海"}, "used": 1, "limit": 1}
        assert (found["manager"]["owned"], found["manager"]["back_at"], found["manager"]["full"]) == (0, None, None)
        sought = (await boss.get(f"/people/{team.rep_id}/hand-over/heirs", params={"q": "OTH"})).json()["items"]
        assert [each["name"] for each in sought] == ["other"]
        assert (await boss.get(f"/people/{team.manager_id}/hand-over/heirs")).status_code == 403


async def test_the_heirs_the_giver_and_the_lead_are_told_once_each(team: Team) -> None:
    world = World(team.company)
    await book(team, 2)
    async with await team.browser(team.company.admin_id) as admin:
        await handed(admin, team.rep_id, heirs(team.other_id))
        await book(team, 2)
        await handed(admin, team.rep_id, {"way": "pools"}, "k2")
    await work_off(world)
    assert said(await inbox(team.app, world, team.other_id)) == [
        ("inherited", "rep的 2 个客户交接给了你", "2 customers of rep passed to you in a hand-over")]  # fmt: skip
    assert [kind for kind, *_ in said(await inbox(team.app, world, team.rep_id))] == ["given_away"] * 2
    assert said(await inbox(team.app, world, team.manager_id)) == [
        ("handed_back", "rep的 2 个客户已交回公海", "2 customers of rep went back to the pool")]  # fmt: skip


async def test_the_leaver_rule_is_the_companys_to_set(team: Team) -> None:
    async with await team.browser(team.company.admin_id) as admin, await team.browser(team.rep_id) as rep:
        version = (await admin.get("/tenant")).json()["version"]
        match = {"If-Match": f'"{version}"'}
        put = "/tenant/leaver-rule"
        assert (await rep.put(put, json={"rule": "manager"}, headers=match)).status_code == 403
        assert (await admin.put(put, json={"rule": "pool"}, headers=match)).status_code == 422
        closed = await admin.put(put, json={"rule": "pool", "pool_id": "987654"}, headers=match)
        assert (closed.status_code, closed.json()["code"]) == (409, "pool_not_open")
        made = await admin.put(put, json={"rule": "manager"}, headers=match)
        assert (made.status_code, made.json()["leaver_rule"]) == (200, "manager")
        assert (await admin.put(put, json={"rule": "home_pool"}, headers=match)).status_code == 412
        customers = await book(team, 2)
        leaving = (await admin.get(f"/people/{team.rep_id}/deactivate/preview")).json()["receivers"]
        assert [(r["person"]["name"], r["customers"]) for r in leaving] == [("manager", 2)]
        done = await admin.post(f"/people/{team.rep_id}/deactivate", json={})
        assert done.json()["handed_over"] == 2
        (record,) = (await admin.get("/hand-overs", params={"person_id": str(team.rep_id)})).json()["items"]
        assert (record["by_rule"], record["left_company"]) == (True, True)
    assert {(await team.row(i))["owner_id"] for i in customers} == {team.manager_id}
    async with anonymous(team.app) as nobody:
        assert (await nobody.get("/hand-overs")).status_code == 401
