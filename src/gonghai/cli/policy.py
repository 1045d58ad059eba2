"""`gonghai policy export|check|publish|schema`: a pool's policy and settings from and into YAML or JSON."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

import orjson
import typer

from gonghai.access.actor import Actor
from gonghai.base import clock
from gonghai.base.database import Conn, Database
from gonghai.base.errors import NotFound
from gonghai.base.settings import Settings
from gonghai.cli.policy_file import file_schema, read, written
from gonghai.cli.reach import app_connection, finish, reach
from gonghai.people.calendar import tenant_calendar
from gonghai.people.tenants import tenant_of_login
from gonghai.policy.document import PolicyInvalid
from gonghai.policy.drafts import faults
from gonghai.policy.targets import with_names
from gonghai.policy.versions import Start, every_pool, number_in_force, numbered, pool_names, publish, versions
from gonghai.pools.actions import edit_pool
from gonghai.pools.queries import pool as pool_row
from gonghai.workdays import Length

policy_app = typer.Typer(help="Policies of pools.", no_args_is_help=True)
T = TypeVar("T")
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="YAML or JSON, as `export` writes it.")]
Login = Annotated[str, typer.Option(help="Any sign-in name of the company, such as its admin's.")]
PoolName = Annotated[str, typer.Option("--pool", help="The pool, by name or id.")]


@policy_app.command("publish")
def publish_command(
    file: File,
    pool: PoolName,
    login: Login,
    note: Annotated[str, typer.Option(help="What changed, for the list of versions.")] = "",
    start: Annotated[
        str | None, typer.Option("--from", help="When it begins: 2026-12-01 or 2026-12-01T09:00, the company's time.")
    ] = None,
    grace: Annotated[
        str | None, typer.Option(help='For customers held by then, such as "3 working_days" from the start.')
    ] = None,
) -> None:
    """Publishes a policy for a pool, at once or from an instant on, and applies the file's settings in the same step.

    A faulty file is refused with the path of each fault, and nothing of it is applied.
    """

    async def work(conn: Conn, actor: Actor) -> tuple[int, datetime]:
        document, settings = read(file)
        pool_id, now = await _known(conn, actor, pool), clock.now()
        zone = (await tenant_calendar(conn, actor.tenant_id)).zone
        dates = Start(_instant(start, zone), _length(grace))
        number = await publish(conn, actor, pool_id, document, note=note, at=now, start=dates)
        if settings is not None:
            row = await pool_row(conn, actor.tenant_id, pool_id)
            if any(row[name] != value for name, value in settings.items()):
                await edit_pool(conn, actor, pool_id, settings, None, version=row["version"], now=now)
        return number, dates.effective_from or now

    number, begins = _carried_out(login, work)
    if start is None:
        typer.echo(f"Version {number} of the policy of {pool} is in force.")
    else:
        typer.echo(f"Version {number} of the policy of {pool} begins at {begins.isoformat()}.")


@policy_app.command("export")
def export_command(
    pool: PoolName,
    login: Login,
    number: Annotated[int | None, typer.Option(help="A version's number; default: the one in force.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of YAML.")] = False,
) -> None:
    """Prints a pool's policy with the pool's settings."""

    async def work(conn: Conn, actor: Actor) -> str:
        pool_id = await _known(conn, actor, pool)
        wanted = number or number_in_force(await versions(conn, actor.tenant_id, pool_id), clock.now())
        if wanted is None:
            raise NotFound("policy", pool=pool)
        row = await numbered(conn, actor.tenant_id, pool_id, wanted)
        document = with_names(row["document"], await every_pool(conn, actor.tenant_id))
        return written(document, await pool_row(conn, actor.tenant_id, pool_id), as_json=as_json)

    typer.echo(_carried_out(login, work), nl=False)


@policy_app.command("check")
def check_command(file: File, login: Login) -> None:
    """Says what is wrong with a file, each fault with its path, and ends with 1; silent where nothing is."""

    async def work(conn: Conn, actor: Actor) -> None:
        document, _ = read(file)
        found = await faults(conn, actor.tenant_id, document)
        if found:
            raise PolicyInvalid(found)

    _carried_out(login, work)


@policy_app.command("schema")
def schema_command() -> None:
    """Prints the JSON Schema (2020-12) of such a file, for editors that check as one types."""
    typer.echo(orjson.dumps(file_schema(), option=orjson.OPT_INDENT_2).decode())


def _carried_out(login: str, work: Callable[[Conn, Actor], Awaitable[T]]) -> T:
    """One transaction in the company of that sign-in name; refusals are said in words."""

    async def go(url: str) -> T:
        async with Database(url, size=1) as database:
            actor = await tenant_of_login(database, login)
            async with database.tenant(actor.tenant_id) as conn:
                return await work(conn, actor)

    settings = Settings()
    with reach(settings) as owner_url:
        return finish(go(app_connection(settings, owner_url)))


async def _known(conn: Conn, actor: Actor, pool: str) -> int:
    names = await pool_names(conn, actor.tenant_id)
    if pool not in names:
        raise NotFound("pool", pool=pool)
    return names[pool]


def _instant(text: str | None, zone: ZoneInfo) -> datetime | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no date or time", param_hint="--from") from None
    return at if at.tzinfo is not None else at.replace(tzinfo=zone)


def _length(text: str | None) -> Length | None:
    try:
        return Length.parse(text) if text is not None else None
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--grace") from None
