"""撞单 through HTTP: who is told what of a customer that is there already, who keeps it, what comes of asking."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from gonghai.base import clock
from gonghai.base.database import rows
from gonghai.moves.hand_over import deactivate_person
from gonghai.moves.pool_moves import archive
from gonghai.notifications.notify import notify
from gonghai.pools.actions import NewPool, Subject, create_pool
from tests.fixtures.people import signed_in
from tests.moves.world import World

USCC = "91350100M000100Y43"
PHONE, MAIL = "13912345678", "Wang.Lei@yuanyang.example.com"
FIELDS = {"name": "远洋贸易（上海）有限公司", "phones": [PHONE], "emails": [MAIL], "uscc": USCC}
TYPED = {"name": "远洋贸易(上海)股份有限公司"}
SECRETS = (PHONE, MAIL.lower(), USCC.lower())


@dataclass
class Scene:
    """A rep with a colleague in another department; `pool` both see with masked phones, `closed` neither does."""

    app: FastAPI
    world: World
    pool: int
    closed: int
    rep: int
    colleague: int
    keeper: int  # admin of `closed`

    async def settings(self, **values: Any) -> None:
        columns = ", ".join(f"{name} = %({name})s" for name in values)
        async with self.world.transaction() as conn:
            await conn.execute(f"UPDATE tenant SET {columns} WHERE id = %(t)s", {**values, "t": self.world.tenant_id})

    async def there(self, relation: str) -> int:
        """The customer that matches, standing so to the rep."""
        pool = self.closed if relation in ("pooled_unseen", "colleagues") else self.pool
        owner = {"mine": self.rep, "colleagues": self.colleague}.get(relation)
        (made,) = await self.world.customers(1, pool, owner, clock.now() - timedelta(days=60), **FIELDS)
        if relation == "archived":
            async with self.world.transaction() as conn:
                await archive(conn, await self.world.admin(), [made], reason="停业")
        return made

    async def post(self, person: int, path: str, **body: Any) -> httpx.Response:
        async with await signed_in(self.app, self.world.company, person) as browser:
            return await browser.post(path, json=body)

    async def create(self, person: int | None = None, **more: Any) -> httpx.Response:
        body = {"pool_id": str(self.pool), **TYPED, **more}
        return await self.post(person or self.rep, "/customers", **body)

    async def ask(self, **more: Any) -> httpx.Response:
        return await self.post(self.rep, "/customers/duplicates/requests", note="客户找到我", **{**TYPED, **more})

    async def told(self, person: int) -> list[dict[str, Any]]:
        """The person's inbox, after all that was deferred is done."""
        async with self.world.transaction() as conn:
            for table, argument in (("event", "events"), ("request", "requests"), ("request_comment", "comments")):
                found = await rows(conn, f"SELECT id FROM {table} WHERE tenant_id = %s", (self.world.tenant_id,))
                await notify(conn, self.world.tenant_id, now=clock.now(), **{argument: [row["id"] for row in found]})
        async with await signed_in(self.app, self.world.company, person) as browser:
            return list((await browser.get("/inbox")).json()["items"])


@pytest.fixture
async def scene(app: FastAPI, world: World) -> Scene:
    company = world.company
    there, elsewhere = await company.department("销售一部"), await company.department("销售二部")
    rep = await company.person("销售", department_id=there)
    colleague = await company.person("同事甲", department_id=elsewhere)
    keeper = await company.person("海管", department_id=elsewhere)
    pool = await world.pool(masked_fields=["phones", "contacts", "emails", "uscc"])
    scopes = {"claim": [Subject("person", colleague)], "admin": [Subject("person", keeper)]}
    async with world.transaction() as conn:
        closed = await create_pool(conn, company.system, NewPool("大客户公海", {}, scopes), now=clock.now())
    return Scene(app, world, pool, closed, rep, colleague, keeper)


def unmasked(answer: httpx.Response) -> None:
    """Nothing that was typed by others stands in the answer, whatever the case."""
    for secret in SECRETS:
        assert secret not in answer.text.lower()


SEEN = [("mine", ["open"]), ("pooled_seen", ["open", "claim"])]


@pytest.mark.parametrize("setting", ["owner", "exists", "nothing"])
@pytest.mark.parametrize(("relation", "can"), SEEN)
async def test_what_one_sees_is_always_named_with_what_to_do(
    scene: Scene, setting: str, relation: str, can: list[str]
) -> None:
    await scene.settings(duplicate_told=setting)
    customer = await scene.there(relation)
    answer = await scene.create()
    assert (answer.status_code, answer.json()["code"]) == (409, "duplicate")
    (match,) = answer.json()["data"]["matches"]
    assert (match["level"], match["id"], match["name"]) == ("named", str(customer), FIELDS["name"])
    assert (match["matched"], match["can"]) == (["name"], can)
    assert match["mine"] is (relation == "mine")
    unmasked(answer)


@pytest.mark.parametrize("relation", ["colleagues", "pooled_unseen", "archived"])
async def test_of_what_one_may_not_see_the_company_says_what_is_told(scene: Scene, relation: str) -> None:
    await scene.there(relation)
    owner = {"id": str(scene.colleague), "name": "同事甲"} if relation == "colleagues" else None
    for setting, name, who in (("owner", FIELDS["name"], owner), ("exists", None, None)):
        await scene.settings(duplicate_told=setting)
        answer = await scene.create()
        assert (answer.status_code, answer.json()["code"]) == (409, "duplicate")
        assert answer.json()["data"]["matches"] == [
            {
                "level": setting, "matched": ["name"], "id": None, "name": name, "state": None, "owner": who,
                "pool": None, "mine": False, "kept": False, "kept_until": None, "can": ["ask"],
            }
        ]  # fmt: skip
        unmasked(answer)
        looked = await scene.post(scene.rep, "/customers/duplicates/check", **TYPED)
        assert looked.json()["matches"] == answer.json()["data"]["matches"]


@pytest.mark.parametrize("relation", ["colleagues", "pooled_unseen", "archived"])
async def test_where_nothing_is_told_all_is_as_without_a_match_and_the_admins_hear_of_it(
    scene: Scene, relation: str
) -> None:
    await scene.settings(duplicate_told="nothing", duplicate_keeper="owner")
    without = await scene.create(name="别的公司", uscc="91110000600007439J")
    customer = await scene.there(relation)
    looked = await scene.post(scene.rep, "/customers/duplicates/check", **FIELDS)
    assert (looked.status_code, looked.json()) == (200, {"matches": []})
    asked = await scene.ask()
    assert (asked.status_code, asked.json()["code"]) == (409, "no_duplicate")
    answer = await scene.create(**FIELDS, despite_duplicate="重名")
    assert (answer.status_code, without.status_code) == (201, 201)
    assert answer.json().keys() == without.json().keys()
    shown = []
    async with await signed_in(scene.app, scene.world.company, scene.rep) as browser:
        for made in (answer, without):
            history = await browser.get(f"/customers/{made.json()['id']}/history")
            (event,) = history.json()["items"]
            shown.append((sorted(event["data"]), sorted(event["data"]["facts"].keys() - {"uscc"}), event["sentence"]))
    assert shown[0] == shown[1], "the history tells nothing either"
    admin = scene.keeper if relation != "archived" else scene.world.company.admin_id
    (notice,) = [n for n in await scene.told(admin) if n["kind"] == "duplicate"]
    assert notice["link"] == {"kind": "customer", "id": answer.json()["id"]}
    assert FIELDS["name"] in notice["title"]["zh"]
    assert [line["zh"] for line in notice["lines"]] == [
        f"与「{FIELDS['name']}」的统一社会信用代码、电话、邮箱、名称相同"
    ]
    assert [n for n in await scene.told(scene.rep) if n["kind"] == "duplicate"] == []
    assert (await scene.world.row(customer))["version"] == (2 if relation == "archived" else 1)


async def test_a_guessed_number_is_not_confirmed_for_a_customer_whose_numbers_are_masked(scene: Scene) -> None:
    await scene.there("pooled_seen")
    answer = await scene.create(name="随便一个名字", phones=[PHONE])
    (match,) = answer.json()["data"]["matches"]
    assert (match["level"], match["id"], match["name"], match["pool"]) == ("exists", None, None, None)
    both = [await scene.create(phones=[phone]) for phone in (PHONE, "13987654321")]
    assert both[0].json()["data"] == both[1].json()["data"], "the name matches either way, the number says nothing"
    await scene.settings(duplicate_told="nothing")
    assert (await scene.create(name="随便一个名字", phones=[PHONE])).status_code == 201


async def test_many_that_one_may_not_see_are_told_as_one(scene: Scene) -> None:
    for _ in range(3):
        await scene.there("colleagues")
    (match,) = (await scene.create()).json()["data"]["matches"]
    assert match["level"] == "exists"


async def test_who_knows_better_creates_it_all_the_same_and_says_why(scene: Scene) -> None:
    customer = await scene.there("colleagues")
    same_code = await scene.create(uscc=USCC, despite_duplicate="重名")
    assert (same_code.status_code, same_code.json()["code"]) == (409, "duplicate_same_code")
    made = await scene.create(despite_duplicate="重名的另一家公司")
    assert made.status_code == 201
    (event,) = await scene.world.events(int(made.json()["id"]))
    assert event["data"]["matched"] == [{"id": str(customer), "kinds": ["name"]}]
    async with await signed_in(scene.app, scene.world.company, scene.rep) as browser:
        history = await browser.get(f"/customers/{made.json()['id']}/history")
    assert history.json()["items"][0]["sentence"]["zh"].endswith("已提示撞单仍新建：重名的另一家公司")
    assert "matched" not in history.text
    assert [n["kind"] for n in await scene.told(scene.keeper)] == ["duplicate"]
    boss = await scene.create(scene.world.company.admin_id, uscc=USCC, despite_duplicate="分公司单独建档")
    assert boss.status_code == 201, "whoever answers for the pool decides"


@pytest.mark.parametrize(("days_ago", "until"), [(5, True), (40, False)])
async def test_an_active_owner_keeps_it_until_then_and_an_idle_one_only_if_an_admin_says_so(
    scene: Scene, days_ago: int, until: bool
) -> None:
    customer = await scene.there("colleagues")
    await scene.settings(duplicate_told="owner", duplicate_keeper="active", duplicate_active_days=30)
    async with scene.world.transaction() as conn:
        await conn.execute(
            "UPDATE customer SET last_follow_up_at = %s WHERE id = %s",
            (clock.now() - timedelta(days=days_ago), customer),
        )
    (match,) = (await scene.create()).json()["data"]["matches"]
    assert (match["kept"], match["kept_until"] is not None, match["can"]) == (until, until, [] if until else ["ask"])
    asked = await scene.ask()
    if until:
        assert (asked.status_code, asked.json()["code"]) == (409, "duplicate_kept")
        assert asked.json()["data"]["until"].startswith(match["kept_until"][:10])
        await scene.settings(duplicate_told="exists")
        assert (await scene.ask()).json()["data"] == {}, "when it was is not for those who are told no name"
    else:
        assert asked.status_code == 201


async def test_who_came_first_keeps_it_as_long_as_they_have_it(scene: Scene) -> None:
    await scene.settings(duplicate_keeper="owner")
    customer = await scene.there("colleagues")
    assert (await scene.ask()).json()["code"] == "duplicate_kept"
    async with scene.world.transaction() as conn:
        await deactivate_person(conn, await scene.world.admin(), scene.colleague, now=clock.now())
    assert (await scene.world.row(customer))["state"] == "pooled"
    assert (await scene.ask()).status_code == 201


async def test_what_one_may_claim_or_has_is_not_asked_for(scene: Scene) -> None:
    customer = await scene.there("pooled_seen")
    asked = await scene.ask(customer_id=str(customer))
    assert (asked.status_code, asked.json()["code"]) == (409, "duplicate_claimable")
    async with await signed_in(scene.app, scene.world.company, scene.rep) as browser:
        assert (await browser.post(f"/customers/{customer}/claim", json={})).status_code == 200
    assert (await scene.ask(customer_id=str(customer))).json()["code"] == "already_yours"
    assert (await scene.ask(customer_id="999999999")).status_code == 404
    assert (await scene.ask()).json()["code"] == "no_duplicate"


async def test_asking_all_the_time_ends(scene: Scene) -> None:
    async with await signed_in(scene.app, scene.world.company, scene.rep) as browser:
        answers = [await browser.post("/customers/duplicates/check", json=TYPED) for _ in range(121)]
    assert [a.status_code for a in answers[-2:]] == [200, 429]
    assert answers[-1].json()["code"] == "too_many_checks"
