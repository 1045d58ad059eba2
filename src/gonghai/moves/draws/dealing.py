"""How a draw deals, for everybody to check: pure, from the seed and the wishes alone (docs/draw.md).

Written as a generator that asks before it gives: the product answers by claiming, a checker from the published record.
Both then follow the very same steps.
"""

import hashlib
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

# Refusals that are about the person: whoever meets one can't be given anything else in this draw.
ENDING: Final = frozenset(
    {"not_active", "on_leave", "not_in_scope", "outside_window", "daily_quota", "min_interval", "holding_cap",
     "untouched_cap"}
)  # fmt: skip
OutcomeKind = Literal["won", "taken", "refused", "not_reached"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """The customer that a person would get now, by their wishes; to be answered with None or a refusal's code."""

    round: int
    turn: int
    person_id: int
    place: int
    customer_id: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one wish, and in which round; `turn` for what was won, `taken_by`, `code` of the refusing rule."""

    person_id: int
    place: int
    customer_id: int
    outcome: OutcomeKind
    round: int
    turn: int | None = None
    taken_by: int | None = None
    code: str | None = None


def seed_hash(seed: bytes) -> str:
    """What is published before: SHA-256 of the seed, in hex."""
    return hashlib.sha256(seed).hexdigest()


def in_order(seed: bytes, round_no: int, people: Iterable[int]) -> list[int]:
    """The order of a round: by SHA-256 of the seed's bytes followed by the text "round:person"."""
    return sorted(people, key=lambda person: hashlib.sha256(seed + f"{round_no}:{person}".encode()).digest())


def deal(seed: bytes, wishes: Mapping[int, Sequence[int]]) -> Generator[Attempt, str | None, list[Outcome]]:
    """Deals customers to people by their wishes (ids by person, the dearest first), one each round.

    In each round, in its order, everybody gets the first of their wishes that is free and allowed. Yields an Attempt
    for each that is free; sent None, it is given, sent a code, it is refused. Returns every wish's outcome.
    """
    left = {person: list(enumerate(ids, 1)) for person, ids in wishes.items()}
    taken: dict[int, int] = {}
    outcomes: list[Outcome] = []
    round_no = 0
    while people := [person for person, remaining in left.items() if remaining]:
        round_no += 1
        for turn, person in enumerate(in_order(seed, round_no, people), 1):
            outcomes += yield from _turn(round_no, turn, person, left[person], taken)
    return sorted(outcomes, key=lambda o: (o.person_id, o.place))


def _turn(
    round_no: int, turn: int, person: int, remaining: list[tuple[int, int]], taken: dict[int, int]
) -> Generator[Attempt, str | None, list[Outcome]]:
    """One person's turn: what was decided in it. Decided wishes leave `remaining`; what is given is put into `taken`."""
    decided: list[Outcome] = []
    while remaining:
        place, customer = remaining.pop(0)
        if customer in taken:
            decided.append(Outcome(person, place, customer, "taken", round_no, taken_by=taken[customer]))
            continue
        code = yield Attempt(round_no, turn, person, place, customer)
        if code is None:
            taken[customer] = person
            decided.append(Outcome(person, place, customer, "won", round_no, turn))
            return decided
        decided.append(Outcome(person, place, customer, "refused", round_no, code=code))
        if code in ENDING:
            decided += [Outcome(person, other, later, "not_reached", round_no) for other, later in remaining]
            remaining.clear()
    return decided
