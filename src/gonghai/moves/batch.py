"""Moves decided per customer: lock all in id order, decide in the order given, write in one statement.

Each move is a small decision over a locked row, answering with a code or with where the customer goes. What can
succeed does, nothing is half done.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.access.visibility import visible
from gonghai.base.database import Conn, one, rows, value
from gonghai.base.errors import Refusal
from gonghai.customers.ownership import Mover
from gonghai.customers.record import lock_many
from gonghai.moves.results import Result

# A decision over one locked, visible customer: a Mover, or (code, data).
Decide = Callable[[DictRow], Mover | tuple[str, dict[str, Any]]]
MOST_IDS = 10_000


async def decide_each(
    conn: Conn, actor: Actor, customer_ids: Sequence[int], decide: Decide
) -> tuple[list[Mover], dict[int, Result]]:
    """Locks, then decides. Customers that aren't there, or not visible, are `not_found`."""
    locked = await lock_many(conn, actor.tenant_id, customer_ids)
    movers: list[Mover] = []
    results: dict[int, Result] = {}
    for customer_id in dict.fromkeys(customer_ids):
        row = locked.get(customer_id)
        if row is None or not visible(actor, row):
            results[customer_id] = Result.refused(customer_id, "not_found")
            continue
        outcome = decide(row)
        if isinstance(outcome, Mover):
            movers.append(outcome)
            results[customer_id] = Result(customer_id, "moved")
        else:
            results[customer_id] = Result.refused(customer_id, *outcome)
    return movers, results


def checked(movers: Sequence[Mover], moved: Sequence[DictRow], results: dict[int, Result]) -> list[Result]:
    """The results, after the guarded statement said what it moved."""
    done = {row["id"] for row in moved}
    for mover in movers:
        if mover.customer_id not in done:
            results[mover.customer_id] = Result.refused(mover.customer_id, "changed_meanwhile")
    return list(results.values())


async def hold_open(conn: Conn, tenant_id: int, pool_id: int) -> None:
    """Keeps a pool from being closed until the transaction ends. Refuses `pool_not_open` where it is closed.

    Whoever puts a customer into a pool they read before comes here first, after persons and before customers: a
    closing pool sends on only the customers that it sees.
    """
    row = await one(
        conn, "SELECT q.state FROM pool q WHERE q.tenant_id = %s AND q.id = %s FOR SHARE", (tenant_id, pool_id)
    )
    if row is None or row["state"] != "open":
        raise Refusal("pool_not_open", pool_id=str(pool_id))


async def still_open(conn: Conn, tenant_id: int, pool_ids: Iterable[int]) -> set[int]:
    """Those of the pools that are open, and stay so until the transaction ends: jobs skip the others."""
    found = await rows(
        conn,
        "SELECT q.id, q.state FROM pool q WHERE q.tenant_id = %s AND q.id = ANY (%s) ORDER BY q.id FOR SHARE",
        (tenant_id, list(pool_ids)),
    )
    return {row["id"] for row in found if row["state"] == "open"}


async def instant(conn: Conn) -> datetime:
    """The database's clock, after the locks were had."""
    at: datetime = await value(conn, "SELECT clock_timestamp() AS at")
    return at


def state_refusal(row: DictRow, wanted: str) -> tuple[str, dict[str, Any]] | None:
    """The refusal when a customer isn't in the state that the move begins in."""
    if row["state"] == wanted:
        return None
    if row["state"] == "merged":
        return "merged", {"into": str(row["merged_into"])}
    if row["state"] == "archived":
        return "archived", {}
    if row["state"] == "owned":
        return "already_claimed", {"owner": {"id": str(row["owner_id"])}}
    return "not_owned", {"pool_id": str(row["pool_id"])}
