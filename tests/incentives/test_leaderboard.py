"""Leaderboards through HTTP: ties, neighbours, teams, whose places one sees, pages, bad input."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from psycopg.types.json import Jsonb

from gonghai.base import clock
from gonghai.base.database import run
from gonghai.workdays import Calendar, local_date
from tests.fixtures.people import Company, signed_in
from tests.incentives.stage import OFF

TODAY = local_date(clock.now(), Calendar())
SEASON = {
    "name": "本季", "first_day": str(TODAY - timedelta(days=30)), "last_day": str(TODAY + timedelta(days=30)),
}  # fmt: skip
RANKED = {"甲": 30, "乙": 20, "丙": 20, "丁": 5, "戊": -3}  # 己 has none
WON = {"amount": None, "base": 30}
BOARD = "/incentives/leaderboard"


async def board(app: FastAPI, company: Company, setting: str = "all") -> dict[str, int]:
    """Six reps in two departments below one region, with points of this season."""
    admin = await signed_in(app, company)
    rules = {**OFF, "leaderboard": setting}
    assert (await admin.put("/incentives/rules", json=rules, headers={"If-Match": '"0"'})).status_code == 200
    assert (await admin.post("/incentives/seasons", json=SEASON)).status_code == 201
    boss = await company.person("经理", ("manager",))
    region = await company.department("大区")
    one, two = await company.department("一部", region, [boss]), await company.department("二部", region)
    pool = await company.pool()
    for place, name in enumerate([*RANKED, "己"]):
        await company.person(name, department_id=one if place % 2 == 0 else two)
    async with company.database.tenant(company.tenant_id) as conn:
        await run(
            conn,
            "INSERT INTO customer (tenant_id, id, state, pool_id, entered_pool_at, name, created_at, updated_at)"
            " VALUES (%s, %s, 'pooled', %s, now(), 'x', now(), now())",
            (company.tenant_id, 10**9 + company.tenant_id, pool),
        )
        for cause, (name, points) in enumerate(RANKED.items()):
            await run(
                conn,
                "INSERT INTO point (tenant_id, person_id, rule, cause, turn, customer_id, at, points, version, why,"
                " booked_at) VALUES (%s, %s, 'won_from_pool', %s, 1, %s, now(), %s, 1, %s, now())",
                (company.tenant_id, company.people[name], cause, 10**9 + company.tenant_id, points, Jsonb(WON)),
            )
    return company.people


def places(answer: Any) -> list[tuple[str, int, int]]:
    return [(row["name"], row["place"], row["points"]) for row in answer.json()["items"]]


async def test_equal_points_share_a_place_and_pages_go_on_behind_a_tie(app: FastAPI, company: Company) -> None:
    await board(app, company)
    client = await signed_in(app, company, company.people["丙"])
    whole = await client.get(BOARD)
    assert places(whole) == [
        ("甲", 1, 30), ("乙", 2, 20), ("丙", 2, 20), ("丁", 4, 5), ("己", 5, 0), ("戊", 6, -3),
    ]  # fmt: skip
    told = whole.json()
    assert (told["top"], told["mine"]["place"], told["mine"]["of"], told["mine"]["points"]) == (30, 2, 6, 20)
    assert [row["name"] for row in told["mine"]["near"]] == ["甲", "乙", "丙", "丁", "己"]
    seen, after = [], None
    while True:
        page = await client.get(BOARD, params={"limit": 2, **({"after": after} if after else {})})
        seen += places(page)
        after = page.json()["next"]
        if after is None:
            break
    assert seen == places(whole)


async def test_teams_compare_by_points_per_head_with_everybody_below(app: FastAPI, company: Company) -> None:
    await board(app, company)
    client = await signed_in(app, company, company.people["丁"])
    found = (await client.get(BOARD, params={"by": "team"})).json()["items"]
    assert [(row["name"], row["place"], row["points"], row["heads"], row["mean"]) for row in found[:1]] == [
        ("一部", 1, 47, 3, 15.6667)
    ]
    by_name = {row["name"]: row for row in found}
    assert (by_name["大区"]["points"], by_name["大区"]["heads"], by_name["大区"]["mean"]) == (72, 6, 12)
    assert (by_name["二部"]["points"], by_name["二部"]["mean"], by_name["二部"]["team"]) == (25, 8.3333, "大区")
    first = await client.get(BOARD, params={"by": "team", "limit": 1})
    rest = await client.get(BOARD, params={"by": "team", "after": first.json()["next"]})
    assert [*first.json()["items"], *rest.json()["items"]] == found


@pytest.mark.parametrize(
    ("setting", "who", "seen"),
    [
        ("team", "丁", ["乙", "丁", "己"]),
        ("team", "经理", ["甲", "丙", "戊"]),
        ("managers", "丁", ["丁"]),
        ("managers", "经理", ["甲", "丙", "戊"]),
        ("managers", "admin", ["甲", "乙", "丙", "丁", "己", "戊"]),
    ],
)
async def test_who_is_hidden_is_not_named(
    app: FastAPI, company: Company, setting: str, who: str, seen: list[str]
) -> None:
    people = await board(app, company, setting)
    client = await signed_in(app, company, people.get(who, company.admin_id))
    answer = await client.get(BOARD)
    assert [name for name, _, _ in places(answer)] == seen
    hidden = {*RANKED, "己"} - set(seen)
    assert not [name for name in hidden if f'"{name}"' in answer.text]
    if who == "丁":  # one's own place is the company's
        assert (answer.json()["mine"]["place"], answer.json()["mine"]["of"]) == (4, 6)
    teams = await client.get(BOARD, params={"by": "team"})
    named = [row["name"] for row in teams.json()["items"]]
    assert ("一部" in named, "二部" in named) == {
        ("team", "丁"): (False, True), ("managers", "丁"): (False, False), ("managers", "admin"): (True, True),
    }.get((setting, who), (True, False))  # fmt: skip


async def test_a_ledger_is_ones_own_or_ones_peoples(app: FastAPI, company: Company) -> None:
    people = await board(app, company)
    rep = await signed_in(app, company, people["甲"])
    assert [row["points"] for row in (await rep.get("/incentives/points")).json()["items"]] == [30]
    assert (await rep.get("/incentives/points", params={"person_id": people["乙"]})).status_code == 403
    boss = await signed_in(app, company, people["经理"])
    assert (await boss.get("/incentives/points", params={"person_id": people["甲"]})).status_code == 200
    assert (await boss.get("/incentives/points", params={"person_id": people["乙"]})).status_code == 403
    assert (await boss.get("/incentives/points", params={"person_id": 10**15})).status_code == 404
    for client, own in ((rep, {"甲"}), (boss, {"甲", "丙", "戊"})):
        items = (await client.get(BOARD)).json()["items"]
        assert {row["name"] for row in items if row["may_see_points"]} == own


async def test_without_a_season_the_board_is_empty_and_says_so(app: FastAPI, company: Company) -> None:
    client = await signed_in(app, company)
    answer = (await client.get(BOARD)).json()
    assert (answer["season"], answer["items"], answer["mine"]) == (None, [], None)
    rules = (await client.get("/incentives/rules")).json()
    assert rules["version"] == 0
    assert not any(part["on"] for part in rules["rules"].values() if isinstance(part, dict))


async def test_bad_input_is_refused_in_words(app: FastAPI, company: Company) -> None:
    await board(app, company)
    admin = await signed_in(app, company)
    assert (await admin.put("/incentives/rules", json=OFF)).status_code == 428
    assert (await admin.put("/incentives/rules", json=OFF, headers={"If-Match": '"0"'})).status_code == 412
    for wrong in (
        {"first_contact_in_time": {"on": True, "points": 0, "hours": 8}},
        {"complete_record": {"on": True, "points": 1, "fields": []}},
        {"complete_record": {"on": True, "points": 1, "fields": ["name"]}},
        {"leaderboard": "nobody"},
    ):
        answer = await admin.put("/incentives/rules", json={**OFF, **wrong}, headers={"If-Match": '"1"'})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    overlapping = await admin.post("/incentives/seasons", json=SEASON)
    assert (overlapping.status_code, overlapping.json()["code"]) == (409, "season_overlaps")
    assert overlapping.json()["data"]["name"] == "本季"
    for after in ("x", "WzEsMl0", "WyJOYU4iLDJd"):
        assert (await admin.get(BOARD, params={"by": "team", "after": after})).status_code == 422
