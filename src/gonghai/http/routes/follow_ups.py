"""Follow-ups of a customer over HTTP."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from gonghai.activities.actions import NewFollowUp, record_follow_up, void_follow_up
from gonghai.activities.decide import Kind
from gonghai.activities.queries import list_follow_ups
from gonghai.http.call import By
from gonghai.http.paging import After, Limit, cut_page, decode_cursor
from gonghai.http.routes.history import named_for
from gonghai.http.shapes import Id, Instant, Named, Page
from gonghai.http.texts import Line, MaybeLine, Note

router = APIRouter(prefix="/customers/{customer_id}/follow-ups", tags=["follow-ups"])


class FollowUpIn(BaseModel):
    """What was done; without `at` it was done just now."""

    kind: Kind
    at: Instant | None = None
    outcome: MaybeLine = None
    note: Note = ""
    next_at: Instant | None = None


class VoidIn(BaseModel):
    """Why a follow-up is taken back."""

    reason: Line


class FollowUp(BaseModel):
    """One follow-up. `why_not`: not_owner, collaborator, unclaimed, kind, short_note, imported or voided; null where it counts.
    `note_hidden`: the pool hides what earlier owners wrote."""

    id: Id
    author: Named | None
    for_: Named | None = Field(alias="for", description="For whom a deputy logged it.")
    kind: Kind
    at: datetime
    recorded_at: datetime
    outcome: str | None
    note: str | None
    next_at: datetime | None
    qualifies: bool
    why_not: str | None
    voided_at: datetime | None
    note_hidden: bool


class AboutTask(BaseModel):
    """A task about the customer, one's own or of whom one acts for. `why_open`: before_task, other_kind, does_not_count
    or empty; null: done."""

    id: Id
    title: str
    why_open: Literal["before_task", "other_kind", "does_not_count", "empty"] | None


class Recorded(FollowUp):
    """A follow-up as it was recorded, and what it did of one's tasks about the customer."""

    tasks: list[AboutTask]


def _shape(row: Mapping[str, Any]) -> FollowUp:
    return FollowUp.model_validate({**row, "author": _author(row), "for": named_for(row)})


def _author(row: Mapping[str, Any]) -> Named | None:
    return Named(id=row["author_id"], name=row["author_name"]) if row["author_id"] is not None else None


@router.get("")
async def list_of_customer(customer_id: Id, call: By, limit: Limit = 50, after: After = None) -> Page[FollowUp]:
    """The customer's follow-ups, newest first."""
    call.actor.need("customers.read")
    last = decode_cursor(after, datetime, int)
    before = (last[0], last[1]) if last else None
    found = await list_follow_ups(call.conn, call.actor, customer_id, before=before, limit=limit + 1)
    items, following = cut_page(found, limit, lambda row: (row["at"], row["id"]))
    return Page(items=[_shape(row) for row in items], next=following)


@router.post("", status_code=201)
async def record(customer_id: Id, body: FollowUpIn, call: By) -> Recorded:
    """Records a follow-up; the answer says whether it counts, and why not, and which of one's tasks it does."""
    new = NewFollowUp(kind=body.kind, note=body.note, at=body.at, outcome=body.outcome, next_at=body.next_at)
    stored = await record_follow_up(call.conn, call.actor, customer_id, new)
    return Recorded.model_validate({**stored, "author": _author(stored), "for": named_for(stored)})


@router.post("/{follow_up_id}/void", status_code=204)
async def void(customer_id: Id, follow_up_id: Id, body: VoidIn, call: By) -> Response:
    """Takes a follow-up back: a manager of the owner may, and the clocks are as if it had not counted."""
    await void_follow_up(call.conn, call.actor, customer_id, follow_up_id, reason=body.reason)
    return Response(status_code=204)
