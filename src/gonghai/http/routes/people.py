"""Persons: the list, inviting, editing, links, taking back. Deactivation stands with handing over."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from gonghai.base.database import rows
from gonghai.http.call import ActorCall, By
from gonghai.http.etag import IfMatch, set_etag
from gonghai.http.link_url import link_url
from gonghai.http.paging import After, Limit, cut_page, decode_cursor
from gonghai.http.problems import refusals
from gonghai.http.routes.deputies import REFUSED as DEPUTY
from gonghai.http.shapes import Id, Instant, Named, Page
from gonghai.http.texts import Email, Line, Login
from gonghai.moves.hand_overs.book import may_hand_over
from gonghai.people import queries
from gonghai.people.leave import end_leave, may_set_leave, set_leave
from gonghai.people.links import NewLink, create_link
from gonghai.people.persons import NewPerson, create_person, edit_person, reactivate

router = APIRouter(prefix="/people", tags=["people"])
Role = Literal["rep", "manager", "admin", "auditor"]
State = Literal["invited", "active", "left"]

PERSON_EXAMPLE: JsonDict = {
    "id": "7",
    "name": "王芳",
    "login": "wangfang",
    "email": "wangfang@example.com",
    "department": {"id": "3", "name": "华东一部"},
    "roles": ["rep"],
    "state": "active",
    "leave": None,
    "leads": [],
    "owned": 143,
    "may_set_leave": True,
    "may_hand_over": True,
    "version": 2,
}


class Leave(BaseModel):
    """While it lasts, claiming is refused and deadlines wait."""

    from_: datetime = Field(alias="from")
    until: datetime


class PersonOut(BaseModel):
    """A person; `leads` are ids of departments, `owned` counts the customers they own now. `may_set_leave`,
    `may_hand_over` (their book): whether the reader may."""

    model_config = ConfigDict(json_schema_extra={"examples": [PERSON_EXAMPLE]})
    id: Id
    name: str
    login: str
    email: str | None
    department: Named | None
    roles: list[Role]
    state: State
    leave: Leave | None
    leads: list[Id]
    owned: int
    may_set_leave: bool
    may_hand_over: bool
    version: int


class NewLeave(BaseModel):
    """From when to when; `until` is the instant of being back. `deputy_id`: who acts for the person meanwhile."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"from": "2026-12-08T00:00:00+08:00", "until": "2026-12-16T00:00:00+08:00"}]},
    )
    from_: Instant = Field(alias="from")
    until: Instant
    deputy_id: Id | None = None


class LinkUrl(BaseModel):
    """A link to hand to the person; shown once."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "url": "https://crm.example.com/links/4fJx…",
                    "expires_at": "2026-10-04T02:00:00Z",
                    "kind": "invitation",
                }
            ]
        }
    )
    url: str
    expires_at: datetime
    kind: Literal["invitation", "reset"]


class Invited(BaseModel):
    """The new person, and the link by which they set their password."""

    person: PersonOut
    link: LinkUrl


class Invitation(BaseModel):
    """Somebody new."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "王芳", "login": "wangfang", "department_id": "3", "roles": ["rep"]}]},
    )
    name: Line
    login: Login
    email: Email | None = None
    department_id: Id
    roles: list[Role] = Field(min_length=1)


class PersonEdit(BaseModel):
    """What changes."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"department_id": "3"}]})
    name: Line | None = None
    email: Email | None = None
    department_id: Id | None = None
    roles: list[Role] | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _nothing_emptied(self) -> "PersonEdit":
        if any(getattr(self, name) is None for name in self.model_fields_set & {"name", "department_id", "roles"}):
            raise ValueError("name, department_id and roles can't be null")
        return self


@router.get("")
async def list_people(
    call: By,
    q: Annotated[
        str | None,
        Query(max_length=100, pattern=r"^[^\x00]*$", description="In name, its pinyin and initials, login, e-mail."),
    ] = None,
    department_id: Annotated[Id | None, Query(description="Of this department and all below it.")] = None,
    state: State | None = None,
    role: Role | None = None,
    mine: Annotated[
        bool, Query(description="Whose points and customers the reader sees: all, or one's subtree.")
    ] = False,
    limit: Limit = 50,
    after: After = None,
) -> Page[PersonOut]:
    """Everybody, in the order in which they came."""
    call.actor.need("people.read")
    behind = decode_cursor(after, int)
    found = await queries.people(
        call.conn,
        call.tenant_id,
        text=q,
        department_id=department_id,
        state=state,
        role=role,
        among=call.actor.subordinates if mine and not call.actor.sees_all else None,
        after=behind[0] if behind else None,
        limit=limit + 1,
    )
    shown, following = cut_page(found, limit, lambda row: (row.id,))
    return Page(items=await _out(call, shown), next=following)


@router.post("", status_code=201)
async def invite(call: By, body: Invitation, request: Request, response: Response) -> Invited:
    """Invites somebody: they set a password by the link, which lasts 72 hours. 409 `login_taken`."""
    new = NewPerson(
        name=body.name,
        login=body.login,
        department_id=body.department_id,
        roles=body.roles,
        email=body.email,
        locale=call.actor.locale,
    )
    person_id, link = await create_person(call.conn, call.actor, new, now=call.now)
    assert link is not None, "without a password there is an invitation"
    return Invited(person=await _one(call, person_id, response), link=_url(request, link))


@router.get("/{person_id}")
async def get_person(call: By, person_id: Id, response: Response) -> PersonOut:
    """One person."""
    call.actor.need("people.read")
    return await _one(call, person_id, response)


@router.patch("/{person_id}")
async def change_person(
    call: By, person_id: Id, version: IfMatch, body: PersonEdit, request: Request, response: Response
) -> PersonOut:
    """Edits a person. 409 `last_admin` if nobody active would be admin any more."""
    values = body.model_dump(exclude_unset=True)
    await edit_person(call.conn, call.actor, person_id, version, values, now=call.now)
    request.app.state.identities.forget_person(person_id)
    return await _one(call, person_id, response)


@router.put("/{person_id}/leave", responses=refusals("person_left", *DEPUTY))
async def put_on_leave(call: By, person_id: Id, version: IfMatch, body: NewLeave, response: Response) -> PersonOut:
    """Enters the person's leave, or changes it. For admins, and managers of the person. While it lasts, claiming is
    refused; once it has begun, deadlines of their customers wait."""
    await set_leave(call.conn, call.actor, person_id, version, body.from_, body.until, deputy_id=body.deputy_id,
                    now=call.now)  # fmt: skip
    return await _one(call, person_id, response)


@router.delete("/{person_id}/leave", responses=refusals("not_on_leave", "person_left"))
async def take_off_leave(call: By, person_id: Id, version: IfMatch, response: Response) -> PersonOut:
    """Calls a planned leave off; one that has begun ends now."""
    await end_leave(call.conn, call.actor, person_id, version, now=call.now)
    return await _one(call, person_id, response)


@router.post("/{person_id}/link")
async def new_link(call: By, person_id: Id, request: Request) -> LinkUrl:
    """A new invitation (72 hours), or a password reset (24 hours) for who is active; earlier links end."""
    link = await create_link(call.conn, call.actor, person_id, now=call.now)
    return _url(request, link)


@router.post("/{person_id}/reactivate")
async def take_back(call: By, person_id: Id, response: Response) -> PersonOut:
    """Takes back who had left: invited, a plain rep, without the old password; then ask for a new link."""
    await reactivate(call.conn, call.actor, person_id, now=call.now)
    return await _one(call, person_id, response)


def _url(request: Request, link: NewLink) -> LinkUrl:
    return LinkUrl.model_validate({"url": link_url(request, link), "expires_at": link.expires_at, "kind": link.kind})


async def _one(call: ActorCall, person_id: int, response: Response) -> PersonOut:
    row = await queries.person(call.conn, call.tenant_id, person_id)
    set_etag(response, row.version)
    return (await _out(call, [row]))[0]


async def _out(call: ActorCall, found: Sequence[queries.PersonRow]) -> list[PersonOut]:
    """The rows with what other slices know about them, in one statement for all."""
    counted = await rows(
        call.conn,
        "SELECT c.owner_id, count(*) AS owned FROM customer c WHERE c.tenant_id = %s AND c.owner_id = ANY (%s)"
        " GROUP BY c.owner_id",
        (call.tenant_id, [row.id for row in found]),
    )
    owned = {row["owner_id"]: row["owned"] for row in counted}
    return [
        PersonOut.model_validate(
            {
                "id": row.id,
                "name": row.name,
                "login": row.login,
                "email": row.email,
                "department": {"id": row.department_id, "name": row.department_name} if row.department_id else None,
                "roles": row.roles,
                "state": row.state,
                "leave": {"from": row.leave_from, "until": row.leave_until} if row.leave_from else None,
                "leads": row.leads,
                "owned": owned.get(row.id, 0),
                "may_set_leave": may_set_leave(call.actor, row.id),
                "may_hand_over": may_hand_over(call.actor, row.id),
                "version": row.version,
            }
        )
        for row in found
    ]
