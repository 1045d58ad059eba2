"""Undoing a batch: the inverse for each customer whose newest move is still the batch's. In chunks, resumable.

What stays as it is, is listed with why. Caps refuse nothing; an owner who can't sign in does, and so does a pool that
is closed. A re-opened spell keeps its clocks and is protected, so that the next sweep leaves it alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from gonghai.access.actor import Actor
from gonghai.activities.tasks.go_along import come_back
from gonghai.base.database import Conn, Database, one, rows, run, value
from gonghai.base.queue import defer
from gonghai.customers.ownership import (
    Mover,
    close_spells,
    give_back,
    listed,
    move_unowned,
    put_back,
    reopen_spells,
)
from gonghai.customers.record import lock_many
from gonghai.events.log import By, new_batch
from gonghai.moves.batch import instant, still_open
from gonghai.moves.inverse import UNDOABLE, inverse
from gonghai.people.calendar import tenant_calendar
from gonghai.workdays import end_of_working_day

CHUNK: Final = 1000
PROTECTED_DAYS: Final = 3  # working days
# The kinds that say where a customer is; others (an edit, a follow-up, a lock) don't stand in the way of an undo.
MOVES: Final = (
    "create", "import", "claim", "assign", "release", "recycle", "transfer", "hand_over", "move_pool", "archive",
    "restore", "merge", "undo", "appeal",
)  # fmt: skip

Why = tuple[str, dict[str, Any]]


async def start_undo(conn: Conn, actor: Actor, batch_id: int, *, now: datetime) -> int:
    """Opens the record of undoing a batch, and defers the work; its id.

    One that is at work, or that left nothing, is the answer again; one that failed goes on. After one that kept some,
    another one tries those.
    """
    await one(conn, "SELECT FROM batch WHERE tenant_id = %s AND id = %s FOR NO KEY UPDATE", (actor.tenant_id, batch_id))
    last = await one(
        conn,
        "SELECT id, state, kept FROM undo WHERE tenant_id = %s AND batch_id = %s ORDER BY id DESC LIMIT 1",
        (actor.tenant_id, batch_id),
    )
    until = end_of_working_day(now, PROTECTED_DAYS, await tenant_calendar(conn, actor.tenant_id))
    if last is None or (last["state"] == "done" and last["kept"]):
        undo_id = await _open(conn, actor, batch_id, until, now)
    else:
        undo_id = int(last["id"])
        if last["state"] != "failed":
            return undo_id
        sql = (
            "UPDATE undo SET state = 'selecting', finished_at = NULL, error = NULL, protected_until = %s"
            " WHERE tenant_id = %s AND id = %s"
        )
        await run(conn, sql, (until, actor.tenant_id, undo_id))
    await defer(conn, "undo", lock=f"undo-{actor.tenant_id}", tenant_id=actor.tenant_id, undo_id=undo_id)
    return undo_id


async def _open(conn: Conn, actor: Actor, batch_id: int, until: datetime, now: datetime) -> int:
    undo_batch = await new_batch(conn, actor.tenant_id, "undo", actor.person_id, now)
    undo_id: int = await value(
        conn,
        "INSERT INTO undo (tenant_id, batch_id, undo_batch_id, requested_by, started_at, state, protected_until)"
        " VALUES (%s, %s, %s, %s, %s, 'selecting', %s) RETURNING id",
        (actor.tenant_id, batch_id, undo_batch, actor.person_id, now, until),
    )
    return undo_id


async def carry_out(database: Database, tenant_id: int, undo_id: int) -> None:
    """Selects (unless already done) and undoes until nothing is left; each chunk is a transaction."""
    async with database.tenant(tenant_id) as conn:
        await _select(conn, tenant_id, undo_id)
    while True:
        async with database.tenant(tenant_id) as conn:
            if await _undo_chunk(conn, tenant_id, undo_id):
                return


async def fail_undo(conn: Conn, tenant_id: int, undo_id: int, error: str) -> None:
    """Closes an undo that can't go on; what it undid stays undone, and asking again goes on."""
    await run(
        conn,
        "UPDATE undo SET state = 'failed', finished_at = clock_timestamp(), error = %s"
        " WHERE tenant_id = %s AND id = %s AND finished_at IS NULL",
        (error, tenant_id, undo_id),
    )


# The batch's customers; after an earlier undo of the batch, those that it kept.
_ITEMS = """INSERT INTO undo_item (tenant_id, undo_id, customer_id)
  SELECT DISTINCT e.tenant_id, %(undo)s::bigint, e.subject_id FROM event e
  WHERE e.tenant_id = %(t)s AND e.batch_id = %(batch)s AND e.subject = 'customer' AND e.kind = ANY (%(kinds)s)
    AND %(before)s::bigint IS NULL
  UNION ALL
  SELECT k.tenant_id, %(undo)s, k.customer_id FROM undo_kept k WHERE k.tenant_id = %(t)s AND k.undo_id = %(before)s
  ON CONFLICT DO NOTHING"""


async def _select(conn: Conn, tenant_id: int, undo_id: int) -> None:
    record = await one(
        conn,
        "SELECT batch_id, (SELECT max(b.id) FROM undo b WHERE b.tenant_id = u.tenant_id AND b.batch_id = u.batch_id"
        " AND b.id < u.id) AS before FROM undo u WHERE tenant_id = %s AND id = %s AND state = 'selecting'"
        " FOR NO KEY UPDATE",
        (tenant_id, undo_id),
    )
    if record is None:
        return
    params = {"t": tenant_id, "undo": undo_id, "batch": record["batch_id"], "before": record["before"]}
    await run(conn, _ITEMS, {**params, "kinds": list(UNDOABLE)})
    await run(
        conn,
        "UPDATE undo u SET state = 'running', total = (SELECT count(*) FROM undo_item i"
        " WHERE i.tenant_id = u.tenant_id AND i.undo_id = u.id) WHERE tenant_id = %s AND id = %s",
        (tenant_id, undo_id),
    )


async def _undo_chunk(conn: Conn, tenant_id: int, undo_id: int) -> bool:
    """Undoes the next customers, up to CHUNK, or closes the record when there are none; whether it is closed."""
    # One worker at a time; another one that carries out the same undo goes on behind this chunk.
    record = await one(
        conn,
        "SELECT * FROM undo WHERE tenant_id = %s AND id = %s FOR NO KEY UPDATE",
        (tenant_id, undo_id),
    )
    if record is None or record["state"] != "running":
        return True
    found = await rows(
        conn,
        "SELECT customer_id FROM undo_item WHERE tenant_id = %s AND undo_id = %s AND customer_id > %s"
        " ORDER BY customer_id LIMIT %s",
        (tenant_id, undo_id, record["done_to"], CHUNK),
    )
    if not found:
        await _finish(conn, record)
        return True
    ids = [row["customer_id"] for row in found]
    kept = await _undo(conn, record, ids)
    await run(
        conn,
        "UPDATE undo SET done_to = %s, undone = undone + %s, kept = kept + %s WHERE tenant_id = %s AND id = %s",
        (ids[-1], len(ids) - len(kept), len(kept), tenant_id, undo_id),
    )
    return False


async def _undo(conn: Conn, record: DictRow, ids: Sequence[int]) -> dict[int, Why]:
    """Undoes what of these customers can be; the others, with why."""
    tenant_id = record["tenant_id"]
    ahead = [move for move in (await _newest_moves(conn, tenant_id, ids)).values() if _is_of(record, move)]
    owners = await _active(conn, tenant_id, {m["owner_from"] for m in ahead} - {None})
    pools = await still_open(conn, tenant_id, {m["pool_from"] for m in ahead} - {None})
    customers = await lock_many(conn, tenant_id, ids)
    # Read again behind the locks: what was claimed while they were waited for has moved since.
    moves = await _newest_moves(conn, tenant_id, ids)
    movers: list[Mover] = []
    kept: dict[int, Why] = {}
    for customer_id, customer in customers.items():
        move = moves[customer_id]
        why = _obstacle(record, move, owners, pools)
        if why is None:
            movers.append(inverse(move, customer))
        else:
            kept[customer_id] = why
    done = await _write(conn, record, movers)
    # Whose newest spell is not the one that the move ended: nothing to re-open.
    kept |= {m.customer_id: _moved_since(moves[m.customer_id]) for m in movers if m.customer_id not in done}
    await _note_kept(conn, record, kept)
    return kept


def _is_of(record: Mapping[str, Any], move: Mapping[str, Any]) -> bool:
    return move["batch_id"] == record["batch_id"] and move["kind"] in UNDOABLE


def _obstacle(record: DictRow, move: DictRow, owners: set[int], pools: set[int]) -> Why | None:
    """Why a customer with this newest move is left as it is."""
    if not _is_of(record, move):
        return _moved_since(move)
    if move["kind"] == "import":
        return None
    if move["owner_from"] is not None and move["owner_from"] not in owners:
        return "owner_not_active", {"owner": str(move["owner_from"])}
    if move["pool_from"] not in pools:
        return "pool_closed", {"pool": str(move["pool_from"])}
    return None


def _moved_since(move: Mapping[str, Any]) -> Why:
    return "moved_since", {"event": str(move["id"])}


async def _newest_moves(conn: Conn, tenant_id: int, ids: Sequence[int]) -> dict[int, DictRow]:
    found = await rows(
        conn,
        """SELECT e.* FROM unnest(%s::bigint[]) AS x (id) CROSS JOIN LATERAL (
              SELECT e.id, e.subject_id, e.version, e.kind, e.batch_id, e.owner_from, e.pool_from, e.data FROM event e
              WHERE e.tenant_id = %s AND e.subject = 'customer' AND e.subject_id = x.id AND e.kind = ANY (%s)
              ORDER BY e.version DESC LIMIT 1) e""",
        (list(ids), tenant_id, list(MOVES)),
    )
    return {row["subject_id"]: row for row in found}


async def _active(conn: Conn, tenant_id: int, person_ids: Iterable[int]) -> set[int]:
    """Those of the persons who are active, and stay so until the transaction ends."""
    found = await rows(
        conn,
        "SELECT id, state FROM person WHERE tenant_id = %s AND id = ANY (%s) ORDER BY id FOR NO KEY UPDATE",
        (tenant_id, list(person_ids)),
    )
    return {row["id"] for row in found if row["state"] == "active"}


async def _write(conn: Conn, record: DictRow, movers: Sequence[Mover]) -> set[int]:
    """The inverse moves; the customers that they moved."""
    t, at = record["tenant_id"], await instant(conn)
    by = By.person(record["requested_by"], record["undo_batch_id"])
    gone = [m for m in movers if m.reason is not None]  # undone imports
    back = [m for m in movers if m.reason is None]
    moved: list[DictRow] = []
    until = record["protected_until"]
    if reopened := [m for m in back if m.owner_to is not None and m.owner_from is None]:
        moved += await reopen_spells(conn, t, listed(reopened), kind="undo", by=by, at=at, protected_until=until)
    if passed := [m for m in back if m.owner_to is not None and m.owner_from is not None]:
        given = await give_back(conn, t, listed(passed), by=by, at=at, protected_until=until)
        await come_back(conn, t, [row["id"] for row in given], record["batch_id"], by=by, at=at)
        moved += given
    if pooled := [m for m in back if m.owner_to is None]:
        moved += await put_back(conn, t, listed(pooled), by=by, at=at)
    if owned := [m for m in gone if m.owner_from is not None]:
        moved += await close_spells(conn, t, listed(owned), kind="undo", by=by, at=at, state_to="archived")
    if unowned := [m for m in gone if m.owner_from is None]:
        moved += await move_unowned(
            conn, t, listed(unowned), kind="undo", by=by, at=at, state_from="pooled", state_to="archived"
        )
    return {row["id"] for row in moved}


async def _note_kept(conn: Conn, record: DictRow, kept: Mapping[int, Why]) -> None:
    whys = list(kept.values())
    await run(
        conn,
        "INSERT INTO undo_kept (tenant_id, undo_id, customer_id, why, data)"
        " SELECT %s, %s, k.* FROM unnest(%s::bigint[], %s::text[], %s::jsonb[]) AS k",
        (record["tenant_id"], record["id"], list(kept), [w for w, _ in whys], [Jsonb(d) for _, d in whys]),
    )


async def _finish(conn: Conn, record: DictRow) -> None:
    """Closes the record; what a cleaning asked for and nobody has answered yet is no longer asked."""
    open_asked = (
        "SELECT r.id FROM request r WHERE r.tenant_id = %s AND r.batch_id = %s AND r.state = 'open'"
        " ORDER BY r.id FOR NO KEY UPDATE"
    )
    asked = [row["id"] for row in await rows(conn, open_asked, (record["tenant_id"], record["batch_id"]))]
    await run(
        conn,
        "UPDATE request SET state = 'withdrawn', decided_at = clock_timestamp() WHERE tenant_id = %s AND id = ANY (%s)",
        (record["tenant_id"], asked),
    )
    await run(
        conn,
        "UPDATE undo SET state = 'done', finished_at = clock_timestamp(), total = total + %s, undone = undone + %s"
        " WHERE tenant_id = %s AND id = %s",
        (len(asked), len(asked), record["tenant_id"], record["id"]),
    )
    await defer(conn, "notify", tenant_id=record["tenant_id"], undo=record["id"])
    # Points that were taken come back now, not with the next beat; its lock is the beat's.
    lock = f"incentives-{record['tenant_id']}"
    await defer(conn, "incentives", lock=lock, once=lock, tenant_id=record["tenant_id"])
