"""The first schema: tables, fences, job queue."""

from pathlib import Path

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Runs the SQL files beside this one; the driver cursor takes many statements at once and leaves % alone."""
    here = Path(__file__).parent
    cursor = op.get_bind().connection.cursor()
    cursor.execute(SchemaManager.get_schema())
    cursor.execute(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO gonghai_app;"
        "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO gonghai_app"
    )
    cursor.execute("REVOKE ALL ON schema_version FROM gonghai_app")
    for name in ("0001_people.sql", "0001_customers.sql", "0001_fences.sql"):
        cursor.execute((here / name).read_text())
