"""`gonghai draw verify`: deals draws once more from their published records and says whether they agree."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from gonghai.base.database import Database, rows
from gonghai.base.settings import Settings
from gonghai.cli.reach import app_connection, reach
from gonghai.moves.draws.queries import all_wishes, dealt_draws
from gonghai.moves.draws.record import differences, published

draw_app = typer.Typer(help="Draws of pools.", no_args_is_help=True)
File = Annotated[
    Path | None, typer.Argument(exists=True, dir_okay=False, help="A record as downloaded; no database is needed.")
]


@draw_app.callback()
def group() -> None:
    """Keeps `verify` a command of its own name."""


@draw_app.command("verify")
def verify_command(
    file: File = None,
    draw: Annotated[int | None, typer.Option(help="A draw's id, read from the database.")] = None,
) -> None:
    """Recomputes hash and dealing of a draw and says OK, or which line differs and ends with 1. Changes nothing.

    With neither FILE nor --draw, all draws of the installation.
    """
    if file is not None and draw is not None:
        raise typer.BadParameter("give FILE or --draw, not both")
    checked = list(_of_file(file)) if file is not None else _of_database(draw)
    if draw is not None and not checked:
        raise typer.BadParameter(f"there is no dealt draw {draw}", param_hint="--draw")
    wrong = 0
    for record, lines in checked:
        wrong += bool(lines)
        for line in lines or [_agreed(record)]:
            typer.echo(line)
    if file is None:
        typer.echo(f"{len(checked)} draws, {wrong} with differences")
    if wrong:
        raise typer.Exit(1)


def _of_file(file: Path) -> Iterator[tuple[Any, list[str]]]:
    try:
        record = orjson.loads(file.read_bytes())
    except orjson.JSONDecodeError as error:
        yield None, [f"{file.name} is not JSON: {error}"]
        return
    yield record, differences(record)


def _of_database(draw: int | None) -> list[tuple[Any, list[str]]]:
    settings = Settings()
    with reach(settings) as owner_url:
        return asyncio.run(_read(app_connection(settings, owner_url), draw))


async def _read(url: str, draw_id: int | None) -> list[tuple[Any, list[str]]]:
    found: list[tuple[Any, list[str]]] = []
    async with Database(url, size=1) as database:
        async with database.anyone() as conn:
            tenants = [row["id"] for row in await rows(conn, "SELECT list_tenants(0, %s) AS id", (2**31 - 1,))]
        for tenant_id in tenants:
            async with database.tenant(tenant_id) as conn:
                for row in await dealt_draws(conn, tenant_id, draw_id):
                    record = published(row, await all_wishes(conn, tenant_id, row["id"]))
                    found.append((record, [*differences(record), *_against_log(record, row["logged"])]))
    return found


def _against_log(record: dict[str, Any], logged: str) -> list[str]:
    if record["digest"] == logged:
        return []
    return [f"draw {record['draw']['id']}: the tables give the digest {record['digest']}, the log has {logged}"]


def _agreed(record: dict[str, Any]) -> str:
    wishes = [wish for entry in record["entries"] for wish in entry["wishes"]]
    won = sum(wish["outcome"] == "won" for wish in wishes)
    return (
        f"OK: draw {record['draw']['id']}, {len(record['entries'])} people, {len(wishes)} wishes, {won} won.\n"
        f"    seed's hash {record['seed_hash']}\n    digest      {record['digest']}\n"
        "    Both must be those of the draw's page."
    )
