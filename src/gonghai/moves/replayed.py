"""What replaying makes: the columns of a customer as its events give them, its spells, follow-ups and deals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

_FACTS: Final = ("kind", "external_id", "level", "source", "industry", "region", "stage", "website", "uscc", "amount",
                 "contract_end")  # fmt: skip
NEW_CLOCKS: Final = {
    "first_contact_at": None,
    "last_follow_up_at": None,
    "deal_lost_at": None,
    "locked_until": None,
    "protected_until": None,
    "notice_until": None,
}
# What a customer has that no event has spoken of.
_BLANK: Final[Mapping[str, Any]] = {
    **NEW_CLOCKS,
    **dict.fromkeys(_FACTS),
    "version": 0,
    "state": None,
    "owner_id": None,
    "pool_id": None,
    "spell_no": 0,
    "spell_claimed": False,
    "entered_pool_at": None,
    "first_pooled_at": None,
    "recycle_count": 0,
    "last_return": None,
    "last_return_reason": None,
    "archived_reason": None,
    "merged_into": None,
    "clock_start": None,
    "live_deals": 0,
    "open_deals": 0,
    "last_win_at": None,
    "last_activity_at": None,
    "tags": [],
    "created_at": None,
    "created_by": None,
    "updated_at": None,
}
COLUMNS: Final = tuple(_BLANK)


class Event(NamedTuple):
    """One row of the log about one customer, by the columns that replay reads."""

    customer_id: int
    version: int
    at: datetime
    kind: str
    actor_id: int | None
    owner_from: int | None
    owner_to: int | None
    pool_from: int | None
    pool_to: int | None
    spell_no: int | None
    reason: str | None
    data: Any


class Spell(NamedTuple):
    """One unbroken period of one owner; `ended_at` None: still open."""

    no: int
    owner_id: int | None
    started_at: datetime
    started_by: str
    ended_at: datetime | None = None
    ended_by: str | None = None


class FollowUp(NamedTuple):
    """A recorded follow-up; `spell_no` None: of no spell."""

    spell_no: int | None
    kind: str
    at: datetime
    qualifies: bool
    why_not: str | None


class Collaborator(NamedTuple):
    """Somebody else who works on the customer in one spell."""

    added_by: int | None
    added_at: datetime


class Deal(NamedTuple):
    """A deal; amount as text with two decimals, expected_date as ISO text, as events hold them."""

    spell_no: int
    state: str
    amount: str | None
    expected_date: str | None
    opened_at: datetime
    closed_at: datetime | None


@dataclass(slots=True)
class Replayed:
    """What the events say: COLUMNS of the customer, its spells by number, its follow-ups and deals by id, its
    collaborators by spell and person.

    `faults`: (version, what) of events that don't follow from those before them.
    """

    columns: dict[str, Any] = field(default_factory=lambda: dict(_BLANK))
    spells: dict[int, Spell] = field(default_factory=dict)
    follow_ups: dict[int, FollowUp] = field(default_factory=dict)
    deals: dict[int, Deal] = field(default_factory=dict)
    collaborators: dict[tuple[int, int], Collaborator] = field(default_factory=dict)
    faults: list[tuple[int, str]] = field(default_factory=list)
    newest_move: tuple[int, str] = (0, "")  # version and kind
    before_it: dict[str, Any] = field(default_factory=dict)  # _PLACE as it was before the newest move
    # The same of a recycle since which nothing but the pool has changed: what an appeal takes back.
    recycled: tuple[tuple[int, str], dict[str, Any]] = (0, ""), {}
