"""API keys for machines: shown once, stored hashed, narrowed by scopes, expiring, belonging to a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gonghai.access.actor import Actor
from gonghai.access.permissions import SCOPES
from gonghai.base.database import Conn, one, rows, value
from gonghai.base.errors import Forbidden, Invalid, NotFound, Refusal
from gonghai.base.secrets import new_secret, secret_hash
from gonghai.events.log import By, append

PREFIX = "gh_"


@dataclass(frozen=True, slots=True)
class ApiKeyRow:
    """A key as lists show it; the key itself is nowhere."""

    id: int
    name: str
    person_id: int
    person_name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


def is_narrowed(actor: Actor) -> bool:
    """Whether the actor is a key that may do less than its person."""
    return actor.scopes is not None and "all" not in actor.scopes


async def create_api_key(
    conn: Conn,
    actor: Actor,
    *,
    person_id: int,
    name: str,
    scopes: Sequence[str],
    expires_at: datetime | None,
    now: datetime,
) -> tuple[int, str]:
    """A key that acts as `person_id`; (id, the key, which is never shown again).

    Nobody but the command line makes keys for others, and a narrowed key makes none wider than itself. 422 for an
    unknown scope, none at all, or an expiry that has passed.
    """
    actor.need("api_keys.edit")
    if actor.person_id is not None and actor.person_id != person_id:
        raise Forbidden("api_keys.edit")
    _check_scopes(actor, scopes)
    if not name:
        raise Invalid({"path": "name", "code": "empty"})
    if expires_at is not None and expires_at <= now:
        raise Invalid({"path": "expires_at", "code": "in_the_past"})
    person = await one(
        conn,
        "SELECT p.state FROM person p WHERE p.tenant_id = %s AND p.id = %s FOR SHARE",
        (actor.tenant_id, person_id),
    )
    if person is None:
        raise NotFound("person", id=str(person_id))
    if person["state"] != "active":
        raise Refusal("person_not_active", state=person["state"])
    key = new_secret(PREFIX)
    key_id: int = await value(
        conn,
        "INSERT INTO api_key (tenant_id, person_id, name, key_hash, scopes, created_at, expires_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING id",
        (actor.tenant_id, person_id, name, secret_hash(key), sorted(set(scopes)), now, expires_at),
    )
    data = {"person_id": person_id, "scopes": sorted(set(scopes))}
    await _note(conn, actor, "create", key_id, 1, now, data)
    return key_id, key


def _check_scopes(actor: Actor, scopes: Sequence[str]) -> None:
    unknown = sorted(set(scopes) - SCOPES)
    if unknown or not scopes:
        raise Invalid({"path": "scopes", "code": "unknown_scope", "unknown": unknown, "known": sorted(SCOPES)})
    if is_narrowed(actor):
        assert actor.scopes is not None
        wider = [s for s in scopes if s not in actor.scopes and s.partition(".")[0] not in actor.scopes]
        if wider:
            raise Forbidden("api_keys.edit", scopes=wider)


async def api_keys(conn: Conn, actor: Actor) -> list[ApiKeyRow]:
    """All keys of the tenant, revoked ones too, newest first."""
    actor.need("api_keys.edit")
    found = await rows(
        conn,
        "SELECT k.id, k.name, k.person_id, p.name AS person_name, k.scopes, k.created_at, k.expires_at, k.revoked_at"
        " FROM api_key k JOIN person p ON p.tenant_id = k.tenant_id AND p.id = k.person_id"
        " WHERE k.tenant_id = %s ORDER BY k.id DESC",
        (actor.tenant_id,),
    )
    return [ApiKeyRow(**row) for row in found]


async def revoke_api_key(conn: Conn, actor: Actor, key_id: int, *, now: datetime) -> int:
    """The key stops working; the person it acted as. Revoking twice is once; 404 for an unknown one."""
    actor.need("api_keys.edit")
    key = await one(
        conn,
        "SELECT k.person_id, k.revoked_at FROM api_key k WHERE k.tenant_id = %s AND k.id = %s FOR NO KEY UPDATE",
        (actor.tenant_id, key_id),
    )
    if key is None:
        raise NotFound("api_key", id=str(key_id))
    if key["revoked_at"] is None:
        await value(
            conn,
            "UPDATE api_key k SET revoked_at = %s WHERE k.tenant_id = %s AND k.id = %s RETURNING k.id",
            (now, actor.tenant_id, key_id),
        )
        await _note(conn, actor, "revoke", key_id, 2, now, {"person_id": key["person_id"]})
    return int(key["person_id"])


async def _note(
    conn: Conn, actor: Actor, kind: str, key_id: int, version: int, at: datetime, data: dict[str, Any]
) -> None:
    await append(
        conn,
        actor.tenant_id,
        kind=kind,
        subject="api_key",
        subject_id=key_id,
        version=version,
        by=By.person(actor.person_id),
        at=at,
        data=data,
    )
