"""Reading deals: a customer's, newest first."""

from typing import Any

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, rows
from gonghai.customers.masking import masked_deal, masked_fields
from gonghai.customers.queries import get

COLUMNS = """d.id, d.customer_id, d.spell_no, d.name, d.stage, d.state, d.amount, d.expected_date, d.lost_reason,
    d.opened_at, d.closed_at, d.created_by, d.version"""


async def list_deals(
    conn: Conn, actor: Actor, customer_id: int, *, before: int | None, limit: int
) -> list[dict[str, Any]]:
    """At most `limit` deals, masked for the actor, newest first, with ids below `before`; 404 when the customer is not visible.

    `adopted`: it belongs to the open spell, so it holds that spell's timer while open or won.
    """
    hidden = masked_fields(actor, await get(conn, actor, customer_id))
    found = await rows(
        conn,
        f"""SELECT {COLUMNS}, c.state = 'owned' AND d.spell_no = c.spell_no AS adopted
            FROM deal d JOIN customer c ON c.tenant_id = %(t)s AND c.id = d.customer_id
            WHERE d.tenant_id = %(t)s AND d.customer_id = %(c)s {"AND d.id < %(before)s" if before else ""}
            ORDER BY d.id DESC LIMIT %(limit)s""",
        {"t": actor.tenant_id, "c": customer_id, "before": before, "limit": limit},
    )
    return [masked_deal(row, hidden) for row in found]
