"""Looks through a whole file before anything is written: faults of the file, number of rows, repeated keys.

What makes a file unreadable is thus found before the first row is written, not behind half of them.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from gonghai.exchange.cells import clean
from gonghai.exchange.faults import CellCode
from gonghai.exchange.mapping import Mapping
from gonghai.exchange.table import Table


@dataclass(frozen=True, slots=True)
class Key:
    """The field by which a row is known again, and its value as it is compared; `repeated`: the fault of a row that has
    the key of an earlier one."""

    field: str
    of: Callable[[str], str]
    repeated: CellCode


class Survey:
    """How many rows there are, and which repeat the key of an earlier one.

    Keeps the keys in a temporary file, so memory doesn't grow with the table. Raises ImportFileError as reading does.
    """

    def __init__(self, table: Table, mapping: Mapping, key: Key | None) -> None:
        """`key` may stand in one row only; None: in many."""
        # "" is a private database that spills to disk; other threads use it later, one at a time.
        self._kept = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self.total = 0
        self._key = key
        columns = mapping.columns.get(key.field) if key else None
        try:
            self._look(table, columns[0] - 1 if columns else None)
        except BaseException:
            self.close()
            raise

    def _look(self, table: Table, column: int | None) -> None:
        self._kept.execute("CREATE TABLE first (id TEXT PRIMARY KEY, row INTEGER) WITHOUT ROWID")
        self._kept.execute("CREATE TABLE repeated (row INTEGER PRIMARY KEY, first INTEGER)")
        self._kept.execute("BEGIN")
        for number, key in self._keys(table, column):
            self._note(number, key)
        self._kept.execute("COMMIT")

    def _keys(self, table: Table, column: int | None) -> Iterator[tuple[int, str]]:
        for row in table:
            self.total += 1
            if column is not None and row.fault is None:
                assert self._key is not None
                key = self._key.of(clean(row.cells[column]))
                if key:
                    yield row.number, key

    def _note(self, number: int, key: str) -> None:
        noted = self._kept.execute("INSERT OR IGNORE INTO first VALUES (?, ?)", (key, number))
        if noted.rowcount == 0:
            self._kept.execute(
                "INSERT INTO repeated SELECT ?, row FROM first WHERE id = ?",
                (number, key),
            )

    def has(self, keys: Collection[str]) -> set[str]:
        """Those of these keys that stand in the file."""
        sql = "SELECT EXISTS (SELECT 1 FROM first WHERE id = ?)"
        return {each for each in keys if self._kept.execute(sql, (each,)).fetchone()[0]}

    def repeated(self, first: int, last: int) -> dict[int, int]:
        """Rows from `first` to `last` that repeat a key → the row that has it first."""
        return dict(self._kept.execute("SELECT row, first FROM repeated WHERE row BETWEEN ? AND ?", (first, last)))

    def close(self) -> None:
        self._kept.close()
