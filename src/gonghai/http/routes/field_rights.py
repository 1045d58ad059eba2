"""What each role sees and changes of a customer's fields, set by admins."""

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from gonghai.customers.field_rights import NAMES, NEVER_HIDDEN, ROLES, field_rights, set_field_rights
from gonghai.http.call import ActorCall, By
from gonghai.http.etag import IfMatch, set_etag
from gonghai.http.shapes import Words
from gonghai.policy.history import FIELD_WORDS

router = APIRouter(prefix="/tenant/field-rights", tags=["tenant"])
_CONTACTS = ("联系人", "contacts")


class Rights(BaseModel):
    """`{role: {field: "hide" or "read"}}`; what is left out is written. Admins write everything."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"rights": {"rep": {"amount": "hide", "level": "read"}}}]}
    )
    rights: dict[str, dict[str, str]]


class Field(BaseModel):
    """A field that rights may be set for; some can't be hidden, as no row is told from another without them."""

    name: str
    words: Words
    may_hide: bool


class FieldRights(Rights):
    """The rights, and what they may be set for. A person's most permissive role holds."""

    roles: list[str]
    fields: list[Field]
    version: int


@router.get("")
async def get_field_rights(call: By, response: Response) -> FieldRights:
    """The rights by role. For admins."""
    return await _all(call, response)


@router.put("")
async def put_field_rights(call: By, version: IfMatch, body: Rights, response: Response) -> FieldRights:
    """Replaces all rights, against the version in If-Match; they hold from the next request on."""
    await set_field_rights(call.conn, call.actor, version, body.rights, now=call.now)
    return await _all(call, response)


async def _all(call: ActorCall, response: Response) -> FieldRights:
    rights, version = await field_rights(call.conn, call.actor)
    set_etag(response, version)
    words = {**FIELD_WORDS, "contacts": _CONTACTS}
    fields = [
        Field(name=name, words=Words(zh=words[name][0], en=words[name][1]), may_hide=name not in NEVER_HIDDEN)
        for name in NAMES
    ]
    return FieldRights(rights=rights, roles=list(ROLES), fields=fields, version=version)
