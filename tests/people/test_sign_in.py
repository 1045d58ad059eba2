"""Signing in: who gets in, who doesn't, and what ends a session."""

import asyncio
from datetime import timedelta

import psycopg
from fastapi import FastAPI

from gonghai.base import clock
from gonghai.http.call import COOKIE
from tests.fixtures.people import PASSWORD, Company, anonymous, signed_in, with_key


async def test_the_right_password_opens_a_session_that_the_cookie_carries(app: FastAPI, company: Company) -> None:
    async with anonymous(app) as client:
        answer = await client.post("/session", json={"login": company.admin_login, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        assert answer.json()["me"]["person"]["login"] == company.admin_login
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Secure" not in cookie
        me = await client.get("/me")
        assert me.json() == answer.json()["me"]
        assert me.json()["csrf_token"] == answer.json()["csrf_token"]
