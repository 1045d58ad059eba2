"""The command line `gonghai`."""

import typer

from gonghai.base.settings import Settings
from gonghai.cli.people import apikey_app, tenant_app
from gonghai.cli.policy import policy_app
from gonghai.cli.reach import app_connection, reach
from gonghai.cli.sweep import sweep
from gonghai.cli.verify import verify
from gonghai.jobs.worker import main as work

app = typer.Typer(help="Gonghai (公海): a CRM built round the shared customer pool.", no_args_is_help=True)
app.add_typer(tenant_app, name="tenant")
app.add_typer(apikey_app, name="apikey")
app.add_typer(policy_app, name="policy")
app.command("verify")(verify)
app.command("sweep")(sweep)


@app.command("worker")
def worker() -> None:
    """Works on background jobs until stopped; `gonghai run` has one inside."""
    settings = Settings()
    with reach(settings) as owner_url:
        work(app_connection(settings, owner_url))


def main() -> None:
    """Entry of the `gonghai` script."""
    app()


if __name__ == "__main__":
    main()
