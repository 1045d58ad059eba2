"""Alembic's entry: runs the versions over the connection string it is handed."""

from alembic import context
from psycopg import Connection
from sqlalchemy import create_engine, pool


def _connect() -> Connection[tuple[object, ...]]:
    return Connection.connect(context.config.attributes["url"])


engine = create_engine("postgresql+psycopg://", creator=_connect, poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, version_table="schema_version", transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
