"""The handbook: a pool's published rules in sentences, older versions too, and who has confirmed reading them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from gonghai.base.errors import NotFound
from gonghai.http.call import ActorCall, By
from gonghai.http.problems import refusals
from gonghai.http.shapes import Id, Named, Page, Words
from gonghai.policy.handbook.acknowledgements import Reading, acknowledge, acknowledgements, readings
from gonghai.policy.handbook.reading import Handbook, read_handbook, read_handbooks

router = APIRouter(tags=["handbook"])


class SentenceShape(BaseModel):
    """One statement. `data` is all that it claims, for programs; an `example`'s dates move with the day of reading."""

    kind: str
    words: Words
    data: dict[str, Any]
    example: bool


class SectionShape(BaseModel):
    """Sentences under a title."""

    name: str
    title: Words
    sentences: list[SentenceShape]


class HandbookSummary(BaseModel):
    """A pool's handbook in the list. `policy_number` null: no rules are published. `edition` changes with its words."""

    pool: Named
    edition: str
    policy_number: int | None
    effective_from: datetime | None
    acknowledged_at: datetime | None
    must_acknowledge: bool = Field(description="Whether the company asks the reader to confirm this edition.")


class HandbookShape(HandbookSummary):
    """The whole handbook. `ended`: when a newer version takes over."""

    ended: datetime | None
    sections: list[SectionShape]


class Acknowledge(BaseModel):
    """The edition that was read."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"edition": "3f9a0c1b77de"}]})
    edition: Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]


class Acknowledged(BaseModel):
    """When it was confirmed."""

    acknowledged_at: datetime


class Acknowledgement(BaseModel):
    """One rep who may claim from the pool; `acknowledged_at` null: not yet."""

    person: Named
    department: Named | None
    acknowledged_at: datetime | None


class Acknowledgements(BaseModel):
    """Who has confirmed the edition in force; who hasn't comes first."""

    edition: str
    confirmed: int
    items: list[Acknowledgement]


@router.get("/handbooks")
async def list_handbooks(call: By) -> Page[HandbookSummary]:
    """The handbooks of the pools that the reader sees."""
    call.actor.need("policy.read")
    books = await read_handbooks(call.conn, call.tenant_id, call.actor.visible_pools(), now=call.now)
    return Page(items=[HandbookSummary(**summary) for summary in await _summaries(call, books)])


@router.get("/pools/{pool_id}/handbook")
async def get_handbook(
    call: By,
    pool_id: Id,
    number: Annotated[int | None, Query(ge=1, le=2**31 - 1, description="Default: the version in force.")] = None,
) -> HandbookShape:
    """The pool's rules in sentences. An older number shows the pool's settings as they were while it held."""
    call.actor.need("policy.read")
    _need_seen(call, pool_id)
    book = await read_handbook(call.conn, call.tenant_id, pool_id, number=number, now=call.now)
    sections = [
        SectionShape(
            name=section.name,
            title=Words(zh=section.zh, en=section.en),
            sentences=[
                SentenceShape(kind=s.kind, words=Words(zh=s.zh, en=s.en), data=dict(s.data), example=s.example)
                for s in section.sentences
            ],
        )
        for section in book.sections
    ]
    (summary,) = await _summaries(call, [book])
    return HandbookShape(**summary, ended=book.ended, sections=sections)


@router.post("/pools/{pool_id}/handbook/acknowledge", responses=refusals("handbook_changed"))
async def confirm(call: By, pool_id: Id, body: Acknowledge) -> Acknowledged:
    """Confirms having read the edition in force."""
    call.actor.need("policy.read")
    _need_seen(call, pool_id)
    at = await acknowledge(call.conn, call.actor, pool_id, body.edition, now=call.now)
    return Acknowledged(acknowledged_at=at)


@router.get("/pools/{pool_id}/handbook/acknowledgements")
async def who_confirmed(call: By, pool_id: Id) -> Acknowledgements:
    """Who has confirmed the edition in force and who hasn't. For admins and the pool's admins."""
    _need_seen(call, pool_id)
    book = await read_handbook(call.conn, call.tenant_id, pool_id, now=call.now)
    found = await acknowledgements(call.conn, call.actor, pool_id, book.edition)
    items = [
        Acknowledgement(
            person=Named(id=row["id"], name=row["name"]),
            department=Named(id=row["department_id"], name=row["department_name"]) if row["department_id"] else None,
            acknowledged_at=row["at"],
        )
        for row in found
    ]
    confirmed = sum(item.acknowledged_at is not None for item in items)
    return Acknowledgements(edition=book.edition, confirmed=confirmed, items=items)


async def _summaries(call: ActorCall, books: Sequence[Handbook]) -> list[dict[str, Any]]:
    reading = await readings(call.conn, call.actor, {book.pool["id"]: book.edition for book in books})
    return [_summary(book, reading[book.pool["id"]], call.now) for book in books]


def _summary(book: Handbook, reading: Reading, now: datetime) -> dict[str, Any]:
    past = book.ended is not None and book.ended <= now
    planned = book.effective_from is not None and book.effective_from > now
    return {
        "pool": Named(id=book.pool["id"], name=book.pool["name"]),
        "edition": book.edition,
        "policy_number": book.number,
        "effective_from": book.effective_from,
        "acknowledged_at": reading.acknowledged_at,
        "must_acknowledge": reading.must_acknowledge and not past and not planned,
    }


def _need_seen(call: ActorCall, pool_id: int) -> None:
    if pool_id not in call.actor.visible_pools():
        raise NotFound("pool", id=str(pool_id))
