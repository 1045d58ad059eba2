"""Links by which an invited person, or one who forgot the password, sets it: once, and not for long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, one, rows, run
from gonghai.base.errors import Forbidden, NotFound, Refusal
from gonghai.base.secrets import new_secret, secret_hash
from gonghai.events.log import By, append_each
from gonghai.people.api_keys import is_narrowed
from gonghai.people.record import change, lock
from gonghai.people.sign_in import forget_failures

LASTS: Final = {"invitation": timedelta(hours=72), "reset": timedelta(hours=24)}


@dataclass(frozen=True, slots=True)
class NewLink:
    """A fresh link; the token is shown once and never stored."""

    token: str
    kind: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class LinkInfo:
    """Whom a link is for: kind (invitation or reset), the person's name and login, the tenant's name."""

    kind: str
    name: str
    login: str
    tenant: str


async def create_link(conn: Conn, actor: Actor, person_id: int, *, now: datetime) -> NewLink:
    """A new invitation or password reset for one person; earlier links of theirs end. Refuses for who has left.

    A key narrowed by scopes can't make one for an admin: it would become wider through that account.
    """
    return (await create_links(conn, actor, [person_id], now=now))[person_id]


async def create_links(conn: Conn, actor: Actor, person_ids: Sequence[int], *, now: datetime) -> dict[int, NewLink]:
    """The same for many persons at once, by person."""
    actor.need("people.edit")
    persons = await rows(
        conn,
        "SELECT * FROM person p WHERE p.tenant_id = %s AND p.id = ANY (%s) ORDER BY p.id FOR NO KEY UPDATE",
        (actor.tenant_id, list(person_ids)),
    )
    missing = set(person_ids) - {person["id"] for person in persons}
    if missing:
        raise NotFound("person", id=str(min(missing)))
    if is_narrowed(actor) and any("admin" in person["roles"] for person in persons):
        raise Forbidden("people.edit", role="admin")
    return await new_links(conn, actor.tenant_id, persons, By.person(actor.person_id), now=now)


async def new_links(
    conn: Conn, tenant_id: int, persons: Sequence[DictRow], by: By, *, now: datetime
) -> dict[int, NewLink]:
    """The same for locked rows of persons, without asking who may."""
    if any(person["state"] == "left" for person in persons):
        raise Refusal("person_left")
    links = {}
    for person in persons:
        kind = "invitation" if person["state"] == "invited" else "reset"
        links[person["id"]] = NewLink(new_secret(), kind, now + LASTS[kind])
    await end_links(conn, tenant_id, list(links))
    await run(
        conn,
        "INSERT INTO link (tenant_id, token_hash, person_id, kind, created_at, expires_at)"
        " SELECT %s, n.hash, n.person_id, n.kind, %s, n.expires_at"
        " FROM unnest(%s::bytea[], %s::bigint[], %s::text[], %s::timestamptz[]) AS n (hash, person_id, kind, expires_at)",
        (
            tenant_id, now, [secret_hash(link.token) for link in links.values()], list(links),
            [link.kind for link in links.values()], [link.expires_at for link in links.values()],
        ),
    )  # fmt: skip
    told = [(person["id"], person["version"], {"link": links[person["id"]].kind}) for person in persons]
    await append_each(conn, tenant_id, told, kind="link", subject="person", by=by, at=now)
    return links


async def end_links(conn: Conn, tenant_id: int, person_ids: Sequence[int]) -> None:
    """Unused links of these persons no longer work."""
    await run(
        conn,
        "DELETE FROM link l WHERE l.tenant_id = %s AND l.person_id = ANY (%s) AND l.used_at IS NULL",
        (tenant_id, list(person_ids)),
    )


async def find_link(conn: Conn, token: str) -> int:
    """The tenant of a link that still works, on a connection outside any tenant; 404 otherwise."""
    found = await one(conn, "SELECT * FROM find_link(%s)", (secret_hash(token),))
    if found is None:
        raise Refusal("link_invalid", 404)
    return int(found["tenant_id"])


async def read_link(conn: Conn, tenant_id: int, token: str) -> LinkInfo:
    """Whom the link is for; 404 when it was used meanwhile."""
    row = await one(
        conn,
        "SELECT l.kind, p.name, p.login, t.name AS tenant FROM link l"
        " JOIN person p ON p.tenant_id = l.tenant_id AND p.id = l.person_id JOIN tenant t ON t.id = l.tenant_id"
        " WHERE l.tenant_id = %s AND l.token_hash = %s AND l.used_at IS NULL",
        (tenant_id, secret_hash(token)),
    )
    if row is None:
        raise Refusal("link_invalid", 404)
    return LinkInfo(**row)


async def use_link(conn: Conn, tenant_id: int, token: str, password_hash: str, *, now: datetime) -> tuple[int, str]:
    """Sets the password, ends the person's sessions and links, activates an invited person; (person id, login).

    The guarded UPDATE lets one of several users of the same link win; the others get 404. The person's row is locked
    first, as in every other change of a person.
    """
    digest = secret_hash(token)
    link = await one(
        conn, "SELECT l.person_id FROM link l WHERE l.tenant_id = %s AND l.token_hash = %s", (tenant_id, digest)
    )
    if link is None:
        raise Refusal("link_invalid", 404)
    person = await lock(conn, "person", tenant_id, link["person_id"])
    used = await run(
        conn,
        "UPDATE link l SET used_at = %s WHERE l.tenant_id = %s AND l.token_hash = %s AND l.used_at IS NULL"
        " AND l.expires_at > %s",
        (now, tenant_id, digest, now),
    )
    if not used:
        raise Refusal("link_invalid", 404)
    kind = "activate" if person["state"] == "invited" else "password"
    values = {"password_hash": password_hash, "state": "active"}
    await change(conn, "person", person, values, kind=kind, by=By.person(person["id"]), at=now)
    await run(conn, "DELETE FROM session s WHERE s.tenant_id = %s AND s.person_id = %s", (tenant_id, person["id"]))
    await end_links(conn, tenant_id, [person["id"]])
    # Whoever holds the link need not wait for the end of a lock that wrong guesses brought about.
    await forget_failures(conn, person["login"])
    return person["id"], person["login"]
