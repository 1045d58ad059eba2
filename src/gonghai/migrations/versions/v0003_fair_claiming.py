"""Fair claiming: all rules and modes, limits and overrides, reveals, collaborators, duplicates."""

from pathlib import Path
from typing import Any

from alembic import op
from psycopg.rows import dict_row

from gonghai.customers.likeness import keys_of

revision = "0003"
down_revision = "0002"
_AT_A_TIME = 2_000  # customers
_KEYED = """SELECT c.tenant_id, c.id, c.kind, c.name, c.phones, c.emails, c.uscc, t.country,
    ARRAY(SELECT unnest(k.phones) FROM contact k WHERE k.tenant_id = c.tenant_id AND k.customer_id = c.id) AS more_phones,
    ARRAY(SELECT unnest(k.emails) FROM contact k WHERE k.tenant_id = c.tenant_id AND k.customer_id = c.id) AS more_emails
  FROM customer c JOIN tenant t ON t.id = c.tenant_id"""
FILES = ("pools", "claims", "modes", "duplicates", "reveals", "rights", "fences")


def upgrade() -> None:
    """Runs the SQL files beside this one; the driver cursor takes many statements at once and leaves % alone."""
    cursor = op.get_bind().connection.cursor()
    for name in FILES:
        cursor.execute((Path(__file__).parent / f"0003_{name}.sql").read_text())
    _fill_keys(op.get_bind().connection.driver_connection)


def _fill_keys(conn: Any) -> None:
    """The keys of the customers that are there: what they are is said in Python alone."""
    with conn.cursor("customers", row_factory=dict_row) as customers, conn.cursor() as writing:
        customers.execute(_KEYED)
        while some := customers.fetchmany(_AT_A_TIME):
            with writing.copy("COPY customer_key (tenant_id, customer_id, kind, value) FROM STDIN") as copy:
                for row in some:
                    keys = keys_of(row, row["country"], phones=row["more_phones"], emails=row["more_emails"])
                    for key in keys:
                        copy.write_row((row["tenant_id"], row["id"], *key))
