"""Signing in and out by password, and changing one's own."""

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from gonghai.base import clock
from gonghai.base.errors import Refusal
from gonghai.http.call import COOKIE, database, identify
from gonghai.http.identity import Identity
from gonghai.http.routes.me import Me, describe_me
from gonghai.people import passwords, queries, sign_in
from gonghai.pools.actor import load_actor

router = APIRouter(prefix="/session", tags=["session"])


class SignIn(BaseModel):
    """Who wants in."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"login": "rep1", "password": "correct horse"}]})
    login: str = Field(max_length=100, pattern=r"^[^\x00]*$")
    password: str = Field(max_length=passwords.LONGEST)


class SignedIn(BaseModel):
    """The session's CSRF token, to be sent back as X-CSRF-Token, and who one is."""

    csrf_token: str
    me: Me


class NewPassword(BaseModel):
    """The old password proves that it is really you."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"old_password": "correct horse", "new_password": "battery staple"}]}
    )
    old_password: str = Field(max_length=passwords.LONGEST)
    new_password: str = Field(min_length=passwords.SHORTEST, max_length=passwords.LONGEST)


@router.post("")
async def sign_in_here(request: Request, response: Response, body: SignIn) -> SignedIn:
    """Signs in and sets the session cookie. 401 `sign_in_failed`, 429 `too_many_attempts` (data: until)."""
    now = clock.now()
    attempt = await sign_in.prove(database(request), body.login, body.password, now=now)
    assert attempt.tenant_id is not None
    assert attempt.person_id is not None
    async with database(request).tenant(attempt.tenant_id) as conn:
        session = await sign_in.open_session(conn, attempt, now=now)
        actor = await load_actor(conn, session.tenant_id, session.person_id)
        me = await describe_me(conn, actor, csrf_token=session.csrf_token, now=now)
    response.set_cookie(
        COOKIE,
        session.token,
        max_age=int(sign_in.SESSION_LASTS.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return SignedIn(csrf_token=session.csrf_token, me=me)


@router.delete("", status_code=204)
async def sign_out(request: Request, response: Response) -> None:
    """Ends this session."""
    identity, token = await _browser(request)
    async with database(request).tenant(identity.tenant_id) as conn:
        await sign_in.close_session(conn, identity.tenant_id, token)
    request.app.state.identities.forget_person(identity.person_id)
    response.delete_cookie(COOKIE, path="/")


@router.post("/password", status_code=204)
async def change_password(request: Request, body: NewPassword) -> None:
    """Changes one's own password and ends one's other sessions. Guesses at the old one count as failed sign-ins."""
    identity, token = await _browser(request)
    now = clock.now()
    async with database(request).tenant(identity.tenant_id) as conn:
        login = (await queries.person(conn, identity.tenant_id, identity.person_id)).login
    attempt = await sign_in.prove(database(request), login, body.old_password, now=now)
    new_hash = await passwords.hash_password(body.new_password)
    async with database(request).tenant(identity.tenant_id) as conn:
        await sign_in.change_password(conn, attempt, new_hash, keep_token=token, now=now)
    request.app.state.identities.forget_person(identity.person_id)


async def _browser(request: Request) -> tuple[Identity, str]:
    """The session's identity and token; 403 `session_needed` for an API key."""
    identity = await identify(request)
    token = request.cookies.get(COOKIE)
    if identity.scopes is not None or token is None:
        raise Refusal("session_needed", 403)
    return identity, token
