"""Reading the ledger: one person's rows, each with its customer as far as the reader may see it."""

from datetime import datetime

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.access.visibility import predicate
from gonghai.base.database import Conn, rows
from gonghai.base.errors import Forbidden


def may_see_points_of(actor: Actor, person_id: int) -> bool:
    """One's own; one's people's for managers, everybody's for admins and auditors."""
    return person_id == actor.person_id or actor.sees_all or actor.manages_person(person_id)


def need_points_of(actor: Actor, person_id: int) -> None:
    """may_see_points_of, else 403."""
    actor.need("incentives.read")
    if not may_see_points_of(actor, person_id):
        raise Forbidden("incentives.read", person=str(person_id))


async def point_list(
    conn: Conn,
    actor: Actor,
    person_id: int,
    *,
    between: tuple[datetime, datetime] | None,
    before: tuple[datetime, int] | None,
    limit: int,
) -> list[DictRow]:
    """At most `limit` rows of a person, newest first, behind the one at `before` = (at, id); `customer_name` None where
    the reader doesn't see the customer."""
    need_points_of(actor, person_id)
    seen, params = predicate(actor)
    return await rows(
        conn,
        f"""SELECT p.*, c.id AS seen_id, c.name AS customer_name FROM point p
          LEFT JOIN customer c ON c.tenant_id = p.tenant_id AND c.id = p.customer_id AND {seen}
          WHERE p.tenant_id = %(t)s AND p.person_id = %(person)s
            AND (%(from)s::timestamptz IS NULL OR (p.at >= %(from)s AND p.at < %(until)s))
            AND (%(at)s::timestamptz IS NULL OR (p.at, p.id) < (%(at)s, %(id)s))
          ORDER BY p.at DESC, p.id DESC LIMIT %(limit)s""",
        {
            "t": actor.tenant_id, "person": person_id, "limit": limit, **params,
            "from": between[0] if between else None, "until": between[1] if between else None,
            "at": before[0] if before else None, "id": before[1] if before else None,
        },
    )  # fmt: skip
