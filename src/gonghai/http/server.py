"""The web server: uvicorn, with what the product needs of it."""

import socket
from typing import Any

import uvicorn
from fastapi import FastAPI

REQUEST_GRACE = 5  # seconds for the requests at hand when it ends


class Server(uvicorn.Server):
    """Serves the application. Streams have no end of their own: ending the server ends them first."""

    def __init__(self, app: FastAPI, **settings: Any) -> None:
        self._app = app
        given = {"http": "httptools", "lifespan": "on", "log_level": "warning", "access_log": False, **settings}
        super().__init__(uvicorn.Config(app, timeout_graceful_shutdown=REQUEST_GRACE, **given))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._app.state.live.close()
        await super().shutdown(sockets=sockets)
