"""`gonghai verify`: replays the events and says whether they give the present."""

import asyncio
from typing import Annotated

import orjson
import typer

from gonghai.base.database import Database
from gonghai.base.errors import NotFound
from gonghai.base.settings import Settings
from gonghai.cli.reach import app_connection, reach
from gonghai.moves.verify import Report
from gonghai.moves.verify import verify as compare


def verify(
    tenant: Annotated[int | None, typer.Option(help="One company's id; default: all companies.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The whole report as JSON.")] = False,
) -> None:
    """Compares every customer with what its events say; ends with 1 on any difference. Changes nothing."""
    settings = Settings()
    with reach(settings) as owner_url:
        try:
            report = asyncio.run(_compare(app_connection(settings, owner_url), tenant))
        except NotFound:
            raise typer.BadParameter(f"there is no company {tenant}", param_hint="--tenant") from None
    typer.echo(orjson.dumps(report).decode() if as_json else _words(report))
    if report.differences:
        raise typer.Exit(1)


async def _compare(url: str, tenant: int | None) -> Report:
    async with Database(url, size=1) as database:
        return await compare(database, tenant)


def _words(report: Report) -> str:
    counted = f"{report.customers} customers, {report.events} events, {report.differences} differences"
    lines = [f"{counted} ({report.seconds:.1f} s)"]
    for d in report.examples:
        lines.append(f"tenant {d.tenant} customer {d.customer}: {d.field} is {d.stored}, events say {d.replayed}")
    if report.differences > len(report.examples):
        lines.append(f"… and {report.differences - len(report.examples)} more")
    return "\n".join(lines)
