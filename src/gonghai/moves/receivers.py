"""Giving customers to a person: their row locked first, then checked, then counted."""

from collections.abc import Iterable
from datetime import datetime

from psycopg.rows import DictRow

from gonghai.base.database import Conn, one, rows
from gonghai.base.errors import NotFound, Refusal
from gonghai.moves.limits import Usage, pool_usage


async def lock_receiver(conn: Conn, tenant_id: int, person_id: int) -> str:
    """Locks the receiver's row and checks that they are active; their name. Deactivation locks it too."""
    row = await one(
        conn,
        "SELECT p.name, p.state FROM person p WHERE p.tenant_id = %s AND p.id = %s FOR NO KEY UPDATE",
        (tenant_id, person_id),
    )
    if row is None:
        raise NotFound("person", id=str(person_id))
    if row["state"] != "active":
        raise Refusal("receiver_not_active", person={"id": str(person_id), "name": row["name"]})
    name: str = row["name"]
    return name


async def lock_people(conn: Conn, tenant_id: int, person_ids: Iterable[int]) -> dict[int, DictRow]:
    """Locks the rows of all who give or get in one transaction, in id order; id, name and state of each."""
    found = await rows(
        conn,
        "SELECT p.id, p.name, p.state FROM person p WHERE p.tenant_id = %s AND p.id = ANY (%s) ORDER BY p.id"
        " FOR NO KEY UPDATE",
        (tenant_id, list(person_ids)),
    )
    return {row["id"]: row for row in found}


class Room:
    """How many more customers a receiver may hold, per home pool, counted after their row was locked."""

    def __init__(self, usage: dict[int, Usage]) -> None:
        self._usage = usage
        self._given: dict[int, int] = {}

    @classmethod
    async def of(
        cls, conn: Conn, tenant_id: int, person_id: int, pools: set[int], *, zone: str, now: datetime
    ) -> "Room":
        return cls(await pool_usage(conn, tenant_id, person_id, sorted(pools), zone=zone, now=now))

    def over(self, pool_id: int) -> dict[str, int] | None:
        """The numbers of the cap that one more customer would break, the pool's or the company's, or None."""
        usage = self._usage[pool_id]
        if usage.company_cap is not None:
            held = usage.company_cap.used + sum(self._given.values())
            if held >= usage.company_cap.limit:
                return {"used": held, "limit": usage.company_cap.limit}
        held = usage.holding_cap.used + self._given.get(pool_id, 0)
        return {"used": held, "limit": usage.holding_cap.limit} if held >= usage.holding_cap.limit else None

    def give(self, pool_id: int) -> None:
        self._given[pool_id] = self._given.get(pool_id, 0) + 1
