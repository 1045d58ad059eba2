"""Keeping an import's record: counts, the first faults, the rows left out as a file to mend."""

import io
from collections.abc import Mapping as AnyMapping
from typing import Any, Protocol

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from gonghai.base.database import Conn, one, run
from gonghai.exchange.chunks import Chunk
from gonghai.exchange.faults import CellError, ImportFileError
from gonghai.exchange.faulty import FaultyWriter
from gonghai.exchange.mapping import Mapping
from gonghai.exchange.messages import Language, explained

SAMPLE = 50  # faults that the record shows; the file has them all


class Outcome(Protocol):
    """What was decided about a chunk; each of its rows counts once."""

    faults: dict[int, list[CellError]]
    duplicates: dict[int, list[CellError]]
    created: int
    updated: int
    unchanged: int
    deactivated: int
    rejoined: int

    @property
    def left_out(self) -> dict[int, list[CellError]]: ...

    @property
    def outcome(self) -> dict[str, Any] | None:
        """What the record shows beside the counts, as it is now; None where there is nothing new."""


async def add_faulty_rows(
    conn: Conn, record: AnyMapping[str, Any], mapping: Mapping, chunk: Chunk[Any], decided: Outcome
) -> None:
    """Adds the chunk's faulty rows and duplicates to the file to mend, as its next piece; the first has the headers."""
    left_out = decided.left_out
    if not left_out:
        return
    key = (record["tenant_id"], record["id"])
    last = await one(
        conn,
        "SELECT max(no) AS no FROM import_piece WHERE tenant_id = %s AND import_id = %s AND part = 'faulty'",
        key,
    )
    assert last is not None
    buffer = io.BytesIO()
    writer = FaultyWriter(buffer, mapping.headers, record["asked"]["language"])
    begin = 0 if last["no"] is None else buffer.tell()
    for number in sorted(left_out):
        writer.write(chunk.rows[number], left_out[number])
    writer.finish()
    await run(
        conn,
        "INSERT INTO import_piece (tenant_id, import_id, part, no, bytes) VALUES (%s, %s, 'faulty', %s, %s)",
        (*key, (last["no"] or 0) + 1, buffer.getvalue()[begin:]),
    )


async def count(conn: Conn, record: AnyMapping[str, Any], chunk: Chunk[Any], decided: Outcome) -> DictRow:
    """Adds the chunk's counts and says up to which row all is written; the record as it is now."""
    left_out = decided.left_out
    faults = [told(error) for number in sorted(left_out) for error in left_out[number]]
    updated = await one(
        conn,
        """UPDATE import i SET last_row = %(last)s, rows_done = i.rows_done + %(rows)s, created = i.created + %(created)s,
               updated = i.updated + %(updated)s, unchanged = i.unchanged + %(unchanged)s, faulty = i.faulty + %(faulty)s,
               duplicates = i.duplicates + %(duplicates)s, deactivated = i.deactivated + %(deactivated)s,
               rejoined = i.rejoined + %(rejoined)s, outcome = coalesce(%(outcome)s, i.outcome),
               errors_sample = CASE WHEN jsonb_array_length(i.errors_sample) < %(most)s
                   THEN jsonb_path_query_array(i.errors_sample || %(faults)s, %(path)s) ELSE i.errors_sample END
           WHERE i.tenant_id = %(t)s AND i.id = %(id)s RETURNING i.*""",
        {
            "t": record["tenant_id"],
            "id": record["id"],
            "last": chunk.last_row,
            "rows": len(chunk.rows),
            "created": decided.created,
            "updated": decided.updated,
            "unchanged": decided.unchanged,
            "faulty": len(decided.faults),
            "duplicates": len(decided.duplicates),
            "deactivated": decided.deactivated,
            "rejoined": decided.rejoined,
            "outcome": None if decided.outcome is None else Jsonb(decided.outcome),
            "faults": Jsonb(faults[:SAMPLE]),
            "most": SAMPLE,
            "path": f"$[0 to {SAMPLE - 1}]",
        },
    )
    assert updated is not None
    return updated


def told(error: CellError) -> dict[str, Any]:
    """A fault as the record holds it; the message leaves row and column to the reader."""
    return {
        "row": error.row,
        "column": error.column,
        "header": error.header,
        "code": error.code,
        "value": error.value,
        "message": {"zh": explained(error, "zh"), "en": explained(error, "en")},
    }


_AGAIN: dict[str, dict[Language, str]] = {
    "customers": {"zh": "有外部编号的行不会重复", "en": "rows with an external id are recognised"},
    "follow_ups": {"zh": "已有的跟进不会重复", "en": "follow-ups that are here are recognised"},
    "people": {"zh": "已有的成员不会重复", "en": "people are recognised by their login"},
}


def file_fault(error: ImportFileError, kind: str, last_row: int) -> dict[str, Any]:
    """What is wrong with the whole file, as the record holds it; `last_row` is the last one written, 0 if none is."""
    message = {"zh": explained(error, "zh"), "en": explained(error, "en")}
    if last_row:
        again = _AGAIN[kind]
        message["zh"] += f"。第 {last_row} 行及以前的行已导入；处理后请再次导入整个文件：{again['zh']}"
        message["en"] += (
            f". Rows up to {last_row} are imported; import the whole file again when this is mended: {again['en']}"
        )
    return {"code": error.code, "row": error.data.get("row"), "data": error.data, "message": message}
