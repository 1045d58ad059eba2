"""Fair claiming: all rules and modes, limits and overrides, reveals, collaborators, duplicates."""

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"
FILES = ("pools", "claims", "modes", "duplicates", "reveals", "rights", "fences")


def upgrade() -> None:
    """Runs the SQL files beside this one; the driver cursor takes many statements at once and leaves % alone."""
    cursor = op.get_bind().connection.cursor()
    for name in FILES:
        cursor.execute((Path(__file__).parent / f"0003_{name}.sql").read_text())
