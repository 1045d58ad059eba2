"""Pools to write handbooks of: random rules and settings, ready-made ones, and customers that lie in a segment."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from gonghai.conditions.comparisons import Context
from gonghai.conditions.tree import Condition, Leaf, Not
from gonghai.policy.decide import InForce, find_segment
from gonghai.policy.document import Policy, compile_policy
from gonghai.policy.handbook.book import Section, Source, example_start, handbook
from gonghai.policy.registry import REGISTRY
from gonghai.pools.actions import default_reasons
from gonghai.workdays import UNITS, Calendar

POOL, OTHER = 1, 2
POOLS = {"本池": POOL, "下一级": OTHER}
DAY = timedelta(days=1)
MICRO = timedelta(microseconds=1)
DEFAULTS: dict[str, Any] = {
    "daily_quota": 20, "holding_cap": 200, "holding_exempt_won_days": None, "untouched_cap": 10,
    "cooldown_holders": 2, "cooldown_days": 7, "follow_up_kinds": ["call", "visit", "meeting", "message", "email"],
    "follow_up_min_note": 0, "backdate_hours": 48, "return_reasons": default_reasons(), "release_elsewhere": False,
    "transfer_needs_acceptance": True, "masked_fields": ["phones", "emails"], "lock_grace_days": 2,
    "return_grace_days": 2, "notice_floor": True, "lock_quota": 20, "lock_most_days": 90, "extension_limit": 1,
    "extension_most_days": 14, "appeal_days": 7,
    "mode": "list", "claim_windows": [], "freeze_hours": 0, "min_interval_seconds": 0, "holding_exempt": None,
    "approval": None, "exempt_admins": False, "hide_claimers": False, "offer_minutes": 10, "decline_cost": 1,
    "decline_wait_minutes": 0, "draw_most_wishes": 20, "reveal_quota": 0, "follow_up_unclaimed": False,
    "hide_earlier_notes": False, "collaborators_count": False,
}  # fmt: skip
# A customer of whom nothing is known; owned since its clock's start.
BLANK: dict[str, Any] = {
    "state": "owned", "owner_id": 1, "pool_id": POOL, "clock_start": None, "first_contact_at": None,
    "last_follow_up_at": None, "live_deals": 0, "deal_lost_at": None, "last_win_at": None, "contract_end": None,
    "locked_until": None, "protected_until": None, "notice_until": None, "owner_leave_from": None,
    "owner_leave_until": None, "owner_department_id": None, "open_deals": 0, "last_activity_at": None, "name": "客户",
    "kind": "company", "level": None, "source": None, "industry": None, "region": None, "stage": None, "website": None,
    "uscc": None, "tags": [], "amount": None, "phones": [], "emails": [], "created_at": datetime(2020, 1, 1, tzinfo=UTC),
    "entered_pool_at": None, "spell_no": 1, "recycle_count": 0,
}  # fmt: skip
_LEAVES: tuple[dict[str, Any], ...] = (
    {"fact": "level", "is": "eq", "value": "A"},
    {"fact": "level", "is": "ne", "value": "B"},
    {"fact": "source", "is": "in", "value": ["展会", "官网"]},
    {"fact": "region", "is": "is_missing"},
    {"fact": "amount", "is": "ge", "value": 5000},
    {"fact": "tags", "is": "has_any", "value": ["VIP", "重点"]},
    {"fact": "kind", "is": "eq", "value": "person"},
    {"fact": "recycle_count", "is": "between", "value": [2, 5]},
)
_TIMERS = ("first_contact", "follow_up", "deal", "won", "holding", "contract")


@dataclass(frozen=True)
class Case:
    """A pool with its rules, and the handbook that was made of them."""

    source: Source
    in_force: InForce
    sections: list[Section]

    @property
    def calendar(self) -> Calendar:
        return self.source.calendar

    @property
    def policy(self) -> Policy:
        return self.in_force.policy


def case_of(document: Mapping[str, Any], settings: Mapping[str, Any], rng: Random) -> Case:
    """The handbook of these rules and settings, read on some day near a holiday."""
    pool = {**DEFAULTS, **settings, "id": POOL, "name": "本池"}
    calendar = Calendar(own_days={date(2026, 12, 25): False} if rng.random() < 0.3 else {})
    now = datetime(2026, 9, 1, tzinfo=UTC) + timedelta(minutes=rng.randrange(60 * 24 * 160))
    since = now - timedelta(days=rng.randrange(200))
    in_force = InForce(
        policy_id=1,
        number=rng.randrange(1, 5),
        pool_id=POOL,
        policy=compile_policy(document, REGISTRY, POOLS),
        effective_from=since,
        grace_until=since + timedelta(days=rng.randrange(1, 9)) if rng.random() < 0.5 else None,
        lock_grace_days=pool["lock_grace_days"],
        return_grace_days=pool["return_grace_days"],
        notice_floor=pool["notice_floor"],
    )
    names = {place: name for name, place in POOLS.items()}
    source = Source(pool, [], in_force, names, calendar, example_start(now, calendar))
    return Case(source, in_force, handbook(source))


def some_document(rng: Random) -> dict[str, Any]:
    """One to five segments with some timers each."""
    n = rng.randrange(1, 6)
    segments = []
    for i in range(n):
        timers = {name: some_length(rng) for name in rng.sample(_TIMERS, rng.choice((0, 1, 2, 3)))}
        segment: dict[str, Any] = {"name": f"分组{'甲乙丙丁戊'[i]}", "timers": timers}
        if rng.random() < 0.3:
            segment["target"] = {"pool": "下一级"}
        if i < n - 1:
            segment["when"] = _some_condition(rng)
        segments.append(segment)
    document: dict[str, Any] = {"segments": segments}
    if rng.random() < 0.5:
        document["warnings"] = {"days": rng.sample(range(1, 15), rng.randrange(4))}
    return document


def some_length(rng: Random) -> dict[str, Any]:
    unit = rng.choice(UNITS)
    return {
        "n": rng.randrange(1, {"hours": 100, "working_hours": 40, "working_days": 30, "days": 60}[unit]),
        "unit": unit,
    }


def _some_condition(rng: Random) -> dict[str, Any]:
    pick = rng.random()
    if pick < 0.6:
        return rng.choice(_LEAVES)
    if pick < 0.7:
        return {"not": rng.choice(_LEAVES)}
    return {rng.choice(("all", "any")): rng.sample(_LEAVES, 2)}


def some_settings(rng: Random) -> dict[str, Any]:
    """Small numbers, so that limits can be reached."""
    kinds = ["call", "visit", "meeting", "message", "email", "note"]
    return {
        "daily_quota": rng.randrange(0, 4), "holding_cap": rng.randrange(0, 4), "untouched_cap": rng.randrange(0, 4),
        "holding_exempt_won_days": rng.choice((None, 30)), "cooldown_holders": rng.randrange(0, 3),
        "cooldown_days": rng.randrange(0, 9), "follow_up_kinds": rng.sample(kinds, rng.randrange(1, 6)),
        "follow_up_min_note": rng.choice((0, 1, 5)), "backdate_hours": rng.choice((0, 1, 48)),
        "return_reasons": default_reasons()[: rng.randrange(0, 4)], "release_elsewhere": rng.random() < 0.5,
        "transfer_needs_acceptance": rng.random() < 0.5, "lock_grace_days": rng.randrange(0, 4),
        "return_grace_days": rng.randrange(0, 4), "notice_floor": rng.random() < 0.7, "lock_quota": rng.randrange(0, 3),
        "lock_most_days": rng.randrange(1, 60), "extension_limit": rng.randrange(0, 3),
        "extension_most_days": rng.randrange(1, 20), "appeal_days": rng.randrange(0, 9),
        "masked_fields": rng.sample(["phones", "emails", "wechat", "contacts", "address"], rng.randrange(0, 4)),
        "mode": rng.choice(("list", "list", "next_best", "draw")), "offer_minutes": rng.randrange(1, 60),
        "decline_cost": rng.randrange(0, 3), "decline_wait_minutes": rng.choice((0, 5)),
        "draw_most_wishes": rng.randrange(1, 9), "claim_windows": rng.choice(([], _some_windows(rng))),
        "freeze_hours": rng.choice((0, 1, 30)), "min_interval_seconds": rng.choice((0, 60, 86400)),
        "holding_exempt": rng.choice((None, _LEAVES[0], _LEAVES[2])), "approval": rng.choice((None, _LEAVES[0])),
        "exempt_admins": rng.random() < 0.3, "hide_claimers": rng.random() < 0.3,
        "collaborators_count": rng.random() < 0.5,
    }  # fmt: skip


def _some_windows(rng: Random) -> list[dict[str, Any]]:
    """Closed most of the time, so that it shows."""
    hour = rng.randrange(0, 23)
    days: Any = "working" if rng.random() < 0.3 else sorted(rng.sample(range(1, 8), rng.randrange(1, 3)))
    return [{"days": days, "from": f"{hour:02}:00", "until": f"{hour:02}:10"}]


def customers_in(case: Case, segment: int, at: datetime, **fixed: Any) -> Iterator[dict[str, Any]]:
    """Customers who are in this segment at that instant; `fixed` columns are theirs, others are tried."""
    tried = {k: v for k, v in _values(case.policy, at).items() if k not in fixed}
    context = Context(at, case.calendar.zone)
    rng = Random(segment)
    start = fixed.get("clock_start", at - 5 * DAY)
    for _ in range(3000):
        row = {**BLANK, "clock_start": start, **{k: rng.choice(v) for k, v in tried.items()}, **fixed}
        if find_segment(case.policy, row, context, REGISTRY)[0] == segment:
            yield row


def customer_in(case: Case, segment: int, at: datetime, **fixed: Any) -> dict[str, Any] | None:
    """One of them, or None where nobody can be in this segment then."""
    return next(customers_in(case, segment, at, **fixed), None)


def _values(policy: Policy, at: datetime) -> dict[str, list[Any]]:
    """For each fact that the conditions ask about: values that may decide them, one way or the other."""
    found: dict[str, list[Any]] = {}
    for segment in policy.segments:
        for leaf in _leaves(segment.condition):
            column, values = _deciding(leaf, at)
            found.setdefault(column, []).extend(values)
    return found


def _leaves(condition: Condition | None) -> Iterator[Leaf]:
    if isinstance(condition, Leaf):
        yield condition
    elif isinstance(condition, Not):
        yield from _leaves(condition.part)
    elif condition is not None:
        for part in condition.parts:
            yield from _leaves(part)


def _deciding(leaf: Leaf, at: datetime) -> tuple[str, list[Any]]:
    values = list(leaf.value) if isinstance(leaf.value, tuple) else [leaf.value]
    match REGISTRY.facts[leaf.fact].type:
        case "flag":
            column, yes, no = {"has_open_deal": ("open_deals", 1, 0), "has_phone": ("phones", ["13800138000"], []),
                               "has_email": ("emails", ["a@b.cn"], [])}[leaf.fact]  # fmt: skip
            return column, [yes, no]
        case "number":
            numbers = [Decimal(str(v)) for v in values if v is not None]
            around = [*numbers, *(v + 1 for v in numbers), *(v - 1 for v in numbers)]
            return leaf.fact, around if leaf.fact in ("recycle_count", "spell_no") else [None, *around]
        case "instant":
            days = [v for v in values if isinstance(v, int)]
            return leaf.fact, [None, *(at - d * DAY / 2 for d in days), *(at - (d + 30) * DAY for d in days)]
        case "date":
            days = [v for v in values if isinstance(v, int)]
            near = [at.date() - (d // 2) * DAY for d in days] + [at.date() - (d + 30) * DAY for d in days]
            return leaf.fact, [None, at.date() + 90 * DAY, *near]
        case "list":
            return leaf.fact, [[], [v for v in values if v], *([v] for v in values if v)]
        case _:
            return leaf.fact, [*values, *([] if leaf.fact == "kind" else [None])] + (
                ["company"] if leaf.fact == "kind" else []
            )
