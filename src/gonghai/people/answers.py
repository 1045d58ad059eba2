"""Answers kept for requests that carry an Idempotency-Key, and how long they are."""

from datetime import datetime, timedelta
from typing import Final

from gonghai.base.database import Conn, run

KEPT: Final = timedelta(days=2)


async def forget_answers(conn: Conn, tenant_id: int, *, now: datetime) -> None:
    """Forgets answers older than KEPT: nobody sends a request again so late, and what people read isn't hoarded."""
    await run(
        conn, "DELETE FROM idempotency_key k WHERE k.tenant_id = %s AND k.created_at < %s", (tenant_id, now - KEPT)
    )
