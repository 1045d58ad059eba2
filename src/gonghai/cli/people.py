"""`gonghai tenant create` and `gonghai apikey create`: the first company, the first key, from a shell."""

from datetime import timedelta
from typing import Annotated

import typer

from gonghai.access.actor import system
from gonghai.base import clock
from gonghai.base.database import Database
from gonghai.base.settings import Settings
from gonghai.cli.reach import app_connection, finish, reach
from gonghai.people.api_keys import create_api_key
from gonghai.people.passwords import hash_password
from gonghai.people.queries import person_by_login
from gonghai.people.tenants import CreatedTenant, NewTenant, as_owner, create_tenant, tenant_of_login
from gonghai.pools.actions import NewPool, create_pool

tenant_app = typer.Typer(help="Companies.", no_args_is_help=True)
apikey_app = typer.Typer(help="API keys for machines.", no_args_is_help=True)


@tenant_app.callback()
def _tenant() -> None:
    """Companies."""


@apikey_app.callback()
def _apikey() -> None:
    """API keys for machines."""


@tenant_app.command("create")
def create_tenant_command(
    name: Annotated[str, typer.Argument(help="The company's name.")],
    admin_login: Annotated[str, typer.Option(help="Sign-in name of the first admin.")],
    admin_name: Annotated[str | None, typer.Option(help="The first admin's name; default: the sign-in name.")] = None,
    admin_password: Annotated[
        str | None,
        typer.Option(envvar="ADMIN_PASSWORD", help="Without one, a link is printed by which the admin sets it."),
    ] = None,
    timezone: Annotated[str, typer.Option(help="Such as Asia/Shanghai.")] = "Asia/Shanghai",
    locale: Annotated[str, typer.Option(help="zh-CN or en-US.")] = "zh-CN",
    country: Annotated[str, typer.Option(help="Two letters; decides the working days.")] = "CN",
) -> None:
    """Makes a company with its first admin, a root department and one open pool."""
    settings = Settings()

    async def make(owner_url: str) -> CreatedTenant:
        new = NewTenant(
            name=name.strip(),
            admin_login=admin_login,
            admin_name=(admin_name or admin_login).strip(),
            admin_password_hash=await hash_password(admin_password) if admin_password else None,
            timezone=timezone,
            locale=locale,
            country=country,
        )
        async with as_owner(owner_url) as conn:
            made = await create_tenant(conn, new, now=clock.now())
            pool = NewPool("公海" if locale == "zh-CN" else "Pool")
            await create_pool(conn, system(made.tenant_id, timezone), pool, now=clock.now())
            return made

    with reach(settings) as owner_url:
        made = finish(make(owner_url))
    typer.echo(
        f"Company {made.tenant_id} '{name.strip()}' is made; its admin signs in as {admin_login.strip().lower()}."
    )
    if made.link is not None:
        base = (settings.public_url or f"http://127.0.0.1:{settings.port}").rstrip("/")
        typer.echo(f"To set the password, open before {made.link.expires_at:%Y-%m-%d %H:%M} UTC:")
        typer.echo(f"{base}/links/{made.link.token}")


@apikey_app.command("create")
def create_apikey_command(
    login: Annotated[str, typer.Option(help="The person the key acts as, by sign-in name.")],
    name: Annotated[str, typer.Option(help="What the key is for.")],
    scope: Annotated[list[str], typer.Option(help="Repeatable: all, a noun (customers), a permission.")],
    days: Annotated[
        int | None, typer.Option(min=1, max=3650, help="Expires after so many days; default: never.")
    ] = None,
) -> None:
    """Makes a key and prints it, this once."""
    settings = Settings()

    async def make(owner_url: str) -> str:
        now = clock.now()
        async with Database(app_connection(settings, owner_url), size=1) as database:
            actor = await tenant_of_login(database, login)
            async with database.tenant(actor.tenant_id) as conn:
                person = await person_by_login(conn, actor.tenant_id, login)
                _, key = await create_api_key(
                    conn,
                    actor,
                    person_id=person.id,
                    name=name.strip(),
                    scopes=scope,
                    expires_at=now + timedelta(days=days) if days else None,
                    now=now,
                )
                return key

    with reach(settings) as owner_url:
        typer.echo(finish(make(owner_url)))
