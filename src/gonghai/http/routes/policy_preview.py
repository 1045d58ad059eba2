"""What a policy would do before it does it: counts against the version in force, the customers behind them, CSV."""

from collections.abc import AsyncIterator, Sequence
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse

from gonghai.base.database import rows
from gonghai.base.errors import Forbidden, NotFound
from gonghai.exchange.csv_text import BOM, csv_text
from gonghai.http.call import ActorCall, By, database
from gonghai.http.paging import cut_page, decode_cursor
from gonghai.http.preview_shapes import (
    Candidate,
    CustomersQuery,
    DepartmentCounts,
    Narrowed,
    OwnerCounts,
    PreviewLine,
    PreviewShape,
    SegmentCounts,
    group_counts,
    most_first,
    preview_line,
)
from gonghai.http.routes.policies import need_seen
from gonghai.http.shapes import Id, Named, Page, Words
from gonghai.policy.drafts import draft, may_read_draft
from gonghai.policy.preview import Group, Plan, plan, plan_of, preview
from gonghai.policy.preview_rows import HEADERS, Wanted, lines, table
from gonghai.policy.versions import number_in_force, numbered, versions

router = APIRouter(prefix="/pools/{pool_id}/policy", tags=["policy"])
CHUNK = 1000  # rows of a CSV read in one transaction


@router.post("/preview")
async def preview_policy(call: By, pool_id: Id, body: Candidate) -> PreviewShape:
    """Who would move, by whom and when, were the candidate published now. For the pool's admins and auditors."""
    looked = await _plan(call, pool_id, body)
    found = await preview(call.conn, call.tenant_id, looked)
    people = await _people(call, list(found.owners))
    departments: dict[int | None, Group] = {}
    owners = []
    for owner_id, group in found.owners.items():
        owner, department = people[owner_id]
        owners.append(OwnerCounts(owner=owner, department=department, **group_counts(group)))
        departments.setdefault(department.id if department else None, Group()).merge(group)
    named = {d.id: d for _, d in people.values() if d is not None}
    by_department = [
        DepartmentCounts(department=named[i] if i is not None else None, **group_counts(g))
        for i, g in departments.items()
    ]
    return PreviewShape(
        now=call.now,
        population=found.whole.count,
        number=looked.candidate.number or None,
        present_number=looked.present.number if looked.present else None,
        effective_from=looked.candidate.effective_from,
        grace_until=looked.candidate.grace_until,
        segments=[
            SegmentCounts(index=i, name=Words(zh=s.zh, en=s.en), **group_counts(group))
            for i, (s, group) in enumerate(zip(looked.candidate.policy.segments, found.segments, strict=True))
        ],
        never=found.never,
        owners=sorted(owners, key=most_first),
        departments=sorted(by_department, key=most_first),
        **group_counts(found.whole),
    )


@router.post("/preview/customers")
async def preview_customers(call: By, pool_id: Id, body: CustomersQuery) -> Page[PreviewLine]:
    """The customers behind the counts, of those that the reader sees, each by the candidate and the version in force."""
    looked = await _plan(call, pool_id, body)
    key = decode_cursor(body.after, int)
    found = await lines(call.conn, call.actor, looked, body.wanted(), behind=key[0] if key else 0, limit=body.limit + 1)
    cut, following = cut_page(found, body.limit, lambda one: (one.row["id"],))
    return Page(items=[preview_line(one) for one in cut], next=following)


@router.post(
    "/preview.csv",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def preview_csv(call: By, pool_id: Id, body: Narrowed) -> Response:
    """The same customers as a file, in the reader's language, for a spreadsheet."""
    looked = await _plan(call, pool_id, body)
    locale = "zh" if call.actor.locale.startswith("zh") else "en"
    name = quote(f"预览-{pool_id}.csv" if locale == "zh" else f"preview-{pool_id}.csv")
    return StreamingResponse(
        _pieces(call, looked, body.wanted(), locale),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )


async def _pieces(call: ActorCall, looked: Plan, wanted: Wanted, locale: str) -> AsyncIterator[bytes]:
    """Header and chunks, each chunk read in a transaction of its own. The byte-order mark is for spreadsheets."""
    yield BOM + csv_text([HEADERS[locale]])
    behind = 0
    while True:
        async with database(call.request).tenant(call.tenant_id) as conn:
            found = await lines(conn, call.actor, looked, wanted, behind=behind, limit=CHUNK)
        if not found:
            return
        behind = found[-1].row["id"]
        yield csv_text(table(looked, found, locale))


async def _plan(call: ActorCall, pool_id: int, body: Candidate) -> Plan:
    need_seen(call, pool_id)
    if not may_read_draft(call.actor, pool_id):
        raise Forbidden("policy.edit")
    document = body.document
    if body.number is not None:
        row = await numbered(call.conn, call.tenant_id, pool_id, body.number)
        every = await versions(call.conn, call.tenant_id, pool_id)
        if (
            body.grace is None
            and body.effective_from is None
            and body.number >= (number_in_force(every, call.now) or 0)
        ):
            # In force or planned: with its own start and grace. An older one is looked at as if published again.
            return await plan_of(call.conn, call.tenant_id, row, call.now)
        document = row["document"]
    if document is None:
        kept = await draft(call.conn, call.tenant_id, pool_id)
        if kept is None:
            raise NotFound("draft", pool_id=str(pool_id))
        document = kept["document"]
    return await plan(
        call.conn, call.tenant_id, pool_id, document, start=body.start(), now=call.now, number=body.number
    )


async def _people(call: ActorCall, ids: Sequence[int]) -> dict[int, tuple[Named, Named | None]]:
    """Owners with their departments."""
    found = await rows(
        call.conn,
        "SELECT p.id, p.name, d.id AS department_id, d.name AS department FROM person p"
        " LEFT JOIN department d ON d.tenant_id = p.tenant_id AND d.id = p.department_id"
        " WHERE p.tenant_id = %s AND p.id = ANY (%s)",
        (call.tenant_id, list(ids)),
    )
    return {
        row["id"]: (
            Named(id=row["id"], name=row["name"]),
            Named(id=row["department_id"], name=row["department"]) if row["department_id"] else None,
        )
        for row in found
    }
