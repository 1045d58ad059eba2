"""Overrides that good work earns: granted by rule, many at once, to whoever has none for that time yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from psycopg.types.json import Jsonb

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, rows
from gonghai.pools.actions import lock_pool, need_rules

_GRANT: Final = """WITH made AS (
    INSERT INTO claim_override (tenant_id, pool_id, person_id, rule, value, from_at, until_at, why, granted_at, source,
        earned)
    SELECT %(t)s, %(pool)s, g.person_id, %(rule)s, g.value, %(from)s, %(until)s, g.why, %(now)s, 'earned', g.numbers
    FROM unnest(%(persons)s::bigint[], %(values)s::integer[], %(whys)s::text[], %(numbers)s::jsonb[])
      AS g (person_id, value, why, numbers)
    JOIN person p ON p.tenant_id = %(t)s AND p.id = g.person_id AND p.state = 'active'
    WHERE NOT EXISTS (SELECT FROM claim_override o WHERE o.tenant_id = %(t)s AND o.person_id = g.person_id
        AND o.pool_id = %(pool)s AND o.rule = %(rule)s AND o.revoked_at IS NULL
        AND o.from_at < %(until)s AND %(from)s < o.until_at)
    RETURNING id, person_id, value),
  said AS (
    INSERT INTO event (tenant_id, at, kind, subject, subject_id, version, actor, data)
    SELECT %(t)s, %(now)s, 'grant_override', 'override', m.id, 1, 'system', jsonb_build_object('pool', %(pool)s::text,
        'rule', %(rule)s::text, 'person', m.person_id::text, 'value', m.value, 'from', %(from)s::timestamptz,
        'until', %(until)s::timestamptz, 'source', 'earned') FROM made m)
  SELECT m.person_id FROM made m"""


@dataclass(frozen=True, slots=True)
class Grant:
    """A limit that a person earned; `numbers` say how, `why` the same in a sentence."""

    person_id: int
    value: int
    why: str
    numbers: dict[str, Any]


async def grant_earned(
    conn: Conn,
    actor: Actor,
    pool_id: int,
    rule: str,
    grants: Sequence[Grant],
    *,
    from_at: datetime,
    until_at: datetime,
    now: datetime,
) -> set[int]:
    """Grants them; whom it reached. An override that somebody has for that time already, by hand say, stands."""
    need_rules(actor, pool_id)
    persons = [grant.person_id for grant in grants]
    await rows(
        conn,
        "SELECT p.id FROM person p WHERE p.tenant_id = %s AND p.id = ANY (%s) ORDER BY p.id FOR NO KEY UPDATE",
        (actor.tenant_id, persons),
    )
    await lock_pool(conn, actor.tenant_id, pool_id)
    made = await rows(
        conn,
        _GRANT,
        {
            "t": actor.tenant_id, "pool": pool_id, "rule": rule, "from": from_at, "until": until_at, "now": now,
            "persons": persons, "values": [g.value for g in grants], "whys": [g.why for g in grants],
            "numbers": [Jsonb(g.numbers) for g in grants],
        },
    )  # fmt: skip
    return {row["person_id"] for row in made}
