"""Every refusal is rendered here, once, as application/problem+json (RFC 9457)."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

import orjson
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from gonghai.base.errors import Invalid, Refusal

log = structlog.get_logger()
MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """What every refusal looks like. `code` is stable; `data` holds its numbers; clients translate."""

    model_config = ConfigDict(extra="allow")
    type: str
    title: str
    status: int
    code: str
    detail: str
    data: dict[str, Any] = {}
    errors: list[dict[str, Any]] | None = None


def refusals(*codes: str) -> dict[int | str, dict[str, Any]]:
    """What a route's OpenAPI says of its 409: the codes it may answer."""
    said = ", ".join(f"`{code}`" for code in codes)
    return {409: {"model": Problem, "content": {MEDIA_TYPE: {}}, "description": f"Refused: {said}"}}


def problem(refusal: Refusal) -> tuple[int, bytes]:
    """(status, JSON body) of a refusal."""
    body: dict[str, Any] = {
        "type": f"urn:gonghai:problem:{refusal.code}",
        "title": HTTPStatus(refusal.status).phrase,
        "status": refusal.status,
        "code": refusal.code,
        "detail": _detail(refusal),
        "data": refusal.data,
    }
    if isinstance(refusal, Invalid) or hasattr(refusal, "errors"):
        body["errors"] = refusal.errors
    return refusal.status, orjson.dumps(body, default=str)


def _detail(refusal: Refusal) -> str:
    numbers = ", ".join(f"{k}={v.isoformat() if isinstance(v, datetime) else v}" for k, v in refusal.data.items())
    return refusal.code.replace("_", " ") + (f" ({numbers})" if numbers else "")


def answer(refusal: Refusal) -> Response:
    status, body = problem(refusal)
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    return Response(body, status, headers, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Hangs the renderers on the app."""

    @app.exception_handler(Refusal)
    async def refused(_: Request, refusal: Refusal) -> Response:
        return answer(refusal)

    @app.exception_handler(RequestValidationError)
    async def malformed(_: Request, error: RequestValidationError) -> Response:
        return answer(
            Invalid(
                *(
                    {"path": ".".join(map(str, e["loc"])), "code": e["type"], "message": e["msg"]}
                    for e in error.errors()
                )
            )
        )

    @app.exception_handler(HTTPException)
    async def plain(_: Request, error: HTTPException) -> Response:
        codes = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}
        return answer(Refusal(codes.get(error.status_code, "http_error"), error.status_code))

    @app.exception_handler(Exception)
    async def broken(request: Request, error: Exception) -> Response:
        log.error("unexpected", path=request.url.path, exc_info=error)
        return answer(Refusal("internal_error", 500))
