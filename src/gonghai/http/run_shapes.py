"""Shapes that runs of all kinds share: the record of undoing one."""

from datetime import datetime
from typing import Any, Literal

from psycopg.rows import DictRow
from pydantic import BaseModel

from gonghai.access.actor import Actor
from gonghai.http.shapes import Id, Named
from gonghai.moves.undone import may_undo


class Undo(BaseModel):
    """The record of an undo; in a run, with what earlier undos of it undid. `kept`: customers left as they were;
    `undone` counts up while it is at work. Every spell it re-opened is protected until `protected_until`."""

    id: Id
    state: Literal["selecting", "running", "done", "failed"]
    total: int
    undone: int
    kept: int
    protected_until: datetime
    requested_by: Named | None
    started_at: datetime
    finished_at: datetime | None
    error: str | None


def undo_shape(row: DictRow) -> Undo:
    """A row of moves/undone.py."""
    return Undo.model_validate({**row, "requested_by": person(row, "requested_by")})


def can_undo(actor: Actor, run: DictRow, moved: int, undo: DictRow | None) -> bool:
    """Whether the reader may undo this run (a row with pool_id and finished_at) now, or try again what was kept."""
    return run["finished_at"] is not None and leaves_any(moved, undo) and may_undo(actor, run["pool_id"])


def leaves_any(moved: int, undo: DictRow | None) -> bool:
    """Whether anything of a batch that moved so many is left to be undone, after its newest undo."""
    if undo is None:
        return moved > 0
    return bool(undo["kept"]) if undo["state"] == "done" else undo["state"] == "failed"


def person(row: DictRow, column: str) -> Named | None:
    """A person's id column with its `_name`."""
    number: Any = row[column]
    return Named(id=number, name=row[f"{column}_name"]) if number else None
