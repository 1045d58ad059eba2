"""API keys: machines that act as the admin who made them, within the key's scopes."""

from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from gonghai.access.permissions import SCOPES
from gonghai.http.call import By
from gonghai.http.shapes import Id, Instant, Named
from gonghai.http.texts import Line
from gonghai.people import api_keys

router = APIRouter(prefix="/api-keys", tags=["api keys"])


class ApiKey(BaseModel):
    """A key as lists show it; the key itself is stored nowhere."""

    id: Id
    name: str
    person: Named
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class ApiKeys(BaseModel):
    """All keys, revoked ones too, newest first."""

    items: list[ApiKey]


class NewApiKey(BaseModel):
    """A key for a machine that acts as you."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "官网表单", "scopes": ["customers.create"], "expires_at": None}]},
    )
    name: Line
    scopes: list[str] = Field(
        min_length=1, description="Nouns (customers), single permissions (customers.create) or all."
    )
    expires_at: Instant | None = None


class CreatedApiKey(ApiKey):
    """The key in the clear, this once: sent as `Authorization: Bearer <key>`."""

    key: str


@router.get("")
async def list_api_keys(call: By) -> ApiKeys:
    """All keys of the company."""
    return ApiKeys(items=[_out(row) for row in await api_keys.api_keys(call.conn, call.actor)])


@router.post("", status_code=201, description=f"Scopes are: {', '.join(sorted(SCOPES))}.")
async def create_api_key(call: By, body: NewApiKey) -> CreatedApiKey:
    """A new key that acts as oneself."""
    key_id, key = await api_keys.create_api_key(
        call.conn,
        call.actor,
        person_id=call.identity.person_id,
        name=body.name,
        scopes=body.scopes,
        expires_at=body.expires_at,
        now=call.now,
    )
    row = next(row for row in await api_keys.api_keys(call.conn, call.actor) if row.id == key_id)
    return CreatedApiKey(**dict(_out(row)), key=key)


@router.delete("/{key_id}", status_code=204)
async def revoke_api_key(call: By, key_id: Id, request: Request) -> None:
    """The key stops working."""
    person_id = await api_keys.revoke_api_key(call.conn, call.actor, key_id, now=call.now)
    request.app.state.identities.forget_person(person_id)


def _out(row: api_keys.ApiKeyRow) -> ApiKey:
    return ApiKey(
        id=row.id,
        name=row.name,
        person=Named(id=row.person_id, name=row.person_name),
        scopes=row.scopes,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )
