"""People: deputies, leaver rules and hand-overs, follow-up tasks, incentives."""

from pathlib import Path

from alembic import op

revision = "0004"
down_revision = "0003"
FILES = ("people", "hand_over", "tasks", "incentives", "fences")


def upgrade() -> None:
    """Runs the SQL files beside this one; the driver cursor takes many statements at once and leaves % alone."""
    cursor = op.get_bind().connection.cursor()
    for name in FILES:
        cursor.execute((Path(__file__).parent / f"0004_{name}.sql").read_text())
