"""Customers: lists, one, create, edit; what happened to one and why it stands as it does."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from gonghai.base.database import one
from gonghai.base.errors import ChangedMeanwhile, Forbidden, Refusal
from gonghai.customers import queries
from gonghai.customers.contacts import contacts_of
from gonghai.customers.field_rights import need_writable
from gonghai.customers.fields import clean
from gonghai.customers.may import need_move
from gonghai.customers.queries import Filter
from gonghai.customers.record import edit, lock
from gonghai.customers.reveals import note_auditor
from gonghai.customers.search import search
from gonghai.events.log import By as EventBy
from gonghai.http.browsing import note_listed, note_opened
from gonghai.http.call import ActorCall, By
from gonghai.http.customer_shapes import Customer, CustomerRow, customer, customer_row
from gonghai.http.etag import IfMatch, set_etag
from gonghai.http.idempotency import idempotent
from gonghai.http.list_query import ListQuery
from gonghai.http.move_shapes import Reason
from gonghai.http.paging import After, Limit, cut_page, decode_cursor, encode_cursor
from gonghai.http.problems import refusals
from gonghai.http.shapes import Id, Page
from gonghai.moves.batch import instant
from gonghai.moves.create import create
from gonghai.policy.countdown import Countdowns, countdowns

router = APIRouter(prefix="/customers", tags=["customers"])
SEARCH_BUDGET = 20_000  # matches that one request looks at
Text = Annotated[str, Field(max_length=500)]
# Beyond these a date is a slip of the keyboard.
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2200, 12, 31))]
Amount = Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=2)]


class Total(BaseModel):
    """How many match: exact up to 10,000, then 10,000 and `capped`."""

    count: int
    capped: bool


class CustomerPage(Page[CustomerRow]):
    """A page of customers with the total."""

    total: Total | None = None


class Fields(BaseModel):
    """The built-in fields; in an edit, those left out stay as they are."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["company", "person"] | None = None
    external_id: Text | None = None
    level: Text | None = None
    source: Text | None = None
    industry: Text | None = None
    region: Text | None = None
    stage: Text | None = None
    phones: list[Annotated[str, Field(max_length=40)]] | None = Field(None, max_length=20)
    emails: list[Annotated[str, Field(max_length=254)]] | None = Field(None, max_length=20)
    wechat: Text | None = None
    website: Text | None = None
    uscc: Annotated[str, Field(max_length=40)] | None = None
    address: Text | None = None
    tags: list[Annotated[str, Field(max_length=60)]] | None = Field(None, max_length=50)
    amount: Amount | None = None
    contract_end: Day | None = None
    note: Annotated[str, Field(max_length=5000)] | None = None


class NewCustomer(Fields):
    """A customer to create: into a pool, or owned by oneself or by somebody one manages.

    `despite_duplicate`: why it is another customer than the one that it matches.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"name": "云帆智造科技有限公司", "pool_id": "1", "owner": "me", "phones": ["+8613800138000"]}]
        },
    )
    name: Annotated[str, Field(min_length=1, max_length=200)]
    pool_id: Id
    owner: Literal["me"] | Id | None = None
    despite_duplicate: Annotated[Reason, Field(min_length=1)] | None = None


class Edit(Fields):
    """Fields to change."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"level": "A"}]})
    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None


@router.get("")
async def list_customers(
    call: By, query: Annotated[ListQuery, Query()], limit: Limit = 50, after: After = None
) -> CustomerPage:
    """Visible customers, by keyset. `sort=countdown` is for up to 10,000 owned ones."""
    call.actor.need("customers.read")
    return await customer_page(call, query.filter(call), q=query.q, sort=query.sort, limit=limit, after=after)


async def customer_page(
    call: ActorCall, wanted: Filter, *, q: str | None, sort: str, limit: int, after: str | None
) -> CustomerPage:
    """One page of customers with countdowns; by search, by deadline or by key."""
    # Nothing counts down in a pool, so its page need not read the rules.
    pooled = tuple(wanted.states) == ("pooled",)
    clock = None if pooled else await countdowns(call.conn, call.tenant_id, call.now)
    if q:
        found, following, total = await _searched(call, wanted, q, limit, after)
    elif sort == "countdown" and clock is not None:
        found, following, total = await _soonest(call, wanted, clock, limit, after)
    else:
        by_id = sort.endswith("id")
        key = decode_cursor(after, int, int) if by_id else decode_cursor(after, datetime, int)
        read = await queries.page(call.conn, call.actor, wanted, sort=sort, after=key, limit=limit + 1)
        column = "id" if by_id else "entered_pool_at"
        found, following = cut_page(read, limit, lambda r: (r[column], r["id"]))
        # Counted once, for the first page: the others know it. A page that holds all is its own count.
        total = None if after else Total(count=len(found), capped=False)
        if total and following:
            count, capped = await queries.count(call.conn, call.actor, wanted)
            total = Total(count=count, capped=capped)
    note_listed(call, found)
    return CustomerPage(items=[customer_row(call.actor, row, clock) for row in found], next=following, total=total)


async def _searched(
    call: ActorCall, wanted: Filter, q: str, limit: int, after: str | None
) -> tuple[Sequence[Any], str | None, Total | None]:
    """Newest first among the names that match; filters are applied to growing batches of matches.

    A common word with a filter that hardly any match meets would have all of them looked at: after SEARCH_BUDGET the
    page is what was found, and the next one goes on from there.
    """
    key = decode_cursor(after, int)
    before, looked_at, found = key[0] if key else None, 0, list[Any]()
    while True:
        size = min(4 * limit + 4 * looked_at, SEARCH_BUDGET)
        ids = await search(call.conn, call.actor, q, wanted, before=before, limit=size)
        if ids:
            narrowed = replace(wanted, ids=ids)
            found += await queries.page(
                call.conn, call.actor, narrowed, sort="-id", after=None, limit=limit + 1 - len(found)
            )
            before = ids[-1]
        looked_at += len(ids)
        if len(ids) < size or len(found) > limit:
            break
        if looked_at >= SEARCH_BUDGET:
            return found, encode_cursor(before), None
    cut, following = cut_page(found, limit, lambda r: (r["id"],))
    total = Total(count=len(found), capped=False) if following is None and after is None else None
    return cut, following, total


async def _soonest(
    call: ActorCall, wanted: Filter, clock: Countdowns, limit: int, after: str | None
) -> tuple[Sequence[Any], str | None, Total | None]:
    """By effective deadline, exactly: a derived deadline has no index, so all rows are read and decided."""
    key = decode_cursor(after, int)
    offset = key[0] if key else 0
    owned = replace(wanted, states=("owned",))
    count, capped = await queries.count(call.conn, call.actor, owned)
    if capped:
        raise Refusal("too_many_to_sort", 422, limit=queries.COUNT_CAP)
    read = await queries.page(call.conn, call.actor, owned, sort="-id", after=None, limit=queries.COUNT_CAP)
    ordered = clock.by_deadline(read)
    following = encode_cursor(offset + limit) if offset + limit < len(ordered) else None
    return ordered[offset : offset + limit], following, Total(count=count, capped=False)


@router.post(
    "",
    status_code=201,
    responses=refusals("duplicate", "duplicate_same_code", "external_id_taken", "pool_not_open", "receiver_not_active"),
)
@idempotent
async def create_customer(call: By, new: NewCustomer) -> Customer:
    """Creates a customer in a pool, or owned. 409 `duplicate` with `matches` where it seems to be there already."""
    owner = call.actor.person_id if new.owner == "me" else new.owner
    fields = new.model_dump(exclude={"pool_id", "owner", "despite_duplicate"}, exclude_none=True)
    customer_id = await create(
        call.conn, call.actor, fields, pool_id=new.pool_id, owner_id=owner, despite_duplicate=new.despite_duplicate
    )
    return await full(call, customer_id)


@router.get("/{customer_id}")
async def get_customer(call: By, customer_id: Id, response: Response) -> Customer:
    """The full record, masked where the reader isn't entitled."""
    call.actor.need("customers.read")
    found = await full(call, customer_id, opened=True)
    set_etag(response, found.version)
    return found


@router.patch("/{customer_id}")
async def edit_customer(call: By, customer_id: Id, given: Edit, version: IfMatch, response: Response) -> Customer:
    """Changes fields, against the version in If-Match. Fields set to null are emptied."""
    row = await lock(call.conn, call.tenant_id, customer_id)
    need_move(call.actor, row, "edit")
    if row["version"] != version:
        raise ChangedMeanwhile(row["version"])
    values = clean(given.model_dump(exclude_unset=True))
    if values.get("name", "x") is None or values.get("kind", "x") is None:
        raise Forbidden("customers.edit", field="name")
    need_writable(call.actor, values, row)
    await edit(call.conn, row, values, by=EventBy.person(call.actor.person_id), at=await instant(call.conn))
    found = await full(call, customer_id)
    set_etag(response, found.version)
    return found


async def full(call: ActorCall, customer_id: int, *, opened: bool = False) -> Customer:
    """The record as the caller may see it; 404 when not visible. `opened`: the caller came to read it."""
    row = await queries.get(call.conn, call.actor, customer_id)
    started = await one(
        call.conn,
        "SELECT started_at FROM spell WHERE tenant_id = %s AND customer_id = %s AND no = %s",
        (call.tenant_id, customer_id, row["spell_no"]),
    )
    clock = await countdowns(call.conn, call.tenant_id, call.now)
    contacts = await contacts_of(call.conn, call.tenant_id, customer_id)
    if opened:
        note_opened(call, row)
        await note_auditor(call.conn, call.actor, row, contacts)
    shown = {**row, "spell_started_at": started["started_at"] if started else None}
    return customer(call.actor, shown, clock, list(contacts))
