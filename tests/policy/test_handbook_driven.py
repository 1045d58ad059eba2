"""The sentences that a database decides: random rules and settings, published, read back as a handbook, and driven.

And that no kind of sentence is without a check.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

import gonghai.policy
from gonghai.base import clock
from gonghai.base.database import run
from gonghai.base.errors import Refusal
from gonghai.policy.handbook.reading import read_handbook
from gonghai.policy.templates import TEMPLATES
from gonghai.policy.versions import publish
from gonghai.pools.actions import Subject, edit_pool
from gonghai.pools.limit_actions import set_limit
from tests.fixtures.people import make_company
from tests.moves.world import World
from tests.policy import handbook_driven, handbook_driven_claims, handbook_driven_pool, handbook_driven_rest
from tests.policy.handbook_cases import case_of, some_length, some_settings
from tests.policy.handbook_stage import Stage
from tests.policy.test_handbook_holds import CHECKS, wrong

# Those of the rest come last: some publish other rules.
DRIVEN = (
    handbook_driven.DRIVEN | handbook_driven_pool.DRIVEN | handbook_driven_claims.DRIVEN | handbook_driven_rest.DRIVEN
)
# Not of the pool's settings: the stage sets them by chance.
BESIDE_SETTINGS = {"company_cap", "limits_differ"}
SEEDS = 50
# Say one thing, without data.
SILENT = {"no_policy", "no_cooldown", "claim_on_leave", "release_freely", "release_here", "release_elsewhere",
          "manager_transfer", "no_appeal", "no_extension", "exempt_admins", "hide_claimers"}  # fmt: skip
# Which rule it is stands for whom it is about.
NOT_CHECKED = {"cleaning_rule": {"rule", "login"}}
KINDS = {f"may_{right}" for right in ("see", "claim", "admin")} | {
    f"unit_{unit}" for unit in ("days", "working_days", "hours", "working_hours")
}


def test_every_kind_of_sentence_has_a_check() -> None:
    sources = Path(gonghai.policy.__file__).parent.glob("handbook/*.py")
    text = "\n".join(source.read_text(encoding="utf-8") for source in sources)
    kinds = set(re.findall(r'Sentence\(\s*"(\w+)"', text)) | KINDS
    assert len(kinds) > 45
    assert sorted(kinds - CHECKS.keys() - DRIVEN.keys()) == []
    assert sorted((CHECKS.keys() | DRIVEN.keys()) - kinds) == []
    assert len(re.findall(r'Sentence\(\s*f"', text)) == 2, "KINDS names what these two write"


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_what_a_database_decides_holds_for_random_rules_and_settings(world: World, seed: int) -> None:
    rng = Random(seed)
    stage = await stage_of(world, some_settings(rng), some_rules(rng) if rng.random() < 0.9 else None, rng)
    await drive(stage)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.code)
async def test_what_a_database_decides_holds_for_the_ready_made_policies(world: World, template: Any) -> None:
    # Their segments ask for facts; the pure checks go through those.
    stage = await stage_of(world, template.settings, template.document, Random(0))
    await drive(stage, but={"timer_example"})


@pytest.mark.parametrize("kind", sorted(DRIVEN.keys() - CHECKS.keys() - SILENT))
async def test_a_wrong_sentence_would_be_found_out(world: World, kind: str) -> None:
    """Each datum of it, made another one, on the first of the random pools that say it."""
    found_out: set[str] = set()
    keys: set[str] = set()
    for seed in range(SEEDS):
        rng = Random(seed)
        settings, rules = some_settings(rng), some_rules(rng) if rng.random() < 0.9 else None
        if not says(kind, settings, rules):
            continue
        stage = await stage_of(World(await make_company(world.database, world.company.owner_url)), settings, rules, rng)
        for data in [s.data for section in stage.book.sections for s in section.sentences if s.kind == kind]:
            keys |= data.keys() - NOT_CHECKED.get(kind, set())
            for key in keys - found_out:
                for other in wrong(data[key]) if data[key] is not None else []:
                    try:
                        await DRIVEN[kind](stage, {**data, key: other})
                    except (AssertionError, IndexError, KeyError, TypeError, Refusal):
                        found_out.add(key)
        if keys and keys <= found_out:
            return
    raise AssertionError(f"not found out: {sorted(keys - found_out)}")


def says(kind: str, settings: Mapping[str, Any], rules: Any) -> bool:
    """Whether the handbook of these would say it; who may what is said of every pool."""
    if kind in BESIDE_SETTINGS:
        return True
    made = case_of(rules or {"segments": [{"name": "全部"}]}, settings, Random(0))
    return kind in {s.kind for section in made.sections for s in section.sentences}


async def drive(stage: Stage, but: set[str] = frozenset()) -> None:  # type: ignore[assignment]
    said = {s.kind: [] for section in stage.book.sections for s in section.sentences}
    for section in stage.book.sections:
        for sentence in section.sentences:
            said[sentence.kind].append(sentence.data)
    for kind, check in DRIVEN.items():
        for data in said.get(kind, ()) if kind not in but else ():
            await check(stage, data)


def some_rules(rng: Random) -> dict[str, Any]:
    """For customers of whom nothing is known: one segment, sometimes one above it that none of them is in."""
    names = ("first_contact", "follow_up", "deal", "won", "holding", "contract")
    timers = {name: some_length(rng) for name in rng.sample(names, rng.randrange(1, 4))}
    segments: list[dict[str, Any]] = [{"name": "其余", "timers": timers}]
    if rng.random() < 0.4:
        segments[0]["target"] = {"pool": "下一级"}
    document: dict[str, Any] = {"segments": segments}
    if rng.random() < 0.4:
        document["cleaning"] = some_cleaning(rng)
    return document


def some_cleaning(rng: Random) -> dict[str, Any]:
    reverify = rng.choice(("pool_admins", {"person": "LOGIN"}))
    nobody = {"all": [{"not": {"fact": "has_phone", "is": "is_true"}}, {"not": {"fact": "has_email", "is": "is_true"}}]}
    return {
        "every": rng.choice(("day", "week", "month", None)),
        "rules": [
            {
                "name": "多次回收",
                "when": {"fact": "recycle_count", "is": "ge", "value": 4},
                "do": {"archive": "清理甲"},
            },
            {"name": "小客户", "when": {"fact": "level", "is": "eq", "value": "C"}, "do": {"move": {"pool": "下一级"}}},
            {"name": "联系不上", "when": nobody, "do": {"reverify": reverify}},
        ],
    }


async def stage_of(world: World, settings: Mapping[str, Any], document: Any, rng: Random) -> Stage:
    """A pool with these settings and rules, its people, and what its handbook says."""
    company = world.company
    boss = await company.person("boss", ("manager",))
    department = await company.department("销售部", leads=[boss])
    pool, other = await world.pool("本池", **settings), await world.pool("下一级")
    if isinstance(document, Mapping) and "cleaning" in document:
        for rule in document["cleaning"]["rules"]:
            if rule["do"] == {"reverify": {"person": "LOGIN"}}:
                rule["do"] = {"reverify": {"person": company.login("boss")}}
    async with world.transaction() as conn:
        chosen = {right: some_subjects(rng, department, boss) for right in ("see", "admin")}
        claim = rng.choice(([Subject("all")], [Subject("department", department), Subject("person", boss)]))
        await edit_pool(conn, company.system, pool, {}, {**chosen, "claim": claim}, version=1, now=clock.now())
        if document is not None:
            await publish(conn, company.system, pool, document, at=clock.now())
        for rule in ("daily_quota", "lock_quota")[: rng.randrange(3)]:
            # Of a role that nobody here has.
            await set_limit(conn, company.system, pool, rule, Subject("role", role="auditor"), 1, now=clock.now())
        cap = rng.choice((None, 0, 2))
        await run(conn, "UPDATE tenant SET holding_cap = %s WHERE id = %s", (cap, world.tenant_id))
        book = await read_handbook(conn, world.tenant_id, pool, now=clock.now())
        await run(conn, "UPDATE tenant SET holding_cap = NULL WHERE id = %s", (world.tenant_id,))
    stage = Stage(world, pool, other, department, await company.actor(boss), book, company_cap=cap)
    await stage.read_settings()
    return replace(stage)


def some_subjects(rng: Random, department: int, person: int) -> list[Subject]:
    every = [Subject("role", role="manager"), Subject("department", department), Subject("person", person)]
    return rng.sample(every, rng.randrange(0, 3))
