"""The ready-made policies: each compiles in any company, catches somebody in each of its segments, and explains itself."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from gonghai.base import clock
from gonghai.conditions.comparisons import Context
from gonghai.conditions.words import words
from gonghai.http.routes.pools import Settings
from gonghai.policy.decide import find_segment
from gonghai.policy.document import compile_policy
from gonghai.policy.registry import REGISTRY
from gonghai.policy.templates import TEMPLATES, Template
from gonghai.policy.versions import publish
from gonghai.pools.actions import edit_pool
from gonghai.workdays import Calendar
from tests.moves.world import World

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
CODES = ["small_team", "enterprise", "service", "manufacturer"]


def customer(**facts: Any) -> dict[str, Any]:
    plain: dict[str, Any] = dict.fromkeys(fact for fact in REGISTRY.facts)
    plain |= {"tags": [], "recycle_count": 0, "spell_no": 1, "open_deals": 0, "owner_department_id": None}
    return plain | facts


# Whom each segment is for, in the order of the matrix.
CAUGHT: dict[str, list[dict[str, Any]]] = {
    "small_team": [
        customer(last_win_at=NOW - timedelta(days=100)),
        customer(open_deals=1, last_win_at=NOW - timedelta(days=500)),
        customer(level="A"),
    ],
    "enterprise": [
        customer(contract_end=date(2026, 12, 31), level="A"),
        customer(last_win_at=NOW - timedelta(days=700), contract_end=date(2026, 9, 1)),
        customer(level="A"),
        customer(level="b"),
        customer(recycle_count=3, level="C"),
        customer(recycle_count=2),
    ],
    "service": [
        customer(contract_end=date(2026, 11, 5)),
        customer(source="官网", level="A"),
        customer(level="A", source="转介绍"),
        customer(last_win_at=NOW - timedelta(days=200)),
        customer(),
    ],
    "manufacturer": [
        customer(last_win_at=NOW - timedelta(days=500), stage="线索"),
        customer(amount=500000, stage="报价"),
        customer(stage="quote"),
        customer(stage="方案", amount=499999),
        customer(stage="线索", source="展会", amount=900000),
        customer(stage="lead", source="website"),
    ],
}


def compiled(template: Template) -> Any:
    return compile_policy(template.document, REGISTRY, {})


def test_there_are_four() -> None:
    assert [template.code for template in TEMPLATES] == CODES


@pytest.mark.parametrize("template", TEMPLATES, ids=CODES)
def test_every_segment_catches_somebody(template: Template) -> None:
    policy = compiled(template)
    context = Context(NOW, Calendar().zone)
    found = [find_segment(policy, row, context, REGISTRY)[0] for row in CAUGHT[template.code]]
    assert found == list(range(len(policy.segments)))


@pytest.mark.parametrize("template", TEMPLATES, ids=CODES)
def test_each_is_told_in_both_languages(template: Template) -> None:
    for chinese in (template.zh, template.about_zh):
        assert any("一" <= letter <= "鿿" for letter in chinese)
    assert template.about_en.isascii() or "“" in template.about_en
    assert len(template.about_zh) >= 100
    assert len(template.about_en.split()) >= 50
    for segment in compiled(template).segments:
        assert segment.zh != segment.en
        if segment.condition is not None:
            assert words(segment.condition, REGISTRY, "zh")
            assert words(segment.condition, REGISTRY, "en")


async def test_each_can_be_given_to_a_new_pool_with_its_settings(world: World) -> None:
    for template in TEMPLATES:
        assert Settings.model_validate(template.settings).model_dump(exclude_unset=True) == template.settings
        pool = await world.pool(template.zh)
        async with world.transaction() as conn:
            now = clock.now()
            await edit_pool(conn, world.company.system, pool, template.settings, None, version=1, now=now)
            assert await publish(conn, world.company.system, pool, dict(template.document), at=now) == 1
