"""Signing in: who gets in, who doesn't, and what ends a session."""

import asyncio
from datetime import timedelta

import psycopg
from fastapi import FastAPI

from gonghai.base import clock
from gonghai.http.call import COOKIE
from gonghai.people.persons import deactivate
from tests.fixtures.people import PASSWORD, Company, anonymous, signed_in, with_key


async def test_the_right_password_opens_a_session_that_the_cookie_carries(app: FastAPI, company: Company) -> None:
    async with anonymous(app) as client:
        answer = await client.post("/session", json={"login": company.admin_login.upper(), "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        assert answer.json()["me"]["person"]["login"] == company.admin_login
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Path=/" in cookie
        assert "Secure" not in cookie
        me = await client.get("/me")
        assert me.json() == answer.json()["me"]
        assert me.json()["csrf_token"] == answer.json()["csrf_token"]


async def test_over_https_the_cookie_never_travels_in_the_clear(app: FastAPI, company: Company) -> None:
    async with anonymous(app, "https") as client:
        answer = await client.post("/session", json={"login": company.admin_login, "password": PASSWORD})
        assert "Secure" in answer.headers["set-cookie"]


async def test_a_wrong_password_and_an_unknown_login_answer_the_same(app: FastAPI, company: Company) -> None:
    await company.person("invited", active=False)
    async with anonymous(app) as client:
        answers = [
            await client.post("/session", json={"login": login, "password": "wrong horse"})
            for login in (company.admin_login, company.login("nobody"), company.login("invited"))
        ]
    assert [a.status_code for a in answers] == [401, 401, 401]
    assert {a.text for a in answers} == {answers[0].text}
    assert answers[0].json()["code"] == "sign_in_failed"
    assert COOKIE not in answers[0].cookies


async def test_ten_failures_lock_the_login_even_for_the_right_password_until_the_window_is_over(
    app: FastAPI, company: Company
) -> None:
    login = company.login("rep")
    await company.person("rep")
    async with anonymous(app) as client:
        # At once: guesses that were all begun before the first was found wrong must count too.
        guesses = [client.post("/session", json={"login": login, "password": f"guess {n}"}) for n in range(14)]
        statuses = sorted([(await guess).status_code for guess in asyncio.as_completed(guesses)])
        assert statuses == [401] * 10 + [429] * 4
        locked = await client.post("/session", json={"login": login, "password": PASSWORD})
        assert locked.status_code == 429
        assert locked.json()["code"] == "too_many_attempts"
        assert locked.json()["data"]["until"] > clock.now().isoformat()
        other = await client.post("/session", json={"login": company.admin_login, "password": PASSWORD})
        assert other.status_code == 200, "a neighbour in the same office is not locked"
        async with await psycopg.AsyncConnection.connect(company.owner_url, autocommit=True) as owner:
            await owner.execute(
                "UPDATE sign_in_failure SET first_at = first_at - interval '16 minutes',"
                " locked_until = locked_until - interval '16 minutes' WHERE login = %s",
                (login,),
            )
        assert (await client.post("/session", json={"login": login, "password": PASSWORD})).status_code == 200


async def test_signing_in_forgets_earlier_failures(app: FastAPI, company: Company) -> None:
    async with anonymous(app) as client:
        for _ in range(2):
            for n in range(8):
                wrong = await client.post("/session", json={"login": company.admin_login, "password": f"guess {n}"})
                assert wrong.status_code == 401
            right = await client.post("/session", json={"login": company.admin_login, "password": PASSWORD})
            assert right.status_code == 200


async def test_without_the_csrf_token_nothing_is_changed(app: FastAPI, company: Company) -> None:
    async with await signed_in(app, company) as client:
        token = client.headers.pop("X-CSRF-Token")
        refused = await client.patch("/me", json={"locale": "en-US"})
        assert (refused.status_code, refused.json()["code"]) == (403, "csrf_token_missing")
        client.headers["X-CSRF-Token"] = token[:-1] + "x"
        assert (await client.patch("/me", json={"locale": "en-US"})).status_code == 403
        client.headers["X-CSRF-Token"] = token
        assert (await client.get("/me")).json()["person"]["locale"] == "zh-CN"
        assert (await client.patch("/me", json={"locale": "en-US"})).json()["person"]["locale"] == "en-US"


async def test_signing_out_ends_the_session_on_the_server(app: FastAPI, company: Company) -> None:
    async with await signed_in(app, company) as client:
        assert (await client.get("/me")).status_code == 200
        token = client.cookies[COOKIE]
        assert (await client.delete("/session")).status_code == 204
        client.cookies.set(COOKIE, token)
        assert (await client.get("/me")).status_code == 401


async def test_a_deactivated_persons_session_and_key_are_dead(app: FastAPI, company: Company) -> None:
    rep = await company.person("rep", roles=["admin"])
    async with await signed_in(app, company, rep) as browser, with_key(app, await company.key(rep)) as machine:
        assert (await browser.get("/me")).status_code == 200
        assert (await machine.get("/me")).status_code == 200
        async with company.database.tenant(company.tenant_id) as conn:
            await deactivate(conn, company.system, rep, now=clock.now())
        # The identity may still be remembered for seconds; the person's state is read in each transaction.
        assert (await browser.get("/me")).status_code == 401
        assert (await machine.get("/me")).status_code == 401
        app.state.identities.forget_person(rep)
        assert (await browser.get("/calendar")).status_code == 401
        answer = await browser.post("/session", json={"login": company.login("rep"), "password": PASSWORD})
        assert answer.status_code == 401


async def test_a_session_ends_after_two_weeks(app: FastAPI, company: Company) -> None:
    async with await signed_in(app, company) as client:
        async with await psycopg.AsyncConnection.connect(company.owner_url, autocommit=True) as owner:
            row = await (
                await owner.execute("SELECT expires_at FROM session WHERE tenant_id = %s", (company.tenant_id,))
            ).fetchone()
            assert row is not None
            assert timedelta(days=13, hours=23) < row[0] - clock.now() <= timedelta(days=14)
            await owner.execute("UPDATE session SET expires_at = now() WHERE tenant_id = %s", (company.tenant_id,))
        assert (await client.get("/me")).status_code == 401


async def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(app: FastAPI, company: Company) -> None:
    async with await signed_in(app, company) as here, await signed_in(app, company) as elsewhere:
        body = {"old_password": "wrong horse", "new_password": "battery staple"}
        assert (await here.post("/session/password", json=body)).json()["code"] == "sign_in_failed"
        assert (await elsewhere.get("/me")).status_code == 200
        short = await here.post("/session/password", json={"old_password": PASSWORD, "new_password": "short"})
        assert short.status_code == 422
        body["old_password"] = PASSWORD
        assert (await here.post("/session/password", json=body)).status_code == 204
        assert (await here.get("/me")).status_code == 200
        assert (await elsewhere.get("/me")).status_code == 401
        for password, status in ((PASSWORD, 401), ("battery staple", 200)):
            answer = await elsewhere.post("/session", json={"login": company.admin_login, "password": password})
            assert answer.status_code == status


async def test_a_key_neither_signs_out_nor_sets_a_password(app: FastAPI, company: Company) -> None:
    async with with_key(app, await company.key(company.admin_id)) as machine:
        assert (await machine.delete("/session")).json()["code"] == "session_needed"
        body = {"old_password": PASSWORD, "new_password": "battery staple"}
        assert (await machine.post("/session/password", json=body)).json()["code"] == "session_needed"
