"""Persons: invited, edited, deactivated, taken back. Every change is an event."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from psycopg.errors import UniqueViolation
from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.access.permissions import ROLE_PERMISSIONS
from gonghai.base.database import Conn, rows, run, value
from gonghai.base.errors import Forbidden, Invalid, NotFound, Refusal
from gonghai.events.log import By, append_each
from gonghai.people.api_keys import is_narrowed
from gonghai.people.deputies import end_deputies
from gonghai.people.links import NewLink, end_links, new_links
from gonghai.people.queries import lead_ids
from gonghai.people.record import change, lock, lock_tenant
from gonghai.people.spelling import spelling

EDITABLE: Final = frozenset({"name", "email", "department_id", "roles", "leave_from", "leave_until", "locale"})


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What a person begins with. With a password hash they are active at once, without one invited."""

    name: str
    login: str
    department_id: int | None
    roles: Sequence[str] = ("rep",)
    email: str | None = None
    locale: str = "zh-CN"
    password_hash: str | None = None


async def create_person(conn: Conn, actor: Actor, new: NewPerson, *, now: datetime) -> tuple[int, NewLink | None]:
    """(id, the invitation if there is no password). Refuses a login that anybody in the installation has."""
    try:
        async with conn.transaction():
            (person,) = await create_persons(conn, actor, [new], now=now)
    except UniqueViolation:
        raise Refusal("login_taken", login=new.login.strip().lower()) from None
    if new.password_hash:
        return person["id"], None
    links = await new_links(conn, actor.tenant_id, [person], By.person(actor.person_id), now=now)
    return person["id"], links[person["id"]]


async def create_persons(
    conn: Conn, actor: Actor, new: Sequence[NewPerson], *, now: datetime, batch_id: int | None = None
) -> list[DictRow]:
    """Many persons at once, without an invitation yet (people/links.py makes it); their rows by id.

    Refuses as creating one does, but raises UniqueViolation where a login is taken.
    """
    actor.need("people.edit")
    for each in new:
        _check_roles(actor, each.roles)
    await _check_departments(conn, actor.tenant_id, {each.department_id for each in new} - {None})
    persons = await _insert(conn, actor.tenant_id, new, now)
    facts = [{n: p[n] for n in ("department_id", "roles", "state", "locale")} for p in persons]
    told = [(person["id"], 1, {"facts": fact}) for person, fact in zip(persons, facts, strict=True)]
    by = By.person(actor.person_id, batch_id)
    await append_each(conn, actor.tenant_id, told, kind="create", subject="person", by=by, at=now)
    return persons


async def _insert(conn: Conn, tenant_id: int, new: Sequence[NewPerson], now: datetime) -> list[DictRow]:
    logins = [_login(each) for each in new]
    found = await rows(
        conn,
        """INSERT INTO person (tenant_id, login, name, email, department_id, roles, state, locale, password_hash,
               created_at, spelling)
           SELECT %s, n.login, n.name, n.email, n.department_id, string_to_array(n.roles, ','),
               CASE WHEN n.hash IS NULL THEN 'invited' ELSE 'active' END, n.locale, n.hash, %s, n.spelling
           FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[])
               WITH ORDINALITY AS n (login, name, email, department_id, roles, locale, hash, spelling, no)
           ORDER BY n.no RETURNING *""",
        (
            tenant_id, now, logins, [n.name for n in new], [n.email for n in new], [n.department_id for n in new],
            [",".join(sorted(set(n.roles))) for n in new], [n.locale for n in new], [n.password_hash for n in new],
            [spelling(n.name) for n in new],
        ),
    )  # fmt: skip
    return sorted(found, key=lambda person: int(person["id"]))


def _login(new: NewPerson) -> str:
    login = new.login.strip().lower()
    if not login or any(character.isspace() for character in login):
        raise Invalid({"path": "login", "code": "login_malformed", "value": new.login})
    if not new.name:
        raise Invalid({"path": "name", "code": "empty"})
    return login


async def taken_logins(conn: Conn, logins: Sequence[str]) -> set[str]:
    """Those of these logins that anybody in the installation has."""
    found = await rows(conn, "SELECT n AS login FROM unnest(%s::text[]) AS n WHERE login_taken(n)", (list(logins),))
    return {row["login"] for row in found}


async def edit_person(
    conn: Conn,
    actor: Actor,
    person_id: int,
    version: int,
    values: Mapping[str, Any],
    *,
    now: datetime,
    batch_id: int | None = None,
) -> int:
    """Changes some of EDITABLE; the new version. 412 unless `version` is the newest; the last admin stays one."""
    actor.need("people.edit")
    assert values.keys() <= EDITABLE
    if "roles" in values:
        await lock_tenant(conn, actor.tenant_id)
    person = await lock(conn, "person", actor.tenant_id, person_id, version=version)
    values = dict(values)
    if "roles" in values:
        values["roles"] = sorted(set(values["roles"]))
        _check_roles(actor, values["roles"], person["roles"])
        if "admin" not in values["roles"]:
            await _keep_an_admin(conn, person)
    if "department_id" in values:
        await _check_departments(conn, actor.tenant_id, {values["department_id"]} - {None})
    if "name" in values:
        values["spelling"] = spelling(values["name"])
    _check_leave({**person, **values})
    by = By.person(actor.person_id, batch_id)
    return await change(conn, "person", person, values, kind="edit", by=by, at=now)


async def edit_self(conn: Conn, actor: Actor, values: Mapping[str, Any], *, now: datetime) -> int:
    """Name and locale, by the person; the new version."""
    assert values.keys() <= {"name", "locale"}
    assert actor.person_id is not None
    person = await lock(conn, "person", actor.tenant_id, actor.person_id)
    if "name" in values:
        values = {**values, "spelling": spelling(values["name"])}
    return await change(conn, "person", person, values, kind="edit", by=By.person(actor.person_id), at=now)


async def deactivate(conn: Conn, actor: Actor, person_id: int, *, now: datetime) -> None:
    """The person has left: no sessions, keys, links, deputies or led departments any more.

    Called by moves/hand_over.py alone, in the transaction that also gives away all the person's customers: nobody may
    own one who can't sign in. The row is locked from here on, so nothing can be given to them meanwhile. Refuses for
    who has left already and for the last active admin.
    """
    actor.need("people.edit")
    await lock_tenant(conn, actor.tenant_id)
    person = await lock(conn, "person", actor.tenant_id, person_id)
    if person["state"] == "left":
        raise Refusal("person_left")
    await _keep_an_admin(conn, person)
    whose = (actor.tenant_id, person_id)
    await run(conn, "DELETE FROM session s WHERE s.tenant_id = %s AND s.person_id = %s", whose)
    await run(
        conn,
        "UPDATE api_key k SET revoked_at = %s WHERE k.tenant_id = %s AND k.person_id = %s AND k.revoked_at IS NULL",
        (now, *whose),
    )
    await end_links(conn, actor.tenant_id, [person_id])
    by = By.person(actor.person_id)
    await _stop_leading(conn, actor.tenant_id, person_id, by, now)
    await end_deputies(conn, *whose, by, now=now)
    await change(conn, "person", person, {"state": "left", "password_hash": None}, kind="deactivate", by=by, at=now)


async def _stop_leading(conn: Conn, tenant_id: int, person_id: int, by: By, now: datetime) -> None:
    led = await rows(
        conn,
        "SELECT d.* FROM department d JOIN department_lead l ON l.tenant_id = d.tenant_id AND l.department_id = d.id"
        " WHERE d.tenant_id = %s AND l.person_id = %s ORDER BY d.id FOR NO KEY UPDATE OF d",
        (tenant_id, person_id),
    )
    for department in led:
        leads = await lead_ids(conn, tenant_id, department["id"])
        also = {"leads": [leads, [lead for lead in leads if lead != person_id]]}
        await change(conn, "department", department, {}, kind="edit", by=by, at=now, also=also)
    await run(conn, "DELETE FROM department_lead l WHERE l.tenant_id = %s AND l.person_id = %s", (tenant_id, person_id))


async def reactivate(conn: Conn, actor: Actor, person_id: int, *, now: datetime, batch_id: int | None = None) -> int:
    """Takes back who has left, clean: invited, without a password, a plain rep, on no leave; the new version.

    They come back by a new link; what they were before they left, somebody has to give them again.
    """
    actor.need("people.edit")
    person = await lock(conn, "person", actor.tenant_id, person_id)
    if person["state"] != "left":
        raise Refusal("not_left", state=person["state"])
    values = {
        "state": "invited",
        "password_hash": None,
        "roles": ["rep"],
        "leave_from": None,
        "leave_until": None,
    }
    by = By.person(actor.person_id, batch_id)
    return await change(conn, "person", person, values, kind="reactivate", by=by, at=now)


async def _keep_an_admin(conn: Conn, person: DictRow) -> None:
    """Refuses if `person` is the last active admin. The tenant's row is locked, so two can't leave at once."""
    if person["state"] != "active" or "admin" not in person["roles"]:
        return
    others = await value(
        conn,
        "SELECT count(*) FROM person p"
        " WHERE p.tenant_id = %s AND p.id <> %s AND p.state = 'active' AND 'admin' = ANY (p.roles)",
        (person["tenant_id"], person["id"]),
    )
    if not others:
        raise Refusal("last_admin")


def _check_roles(actor: Actor, roles: Sequence[str], before: Sequence[str] = ()) -> None:
    unknown = sorted(set(roles) - ROLE_PERMISSIONS.keys())
    if unknown or not roles:
        raise Invalid({"path": "roles", "code": "unknown_role", "unknown": unknown})
    # A narrowed key would otherwise become wider through an account of its own making.
    if "admin" in set(roles) - set(before) and is_narrowed(actor):
        raise Forbidden("people.edit", role="admin")


async def _check_departments(conn: Conn, tenant_id: int, department_ids: Set[int | None]) -> None:
    if not department_ids:
        return
    # Held until the commit: they aren't removed meanwhile.
    sql = "SELECT d.id FROM department d WHERE d.tenant_id = %s AND d.id = ANY (%s) ORDER BY d.id FOR KEY SHARE"
    found = {row["id"] for row in await rows(conn, sql, (tenant_id, list(department_ids)))}
    for missing in department_ids - found:
        raise NotFound("department", id=str(missing))


def _check_leave(person: Mapping[str, Any]) -> None:
    begins, ends = person["leave_from"], person["leave_until"]
    if (begins is None) != (ends is None) or (begins is not None and begins >= ends):
        raise Invalid({"path": "leave_until", "code": "leave_order"})
