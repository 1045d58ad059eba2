"""What happened to a customer, and why: history, timeline, the why card."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from gonghai.activities.queries import follow_ups_by_ids
from gonghai.activities.queries import timeline as timeline_keys
from gonghai.customers import queries
from gonghai.customers.masking import masked_event, masked_fields
from gonghai.events.queries import MOVES, customer_events, events_by_ids
from gonghai.http.call import By
from gonghai.http.paging import After, Limit, cut_page, decode_cursor
from gonghai.http.shapes import Id, Named, Page, Words
from gonghai.policy.explain import Why
from gonghai.policy.history import sentence
from gonghai.policy.why import why_event, why_now
from gonghai.pools.queries import reason_words

router = APIRouter(prefix="/customers/{customer_id}", tags=["history"])


class EventActor(BaseModel):
    """Who did it: a person, the policy, the system."""

    kind: Literal["person", "policy", "system"]
    id: Id | None = None
    name: str | None = None


class Place(BaseModel):
    """Where a customer was, or went."""

    owner: Named | None
    pool: Named | None


class EventShape(BaseModel):
    """One event. `data` holds the facts that decided it."""

    id: Id
    at: datetime
    kind: str
    actor: EventActor
    version: int
    came_from: Place
    went_to: Place
    reason: str | None
    batch_id: Id | None
    data: dict[str, Any] | None
    sentence: Words


class FollowUpLine(BaseModel):
    """A follow-up on the timeline. `note_hidden`: the pool hides what earlier owners wrote."""

    id: Id
    kind: str
    at: datetime
    recorded_at: datetime
    author: Named | None
    for_: Named | None = Field(alias="for", description="For whom a deputy logged it.")
    outcome: str | None
    note: str | None
    next_at: datetime | None
    qualifies: bool
    why_not: str | None
    voided: bool
    note_hidden: bool


class TimelineItem(BaseModel):
    """A move or a follow-up."""

    type: Literal["event", "follow_up"]
    at: datetime
    event: EventShape | None = None
    follow_up: FollowUpLine | None = None


class WhyFact(BaseModel):
    """One fact with its value."""

    label: Words
    value: Any


class Sentences(BaseModel):
    """The explanation, sentence by sentence."""

    zh: list[str]
    en: list[str]


class WhyShape(BaseModel):
    """Why a customer stands as it does, or why a past move happened. `changes` says what would change it."""

    kind: Literal["deadline", "no_deadline", "move"]
    data: dict[str, Any]
    sentences: Sentences
    facts: list[WhyFact]
    version: int | None
    changes: Sentences


@router.get("/history")
async def history(
    call: By,
    customer_id: Id,
    moves_only: Annotated[bool, Query(description="Leave out edits, follow-ups and deals.")] = False,
    limit: Limit = 50,
    after: After = None,
) -> Page[EventShape]:
    """All events, newest first."""
    call.actor.need("customers.read")
    customer = await queries.get(call.conn, call.actor, customer_id)
    key = decode_cursor(after, int)
    found = await customer_events(
        call.conn, call.tenant_id, customer_id, before=key[0] if key else None, limit=limit + 1,
        kinds=MOVES if moves_only else None,
    )  # fmt: skip
    cut, following = cut_page(found, limit, lambda r: (r["version"],))
    reasons = await reason_words(call.conn, call.tenant_id)
    zone = ZoneInfo(call.actor.zone)
    hidden = masked_fields(call.actor, customer)
    return Page(items=[event_shape(row, reasons, zone, hidden) for row in cut], next=following)


@router.get("/timeline")
async def timeline(call: By, customer_id: Id, limit: Limit = 50, after: After = None) -> Page[TimelineItem]:
    """Moves, deals, edits and follow-ups in one line, newest first."""
    call.actor.need("customers.read")
    customer = await queries.get(call.conn, call.actor, customer_id)
    hidden = masked_fields(call.actor, customer)
    key = decode_cursor(after, datetime, int, int)
    before = (key[0], key[1], key[2]) if key else None
    found = await timeline_keys(call.conn, call.tenant_id, customer_id, before=before, limit=limit + 1)
    cut, following = cut_page(found, limit, lambda r: (r["at"], r["is_event"], r["id"]))
    ids = {kind: [row["id"] for row in cut if row["is_event"] == kind] for kind in (0, 1)}
    events = await events_by_ids(call.conn, call.tenant_id, customer_id, ids[1])
    follow_ups = await follow_ups_by_ids(call.conn, call.actor, customer, ids[0])
    reasons = await reason_words(call.conn, call.tenant_id)
    zone = ZoneInfo(call.actor.zone)
    items = [
        _event_line(events[row["id"]], reasons, zone, hidden)
        if row["is_event"]
        else _follow_up_item(follow_ups[row["id"]])
        for row in cut
    ]
    return Page(items=items, next=following)


@router.get("/why")
async def why(
    call: By,
    customer_id: Id,
    event: Annotated[Id | None, Query(description="A past move's event; without it, the present.")] = None,
) -> WhyShape:
    """Why this customer stands as it does, or why a past move happened."""
    call.actor.need("customers.read")
    row = await queries.get(call.conn, call.actor, customer_id)
    hidden = masked_fields(call.actor, row)
    if event is None:
        told = await why_now(call.conn, call.tenant_id, row, now=call.now, hidden=hidden)
    else:
        told = await why_event(call.conn, call.tenant_id, row, event, hidden=hidden)
    return why_shape(told)


def why_shape(told: Why) -> WhyShape:
    """An explanation as people read it."""
    return WhyShape(
        kind=told.kind,
        data=told.data,
        sentences=Sentences(zh=told.zh, en=told.en),
        facts=[WhyFact(label=Words(**f["label"]), value=f["value"]) for f in told.facts],
        version=told.version,
        changes=Sentences(zh=told.changes_zh, en=told.changes_en),
    )


def event_shape(
    row: Mapping[str, Any], reasons: Mapping[str, tuple[str, str]], zone: ZoneInfo, hidden: frozenset[str]
) -> EventShape:
    """An event as people read it. `hidden`: fields of the customer that are masked for the reader."""
    row = masked_event(row, hidden)
    zh, en = sentence(row, reasons, zone)
    return EventShape(
        id=row["id"],
        at=row["at"],
        kind=row["kind"],
        actor=EventActor(kind=row["actor"], id=row["actor_id"], name=row["actor_name"]),
        version=row["version"],
        came_from=Place(owner=_named(row, "owner_from"), pool=_named(row, "pool_from")),
        went_to=Place(owner=_named(row, "owner_to"), pool=_named(row, "pool_to")),
        reason=row["reason"],
        batch_id=row["batch_id"],
        data=row["data"],
        sentence=Words(zh=zh, en=en),
    )


def _named(row: Mapping[str, Any], name: str) -> Named | None:
    return Named(id=row[name], name=row[f"{name}_name"]) if row[name] is not None else None


def _event_line(
    row: Mapping[str, Any], reasons: Mapping[str, tuple[str, str]], zone: ZoneInfo, hidden: frozenset[str]
) -> TimelineItem:
    return TimelineItem(type="event", at=row["at"], event=event_shape(row, reasons, zone, hidden))


def named_for(row: Mapping[str, Any]) -> Named | None:
    """For whom a deputy logged a follow-up."""
    return Named(id=row["for_id"], name=row["for_name"]) if row["for_id"] is not None else None


def follow_up_line(row: Mapping[str, Any]) -> FollowUpLine:
    """A follow-up, already masked, as people read it."""
    author = Named(id=row["author_id"], name=row["author_name"]) if row["author_id"] is not None else None
    return FollowUpLine.model_validate(
        {**row, "author": author, "for": named_for(row), "voided": row["voided_at"] is not None}
    )


def _follow_up_item(row: Mapping[str, Any]) -> TimelineItem:
    return TimelineItem(type="follow_up", at=row["at"], follow_up=follow_up_line(row))
