"""How tasks look from outside: giving them, one task, how far a batch is."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from gonghai.access.actor import Actor
from gonghai.activities.decide import Kind
from gonghai.activities.tasks.answer import may_decide
from gonghai.activities.tasks.give import Given
from gonghai.http.list_query import ListQuery
from gonghai.http.move_shapes import Ids, Note
from gonghai.http.shapes import ANSWER, Id, Instant, Named
from gonghai.http.texts import Said

Title = Annotated[Said, Field(min_length=1, max_length=100)]
TaskState = Literal["open", "done", "refused", "cancelled"]


class ToWhom(BaseModel):
    """Each customer's owner, one person, or a department: its people get customers without an owner in turn."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["owner", "person", "department"]
    id: Id | None = None

    @model_validator(mode="after")
    def _whom(self) -> Self:
        if (self.kind == "owner") != (self.id is None):
            raise ValueError("a person or a department has an id, the owner none")
        return self


class NewTasks(BaseModel):
    """What is asked, about which customers, of whom. `kind`: of the follow-up wanted, null for any. Without `due_at` it
    is due at the end of the third working day."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"customer_ids": ["12", "13"], "to": {"kind": "owner"}, "kind": "visit", "title": "节前拜访"}]
        },
    )
    customer_ids: Ids | None = None
    matching: ListQuery | None = None
    to: ToWhom
    kind: Kind | None = None
    title: Title
    note: Note = ""
    due_at: Instant | None = None

    @model_validator(mode="after")
    def _one_choice(self) -> Self:
        if (self.customer_ids is None) == (self.matching is None):
            raise ValueError("give customer_ids or matching, not both")
        return self


class Refuse(BaseModel):
    """Why the assignee won't do it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "客户已停业"}]})
    reason: Annotated[Said, Field(min_length=1, max_length=200)]


class PassOn(BaseModel):
    """Who gets it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"person_id": "7"}]})
    person_id: Id


class TaskResult(BaseModel):
    """One customer of the selection: given, or the code that refused it with its numbers."""

    model_config = ANSWER

    id: Id
    outcome: Literal["given", "refused"]
    code: str | None = None
    data: dict[str, Any] = {}


class TaskResults(BaseModel):
    """Per id, in the order given; `batch_id` is null where no task was given."""

    batch_id: Id | None
    results: list[TaskResult]


class Task(BaseModel):
    """One person's task about one customer, null where the reader may not see it.

    `lapsed`: it is open, but the customer has left the assignee's book, or the assignee the company; it comes back with
    the customer. `overdue`: open, in force, and past `due_at`. `decided_by`: who did it, refused or cancelled it, the
    assignee's deputy too. `allowed`: follow_up, refuse, cancel, reassign.
    """

    id: Id
    batch_id: Id
    title: str
    note: str
    kind: Kind | None
    customer: Named | None
    assignee: Named
    giver: Named
    given_at: datetime
    due_at: datetime
    state: TaskState
    overdue: bool
    lapsed: Literal["not_theirs", "person_left"] | None
    decided_at: datetime | None
    decided_by: Named | None
    reason: str | None
    allowed: list[Literal["follow_up", "refuse", "cancel", "reassign"]]


class Progress(BaseModel):
    """How far: `open` are in force, `overdue` of them; `lapsed` are open and not in force."""

    total: int
    done: int
    open: int
    overdue: int
    refused: int
    lapsed: int
    cancelled: int


class TaskBatch(BaseModel):
    """Tasks that were given in one go."""

    id: Id
    title: str
    note: str
    kind: Kind | None
    giver: Named
    given_at: datetime
    due_at: datetime
    progress: Progress


class PersonProgress(BaseModel):
    """How far one person of a batch is."""

    person: Named
    progress: Progress


class TaskBatchDetail(TaskBatch):
    """A batch, person by person; those with most overdue first."""

    people: list[PersonProgress]


def results(batch_id: int | None, given: Sequence[Given]) -> TaskResults:
    """The answer to giving tasks."""
    return TaskResults(
        batch_id=batch_id,
        results=[
            TaskResult(id=g.customer_id, outcome="refused" if g.code else "given", code=g.code, data=g.data)
            for g in given
        ],
    )


def task(actor: Actor, row: Mapping[str, Any], now: datetime) -> Task:
    """A task as this reader may see it."""
    is_open = row["state"] == "open"
    lapsed = None
    if is_open and not row["in_force"]:
        lapsed = "not_theirs" if row["assignee_state"] == "active" else "person_left"
    name = row["customer_name"]
    return Task.model_validate(
        {
            **row,
            "customer": Named(id=row["customer_id"], name=name) if name is not None else None,
            "assignee": Named(id=row["assignee_id"], name=row["assignee_name"]),
            "giver": Named(id=row["given_by"], name=row["giver_name"]),
            "decided_by": Named(id=row["decided_by"], name=row["decider_name"]) if row["decider_name"] else None,
            "overdue": is_open and lapsed is None and row["due_at"] <= now,
            "lapsed": lapsed,
            "allowed": _allowed(actor, row) if is_open else [],
        }
    )


def _allowed(actor: Actor, row: Mapping[str, Any]) -> list[str]:
    theirs = row["assignee_id"] == actor.person_id or actor.acts_for(row["assignee_id"])
    mine = theirs and actor.may("customers.follow_up")
    decides = may_decide(actor, row)
    offered = {"follow_up": mine and row["in_force"], "refuse": mine, "cancel": decides, "reassign": decides}
    return [act for act, may in offered.items() if may]


def batch(row: Mapping[str, Any], progress: Mapping[str, Any]) -> TaskBatch:
    """A batch with its progress."""
    giver = Named(id=row["given_by"], name=row["giver_name"])
    return TaskBatch.model_validate({**row, "giver": giver, "progress": progress})


def batch_detail(row: Mapping[str, Any], people: Sequence[Mapping[str, Any]]) -> TaskBatchDetail:
    """A batch with everybody's progress, and all of it together."""
    whole = {name: sum(each[name] for each in people) for name in Progress.model_fields}
    told = [
        PersonProgress(person=Named(id=p["id"], name=p["name"]), progress=Progress.model_validate(p)) for p in people
    ]
    return TaskBatchDetail(**batch(row, whole).model_dump(), people=told)
