"""The procrastinate app over our own database: which tasks there are, and the dispatcher's beat."""

from typing import Any

import structlog
from procrastinate import App, JobContext, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import AlreadyEnqueued, UniqueViolation
from procrastinate.jobs import Status

from gonghai.base import clock
from gonghai.base.database import Database, rows
from gonghai.jobs.tasks import ATTEMPTS, Tasks

log = structlog.get_logger()
SLICE = 1000


def make_app(database: Database) -> App:
    """Builds the app on gonghai_app's connection string; the caller opens it."""
    connector = PsycopgConnector(conninfo=database.url, min_size=1, max_size=4)
    app = App(connector=connector)
    tasks = Tasks(database)

    @app.task(name="sweep")
    async def sweep(tenant_id: int) -> None:
        await tasks.sweep(tenant_id)

    @app.task(name="import_file", retry=RetryStrategy(max_attempts=ATTEMPTS, wait=10), pass_context=True)
    async def import_file(context: JobContext, tenant_id: int, import_id: int) -> None:
        await tasks.import_file(tenant_id, import_id, attempts=context.job.attempts)

    @app.task(name="clean", retry=RetryStrategy(max_attempts=ATTEMPTS, wait=10), pass_context=True)
    async def clean(context: JobContext, tenant_id: int, run_id: int) -> None:
        await tasks.clean(tenant_id, run_id, attempts=context.job.attempts)

    @app.task(name="undo", retry=RetryStrategy(max_attempts=ATTEMPTS, wait=10), pass_context=True)
    async def undo(context: JobContext, tenant_id: int, undo_id: int) -> None:
        await tasks.undo(tenant_id, undo_id, attempts=context.job.attempts)

    @app.task(name="deal_draw", retry=RetryStrategy(max_attempts=ATTEMPTS, wait=10))
    async def deal_draw(tenant_id: int, draw_id: int) -> None:
        await tasks.deal_draw(tenant_id, draw_id)

    @app.task(name="incentives")
    async def incentives(tenant_id: int) -> None:
        await tasks.incentives(tenant_id)

    @app.task(name="notify", retry=RetryStrategy(max_attempts=ATTEMPTS, wait=10))
    async def notify(tenant_id: int, **what: Any) -> None:
        await tasks.notify(tenant_id, **what)

    @app.periodic(cron="* * * * *")
    @app.task(name="take_over", queueing_lock="take_over")
    async def take_over(timestamp: int) -> None:
        """Puts the jobs of workers that were killed back into the queue; they go on where they were."""
        for job in await app.job_manager.get_stalled_jobs():
            log.warning("job of a worker that is gone", job=job.id, task=job.task_name)
            try:
                await app.job_manager.retry_job(job)
            except UniqueViolation:
                # Another one waits for the same, and only for this one's lock.
                assert job.id is not None
                await app.job_manager.finish_job_by_id_async(job.id, status=Status.FAILED, delete_job=True)

    @app.periodic(cron="*/10 * * * *")
    @app.task(name="dispatch_sweeps", queueing_lock="dispatch_sweeps")
    async def dispatch_sweeps(timestamp: int) -> None:
        """One beat for all: defers a sweep and a counting of points for each tenant, a slice of tenants at a time."""
        after = 0
        while True:
            async with database.anyone() as conn:
                found = await rows(conn, "SELECT list_tenants(%s, %s) AS id", (after, SLICE))
            for row in found:
                for task in (sweep, incentives):
                    lock = f"{task.name}-{row['id']}"
                    try:
                        await task.configure(lock=lock, queueing_lock=lock).defer_async(tenant_id=row["id"])
                    except AlreadyEnqueued:
                        log.info("still waiting", job=lock, now=clock.now().isoformat())
            if len(found) < SLICE:
                return
            after = found[-1]["id"]

    return app
