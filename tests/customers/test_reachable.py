"""Whether a customer can be reached: the same answer in SQL and in Python, whatever stands in the lists."""

import random
from zoneinfo import ZoneInfo

import pytest

from gonghai.base import clock
from gonghai.base.database import rows
from gonghai.conditions.comparisons import Context
from gonghai.conditions.evaluate import evaluate
from gonghai.conditions.sql import to_sql
from gonghai.conditions.tree import Leaf
from gonghai.policy.registry import REGISTRY
from tests.fixtures.people import Company

PHONES = {
    "13812345678": True, "+86 138-1234-5678": True, "(010) 8888.6666 转 801": True, "王总 13812345678": True,
    "1234567": True, "123456": False, "无": False, "-": False, "1234567890123456": False, "１３８１２３４５６７８": False,
    "12345\n67": False, "021-1234 5678\n": True,
}  # fmt: skip
EMAILS = {
    "a@b": True,
    "a@b.cn": True,
    "@b.cn": False,
    "a@": False,
    "没有": False,
    "a\n@b": True,
    "a@@": True,
    "%_@": False,
}


@pytest.mark.parametrize(
    ("fact", "column", "known"), [("has_phone", "phones", PHONES), ("has_email", "emails", EMAILS)]
)
async def test_one_that_can_be_reached_is_told_from_one_that_cannot(
    company: Company, fact: str, column: str, known: dict[str, bool]
) -> None:
    letters = random.Random(7)
    made = ["".join(letters.choices("0123456789 -().+@a转%_\n", k=letters.randint(1, 20))) for _ in range(300)]
    lists = [[], *[[text] for text in [*known, *made]], *[letters.sample(made, 3) for _ in range(50)]]
    leaf, context = Leaf(fact, "is_true"), Context(clock.now(), ZoneInfo("Asia/Shanghai"))
    fragment = to_sql(leaf, REGISTRY, context)
    async with company.database.tenant(company.tenant_id) as conn:
        found = [
            (await rows(
                conn,
                f"SELECT {fragment.text} AS holds FROM (SELECT %(given)s::text[] AS {column}) c",
                {**fragment.params, "given": texts},
            ))[0]["holds"]
            for texts in lists
        ]  # fmt: skip
    assert found == [evaluate(leaf, REGISTRY, {column: texts}, context) for texts in lists]
    assert found[1 : len(known) + 1] == list(known.values())
    assert found[0] is False
