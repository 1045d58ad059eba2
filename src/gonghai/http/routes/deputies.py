"""Deputies: who acts for whom, set alone or with a leave."""

from datetime import datetime
from typing import Final

from fastapi import APIRouter
from psycopg.rows import DictRow
from pydantic import BaseModel, ConfigDict, Field

from gonghai.http.call import ActorCall, By
from gonghai.http.idempotency import idempotent
from gonghai.http.problems import refusals
from gonghai.http.shapes import Id, Instant, Named, Page
from gonghai.people import queries
from gonghai.people.deputies import deputies_about, end_deputy, get_deputy, may_end, set_deputy

router = APIRouter(tags=["people"])
REFUSED: Final = (
    "deputy_self", "deputy_not_active", "deputy_on_leave", "deputies_overlap", "deputy_circular",
)  # fmt: skip


class DeputyOut(BaseModel):
    """`deputy` acts for `person` from one instant until the other. `with_leave`: set with the person's leave, and ends
    with it. `may_end`: whether the reader may end it."""

    id: Id
    person: Named
    deputy: Named
    from_: datetime = Field(alias="from")
    until: datetime
    with_leave: bool
    set_by: Named | None
    may_end: bool


class NewDeputy(BaseModel):
    """Who acts for the person, and when; `from` left out, or past, is now."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"deputy_id": "8", "until": "2026-12-16T00:00:00+08:00"}]},
    )
    deputy_id: Id
    from_: Instant | None = Field(default=None, alias="from")
    until: Instant


@router.get("/people/{person_id}/deputies")
async def deputies_of_person(call: By, person_id: Id) -> Page[DeputyOut]:
    """In force and to come: who acts for the person, and for whom they act."""
    call.actor.need("people.read")
    await queries.person(call.conn, call.tenant_id, person_id)
    found = await deputies_about(call.conn, call.tenant_id, [person_id], call.now)
    return Page(items=[_out(call, row) for row in found])


@router.post("/people/{person_id}/deputies", status_code=201, responses=refusals("person_left", *REFUSED))
@idempotent
async def add_deputy(call: By, person_id: Id, body: NewDeputy) -> DeputyOut:
    """Somebody acts for the person for a time: sees their customers, logs follow-ups that count, decides what waits for
    them. For admins, managers of the person, and oneself."""
    made = await set_deputy(
        call.conn, call.actor, person_id, body.deputy_id, body.from_ or call.now, body.until, now=call.now
    )
    return _out(call, await get_deputy(call.conn, call.tenant_id, made))


@router.post("/deputies/{deputy_row}/end", responses=refusals("deputy_over"))
@idempotent
async def end_one(call: By, deputy_row: Id) -> DeputyOut:
    """Ends it now, or calls it off. For whoever may set it, and for the deputy."""
    await end_deputy(call.conn, call.actor, deputy_row, now=call.now)
    return _out(call, await get_deputy(call.conn, call.tenant_id, deputy_row))


def _out(call: ActorCall, row: DictRow) -> DeputyOut:
    return DeputyOut.model_validate(
        {
            **row,
            "person": Named(id=row["person_id"], name=row["person_name"]),
            "deputy": Named(id=row["deputy_id"], name=row["deputy_name"]),
            "from": row["from_at"], "until": row["ended_at"] or row["until_at"],
            "set_by": Named(id=row["set_by"], name=row["set_by_name"]) if row["set_by"] is not None else None,
            "may_end": row["ended_at"] is None and may_end(call.actor, row),
        }
    )  # fmt: skip
