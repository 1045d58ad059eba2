"""An oracle for recycling: reads a customer's log as a person would, counts days one by one, and says who must go.

Written from the domain's words alone. It shares no code with the product, so that an error in the product's clocks,
calendars, segments or floors can't hide here too. Local time is China's, which is always eight hours ahead.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
AHEAD = timedelta(hours=8)
OPENS, CLOSES = timedelta(hours=9), timedelta(hours=18)
LOCK_GRACE = RETURN_GRACE = 2  # working days

# China 2026 by the State Council's notice: first and last day off, then the Saturdays and Sundays that work instead.
_OFF_2026 = ("01-01 01-03", "02-15 02-23", "04-04 04-06", "05-01 05-05", "06-19 06-21", "09-25 09-27", "10-01 10-07")
_MAKE_UP_2026 = ("01-04", "02-14", "02-28", "05-09", "09-20", "10-10")


def china_2026() -> dict[date, bool]:
    """Every day of 2026: whether China works."""
    days = {date(2026, 1, 1) + i * DAY: True for i in range(365)}
    for day in days:
        days[day] = day.weekday() < 5
    for span in _OFF_2026:
        first, last = (date.fromisoformat(f"2026-{text}") for text in span.split())
        while first <= last:
            days[first] = False
            first += DAY
    return days | {date.fromisoformat(f"2026-{text}"): True for text in _MAKE_UP_2026}


@dataclass
class Rule:
    """One segment. `condition`: ("level", "A"), ("open_deal",), ("recycled",), ("won_within", n), or None for all."""

    condition: tuple[Any, ...] | None
    timers: Mapping[str, tuple[int, str]]
    target: int | None = None


@dataclass
class Version:
    """A published policy of a pool; later ones in a list have higher numbers."""

    pool: int
    published: datetime
    rules: Sequence[Rule]
    grace_until: datetime | None = None


@dataclass
class Standing:
    """How an owned customer stands, by its log."""

    owner: int
    pool: int
    clock_start: datetime
    contacts: dict[str, datetime] = field(default_factory=dict)
    live: dict[str, str] = field(default_factory=dict)  # deals of this spell: open or won
    lost_at: datetime | None = None
    protected: datetime | None = None
    locked: datetime | None = None
    spell: int = 0  # its number
    chain: int = 0  # how many times clocks had begun anew: an owner's transfer goes on with them
    voided: int = 0  # how often something happened that makes an earlier notice void


@dataclass
class Life:
    """All that a log tells: what stays when owners change, and the standing while somebody owns the customer."""

    level: str | None = None
    contract_end: date | None = None
    recycled: int = 0
    won_at: datetime | None = None
    open_deals: set[str] = field(default_factory=set)
    chains: int = 0
    now: Standing | None = None
    ended: Standing | None = None  # the spell that a recycle ended last


def read(log: Iterable[Mapping[str, Any]]) -> Life:
    """Reads a customer's events in order."""
    life = Life()
    for event in log:
        kind, data = event["kind"], event["data"] or {}
        _read_facts(life, kind, data, event)
        if kind in ("create", "import", "claim", "assign") and event["owner_to"]:
            life.now = Standing(event["owner_to"], event["pool_to"], event["at"], spell=event["spell_no"])
        elif kind in ("release", "recycle", "hand_over", "archive"):
            life.ended = life.now or life.ended
            life.now = None
        elif kind in ("undo", "appeal"):
            life.recycled -= 1
            life.now = _reopened(life.ended, data)
        elif kind == "transfer":
            life.now = _handed(life.now, event)
        elif kind == "move_pool" and life.now is not None:
            life.now.pool = event["pool_to"]
        elif life.now is not None:
            _read_spell(life.now, kind, data, event["at"])
        if life.now is not None and life.now.chain == 0:
            life.chains += 1
            life.now.chain = life.chains
    return life


def _read_facts(life: Life, kind: str, data: Mapping[str, Any], event: Mapping[str, Any]) -> None:
    facts = data.get("facts", {}) if kind in ("create", "import") else {}
    if kind == "edit":
        facts = {name: new for name, (_, new) in data["changes"].items()}
    life.level = facts.get("level", life.level)
    if "contract_end" in facts:
        life.contract_end = date.fromisoformat(facts["contract_end"]) if facts["contract_end"] else None
    life.recycled += kind == "recycle"
    if kind == "open_deal":
        life.open_deals.add(data["deal"])
    if kind in ("win_deal", "lose_deal"):
        life.open_deals.discard(data["deal"])
    if kind == "win_deal":
        life.won_at = event["at"]


def _handed(before: Standing | None, event: Mapping[str, Any]) -> Standing:
    """The owner's own transfer changes nothing but the owner; a manager's keeps only open deals."""
    assert before is not None
    if event["data"]["carry"]:
        before.owner, before.spell = event["owner_to"], event["spell_no"]
        return before
    still_open = {deal: state for deal, state in before.live.items() if state == "open"}
    return Standing(event["owner_to"], before.pool, event["at"], live=still_open, spell=event["spell_no"])


def _reopened(ended: Standing | None, data: Mapping[str, Any]) -> Standing:
    """A recycle taken back: the spell goes on with its clocks, protected for now; earlier notice is void."""
    assert ended is not None
    until = datetime.fromisoformat(data["protected_until"])
    ended.protected = max(until, ended.protected or until)
    ended.voided += 1
    return ended


def _read_spell(spell: Standing, kind: str, data: Mapping[str, Any], at: datetime) -> None:
    if kind == "follow_up" and data["qualifies"]:
        spell.contacts[data["id"]] = datetime.fromisoformat(data["at"])
        spell.voided += 1
    elif kind == "void_follow_up":
        spell.contacts.pop(data["id"], None)
    elif kind in ("open_deal", "adopt_deal"):
        spell.live[data["deal"]] = "open"
    elif kind == "win_deal":
        spell.live[data["deal"]] = "won"
        spell.voided += 1
    elif kind == "lose_deal" and data["deal"] in spell.live:
        del spell.live[data["deal"]]
        spell.lost_at = spell.lost_at if spell.live else at
    elif kind in ("protect", "unprotect"):
        spell.protected = _new(data, "protected_until", spell.protected)
        spell.voided += 1
    elif kind in ("lock", "unlock"):
        spell.locked = _new(data, "locked_until", spell.locked)
        spell.voided += kind == "unlock"


def _new(data: Mapping[str, Any], name: str, before: datetime | None) -> datetime | None:
    """What an event made of an instant, if it did anything to it."""
    if name not in data["changes"]:
        return before
    text = data["changes"][name][1]
    return datetime.fromisoformat(text) if text else None


def local_day(instant: datetime) -> date:
    return (instant.astimezone(UTC) + AHEAD).date()


def midnight(day: date) -> datetime:
    """The first instant of a local date."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - AHEAD


def end(start: datetime, n: int, unit: str, works: Mapping[date, bool]) -> datetime:
    """When a length that starts then is over, counted day by day."""
    if unit == "hours":
        return start + timedelta(hours=n)
    day = local_day(start)
    if unit == "working_hours":
        return _open_hours_later(start, timedelta(hours=n), works)
    while n > 0:
        day += DAY
        n -= unit == "days" or works[day]
    return midnight(day + DAY)


def _open_hours_later(start: datetime, left: timedelta, works: Mapping[date, bool]) -> datetime:
    day = local_day(start)
    while True:
        opens, closes = max(start, midnight(day) + OPENS), midnight(day) + CLOSES
        if works[day] and opens < closes:
            if opens + left <= closes:
                return opens + left
            left -= closes - opens
        day += DAY


def starts(life: Life, spell: Standing) -> dict[str, datetime]:
    """The running timers and when each started."""
    begun = spell.clock_start
    running = {"holding": begun, "won": max(begun, life.won_at or begun)}
    running["follow_up"] = max([begun, *spell.contacts.values()])
    if not spell.contacts:
        running["first_contact"] = begun
    if not spell.live:
        running["deal"] = max(begun, spell.lost_at or begun)
    if life.contract_end is not None:
        running["contract"] = max(begun, midnight(life.contract_end + DAY))
    return running


def holds(condition: tuple[Any, ...] | None, life: Life, now: datetime) -> bool:
    match condition:
        case None:
            return True
        case ("level", level):
            return bool(life.level == level)
        case ("open_deal",):
            return bool(life.open_deals)
        case ("recycled",):
            return life.recycled >= 1
        case ("won_within", days):
            return life.won_at is not None and local_day(now) - days * DAY <= local_day(life.won_at)
    raise AssertionError(condition)


@dataclass
class Surroundings:
    """What decides beside the customer's own log: policies by number, the calendar, leaves (from, until) by person."""

    versions: Sequence[Version]
    works: Mapping[date, bool]
    leaves: Mapping[int, tuple[datetime, datetime]]


def effective(log: Iterable[Mapping[str, Any]], around: Surroundings, now: datetime) -> tuple[datetime, int] | None:
    """By what holds at `now`: from when on a customer may be recycled, and to which pool. None: never."""
    life = read(log)
    spell = life.now
    if spell is None:
        return None
    in_force = [v for v in around.versions if v.pool == spell.pool and v.published <= now]
    if not in_force:
        return None
    version = in_force[-1]
    rule = next(r for r in version.rules if holds(r.condition, life, now))
    running = starts(life, spell)
    deadlines = [end(running[t], *length, around.works) for t, length in rule.timers.items() if t in running]
    if not deadlines:
        return None
    return max(min(deadlines), *_floors(spell, version, around, now)), rule.target or spell.pool


def must_go(log: Iterable[Mapping[str, Any]], around: Surroundings, now: datetime) -> int | None:
    """The pool that a customer must be recycled to at `now`, None if it stays."""
    found = effective(log, around, now)
    return found[1] if found is not None and found[0] <= now else None


def _floors(spell: Standing, version: Version, around: Surroundings, now: datetime) -> list[datetime]:
    found = [spell.clock_start]  # so that there always is one
    if spell.protected is not None:
        found.append(spell.protected)
    if spell.locked is not None:
        found.append(end(spell.locked, LOCK_GRACE, "working_days", around.works))
    if spell.owner in around.leaves and around.leaves[spell.owner][0] <= now:
        found.append(end(around.leaves[spell.owner][1], RETURN_GRACE, "working_days", around.works))
    if version.grace_until is not None and spell.clock_start < version.published:
        found.append(version.grace_until)
    return found
