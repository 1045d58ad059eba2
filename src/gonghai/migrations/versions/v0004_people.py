"""People: deputies, leaver rules and hand-overs, follow-up tasks, incentives."""

from pathlib import Path
from typing import Any

from alembic import op

from gonghai.people.spelling import spelling

revision = "0004"
down_revision = "0003"
FILES = ("people", "hand_over", "tasks", "incentives", "fences")


def upgrade() -> None:
    """Runs the SQL files beside this one; the driver cursor takes many statements at once and leaves % alone."""
    cursor = op.get_bind().connection.cursor()
    for name in FILES:
        cursor.execute((Path(__file__).parent / f"0004_{name}.sql").read_text())
    _spell(op.get_bind().connection.driver_connection)


def _spell(conn: Any) -> None:
    """How the people who are there are found: pinyin is known in Python alone."""
    with conn.cursor() as people, conn.cursor() as writing:
        people.execute("SELECT tenant_id, id, name FROM person")
        found = [(spelling(name), tenant, person) for tenant, person, name in people.fetchall()]
        writing.executemany("UPDATE person SET spelling = %s WHERE tenant_id = %s AND id = %s", found)
