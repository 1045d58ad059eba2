"""Until when a claimed customer's first contact is in time: decided when the claim is first counted, and written down.

By the policy that was in force at the claim, for the segment that the customer was in then, as its log says; where that
has no first-contact timer, by the rule's own hours.
"""

from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from gonghai.base.database import Conn, rows, run
from gonghai.conditions.comparisons import Context
from gonghai.incentives.rules import Version, in_force
from gonghai.incentives.story import Deadline, Event
from gonghai.moves.replay import replay
from gonghai.moves.replayed import Event as Replaying
from gonghai.policy.decide import InForce, find_segment
from gonghai.policy.registry import DECIDING, REGISTRY
from gonghai.policy.versions import all_versions
from gonghai.workdays import Calendar, Length, add

Logs = Mapping[int, Sequence[Event]]
Deadlines = MutableMapping[int, dict[int, Deadline]]

_FACTS: Final = f"""SELECT {DECIDING} FROM customer c LEFT JOIN person o ON false
  WHERE c.tenant_id = %s AND c.id = ANY (%s)"""


async def decide_missing(
    conn: Conn, tenant_id: int, logs: Logs, known: Deadlines, versions: Sequence[Version], calendar: Calendar
) -> list[Event]:
    """Adds the deadlines of claims that have none yet to `known`; those claims."""
    claims = [c for log in logs.values() for c in _counting(log, versions) if c.spell_no not in known[c.customer_id]]
    if not claims:
        return []
    policies = await all_versions(conn, tenant_id)
    facts = await _facts(conn, tenant_id, claims)
    for claim in claims:
        assert claim.spell_no is not None
        row = {**facts[claim.customer_id, claim.owner_to], **_as_claimed(logs[claim.customer_id], claim)}
        version = in_force(versions, claim.at) or versions[0]
        known[claim.customer_id][claim.spell_no] = _decide(claim, row, policies, version, calendar)
    return claims


async def write_down(conn: Conn, tenant_id: int, claims: Sequence[Event], known: Deadlines) -> None:
    """Keeps what was decided for these claims."""
    written = [(c.customer_id, c.spell_no, *known[c.customer_id][c.spell_no or 0]) for c in claims]
    columns = [list(column) for column in zip(*written, strict=True)]
    await run(
        conn,
        "INSERT INTO contact_deadline (tenant_id, customer_id, spell_no, due_at, length, policy_id) SELECT %s, x.* FROM"
        " unnest(%s::bigint[], %s::integer[], %s::timestamptz[], %s::text[], %s::bigint[]) AS x",
        (tenant_id, *columns),
    )


def _counting(log: Iterable[Event], versions: Sequence[Version]) -> Iterator[Event]:
    """The claims whose first contact may still earn something: made, or followed up, under some rules."""
    if not versions:
        return
    under_rules = [e for e in log if e.at >= versions[0].from_at]
    ours = {e.spell_no for e in under_rules if e.kind in ("claim", "follow_up")}
    yield from (e for e in log if e.kind == "claim" and e.spell_no in ours)


async def _facts(conn: Conn, tenant_id: int, claims: Sequence[Event]) -> dict[tuple[int, int | None], dict[str, Any]]:
    """What the log doesn't tell (phones, departments), as it is now, by customer and claimer."""
    customers = await rows(conn, _FACTS, (tenant_id, [c.customer_id for c in claims]))
    found = await rows(
        conn,
        "SELECT p.id, p.department_id FROM person p WHERE p.tenant_id = %s AND p.id = ANY (%s)",
        (tenant_id, [c.owner_to for c in claims]),
    )
    of_customer, departments = {r["id"]: r for r in customers}, {r["id"]: r["department_id"] for r in found}
    return {
        (c.customer_id, c.owner_to): {
            **of_customer[c.customer_id], "owner_department_id": departments[c.owner_to],
        }
        for c in claims
    }  # fmt: skip


def _as_claimed(log: Iterable[Event], claim: Event) -> dict[str, Any]:
    """The customer's columns right after the claim, as the log gives them."""
    until = (e for e in log if e.version <= claim.version)
    columns = replay(Replaying(*e[1:13]) for e in until).columns
    amount, contract_end = columns["amount"], columns["contract_end"]  # as text, in events
    columns["amount"] = Decimal(amount) if amount is not None else None
    columns["contract_end"] = date.fromisoformat(contract_end) if contract_end is not None else None
    return columns


def _decide(
    claim: Event,
    row: Mapping[str, Any],
    policies: Mapping[int, Sequence[InForce]],
    version: Version,
    calendar: Calendar,
) -> Deadline:
    published = policies.get(claim.pool_to or 0, ())
    policy = next((p for p in reversed(published) if p.effective_from <= claim.at), None)
    length = None
    if policy is not None:
        _, segment = find_segment(policy.policy, row, Context(claim.at, calendar.zone), REGISTRY)
        length = segment.timers.get("first_contact")
    if policy is None or length is None:
        own = Length(version.first_contact_in_time.hours, "working_hours")
        return Deadline(add(claim.at, own, calendar), str(own), None)
    return Deadline(add(claim.at, length, calendar), str(length), policy.policy_id)
