"""The facts once more, counted slowly from a company's log: one customer and one event after another, no SQL, no code shared.

Only the notes and the warnings are read beside the log, which holds no texts and not every warning.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any

Counts = dict[tuple[int, ...], tuple[int, int]]


@dataclass
class Held:
    """A stay with one owner."""

    owner: int
    start: datetime
    began: str  # claim, transfer (the owner's own), or other
    end: datetime | None = None
    ended: str = ""


@dataclass
class Life:
    """A customer's stays, and its follow-ups as (recorded, happened, author, number of the stay, counted, id)."""

    stays: list[Held] = field(default_factory=list)
    entries: list[tuple[datetime, datetime, int, int, bool, int]] = field(default_factory=list)
    touched: datetime | None = None  # last follow-up that counts for the running clocks


@dataclass(frozen=True)
class Reader:
    """Whom somebody leads, and the period they look at."""

    people: frozenset[int]
    since: datetime
    until: datetime
    now: datetime

    def within(self, at: datetime) -> bool:
        return self.since <= at < self.until


def lives(events: Iterable[Mapping[str, Any]]) -> dict[int, Life]:
    """From events in the order of customer and version."""
    found: dict[int, Life] = defaultdict(Life)
    for event in events:
        life, data = found[event["subject_id"]], event["data"] or {}
        if event["owner_from"] is not None:
            life.stays[-1].end, life.stays[-1].ended = event["at"], event["kind"]
        if event["owner_to"] is not None:
            own = event["kind"] == "claim" or (event["kind"] == "transfer" and data["carry"])
            life.stays.append(Held(event["owner_to"], event["at"], event["kind"] if own else "other"))
            life.touched = life.touched if event["kind"] == "transfer" and own else None
        if event["kind"] == "follow_up":
            happened = datetime.fromisoformat(data["at"])
            entry = (event["at"], happened, event["actor_id"], len(life.stays), data["qualifies"], int(data["id"]))
            life.entries.append(entry)
            if data["qualifies"]:
                life.touched = max(life.touched or happened, happened)
    return found


def ping_pong(lives: Mapping[int, Life], reader: Reader, days: int) -> tuple[Counts, float]:
    rings, returned, begun = Counter[tuple[int, ...]](), Counter[int](), Counter[int]()
    for life in lives.values():
        for j, stay in enumerate(life.stays):
            if not reader.within(stay.start):
                continue
            begun[stay.owner] += 1
            earlier = [i for i in range(j) if life.stays[i].owner == stay.owner]
            if not earlier or earlier[-1] == j - 1:
                continue
            chain = life.stays[earlier[-1] : j + 1]
            assert chain[0].end is not None
            if stay.start - chain[0].end > timedelta(days=days) or any(s.began == "other" for s in chain[1:]):
                continue
            if reader.people & {s.owner for s in chain}:
                rings[tuple(sorted({s.owner if s.owner in reader.people else 0 for s in chain}))] += 1
                returned[stay.owner] += 1
    counts = {ring: (n, sum(begun[p] for p in ring)) for ring, n in rings.items()}
    return counts, median(returned[p] / n for p, n in begun.items() if p in reader.people)


def exchanges(lives: Mapping[int, Life], reader: Reader) -> Counts:
    passed = [
        (customer, giver.owner, taker.owner)
        for customer, life in lives.items()
        for giver, taker in zip(life.stays, life.stays[1:], strict=False)
        if taker.began == "transfer" and reader.within(taker.start) and {giver.owner, taker.owner} <= reader.people
    ]
    counts = {}
    for a, b in {(min(g, t), max(g, t)) for _, g, t in passed}:
        between = [(c, g) for c, g, t in passed if {g, t} == {a, b}]
        if len({g for _, g in between}) == 2 and len({c for c, _ in between}) > 1:
            counts[a, b] = (len(between), sum(bool({g, t} & {a, b}) for _, g, t in passed))
    return counts


def claim_and_release(lives: Mapping[int, Life], reader: Reader, hours: int) -> Counts:
    n, of = Counter[int](), Counter[int]()
    for life in lives.values():
        for stay in life.stays:
            if stay.began == "claim" and reader.within(stay.start) and stay.owner in reader.people:
                of[stay.owner] += 1
                if stay.ended == "release" and stay.end and stay.end - stay.start <= timedelta(hours=hours):
                    n[stay.owner] += 1
    return {(p,): (n[p], of[p]) for p in n}


def backdated(lives: Mapping[int, Life], reader: Reader, hours: int) -> Counts:
    n, of = Counter[int](), Counter[int]()
    for life in lives.values():
        for recorded, happened, author, *_ in life.entries:
            if author in reader.people and reader.within(recorded):
                of[author] += 1
                n[author] += recorded - happened > timedelta(hours=hours)
    return {(p,): (n[p], of[p]) for p in n if n[p]}


def late_empty(
    lives: Mapping[int, Life], reader: Reader, notes: Mapping[int, str], warnings: Iterable[Mapping[str, Any]]
) -> Counts:
    told = defaultdict(list)
    for warning in warnings:
        told[warning["customer_id"], warning["spell_no"]].append(warning)
    counting = [
        (customer, entry)
        for customer, life in lives.items()
        for entry in life.entries
        if entry[4] and entry[2] in reader.people and reader.within(entry[0])
    ]
    said = Counter((entry[2], notes[entry[5]].strip(" ")) for _, entry in counting)
    n, of = Counter[int](), Counter[int]()
    for customer, (recorded, _, author, no, _, number) in counting:
        of[author] += 1
        words = notes[number].strip(" ")
        heard = [w for w in told[customer, no] if w["at"] <= recorded]
        if not heard or not (len(words) <= 4 or said[author, words] >= 3):
            continue
        last = max(heard, key=lambda w: w["at"])
        left = last["effective"] - recorded
        moved = any(e[3] == no and e[4] and last["at"] <= e[0] < recorded for e in lives[customer].entries)
        if timedelta(0) < left <= timedelta(days=1) and last["timer"] in ("first_contact", "follow_up") and not moved:
            n[author] += 1
    return {(p,): (n[p], of[p]) for p in n}


def hoarding(lives: Mapping[int, Life], reader: Reader, days: int) -> Counts:
    n, of = Counter[int](), Counter[int]()
    for life in lives.values():
        if not life.stays or life.stays[-1].end is not None or life.stays[-1].owner not in reader.people:
            continue
        stay = life.stays[-1]
        of[stay.owner] += 1
        idle = max(stay.start, life.touched or stay.start)
        n[stay.owner] += reader.now - idle > timedelta(days=days)
    return {(p,): (n[p], of[p]) for p in n if n[p]}
