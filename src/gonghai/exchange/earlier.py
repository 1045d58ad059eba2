"""The keys of the rows that an import let in so far, so that a row of the same file is known again in a dry run too.

Two rows with external ids are told apart by whoever keeps the file, so they are no duplicates of each other.
"""

import sqlite3
from collections.abc import Iterable, Mapping

from gonghai.customers.likeness import Key

# A key with whether its row has an external id → the first such row.
LetIn = Mapping[tuple[Key, bool], int]


class Earlier:
    """What was let in, in a temporary file, so memory doesn't grow with the table. An interrupted import begins it anew: what
    was written by then, the database knows."""  # fmt: skip

    def __init__(self) -> None:
        # "" is a private database that spills to disk.
        self._kept = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._kept.execute(
            "CREATE TABLE key (kind TEXT, value TEXT, has_id INTEGER, row INTEGER,"
            " PRIMARY KEY (kind, value, has_id)) WITHOUT ROWID"
        )

    def note(self, let_in: LetIn) -> None:
        """Once the rows are let in; the first row of a key stays."""
        self._kept.execute("BEGIN")
        self._kept.executemany(
            "INSERT OR IGNORE INTO key VALUES (?, ?, ?, ?)",
            [(*key, has_id, row) for (key, has_id), row in let_in.items()],
        )
        self._kept.execute("COMMIT")

    def rows(self, keys: Iterable[Key]) -> dict[tuple[Key, bool], int]:
        """Of these keys, what earlier rows have."""
        sql = "SELECT has_id, row FROM key WHERE kind = ? AND value = ?"
        return {(key, bool(has_id)): row for key in set(keys) for has_id, row in self._kept.execute(sql, key)}

    def close(self) -> None:
        self._kept.close()
