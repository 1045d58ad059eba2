"""A small registry of every type of fact, and a connection, for the tests of conditions."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import psycopg
import pytest

from gonghai.conditions import Context, Fact, FactType, Labels, Registry

SHANGHAI = ZoneInfo("Asia/Shanghai")


def fact(name: str, kind: FactType, zh: str, en: str, sql: str = "", choices: dict[str, Labels] | None = None) -> Fact:
    return Fact(
        name=name,
        type=kind,
        labels={"zh": zh, "en": en},
        sql=sql or f"c.{name}",
        read=lambda row: row.get(name),
        known_when="before_contact",
        readable_when_pooled=True,
        choices=choices,
    )


@pytest.fixture(scope="session")
def registry() -> Registry:
    return Registry(
        [
            fact("level", "text", "级别", "level", choices={key: {"zh": key, "en": key} for key in "ABC"}),
            fact(
                "source",
                "text",
                "来源",
                "source",
                choices={"expo": {"zh": "展会", "en": "exhibition"}, "site": {"zh": "官网", "en": "website"}},
            ),
            fact("industry", "text", "行业", "industry"),
            fact("amount", "number", "预计金额", "amount"),
            fact("contract_end", "date", "合同到期日", "contract end"),
            fact("last_win_at", "instant", "最近成交", "last win"),
            fact("has_open_deal", "flag", "有进行中的商机", "has open deal"),
            fact("tags", "list", "标签", "tags"),
        ]
    )


@pytest.fixture(scope="session")
def context() -> Context:
    return Context(now=datetime(2026, 9, 30, 10, 0, tzinfo=SHANGHAI), zone=SHANGHAI)


@pytest.fixture(scope="session")
def connection(database_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url, autocommit=True) as opened:
        yield opened
