"""`gonghai sweep`: one sweep now, in the foreground."""

from typing import Annotated

import typer

from gonghai.base import clock
from gonghai.base.database import Database, rows
from gonghai.base.settings import Settings
from gonghai.cli.reach import app_connection, finish, reach
from gonghai.jobs.tasks import Tasks
from gonghai.moves.runs import run_list


def sweep(tenant: Annotated[int | None, typer.Option(help="One company's id; default: all companies.")] = None) -> None:
    """Takes back what is due, as the worker does every ten minutes; says what moved."""

    async def go(url: str) -> None:
        async with Database(url, size=2) as database:
            tenants = [tenant]
            if tenant is None:
                async with database.anyone() as conn:
                    tenants = [row["id"] for row in await rows(conn, "SELECT list_tenants(0, 1000000) AS id")]
            for tenant_id in tenants:
                assert tenant_id is not None
                await Tasks(database).sweep(tenant_id)
                async with database.tenant(tenant_id) as conn:
                    for run in await run_list(conn, tenant_id, before=None, limit=1):
                        took = (run["finished_at"] or clock.now()) - run["started_at"]
                        counts = f"{run['due']} due, {run['moved']} moved, {run['skipped']} skipped"
                        typer.echo(f"company {tenant_id}: {counts} in {took.total_seconds():.1f} s ({run['state']})")
                        if run["error"]:
                            typer.echo(f"  {run['error']}", err=True)

    settings = Settings()
    with reach(settings) as owner_url:
        finish(go(app_connection(settings, owner_url)))
