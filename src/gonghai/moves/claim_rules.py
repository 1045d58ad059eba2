"""The claim rules of a pool, decided: pure, one definition per rule, each with its numbers and until-when.

Order after domain §4: the customer's state, then the claimer's leave, then the rules; the first that fails is
the answer.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from gonghai.workdays import Calendar, Length, add, end_of_day, local_date


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """What one claim is decided on, read after the locks. `at` is the instant after the wait for them."""

    customer_id: int
    version: int
    state: str
    owner_id: int | None
    owner_name: str | None
    merged_into: int | None
    pool_id: int
    in_scope: bool | None
    spell_ended_at: datetime | None
    daily_used: int
    held: int
    untouched: int
    daily_quota: int
    holding_cap: int
    untouched_cap: int
    cooldown_days: int
    person_state: str
    on_leave_until: datetime | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """None of `code`: the claim goes ahead. Else the code of the first rule that fails, with its numbers."""

    code: str | None
    data: dict[str, Any]

    @property
    def allowed(self) -> bool:
        return self.code is None


def decide_claim(
    facts: ClaimFacts, person_id: int, calendar: Calendar, *, expected_pool: int | None = None
) -> Decision:
    """May this person claim this customer now?"""
    return (
        _state(facts, person_id, expected_pool)
        or _leave(facts)
        or _scope(facts)
        or _cooldown(facts, calendar)
        or _limits(facts, calendar)
        or Decision(
            None,
            {
                "daily_quota": [facts.daily_used + 1, facts.daily_quota],
                "holding_cap": [facts.held + 1, facts.holding_cap],
                "untouched_cap": [facts.untouched + 1, facts.untouched_cap],
            },
        )
    )


def counted(facts: ClaimFacts, taken: int) -> ClaimFacts:
    """The facts after `taken` earlier claims of the same batch from the same pool went ahead."""
    return replace(
        facts, daily_used=facts.daily_used + taken, held=facts.held + taken, untouched=facts.untouched + taken
    )


def _state(facts: ClaimFacts, person_id: int, expected_pool: int | None) -> Decision | None:
    if facts.state == "owned":
        if facts.owner_id == person_id:
            return Decision("already_yours", {})
        return Decision("already_claimed", {"owner": {"id": str(facts.owner_id), "name": facts.owner_name}})
    if facts.state == "archived":
        return Decision("archived", {})
    if facts.state == "merged":
        return Decision("merged", {"into": str(facts.merged_into)})
    if expected_pool is not None and facts.pool_id != expected_pool:
        return Decision("moved", {"pool_id": str(facts.pool_id)})
    return None


def _leave(facts: ClaimFacts) -> Decision | None:
    if facts.person_state != "active":
        return Decision("not_active", {})
    if facts.on_leave_until is not None:
        return Decision("on_leave", {"until": facts.on_leave_until})
    return None


def _scope(facts: ClaimFacts) -> Decision | None:
    return None if facts.in_scope else Decision("not_in_scope", {"pool_id": str(facts.pool_id)})


def _cooldown(facts: ClaimFacts, calendar: Calendar) -> Decision | None:
    if facts.spell_ended_at is None or facts.cooldown_days == 0:
        return None
    until = add(facts.spell_ended_at, Length(facts.cooldown_days, "days"), calendar)
    if facts.at >= until:
        return None
    return Decision("cooldown_until", {"until": until, "days": facts.cooldown_days})


def _limits(facts: ClaimFacts, calendar: Calendar) -> Decision | None:
    if facts.daily_used >= facts.daily_quota:
        tomorrow = end_of_day(local_date(facts.at, calendar), calendar)
        return Decision("daily_quota", {"used": facts.daily_used, "limit": facts.daily_quota, "until": tomorrow})
    if facts.held >= facts.holding_cap:
        return Decision("holding_cap", {"used": facts.held, "limit": facts.holding_cap})
    if facts.untouched >= facts.untouched_cap:
        return Decision("untouched_cap", {"used": facts.untouched, "limit": facts.untouched_cap})
    return None
