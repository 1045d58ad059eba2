"""Invitation links for the people that an import brought in, made when somebody asks for them."""

from datetime import datetime

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, rows
from gonghai.base.errors import Refusal
from gonghai.exchange.queries import get_import
from gonghai.people.links import NewLink, create_links


async def to_invite(conn: Conn, tenant_id: int, batch_id: int | None) -> list[DictRow]:
    """Id, login and name of those whom the import created or took back and who have not set a password yet."""
    return await rows(
        conn,
        """SELECT p.id, p.login, p.name FROM person p WHERE p.tenant_id = %(t)s AND p.state = 'invited' AND p.id IN (
             SELECT e.subject_id FROM event e WHERE e.tenant_id = %(t)s AND e.batch_id = %(batch)s
               AND e.subject = 'person' AND e.kind IN ('create', 'reactivate'))
           ORDER BY p.id""",
        {"t": tenant_id, "batch": batch_id},
    )


async def invite(conn: Conn, actor: Actor, import_id: int, *, now: datetime) -> list[tuple[DictRow, NewLink]]:
    """New links for all of them; earlier links of theirs end. 404 without the import, 409 `nobody_to_invite`."""
    actor.need("people.edit")
    record = await get_import(conn, actor.tenant_id, import_id)
    persons = await to_invite(conn, actor.tenant_id, record["batch_id"])
    if not persons:
        raise Refusal("nobody_to_invite")
    links = await create_links(conn, actor, [person["id"] for person in persons], now=now)
    return [(person, links[person["id"]]) for person in persons]
