"""One request: who calls, in which transaction, at what instant.

The transaction commits before the answer is sent (`scope="function"`): a failing commit is an error to the client.
"""

import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from gonghai.access.actor import Actor
from gonghai.base import clock
from gonghai.base.database import Conn, Database
from gonghai.base.errors import Invalid, Refusal
from gonghai.http.identity import Identities, Identity
from gonghai.http.live import Live
from gonghai.pools.actor import load_actor

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
COOKIE = "gonghai_session"


@dataclass(slots=True)
class Call:
    """What an endpoint needs: the open transaction, the caller and the instant the request began."""

    conn: Conn
    identity: Identity
    now: datetime
    request: Request

    @property
    def tenant_id(self) -> int:
        return self.identity.tenant_id


@dataclass(slots=True)
class ActorCall(Call):
    """A Call with the full Actor: roles, subtree, pools."""

    actor: Actor


def database(request: Request) -> Database:
    return request.app.state.database  # type: ignore[no-any-return]


def written(request: Request, tenant_id: int) -> None:
    """After the commit of what may have moved something: whoever looks at a pool is told soon."""
    if request.method not in SAFE:
        live: Live = request.app.state.live
        live.nudge(tenant_id)


async def identify(request: Request) -> Identity:
    """The caller by bearer key or session cookie; 401 without, 403 where the CSRF token is missing.

    422 for a query with a character that the database can't compare with.
    """
    if b"%00" in request.scope["query_string"]:
        raise Invalid({"path": "query", "code": "bad_characters"})
    identities: Identities = request.app.state.identities
    authorization = request.headers.get("authorization")
    if authorization is not None:
        kind, _, key = authorization.partition(" ")
        if kind.lower() != "bearer" or not key:
            raise Refusal("not_signed_in", 401)
        return await identities.by_key(key.strip())
    token = request.cookies.get(COOKIE)
    if not token:
        raise Refusal("not_signed_in", 401)
    identity = await identities.by_session(token)
    if request.method not in SAFE:
        sent = request.headers.get("x-csrf-token", "")
        if not hmac.compare_digest(sent, identity.csrf_token or ""):
            raise Refusal("csrf_token_missing", 403)
    return identity


async def _call(request: Request) -> AsyncIterator[Call]:
    identity = await identify(request)
    async with database(request).tenant(identity.tenant_id, hot=True) as conn:
        yield Call(conn, identity, clock.now(), request)
    written(request, identity.tenant_id)


async def _actor_call(request: Request) -> AsyncIterator[ActorCall]:
    identity = await identify(request)
    async with database(request).tenant(identity.tenant_id) as conn:
        actor = await load_actor(conn, identity.tenant_id, identity.person_id, scopes=identity.scopes)
        yield ActorCall(conn, identity, clock.now(), request, actor)
    written(request, identity.tenant_id)


# For the hot path: no Actor is loaded, plans are kept.
AnyCall = Annotated[Call, Depends(_call, scope="function")]
By = Annotated[ActorCall, Depends(_actor_call, scope="function")]
