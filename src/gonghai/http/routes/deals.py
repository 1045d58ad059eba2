"""Deals of a customer over HTTP."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Response
from psycopg.rows import DictRow
from pydantic import BaseModel, Field, model_validator

from gonghai.deals.actions import EDITABLE, Edit, NewDeal, adopt_deal, edit_deal, lose_deal, open_deal, win_deal
from gonghai.deals.queries import list_deals
from gonghai.http.call import By
from gonghai.http.etag import if_match, set_etag
from gonghai.http.paging import After, Limit, cut_page, decode_cursor
from gonghai.http.shapes import Id, Page
from gonghai.http.texts import Line, MaybeLine

router = APIRouter(prefix="/customers/{customer_id}/deals", tags=["deals"])
Amount = Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=2)]


class DealIn(BaseModel):
    """A new deal."""

    name: Line
    amount: Amount | None = None
    expected_date: date | None = None
    stage: MaybeLine = None


class DealEdit(BaseModel):
    """Only the fields that are sent change; `state` closes the deal, `lost_reason` goes with `lost`."""

    state: Literal["won", "lost"] | None = None
    name: Line = ""
    amount: Amount | None = None
    expected_date: date | None = None
    stage: MaybeLine = None
    lost_reason: MaybeLine = None

    @model_validator(mode="after")
    def _reason_of_a_loss(self) -> "DealEdit":
        if self.lost_reason is not None and self.state != "lost":
            raise ValueError("lost_reason goes with state lost")
        return self


class Deal(BaseModel):
    """A deal. `adopted`: it belongs to the open spell, so it holds that spell's deal timer while open or won."""

    id: Id
    name: str
    stage: str | None
    state: Literal["open", "won", "lost"]
    amount: Decimal | None
    expected_date: date | None
    lost_reason: str | None
    opened_at: datetime
    closed_at: datetime | None
    adopted: bool
    version: int


def _edited_version(header: Annotated[str | None, Header(alias="If-Match")] = None) -> int | None:
    """Winning a deal from a list needs no version; whoever edited a form sends the one that it showed."""
    return None if header is None else if_match(header)


@router.get("")
async def list_of_customer(customer_id: Id, call: By, limit: Limit = 50, after: After = None) -> Page[Deal]:
    """The customer's deals, newest first."""
    call.actor.need("customers.read")
    last = decode_cursor(after, int)
    before = last[0] if last else None
    found = await list_deals(call.conn, call.actor, customer_id, before=before, limit=limit + 1)
    items, following = cut_page(found, limit, lambda row: (row["id"],))
    return Page(items=[Deal.model_validate(row) for row in items], next=following)


@router.post("", status_code=201)
async def open_(customer_id: Id, body: DealIn, call: By, response: Response) -> Deal:
    """Opens a deal, which holds the spell's deal timer."""
    new = NewDeal(name=body.name, amount=body.amount, expected_date=body.expected_date, stage=body.stage)
    return _shape(await open_deal(call.conn, call.actor, customer_id, new), response)


@router.patch("/{deal_id}")
async def edit(
    customer_id: Id,
    deal_id: Id,
    body: DealEdit,
    call: By,
    response: Response,
    version: Annotated[int | None, Depends(_edited_version)],
) -> Deal:
    """Edits, wins or loses an open deal; with If-Match only as the version named."""
    change = Edit(body.model_dump(include=set(EDITABLE), exclude_unset=True), version)
    where = (call.conn, call.actor, customer_id, deal_id, change)
    if body.state == "won":
        row = await win_deal(*where)
    elif body.state == "lost":
        row = await lose_deal(*where, reason=body.lost_reason)
    else:
        row = await edit_deal(*where)
    return _shape(row, response)


@router.post("/{deal_id}/adopt")
async def adopt(customer_id: Id, deal_id: Id, call: By, response: Response) -> Deal:
    """Makes an open deal of an earlier spell one of this spell."""
    return _shape(await adopt_deal(call.conn, call.actor, customer_id, deal_id), response)


def _shape(row: DictRow, response: Response) -> Deal:
    set_etag(response, row["version"])
    return Deal.model_validate(row)
