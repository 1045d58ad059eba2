"""Reading the warnings of a day."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.access.visibility import predicate
from gonghai.base.database import Conn, rows


async def day_of_warnings(
    conn: Conn, actor: Actor, *, owners: Sequence[int] | None, day: date, after: Sequence[Any] | None, limit: int
) -> list[DictRow]:
    """What these owners (None: all) were told on a local day of customers that the actor sees, who goes first first.

    Behind the key `after` = (effective, customer, step).
    """
    seen, params = predicate(actor)
    behind = "AND (w.effective, w.customer_id, w.step) > (%(effective)s, %(customer)s, %(step)s)" if after else ""
    key = dict(zip(("effective", "customer", "step"), after, strict=True)) if after else {}
    return await rows(
        conn,
        f"""SELECT w.customer_id, c.name AS customer_name, w.owner_id, o.name AS owner_name, w.step, w.at, w.effective,
            w.timer FROM warning w JOIN customer c ON c.tenant_id = w.tenant_id AND c.id = w.customer_id
            JOIN person o ON o.tenant_id = w.tenant_id AND o.id = w.owner_id
          WHERE w.tenant_id = %(t)s AND w.day = %(day)s AND (%(owners)s::bigint[] IS NULL OR w.owner_id = ANY (%(owners)s))
            AND {seen} {behind} ORDER BY w.effective, w.customer_id, w.step LIMIT %(limit)s""",
        {
            "t": actor.tenant_id,
            "day": day,
            "owners": list(owners) if owners is not None else None,
            "limit": limit,
            **params,
            **key,
        },
    )
