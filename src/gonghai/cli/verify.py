"""`gonghai verify`: replays the events and says whether they give the present, and whether points are what they earned."""

import asyncio
import time
from dataclasses import asdict
from typing import Annotated

import orjson
import typer

from gonghai.base.database import Database
from gonghai.base.errors import NotFound
from gonghai.base.settings import Settings
from gonghai.cli.reach import app_connection, reach
from gonghai.incentives.verify import verify_points
from gonghai.moves.verify import Report, tenants
from gonghai.moves.verify import verify as compare


def verify(
    tenant: Annotated[int | None, typer.Option(help="One company's id; default: all companies.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The whole report as JSON.")] = False,
) -> None:
    """Compares every customer with what its events say, and everybody's points with what the events earned; ends with 1
    on any difference.

    Points that aren't counted yet are counted first, as the worker does every ten minutes; nothing else is written.
    """
    settings = Settings()
    with reach(settings) as owner_url:
        try:
            report, points = asyncio.run(_compare(app_connection(settings, owner_url), tenant))
        except NotFound:
            raise typer.BadParameter(f"there is no company {tenant}", param_hint="--tenant") from None
    typer.echo(orjson.dumps({**asdict(report), "points": points}).decode() if as_json else _words(report, points))
    if report.differences:
        raise typer.Exit(1)


async def _compare(url: str, tenant: int | None) -> tuple[Report, int]:
    """One report of both, and how many rows of points were read."""
    began, booked = time.perf_counter(), 0
    async with Database(url, size=1) as database:
        report = await compare(database, tenant)
        for each in await tenants(database) if tenant is None else [tenant]:
            points = await verify_points(database, each)
            booked += points.booked
            for d in points.differences:
                name = f"{d.field} of person {d.person_id} by {d.rule} for event {d.cause}"
                report.differ(each, d.customer_id, name, d.replayed, d.stored)
    report.seconds = round(time.perf_counter() - began, 3)
    return report, booked


def _words(report: Report, points: int) -> str:
    counted = f"{report.customers} customers, {report.events} events, {points} rows of points"
    lines = [f"{counted}, {report.differences} differences ({report.seconds:.1f} s)"]
    for d in report.examples:
        lines.append(f"tenant {d.tenant} customer {d.customer}: {d.field} is {d.stored}, events say {d.replayed}")
    if report.differences > len(report.examples):
        lines.append(f"… and {report.differences - len(report.examples)} more")
    return "\n".join(lines)
