"""Contacts of a customer over HTTP; reading them is part of reading the customer."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from gonghai.customers.contacts import add_contact, delete_contact, edit_contact
from gonghai.http.call import By
from gonghai.http.customer_shapes import Contact
from gonghai.http.shapes import Id
from gonghai.http.texts import Line, MaybeLine

router = APIRouter(prefix="/customers/{customer_id}/contacts", tags=["contacts"])
Lines = Annotated[list[Line], Field(max_length=20)]


class ContactIn(BaseModel):
    """A new contact."""

    name: Line
    title: MaybeLine = None
    phones: Lines = []
    emails: Lines = []
    wechat: MaybeLine = None


class ContactEdit(BaseModel):
    """Only the fields that are sent change."""

    name: Line = ""
    title: MaybeLine = None
    phones: Lines = []
    emails: Lines = []
    wechat: MaybeLine = None


@router.post("", status_code=201)
async def add(customer_id: Id, body: ContactIn, call: By) -> Contact:
    """Adds a contact; whoever may edit the customer may."""
    return Contact.model_validate(await add_contact(call.conn, call.actor, customer_id, body.model_dump()))


@router.patch("/{contact_id}")
async def edit(customer_id: Id, contact_id: Id, body: ContactEdit, call: By) -> Contact:
    """Changes the fields sent."""
    fields = body.model_dump(exclude_unset=True)
    return Contact.model_validate(await edit_contact(call.conn, call.actor, customer_id, contact_id, fields))


@router.delete("/{contact_id}", status_code=204)
async def delete(customer_id: Id, contact_id: Id, call: By) -> Response:
    """Removes a contact."""
    await delete_contact(call.conn, call.actor, customer_id, contact_id)
    return Response(status_code=204)
