"""Shapes of imports: the record, its faults, and what became of people."""

from datetime import datetime
from typing import Any, Literal

from psycopg.rows import DictRow
from pydantic import BaseModel

from gonghai.access.actor import Actor
from gonghai.base.database import Conn
from gonghai.exchange import actions
from gonghai.exchange.people.invite import to_invite
from gonghai.http.run_shapes import Undo, can_undo, person, undo_shape
from gonghai.http.shapes import ANSWER, Id, Named, Words
from gonghai.people.queries import names_of
from gonghai.policy.versions import every_pool


class Fault(BaseModel):
    """What is wrong with one cell; column 0: with the row as such."""

    row: int
    column: int
    header: str
    code: str
    value: str
    message: Words


class FileFault(BaseModel):
    """What is wrong with the whole file."""

    code: str
    row: int | None
    data: dict[str, Any]
    message: Words


class PersonChange(BaseModel):
    """One row of people who are here. `changes`: field → [before, after]; `customers`: how many a leaver gives away."""

    row: int
    login: str
    name: str
    what: Literal["update", "deactivate", "rejoin"]
    changes: dict[str, list[Any]]
    customers: int


class LeaversReceiver(BaseModel):
    """Who gets leavers' customers by the company's rule: a person, or a pool."""

    person: Named | None
    pool: Named | None
    customers: int


class PeopleOutcome(BaseModel):
    """What an import of people does, or would do. `fields`: how many rows change each; `departments`: paths of those
    made; `rows`: the first that change somebody; `to_invite`: people it brought in who have not joined yet."""

    fields: dict[str, int]
    departments: list[str]
    receivers: list[LeaversReceiver]
    rows: list[PersonChange]
    to_invite: int


class Import(BaseModel):
    """The record of an import. `pool` is null for people. `rows_total` is known once the file has been looked through;
    `errors_sample` holds the first faults and duplicates, `faulty.csv` has them all. `undo` is the newest of it,
    `can_undo` whether the reader may undo it. `outcome`: of a single import of people, not in a list."""

    model_config = ANSWER

    id: Id
    kind: actions.Kind
    filename: str
    pool: Named | None
    asked_by: Named | None
    dry_run: bool
    state: Literal["waiting", "reading", "writing", "done", "failed", "cancelled"]
    rows_total: int | None
    rows_done: int
    created: int
    updated: int
    unchanged: int
    faulty: int
    duplicates: int
    deactivated: int
    rejoined: int
    create_departments: bool
    errors_sample: list[Fault]
    error: FileFault | None
    mapping: dict[str, str]
    unmapped: list[str]
    encoding: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    undo: Undo | None = None
    can_undo: bool = False
    outcome: PeopleOutcome | None = None


def import_shape(actor: Actor, row: DictRow, undo: DictRow | None) -> Import:
    """A record's row, with its newest undo."""
    shown = dict(row)
    shown["pool"] = Named(id=row["pool_id"], name=row["pool_name"]) if row["pool_id"] is not None else None
    shown["asked_by"] = person(row, "asked_by")
    shown["undo"] = undo_shape(undo) if undo else None
    shown["create_departments"] = row["asked"].get("create_departments", False)
    shown["outcome"] = None
    # Its rows may name any pool, so no one pool's admin undoes it. People are not taken away again.
    moved = 0 if row["dry_run"] or row["kind"] == "people" else row["created"]
    shown["can_undo"] = can_undo(actor, {**row, "pool_id": None}, moved, undo)
    if row["state"] == "running":
        shown["state"] = "reading" if row["rows_total"] is None else "writing"
    return Import.model_validate(shown)


async def people_outcome(conn: Conn, row: DictRow) -> PeopleOutcome:
    """What the record of an import of people holds, with names."""
    kept, tenant_id = row["outcome"], row["tenant_id"]
    receivers = kept.get("receivers", [])
    people = await names_of(conn, tenant_id, [p for p, _, _ in receivers if p is not None]) if receivers else {}
    pools = await every_pool(conn, tenant_id) if receivers else {}
    return PeopleOutcome.model_validate(
        {
            "fields": kept.get("fields", {}),
            "departments": kept.get("departments", []),
            "rows": kept.get("rows", []),
            "receivers": [
                LeaversReceiver(
                    person=None if p is None else Named(id=p, name=people.get(p, "")),
                    pool=None if q is None else Named(id=q, name=pools.get(q, "")),
                    customers=n,
                )
                for p, q, n in receivers
            ],
            "to_invite": len(await to_invite(conn, tenant_id, row["batch_id"])),
        }
    )
