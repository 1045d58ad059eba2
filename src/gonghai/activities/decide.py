"""Whether a follow-up may be recorded, and whether it counts for the timers. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal, get_args

from gonghai.base.errors import Refusal

Kind = Literal["call", "visit", "meeting", "message", "email", "note"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
WhyNot = Literal["unclaimed", "not_owner", "collaborator", "kind", "short_note"]


@dataclass(frozen=True, slots=True)
class Counting:
    """The home pool's setting of what counts: kinds, characters of the note, hours that one may be typed in late;
    whether collaborators' do."""

    kinds: Sequence[str]
    min_note: int
    backdate_hours: int
    collaborators: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """When it happened, and why it does not count; `why_not` None: it does."""

    at: datetime
    why_not: WhyNot | None

    @property
    def qualifies(self) -> bool:
        return self.why_not is None


def decide_follow_up(
    *,
    kind: str,
    note: str,
    at: datetime | None,
    now: datetime,
    spell_started: datetime | None,
    by_owner: bool,
    by_deputy: bool = False,
    by_collaborator: bool = False,
    counting: Counting,
) -> Decision:
    """Decides by the setting as it is now; without `at` it happened now. `spell_started` None: nobody owns the customer.
    A deputy's counts as the owner's.

    Refuses with `follow_up_in_future`, `follow_up_too_old` (hours) and `follow_up_before_spell` (started_at).
    """
    if at is None:
        at = now
    if at > now:
        raise Refusal("follow_up_in_future", now=now)
    if at < now - timedelta(hours=counting.backdate_hours):
        raise Refusal("follow_up_too_old", hours=counting.backdate_hours)
    if spell_started is None:
        return Decision(at, "unclaimed")
    if at < spell_started:
        raise Refusal("follow_up_before_spell", started_at=spell_started)
    return Decision(at, _why_not(kind, note, by_owner or by_deputy, by_collaborator, counting))


def _why_not(kind: str, note: str, by_owner: bool, by_collaborator: bool, counting: Counting) -> WhyNot | None:
    if not by_owner and not (by_collaborator and counting.collaborators):
        return "collaborator" if by_collaborator else "not_owner"
    if kind not in counting.kinds:
        return "kind"
    if len(note.strip()) < counting.min_note:
        return "short_note"
    return None


def clocks_after(customer: Mapping[str, Any], decision: Decision) -> dict[str, Any]:
    """The customer's columns after this follow-up. One typed in late never moves a clock backwards."""
    columns: dict[str, Any] = {"last_activity_at": _later(customer["last_activity_at"], decision.at)}
    if decision.qualifies:
        first = customer["first_contact_at"]
        columns["first_contact_at"] = decision.at if first is None else min(first, decision.at)
        columns["last_follow_up_at"] = _later(customer["last_follow_up_at"], decision.at)
        columns["notice_until"] = None
    return columns


def _later(known: datetime | None, at: datetime) -> datetime:
    return at if known is None else max(known, at)
