"""Claiming: one statement locks the claimer, then the customers, counts, decides and writes.

The rules stand in the SQL function `claim` (migrations), each once: under a rush a claim must be one round trip.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from psycopg.rows import DictRow

from gonghai.base.database import Conn, rows
from gonghai.moves.results import Result
from gonghai.workdays import Calendar

CLAIM = "SELECT * FROM claim(%s, %s, %s::bigint[], %s, %s)"


@lru_cache(maxsize=64)
def local_calendar(zone: str) -> Calendar:
    """Enough of a calendar for rules in local days; they don't ask which days are worked."""
    return Calendar(zone=ZoneInfo(zone))


def claim_parameters(
    tenant_id: int, person_id: int, customer_ids: Sequence[int], zone: str, expected_pool: int | None = None
) -> tuple[Any, ...]:
    """The parameters of CLAIM. An id given twice counts once."""
    return tenant_id, person_id, list(dict.fromkeys(customer_ids)), zone, expected_pool


def claim_results(found: Sequence[DictRow]) -> list[Result]:
    """What CLAIM answered, per id in the order given."""
    return [
        Result(row["customer_id"], "refused" if row["code"] else "claimed", row["code"], row["data"]) for row in found
    ]


async def claim(
    conn: Conn,
    tenant_id: int,
    person_id: int,
    customer_ids: Sequence[int],
    *,
    zone: str,
    expected_pool: int | None = None,
) -> list[Result]:
    """Claims the customers for the person inside the caller's transaction.

    `expected_pool` is the pool whose page the ids were chosen on: a customer lying elsewhere by now is refused
    as moved. More than one id makes a batch. The instant is the database's, after the wait for the locks.
    """
    parameters = claim_parameters(tenant_id, person_id, customer_ids, zone, expected_pool)
    return claim_results(await rows(conn, CLAIM, parameters))
