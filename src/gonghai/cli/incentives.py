"""`gonghai incentives`: counts points now. Whether they are what the log earned, `gonghai verify` says."""

import asyncio
from typing import Annotated

import typer

from gonghai.base.database import Database
from gonghai.base.settings import Settings
from gonghai.cli.reach import app_connection, reach
from gonghai.incentives.count import count_points
from gonghai.moves.verify import tenants

incentives_app = typer.Typer(help="Points that good work earns.", no_args_is_help=True)
Tenant = Annotated[int | None, typer.Option(help="One company's id; default: all companies.")]


@incentives_app.callback()
def group() -> None:
    """Keeps `count` a command of its own name."""


@incentives_app.command("count")
def count_command(tenant: Tenant = None) -> None:
    """Counts what happened since, as the worker does every ten minutes."""

    async def go(url: str) -> None:
        async with Database(url, size=2) as database:
            for each in await tenants(database) if tenant is None else [tenant]:
                typer.echo(f"company {each}: {await count_points(database, each)} rows")

    settings = Settings()
    with reach(settings) as owner_url:
        asyncio.run(go(app_connection(settings, owner_url)))
