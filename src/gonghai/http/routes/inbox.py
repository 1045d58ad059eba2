"""The inbox: what one was told, and reading it."""

from datetime import datetime
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from psycopg.rows import DictRow
from pydantic import BaseModel, ConfigDict, Field, model_validator

from gonghai.http.call import By
from gonghai.http.paging import After, Limit, cut_page, decode_cursor
from gonghai.http.shapes import ANSWER, Id, Page, Words
from gonghai.notifications import inbox
from gonghai.notifications.wording import told

router = APIRouter(prefix="/inbox", tags=["inbox"])


class Link(BaseModel):
    """What a notice leads to; without an id it is a page of the reader's own."""

    kind: Literal[
        "customer", "customers", "shared", "run", "request", "requests", "falling", "falling_team", "falling_for", "policy",
        "draw", "tasks", "task_batch", "task_batches", "deputies",
    ]  # fmt: skip
    id: Id | None


class Notice(BaseModel):
    """Something that one was told."""

    model_config = ANSWER

    id: Id
    kind: str
    at: datetime
    read_at: datetime | None
    title: Words
    lines: list[Words]
    link: Link | None


class Read(BaseModel):
    """Which notices were read: these, or all."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"ids": ["17"]}, {"all": True}]})
    ids: Annotated[list[Id], Field(max_length=1000)] = []
    all: bool = False

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.all == bool(self.ids):
            raise ValueError("either ids or all")
        return self


class Unread(BaseModel):
    """How many notices are unread now; at most 100 are counted."""

    unread: int


@router.get("")
async def list_notices(
    call: By,
    unread: Annotated[bool, Query(description="Only those not read yet.")] = False,
    limit: Limit = 50,
    after: After = None,
) -> Page[Notice]:
    """The reader's own notices, newest first."""
    call.actor.need("customers.read")
    key = decode_cursor(after, datetime, int)
    found = await inbox.page(call.conn, call.actor, unread=unread, after=key, limit=limit + 1)
    cut, following = cut_page(found, limit, lambda r: (r["at"], r["id"]))
    names = await inbox.names(call.conn, call.actor, cut)
    zone = ZoneInfo(call.actor.zone)
    return Page(items=[_shape(row, names, zone) for row in cut], next=following)


@router.post("/read")
async def read(call: By, body: Read) -> Unread:
    """Marks notices as read; those of others are left alone."""
    call.actor.need("customers.read")
    await inbox.mark_read(call.conn, call.actor, None if body.all else body.ids, now=call.now)
    assert call.actor.person_id is not None
    return Unread(unread=await inbox.unread_count(call.conn, call.tenant_id, call.actor.person_id))


def _shape(row: DictRow, names: inbox.Names, zone: ZoneInfo) -> Notice:
    said = told(row, names, zone)
    return Notice(
        id=row["id"],
        kind=row["kind"],
        at=row["at"],
        read_at=row["read_at"],
        title=Words(zh=said.title[0], en=said.title[1]),
        lines=[Words(zh=zh, en=en) for zh, en in said.lines],
        link=Link.model_validate({"kind": said.link[0], "id": said.link[1]}) if said.link else None,
    )
