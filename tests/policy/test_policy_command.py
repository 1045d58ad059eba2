"""`gonghai policy`: what is exported can be published again and nothing is lost; faults are said with their paths."""

from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import orjson
import psycopg
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from psycopg.rows import dict_row
from typer.testing import CliRunner

from gonghai.cli.people import tenant_app
from gonghai.cli.policy import policy_app
from gonghai.cli.policy_file import KEPT, file_schema, read, written
from gonghai.policy.document import compile_policy
from gonghai.policy.registry import REGISTRY
from gonghai.policy.templates import TEMPLATES
from gonghai.pools.actions import default_reasons
from tests.policy.documents import a_document

SETTINGS: dict[str, Any] = {
    "daily_quota": 20, "holding_cap": 200, "holding_exempt_won_days": None, "untouched_cap": 10, "cooldown_holders": 2,
    "cooldown_days": 7, "follow_up_kinds": ["call"], "follow_up_min_note": 0, "backdate_hours": 48,
    "return_reasons": default_reasons(), "release_elsewhere": False, "transfer_needs_acceptance": True,
    "masked_fields": ["phones"], "lock_grace_days": 2, "return_grace_days": 2, "notice_floor": True, "lock_quota": 20,
    "lock_most_days": 90, "extension_limit": 1, "extension_most_days": 14, "appeal_days": 7,
    "mode": "list", "claim_windows": [], "freeze_hours": 0, "min_interval_seconds": 0, "holding_exempt": None,
    "approval": None, "exempt_admins": False, "hide_claimers": False, "offer_minutes": 10, "decline_cost": 1,
    "decline_wait_minutes": 0, "draw_most_wishes": 20, "reveal_quota": 0, "follow_up_unclaimed": False,
    "hide_earlier_notes": False, "collaborators_count": False,
}  # fmt: skip


@pytest.fixture
def cli(migrated_url: str, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("DATABASE_URL", migrated_url)
    return CliRunner()


class Company:
    """A company founded by command, with one pool; its commands."""

    def __init__(self, cli: CliRunner, url: str, folder: Path) -> None:
        self.cli, self.url, self.folder = cli, url, folder
        self.login = f"boss-{uuid4().hex}"
        made = cli.invoke(tenant_app, ["create", "星海", "--admin-login", self.login, "--admin-name", "船长"])
        assert made.exit_code == 0, made.output
        self.pool = str(self.row("SELECT q.name FROM pool q WHERE q.tenant_id = %s", self.tenant)["name"])

    @property
    def tenant(self) -> int:
        return int(self.row("SELECT tenant_id FROM person WHERE login = %s", self.login)["tenant_id"])

    def row(self, sql: str, *params: Any) -> dict[str, Any]:
        with psycopg.connect(self.url, row_factory=dict_row) as conn:
            found = conn.execute(sql, params).fetchone()
        assert found is not None
        return found

    def run(self, *args: str, exits: int = 0) -> str:
        done = self.cli.invoke(policy_app, [*args, "--login", self.login])
        assert done.exit_code == exits, done.output
        return done.output

    def file(self, content: str, name: str = "policy.yaml") -> str:
        path = self.folder / name
        path.write_text(content, encoding="utf-8")
        return str(path)


@pytest.fixture
def company(cli: CliRunner, migrated_url: str, tmp_path: Path) -> Company:
    return Company(cli, migrated_url, tmp_path)


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**32), as_json=st.booleans())
def test_a_file_says_what_was_written_into_it(
    seed: int, as_json: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    document = a_document(Random(seed), ["二级公海"])
    text = written(document, SETTINGS, as_json=as_json)
    file = tmp_path_factory.mktemp("file") / "policy"
    file.write_text(text, encoding="utf-8")
    said, settings_said = read(file)
    assert said == document
    assert settings_said == SETTINGS
    assert written(said, settings_said, as_json=as_json) == text
    Draft202012Validator(file_schema()).validate(yaml.safe_load(text))
    compile_policy(said, REGISTRY, {"二级公海": 2})


def test_export_publish_export_gives_the_same_for_any_policy_in_yaml_and_in_json(company: Company) -> None:
    documents = [a_document(Random(seed), [company.pool], who=company.login) for seed in range(6)]
    for number, document in enumerate([*documents, *(dict(t.document) for t in TEMPLATES)]):
        first = company.file(orjson.dumps(document).decode(), "first.json")
        company.run("publish", first, "--pool", company.pool)
        form = ["--json"] if number % 2 else []
        exported = company.run("export", "--pool", company.pool, *form)
        assert {k: v for k, v in yaml.safe_load(exported).items() if k != "settings"} == document
        company.run("publish", company.file(exported, "again"), "--pool", company.pool)
        assert company.run("export", "--pool", company.pool, *form) == exported
    company.run("check", company.file(exported))


def test_settings_are_applied_with_the_policy_or_not_at_all(company: Company) -> None:
    company.run("publish", company.file("segments: [{name: 全部}]"), "--pool", company.pool)
    said = yaml.safe_load(company.run("export", "--pool", company.pool))
    assert said["settings"].keys() == set(KEPT)
    said["settings"] |= {"daily_quota": 3, "holding_exempt_won_days": 90, "follow_up_kinds": ["visit"]}
    company.run("publish", company.file(yaml.safe_dump(said)), "--pool", company.pool)
    pool = company.row("SELECT q.* FROM pool q WHERE q.tenant_id = %s", company.tenant)
    assert (pool["daily_quota"], pool["holding_exempt_won_days"], pool["follow_up_kinds"]) == (3, 90, ["visit"])
    assert (
        company.row("SELECT count(*) AS n FROM event WHERE tenant_id = %s AND kind = 'edit_pool'", company.tenant)["n"]
        == 1
    )

    said["settings"]["daily_quota"] = 4
    said["segments"] = [{"name": "坏", "timers": {"nap": "3 days"}}]
    refused = company.run("publish", company.file(yaml.safe_dump(said)), "--pool", company.pool, exits=1)
    assert "segments[0].timers.nap" in refused
    said["segments"] = [{"name": "好"}]
    said["settings"]["daily_quota"] = -1
    assert "settings.daily_quota" in company.run(
        "publish", company.file(yaml.safe_dump(said)), "--pool", company.pool, exits=1
    )
    pool = company.row("SELECT q.* FROM pool q WHERE q.tenant_id = %s", company.tenant)
    versions = company.row("SELECT count(*) AS n FROM policy WHERE tenant_id = %s", company.tenant)
    assert (pool["daily_quota"], versions["n"]) == (3, 2)


def test_check_says_every_fault_with_its_path_and_ends_with_1(company: Company) -> None:
    faulty = """
segments:
  - name: A 类
    when: {fact: level, is: ge, value: 3}
    timers: {follow_up: 3 fortnights}
    target: {pool: 没有的公海}
  - {name: 其他}
"""
    said = company.run("check", company.file(faulty), exits=1)
    for path in ("segments[0].when.is", "segments[0].timers.follow_up", "segments[0].target"):
        assert path in said
    assert company.run("check", company.file("segments: [{name: 全部}]")) == ""
    assert "YAML" in company.run("check", company.file("segments: ["), exits=1)
    company.run("check", company.file("- 1"), exits=1)


def test_a_policy_is_published_from_an_instant_of_the_companys_time_with_grace(company: Company) -> None:
    company.run("publish", company.file("segments: [{name: 全部}]"), "--pool", company.pool)
    at = company.row("SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date + 30 AS day")["day"]
    file = company.file("segments: [{name: 全部, timers: {follow_up: 9 days}}]")
    company.run("publish", file, "--pool", company.pool, "--from", f"{at}", "--grace", "2 days")
    row = company.row(
        "SELECT (effective_from AT TIME ZONE 'Asia/Shanghai')::text AS starts, grace_until - effective_from AS grace"
        " FROM policy WHERE tenant_id = %s AND number = 2",
        company.tenant,
    )
    assert row["starts"] == f"{at} 00:00:00"
    assert row["grace"].days == 3  # to the end of the second day after
    assert "timers" not in yaml.safe_load(company.run("export", "--pool", company.pool))["segments"][0]
    planned = yaml.safe_load(company.run("export", "--pool", company.pool, "--number", "2"))
    assert planned["segments"][0]["timers"] == {"follow_up": "9 days"}
    company.run("publish", file, "--pool", company.pool, "--from", "yesterday", exits=2)
    company.run("publish", file, "--pool", company.pool, "--grace", "3 fortnights", exits=2)
    company.run("publish", file, "--pool", company.pool, "--from", "2020-01-01", exits=1)
