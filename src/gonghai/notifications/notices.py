"""Writing notices: one per person, kind and key, whatever is tried twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from psycopg.types.json import Jsonb

from gonghai.base.database import Conn, run

# How many customers a notice names; the list behind its link shows all.
NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class NewNotice:
    """What a person is told: ids and numbers only, as names are read when it is shown."""

    person_id: int
    kind: str
    key: str
    at: datetime
    data: Mapping[str, Any]


_WRITE = """INSERT INTO notice (tenant_id, person_id, kind, key, at, data)
  SELECT %(t)s, x.person_id, x.kind, x.key, x.at, x.data
  FROM unnest(%(persons)s::bigint[], %(kinds)s::text[], %(keys)s::text[], %(ats)s::timestamptz[], %(data)s::jsonb[])
    AS x (person_id, kind, key, at, data)
  JOIN person p ON p.tenant_id = %(t)s AND p.id = x.person_id AND p.state = 'active'
  ON CONFLICT (tenant_id, person_id, kind, key) DO"""
# A digest grows: when there is more in it than was read, it is news again.
_GROWN = """UPDATE SET at = excluded.at, data = excluded.data, read_at = NULL
  WHERE notice.data->'count' IS DISTINCT FROM excluded.data->'count'"""


async def write(conn: Conn, tenant_id: int, notices: Sequence[NewNotice], *, digests: bool = False) -> None:
    """Writes what isn't there yet. Digests whose count has changed are written anew, and unread again."""
    if not notices:
        return
    params = {
        "t": tenant_id,
        "persons": [n.person_id for n in notices],
        "kinds": [n.kind for n in notices],
        "keys": [n.key for n in notices],
        "ats": [n.at for n in notices],
        "data": [Jsonb(dict(n.data)) for n in notices],
    }
    await run(conn, f"{_WRITE} {_GROWN if digests else 'NOTHING'}", params)
