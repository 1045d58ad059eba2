"""Fair use: what was done round the pools, as figures by person and the list behind each. Facts, no verdicts."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import Response, StreamingResponse
from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.analytics.fair_use import FACTS, Fact, Name
from gonghai.analytics.question import STRANGER, Cut, Question, ask
from gonghai.analytics.spells import chains
from gonghai.base.database import Conn
from gonghai.base.errors import Invalid, NotFound
from gonghai.customers.masking import masked_record
from gonghai.customers.queries import by_ids
from gonghai.http.call import ActorCall, By, database
from gonghai.http.insight_csv import TITLES, header, line
from gonghai.http.insight_shapes import (
    Asked,
    AskedList,
    FactItem,
    FactTable,
    entry_shape,
    idle_shape,
    people_of,
    stay_shape,
    table_shape,
)
from gonghai.http.paging import After, Limit, cut_page, decode_cursor
from gonghai.http.shapes import Named, Page
from gonghai.people.queries import names_of
from gonghai.pools.queries import reason_words

router = APIRouter(prefix="/insight", tags=["insight"])
CHUNK = 1000
_CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}
_COUNTS: Mapping[Name, str] = {
    "ping_pong": "Customers that came back within `n` days (30) to somebody who had let go of them, by way of others; by the"
    " people in the chain. Every step is a claim or an owner's own transfer. `of`: spells that they began.",
    "exchanges": "Owners' own transfers between two people in both directions, of more than one customer. `of`: all such"
    " transfers that either had a part in.",
    "claim_and_release": "Claims given back by their owner within `n` hours (48). `of`: the person's claims.",
    "late_empty_follow_ups": "Follow-ups that counted, with a note of at most 4 characters or with the same words at least 3"
    " times in the period, recorded within 24 hours before a deadline that their owner had been told and that a"
    " follow-up moves. `of`: the person's follow-ups that counted.",
    "backdated": "Follow-ups recorded more than `n` hours (12) after they happened. `of`: the person's follow-ups.",
    "hoarding": "Customers that a person owns now, has held for more than `n` days (30) and not followed up for as long;"
    " the period has no part in it. `of`: all that the person owns.",
}


def _unit(fact: Fact) -> Literal["hours", "days"] | None:
    return ("hours" if fact.unit == timedelta(hours=1) else "days") if fact.unit else None


async def _question(call: ActorCall, fact: Fact, asked: Asked) -> Question:
    if asked.n is not None and asked.n > fact.most:
        raise Invalid({"path": "query.n", "code": "less_than_equal", "most": fact.most})
    return await ask(
        call.conn,
        call.actor,
        first=asked.first,
        last=asked.last,
        pool_id=asked.pool_id,
        length=fact.length(asked.n),
        now=call.now,
    )


def _whose(fact: Fact, q: Question, asked: AskedList) -> tuple[int, ...]:
    """The people of the list, as tallies name them. 404 for somebody whom the reader doesn't lead."""
    for person in asked.person_id:
        if person not in q.people:
            raise NotFound("person", id=str(person))
    chain = {*asked.person_id, *([STRANGER] if asked.others else ())}
    if not asked.person_id or (len(chain) == 1) != (fact.people == 1):
        raise Invalid({"path": "query.person_id", "code": "people", "least": fact.people})
    return tuple(sorted(chain))


async def _items(conn: Conn, actor: Actor, fact: Fact, q: Question, found: Sequence[DictRow]) -> list[FactItem]:
    """A page of cases. Customers are named as the reader may see them, people where the reader leads them."""
    customers = await by_ids(conn, actor, sorted({row["customer_id"] for row in found}))
    seen = {row["id"]: row for row in customers}
    called = {row["id"]: masked_record(actor, row)["name"] for row in customers}
    lines = await chains(conn, q, found) if fact.about == "spells" else [[] for _ in found]
    owners = {stay["owner_id"] for stays in lines for stay in stays} & set(q.people)
    names = await names_of(conn, actor.tenant_id, sorted(owners))
    reasons = await reason_words(conn, actor.tenant_id)
    items = []
    for row, stays in zip(found, lines, strict=True):
        customer = seen.get(row["customer_id"])
        items.append(
            FactItem(
                customer=Named(id=customer["id"], name=called[customer["id"]]) if customer else None,
                at=row[fact.sort],
                chain=[stay_shape(stay, names, reasons) for stay in stays],
                entry=entry_shape(row, actor, customer) if fact.about == "follow_ups" else None,
                idle=idle_shape(row) if fact.about == "book" else None,
            )
        )
    return items


def _key(fact: Fact, row: DictRow) -> tuple[datetime, int]:
    return row[fact.sort], row["id"]


def _offer(name: Name, fact: Fact) -> None:
    """The three routes of one fact."""

    async def table(call: By, asked: Annotated[Asked, Query()]) -> FactTable:
        q = await _question(call, fact, asked)
        found = await fact.count(call.conn, q)
        names = await names_of(call.conn, call.tenant_id, people_of(found.tallies))
        n = (asked.n or fact.default) if fact.unit else None
        return table_shape(name, q, n, _unit(fact), found, names)

    async def items(
        call: By, asked: Annotated[AskedList, Query()], limit: Limit = 50, after: After = None
    ) -> Page[FactItem]:
        q = await _question(call, fact, asked)
        key = decode_cursor(after, datetime, int)
        cut = Cut(_whose(fact, q, asked), (key[0], key[1]) if key else None, limit + 1)
        shown, following = cut_page(await fact.rows(call.conn, q, cut), limit, lambda row: _key(fact, row))
        return Page(items=await _items(call.conn, call.actor, fact, q, shown), next=following)

    async def items_csv(call: By, asked: Annotated[AskedList, Query()]) -> Response:
        q = await _question(call, fact, asked)
        locale: Literal["zh", "en"] = "zh" if call.actor.locale.startswith("zh") else "en"
        filename = quote(f"{TITLES[name][locale]} {q.first} {q.last}.csv")
        return StreamingResponse(
            _pieces(call, fact, q, _whose(fact, q, asked), locale),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f"attachment; filename*=UTF-8''{filename}"},
        )

    path, title = "/" + name.replace("_", "-"), TITLES[name]["en"]
    router.add_api_route(path, table, name=name, summary=title, description=_COUNTS[name])
    router.add_api_route(
        f"{path}/items", items, name=f"{name}_items", summary=f"{title}: the list behind",
        description="The cases of one person, or of the people of one chain; newest first, what is idle longest first.",
    )  # fmt: skip
    router.add_api_route(
        f"{path}/items.csv", items_csv, name=f"{name}_csv", summary=f"{title}: the list as a file", responses=_CSV,
        response_class=StreamingResponse, description="The same list in the reader's language, for a spreadsheet.",
    )  # fmt: skip


async def _pieces(
    call: ActorCall, fact: Fact, q: Question, whose: tuple[int, ...], locale: Literal["zh", "en"]
) -> AsyncIterator[bytes]:
    """Header and chunks, each read in a transaction of its own. The byte-order mark is for spreadsheets."""
    yield "\ufeff".encode() + header(fact.about, locale)
    behind: tuple[datetime, int] | None = None
    while True:
        async with database(call.request).tenant(call.tenant_id) as conn:
            found = await fact.rows(conn, q, Cut(whose, behind, CHUNK))
            if not found:
                return
            items = await _items(conn, call.actor, fact, q, found)
        behind = _key(fact, found[-1])
        yield b"".join(line(item, fact.about, locale, q.actor.zone) for item in items)


for _name, _fact in FACTS.items():
    _offer(_name, _fact)
