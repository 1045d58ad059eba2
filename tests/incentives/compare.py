"""What the ledger of a company says, and what the oracle reads out of its log."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from gonghai.base.database import rows
from tests.incentives.oracle import Key, Reader
from tests.incentives.stage import MONDAY
from tests.moves.world import World


async def expected(world: World, customers: Sequence[int]) -> Counter[Key]:
    """What these customers' logs earned."""
    async with world.transaction() as conn:
        t = (world.tenant_id,)
        found = await rows(conn, "SELECT * FROM point_rules WHERE tenant_id = %s ORDER BY number", t)
        days = await rows(conn, "SELECT * FROM season WHERE tenant_id = %s", t)
    versions = [(row["from_at"], row["document"]) for row in found]
    seasons = [(_midnight(r["first_day"]), _midnight(r["last_day"] + timedelta(days=1))) for r in days]
    total: Counter[Key] = Counter()
    for customer in customers:
        total.update(Reader(await world.events(customer), versions, seasons).points())
    return total


async def booked(world: World) -> Counter[Key]:
    """What the ledger gives in all, without what it took back whole."""
    async with world.transaction() as conn:
        sql = "SELECT p.person_id, p.rule, p.cause, p.points FROM point p WHERE p.tenant_id = %s"
        found = await rows(conn, sql, (world.tenant_id,))
    total: Counter[Key] = Counter()
    for row in found:
        total[row["person_id"], row["rule"], row["cause"]] += row["points"]
    return Counter({key: points for key, points in total.items() if points})


def _midnight(day: date) -> Any:
    return MONDAY.replace(year=day.year, month=day.month, day=day.day, hour=0)
