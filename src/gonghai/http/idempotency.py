"""Idempotency-Key: a POST that moves something, sent twice, moves once and answers the same twice."""

import hashlib
from collections.abc import Awaitable, Callable
from functools import partial, wraps
from typing import Any, ParamSpec

import orjson
from fastapi.encoders import jsonable_encoder
from fastapi.responses import Response
from pydantic import BaseModel

from gonghai.base.database import one, run
from gonghai.base.errors import Refusal
from gonghai.http.call import Call
from gonghai.http.problems import MEDIA_TYPE, problem

P = ParamSpec("P")


def idempotent(endpoint: Callable[P, Awaitable[Any]]) -> Callable[P, Awaitable[Any]]:
    """Wraps an endpoint whose parameter `call` is a Call. Without the header nothing changes.

    The key's row is inserted first, so a second request with the same key waits for the first's commit and then
    reads its answer. Refusals are answers too: the attempt is rolled back to a savepoint and kept. How long answers
    are kept stands in people/answers.py.
    """

    @wraps(endpoint)
    async def wrapped(*args: P.args, **kwargs: P.kwargs) -> Any:
        call = kwargs["call"]
        assert isinstance(call, Call)
        if "idempotency-key" not in call.request.headers:
            return await endpoint(*args, **kwargs)
        return await answered_once(call, await call.request.body(), partial(endpoint, *args, **kwargs))

    return wrapped


async def answered_once(call: Call, body: bytes, work: Callable[[], Awaitable[Any]]) -> Any:
    """What `work` answers, or, where the request has a key that was seen, what it answered then. `body` stands for the
    request's body: 422 `idempotency_key_reused` when it is another one."""
    key = call.request.headers.get("idempotency-key")
    if key is None:
        return await work()
    if not 1 <= len(key) <= 200:
        raise Refusal("idempotency_key_invalid", 422, longest=200)
    digest = hashlib.sha256(call.request.url.path.encode() + b"\0" + body).digest()
    earlier = await _begin(call, key, digest)
    if earlier is not None:
        return earlier
    status, content = await _attempt(call, work)
    await run(
        call.conn,
        "UPDATE idempotency_key SET status = %s, answer = %s WHERE tenant_id = %s AND person_id = %s AND key = %s",
        (status, content, call.tenant_id, call.identity.person_id, key),
    )
    return _response(status, content)


async def _begin(call: Call, key: str, digest: bytes) -> Response | None:
    mine = await run(
        call.conn,
        "INSERT INTO idempotency_key (tenant_id, person_id, key, request) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        (call.tenant_id, call.identity.person_id, key, digest),
    )
    if mine:
        return None
    row = await one(
        call.conn,
        "SELECT request, status, answer FROM idempotency_key WHERE tenant_id = %s AND person_id = %s AND key = %s",
        (call.tenant_id, call.identity.person_id, key),
    )
    assert row is not None
    if bytes(row["request"]) != digest:
        raise Refusal("idempotency_key_reused", 422)
    return _response(row["status"], bytes(row["answer"]))


async def _attempt(call: Call, work: Callable[[], Awaitable[Any]]) -> tuple[int, bytes]:
    try:
        async with call.conn.transaction():
            result = await work()
    except Refusal as refusal:
        return problem(refusal)
    if isinstance(result, Response):
        return result.status_code, bytes(result.body)
    content = (
        result.model_dump_json().encode() if isinstance(result, BaseModel) else orjson.dumps(jsonable_encoder(result))
    )
    route = call.request.scope.get("route")
    return getattr(route, "status_code", None) or 200, content


def _response(status: int, content: bytes) -> Response:
    return Response(content, status, media_type=MEDIA_TYPE if status >= 400 else "application/json")
