"""Collaborators of a customer over HTTP; sharing many at once is in moves.py."""

from datetime import datetime

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from gonghai.customers import queries
from gonghai.customers.collaborators import collaborators_of
from gonghai.http.call import ActorCall, By
from gonghai.http.idempotency import idempotent
from gonghai.http.move_shapes import People
from gonghai.http.problems import refusals
from gonghai.http.routes.moves import STATE
from gonghai.http.shapes import Id
from gonghai.moves.results import only
from gonghai.moves.share import add_collaborators, remove_collaborator

router = APIRouter(prefix="/customers/{customer_id}/collaborators", tags=["customers"])


class Collaborator(BaseModel):
    """Somebody who works on the customer beside its owner."""

    id: Id
    name: str
    added_at: datetime


class Collaborators(BaseModel):
    """In the order they were added; none while nobody owns the customer."""

    items: list[Collaborator]


class WithWhom(BaseModel):
    """Whom the customer is shared with."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"person_ids": ["7"]}]})
    person_ids: People


@router.get("")
async def list_of_customer(call: By, customer_id: Id) -> Collaborators:
    """Who works on the customer; for whoever sees it."""
    call.actor.need("customers.read")
    await queries.get(call.conn, call.actor, customer_id)
    return await _all(call, customer_id)


@router.post(
    "",
    responses=refusals(
        "collaborator_is_owner", "already_collaborator", "too_many_collaborators", "person_not_active", *STATE
    ),
)
@idempotent
async def add(call: By, customer_id: Id, body: WithWhom) -> Collaborators:
    """The owner, or a manager of theirs, lets colleagues see the customer in clear and log follow-ups."""
    only(await add_collaborators(call.conn, call.actor, [customer_id], body.person_ids))
    return await _all(call, customer_id)


@router.delete("/{person_id}", status_code=204, responses=refusals("not_collaborator", *STATE))
async def remove(call: By, customer_id: Id, person_id: Id) -> Response:
    """Takes it back; a collaborator may leave by themself."""
    only(await remove_collaborator(call.conn, call.actor, [customer_id], person_id))
    return Response(status_code=204)


async def _all(call: ActorCall, customer_id: int) -> Collaborators:
    found = await collaborators_of(call.conn, call.tenant_id, customer_id)
    return Collaborators(items=[Collaborator.model_validate(row) for row in found])
