"""Planned follow-ups: what the newest follow-up of an open spell said comes next, and when."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, one, rows
from gonghai.customers.masking import mask_text, masked_fields

# A later follow-up is the plan kept, or a new plan: only the newest one's counts. As the clocks do, a plan goes along
# with an owner's transfer and ends with the spell; what it says is then the former owner's.
_PLANS: Final = """FROM customer c CROSS JOIN LATERAL (
    SELECT f.id, f.kind, f.next_at, f.at, CASE WHEN f.spell_no = c.spell_no THEN f.note END AS note FROM follow_up f
    WHERE f.tenant_id = c.tenant_id AND f.customer_id = c.id AND f.at >= c.clock_start AND f.voided_at IS NULL
    ORDER BY f.at DESC, f.id DESC LIMIT 1) f
  WHERE c.tenant_id = %(t)s AND c.owner_id = ANY (%(owners)s) AND f.next_at IS NOT NULL"""


async def plans(
    conn: Conn,
    actor: Actor,
    owners: Collection[int],
    *,
    after_time: datetime | None,
    until: datetime | None,
    after: Sequence[Any] | None,
    limit: int,
) -> list[DictRow]:
    """Plans of these owners, the actor or whom they act for, due after `after_time` up to `until`, the earliest first,
    behind the key `after` = (next_at, customer)."""
    found = await rows(
        conn,
        f"""SELECT c.id, c.name, c.state, c.owner_id, c.pool_id, c.spell_no, f.kind, f.note, f.next_at, f.at,
            (SELECT p.name FROM person p WHERE p.tenant_id = c.tenant_id AND p.id = c.owner_id) AS owner_name {_PLANS}
            AND (%(after_time)s::timestamptz IS NULL OR f.next_at > %(after_time)s)
            AND (%(until)s::timestamptz IS NULL OR f.next_at <= %(until)s)
            AND (%(key)s::timestamptz IS NULL OR (f.next_at, c.id) > (%(key)s, %(id)s))
            ORDER BY f.next_at, c.id LIMIT %(limit)s""",
        {
            "t": actor.tenant_id, "owners": sorted(owners), "after_time": after_time, "until": until, "limit": limit,
            "key": after[0] if after else None, "id": after[1] if after else None,
        },
    )  # fmt: skip
    return [row | {"note": mask_text(row["note"], masked_fields(actor, row))} for row in found]


async def count_plans(
    conn: Conn, tenant_id: int, owners: Collection[int], *, now: datetime, day_end: datetime
) -> dict[str, int]:
    """How many plans of these owners are overdue, due today, and later."""
    found = await one(
        conn,
        f"""SELECT count(*) FILTER (WHERE f.next_at <= %(now)s) AS overdue,
              count(*) FILTER (WHERE f.next_at > %(now)s AND f.next_at <= %(day_end)s) AS today,
              count(*) FILTER (WHERE f.next_at > %(day_end)s) AS later {_PLANS}""",
        {"t": tenant_id, "owners": sorted(owners), "now": now, "day_end": day_end},
    )
    assert found is not None
    return dict(found)
