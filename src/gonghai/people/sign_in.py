"""Signing in and out: a limit on guesses per login, sessions of two weeks, one's own password.

A sign-in takes two steps, so that no transaction is open while argon2 computes: `prove`, `open_session`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from gonghai.base.database import Conn, Database, one, run, value
from gonghai.base.errors import Refusal
from gonghai.base.secrets import new_secret, secret_hash
from gonghai.events.log import By
from gonghai.people.passwords import verify_password
from gonghai.people.record import change, lock

SESSION_LASTS: Final = timedelta(days=14)
FAILURES: Final = 10
WINDOW: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody says they are `login`. Without a tenant and person nobody active has that login."""

    login: str
    tenant_id: int | None
    person_id: int | None
    password_hash: str | None


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A new session; the token goes into the cookie and is stored nowhere."""

    tenant_id: int
    person_id: int
    token: str
    csrf_token: str
    expires_at: datetime


async def prove(database: Database, login: str, password: str, *, now: datetime) -> Attempt:
    """The attempt of somebody who knows the login's password; 401 `sign_in_failed` for anybody else.

    429 `too_many_attempts` (data: until) after FAILURES attempts within WINDOW, known login or not. The attempt is
    counted, and committed, before its password is looked at, so that guesses made at once all count; `open_session`
    and `change_password` take the count back.
    """
    async with database.anyone() as conn:
        attempt, until = await _begin(conn, login.strip().lower(), now)
    if until is not None and until > now:
        raise Refusal("too_many_attempts", 429, until=until)
    if not await verify_password(password, attempt.password_hash) or attempt.tenant_id is None:
        raise Refusal("sign_in_failed", 401)
    return attempt


async def _begin(conn: Conn, login: str, now: datetime) -> tuple[Attempt, datetime | None]:
    found = await one(conn, "SELECT * FROM find_login(%s)", (login,))
    assert found is not None, "find_login answers one row, known login or not"
    until = found["locked_until"]
    if until is None or until <= now:
        until = await value(conn, "SELECT note_sign_in(%s, false, %s, %s)", (login, FAILURES + 1, WINDOW))
    if found["state"] != "active":
        return Attempt(login, None, None, None), until
    return Attempt(login, found["tenant_id"], found["person_id"], found["password_hash"]), until


async def open_session(conn: Conn, attempt: Attempt, *, now: datetime) -> OpenSession:
    """A session for an attempt whose password was right, inside the person's tenant.

    401 if the person was deactivated, or the password changed, while it was being checked.
    """
    assert attempt.tenant_id is not None
    assert attempt.person_id is not None
    whose = (attempt.tenant_id, attempt.person_id)
    person = await one(
        conn,
        "SELECT p.state, p.password_hash FROM person p WHERE p.tenant_id = %s AND p.id = %s FOR SHARE",
        whose,
    )
    if person is None or person["state"] != "active" or person["password_hash"] != attempt.password_hash:
        raise Refusal("sign_in_failed", 401)
    session = OpenSession(*whose, new_secret(), new_secret(), now + SESSION_LASTS)
    await run(
        conn,
        "DELETE FROM session s WHERE s.tenant_id = %s AND s.person_id = %s AND s.expires_at <= %s",
        (*whose, now),
    )
    await run(
        conn,
        "INSERT INTO session (tenant_id, token_hash, person_id, csrf_token, created_at, expires_at)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        (attempt.tenant_id, secret_hash(session.token), attempt.person_id, session.csrf_token, now, session.expires_at),
    )
    await forget_failures(conn, attempt.login)
    return session


async def forget_failures(conn: Conn, login: str) -> None:
    """The login's failed attempts no longer count."""
    await run(conn, "SELECT note_sign_in(%s, true, %s, %s)", (login, FAILURES + 1, WINDOW))


async def close_session(conn: Conn, tenant_id: int, token: str) -> None:
    """Signs out; nothing happens for a session that has ended."""
    await run(
        conn,
        "DELETE FROM session s WHERE s.tenant_id = %s AND s.token_hash = %s",
        (tenant_id, secret_hash(token)),
    )


async def change_password(conn: Conn, attempt: Attempt, new_hash: str, *, keep_token: str, now: datetime) -> None:
    """Sets one's own password once the old one was verified; all sessions but `keep_token`'s end. 401 as above."""
    assert attempt.tenant_id is not None
    assert attempt.person_id is not None
    person = await lock(conn, "person", attempt.tenant_id, attempt.person_id)
    if person["state"] != "active" or person["password_hash"] != attempt.password_hash:
        raise Refusal("sign_in_failed", 401)
    by = By.person(attempt.person_id)
    await change(conn, "person", person, {"password_hash": new_hash}, kind="password", by=by, at=now)
    await run(
        conn,
        "DELETE FROM session s WHERE s.tenant_id = %s AND s.person_id = %s AND s.token_hash <> %s",
        (attempt.tenant_id, attempt.person_id, secret_hash(keep_token)),
    )
    await forget_failures(conn, attempt.login)
