"""Bodies and answers of hand-overs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from psycopg.rows import DictRow
from pydantic import BaseModel, ConfigDict, Field

from gonghai.access.actor import Actor
from gonghai.http.run_shapes import Undo, leaves_any, person, undo_shape
from gonghai.http.shapes import ANSWER, Id, Named
from gonghai.moves.hand_overs.book import may_hand_over
from gonghai.moves.hand_overs.ways import Asked, AskedRow

MOST_HEIRS = 100
MOST_ROWS = 20
Heirs = Annotated[list[Id], Field(max_length=MOST_HEIRS)]


class HandOverRow(BaseModel):
    """Customers that meet the condition `when` go to the heirs in turn, or into a pool: `pool_id`, null for the home
    pool of each. The last row has no condition: it takes everyone else."""

    model_config = ConfigDict(extra="forbid")
    when: dict[str, Any] | None = None
    to: Literal["heirs", "pool"]
    heirs: Heirs = []
    pool_id: Id | None = None


class HandOverIn(BaseModel):
    """Where a book goes. `manager`: to the nearest active lead, without one to the home pools. `heirs`: in turn, always
    to whom holds least, or by the conditions of `rows`. `pools`: into `pool_id`, null for the home pool of each.

    `deactivate`: the giver leaves in the same transaction. `previewed`: how many customers the preview spoke of.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"way": "heirs", "how": "in_turn", "heirs": ["7", "8"]}]},
    )
    way: Literal["manager", "heirs", "pools"]
    how: Literal["in_turn", "by_load", "by_condition"] = "in_turn"
    heirs: Heirs = []
    rows: Annotated[list[HandOverRow], Field(max_length=MOST_ROWS)] = []
    pool_id: Id | None = None
    deactivate: bool = False
    confirm_over_cap: bool = False
    previewed: int | None = None

    def asked(self) -> Asked:
        """What the action is asked; what doesn't belong to the chosen way is left out."""
        by_condition = self.way == "heirs" and self.how == "by_condition"
        rows = [AskedRow(r.when, *((tuple(r.heirs), None) if r.to == "heirs" else ((), r.pool_id))) for r in self.rows]
        return Asked(
            self.way,
            self.how,
            tuple(self.heirs) if self.way == "heirs" and not by_condition else (),
            tuple(rows) if by_condition else (),
            self.pool_id if self.way == "pools" else None,
            self.deactivate,
            self.confirm_over_cap,
        )


class ReceiverOut(BaseModel):
    """A person or a pool, and how many customers; `over_cap` of them lie beyond the person's cap."""

    person: Named | None
    pool: Named | None
    customers: int
    over_cap: int


class ReceiverPreview(ReceiverOut):
    """`falling_soon`: those that go back within a week if nothing happens. A person's clocks start anew, though."""

    open_deals: int
    falling_soon: int


class HandOverPreview(BaseModel):
    """What would happen now. `tasks`: open ones that go to the heirs with the customers; `tasks_lapse`, `requests_lapse`,
    `requests_pass_on`, `shared`: what ends, or goes to others, with it."""

    customers: int
    open_deals: int
    planned_follow_ups: int
    tasks: int
    tasks_lapse: int
    locked: int
    requests_lapse: int
    requests_pass_on: int
    shared: int
    receivers: list[ReceiverPreview]


class PlaceOut(BaseModel):
    """Where one customer would go. `row`: of the conditions."""

    customer: Named
    person: Named | None
    pool: Named | None
    row: int
    over_cap: bool


class HandedCustomer(BaseModel):
    """Where one customer of a hand-over went: to a person or into a pool; `row`: of the conditions. `undone`: it came back
    since; `kept`: why an undo left it there. `event_id`: the move, for `why`."""

    customer: Named
    person: Named | None
    pool: Named | None
    row: int | None
    over_cap: bool
    undone: bool
    kept: Literal["moved_since", "owner_not_active", "pool_closed"] | None
    event_id: Id


class FullCap(BaseModel):
    """A cap that is reached; `pool` null: the company's, over all pools."""

    pool: Named | None
    used: int
    limit: int


class HeirOut(BaseModel):
    """Somebody who could take customers over: how many they own, until when they are away, and the cap that leaves them
    no room for one more in the pools that the customers come from."""

    id: Id
    name: str
    department: Named | None
    owned: int
    back_at: datetime | None
    full: FullCap | None


class HandOver(BaseModel):
    """The record of one. `by_rule`: by the company's leaver rule; `left_company`: together with their deactivation.
    `tasks`: open ones that went to the heirs; `tasks_lapsed`: those that ended."""

    model_config = ANSWER

    id: Id
    person: Named
    by: Named | None
    at: datetime
    way: Literal["manager", "heirs", "pools"]
    by_rule: bool
    left_company: bool
    customers: int
    tasks: int
    tasks_lapsed: int
    receivers: list[ReceiverOut]
    undo: Undo | None = None
    can_undo: bool = False


class HandedOver(BaseModel):
    """What was done. `hand_over` is null where somebody left with an empty book. Where `previewed` was given and differs
    from `customers`, others moved customers of the book meanwhile: those were left alone, or came in."""

    hand_over: HandOver | None
    customers: int
    previewed: int | None


def hand_over_shape(actor: Actor, row: DictRow, undo: DictRow | None) -> HandOver:
    """A row of hand_overs/queries.py with its newest undo."""
    return HandOver(
        id=row["id"],
        person=Named(id=row["person_id"], name=row["person_name"]),
        by=Named(id=row["by_id"], name=row["by_name"]) if row["by_id"] is not None else None,
        at=row["at"],
        way=row["way"],
        by_rule=row["by_rule"],
        left_company=row["left_company"],
        customers=row["customers"],
        tasks=row["tasks"],
        tasks_lapsed=row["tasks_lapsed"],
        receivers=[_receiver(each) for each in row["receivers"]],
        undo=undo_shape(undo) if undo is not None else None,
        can_undo=leaves_any(row["customers"], undo) and may_hand_over(actor, row["person_id"]),
    )


def _receiver(row: Mapping[str, Any]) -> ReceiverOut:
    return ReceiverOut(
        person=person(dict(row), "person_id"),
        pool=person(dict(row), "pool_id"),
        customers=row["customers"],
        over_cap=row["over_cap"],
    )
