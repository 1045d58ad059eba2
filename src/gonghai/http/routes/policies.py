"""A pool's policy: the version in force as the matrix in words, all versions, what differs, publishing."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import Field

from gonghai.base.errors import NotFound
from gonghai.http.call import ActorCall, By
from gonghai.http.idempotency import idempotent
from gonghai.http.policy_shapes import (
    Checked,
    Diff,
    DiffItem,
    DocumentIn,
    DraftSummary,
    PolicyShape,
    Publish,
    PublishAgain,
    Versions,
    columns,
    faults,
    matrix,
    version,
)
from gonghai.http.shapes import Id, Words
from gonghai.policy.diff import diff
from gonghai.policy.document import Policy, PolicyInvalid, compile_policy
from gonghai.policy.drafts import draft, may_read_draft
from gonghai.policy.naming import tenant_words
from gonghai.policy.registry import REGISTRY
from gonghai.policy.targets import with_names
from gonghai.policy.verifiers import need_verifiers
from gonghai.policy.versions import (
    every_pool,
    number_in_force,
    numbered,
    pool_names,
    publish,
    publish_again,
    version_in_force,
    versions,
)

router = APIRouter(prefix="/pools/{pool_id}", tags=["policy"])
Number = Annotated[int, Path(ge=1, lt=2**31)]
From = Annotated[int, Query(alias="from", ge=1, lt=2**31, description="The older version's number.")]
To = Annotated[
    Annotated[int, Field(ge=1, lt=2**31)] | Literal["draft"],
    Query(description="The newer version's number, or the draft."),
]


@router.get("/policy")
async def get_policy(call: By, pool_id: Id) -> PolicyShape:
    """The policy in force, as the matrix in words; 404 when the pool has none."""
    need_seen(call, pool_id)
    number = number_in_force(await versions(call.conn, call.tenant_id, pool_id), call.now)
    if number is None:
        raise NotFound("policy", pool_id=str(pool_id))
    return await _shape(call, pool_id, number)


@router.get("/policies")
async def list_versions(call: By, pool_id: Id) -> Versions:
    """All versions, newest first; the draft for those who may read it."""
    need_seen(call, pool_id)
    found = await versions(call.conn, call.tenant_id, pool_id)
    kept = await draft(call.conn, call.tenant_id, pool_id) if may_read_draft(call.actor, pool_id) else None
    return Versions(
        versions=[version(row, call.now) for row in found],
        draft=DraftSummary.model_validate({**kept, "author": kept["author_name"]}) if kept else None,
    )


@router.get("/policies/diff")
async def differences(call: By, pool_id: Id, older: From, to: To) -> Diff:
    """What differs between two versions, or between one and the draft, in words."""
    need_seen(call, pool_id)
    names = await every_pool(call.conn, call.tenant_id)
    before = await _compiled(call, pool_id, older, names)
    after = await _compiled(call, pool_id, to, names)
    told = diff(before, after, await tenant_words(call.conn, call.tenant_id), names)
    return Diff(items=[DiffItem(kind=c.kind, words=Words(zh=c.zh, en=c.en)) for c in told])


@router.get("/policies/{number}")
async def get_version(call: By, pool_id: Id, number: Number) -> PolicyShape:
    """One version as the matrix in words."""
    need_seen(call, pool_id)
    return await _shape(call, pool_id, number)


@router.post("/policies", status_code=201)
@idempotent
async def publish_policy(call: By, pool_id: Id, body: Publish) -> PolicyShape:
    """Publishes a document; a faulty one is refused with the path of each faulty node."""
    need_seen(call, pool_id)
    number = await publish(
        call.conn, call.actor, pool_id, body.document, note=body.note, at=call.now, start=body.start(body.grace_until)
    )
    return await _shape(call, pool_id, number)


@router.post("/policies/{number}/publish-again", status_code=201)
@idempotent
async def roll_back(call: By, pool_id: Id, number: Number, body: PublishAgain) -> PolicyShape:
    """Publishes an old version's document as a new version: the way back."""
    need_seen(call, pool_id)
    made = await publish_again(call.conn, call.actor, pool_id, number, note=body.note, at=call.now, start=body.start())
    return await _shape(call, pool_id, made)


@router.post("/policy/check")
async def check(call: By, pool_id: Id, body: DocumentIn) -> Checked:
    """What a document says in words, or each fault with its path. Nothing is kept."""
    need_seen(call, pool_id)
    pools = await pool_names(call.conn, call.tenant_id)
    try:
        policy = compile_policy(body.document, REGISTRY, pools)
        await need_verifiers(call.conn, call.tenant_id, policy)
    except PolicyInvalid as invalid:
        return Checked(errors=faults(invalid.errors), timers=[], rows=[])
    names = await every_pool(call.conn, call.tenant_id)
    told = await tenant_words(call.conn, call.tenant_id)
    return Checked(errors=[], timers=columns(policy), rows=matrix(policy, told, names))


def need_seen(call: ActorCall, pool_id: int) -> None:
    """403 without the permission to read policies, 404 for a pool that the caller doesn't see."""
    call.actor.need("policy.read")
    if pool_id not in call.actor.visible_pools():
        raise NotFound("pool", id=str(pool_id))


async def _compiled(call: ActorCall, pool_id: int, number: int | str, names: dict[int, str]) -> Policy:
    """A version, or the draft (422 where it is faulty); its targets may be closed by now."""
    document: Any
    if number == "draft":
        kept = await draft(call.conn, call.tenant_id, pool_id) if may_read_draft(call.actor, pool_id) else None
        if kept is None:
            raise NotFound("draft", pool_id=str(pool_id))
        document = kept["document"]
    else:
        document = (await numbered(call.conn, call.tenant_id, pool_id, int(number)))["document"]
    return compile_policy(document, REGISTRY, {n: i for i, n in names.items()} | {str(i): i for i in names})


async def _shape(call: ActorCall, pool_id: int, number: int) -> PolicyShape:
    found = await versions(call.conn, call.tenant_id, pool_id)
    listed = [version(row, call.now) for row in found]
    chosen = next((v for v in listed if v.number == number), None)
    row = next((r for r in found if r["number"] == number), None)
    if chosen is None or row is None:
        raise NotFound("policy", pool_id=str(pool_id), number=number)
    _, in_force = await version_in_force(call.conn, call.tenant_id, row["id"])
    names = await every_pool(call.conn, call.tenant_id)
    told = await tenant_words(call.conn, call.tenant_id)
    return PolicyShape(
        **chosen.model_dump(exclude={"superseded_at"}),
        document=with_names(row["document"], names),
        timers=columns(in_force.policy),
        rows=matrix(in_force.policy, told, names),
        ladder=list(in_force.policy.ladder),
        versions=listed,
    )
