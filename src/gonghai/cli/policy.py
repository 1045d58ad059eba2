"""`gonghai policy publish|export`: a pool's policy from and into YAML."""

from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from gonghai.access.actor import system
from gonghai.base import clock
from gonghai.base.database import Database
from gonghai.base.errors import NotFound
from gonghai.base.settings import Settings
from gonghai.cli.reach import app_connection, finish, reach
from gonghai.people.tenants import tenant_of_login
from gonghai.policy.versions import pool_names, publish, versions

policy_app = typer.Typer(help="Policies of pools.", no_args_is_help=True)
Login = Annotated[str, typer.Option(help="Any sign-in name of the company, such as its admin's.")]
PoolName = Annotated[str, typer.Option("--pool", help="The pool, by name or id.")]


@policy_app.command("publish")
def publish_command(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="YAML or JSON.")],
    pool: PoolName,
    login: Login,
    note: Annotated[str, typer.Option(help="What changed, for the list of versions.")] = "",
) -> None:
    """Publishes a policy for a pool, in force at once. A faulty one is refused with the path of each fault."""
    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        typer.echo(f"{file} can't be read as YAML in UTF-8: {error}", err=True)
        raise typer.Exit(1) from None

    async def go(url: str) -> int:
        async with Database(url, size=1) as database:
            known = await tenant_of_login(database, login)
            async with database.tenant(known.tenant_id) as conn:
                pool_id = _known(await pool_names(conn, known.tenant_id), pool)
                actor = system(known.tenant_id, known.zone)
                return await publish(conn, actor, pool_id, document, note=note, at=clock.now())

    settings = Settings()
    with reach(settings) as owner_url:
        number = finish(go(app_connection(settings, owner_url)))
    typer.echo(f"Version {number} of the policy of {pool} is in force.")


@policy_app.command("export")
def export_command(pool: PoolName, login: Login) -> None:
    """Prints the published policy of a pool as YAML."""

    async def go(url: str) -> Any:
        async with Database(url, size=1) as database:
            known = await tenant_of_login(database, login)
            async with database.tenant(known.tenant_id) as conn:
                pool_id = _known(await pool_names(conn, known.tenant_id), pool)
                for version in await versions(conn, known.tenant_id, pool_id):
                    if version["state"] == "published":
                        return version["document"]
        raise NotFound("policy", pool=pool)

    settings = Settings()
    with reach(settings) as owner_url:
        document = finish(go(app_connection(settings, owner_url)))
    typer.echo(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), nl=False)


def _known(names: dict[str, int], pool: str) -> int:
    if pool not in names:
        raise NotFound("pool", pool=pool)
    return names[pool]
