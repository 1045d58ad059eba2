"""When pools that keep hours are open for claiming next: what the pages say beforehand, by the rule that claims obey."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.types.json import Jsonb

from gonghai.base.database import Conn, rows
from gonghai.moves.claim import working_days


@dataclass(frozen=True, slots=True)
class Closed:
    """Claiming is closed. `until`: when it opens; None where that isn't within a month."""

    until: datetime | None


async def closed_pools(
    conn: Conn, tenant_id: int, pool_ids: Sequence[int], *, zone: str, now: datetime
) -> dict[int, Closed]:
    """Which of the pools are closed for claiming now. Pools without hours are always open."""
    if not pool_ids:
        return {}
    found = await rows(
        conn,
        """SELECT o.id, nullif(o.opens, 'infinity') AS until FROM (
             SELECT q.id, claim_opens(q.claim_windows, %(now)s, %(zone)s, %(working)s) AS opens FROM pool q
             WHERE q.tenant_id = %(t)s AND q.id = ANY (%(pools)s) AND q.claim_windows <> '[]') o
           WHERE o.opens IS NOT NULL""",
        {
            "t": tenant_id, "pools": list(pool_ids), "now": now, "zone": zone,
            "working": Jsonb(await working_days(conn, tenant_id, now)),
        },
    )  # fmt: skip
    return {row["id"]: Closed(row["until"]) for row in found}
