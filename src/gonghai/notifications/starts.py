"""Telling author and pool admins that a planned version starts soon, and what it would do by now."""

from dataclasses import asdict
from datetime import datetime

from gonghai.base.database import Conn
from gonghai.notifications.notices import NewNotice, write
from gonghai.people.leads import admins
from gonghai.policy.starts import policies_starting
from gonghai.pools.admins import pool_admins


async def notify_starts(conn: Conn, tenant_id: int, *, now: datetime) -> None:
    """Announces each near start once. Pools without admins are the company's admins' business."""
    starting = await policies_starting(conn, tenant_id, now)
    if not starting:
        return
    named = await pool_admins(conn, tenant_id, [s.pool_id for s in starting])
    everywhere = await admins(conn, tenant_id)
    notices = []
    for start in starting:
        data = {
            "pool": start.pool_id,
            "number": start.number,
            "effective_from": start.effective_from.isoformat(),
            "totals": asdict(start.preview.totals) if start.preview else None,
            "really": asdict(start.preview.really) if start.preview else None,
        }
        author = [start.author_id] if start.author_id is not None else []
        for person_id in sorted({*author, *(named.get(start.pool_id) or everywhere)}):
            notices.append(NewNotice(person_id, "policy_starts", f"policy:{start.policy_id}", now, data))
    await write(conn, tenant_id, notices)
