"""Opening an invitation or a password reset: reading whom it is for, and setting the password."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field

from gonghai.base import clock
from gonghai.http.call import database
from gonghai.people import links, passwords

router = APIRouter(prefix="/links", tags=["session"])
Token = Annotated[str, Path(min_length=20, max_length=100, pattern="^[A-Za-z0-9_-]+$", description="The link's end.")]


class LinkOut(BaseModel):
    """Whom a link is for."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"kind": "invitation", "name": "王芳", "login": "wangfang", "tenant": "远洋贸易"}]
        }
    )
    kind: Literal["invitation", "reset"]
    name: str
    login: str
    tenant: str


class FirstPassword(BaseModel):
    """The password to set."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"password": "correct horse"}]})
    password: str = Field(min_length=passwords.SHORTEST, max_length=passwords.LONGEST)


class LinkUsed(BaseModel):
    """The name to sign in with now."""

    login: str


@router.get("/{token}")
async def read_link(request: Request, token: Token) -> LinkOut:
    """Whom the link is for. 404 `link_invalid` once it is used, replaced or too old."""
    async with database(request).anyone() as conn:
        tenant_id = await links.find_link(conn, token)
    async with database(request).tenant(tenant_id) as conn:
        found = await links.read_link(conn, tenant_id, token)
    return LinkOut.model_validate(found, from_attributes=True)


@router.post("/{token}")
async def use_link(request: Request, token: Token, body: FirstPassword) -> LinkUsed:
    """Sets the password, once: the link and all the person's sessions end. An invited person is active from now on."""
    async with database(request).anyone() as conn:
        tenant_id = await links.find_link(conn, token)
    password_hash = await passwords.hash_password(body.password)
    async with database(request).tenant(tenant_id) as conn:
        person_id, login = await links.use_link(conn, tenant_id, token, password_hash, now=clock.now())
    request.app.state.identities.forget_person(person_id)
    return LinkUsed(login=login)
