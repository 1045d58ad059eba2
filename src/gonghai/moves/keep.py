"""Locks and protections decided per customer: lock the rows, take the instant, decide each, write in one statement."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.access.visibility import visible
from gonghai.base.database import Conn
from gonghai.customers.floors import Kept, keep
from gonghai.customers.record import lock_many
from gonghai.events.log import By, new_batch
from gonghai.moves.batch import instant
from gonghai.moves.results import Result

Refused = tuple[str, dict[str, Any]]
# A decision over one locked, visible customer at the instant of the write.
Decide = Callable[[DictRow, datetime], Kept | Refused]


async def keep_each(
    conn: Conn, actor: Actor, customer_ids: Sequence[int], decide: Decide, *, kind: str
) -> list[Result]:
    """Answers per id, in the order given. Customers that aren't there, or not visible, are `not_found`."""
    locked = await lock_many(conn, actor.tenant_id, customer_ids)
    at = await instant(conn)
    kept: list[Kept] = []
    results: list[Result] = []
    for customer_id in dict.fromkeys(customer_ids):
        row = locked.get(customer_id)
        if row is None or not visible(actor, row):
            results.append(Result.refused(customer_id, "not_found"))
            continue
        outcome = decide(row, at)
        if isinstance(outcome, Kept):
            kept.append(outcome)
            results.append(Result(customer_id, "moved"))
        else:
            results.append(Result.refused(customer_id, *outcome))
    if kept:
        many = len(customer_ids) > 1
        batch = await new_batch(conn, actor.tenant_id, kind, actor.person_id, at) if many else None
        written = await keep(conn, actor.tenant_id, kept, kind=kind, by=By.person(actor.person_id, batch), at=at)
        assert len(written) == len(kept), "the rows are locked"
    return results
