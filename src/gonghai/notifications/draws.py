"""Telling the entrants of a draw what they got, or that it was called off."""

from datetime import datetime
from typing import Any

from gonghai.base.database import Conn, one, rows
from gonghai.notifications.notices import NAMED, NewNotice, write


async def notify_draw(conn: Conn, tenant_id: int, draw_id: int) -> None:
    """One notice for everybody who entered wishes."""
    draw = await one(
        conn,
        "SELECT d.state, d.pool_id, d.why, d.decided_at FROM draw d WHERE d.tenant_id = %s AND d.id = %s",
        (tenant_id, draw_id),
    )
    if draw is None or draw["state"] == "planned":
        return
    entrants = await rows(
        conn,
        "SELECT w.person_id, count(*) FILTER (WHERE w.outcome = 'won') AS won,"
        " (array_agg(w.customer_id ORDER BY w.round, w.place) FILTER (WHERE w.outcome = 'won'))[:%s] AS customers"
        " FROM draw_wish w WHERE w.tenant_id = %s AND w.draw_id = %s GROUP BY w.person_id",
        (NAMED, tenant_id, draw_id),
    )
    at: datetime = draw["decided_at"]
    about: dict[str, Any] = {"draw": draw_id, "pool": draw["pool_id"]}
    notices = []
    for row in entrants:
        if draw["state"] == "cancelled":
            notices.append(
                NewNotice(row["person_id"], "draw_cancelled", f"draw:{draw_id}", at, about | {"why": draw["why"]})
            )
            continue
        kind = "draw_won" if row["won"] else "draw_lost"
        data = about | {"count": row["won"], "customers": row["customers"] or []}
        notices.append(NewNotice(row["person_id"], kind, f"draw:{draw_id}", at, data))
    await write(conn, tenant_id, notices)
