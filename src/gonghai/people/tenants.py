"""Tenants: making one, with its first admin and its root department."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from gonghai.access.actor import Actor, system
from gonghai.base.database import Conn, Database, one, value
from gonghai.base.errors import Invalid, NotFound
from gonghai.events.log import By, append
from gonghai.people.calendar import calendar_of
from gonghai.people.choices import first_choices
from gonghai.people.departments import create_department
from gonghai.people.links import NewLink
from gonghai.people.persons import NewPerson, create_person

OPENING = (("09:00", "18:00"),)


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


def _check(new: NewTenant) -> None:
    if not new.name:
        raise Invalid({"path": "name", "code": "empty"})
    try:
        calendar_of(new.timezone, "CN", (), OPENING)
    except (ValueError, LookupError, OSError):
        raise Invalid({"path": "timezone", "code": "unknown_timezone", "value": new.timezone}) from None
    try:
        calendar_of(new.timezone, new.country, (), OPENING)
    except ValueError:
        raise Invalid({"path": "country", "code": "unknown_country", "value": new.country}) from None
    if new.locale not in ("zh-CN", "en-US"):
        raise Invalid({"path": "locale", "code": "unknown_locale", "value": new.locale})


async def tenant_of_login(database: Database, login: str) -> Actor:
    """The system inside the tenant that has this sign-in name; 404 without one. For command lines."""
    async with database.anyone() as conn:
        found = await one(conn, "SELECT tenant_id FROM find_login(%s)", (login.strip().lower(),))
    if found is None or found["tenant_id"] is None:
        raise NotFound("person", login=login)
    return system(found["tenant_id"])
