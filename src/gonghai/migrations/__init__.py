"""The database's versions: plain SQL, run in order by Alembic as the tables' owner."""

from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from psycopg import sql

from gonghai.base.database import APP_ROLE, app_password

HERE = Path(__file__).parent
# Two processes may start at once; one migrates, the other waits.
LOCK = 0x676F6E67


def upgrade(owner_url: str) -> None:
    """Brings the database to the newest version and makes the app role. Idempotent.

    `owner_url` is a libpq connection string of the role that owns (or will own) the tables.
    """
    with psycopg.connect(owner_url, autocommit=True) as conn:
        conn.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
        _app_role(conn, app_password(owner_url))
        config = Config()
        config.set_main_option("script_location", str(HERE))
        config.attributes["connection"] = conn
        config.attributes["url"] = owner_url
        command.upgrade(config, "head")


def _app_role(conn: psycopg.Connection[tuple[object, ...]], password: str | None) -> None:
    role = sql.Identifier(APP_ROLE)
    known = conn.execute("SELECT FROM pg_roles WHERE rolname = %s", (APP_ROLE,)).fetchone() is not None
    verb = sql.SQL("ALTER" if known else "CREATE")
    secret = sql.SQL("PASSWORD {}").format(sql.Literal(password)) if password else sql.SQL("")
    conn.execute(
        sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS {}").format(verb, role, secret)
        if not known
        else sql.SQL("ALTER ROLE {} LOGIN {}").format(role, secret)
    )
    database = conn.execute("SELECT current_database()").fetchone()
    assert database is not None
    conn.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(str(database[0])), role))
