"""Revealing over HTTP: a pooled customer's masked fields in clear, so many a day."""

from fastapi import APIRouter
from pydantic import BaseModel

from gonghai.customers.reveals import reveal
from gonghai.http.call import By
from gonghai.http.customer_shapes import Contact
from gonghai.http.limit_shapes import Quota
from gonghai.http.move_shapes import Nothing
from gonghai.http.problems import refusals
from gonghai.http.shapes import ANSWER, Id

router = APIRouter(prefix="/customers/{customer_id}", tags=["customers"])


class RevealedFields(BaseModel):
    """What was masked, in clear; null where it wasn't masked, or is empty. `left`: how much of the day's quota is used."""

    model_config = ANSWER

    id: Id
    phones: list[str] | None = None
    emails: list[str] | None = None
    wechat: str | None = None
    website: str | None = None
    uscc: str | None = None
    address: str | None = None
    contacts: list[Contact] | None = None
    left: Quota


@router.post("/reveals", responses=refusals("reveal_not_allowed", "reveal_quota"))
async def reveal_one(call: By, customer_id: Id, body: Nothing | None = None) -> RevealedFields:
    """Reveals a pooled customer. The same one again on the same local day costs nothing, so a repeated call is safe
    without a key; answers kept by key would keep the values."""
    found = await reveal(call.conn, call.actor, customer_id)
    contacts = None if found.contacts is None else [Contact.model_validate(contact) for contact in found.contacts]
    left = Quota(used=found.used, limit=found.limit)
    return RevealedFields.model_validate({**found.values, "id": customer_id, "contacts": contacts, "left": left})
