"""What the deciding of a request works with: the pair, the answer, and what refuses it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn

Refused = tuple[str, dict[str, Any]]
# A locked, open request in force with its locked customer.
Pair = tuple[DictRow, DictRow]


@dataclass(frozen=True, slots=True)
class Answer:
    """A yes or no, at an instant after the locks. `people` and `pools`: the states of those locked for it, by id."""

    at: datetime
    days: int | None
    confirm_over_cap: bool
    people: Mapping[int, DictRow]
    pools: Mapping[int, str]


def mark(request: DictRow) -> dict[str, Any]:
    """What the event of a yes or no holds: the request, and for whom a deputy decided it."""
    acted_for = {"for": request["data"]["for"]} if "for" in request["data"] else {}
    return {"request": str(request["id"]), **acted_for}


# Carries an answer out over requests of one kind; those it refused, by request id.
Effect = Callable[[Conn, Actor, Sequence[Pair], Answer], Awaitable[dict[int, Refused]]]
