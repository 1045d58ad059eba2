"""Why, asked of the database: gathers what explain.py needs for one customer, now or at a past move."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from gonghai.base.database import Conn
from gonghai.base.errors import NotFound
from gonghai.conditions.words import words
from gonghai.customers.masking import masked_event
from gonghai.events.queries import customer_events, one_event
from gonghai.people.calendar import tenant_calendar
from gonghai.policy.countdown import countdowns
from gonghai.policy.decide import decide_segment
from gonghai.policy.explain import Why, explain_deadline, explain_recycle, local
from gonghai.policy.history import sentence
from gonghai.policy.naming import tenant_words
from gonghai.policy.registry import REGISTRY
from gonghai.policy.versions import version_in_force
from gonghai.pools.queries import reason_words

# The facts that a recycle's event keeps, by type.
_INSTANTS = ("clock_start", "first_contact_at", "last_follow_up_at", "deal_lost_at", "last_win_at")


async def why_now(
    conn: Conn, tenant_id: int, row: Mapping[str, Any], *, now: datetime, hidden: frozenset[str] = frozenset()
) -> Why:
    """Why a customer (a row of customers/queries.py) stands as it does. `hidden`: fields masked for the reader."""
    clock = await countdowns(conn, tenant_id, now)
    decision = clock.of(row)
    if decision is not None:
        told = await tenant_words(conn, tenant_id)
        return explain_deadline(row, decision, clock.policies[row["pool_id"]], clock.calendar, now, told, clock.names)
    if row["state"] == "owned":
        why = Why("no_deadline")
        why.say(
            f"由{row['owner_name']}负责；所属公海「{row['pool_name']}」还没有发布规则，不会自动退回。",
            f"Owned by {row['owner_name']}; {row['pool_name']} has no published policy, so it is never taken back.",
        )
        return why
    return await _unowned(conn, tenant_id, row, hidden)


async def _unowned(conn: Conn, tenant_id: int, row: Mapping[str, Any], hidden: frozenset[str]) -> Why:
    """Pooled, archived or merged: the newest move says how it came there."""
    kinds = {"pooled": ("create", "import", "release", "recycle", "hand_over", "move_pool", "restore", "undo"),
             "archived": ("archive", "undo")}.get(row["state"])  # fmt: skip
    events = await customer_events(conn, tenant_id, row["id"], before=None, limit=1, kinds=kinds)
    if not events:
        return Why("no_deadline")
    return await _event(conn, tenant_id, events[0], hidden)


async def why_event(
    conn: Conn, tenant_id: int, row: Mapping[str, Any], event_id: int, *, hidden: frozenset[str] = frozenset()
) -> Why:
    """Why a past move of this customer happened. 404 when the event is another's."""
    event = await one_event(conn, tenant_id, row["id"], event_id)
    if event is None:
        raise NotFound("event", id=str(event_id))
    return await _event(conn, tenant_id, event, hidden)


async def _event(conn: Conn, tenant_id: int, kept: Mapping[str, Any], hidden: frozenset[str]) -> Why:
    event = masked_event(kept, hidden)
    calendar = await tenant_calendar(conn, tenant_id)
    if event["kind"] == "recycle" and event["policy_id"] is not None:
        _, in_force = await version_in_force(conn, tenant_id, event["policy_id"])
        facts = _facts(kept["data"])
        decision = decide_segment(in_force, event["data"]["segment"], facts, event["pool_to"], calendar)
        names = {"owner": event["owner_from_name"], "pool": event["pool_to_name"]}
        return explain_recycle(event, decision, calendar, await tenant_words(conn, tenant_id), names)
    why = Why("move", data={"event_id": str(event["id"]), "at": event["at"], "facts": event["data"]})
    zh, en = sentence(event, await reason_words(conn, tenant_id), calendar.zone)
    at = local(event["at"], calendar)
    why.say(f"{at}，{zh}。", f"At {at}: {en}.")
    if event["kind"] == "claim":
        _limits(why, event["data"] or {})
    if event["policy_id"] is not None and "rule" in (event["data"] or {}):
        await _cleaned(conn, tenant_id, event, why)
    return why


async def _cleaned(conn: Conn, tenant_id: int, event: Mapping[str, Any], why: Why) -> None:
    """A cleaning's event keeps which rule it was, and the facts that decided."""
    _, version = await version_in_force(conn, tenant_id, event["policy_id"])
    if version.policy.cleaning is None:
        return
    rule = version.policy.cleaning.rules[event["data"]["rule"]]
    why.version = version.number
    zh, en = words(rule.condition, REGISTRY, "zh"), words(rule.condition, REGISTRY, "en")
    why.say(f"因为清理规则「{rule.zh}」：{zh}。", f"Because of the cleaning rule “{rule.en}”: {en}.")
    for name, found in event["data"]["facts"].items():
        labels = REGISTRY.facts[name].labels
        why.fact(labels["zh"], labels["en"], found)


def _limits(why: Why, data: Mapping[str, Any]) -> None:
    """A claim's event keeps what was used of each limit."""
    labels = {
        "daily_quota": ("今日领取", "claimed that day"),
        "holding_cap": ("持有", "held"),
        "untouched_cap": ("待首次跟进", "without first contact"),
    }
    for name, (zh, en) in labels.items():
        if name in data:
            used, limit = data[name]
            by_zh, by_en = _set_by(data.get("limits", {}).get(name, {}).get("by"))
            why.fact(zh + by_zh, en + by_en, f"{used}/{limit}")
    if data.get("exempt"):
        why.say("公海管理员不受领取规则限制。", "The pool's admins are exempt from its claim rules.")
    if "request" in data:
        why.say("公海管理员同意了领取申请。", "A pool admin granted the request for this claim.")


def _set_by(by: Mapping[str, Any] | None) -> tuple[str, str]:
    """What set a limit at the time, where it wasn't the pool."""
    if by is None:
        return "", ""
    name = by.get("name", "")
    if "earned" in by:
        return f"（系统按规则 +{by['earned']['add']}）", f" (earned by rule, +{by['earned']['add']})"
    return {
        "override": (f"（{name}临时调整）", f" (override by {name})"),
        "person": ("（单独规定）", " (set for this person)"),
        "department": (f"（{name}的规定）", f" (set for {name})"),
        "role": ("（按角色规定）", " (set for the role)"),
    }[by["kind"]]


def _facts(data: Mapping[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {n: datetime.fromisoformat(data[n]) if n in data else None for n in _INSTANTS}
    facts["contract_end"] = date.fromisoformat(data["contract_end"]) if "contract_end" in data else None
    facts["live_deals"] = data["live_deals"]
    return facts
