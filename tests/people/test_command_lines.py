"""`gonghai tenant create` and `gonghai apikey create` on a real database."""

from uuid import uuid4

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from typer.testing import CliRunner

from gonghai.cli.people import apikey_app, tenant_app
from tests.fixtures.people import anonymous, with_key

PASSWORD = "correct horse"


@pytest.fixture
def cli(migrated_url: str, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("DATABASE_URL", migrated_url)
    monkeypatch.setenv("PUBLIC_URL", "http://test/api/v1")
    return CliRunner()


@pytest.fixture
def login() -> str:
    return f"boss-{uuid4().hex}"


def tenants(url: str, name: str) -> int:
    with psycopg.connect(url) as owner:
        row = owner.execute("SELECT count(*) FROM tenant WHERE name = %s", (name,)).fetchone()
        assert row is not None
        return int(row[0])


async def sign_in(client: httpx.AsyncClient, login: str, password: str) -> httpx.Response:
    return await client.post("/session", json={"login": login, "password": password})


class TestTenant:
    """In a class, so that the synchronous command and the asynchronous client can follow one another."""

    @pytest.fixture
    def link(self, cli: CliRunner, login: str) -> str:
        made = cli.invoke(tenant_app, ["create", "星海", "--admin-login", login, "--admin-name", "船长"])
        assert made.exit_code == 0, made.output
        return made.output.splitlines()[-1]

    @pytest.fixture
    def key(self, cli: CliRunner, login: str) -> str:
        args = ["create", "English Ltd", "--admin-login", login, "--locale", "en-US", "--timezone", "Europe/London"]
        made = cli.invoke(tenant_app, [*args, "--country", "GB", "--admin-password", PASSWORD])
        assert made.exit_code == 0, made.output
        assert "/links/" not in made.output
        done = cli.invoke(apikey_app, ["create", "--login", login, "--name", "sync", "--scope", "people.read"])
        assert done.exit_code == 0, done.output
        return done.output.strip()

    async def test_the_printed_link_lets_the_admin_into_a_company_with_a_pool(
        self, app: FastAPI, link: str, login: str
    ) -> None:
        async with anonymous(app) as client:
            assert (await client.post(link, json={"password": PASSWORD})).json() == {"login": login}
            me = (await sign_in(client, login, PASSWORD)).json()["me"]
            assert me["person"]["department"]["name"] == "星海"
            assert me["person"]["roles"] == ["admin"]
            assert me["tenant"]["choices"]["level"] == ["A", "B", "C", "D"]
            pool = me["pools"][0]
            assert (pool["name"], pool["rights"]["see"], pool["rights"]["claim"]) == ("公海", True, True)
            assert pool["limits"]["daily_quota"]["limit"] == 20

    async def test_a_password_signs_in_at_once_and_a_printed_key_works(
        self, app: FastAPI, key: str, login: str
    ) -> None:
        async with anonymous(app) as client, with_key(app, key) as machine:
            me = (await sign_in(client, login, PASSWORD)).json()["me"]
            assert (me["tenant"]["timezone"], me["pools"][0]["name"]) == ("Europe/London", "Pool")
            assert (await machine.get("/me")).json()["permissions"] == ["people.read"]


@pytest.mark.parametrize(
    ("option", "wrong", "said"),
    [
        ("--timezone", "Mars/Olympus", "unknown_timezone"),
        ("--country", "XX", "unknown_country"),
        ("--locale", "fr-FR", "unknown_locale"),
        ("--admin-password", "short", "password_length"),
        ("--admin-login", "two words", "login_malformed"),
    ],
)
def test_a_wrong_option_is_refused_in_words_and_makes_nothing(
    cli: CliRunner, login: str, migrated_url: str, option: str, wrong: str, said: str
) -> None:
    name = f"company {uuid4().hex}"
    refused = cli.invoke(tenant_app, ["create", name, "--admin-login", login, option, wrong])
    assert refused.exit_code == 1
    assert said in refused.stderr
    assert tenants(migrated_url, name) == 0


def test_a_taken_login_makes_no_second_company(cli: CliRunner, login: str, migrated_url: str) -> None:
    name = f"company {uuid4().hex}"
    first = cli.invoke(tenant_app, ["create", name, "--admin-login", login])
    second = cli.invoke(tenant_app, ["create", name, "--admin-login", login.upper()])
    assert (first.exit_code, second.exit_code) == (0, 1)
    assert "login taken" in second.stderr
    assert tenants(migrated_url, name) == 1


def test_no_key_for_who_cannot_sign_in_nor_with_an_unknown_scope(cli: CliRunner, login: str) -> None:
    nobody = cli.invoke(apikey_app, ["create", "--login", login, "--name", "x", "--scope", "all"])
    assert (nobody.exit_code, "not found" in nobody.stderr) == (1, True)
    cli.invoke(tenant_app, ["create", "x", "--admin-login", login])
    invited = cli.invoke(apikey_app, ["create", "--login", login, "--name", "x", "--scope", "all"])
    assert (invited.exit_code, "not active" in invited.stderr) == (1, True)
    unknown = cli.invoke(apikey_app, ["create", "--login", login, "--name", "x", "--scope", "weather"])
    assert (unknown.exit_code, "unknown_scope" in unknown.stderr) == (1, True)
