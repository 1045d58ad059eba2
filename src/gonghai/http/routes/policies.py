"""A pool's policy: the version in force as the matrix in words, publishing, the list of versions."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from gonghai.base.errors import NotFound
from gonghai.conditions.words import words
from gonghai.http.call import ActorCall, By
from gonghai.http.shapes import Id, Named, Words
from gonghai.policy.decide import InForce
from gonghai.policy.registry import REGISTRY
from gonghai.policy.timers import TIMERS
from gonghai.policy.versions import pool_names, publish, version_in_force, versions

router = APIRouter(prefix="/pools/{pool_id}", tags=["policy"])


class Cell(BaseModel):
    """A timer's length in one segment."""

    n: int
    unit: str
    words: Words


class Row(BaseModel):
    """One segment: who is in it, how long each timer gives, where it goes. `condition` null: everyone else;
    `target` null: the home pool."""

    name: Words
    condition: Words | None
    cells: dict[str, Cell]
    target: Named | None


class Column(BaseModel):
    """A timer."""

    name: str
    words: Words


class Version(BaseModel):
    """One version in the list."""

    number: int | None
    state: str
    published_at: datetime | None
    note: str
    author: str | None


class PolicyShape(BaseModel):
    """The version in force. `document` is what `gonghai policy publish` reads."""

    number: int
    published_at: datetime
    grace_until: datetime | None
    note: str
    author: str | None
    document: dict[str, Any]
    timers: list[Column]
    rows: list[Row]
    versions: list[Version]


class Publish(BaseModel):
    """A policy document to publish at once."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"document": {"segments": [{"name": "全部客户", "timers": {"follow_up": "30 days"}}]}, "note": "首版"}
            ]
        },
    )
    document: dict[str, Any]
    note: Annotated[str, Field(max_length=500)] = ""
    grace_until: datetime | None = None


@router.get("/policy")
async def get_policy(call: By, pool_id: Id) -> PolicyShape:
    """The policy in force, as the matrix in words; 404 when the pool has none."""
    call.actor.need("policy.read")
    _need_seen(call, pool_id)
    return await _shape(call, pool_id)


@router.post("/policies", status_code=201)
async def publish_policy(call: By, pool_id: Id, body: Publish) -> PolicyShape:
    """Publishes a document; a faulty one is refused with the path of each faulty node."""
    _need_seen(call, pool_id)
    await publish(
        call.conn, call.actor, pool_id, body.document, note=body.note, at=call.now, grace_until=body.grace_until
    )
    return await _shape(call, pool_id)


def _need_seen(call: ActorCall, pool_id: int) -> None:
    if pool_id not in call.actor.visible_pools():
        raise NotFound("pool", id=str(pool_id))


async def _shape(call: ActorCall, pool_id: int) -> PolicyShape:
    every = await versions(call.conn, call.tenant_id, pool_id)
    published = next((v for v in every if v["state"] == "published"), None)
    if published is None:
        raise NotFound("policy", pool_id=str(pool_id))
    row, in_force = await version_in_force(call.conn, call.tenant_id, published["id"])
    names = {i: n for n, i in (await pool_names(call.conn, call.tenant_id)).items() if n != str(i)}
    listed = [Version(**{**v, "author": v["author_name"]}) for v in every]
    used = [t for t in TIMERS if any(t.name in s.timers for s in in_force.policy.segments)]
    return PolicyShape(
        number=row["number"],
        published_at=row["published_at"],
        grace_until=row["grace_until"],
        note=row["note"],
        author=published["author_name"],
        document=row["document"],
        timers=[Column(name=t.name, words=Words(zh=t.zh, en=t.en)) for t in used],
        rows=_rows(in_force, names),
        versions=listed,
    )


def _rows(in_force: InForce, names: dict[int, str]) -> list[Row]:
    return [
        Row(
            name=Words(zh=s.zh, en=s.en),
            condition=Words(zh=words(s.condition, REGISTRY, "zh"), en=words(s.condition, REGISTRY, "en"))
            if s.condition is not None
            else None,
            cells={
                name: Cell(n=length.n, unit=length.unit, words=Words(zh=length.words("zh"), en=length.words("en")))
                for name, length in s.timers.items()
            },
            target=Named(id=s.target, name=names.get(s.target, "")) if s.target is not None else None,
        )
        for s in in_force.policy.segments
    ]
