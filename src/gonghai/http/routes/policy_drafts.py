"""The draft of a pool's policy: read, begin, save, throw away, publish; each against the version that was read."""

from typing import Annotated

from fastapi import APIRouter, Header, Response

from gonghai.base.errors import Forbidden, NotFound
from gonghai.http.call import ActorCall, By
from gonghai.http.etag import IfMatch, if_match, set_etag
from gonghai.http.idempotency import idempotent
from gonghai.http.policy_shapes import Draft, DraftIn, PolicyShape, PublishDraft
from gonghai.http.routes.policies import get_version, need_seen
from gonghai.http.shapes import Id
from gonghai.policy.drafts import (
    begin_draft,
    discard_draft,
    draft,
    faults,
    may_read_draft,
    publish_draft,
    save_draft,
)
from gonghai.policy.targets import with_names
from gonghai.policy.versions import every_pool

router = APIRouter(prefix="/pools/{pool_id}/policy/draft", tags=["policy"])
IfNoneMatch = Annotated[str | None, Header(alias="If-None-Match", description="`*` begins a draft.", examples=["*"])]
IfMatchToo = Annotated[
    str | None, Header(alias="If-Match", description="The ETag of the draft that was edited.", examples=['"3"'])
]


@router.get("")
async def get_draft(call: By, pool_id: Id, response: Response) -> Draft:
    """The draft with its faults; 404 when there is none. For admins, the pool's admins and auditors."""
    need_seen(call, pool_id)
    if not may_read_draft(call.actor, pool_id):
        raise Forbidden("policy.edit")
    return await _draft(call, pool_id, response)


@router.put("")
async def put_draft(
    call: By,
    pool_id: Id,
    body: DraftIn,
    response: Response,
    none_match: IfNoneMatch = None,
    match: IfMatchToo = None,
) -> Draft:
    """Saves over the version in If-Match, or begins with `If-None-Match: *`. 412 `changed_meanwhile` says who saved
    meanwhile, 412 `draft_gone` that it was published or thrown away; nothing is overwritten."""
    need_seen(call, pool_id)
    if none_match is not None and none_match.strip() == "*":
        await begin_draft(call.conn, call.actor, pool_id, body.document, based_on=body.based_on, now=call.now)
    else:
        version = if_match(match)
        await save_draft(
            call.conn, call.actor, pool_id, body.document, based_on=body.based_on, version=version, now=call.now
        )
    return await _draft(call, pool_id, response)


@router.delete("", status_code=204)
async def delete_draft(call: By, pool_id: Id, version: IfMatch) -> None:
    """Throws the draft away."""
    need_seen(call, pool_id)
    await discard_draft(call.conn, call.actor, pool_id, version=version)


@router.post("/publish", status_code=201)
@idempotent
async def publish(call: By, pool_id: Id, body: PublishDraft, version: IfMatch) -> PolicyShape:
    """Publishes the draft as it was read; 422 `policy_invalid` names every fault, and the draft stays."""
    need_seen(call, pool_id)
    number = await publish_draft(
        call.conn, call.actor, pool_id, version=version, note=body.note, at=call.now, start=body.start()
    )
    return await get_version(call, pool_id, number)


async def _draft(call: ActorCall, pool_id: int, response: Response) -> Draft:
    row = await draft(call.conn, call.tenant_id, pool_id)
    if row is None:
        raise NotFound("draft", pool_id=str(pool_id))
    set_etag(response, row["version"])
    found = await faults(call.conn, call.tenant_id, row["document"])
    document = with_names(row["document"], await every_pool(call.conn, call.tenant_id))
    return Draft.model_validate({**row, "document": document, "author": row["author_name"], "errors": found})
