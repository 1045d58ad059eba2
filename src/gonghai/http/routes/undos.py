"""Undoing a run, an import or a hand-over, and what it left as it was."""

from datetime import datetime
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from gonghai.http.call import By
from gonghai.http.idempotency import idempotent
from gonghai.http.paging import After, Limit, cut_page, decode_cursor
from gonghai.http.problems import refusals
from gonghai.http.run_shapes import Undo, person, undo_shape
from gonghai.http.shapes import Id, Named, Page
from gonghai.moves import undone

router = APIRouter(tags=["runs"])
REFUSED = refusals("run_unfinished", "nothing_to_undo")


class Kept(BaseModel):
    """One customer that an undo left as it was. `moved_since`: by `kind`, at `at`, and `owner` has it now;
    `owner_not_active`: `owner` can't sign in any more; `pool_closed`: the pool it would go back to is."""

    customer: Named
    why: Literal["moved_since", "owner_not_active", "pool_closed"]
    owner: Named | None
    kind: str | None
    at: datetime | None


@router.post("/recycle-runs/{run_id}/undo", status_code=202, responses=REFUSED)
@idempotent
async def undo_recycle(call: By, run_id: Id) -> Undo:
    """Undoes a sweep in the background. Asked for again: the same undo; after one that kept some, a try at those."""
    return await _undo(call, "recycle_run", run_id)


@router.post("/cleaning-runs/{run_id}/undo", status_code=202, responses=REFUSED)
@idempotent
async def undo_cleaning(call: By, run_id: Id) -> Undo:
    """Undoes a cleaning like a sweep; what it asked for and nobody has answered yet is withdrawn."""
    return await _undo(call, "cleaning_run", run_id)


@router.post("/imports/{import_id}/undo", status_code=202, responses=REFUSED)
@idempotent
async def undo_import(call: By, import_id: Id) -> Undo:
    """Archives what an import created and nobody has moved since. Changes to customers that were there stay."""
    return await _undo(call, "import", import_id)


@router.post("/hand-overs/{hand_over_id}/undo", status_code=202, responses=refusals("nothing_to_undo"))
@idempotent
async def undo_hand_over(call: By, hand_over_id: Id) -> Undo:
    """Gives a handed-over book back: each customer that hasn't moved since, with its clocks as they were. For whoever
    may hand over that person's book."""
    return await _undo(call, "hand_over", hand_over_id)


@router.get("/undos/{undo_id}")
async def get_one(call: By, undo_id: Id) -> Undo:
    """How far an undo is, and what came of it."""
    call.actor.need("runs.read")
    return undo_shape(await undone.get_undo(call.conn, call.tenant_id, undo_id))


@router.get("/undos/{undo_id}/kept")
async def kept(call: By, undo_id: Id, limit: Limit = 50, after: After = None) -> Page[Kept]:
    """The customers left as they were, and why."""
    call.actor.need("runs.read")
    await undone.get_undo(call.conn, call.tenant_id, undo_id)
    key = decode_cursor(after, int)
    found = await undone.kept_list(call.conn, call.actor, undo_id, behind=key[0] if key else 0, limit=limit + 1)
    cut, following = cut_page(found, limit, lambda r: (r["customer_id"],))
    shown = [
        Kept(
            customer=Named(id=row["customer_id"], name=row["customer_name"]),
            why=row["why"],
            owner=person({**row, "owner": row["owner_id"]}, "owner"),
            kind=row["kind"],
            at=row["at"],
        )
        for row in cut
    ]
    return Page(items=shown, next=following)


async def _undo(call: By, what: str, record_id: int) -> Undo:
    undo_id = await undone.undo(call.conn, call.actor, what, record_id, now=call.now)
    return undo_shape(await undone.get_undo(call.conn, call.tenant_id, undo_id))
