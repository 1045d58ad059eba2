"""Tenants: making one, with its first admin and its root department; what its admins may change of it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from psycopg import AsyncConnection
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from gonghai.access.actor import Actor, system
from gonghai.base.database import Conn, Database, one, run, value
from gonghai.base.errors import ChangedMeanwhile, Invalid, NotFound
from gonghai.events.log import By, append
from gonghai.people.calendar import calendar_of
from gonghai.people.choices import first_choices
from gonghai.people.departments import create_department
from gonghai.people.links import NewLink
from gonghai.people.persons import NewPerson, create_person
from gonghai.people.record import lock_tenant

OPENING = (("09:00", "18:00"),)
# What admins may change, and by which permission.
EDITABLE: Final = {
    "name": "tenant.edit",
    "handbook_acknowledged": "tenant.edit",
    "field_rights": "tenant.edit",
    "duplicate_told": "tenant.edit",
    "duplicate_keeper": "tenant.edit",
    "duplicate_active_days": "tenant.edit",
    "holding_cap": "tenant.edit",
    "leaver_rule": "tenant.edit",
    "leaver_pool_id": "tenant.edit",
    "timezone": "calendar.edit",
    "country": "calendar.edit",
    "opening": "calendar.edit",
}


@dataclass(frozen=True, slots=True)
class NewTenant:
    """A company and its first admin, who gets an invitation unless a password hash is given."""

    name: str
    admin_login: str
    admin_name: str
    admin_password_hash: str | None = None
    timezone: str = "Asia/Shanghai"
    locale: str = "zh-CN"
    country: str = "CN"


@dataclass(frozen=True, slots=True)
class CreatedTenant:
    """Ids of what was made; `link` is the admin's invitation if there is no password."""

    tenant_id: int
    department_id: int
    admin_id: int
    link: NewLink | None


@asynccontextmanager
async def as_owner(owner_url: str) -> AsyncIterator[Conn]:
    """One transaction as the tables' owner, whom row-level security doesn't bind: for making tenants, nothing else."""
    conn = await AsyncConnection.connect(owner_url, autocommit=True, row_factory=dict_row)
    async with conn, conn.transaction():
        yield conn


async def create_tenant(conn: Conn, new: NewTenant, *, now: datetime) -> CreatedTenant:
    """Makes tenant, root department and first admin. `conn` is the owner's: the app may not add tenants.

    422 for a zone or country that doesn't exist, `login_taken` if anybody in the installation has the admin's login.
    """
    _check(new)
    tenant_id: int = await value(
        conn,
        "INSERT INTO tenant (name, timezone, locale, country, opening, choices, created_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING id",
        (new.name, new.timezone, new.locale, new.country, Jsonb(OPENING), Jsonb(first_choices(new.locale)), now),
    )
    await append(
        conn,
        tenant_id,
        kind="create",
        subject="tenant",
        subject_id=tenant_id,
        version=1,
        by=By.person(None),
        at=now,
        data={"facts": {"timezone": new.timezone, "locale": new.locale, "country": new.country}},
    )
    actor = system(tenant_id, new.timezone)
    department_id = await create_department(conn, actor, name=new.name, parent_id=None, now=now)
    admin = NewPerson(
        name=new.admin_name,
        login=new.admin_login,
        department_id=department_id,
        roles=("admin",),
        locale=new.locale,
        password_hash=new.admin_password_hash,
    )
    admin_id, link = await create_person(conn, actor, admin, now=now)
    return CreatedTenant(tenant_id, department_id, admin_id, link)


async def edit_tenant(conn: Conn, actor: Actor, version: int, values: Mapping[str, Any], *, now: datetime) -> int:
    """Changes some of EDITABLE; the new version. 412 unless `version` is the newest.

    Another zone, country or opening moves every deadline that is not past: none of them is stored.
    """
    for name in values:
        actor.need(EDITABLE[name])
    tenant = await lock_tenant(conn, actor.tenant_id)
    if tenant["version"] != version:
        raise ChangedMeanwhile(tenant["version"])
    changed = {name: new for name, new in values.items() if tenant[name] != new}
    if not changed:
        return version
    after = {**tenant, **changed}
    _check_calendar(after["timezone"], after["country"], after["opening"])
    await run(
        conn,
        f"UPDATE tenant t SET {', '.join(f'{name} = %({name})s' for name in changed)}, version = %(v_)s WHERE t.id = %(t_)s",
        {
            **{name: Jsonb(new) if name in ("opening", "field_rights") else new for name, new in changed.items()},
            "v_": version + 1,
            "t_": actor.tenant_id,
        },
    )
    await append(
        conn,
        actor.tenant_id,
        kind="edit",
        subject="tenant",
        subject_id=actor.tenant_id,
        version=version + 1,
        by=By.person(actor.person_id),
        at=now,
        data={"changes": {name: [tenant[name], new] for name, new in changed.items()}},
    )
    return version + 1


def _check_calendar(timezone: str, country: str, opening: Sequence[Sequence[str]]) -> None:
    try:
        calendar_of(timezone, "CN", (), OPENING)
    except (ValueError, LookupError, OSError):
        raise Invalid({"path": "timezone", "code": "unknown_timezone", "value": timezone}) from None
    try:
        calendar_of(timezone, country, (), OPENING)
    except ValueError:
        raise Invalid({"path": "country", "code": "unknown_country", "value": country}) from None
    try:
        calendar_of(timezone, country, (), tuple((opens, closes) for opens, closes in opening))
    except ValueError as error:
        raise Invalid({"path": "opening", "code": "opening_invalid", "message": str(error)}) from None


def _check(new: NewTenant) -> None:
    if not new.name:
        raise Invalid({"path": "name", "code": "empty"})
    _check_calendar(new.timezone, new.country, OPENING)
    if new.locale not in ("zh-CN", "en-US"):
        raise Invalid({"path": "locale", "code": "unknown_locale", "value": new.locale})


async def tenant_of_login(database: Database, login: str) -> Actor:
    """The system inside the tenant that has this sign-in name; 404 without one. For command lines."""
    async with database.anyone() as conn:
        found = await one(conn, "SELECT tenant_id FROM find_login(%s)", (login.strip().lower(),))
    if found is None or found["tenant_id"] is None:
        raise NotFound("person", login=login)
    return system(found["tenant_id"])
