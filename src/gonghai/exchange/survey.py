"""Looks through a whole file before anything is written: faults of the file, number of rows, repeated external ids.

What makes a file unreadable is thus found before the first row is written, not behind half of them.
"""

import sqlite3
from collections.abc import Collection, Iterator
from unicodedata import normalize

from gonghai.exchange.mapping import Mapping
from gonghai.exchange.table import Table
from gonghai.exchange.values import clean


class Survey:
    """How many rows there are, and which repeat the external id of an earlier one.

    Keeps the ids in a temporary file, so memory doesn't grow with the table. Raises ImportFileError as reading does.
    """

    def __init__(self, table: Table, mapping: Mapping, *, unique: bool) -> None:
        """`unique`: an external id may stand in one row only."""
        # "" is a private database that spills to disk; other threads use it later, one at a time.
        self._kept = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self.total = 0
        columns = mapping.columns.get("external_id")
        try:
            self._look(table, columns[0] - 1 if unique and columns else None)
        except BaseException:
            self.close()
            raise

    def _look(self, table: Table, column: int | None) -> None:
        self._kept.execute("CREATE TABLE first (id TEXT PRIMARY KEY, row INTEGER) WITHOUT ROWID")
        self._kept.execute("CREATE TABLE repeated (row INTEGER PRIMARY KEY, first INTEGER)")
        self._kept.execute("BEGIN")
        for number, external_id in self._ids(table, column):
            self._note(number, external_id)
        self._kept.execute("COMMIT")

    def _ids(self, table: Table, column: int | None) -> Iterator[tuple[int, str]]:
        for row in table:
            self.total += 1
            if column is not None and row.fault is None:
                external_id = normalize("NFC", clean(row.cells[column]))
                if external_id:
                    yield row.number, external_id

    def _note(self, number: int, external_id: str) -> None:
        noted = self._kept.execute("INSERT OR IGNORE INTO first VALUES (?, ?)", (external_id, number))
        if noted.rowcount == 0:
            self._kept.execute(
                "INSERT INTO repeated SELECT ?, row FROM first WHERE id = ?",
                (number, external_id),
            )

    def has(self, external_ids: Collection[str]) -> set[str]:
        """Those of these external ids that stand in the file."""
        sql = "SELECT EXISTS (SELECT 1 FROM first WHERE id = ?)"
        return {each for each in external_ids if self._kept.execute(sql, (each,)).fetchone()[0]}

    def repeated(self, first: int, last: int) -> dict[int, int]:
        """Rows from `first` to `last` that repeat an external id → the row that has it first."""
        return dict(self._kept.execute("SELECT row, first FROM repeated WHERE row BETWEEN ? AND ?", (first, last)))

    def close(self) -> None:
        self._kept.close()
