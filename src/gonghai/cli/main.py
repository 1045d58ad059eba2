"""The command line `gonghai`."""

import sys

import typer
from pydantic import ValidationError

from gonghai.base import logs
from gonghai.base.embedded import EmbeddedPostgresError
from gonghai.base.settings import Settings
from gonghai.cli.demo import demo
from gonghai.cli.draw import draw_app
from gonghai.cli.first_data import demo_company
from gonghai.cli.import_ import import_command
from gonghai.cli.incentives import incentives_app
from gonghai.cli.people import apikey_app, tenant_app
from gonghai.cli.policy import policy_app
from gonghai.cli.reach import app_connection, reach
from gonghai.cli.run import run
from gonghai.cli.sweep import sweep
from gonghai.cli.verify import verify
from gonghai.jobs.worker import main as work

app = typer.Typer(help="Gonghai (公海): a CRM built round the shared customer pool.", no_args_is_help=True)
app.add_typer(tenant_app, name="tenant")
app.add_typer(apikey_app, name="apikey")
app.add_typer(policy_app, name="policy")
app.add_typer(draw_app, name="draw")
app.add_typer(incentives_app, name="incentives")
app.command("verify")(verify)
app.command("demo")(demo)
app.command("sweep")(sweep)
app.command("import")(import_command)


@app.command("run")
def run_command() -> None:
    """Runs everything in the foreground: PostgreSQL, worker, web server. PORT=, DATA_DIR=, DATABASE_URL= are honoured."""
    run(Settings(), demo_company)


@app.command("worker")
def worker() -> None:
    """Works on background jobs until stopped; `gonghai run` has one inside."""
    settings = Settings()
    with reach(settings) as owner_url:
        work(app_connection(settings, owner_url))


def main() -> None:
    """Entry of the `gonghai` script. What the surroundings don't allow is said in words."""
    logs.configure()
    try:
        app()
    except EmbeddedPostgresError as error:
        sys.exit(f"✗ {error}")
    except ValidationError as error:
        faults = "; ".join(
            f"{str(fault['loc'][0]).upper()}={fault['input']!r}: {fault['msg']}" for fault in error.errors()
        )
        sys.exit(f"✗ A setting of the environment can't be used: {faults}")


if __name__ == "__main__":
    main()
