"""The tree of departments."""

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, model_validator

from gonghai.http.call import ActorCall, By
from gonghai.http.etag import IfMatch, set_etag
from gonghai.http.problems import refusals
from gonghai.http.shapes import Id, Named
from gonghai.http.texts import Line
from gonghai.people import queries
from gonghai.people.departments import create_department, edit_department
from gonghai.pools.departments import remove_department

router = APIRouter(prefix="/departments", tags=["people"])


class DepartmentOut(BaseModel):
    """A department; `people` counts those at home in it who haven't left, `people_below` them and all below."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "3",
                    "parent_id": "1",
                    "name": "华东一部",
                    "version": 1,
                    "leads": [{"id": "7", "name": "王芳"}],
                    "people": 12,
                    "people_below": 30,
                }
            ]
        }
    )
    id: Id
    parent_id: Id | None
    name: str
    version: int
    leads: list[Named]
    people: int
    people_below: int


class Departments(BaseModel):
    """The whole tree as a flat list in id order; the root has no parent."""

    items: list[DepartmentOut]


class NewDepartment(BaseModel):
    """A department below `parent_id`."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "华东一部", "parent_id": "1", "lead_ids": ["7"]}]}
    )
    name: Line
    parent_id: Id
    lead_ids: list[Id] = []


class DepartmentEdit(BaseModel):
    """What changes; `lead_ids` names all leads."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"lead_ids": ["7", "8"]}]})
    name: Line | None = None
    parent_id: Id | None = None
    lead_ids: list[Id] | None = None

    @model_validator(mode="after")
    def _nothing_emptied(self) -> "DepartmentEdit":
        if any(getattr(self, name) is None for name in self.model_fields_set - {"parent_id"}):
            raise ValueError("name and lead_ids can't be null")
        return self


@router.get("")
async def list_departments(call: By) -> Departments:
    """The whole tree."""
    call.actor.need("people.read")
    found = await queries.departments(call.conn, call.tenant_id)
    return Departments(items=[_out(row) for row in found])


@router.post("", status_code=201)
async def add_department(call: By, body: NewDepartment, response: Response) -> DepartmentOut:
    """A new department."""
    department_id = await create_department(
        call.conn, call.actor, name=body.name, parent_id=body.parent_id, lead_ids=body.lead_ids, now=call.now
    )
    return await _one(call, department_id, response)


@router.patch("/{department_id}")
async def change_department(
    call: By, department_id: Id, version: IfMatch, body: DepartmentEdit, response: Response
) -> DepartmentOut:
    """Renames or moves a department, or names its leads. 409 `own_ancestor` if it would lie below itself.

    The root stays the root: a `parent_id` of null changes nothing.
    """
    await edit_department(
        call.conn,
        call.actor,
        department_id,
        version,
        name=body.name,
        parent_id=body.parent_id,
        lead_ids=body.lead_ids,
        now=call.now,
    )
    return await _one(call, department_id, response)


@router.delete("/{department_id}", status_code=204, responses=refusals("department_not_empty", "department_in_use"))
async def delete_department(call: By, department_id: Id, version: IfMatch) -> None:
    """Removes a department without people, without departments below it, and that no pool names."""
    await remove_department(call.conn, call.actor, department_id, version, now=call.now)


async def _one(call: ActorCall, department_id: int, response: Response) -> DepartmentOut:
    row = await queries.department(call.conn, call.tenant_id, department_id)
    set_etag(response, row.version)
    return _out(row)


def _out(row: queries.DepartmentRow) -> DepartmentOut:
    return DepartmentOut(
        id=row.id,
        parent_id=row.parent_id,
        name=row.name,
        version=row.version,
        leads=[Named(id=lead, name=name) for lead, name in row.leads],
        people=row.people,
        people_below=row.people_below,
    )
