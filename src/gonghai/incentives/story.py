"""One customer's log, read for points: who earned what by which event, and what took it back. Pure.

Counting and verifying both ask this, so the ledger is what the log says, by one definition.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from gonghai.customers.fields import PRIVATE
from gonghai.incentives.rules import COMPLETABLE, Version, in_force
from gonghai.policy.timers import names

_BEGINNINGS: Final = ("create", "import")
_UNDOING: Final = ("undo", "appeal")
_NEGLECTED: Final = ("first_contact", "follow_up")  # timers


class Event(NamedTuple):
    """One row of the log about a customer. `filled`: of the private fields it changed, those that it filled."""

    id: int
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
    filled: Sequence[str] = ()


class Deadline(NamedTuple):
    """Until when a spell's first contact was in time; `policy_id` None: by the rule's own hours."""

    due_at: datetime
    length: str
    policy_id: int | None


class Season(NamedTuple):
    """From the first instant of its first local day to the end of its last."""

    id: int
    from_at: datetime
    until_at: datetime


@dataclass(frozen=True, slots=True)
class Earned:
    """Points of one person by one rule for one event. `why`: the numbers that decided."""

    person_id: int
    rule: str
    cause: Event
    points: int
    version: int
    why: dict[str, Any]


@dataclass(slots=True)
class Spell:
    """One owner's time with the customer, as far as points ask."""

    no: int
    owner_id: int
    claim: Event | None
    missing: frozenset[str]  # fields without a value when it began
    completed: bool = False
    follow_ups: dict[int, tuple[Event, datetime]] = field(default_factory=dict)  # those that count


@dataclass(slots=True)
class Story:
    """What the log earned, and by which later event what it earned was taken back."""

    earned: list[Earned] = field(default_factory=list)
    undone: dict[int, Event] = field(default_factory=dict)
    spells: dict[int, Spell] = field(default_factory=dict)


@dataclass(slots=True)
class _Reading:
    """The state of reading one log."""

    versions: Sequence[Version]
    seasons: Sequence[Season]
    story: Story = field(default_factory=Story)
    spell: Spell | None = None
    filled: dict[str, int | None] = field(default_factory=dict)  # field → who filled it last
    amounts: dict[str, Decimal | None] = field(default_factory=dict)  # of deals
    by_version: dict[int, Event] = field(default_factory=dict)  # recycles
    completed: set[int | None] = field(default_factory=set)  # seasons in which the record was completed

    def earn(self, person_id: int, rule: str, cause: Event, points: int, version: Version, **why: Any) -> None:
        if points:
            self.story.earned.append(Earned(person_id, rule, cause, points, version.number, why))


def read_log(
    events: Iterable[Event],
    versions: Sequence[Version],
    seasons: Sequence[Season],
    deadlines: Mapping[int, Deadline],
) -> Story:
    """Of one customer's events in the order of their versions; `deadlines` of its claimed spells, by number."""
    now = _Reading(versions, seasons)
    for event in events:
        handler = _HANDLERS.get(event.kind)
        if handler is not None:
            handler(now, event)
        _place(now, event)
    for no, spell in now.story.spells.items():
        if no == spell.no:
            _first_contact(now, spell, deadlines.get(no))
    return now.story


def _place(now: _Reading, event: Event) -> None:
    """Whose it is after the event. A re-opened spell goes on as it was; so does the giver's whose hand-over is undone,
    under another number."""
    if event.owner_to is not None and event.spell_no is not None:
        given_back = event.kind == "undo" and event.owner_from is not None
        known = now.story.spells.get(event.spell_no - 2 if given_back else event.spell_no)
        if known is None or known.owner_id != event.owner_to:
            missing = frozenset(set(COMPLETABLE) - now.filled.keys())
            claim = event if event.kind == "claim" else None
            known = Spell(event.spell_no, event.owner_to, claim, missing)
        now.spell = now.story.spells[event.spell_no] = known
    elif event.owner_from is not None:
        now.spell = None


def _begin(now: _Reading, event: Event) -> None:
    for name in [*event.data["facts"], *event.filled]:
        now.filled[name] = event.actor_id


def _edit(now: _Reading, event: Event) -> None:
    changes: Mapping[str, Any] = event.data["changes"]
    private = PRIVATE & set(event.data["private"])
    for name in private | changes.keys():
        if name in event.filled or (name in changes and changes[name][1] not in (None, "", [])):
            now.filled[name] = event.actor_id
        else:
            now.filled.pop(name, None)
    _complete(now, event, private | changes.keys())


def _complete(now: _Reading, event: Event, changed: Iterable[str]) -> None:
    version, spell = in_force(now.versions, event.at), now.spell
    if version is None or spell is None or spell.completed or not version.complete_record.on:
        return
    wanted = set(version.complete_record.fields)
    missing = wanted & spell.missing
    # By this edit, all are there; each that was missing when the spell began was filled by its owner.
    done = missing & set(changed) and all(now.filled.get(name, -1) == spell.owner_id for name in missing)
    season = next((s.id for s in now.seasons if s.from_at <= event.at < s.until_at), None)
    if not done or not wanted <= now.filled.keys() or season in now.completed or event.actor_id != spell.owner_id:
        return
    spell.completed = True
    now.completed.add(season)
    now.earn(spell.owner_id, "complete_record", event, version.complete_record.points, version, fields=sorted(missing))


def _follow_up(now: _Reading, event: Event) -> None:
    if event.data["qualifies"] and now.spell is not None:
        at = datetime.fromisoformat(event.data["at"])
        now.spell.follow_ups[int(event.data["id"])] = event, at


def _void(now: _Reading, event: Event) -> None:
    for spell in now.story.spells.values():
        voided = spell.follow_ups.pop(int(event.data["id"]), None)
        if voided is not None:
            now.story.undone[voided[0].id] = event


def _deal(now: _Reading, event: Event) -> None:
    deal = event.data["deal"]
    if "amount" in event.data["changes"]:
        amount = event.data["changes"]["amount"][1]
        now.amounts[deal] = Decimal(amount) if amount is not None else None
    version, spell = in_force(now.versions, event.at), now.spell
    if event.kind == "win_deal" and spell is not None and spell.claim is not None and version is not None:
        rule, amount = version.won_from_pool, now.amounts.get(deal)
        if rule.on:
            why = {"deal": deal, "amount": format(amount, "f") if amount is not None else None, "base": rule.points}
            now.earn(spell.owner_id, "won_from_pool", event, rule.of(amount), version, **why)


def _recycle(now: _Reading, event: Event) -> None:
    now.by_version[event.version] = event
    version, spell = in_force(now.versions, event.at), now.spell
    if version is None or spell is None or not version.recycled_by_neglect.on:
        return
    timers = [name for name in names(event.data["timers"]) if name in _NEGLECTED]
    if timers or not spell.follow_ups:
        rule, count = version.recycled_by_neglect, len(spell.follow_ups)
        now.earn(spell.owner_id, "recycled_by_neglect", event, -rule.points, version, timers=timers, follow_ups=count)


def _undo(now: _Reading, event: Event) -> None:
    recycle = now.by_version.pop(event.data["version"], None)
    if recycle is not None:
        now.story.undone[recycle.id] = event
        now.story.earned = [e for e in now.story.earned if e.cause.id != recycle.id]


def _first_contact(now: _Reading, spell: Spell, deadline: Deadline | None) -> None:
    """The first one recorded that happened in time: one typed in later, for an earlier instant, changes nothing."""
    if spell.claim is None or deadline is None:
        return
    in_time = [event for event, at in spell.follow_ups.values() if at < deadline.due_at]
    version = in_force(now.versions, in_time[0].at) if in_time else None
    if version is not None and version.first_contact_in_time.on:
        why = {"claimed": spell.claim.at.isoformat(), "due": deadline.due_at.isoformat(), "length": deadline.length}
        points = version.first_contact_in_time.points
        now.earn(spell.owner_id, "first_contact_in_time", in_time[0], points, version, **why)


_HANDLERS: Final[Mapping[str, Callable[[_Reading, Event], None]]] = {
    **dict.fromkeys(_BEGINNINGS, _begin),
    **dict.fromkeys(_UNDOING, _undo),
    **dict.fromkeys(("open_deal", "edit_deal", "win_deal"), _deal),
    "edit": _edit,
    "follow_up": _follow_up,
    "void_follow_up": _void,
    "recycle": _recycle,
}
