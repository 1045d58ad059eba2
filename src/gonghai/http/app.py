"""The application: routes, refusals, the built web app."""

import importlib
import pkgutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.responses import FileResponse, Response
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from gonghai.base.database import Database
from gonghai.base.errors import NotFound
from gonghai.base.settings import Settings
from gonghai.http import problems, routes
from gonghai.http.browsing import Browsing
from gonghai.http.identity import Identities
from gonghai.http.live import Live
from gonghai.http.probes import Probes

WEB = Path(__file__).parent.parent / "web"


def create_app(database: Database, settings: Settings | None = None) -> FastAPI:
    """The ASGI application over an unopened Database; opening and closing is its lifespan."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with database, app.state.browsing, app.state.live:
            yield

    app = FastAPI(
        title="Gonghai",
        version="1",
        lifespan=lifespan,
        responses={"4XX": {"model": problems.Problem, "content": {problems.MEDIA_TYPE: {}}}},
        docs_url="/api/docs",
        redoc_url=None,
    )
    app.state.database = database
    app.state.settings = settings or Settings()
    app.state.identities = Identities(database)
    app.state.browsing = Browsing(database)
    app.state.live = Live(database)
    app.state.probes = Probes()
    problems.install(app)
    found = {module.name for module in pkgutil.iter_modules(routes.__path__)}
    # Routes are tried in order, so the hot ones come first.
    for name in ["claims", *sorted(found - {"claims"})]:
        app.include_router(importlib.import_module(f"{routes.__name__}.{name}").router, prefix="/api/v1")
    _web(app)
    return app


class _Forever(StaticFiles):
    """Files whose names carry their hash: a browser need not ask again."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def _web(app: FastAPI) -> None:
    """Serves the built web app: hashed assets for ever, the page itself for every other path."""
    if not (WEB / "index.html").exists():
        return
    app.mount("/assets", GZipMiddleware(_Forever(directory=WEB / "assets"), minimum_size=1000), name="assets")

    @app.get("/{path:path}", include_in_schema=False)
    async def page(path: str) -> FileResponse:
        file = (WEB / path).resolve()
        if path and file.is_file() and file.is_relative_to(WEB):
            return FileResponse(file)
        if path.startswith("api/"):
            raise NotFound("route")
        return FileResponse(WEB / "index.html", headers={"Cache-Control": "no-cache"})
