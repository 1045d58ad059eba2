"""The keys of the rows that an import let in so far, so that a row of the same file is known again in a dry run too."""

import sqlite3
from collections.abc import Iterable

from gonghai.customers.likeness import Key


class Earlier:
    """Key → row, in a temporary file, so memory doesn't grow with the table. An interrupted import begins it anew: what
    was written by then, the database knows."""  # fmt: skip

    def __init__(self) -> None:
        # "" is a private database that spills to disk.
        self._kept = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._kept.execute(
            "CREATE TABLE key (kind TEXT, value TEXT, row INTEGER, PRIMARY KEY (kind, value)) WITHOUT ROWID"
        )

    def note(self, keys: Iterable[tuple[Key, int]]) -> None:
        """Once the rows are let in; the first row of a key stays."""
        self._kept.execute("BEGIN")
        self._kept.executemany("INSERT OR IGNORE INTO key VALUES (?, ?, ?)", [(*key, row) for key, row in keys])
        self._kept.execute("COMMIT")

    def rows(self, keys: Iterable[Key]) -> dict[Key, int]:
        """Those of the keys that an earlier row has."""
        found = (
            (key, self._kept.execute("SELECT row FROM key WHERE kind = ? AND value = ?", key)) for key in set(keys)
        )
        return {key: row[0] for key, cursor in found if (row := cursor.fetchone()) is not None}

    def close(self) -> None:
        self._kept.close()
