"""Claiming: one statement locks the claimer, then the customers, counts, decides and writes.

The rules stand in the SQL function `claim` (migrations), each once: under a rush a claim must be one round trip. What
only Python reads (conditions, the calendar) it asks for in a second round trip, where a pool's rules need it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from gonghai.base.database import Conn, rows, value
from gonghai.moves.requests.table import Asking, ask
from gonghai.moves.results import Result
from gonghai.people.calendar import tenant_calendar
from gonghai.policy.claim_conditions import exempt_held, needing_approval
from gonghai.workdays import Calendar, local_midnight

CLAIM = "SELECT * FROM claim(%s, %s, %s::bigint[], %s, %s, %s, %s, %s)"
# How far ahead the next opening of a claim window is looked for: as far as the SQL function looks.
DAYS_AHEAD = 31

# direct: chosen from the list; dealt: the pool, a draw or an approval gives it; look: decides as dealt, writes nothing.
How = Literal["direct", "dealt", "look"]
Known = Mapping[str, Any]


@lru_cache(maxsize=64)
def local_calendar(zone: str) -> Calendar:
    """Enough of a calendar for rules in local days; they don't ask which days are worked."""
    return Calendar(zone=ZoneInfo(zone))


def claim_parameters(
    tenant_id: int,
    person_id: int,
    customer_ids: Sequence[int],
    zone: str,
    expected_pool: int | None = None,
    how: How = "direct",
    data: Mapping[str, Any] | None = None,
    known: Known | None = None,
) -> tuple[Any, ...]:
    """The parameters of CLAIM. An id given twice counts once."""
    return (
        tenant_id, person_id, list(dict.fromkeys(customer_ids)), zone, expected_pool, how,
        Jsonb(data) if data is not None else None, Jsonb(known) if known is not None else None,
    )  # fmt: skip


def claim_results(found: Sequence[DictRow], how: How = "direct") -> list[Result]:
    """What CLAIM answered, per id in the order given."""
    moved = "claimable" if how == "look" else "claimed"
    return [Result(row["customer_id"], "refused" if row["code"] else moved, row["code"], row["data"]) for row in found]


def undecided(found: Sequence[DictRow]) -> bool:
    """Whether CLAIM needs what only Python reads; it wrote nothing about those, and holds the locks."""
    return any(row["code"] == "conditions" for row in found)


async def claim(
    conn: Conn,
    tenant_id: int,
    person_id: int,
    customer_ids: Sequence[int],
    *,
    zone: str,
    expected_pool: int | None = None,
    how: How = "direct",
    data: Mapping[str, Any] | None = None,
    approved: bool = False,
    batch: int | None = None,
) -> list[Result]:
    """Claims the customers for the person inside the caller's transaction.

    `expected_pool` is the pool whose page the ids were chosen on: a customer lying elsewhere by now is refused
    as moved. More than one id makes a batch. The instant is the database's, after the wait for the locks. `data` goes
    into the events. Outcomes: `claimed`; `asked`, where the pool wants a yes first (`data` has the request); `refused`;
    with how='look' `claimable`, and `needs_approval` among the refusals. `approved`: somebody has said that yes.
    `batch`: these are part of that one, whose earlier claims are no reason to wait.
    """
    ids = list(dict.fromkeys(customer_ids))
    known: dict[str, Any] | None = {"batch": batch} if batch is not None else None
    found = await rows(conn, CLAIM, claim_parameters(tenant_id, person_id, ids, zone, expected_pool, how, data, known))
    if undecided(found):
        again = [row["customer_id"] for row in found if row["code"] == "conditions"]
        asked_for = await _known(conn, tenant_id, person_id, again, approved=approved)
        known = {**asked_for, "many": len(ids) > 1, "batch": batch}
        parameters = claim_parameters(tenant_id, person_id, again, zone, expected_pool, how, data, known)
        decided = {row["customer_id"]: row for row in await rows(conn, CLAIM, parameters)}
        found = [decided.get(row["customer_id"], row) for row in found]
    results = claim_results(found, how)
    return results if how == "look" else await _ask_where_needed(conn, tenant_id, person_id, results)


async def working_days(conn: Conn, tenant_id: int, now: datetime) -> list[str]:
    """The tenant's working days among those that a claim window may ask about."""
    calendar = await tenant_calendar(conn, tenant_id)
    today = now.astimezone(calendar.zone).date()
    days = (today + timedelta(days=n) for n in range(DAYS_AHEAD + 2))
    return [day.isoformat() for day in days if calendar.works(day)]


async def _known(
    conn: Conn, tenant_id: int, person_id: int, customer_ids: Sequence[int], *, approved: bool
) -> dict[str, Any]:
    """What CLAIM asks for, read under its locks: a customer's facts can't change before it decides."""
    now = await value(conn, "SELECT clock_timestamp() AS now")
    calendar = await tenant_calendar(conn, tenant_id)
    of_everybody = await exempt_held(
        conn, tenant_id, [person_id], now=now, day_start=local_midnight(now, calendar), calendar=calendar
    )
    exempt = of_everybody.get(person_id, {})
    needs: list[int] = []
    if not approved:
        needs = await needing_approval(conn, tenant_id, customer_ids, now=now, calendar=calendar)
    return {
        "working": await working_days(conn, tenant_id, now),
        "needs": needs,
        "exempt": {str(pool): n for pool, n in exempt.items()},
        "all_exempt": sum(exempt.values()),
    }


async def _ask_where_needed(conn: Conn, tenant_id: int, person_id: int, results: list[Result]) -> list[Result]:
    """Claims that need a yes become requests to the admins of their pools, in constant statements."""
    waiting = [r for r in results if r.code == "needs_approval"]
    if not waiting:
        return results
    customers = await rows(
        conn,
        "SELECT c.id, c.spell_no, c.pool_id FROM customer c WHERE c.tenant_id = %s AND c.id = ANY (%s)",
        (tenant_id, [r.id for r in waiting]),
    )
    at = await value(conn, "SELECT clock_timestamp() AS at")
    asking = [Asking("claim", customer, pool_id=customer["pool_id"]) for customer in customers]
    made = await ask(conn, tenant_id, asking, asked_by=person_id, at=at)
    made |= await _open_requests(conn, tenant_id, person_id, [r.id for r in waiting if r.id not in made])
    return [
        Result(r.id, "asked", None, {"request_id": str(made[r.id])}) if r.code == "needs_approval" else r
        for r in results
    ]


async def _open_requests(conn: Conn, tenant_id: int, person_id: int, customer_ids: Sequence[int]) -> dict[int, int]:
    """By customer the request that the person made before and that still waits."""
    if not customer_ids:
        return {}
    found = await rows(
        conn,
        "SELECT r.id, r.customer_id FROM request r WHERE r.tenant_id = %s AND r.kind = 'claim' AND r.state = 'open'"
        " AND r.asked_by = %s AND r.customer_id = ANY (%s)",
        (tenant_id, person_id, list(customer_ids)),
    )
    return {row["customer_id"]: row["id"] for row in found}
