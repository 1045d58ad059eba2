"""Running the worker: takes jobs until told to stop, finishing those at hand."""

import asyncio

from gonghai.base.database import Database
from gonghai.jobs.app import make_app

# Of the same tenant one sweep runs at a time; tenants run beside each other.
CONCURRENCY = 4


async def run_worker(database: Database) -> None:
    """Works until SIGTERM or SIGINT."""
    app = make_app(database)
    async with database, app.open_async():
        await app.run_worker_async(concurrency=CONCURRENCY, install_signal_handlers=True, delete_jobs="successful")


def main(url: str) -> None:
    """Runs the worker on a connection string of gonghai_app."""
    asyncio.run(run_worker(Database(url, size=CONCURRENCY + 2)))
