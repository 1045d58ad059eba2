"""The job queue: procrastinate, in the same PostgreSQL, deferred inside our own transactions."""

from datetime import datetime
from typing import Any

from psycopg.errors import UniqueViolation
from psycopg.types.json import Jsonb

from gonghai.base.database import Conn


async def defer(
    conn: Conn,
    task: str,
    *,
    lock: str | None = None,
    once: str | None = None,
    at: datetime | None = None,
    **arguments: Any,
) -> None:
    """Defers the job `task` in the caller's transaction: no commit, no job. It runs at once, or not before `at`.

    `once` lets at most one such job wait at a time; a second one is silently the first. `lock` makes
    jobs of one lock run one after another.
    """
    sql = """SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(
        'default', %(task)s, 0, %(lock)s, %(once)s, %(arguments)s, %(at)s)::procrastinate_job_to_defer_v1])"""
    params = {"task": task, "lock": lock, "once": once, "arguments": Jsonb(arguments), "at": at}
    try:
        async with conn.transaction():  # a savepoint: a duplicate must not abort the caller
            await conn.execute(sql, params)
    except UniqueViolation:
        pass
