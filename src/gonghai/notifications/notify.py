"""The job that turns what was done into notices. Deferred by name, with ids, by the action that did it."""

from collections.abc import Sequence
from datetime import datetime

from gonghai.base.database import Conn
from gonghai.notifications.deputies import notify_away, notify_deputies
from gonghai.notifications.draws import notify_draw
from gonghai.notifications.duplicates import notify_duplicates
from gonghai.notifications.moves import notify_moves, notify_undo
from gonghai.notifications.requests import notify_comments, notify_requests
from gonghai.notifications.sweeps import notify_run
from gonghai.notifications.tasks import notify_decided, notify_given, notify_passed


async def notify(
    conn: Conn,
    tenant_id: int,
    *,
    events: Sequence[int] = (),
    batch: int | None = None,
    run: int | None = None,
    undo: int | None = None,
    requests: Sequence[int] = (),
    comments: Sequence[int] = (),
    draw: int | None = None,
    task_batch: int | None = None,
    passed_task: int | None = None,
    tasks: Sequence[int] = (),
    deputies: Sequence[int] = (),
    away: Sequence[int] = (),
    now: datetime,
) -> None:
    """Writes the notices of moves (by events or their batch), of a sweep's run, an undo, requests, comments, a draw; of
    tasks that were given, passed on, decided; of deputies."""
    if events or batch is not None:
        await notify_moves(conn, tenant_id, events=events, batch=batch, now=now)
    if events:
        await notify_duplicates(conn, tenant_id, events)
    if run is not None:
        await notify_run(conn, tenant_id, run)
    if undo is not None:
        await notify_undo(conn, tenant_id, undo, now=now)
    if requests:
        await notify_requests(conn, tenant_id, requests)
    if comments:
        await notify_comments(conn, tenant_id, comments)
    if draw is not None:
        await notify_draw(conn, tenant_id, draw)
    if task_batch is not None:
        await notify_given(conn, tenant_id, task_batch)
    if passed_task is not None:
        await notify_passed(conn, tenant_id, passed_task)
    if tasks:
        await notify_decided(conn, tenant_id, tasks)
    if deputies:
        await notify_deputies(conn, tenant_id, deputies)
    if away:
        await notify_away(conn, tenant_id, away)
