"""Bodies and answers of the moves."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from gonghai.customers.collaborators import MOST
from gonghai.http.customer_shapes import Customer
from gonghai.http.list_query import ListQuery
from gonghai.http.shapes import ANSWER, Id, Instant
from gonghai.http.texts import Said
from gonghai.moves.results import Result

Reason = Annotated[Said, Field(max_length=60)]
Note = Annotated[Said, Field(max_length=1000)]
Ids = Annotated[list[Id], Field(min_length=1, max_length=1000)]
People = Annotated[list[Id], Field(min_length=1, max_length=MOST)]


class Nothing(BaseModel):
    """An empty body."""

    model_config = ConfigDict(extra="forbid")


class Release(BaseModel):
    """Why it is given back; `pool_id` where the pool lets one choose."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "no_need"}]})
    reason: Reason | None = None
    note: Note = ""
    pool_id: Id | None = None


class ToPerson(BaseModel):
    """Who gets it. Beyond the receiver's cap only with `confirm_over_cap`."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"owner_id": "7"}]})
    owner_id: Id
    note: Note = ""
    confirm_over_cap: bool = False


class ToPool(BaseModel):
    """Where it goes."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"pool_id": "2"}]})
    pool_id: Id


class Archive(BaseModel):
    """Why it goes out of circulation."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "closed_down"}]})
    reason: Annotated[Reason, Field(min_length=1)]


class Restore(BaseModel):
    """Back into the home pool, or another."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{}]})
    pool_id: Id | None = None


class Claims(BaseModel):
    """Customers chosen on one pool's page."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"customer_ids": ["12", "13"]}]})
    customer_ids: Annotated[list[Id], Field(min_length=1, max_length=200)]


class MoveResult(BaseModel):
    """One id of a batch: what became of it, or the code that refused it with its numbers."""

    model_config = ANSWER

    id: Id
    outcome: Literal["claimed", "asked", "moved", "requested", "refused"]
    code: str | None = None
    data: dict[str, Any] = {}


class MoveResults(BaseModel):
    """Per id, in the order given."""

    results: list[MoveResult]


class Moved(BaseModel):
    """A single move: the customer as it is now, or None when it has left the mover's sight; or what was asked for."""

    model_config = ANSWER

    customer: Customer | None
    request_id: Id | None = None


class Batch(BaseModel):
    """One move over many customers: chosen ids, or all that match a list's query (up to 10,000)."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"move": "release", "customer_ids": ["12", "13"], "reason": "no_need"}]},
    )
    move: Literal[
        "claim", "release", "assign", "transfer", "move_pool", "archive", "restore", "lock", "unlock", "protect",
        "unprotect", "share",
    ]  # fmt: skip
    customer_ids: Ids | None = None
    matching: ListQuery | None = None
    reason: Reason | None = None
    note: Note = ""
    owner_id: Id | None = None
    pool_id: Id | None = None
    until: Instant | None = None
    person_ids: People | None = None
    confirm_over_cap: bool = False

    @model_validator(mode="after")
    def _one_choice(self) -> "Batch":
        if (self.customer_ids is None) == (self.matching is None):
            raise ValueError("give customer_ids or matching, not both")
        return self


def move_results(results: Sequence[Result]) -> MoveResults:
    """The answer of a batch."""
    return MoveResults(results=[MoveResult(id=r.id, outcome=r.outcome, code=r.code, data=r.data) for r in results])
