"""Claiming: lock the claimer, then the customers, count, decide, write. One winner, exact limits."""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from zoneinfo import ZoneInfo

from gonghai.base.database import Conn, rows
from gonghai.customers.ownership import Mover, listed, open_spells
from gonghai.events.log import By, new_batch
from gonghai.moves.claim_rules import ClaimFacts, counted, decide_claim
from gonghai.moves.results import Result
from gonghai.workdays import Calendar


@lru_cache(maxsize=64)
def local_calendar(zone: str) -> Calendar:
    """Enough of a calendar for rules in local days; they don't ask which days are worked."""
    return Calendar(zone=ZoneInfo(zone))


async def claim(
    conn: Conn,
    tenant_id: int,
    person_id: int,
    customer_ids: Sequence[int],
    *,
    zone: str,
    expected_pool: int | None = None,
) -> list[Result]:
    """Claims the customers for the person; one Result per id, in the order given.

    `expected_pool` is the pool whose page the ids were chosen on: a customer lying elsewhere by now is refused
    as moved. More than one id makes a batch. The instant is the database's, after the wait for the locks.
    """
    ids = list(dict.fromkeys(customer_ids))
    found = await rows(conn, "SELECT * FROM claim_facts(%s, %s, %s::bigint[], %s)", (tenant_id, person_id, ids, zone))
    facts = {row["customer_id"]: ClaimFacts(**row) for row in found}
    calendar = local_calendar(zone)
    taken: Counter[int] = Counter()
    movers: list[Mover] = []
    results: dict[int, Result] = {}
    for customer_id in ids:
        fact = facts.get(customer_id)
        if fact is None:
            results[customer_id] = Result.refused(customer_id, "not_found")
            continue
        decision = decide_claim(
            counted(fact, taken[fact.pool_id]) if taken else fact, person_id, calendar, expected_pool=expected_pool
        )
        if decision.code is not None:
            results[customer_id] = Result.refused(customer_id, decision.code, decision.data)
            continue
        taken[fact.pool_id] += 1
        results[customer_id] = Result(customer_id, "claimed")
        movers.append(Mover(customer_id, fact.version, owner_to=person_id, pool_from=fact.pool_id, data=decision.data))
    if movers:
        at = facts[movers[0].customer_id].at
        batch = await new_batch(conn, tenant_id, "claim", person_id, at) if len(customer_ids) > 1 else None
        moved = await open_spells(
            conn, tenant_id, listed(movers), kind="claim", by=By(person_id, batch_id=batch), at=at
        )
        assert len(moved) == len(movers), "the rows are locked"
    return [results[customer_id] for customer_id in ids]
