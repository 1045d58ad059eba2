"""The ledger against what the log earned: which rows are missing, which no longer hold. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from gonghai.incentives.story import Earned, Story

Key = tuple[int, str, int]  # person, rule, cause
# Why a row is taken back where no event undid it: seasons were changed, and another record of that season counts.
_COUNTED_ANEW: Final = {"by": "seasons"}


class Booked(NamedTuple):
    """A row of the ledger, as far as counting asks."""

    id: int
    person_id: int
    rule: str
    cause: int
    turn: int
    points: int
    reverses: int | None
    customer_id: int
    at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A row to write."""

    person_id: int
    rule: str
    cause: int
    turn: int
    customer_id: int
    at: datetime
    points: int
    version: int
    reverses: int | None
    why: dict[str, Any]


def by_key(booked: Iterable[Booked]) -> defaultdict[Key, list[Booked]]:
    """The ledger's rows by whom, by what rule and for what event they are."""
    rows: defaultdict[Key, list[Booked]] = defaultdict(list)
    for row in booked:
        rows[row.person_id, row.rule, row.cause].append(row)
    return rows


def earned_by_key(stories: Mapping[int, Story]) -> dict[Key, Earned]:
    """What the logs earned, by the same."""
    return {(e.person_id, e.rule, e.cause.id): e for story in stories.values() for e in story.earned}


def entries(stories: Mapping[int, Story], booked: Iterable[Booked]) -> list[Entry]:
    """The rows that make the ledger of these customers (by id) say what their logs earned. None where it does."""
    rows, wanted = by_key(booked), earned_by_key(stories)
    out: list[Entry] = []
    for key in sorted(rows.keys() | wanted.keys()):
        last, earned = max(rows[key], key=lambda row: row.turn, default=None), wanted.get(key)
        stands = last is not None and last.reverses is None
        if last is not None and stands and (earned is None or earned.points != last.points):
            out.append(_reversal(last, stories[last.customer_id]))
            stands = False
        if earned is not None and not stands:
            turn = 1 if last is None else last.turn + (1 if last.reverses is not None else 2)
            out.append(_grant(earned, turn))
    return out


def _grant(earned: Earned, turn: int) -> Entry:
    cause = earned.cause
    return Entry(
        earned.person_id, earned.rule, cause.id, turn, cause.customer_id, cause.at, earned.points, earned.version, None,
        earned.why,
    )  # fmt: skip


def _reversal(row: Booked, story: Story) -> Entry:
    undone = story.undone.get(row.cause)
    why = {"by": undone.kind, "event": str(undone.id), "at": undone.at.isoformat()} if undone else _COUNTED_ANEW
    return Entry(
        row.person_id, row.rule, row.cause, row.turn + 1, row.customer_id, row.at, -row.points, row.version, row.id, why
    )
