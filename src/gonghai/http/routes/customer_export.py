"""Lists of customers as files. (Its name puts it before customers.py, whose `/customers/{customer_id}` would match.)"""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import Response, StreamingResponse

from gonghai.customers.queries import by_ids
from gonghai.exchange.csv_text import BOM, csv_text
from gonghai.exchange.export import Language, Wanted, header, lines, start_export
from gonghai.http.call import ActorCall, By, database
from gonghai.http.list_query import ListQuery
from gonghai.http.routes.pools import PoolQuery, need_pool_seen
from gonghai.http.shapes import Id
from gonghai.policy.countdown import countdowns

router = APIRouter(tags=["customers"])
CHUNK = 1000  # customers of a file read in one transaction
FILE: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}


@router.get("/customers/export", response_class=StreamingResponse, responses=FILE)
async def export_customers(call: By, query: Annotated[ListQuery, Query()]) -> Response:
    """The list as a file, with what is masked in the list masked. Reps export their own customers: `scope=mine`.

    422 `too_many_to_export` beyond 50,000. A deadline has no order here: `sort=countdown` is newest first.
    """
    return await _file(call, query)


@router.get("/pools/{pool_id}/customers/export", response_class=StreamingResponse, responses=FILE)
async def export_pool(call: By, pool_id: Id, query: Annotated[PoolQuery, Query()]) -> Response:
    """A pool's page as a file."""
    need_pool_seen(call, pool_id)
    return await _file(call, query.listed(pool_id))


async def _file(call: ActorCall, query: ListQuery) -> Response:
    call.actor.need("customers.read")
    if query.scope != "mine":
        call.actor.need("customers.export")
    said = query.model_dump(exclude={"q", "sort"}, exclude_defaults=True, mode="json")
    ordered = "-id" if query.sort == "countdown" else query.sort
    ids = await start_export(call.conn, call.actor, Wanted(query.filter(call), ordered, query.q, said))
    language: Language = "zh" if call.actor.locale.startswith("zh") else "en"
    name = quote("客户.csv" if language == "zh" else "customers.csv")
    return StreamingResponse(
        _pieces(call, ids, language),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )


async def _pieces(call: ActorCall, ids: Sequence[int], language: Language) -> AsyncIterator[bytes]:
    """Header and chunks, each read in a transaction of its own: who is no longer visible by then is left out."""
    yield BOM + csv_text([header(language)])
    async with database(call.request).tenant(call.tenant_id) as conn:
        clock = await countdowns(conn, call.tenant_id, call.now)
    for start in range(0, len(ids), CHUNK):
        async with database(call.request).tenant(call.tenant_id) as conn:
            found = await by_ids(conn, call.actor, ids[start : start + CHUNK])
        yield csv_text(lines(call.actor, found, clock, language))
