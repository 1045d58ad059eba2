"""Owners on leave: whose customers the set-based passes hold as constants."""

from datetime import datetime

from gonghai.base.database import Conn, rows
from gonghai.policy.due import Leave


async def leaves(conn: Conn, tenant_id: int, now: datetime) -> list[Leave]:
    """Owners whose leave has begun, of the last months; older ones hold nobody any more."""
    found = await rows(
        conn,
        "SELECT id, leave_until FROM person WHERE tenant_id = %(t)s AND leave_from <= %(now)s"
        " AND leave_until > %(now)s - interval '180 days'",
        {"t": tenant_id, "now": now},
    )
    return [Leave(row["id"], row["leave_until"]) for row in found]
