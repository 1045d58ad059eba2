"""GET /health: is the server up, and does its database answer?"""

from fastapi import APIRouter, Request
from pydantic import BaseModel

from gonghai.base.database import value
from gonghai.http.call import database

router = APIRouter(prefix="/health", tags=["health"])


class Health(BaseModel):
    """`ok` is never false: a database that doesn't answer is a 500."""

    ok: bool


@router.get("")
async def health(request: Request) -> Health:
    """For load balancers and for whoever waits for the start; no sign-in."""
    async with database(request).anyone() as conn:
        return Health(ok=await value(conn, "SELECT true AS ok"))
