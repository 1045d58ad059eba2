"""Who gets which customer of a book: a pure, deterministic plan, each place with its reason."""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from gonghai.conditions import Condition

Dealt = Literal["in_turn", "by_load"]


@dataclass(frozen=True, slots=True)
class Row:
    """Customers that meet `condition` (None: everyone else) go to the heirs, or, without any, into a pool: `pool_id`,
    or None for the home pool of each."""

    condition: Condition | None = None
    heirs: tuple[int, ...] = ()
    dealt: Dealt = "in_turn"
    pool_id: int | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One customer of the book; `row`: the place of the first row whose condition it meets."""

    customer_id: int
    pool_id: int
    row: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where one customer goes: to `person_id`, or into `pool_id`. `number`: in turn, its turn, counted from 0; by load,
    how many the heir then had."""

    customer_id: int
    person_id: int | None
    pool_id: int
    row: int
    number: int | None = None


def plan_hand_over(items: Sequence[Item], rows: Sequence[Row], loads: Mapping[int, int]) -> list[Place]:
    """Each customer exactly once, in the order of their ids.

    In turn, heirs of a row differ by one customer at most. By load, each goes to whom holds least by then, of `loads`
    and whatever this book gave them in any row; the lower id where several do.
    """
    given = dict(loads)
    heaps = [[(given.get(heir, 0), heir) for heir in row.heirs] for row in rows]
    turns = [0] * len(rows)
    for heap in heaps:
        heapq.heapify(heap)
    places = []
    for item in sorted(items, key=lambda i: i.customer_id):
        row = rows[item.row]
        if not row.heirs:
            pool = item.pool_id if row.pool_id is None else row.pool_id
            places.append(Place(item.customer_id, None, pool, item.row))
            continue
        if row.dealt == "in_turn":
            number = turns[item.row]
            heir = row.heirs[number % len(row.heirs)]
            turns[item.row] += 1
        else:
            number, heir = _least(heaps[item.row], given)
        given[heir] = given.get(heir, 0) + 1
        places.append(Place(item.customer_id, heir, item.pool_id, item.row, number))
    return places


def _least(heap: list[tuple[int, int]], given: Mapping[int, int]) -> tuple[int, int]:
    """(load, heir) of whom holds least. Loads in the heap may be too small, never too great: other rows gave since."""
    while True:
        load, heir = heap[0]
        if load == given.get(heir, 0):
            return load, heir
        heapq.heapreplace(heap, (given.get(heir, 0), heir))
