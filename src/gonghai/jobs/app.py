"""The procrastinate app over our own database: which tasks there are, and the dispatcher's beat."""

import structlog
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued

from gonghai.base import clock
from gonghai.base.database import Database, rows
from gonghai.jobs.tasks import Tasks

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

    @app.periodic(cron="*/10 * * * *")
    @app.task(name="dispatch_sweeps", queueing_lock="dispatch_sweeps")
    async def dispatch_sweeps(timestamp: int) -> None:
        """One beat for all: defers a sweep for each tenant, a slice of tenants at a time."""
        after = 0
        while True:
            async with database.anyone() as conn:
                found = await rows(conn, "SELECT list_tenants(%s, %s) AS id", (after, SLICE))
            for row in found:
                try:
                    await sweep.configure(lock=f"sweep-{row['id']}", queueing_lock=f"sweep-{row['id']}").defer_async(
                        tenant_id=row["id"]
                    )
                except AlreadyEnqueued:
                    log.info("sweep still waiting", tenant=row["id"], now=clock.now().isoformat())
            if len(found) < SLICE:
                return
            after = found[-1]["id"]

    return app
