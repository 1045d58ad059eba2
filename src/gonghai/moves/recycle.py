"""The sweep: select the due once into the run's items, warn who will be, then move the due in guarded chunks. Resumable.

The selection decides on each customer's version; a chunk moves only rows whose version is still that one, and skips
what changed meanwhile, saying so. A run that was cut off goes on where it stopped.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from gonghai.base.database import Conn, Database, one, rows, run
from gonghai.base.errors import Refusal
from gonghai.base.queue import defer
from gonghai.customers.ownership import WAS, Who, close_spells
from gonghai.events.log import By, new_batch
from gonghai.moves.warn import warn
from gonghai.people.calendar import tenant_calendar
from gonghai.policy.decide import InForce
from gonghai.policy.due import BITS, SEGMENTS, due_select
from gonghai.policy.leaves import leaves
from gonghai.policy.registry import REGISTRY
from gonghai.policy.versions import in_force

CHUNK = 2000


async def start_run(
    conn: Conn, tenant_id: int, *, pool_id: int | None, requested_by: int | None, now: datetime
) -> int | None:
    """Opens a run's record; its id. None when the dispatcher finds one open (it will be gone on with).

    On demand (`requested_by`) an open run is a refusal.
    """
    calendar = await tenant_calendar(conn, tenant_id)
    policies, broken = await in_force(conn, tenant_id, now, [pool_id] if pool_id else None)
    batch = await new_batch(conn, tenant_id, "recycle", requested_by, now)
    row = await one(
        conn,
        "INSERT INTO recycle_run (tenant_id, pool_id, requested_by, now, started_at, state, calendar_hash,"
        " policy_versions, batch_id, failed, error) VALUES (%s, %s, %s, %s, %s, 'selecting', %s, %s, %s, %s, %s)"
        " ON CONFLICT (tenant_id) WHERE finished_at IS NULL DO NOTHING RETURNING id",
        (
            tenant_id,
            pool_id,
            requested_by,
            now,
            now,
            calendar.hash,
            Jsonb(
                [
                    {"pool_id": str(p.pool_id), "number": p.number, "policy_id": str(p.policy_id)}
                    for p in policies.values()
                ]
            ),
            batch,
            len(broken),
            "; ".join(f"pool {p}: {type(e).__name__}: {getattr(e, 'errors', e)}" for p, e in broken.items()) or None,
        ),
    )
    if row is None and requested_by is not None:
        raise Refusal("run_in_progress")
    return None if row is None else int(row["id"])


async def open_run(conn: Conn, tenant_id: int) -> int | None:
    """The tenant's unfinished run, if any."""
    row = await one(conn, "SELECT id FROM recycle_run WHERE tenant_id = %s AND finished_at IS NULL", (tenant_id,))
    return None if row is None else int(row["id"])


async def carry_out(database: Database, tenant_id: int, run_id: int, *, resumed_at: datetime | None = None) -> None:
    """Selects (unless already done), warns, and moves until nothing is left; each chunk is a transaction.

    A run that is gone on with later warns as of `resumed_at`: notice counts from when it is given.
    """
    async with database.tenant(tenant_id) as conn:
        await _select(conn, tenant_id, run_id)
    await warn(database, tenant_id, run_id, now=resumed_at)
    while True:
        async with database.tenant(tenant_id) as conn:
            if await _move_chunk(conn, tenant_id, run_id):
                return


async def _select(conn: Conn, tenant_id: int, run_id: int) -> None:
    record = await one(
        conn,
        "SELECT * FROM recycle_run WHERE tenant_id = %s AND id = %s AND state = 'selecting' FOR NO KEY UPDATE",
        (tenant_id, run_id),
    )
    if record is None:
        return
    now: datetime = record["now"]
    compiled, _ = await in_force(conn, tenant_id, now, [record["pool_id"]] if record["pool_id"] else None)
    policies = list(compiled.values())
    due = 0
    if policies:
        calendar = await tenant_calendar(conn, tenant_id)
        select = due_select(policies, calendar, now, await leaves(conn, tenant_id, now), REGISTRY)
        params = {"tenant_id": tenant_id, "run_id": run_id, **select.params, **_places(policies)}
        # No index on owned customers serves the pass, and generic plans would not know the constants.
        due = await run(conn, _ITEMS.format(due=select.text), params)
    await run(
        conn,
        "UPDATE recycle_run SET state = 'warning', due = %s WHERE tenant_id = %s AND id = %s",
        (due, tenant_id, run_id),
    )


_ITEMS = f"""INSERT INTO recycle_item (tenant_id, run_id, customer_id, customer_version, policy_id, segment, timers,
    pool_to, owner_id)
  SELECT %(tenant_id)s, %(run_id)s, d.customer_id, d.version, s.policy_id, (d.code / {BITS}) %% {SEGMENTS},
    d.code %% {BITS}, coalesce(s.target, d.pool_id), d.owner_id
  FROM ({{due}}) d JOIN unnest(%(codes)s::int[], %(policies)s::bigint[], %(targets)s::bigint[])
    AS s (code, policy_id, target) ON s.code = d.code / {BITS}"""


def _places(policies: Sequence[InForce]) -> dict[str, list[Any]]:
    every = [
        (place * SEGMENTS + index, p.policy_id, segment.target)
        for place, p in enumerate(policies)
        for index, segment in enumerate(p.policy.segments)
    ]
    return {
        "codes": [code for code, _, _ in every],
        "policies": [policy for _, policy, _ in every],
        "targets": [target for _, _, target in every],
    }


# The rows are locked and read in one go. Whoever holds a row right now is changing it, so it is skipped, not waited
# for. The facts that decided go into the event, so that the move can be explained when the customer has moved on.
_MOVERS = f"""SELECT c.id AS customer_id, i.customer_version AS version, c.owner_id AS owner_from, NULL::bigint AS owner_to,
    c.pool_id AS pool_from, i.pool_to, NULL::text AS reason, i.policy_id,
    jsonb_strip_nulls(jsonb_build_object('run', i.run_id, 'segment', i.segment, 'timers', i.timers,
        'clock_start', c.clock_start, 'first_contact_at', c.first_contact_at,
        'last_follow_up_at', c.last_follow_up_at, 'deal_lost_at', c.deal_lost_at, 'live_deals', c.live_deals,
        'last_win_at', c.last_win_at, 'contract_end', c.contract_end, 'was', {WAS})) AS data
  FROM recycle_item i JOIN customer c ON c.tenant_id = i.tenant_id AND c.id = i.customer_id
  WHERE i.tenant_id = %(tenant_id)s AND i.run_id = %(run_id)s
    AND i.customer_id > %(done_to)s AND i.customer_id <= %(upto)s AND c.version = i.customer_version
    AND i.pool_to = ANY (%(pools)s)
  ORDER BY i.customer_id FOR NO KEY UPDATE OF c SKIP LOCKED"""


async def _move_chunk(conn: Conn, tenant_id: int, run_id: int) -> bool:
    """Moves the next items, up to CHUNK, or closes the run when there are none; whether the run is closed."""
    # One worker at a time; another one that carries out the same run goes on behind this chunk.
    record = await one(
        conn,
        "SELECT batch_id, done_to, finished_at FROM recycle_run WHERE tenant_id = %s AND id = %s FOR NO KEY UPDATE",
        (tenant_id, run_id),
    )
    if record is None or record["finished_at"] is not None:
        return True
    chunk = await one(
        conn,
        "SELECT max(customer_id) AS upto, count(*) AS items, clock_timestamp() AS at,"
        " array_agg(DISTINCT pool_to) AS pools FROM"
        " (SELECT i.customer_id, i.pool_to FROM recycle_item i WHERE i.tenant_id = %s AND i.run_id = %s AND i.customer_id > %s"
        " ORDER BY i.customer_id LIMIT %s) x",
        (tenant_id, run_id, record["done_to"], CHUNK),
    )
    assert chunk is not None
    if not chunk["items"]:
        await _finish(conn, tenant_id, run_id)
        return True
    bounds = {"run_id": run_id, "done_to": record["done_to"], "upto": chunk["upto"]}
    bounds["pools"] = await _held_open(conn, tenant_id, chunk["pools"])
    by = By(kind="policy", batch_id=record["batch_id"])
    moved = await close_spells(conn, tenant_id, Who(_MOVERS, bounds), kind="recycle", by=by, at=chunk["at"])
    skipped = chunk["items"] - len(moved)
    if skipped:
        await _note_skipped(conn, tenant_id, bounds, [row["id"] for row in moved])
    await run(
        conn,
        "UPDATE recycle_run SET done_to = %s, moved = moved + %s, skipped = skipped + %s"
        " WHERE tenant_id = %s AND id = %s",
        (chunk["upto"], len(moved), skipped, tenant_id, run_id),
    )
    return False


async def _held_open(conn: Conn, tenant_id: int, pool_ids: list[int]) -> list[int]:
    """Those of the target pools that are open, and stay so until the transaction ends."""
    found = await rows(
        conn,
        "SELECT q.id FROM pool q WHERE q.tenant_id = %s AND q.id = ANY (%s) AND q.state = 'open' ORDER BY q.id FOR SHARE",
        (tenant_id, pool_ids),
    )
    return [row["id"] for row in found]


async def _note_skipped(conn: Conn, tenant_id: int, bounds: dict[str, Any], moved: list[int]) -> None:
    """Items say only that they were skipped: nearly all are moved, and a write for each would cost a sixth of the run."""
    await run(
        conn,
        """UPDATE recycle_item i SET outcome = 'skipped',
            why = CASE WHEN i.pool_to <> ALL (%(pools)s) THEN 'pool_closed'
                       WHEN c.version = i.customer_version THEN 'busy' ELSE 'changed' END
          FROM customer c WHERE c.tenant_id = %(t)s AND c.id = i.customer_id AND i.tenant_id = %(t)s
            AND i.run_id = %(run_id)s AND i.customer_id > %(done_to)s AND i.customer_id <= %(upto)s
            AND i.customer_id <> ALL (%(moved)s)""",
        {"t": tenant_id, "moved": moved, **bounds},
    )


async def _finish(conn: Conn, tenant_id: int, run_id: int) -> None:
    closed = await one(
        conn,
        "UPDATE recycle_run SET state = 'done', finished_at = clock_timestamp() WHERE tenant_id = %s AND id = %s"
        " RETURNING moved, warned",
        (tenant_id, run_id),
    )
    await _tell(conn, tenant_id, run_id, closed)


async def _tell(conn: Conn, tenant_id: int, run_id: int, closed: DictRow | None) -> None:
    """Most runs do nothing that anybody need hear of."""
    if closed is not None and closed["moved"] + closed["warned"]:
        await defer(conn, "notify", tenant_id=tenant_id, run=run_id)


async def fail_run(conn: Conn, tenant_id: int, run_id: int, error: str) -> None:
    """Closes a run that can't go on; what it moved stays moved and recorded."""
    closed = await one(
        conn,
        "UPDATE recycle_run SET state = 'failed', finished_at = clock_timestamp(), error = %s"
        " WHERE tenant_id = %s AND id = %s AND finished_at IS NULL RETURNING moved, warned",
        (error, tenant_id, run_id),
    )
    await _tell(conn, tenant_id, run_id, closed)
