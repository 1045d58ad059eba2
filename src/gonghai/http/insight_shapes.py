"""How facts on fair use look from outside: the figures by person, and the list behind them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

from psycopg.rows import DictRow
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from gonghai.access.actor import Actor
from gonghai.analytics.fair_use import Name
from gonghai.analytics.question import STRANGER, Counted, Question, Tally
from gonghai.customers.masking import masked_follow_up
from gonghai.http.shapes import ANSWER, Id, Named, Words
from gonghai.policy.timers import BY_NAME

MOST_ROWS = 200
_HOUR = 3600
_EXAMPLE_TABLE: JsonDict = {
    "fact": "claim_and_release", "first": "2026-10-27", "last": "2026-11-25", "n": 48, "unit": "hours",
    "rows": [{
        "people": [{"id": "12", "name": "张伟"}], "n": 6, "of": 24, "share": 0.25,
        "figures": {"untouched": 5, "median_hours": 3.5},
    }],
    "people": 18, "with_any": 7, "median_share": 0.04,
}  # fmt: skip
_EXAMPLE_ITEM: JsonDict = {
    "customer": {"id": "431", "name": "苏州恒远精密机械有限公司"}, "at": "2026-11-03T02:10:00Z",
    "chain": [{
        "person": {"id": "12", "name": "张伟"}, "started_at": "2026-11-03T02:10:00Z", "started_by": "claim",
        "own_transfer": None, "ended_at": "2026-11-03T08:40:00Z", "ended_by": "release",
        "reason": {"zh": "联系不上", "en": "can't be reached"}, "follow_ups": 0,
    }],
    "entry": None, "idle": None,
}  # fmt: skip


class Asked(BaseModel):
    """Which days, both included, in the company's zone: by default the last 30 up to today. At most 366."""

    first: date | None = Field(None, alias="from")
    last: date | None = Field(None, alias="to")
    pool_id: Id | None = Field(None, description="Only customers whose home is this pool now.")
    n: Annotated[int, Field(ge=1)] | None = Field(None, description="The fact's own length, in its unit.")


class AskedList(Asked):
    """And whose list: one person's, or that of all in a chain."""

    person_id: list[Id] = Field([], description="A row's `people`.")
    others: bool = Field(False, description="The chain had people of other teams as well: a null among `people`.")


class Figures(BaseModel):
    """What a fact counts beside its number; those that it doesn't count are null.

    `customers`: how many different ones · `there`, `back`: transfers from the first to the second, and back ·
    `untouched`: without a follow-up that counted · `short`: of at most 4 characters, the others being the same words
    again · `saved`: within 24 hours before a deadline that had been told · `kept`: by a lock or a protection now ·
    `median_hours`: how long they were held, or how late they were typed in · `oldest`: idle since.
    """

    model_config = ANSWER

    customers: int | None = None
    there: int | None = None
    back: int | None = None
    untouched: int | None = None
    short: int | None = None
    saved: int | None = None
    kept: int | None = None
    median_hours: float | None = None
    oldest: datetime | None = None


class FactRow(BaseModel):
    """A person, or the people of a chain, null standing for all of other teams; `n` of `of`."""

    people: list[Named | None]
    n: int
    of: int
    share: float | None
    figures: Figures


class FactTable(BaseModel):
    """Whom the fact is found with, most first, at most 200 of `with_any`.

    `people`: how many visible people could have had any; `median_share`: the median of their shares, those without
    included.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE_TABLE]})

    fact: Name
    first: date
    last: date
    n: int | None
    unit: Literal["hours", "days"] | None
    rows: list[FactRow]
    people: int
    with_any: int
    median_share: float | None


class Stay(BaseModel):
    """One spell of a chain. `person` null: of another team. `own_transfer`: it began by a transfer of the owner before,
    not of a manager. `follow_ups`: those that counted."""

    person: Named | None
    started_at: datetime
    started_by: str
    own_transfer: bool | None
    ended_at: datetime | None
    ended_by: str | None
    reason: Words | None
    follow_ups: int


class Entry(BaseModel):
    """A follow-up. `note` null: hidden from the reader; `note_length` in characters.

    `same`: how often the author wrote these words in the period. `deadline`: the one it moved, as told, with its timer.
    """

    kind: str
    at: datetime
    recorded_at: datetime
    qualifies: bool
    note: str | None
    note_length: int
    same: int | None
    deadline: datetime | None
    timer: Words | None


class Idle(BaseModel):
    """A customer of the book that nobody has followed up since `since`."""

    since: datetime
    held_since: datetime
    last_follow_up_at: datetime | None
    locked_until: datetime | None
    protected_until: datetime | None
    last_win_at: datetime | None


class FactItem(BaseModel):
    """One case behind a figure; `customer` null: one that the reader doesn't see."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE_ITEM]})

    customer: Named | None
    at: datetime
    chain: list[Stay]
    entry: Entry | None
    idle: Idle | None


def table_shape(
    fact: Name,
    q: Question,
    n: int | None,
    unit: Literal["hours", "days"] | None,
    found: Counted,
    names: Mapping[int, str],
) -> FactTable:
    """Figures with the names of those whom the reader leads."""
    return FactTable(
        fact=fact,
        first=q.first,
        last=q.last,
        n=n,
        unit=unit,
        rows=[_row(tally, names) for tally in found.tallies[:MOST_ROWS]],
        people=len(found.shares),
        with_any=len(found.tallies),
        median_share=found.median_share,
    )


def _row(tally: Tally, names: Mapping[int, str]) -> FactRow:
    figures = dict(tally.figures)
    seconds = figures.pop("median_seconds", None)
    # What people of other teams did beside it isn't counted, so there is no share of it.
    whole = tally.of > 0 and all(tally.people)
    return FactRow(
        people=[_named(person, names) for person in sorted(tally.people, key=lambda one: (one == STRANGER, one))],
        n=tally.n,
        of=tally.of,
        share=tally.n / tally.of if whole else None,
        figures=Figures(**figures, median_hours=None if seconds is None else round(float(seconds) / _HOUR, 2)),
    )


def _named(person: int, names: Mapping[int, str]) -> Named | None:
    return Named(id=person, name=names[person]) if person in names else None


def stay_shape(row: DictRow, names: Mapping[int, str], reasons: Mapping[str, tuple[str, str]]) -> Stay:
    """A spell of analytics/spells.py: chains."""
    code = row["reason"]
    zh, en = reasons.get(code, (code, code)) if code else ("", "")
    return Stay(
        person=_named(row["owner_id"], names),
        started_at=row["started_at"],
        started_by=row["started_by"],
        own_transfer=row["carried"],
        ended_at=row["ended_at"],
        ended_by=row["ended_by"],
        reason=Words(zh=zh, en=en) if code else None,
        follow_ups=row["follow_ups"],
    )


def entry_shape(row: DictRow, actor: Actor, customer: Mapping[str, Any] | None) -> Entry:
    """A follow-up, as masked as on the customer's page; no words of a customer that the reader doesn't see."""
    timer = BY_NAME[row["timer"]] if row["timer"] else None
    return Entry(
        kind=row["kind"],
        at=row["at"],
        recorded_at=row["recorded_at"],
        qualifies=row["qualifies"],
        note=masked_follow_up(actor, customer, row)["note"] if customer is not None else None,
        note_length=len(row["note"].strip()),
        same=row.get("same"),
        deadline=row["deadline"],
        timer=Words(zh=timer.zh, en=timer.en) if timer else None,
    )


def idle_shape(row: DictRow) -> Idle:
    """A customer of analytics/idle.py."""
    return Idle(
        since=row["at"],
        held_since=row["started_at"],
        last_follow_up_at=row["last_follow_up_at"],
        locked_until=row["locked_until"],
        protected_until=row["protected_until"],
        last_win_at=row["last_win_at"],
    )


def people_of(tallies: Sequence[Tally]) -> list[int]:
    """Everybody named in the rows that are shown."""
    return sorted({person for tally in tallies[:MOST_ROWS] for person in tally.people if person})
