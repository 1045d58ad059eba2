"""One customer at any instant, without a database: countdown and warning are the oracle's, to the microsecond.

Thousands of cases reach what a year by chance (test_lives.py) seldom meets: the very opening of a day, the end of
notice that was given long ago, two timers that end together.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gonghai.policy.decide import InForce, decide
from gonghai.policy.document import compile_policy
from gonghai.policy.registry import REGISTRY
from gonghai.policy.warnings import current_step, warning_reach
from gonghai.workdays import Calendar
from tests.properties import oracle
from tests.properties.lives_base import same
from tests.properties.oracle_calendar import MICROSECOND, china, notice_ends
from tests.properties.oracle_policy import COLUMNS, LADDER, NOTICE_HOLDS, Company, Setting, document, judge
from tests.properties.oracle_warnings import instants, warning

LONG = int(os.environ.get("GONGHAI_LONG_RUN", "0"))
CHINA = china()
POOL, OTHER, OWNER, DEPARTMENT = 7, 8, 1, 40
CONDITIONS = [("level", "A"), ("open_deal",), ("recycled",), ("won_within", 2), ("department", DEPARTMENT)]
begun = st.datetimes(datetime(2026, 9, 10), datetime(2027, 2, 20), timezones=st.just(UTC))  # noqa: DTZ001
lengths = st.one_of(
    st.tuples(st.integers(1, 45), st.sampled_from(["days", "working_days"])),
    st.tuples(st.integers(3, 12), st.sampled_from(["days", "working_days"])),
    st.tuples(st.sampled_from([2, 3, 6, 14, 36]), st.just("days")),  # twice the steps of a ladder, and where short ends
    st.tuples(st.integers(1, 40), st.sampled_from(["hours", "working_hours"])),
)
timers = st.dictionaries(st.sampled_from(COLUMNS), lengths, min_size=1, max_size=4)
rules = st.tuples(st.lists(st.tuples(st.sampled_from(CONDITIONS), timers), max_size=2), timers)
ladders = st.sampled_from([LADDER, LADDER, (18, 16, 14, 2), (1,), ()])
later = st.none() | st.timedeltas(timedelta(), timedelta(days=30))
off = st.sampled_from([-MICROSECOND, timedelta(), timedelta(), MICROSECOND])


@dataclass
class Case:
    """A customer as its log tells it, all around it, and the same as columns of its row."""

    life: oracle.Life
    company: Company
    version: oracle.Version
    ladder: Sequence[int]
    told: datetime | None
    row: Mapping[str, Any]
    latest: datetime  # of what has happened

    @property
    def spell(self) -> oracle.Standing:
        assert self.life.now is not None
        return self.life.now

    @property
    def calendar(self) -> Calendar:
        return calendar_of(tuple((day, works) for day, works in self.company.works.items() if CHINA[day] != works))

    @property
    def in_force(self) -> InForce:
        setting, version = self.company.pools[POOL], self.version
        pools = {str(POOL): POOL, str(OTHER): OTHER}
        policy = compile_policy(document(version, self.ladder), REGISTRY, pools)
        graces = (setting.lock_grace, setting.return_grace, setting.notice_floor)
        return InForce(1, 1, POOL, policy, version.published, version.grace_until, *graces)


@lru_cache
def calendar_of(own_days: tuple[tuple[date, bool], ...]) -> Calendar:
    return Calendar(own_days=dict(own_days))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    start: datetime = draw(begun)

    def then(choice: st.SearchStrategy[timedelta | None]) -> datetime | None:
        passed = draw(choice)
        return None if passed is None else start + passed

    own_days: dict[date, bool] = draw(st.just({}) | st.dictionaries(_days(start), st.booleans(), max_size=3))
    works = {**CHINA, **own_days}
    setting = Setting(draw(st.sampled_from([True, True, False])), draw(st.integers(0, 3)), draw(st.integers(0, 3)))
    company = Company({POOL: setting}, works, departments={OWNER: draw(st.sampled_from([DEPARTMENT, 41]))})
    if leave := then(later):
        company.leaves[OWNER] = (leave, leave + draw(st.timedeltas(timedelta(hours=1), timedelta(days=20))))
    drawn = draw(rules)
    table = [oracle.Rule(condition, running) for condition, running in drawn[0]] + [oracle.Rule(None, drawn[1], OTHER)]
    published = start + draw(st.timedeltas(timedelta(days=-30), timedelta(days=30)))
    grace = draw(st.none() | lengths)
    version = oracle.Version(POOL, published, table, grace and oracle.end(published, grace[0], grace[1], works))
    warned = then(later)
    told = None if warned is None else notice_ends(warned, works)
    life = oracle.Life(
        draw(st.sampled_from("AB")), draw(st.none() | _days(start)), draw(st.integers(0, 2)), then(later)
    )
    contact, open_deals = then(later), draw(st.integers(0, 1))
    life.open_deals = {"1"} if open_deals else set()
    life.now = oracle.Standing(
        OWNER, POOL, start, {"1": contact} if contact else {}, {"1": "open"} if open_deals else {}, then(later),
        then(st.none() | later), then(st.none() | later),
    )  # fmt: skip
    latest = max(at for at in (start, warned, contact, life.won_at, life.now.lost_at) if at is not None)
    return Case(life, company, version, draw(ladders), told, _row(life, company, told), latest)


def _days(start: datetime) -> st.SearchStrategy[date]:
    return st.integers(-5, 50).map(lambda n: oracle.local_day(start) + n * oracle.DAY)


def _row(life: oracle.Life, company: Company, told: datetime | None) -> dict[str, Any]:
    spell = life.now
    assert spell is not None
    away = company.leaves.get(OWNER, (None, None))
    contacts = list(spell.contacts.values())
    return {
        "pool_id": POOL, "owner_id": OWNER, "owner_department_id": company.departments[OWNER], "level": life.level,
        "contract_end": life.contract_end, "recycle_count": life.recycled, "last_win_at": life.won_at,
        "open_deals": len(life.open_deals), "live_deals": len(spell.live), "deal_lost_at": spell.lost_at,
        "clock_start": spell.clock_start, "first_contact_at": min(contacts, default=None),
        "last_follow_up_at": max(contacts, default=None), "protected_until": spell.protected,
        "locked_until": spell.locked, "notice_until": told, "owner_leave_from": away[0], "owner_leave_until": away[1],
    }  # fmt: skip


@st.composite
def moments(draw: st.DrawFn) -> tuple[Case, datetime]:
    """A case, and an instant that matters to it, or one just before or behind."""
    case = draw(cases())
    somewhen = case.spell.clock_start + draw(st.timedeltas(timedelta(), timedelta(days=60)))
    verdict = judge(case.life, case.company, case.version, somewhen, case.told)
    matter = [somewhen, *instants(verdict, case.ladder, case.company.works)]
    matter += [oracle.midnight(oracle.local_day(at)) + oracle.OPENS for at in matter]
    matter += [case.told + NOTICE_HOLDS] if case.told else []
    return case, max(draw(st.sampled_from(matter)) + draw(off), case.latest)


many = settings(max_examples=LONG or 400, deadline=None, suppress_health_check=list(HealthCheck), derandomize=not LONG)


@many
@given(moments())
def test_countdown_and_warning_are_the_oracles(moment: tuple[Case, datetime]) -> None:
    case, now = moment
    verdict = judge(case.life, case.company, case.version, now, case.told)
    in_force, calendar = case.in_force, case.calendar
    decision = decide(in_force, case.row, calendar, now, REGISTRY)
    same(decision, verdict)
    floor = case.company.pools[POOL].notice_floor
    expected = warning(verdict, case.told, (), case.ladder, case.company.works, now, floor=floor)
    step = current_step(decision, now, in_force.policy.ladder, calendar)
    assert (step is None) == (expected is None)
    if step is not None and expected is not None:
        said = (step.name, step.deadline_date, step.effective, step.timer, step.last, step.notice)
        wanted = (expected.step, expected.day, expected.goes, expected.timer, expected.last, expected.notice)
        assert said == wanted
        assert decision.running[0].deadline <= warning_reach(in_force, decision.running[0].length, now, calendar)


@many
@given(moments())
def test_nobody_falls_untold_and_notice_once_given_is_kept(moment: tuple[Case, datetime]) -> None:
    case, now = moment
    decision = decide(case.in_force, case.row, case.calendar, now, REGISTRY)
    if not case.company.pools[POOL].notice_floor or not decision.due(now):
        return
    long = [r for r in decision.running if r.kept_until <= now and r.length.unit.endswith("days") and r.length.n >= 3]
    if len(long) == len([r for r in decision.running if r.kept_until <= now]):
        assert case.told is not None
        assert case.told <= now <= case.told + NOTICE_HOLDS
