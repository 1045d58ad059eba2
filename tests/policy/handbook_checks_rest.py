"""The kinds of sentence beside segments and timers that need no database: warnings, floors, follow-ups, masks."""

from datetime import datetime, timedelta
from typing import Any

from gonghai.access.actor import Actor, PoolRights
from gonghai.activities.decide import KINDS, Counting, clocks_after, decide_follow_up
from gonghai.base.errors import Refusal
from gonghai.customers.masking import masked_fields
from gonghai.policy.decide import is_short
from gonghai.policy.warnings import Step, current_step
from gonghai.workdays import quarter_before
from tests.policy.handbook_cases import BLANK, DAY, MICRO, POOL, Case, customer_in
from tests.policy.handbook_checks import Check, Data, counted, decided, overdue

FREE = {"locked_until": None, "protected_until": None}


# Warnings -------------------------------------------------------------------------------------------------


def step(case: Case, row: Data, at: datetime) -> Step | None:
    return current_step(decided(case, row, at), at, case.policy.ladder, case.calendar)


def warned(case: Case) -> list[tuple[dict[str, Any], str, datetime]]:
    """Customers of each segment before their first deadline; the timer, and when they go but for notice."""
    found = []
    for index, segment in enumerate(case.policy.segments):
        row = customer_in(case, index, case.source.start, clock_start=case.source.start, contract_end=None)
        if segment.timers and row is not None:
            now = decided(case, row, case.source.start)
            if now.running and now.kept_until is not None and now.kept_until > case.source.start:
                found.append((row, now.running[0].timer, now.kept_until))
    return found


def ladder(case: Case, data: Data) -> None:
    for row, timer, ends in warned(case):
        segment = decided(case, row, case.source.start).segment
        length = segment.timers[timer]
        if is_short(length):
            continue
        steps = [days for days in data["days"] if 2 * days < length.n]
        for days in range(1, 20):
            at = ends - days * DAY
            if at <= case.source.start or decided(case, row, at).segment is not segment:
                continue
            first = decided(case, row, at).running[0]
            if (first.timer, first.kept_until) != (timer, ends):
                continue
            now, before = step(case, row, at), step(case, row, at - MICRO)
            if days in steps:
                assert now is not None
                assert (now.name, now.last) == (str(days), days == min(steps))
                assert before is None or before.name != now.name
            else:
                assert (now and now.name) == (before and before.name)


def quarter(case: Case, data: Data) -> None:
    for row, timer, ends in warned(case):
        segment = decided(case, row, case.source.start).segment
        length = segment.timers[timer]
        assert is_short(length) == (length.unit in ("hours", "working_hours") or length.n < data["days"])
        if not is_short(length):
            continue
        hours = {"hours": 1, "days": 24, "working_days": 24}
        at = quarter_before(ends, length, case.calendar)
        if length.unit in hours:
            assert at == ends - timedelta(hours=length.n * hours[length.unit]) / 4
        if at > case.source.start and decided(case, row, at).running[:1] and decided(case, row, at).segment is segment:
            now = step(case, row, at)
            assert now is not None
            assert (now.name, now.last) == ("quarter", True)
            before = step(case, row, at - MICRO)
            assert before is None or before.timer != timer


def notice(case: Case, data: Data) -> None:
    at = case.source.start
    row = overdue(case, at, long=True)
    if row is None:
        return
    untold = {**row, "notice_until": None}
    opening = counted(case, at, 1, "working_days")
    assert not decided(case, untold, at).due(at)
    told = step(case, untold, at)
    assert told is not None
    assert told.notice is not None
    assert at < told.notice <= opening
    holds = data["holds_days"] * DAY
    assert decided(case, {**row, "notice_until": at - holds}, at).due(at)
    assert not decided(case, {**row, "notice_until": at - holds - MICRO}, at).due(at)
    counts = decide_follow_up(
        kind="call", note="", at=None, now=at, spell_started=at - DAY, by_owner=True, counting=Counting(["call"], 0, 0)
    )
    assert clocks_after(row, counts)["notice_until"] is None


def notice_example(case: Case, data: Data) -> None:
    row = overdue(case, data["told"], long=True)
    if row is None:
        return
    told = step(case, {**row, "notice_until": None}, data["told"])
    assert told is not None
    assert told.notice == data["until"]
    after = {**row, "notice_until": data["until"]}
    assert not decided(case, after, data["until"] - MICRO).due(data["until"] - MICRO)
    assert decided(case, after, data["until"]).due(data["until"])


def no_notice(case: Case, _: Data) -> None:
    row = overdue(case, case.source.start)
    if row is not None:
        assert decided(case, {**row, "notice_until": None}, case.source.start).due(case.source.start)


# Floors ---------------------------------------------------------------------------------------------------


def kept(case: Case, until: datetime, at: datetime, **columns: Any) -> None:
    """A customer long overdue, with these columns: not due before `until`, due at it."""
    row = overdue(case, at)
    if row is None:
        return
    for instant, due in ((until - MICRO, False), (until, True)):
        held = {**row, "notice_until": instant - DAY, **columns}
        assert decided(case, held, instant).due(instant) is due


def grace(case: Case, data: Data) -> None:
    since, until = data["effective_from"], data["grace_until"]
    row = overdue(case, until)
    if row is None:
        return
    for clock, at, due in ((since - MICRO, until - MICRO, False), (since - LONG, until, True)):
        assert decided(case, {**row, "clock_start": clock, "notice_until": at - DAY}, at).due(at) is due
    begun = decided(case, {**row, "clock_start": since}, until)
    assert "grace" not in [floor.kind for floor in begun.floors]


LONG = 4000 * DAY


def locked(case: Case, data: Data) -> None:
    until = case.source.start
    after = counted(case, until, data["grace_days"], "working_days") if data["grace_days"] else until
    kept(case, after, until, locked_until=until)


def protected(case: Case, _: Data) -> None:
    kept(case, case.source.start, case.source.start, protected_until=case.source.start)


def leave(case: Case, data: Data) -> None:
    until = case.source.start
    after = counted(case, until, data["grace_days"], "working_days") if data["grace_days"] else until
    kept(case, after, until, owner_leave_from=until - 3 * DAY, owner_leave_until=until)
    row = overdue(case, until)
    if row is not None:
        planned = {**row, "owner_leave_from": until + MICRO, "owner_leave_until": until + 9 * DAY}
        assert decided(case, planned, until).due(until)


def leave_example(case: Case, data: Data) -> None:
    kept(case, data["end"], data["from"], owner_leave_from=data["from"], owner_leave_until=data["until"])


# Follow-ups and masks -------------------------------------------------------------------------------------


def counts(case: Case, data: Data) -> None:
    at = case.source.start
    pool = case.source.pool
    setting = Counting(pool["follow_up_kinds"], pool["follow_up_min_note"], pool["backdate_hours"])
    for kind in KINDS:
        for length in {0, data["min_note"], max(0, data["min_note"] - 1)}:
            found = decide_follow_up(
                kind=kind, note="字" * length, at=at, now=at, spell_started=at - DAY, by_owner=True, counting=setting
            )
            assert found.qualifies == (kind in data["kinds"] and length >= data["min_note"])


def by_owner(case: Case, data: Data) -> None:
    at, setting = case.source.start, Counting(["call"], 0, 0, case.source.pool["collaborators_count"])
    for author, counts in (("", False), ("deputy", data["deputies"]), ("collaborator", data["collaborators"])):
        found = decide_follow_up(
            kind="call", note="x" * 99, at=at, now=at, spell_started=at, by_owner=False, by_deputy=author == "deputy",
            by_collaborator=author == "collaborator", counting=setting,
        )  # fmt: skip
        assert found.qualifies == counts


def backdate(case: Case, data: Data) -> None:
    now, pool = case.source.start, case.source.pool
    setting = Counting(pool["follow_up_kinds"], pool["follow_up_min_note"], pool["backdate_hours"])

    def code(at: datetime, started: datetime) -> str | None:
        try:
            decide_follow_up(
                kind="call", note="", at=at, now=now, spell_started=started, by_owner=True, counting=setting
            )
        except Refusal as refusal:
            return refusal.code
        return None

    earliest = now - timedelta(hours=data["hours"])
    assert code(earliest, now - 9 * DAY) is None
    assert code(earliest - MICRO, now - 9 * DAY) == "follow_up_too_old"
    assert code(now + MICRO, now - 9 * DAY) == "follow_up_in_future"
    if data["hours"]:
        assert code(earliest, earliest + MICRO) == "follow_up_before_spell"


def masked(case: Case, data: Data) -> None:
    rights = PoolRights(see=True, claim=True, masked_fields=frozenset(case.source.pool["masked_fields"]))
    pooled = {**BLANK, "id": 1, "state": "pooled", "owner_id": None}
    owned = {**BLANK, "id": 1, "owner_id": 7}

    def hidden(row: dict[str, Any], role: str, person: int, rights: PoolRights = rights, **more: Any) -> set[str]:
        actor = Actor(1, person, roles=frozenset({role}), pools={POOL: rights}, **more)
        return set(masked_fields(actor, row))

    assert hidden(pooled, "rep", 8) == set(data["fields"])
    assert hidden(owned, "rep", 7) == set()
    assert hidden(owned, "manager", 9, subordinates=frozenset({7})) == set()
    assert hidden(pooled, "admin", 9) == hidden(pooled, "auditor", 9) == set()
    assert hidden(pooled, "rep", 9, PoolRights(see=True, admin=True, masked_fields=rights.masked_fields)) == set()


CHECKS: dict[str, Check] = {
    "ladder": ladder,
    "quarter": quarter,
    "notice": notice,
    "notice_example": notice_example,
    "no_notice": no_notice,
    "grace": grace,
    "locked": locked,
    "protected": protected,
    "leave": leave,
    "leave_example": leave_example,
    "counts": counts,
    "by_owner": by_owner,
    "backdate": backdate,
    "masked": masked,
}
