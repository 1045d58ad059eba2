"""When the policy takes an owned customer, if nobody does anything: decided by `policy.decide`, sweep by sweep.

Between two changes of a customer the decision can only change at a few instants: when another version comes into
force, when "won within n days" lapses, when the owner's leave begins. So one decision per stretch is enough, and
none where even the shortest timers of all versions could not have run out.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from gonghai.demo.rules import Rules
from gonghai.demo.times import SWEEP, instant, local_midnight, seconds
from gonghai.demo.world import World
from gonghai.policy.decide import Decision, decide
from gonghai.policy.registry import REGISTRY
from gonghai.workdays import local_date


def taken(world: World, row: Mapping[str, Any], since: int, until: int) -> tuple[int, Decision] | None:
    """The sweep after `since` and before `until` that takes the customer as `row` says it is, with the decision."""
    rules = world.rules[row["pool_id"]]
    if not rules.can_take(row, instant(until), world.calendar):
        return None
    edges = sorted({edge for edge in _edges(world, rules, row) if since < edge < until})
    starts = [since, *edges]
    for start, end in zip(starts, [*edges, until], strict=True):
        decision = decide(rules.in_force(start), row, world.calendar, instant(start), REGISTRY)
        if decision.effective is None:
            continue
        sweep = -(-max(_seconds_up(decision.effective), start) // SWEEP) * SWEEP
        if sweep < end:
            return sweep, decision
    return None


def _seconds_up(at: datetime) -> int:
    whole = seconds(at)
    return whole + (instant(whole) < at)


def _edges(world: World, rules: Rules, row: Mapping[str, Any]) -> Iterator[int]:
    yield from rules.starts
    if row["owner_leave_from"] is not None:
        yield seconds(row["owner_leave_from"])
    if row["last_win_at"] is not None:
        won = local_date(row["last_win_at"], world.calendar)
        yield from (local_midnight(won + timedelta(days=days + 1)) for days in rules.win_lapses)
