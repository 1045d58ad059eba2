"""A person's wishes in an open draw: customers in the order in which they would like them."""

from collections.abc import Sequence

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, run, value
from gonghai.base.errors import NotFound, Refusal
from gonghai.customers import queries
from gonghai.moves.batch import instant
from gonghai.moves.claim import claim
from gonghai.moves.draws.dealing import ENDING
from gonghai.moves.draws.planning import lock_draw
from gonghai.moves.results import Result

# Refusals that keep somebody out of a draw: nothing could be dealt to them. Other limits of the person may have room
# when it is dealt, and a customer that needs approval is then asked for.
_KEEPS_OUT = frozenset({"not_active", "on_leave", "not_in_scope"})
_MAY_WAIT = (ENDING - _KEEPS_OUT) | {"needs_approval"}


async def enter_wishes(conn: Conn, actor: Actor, draw_id: int, customer_ids: Sequence[int]) -> list[Result]:
    """Puts these in place of the actor's wishes; none withdraws them. Answers per id: `entered`, or why not.

    Refuses `draw_not_open` {opens_at}, `draw_closed` {closes_at}, `draw_over` {state}, `too_many_wishes` {limit}, and
    what keeps the person from claiming in this pool at all.
    """
    actor.need("customers.claim")
    draw = await lock_draw(conn, actor.tenant_id, draw_id, "SHARE")
    if draw["pool_id"] not in actor.visible_pools():
        raise NotFound("draw", id=str(draw_id))
    at = await instant(conn)
    if draw["state"] != "planned":
        raise Refusal("draw_over", state=draw["state"])
    if at < draw["opens_at"]:
        raise Refusal("draw_not_open", opens_at=draw["opens_at"])
    if at >= draw["closes_at"]:
        raise Refusal("draw_closed", closes_at=draw["closes_at"])
    ids = list(dict.fromkeys(customer_ids))
    limit = await value(
        conn,
        "SELECT q.draw_most_wishes FROM pool q WHERE q.tenant_id = %s AND q.id = %s",
        (actor.tenant_id, draw["pool_id"]),
    )
    if len(ids) > limit:
        raise Refusal("too_many_wishes", limit=limit, used=len(ids))
    looked = await _looked(conn, actor, draw["pool_id"], ids)
    entered = [r.id for r in looked if r.code is None]
    await _write(conn, actor, draw_id, entered)
    return looked


async def _looked(conn: Conn, actor: Actor, pool_id: int, ids: Sequence[int]) -> list[Result]:
    """What the rules say now; where a limit of the person has no room now, the wish may wait for the dealing."""
    assert actor.person_id is not None
    if not ids:
        return []
    found = await claim(conn, actor.tenant_id, actor.person_id, ids, zone=actor.zone, expected_pool=pool_id, how="look")
    for result in found:
        if result.code in _KEEPS_OUT:
            raise Refusal(result.code or "", **result.data)
    refused = [r.id for r in found if r.code is not None]
    seen = {row["id"] for row in await queries.by_ids(conn, actor, refused)}
    seen |= set(await queries.lying_in(conn, actor.tenant_id, refused, actor.visible_pools()))
    return [
        Result(r.id, "entered")
        if r.code is None or r.code in _MAY_WAIT
        else Result.refused(r.id, r.code, r.data)
        if r.id in seen
        else Result.refused(r.id, "not_found")
        for r in found
    ]


async def _write(conn: Conn, actor: Actor, draw_id: int, ids: Sequence[int]) -> None:
    mine = (actor.tenant_id, draw_id, actor.person_id)
    # Two lists of one person at once: the later one holds.
    await run(
        conn,
        "SELECT FROM person p WHERE p.tenant_id = %s AND p.id = %s FOR NO KEY UPDATE",
        (actor.tenant_id, actor.person_id),
    )
    await run(conn, "DELETE FROM draw_wish w WHERE w.tenant_id = %s AND w.draw_id = %s AND w.person_id = %s", mine)
    await run(
        conn,
        "INSERT INTO draw_wish (tenant_id, draw_id, person_id, place, customer_id)"
        " SELECT %s, %s, %s, x.place, x.id FROM unnest(%s::bigint[]) WITH ORDINALITY AS x (id, place)",
        (*mine, list(ids)),
    )
