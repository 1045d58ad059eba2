"""`gonghai incentives`: counts points now, and says whether the ledger is what the log earned."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

import typer

from gonghai.base.database import Database, rows
from gonghai.base.settings import Settings
from gonghai.cli.reach import app_connection, reach
from gonghai.incentives.count import count_points
from gonghai.incentives.verify import Report, verify_points

incentives_app = typer.Typer(help="Points that good work earns.", no_args_is_help=True)
Tenant = Annotated[int | None, typer.Option(help="One company's id; default: all companies.")]


@incentives_app.command("count")
def count_command(tenant: Tenant = None) -> None:
    """Counts what happened since, as the worker does every ten minutes."""

    async def go(url: str) -> None:
        async with Database(url, size=2) as database:
            async for each in _tenants(database, tenant):
                typer.echo(f"company {each}: {await count_points(database, each)} rows")

    settings = Settings()
    with reach(settings) as owner_url:
        asyncio.run(go(app_connection(settings, owner_url)))


@incentives_app.command("verify")
def verify_command(tenant: Tenant = None) -> None:
    """Reads every log again from its first event and compares with the ledger; ends with 1 on any difference.

    What hasn't been counted yet is counted first.
    """

    async def go(url: str) -> int:
        wrong = 0
        async with Database(url, size=2) as database:
            async for each in _tenants(database, tenant):
                report = await verify_points(database, each)
                wrong += len(report.differences)
                _tell(each, report)
        return wrong

    settings = Settings()
    with reach(settings) as owner_url:
        wrong = asyncio.run(go(app_connection(settings, owner_url)))
    if wrong:
        raise typer.Exit(1)


def _tell(tenant_id: int, report: Report) -> None:
    counted = f"{report.customers} customers, {report.booked} rows, {len(report.differences)} differences"
    typer.echo(f"company {tenant_id}: {counted}")
    for entry in report.differences[:20]:
        typer.echo(
            f"  person {entry.person_id}, customer {entry.customer_id}: {entry.rule} {entry.points:+} is missing"
        )


async def _tenants(database: Database, tenant: int | None) -> AsyncIterator[int]:
    if tenant is not None:
        yield tenant
        return
    async with database.anyone() as conn:
        found = await rows(conn, "SELECT list_tenants(0, 1000000) AS id")
    for row in found:
        yield row["id"]
