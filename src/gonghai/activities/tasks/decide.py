"""Who gets a task about a customer, and whether a follow-up does it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from gonghai.access.actor import Actor
from gonghai.access.visibility import visible
from gonghai.activities.decide import Kind

Refused = tuple[str, dict[str, Any]]
WhyOpen = Literal["before_task", "other_kind", "does_not_count", "empty"]


@dataclass(frozen=True, slots=True)
class To:
    """Whom tasks are given to: each customer's owner, one person, or a department."""

    kind: Literal["owner", "person", "department"]
    id: int | None = None


def why_open(wanted: str | None, asked_at: datetime, follow_up: Mapping[str, Any]) -> WhyOpen | None:
    """Why a follow-up by the assignee or their deputy leaves the task open; None: it does it.

    It is of the wanted kind, not from before the task, and counts for the timers. What can't count where it was asked
    for (a collaborator's in a pool that doesn't count theirs, one on a customer whom nobody owns) only has to say
    something.
    """
    if follow_up["at"] < asked_at:
        return "before_task"
    if wanted is not None and follow_up["kind"] != wanted:
        return "other_kind"
    if follow_up["qualifies"]:
        return None
    if follow_up["why_not"] not in ("unclaimed", "collaborator"):
        return "does_not_count"
    return None if follow_up["note"].strip() else "empty"


@dataclass(slots=True)
class Giving:
    """What giving is decided on, read behind the customers' locks.

    `members`: the receivers, in the order of their turns. `sharing`: collaborators by customer; `viewers`: of the
    receivers, who sees what lies in a pool; `asked`: who has the same task already, by customer; `kinds`: what each
    pool counts.
    """

    actor: Actor
    to: To
    kind: Kind | None
    members: Sequence[int]
    sharing: Mapping[int, set[int]]
    viewers: Mapping[int, set[int]]
    asked: Mapping[int, set[int]]
    kinds: Mapping[int, Sequence[str]]
    _turn: int = field(default=0, init=False)

    def assignee(self, row: Mapping[str, Any] | None) -> int | Refused:
        """Who gets the task about this locked customer, or why nobody does."""
        if row is None or not visible(self.actor, row):
            return "not_found", {}
        if row["state"] == "merged":
            return "merged", {"into": str(row["merged_into"])}
        if row["state"] == "archived":
            return "archived", {}
        return self._of_owned(row) if row["state"] == "owned" else self._of_pooled(row)

    def _of_owned(self, row: Mapping[str, Any]) -> int | Refused:
        owner = row["owner_id"]
        chosen = owner
        if not self.actor.manages_person(owner):
            return _FORBIDDEN
        if self.to.kind == "person":
            chosen = self.members[0]
            if chosen != owner and chosen not in self.sharing.get(row["id"], ()):
                return "not_theirs", {}
        elif self.to.kind == "department" and owner not in self.members:
            return "owner_elsewhere", {}
        if not self.actor.manages_person(chosen):
            return _FORBIDDEN
        # What the pool doesn't count could never do the task.
        if self.kind is not None and self.kind not in self.kinds[row["pool_id"]]:
            return "kind_not_counted", {}
        return self._unless_asked(row, [chosen])

    def _of_pooled(self, row: Mapping[str, Any]) -> int | Refused:
        pool_id = row["pool_id"]
        if self.to.kind == "owner":
            return "not_owned", {"pool_id": str(pool_id)}
        if not self.actor.administers(pool_id):
            return _FORBIDDEN
        if not self.actor.rights(pool_id).follow_up_unclaimed:
            return "claim_first", {}
        seeing = [person for person in self.members if person in self.viewers.get(pool_id, ())]
        if not seeing:
            return "pool_not_theirs", {}
        return self._unless_asked(row, seeing)

    def _unless_asked(self, row: Mapping[str, Any], people: Sequence[int]) -> int | Refused:
        """The next of these people, unless one of them has the same task already."""
        if not self.asked.get(row["id"], set()).isdisjoint(people):
            return "already_given", {}
        chosen = people[self._turn % len(people)]
        self._turn += len(people) > 1
        return chosen


_FORBIDDEN: Refused = ("forbidden", {"action": "tasks.assign"})
