"""Telling pools' admins that a new customer matches one that is there: its author knew, or could not be told."""

from collections.abc import Sequence

from psycopg.rows import DictRow

from gonghai.base.database import Conn, rows
from gonghai.notifications.notices import NAMED, NewNotice, write
from gonghai.people.leads import admins
from gonghai.pools.admins import pool_admins

_CREATED = """SELECT e.id, e.at, e.subject_id, e.actor_id, e.data->'matched' AS matched, e.pool_to,
    ARRAY(SELECT DISTINCT c.pool_id FROM jsonb_array_elements(e.data->'matched') m
      JOIN customer c ON c.tenant_id = e.tenant_id AND c.id = (m->>'id')::bigint) AS pools
  FROM event e WHERE e.tenant_id = %s AND e.id = ANY (%s) AND e.kind = 'create' AND e.data ? 'matched' ORDER BY e.id"""


async def notify_duplicates(conn: Conn, tenant_id: int, events: Sequence[int]) -> None:
    """Of each creation that matched: the admins of the pools of all concerned, else the company's; not who created it."""
    found = await rows(conn, _CREATED, (tenant_id, list(events)))
    if not found:
        return
    named = await pool_admins(conn, tenant_id, sorted({pool for row in found for pool in _pools(row)}))
    everywhere = await admins(conn, tenant_id)
    told = []
    for row in found:
        data = {
            "count": 1, "customers": [row["subject_id"], *[int(m["id"]) for m in row["matched"][:NAMED]]],
            "matched": row["matched"][:NAMED], "actor": row["actor_id"],
        }  # fmt: skip
        people = {person for pool in _pools(row) for person in named.get(pool, [])} or set(everywhere)
        told += [
            NewNotice(person, "duplicate", f"event:{row['id']}", row["at"], data)
            for person in sorted(people - {row["actor_id"]})
        ]
    await write(conn, tenant_id, told)


def _pools(row: DictRow) -> set[int]:
    return {row["pool_to"], *row["pools"]}
