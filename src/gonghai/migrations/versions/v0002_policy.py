"""The policy's second half: drafts, warnings, inbox, requests, locks, undo, cleaning, handbook."""

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Runs the SQL file beside this one; the driver cursor takes many statements at once and leaves % alone."""
    op.get_bind().connection.cursor().execute((Path(__file__).parent / "0002_policy.sql").read_text())
