"""How a preview looks from outside: what is asked, the counts, the customers behind them."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from gonghai.http.paging import LARGEST_PAGE
from gonghai.http.policy_shapes import EXAMPLE, Document, StartIn
from gonghai.http.shapes import Id, Named, Words
from gonghai.policy.decide import Decision
from gonghai.policy.preview import Counts, Group
from gonghai.policy.preview_rows import Line, Wanted


class Candidate(StartIn):
    """A document, or a version's number, or neither: the draft. With the start and grace it would be published with."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"document": EXAMPLE, "grace": "3 working_days"}]}
    )
    document: Document | None = None
    number: Annotated[int, Field(ge=1, lt=2**31)] | None = None

    @model_validator(mode="after")
    def _one_choice(self) -> "Candidate":
        if self.document is not None and self.number is not None:
            raise ValueError("give document or number, not both")
        return self


class Narrowed(Candidate):
    """Of whom: an owner, a department's people, a segment; and those who would go within so many days by the rules."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"document": EXAMPLE, "within": 7, "limit": 50}]}
    )
    owner_id: Id | None = None
    department_id: Id | None = None
    segment: Annotated[int, Field(ge=0, lt=64)] | None = None
    within: Literal[0, 7, 30] | None = None

    def wanted(self) -> Wanted:
        return Wanted(self.owner_id, self.department_id, self.segment, self.within)


class CustomersQuery(Narrowed):
    """One page of them."""

    limit: Annotated[int, Field(ge=1, le=LARGEST_PAGE)] = 50
    after: Annotated[str, Field(max_length=2000)] | None = None


class CountsShape(BaseModel):
    """How many would go: at once, within 7 and within 30 days, each with those before."""

    model_config = ConfigDict(from_attributes=True)
    at_once: int
    within_7: int
    within_30: int


class GroupShape(BaseModel):
    """Customers counted together. `totals`: by the rules, without grace and notice floor; `really`: with both;
    `present`: by the version in force, without them."""

    count: int
    totals: CountsShape
    really: CountsShape
    present: CountsShape


class SegmentCounts(GroupShape):
    """A row of the matrix: whom it catches."""

    index: int
    name: Words


class OwnerCounts(GroupShape):
    """One person's customers."""

    owner: Named
    department: Named | None


class DepartmentCounts(GroupShape):
    """The customers of a department's own people."""

    department: Named | None


class PreviewShape(GroupShape):
    """What would happen to the pool's owned customers. `number` null: not published yet; `present_number` null: no
    policy is in force. `never`: of so many no timer runs. Owners and departments: who would lose most, first."""

    now: datetime
    population: int
    number: int | None
    present_number: int | None
    effective_from: datetime
    grace_until: datetime | None
    segments: list[SegmentCounts]
    never: int
    owners: list[OwnerCounts]
    departments: list[DepartmentCounts]


class PresentLine(BaseModel):
    """What the version in force says."""

    segment: Words
    timer: str | None
    deadline: datetime | None


class PreviewLine(BaseModel):
    """One customer: its segment, the timer that runs out first and when, by the rules; when it would really go, and
    what puts that off. Null: not at all."""

    customer: Named
    owner: Named
    department: Named | None
    segment: Words
    timer: str | None
    deadline: datetime | None
    goes_at: datetime | None
    held_by: Literal["protected", "locked", "leave", "grace", "notice"] | None
    present: PresentLine | None


def group_counts(group: Group) -> dict[str, Any]:
    def shown(counts: Counts) -> CountsShape:
        return CountsShape.model_validate(counts)

    return {
        "count": group.count,
        "totals": shown(group.totals),
        "really": shown(group.really),
        "present": shown(group.present),
    }


def most_first(group: GroupShape) -> tuple[int, ...]:
    totals = group.totals
    return -totals.at_once, -totals.within_7, -totals.within_30, -group.count


def preview_line(one: Line) -> PreviewLine:
    row, rules = one.row, one.rules
    department = row["owner_department_id"]
    return PreviewLine(
        customer=Named(id=row["id"], name=row["name"]),
        owner=Named(id=row["owner_id"], name=row["owner_name"]),
        department=Named(id=department, name=row["department_name"]) if department else None,
        segment=Words(zh=rules.segment.zh, en=rules.segment.en),
        timer=_timer(rules),
        deadline=rules.deadline,
        goes_at=one.really.effective,
        held_by=one.really.held_by,
        present=PresentLine(
            segment=Words(zh=one.present.segment.zh, en=one.present.segment.en),
            timer=_timer(one.present),
            deadline=one.present.deadline,
        )
        if one.present is not None
        else None,
    )


def _timer(decision: Decision) -> str | None:
    return decision.running[0].timer if decision.running else None
