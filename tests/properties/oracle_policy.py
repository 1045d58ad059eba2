"""The oracle's judgement on one owned customer: segment, running timers, floors, notice, and when it falls.

Written from the domain's words; the customer is what oracle.py reads from its log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from tests.properties.oracle import Life, Rule, Standing, Version, end, holds, starts
from tests.properties.oracle_calendar import is_short, notice_ends

NOTICE_HOLDS = timedelta(days=14)
LADDER = (7, 3, 1)
# As they stand in the table: of two that end together the left one is named.
COLUMNS = ("first_contact", "follow_up", "deal", "won", "holding", "contract")


@dataclass
class Setting:
    """What a pool says beside its policy."""

    notice_floor: bool
    lock_grace: int = 2  # working days
    return_grace: int = 2


@dataclass
class Company:
    """What decides beside a customer's own log."""

    pools: dict[int, Setting]
    works: Mapping[date, bool]
    versions: list[Version] = field(default_factory=list)
    ladders: dict[int, Sequence[int]] = field(default_factory=dict)  # by the place of the version
    leaves: dict[int, tuple[datetime, datetime]] = field(default_factory=dict)
    departments: dict[int, int] = field(default_factory=dict)

    def in_force(self, pool: int, now: datetime) -> Version | None:
        """The newest published version that has begun."""
        begun = [v for v in self.versions if v.pool == pool and v.published <= now]
        return begun[-1] if begun else None

    def ladder(self, version: Version) -> Sequence[int]:
        return next(ladder for place, ladder in self.ladders.items() if self.versions[place] is version)


@dataclass(frozen=True)
class Clock:
    """One running timer: its deadline, that with the floors, and that with notice too."""

    timer: str
    length: tuple[int, str]
    deadline: datetime
    kept: datetime
    effective: datetime

    @property
    def short(self) -> bool:
        return is_short(*self.length)


@dataclass(frozen=True)
class Verdict:
    """What the policy means for a customer at an instant. `clocks`: who falls first comes first."""

    segment: int
    target: int
    clocks: Sequence[Clock]
    floors: Mapping[str, datetime]

    @property
    def effective(self) -> datetime | None:
        return self.clocks[0].effective if self.clocks else None

    def due(self, now: datetime) -> bool:
        return self.effective is not None and self.effective <= now

    def may_be_held_by(self, kind: str | None) -> bool:
        """Whether the page may name this as what keeps the customer; two that end at once are both right."""
        if self.effective is None or self.effective == self.clocks[0].deadline:
            return kind is None
        return kind is not None and self.floors.get(kind) == self.effective


def judge(
    life: Life, company: Company, version: Version, now: datetime, told: datetime | None, *, by_the_rules: bool = False
) -> Verdict:
    """The verdict at `now` on who is owned; `told` is until when notice keeps the customer, None without one.

    By the rules: grace and notice left out, as a preview shows it.
    """
    spell = life.now
    assert spell is not None
    segment = next(i for i, rule in enumerate(version.rules) if met(rule, life, spell, company, now))
    rule = version.rules[segment]
    floors = _floors(spell, company, version, now)
    notice = None
    if company.pools[spell.pool].notice_floor and not by_the_rules:
        notice = told if valid(told, now) else notice_ends(now, company.works)
    if by_the_rules:
        floors.pop("grace", None)
    clocks = [_clock(*found, floors, notice, company.works) for found in _running(life, spell, rule)]
    clocks.sort(key=lambda c: (c.effective, c.deadline, COLUMNS.index(c.timer)))
    if clocks and not clocks[0].short and notice is not None:
        floors["notice"] = notice
    return Verdict(segment, rule.target or spell.pool, clocks, floors)


def valid(told: datetime | None, now: datetime) -> bool:
    """Whether notice once given still counts: until 14 days past the instant that it named."""
    return told is not None and now <= told + NOTICE_HOLDS


def met(rule: Rule, life: Life, spell: Standing, company: Company, now: datetime) -> bool:
    if rule.condition is not None and rule.condition[0] == "department":
        return bool(company.departments[spell.owner] == rule.condition[1])
    return holds(rule.condition, life, now)


def _running(life: Life, spell: Standing, rule: Rule) -> list[tuple[str, tuple[int, str], datetime]]:
    begun = starts(life, spell)
    return [(timer, length, begun[timer]) for timer, length in rule.timers.items() if timer in begun]


def _clock(
    timer: str,
    length: tuple[int, str],
    start: datetime,
    floors: Mapping[str, datetime],
    notice: datetime | None,
    works: Mapping[date, bool],
) -> Clock:
    deadline = end(start, *length, works)
    kept = max([deadline, *floors.values()])
    told_once = notice is None or is_short(*length)
    return Clock(timer, length, deadline, kept, kept if told_once or notice is None else max(kept, notice))


def _floors(spell: Standing, company: Company, version: Version, now: datetime) -> dict[str, datetime]:
    setting, works = company.pools[spell.pool], company.works
    found = {}
    if spell.protected is not None:
        found["protected"] = spell.protected
    if spell.locked is not None:
        found["locked"] = _later(spell.locked, setting.lock_grace, works)
    begins, ends = company.leaves.get(spell.owner, (None, None))
    if begins is not None and ends is not None and begins <= now:
        found["leave"] = _later(ends, setting.return_grace, works)
    if version.grace_until is not None and spell.clock_start < version.published:
        found["grace"] = version.grace_until
    return found


def _later(instant: datetime, working_days: int, works: Mapping[date, bool]) -> datetime:
    return end(instant, working_days, "working_days", works) if working_days else instant


def document(version: Version, ladder: Sequence[int] | None) -> dict[str, Any]:
    """The version as its author would have written it."""
    segments = [
        {
            "name": f"第{i}段",
            **({"when": _words(*rule.condition)} if rule.condition else {}),
            "timers": {name: {"n": n, "unit": unit} for name, (n, unit) in rule.timers.items()},
            "target": "home" if rule.target is None else {"pool": str(rule.target)},
        }
        for i, rule in enumerate(version.rules)
    ]
    return {"segments": segments, **({} if ladder is None else {"warnings": {"days": list(ladder)}})}


def _words(kind: str, value: Any = None) -> dict[str, Any]:
    match kind:
        case "level":
            return {"fact": "level", "is": "eq", "value": value}
        case "open_deal":
            return {"fact": "has_open_deal", "is": "is_true"}
        case "recycled":
            return {"fact": "recycle_count", "is": "ge", "value": 1}
        case "won_within":
            return {"fact": "last_win_at", "is": "within_days", "value": value}
        case "department":
            return {"fact": "owner_department", "is": "eq", "value": str(value)}
    raise AssertionError(kind)
