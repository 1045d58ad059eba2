"""Deciding requests, one or many: who may is checked again under the locks; each kind says what an answer does."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, rows, value
from gonghai.base.errors import Forbidden, NotFound, Refusal
from gonghai.base.queue import defer
from gonghai.customers.record import lock_many
from gonghai.moves.batch import instant
from gonghai.moves.requests.appeal import accept_appeals
from gonghai.moves.requests.archive import accept_archives
from gonghai.moves.requests.claim import accept_claims
from gonghai.moves.requests.duplicate import accept_duplicates
from gonghai.moves.requests.effects import Answer, Effect, Pair, Refused
from gonghai.moves.requests.extension import accept_extensions
from gonghai.moves.requests.queries import get_request, lock_requests
from gonghai.moves.requests.reverify import decline_reverifies
from gonghai.moves.requests.table import KINDS, close, decides_for, may_decide, over
from gonghai.moves.requests.transfer import accept_transfers
from gonghai.moves.results import Result

_EFFECTS: Final[Mapping[tuple[str, str], Effect]] = {
    ("transfer", "accepted"): accept_transfers,
    ("extension", "accepted"): accept_extensions,
    ("appeal", "accepted"): accept_appeals,
    ("archive", "accepted"): accept_archives,
    ("claim", "accepted"): accept_claims,
    ("duplicate", "accepted"): accept_duplicates,
    ("reverify", "declined"): decline_reverifies,
}


async def decide(
    conn: Conn,
    actor: Actor,
    request_ids: Sequence[int],
    *,
    accept: bool,
    note: str = "",
    days: int | None = None,
    confirm_over_cap: bool = False,
) -> list[Result]:
    """Accepts or declines, per id; `days` changes what an extension gives, `confirm_over_cap` lets a 撞单 go over it.

    Refused per id: `not_found` where the actor neither asked nor decides, `forbidden` for the asker's own,
    `request_decided` {state}, `request_lapsed`, and whatever the kind's own effect refuses.
    """
    actor.need("requests.decide")
    state = "accepted" if accept else "declined"
    asked = await _read(conn, actor.tenant_id, request_ids)
    people, pools = await _hold(conn, actor, list(asked.values()))
    await lock_many(conn, actor.tenant_id, [r["customer_id"] for r in asked.values()])
    locked = await lock_requests(conn, actor.tenant_id, request_ids)
    answer = Answer(await instant(conn), days, confirm_over_cap, people, pools)
    refused: dict[int, Refused] = {}
    decided: list[DictRow] = []
    for request_id in dict.fromkeys(request_ids):
        refusal = _not_theirs(actor, locked.get(request_id), answer.at)
        if refusal is not None:
            refused[request_id] = refusal
    for request in locked.values():
        acted_for = decides_for(actor, request) if request["id"] not in refused else None
        if acted_for is not None:
            request["data"]["for"] = str(acted_for)
    for kind in KINDS:
        some = [r for i, r in locked.items() if r["kind"] == kind and i not in refused]
        refused |= await _of_kind(conn, actor, some, _EFFECTS.get((kind, state)), answer)
        decided += [r for r in some if r["id"] not in refused]
    if decided:
        await close(conn, actor.tenant_id, decided, state, decided_by=actor.person_id, answer=note, at=answer.at)
    return [Result.refused(i, *refused[i]) if i in refused else Result(i, state) for i in dict.fromkeys(request_ids)]


async def _of_kind(
    conn: Conn, actor: Actor, requests: Sequence[DictRow], effect: Effect | None, answer: Answer
) -> dict[int, Refused]:
    """What the customers, as they are by now, refuse; an earlier kind of the same batch may have moved them."""
    if not requests:
        return {}
    customers = await lock_many(conn, actor.tenant_id, [r["customer_id"] for r in requests])
    refused: dict[int, Refused] = {}
    pairs: list[Pair] = []
    for request in requests:
        customer = customers[request["customer_id"]]
        # Why an appeal comes too late, its own effect says.
        if over(request, customer) and (request["kind"] != "appeal" or effect is None):
            refused[request["id"]] = "request_lapsed", {}
        else:
            pairs.append((request, customer))
    if effect is not None and pairs:
        refused |= await effect(conn, actor, pairs, answer)
    return refused


def _not_theirs(actor: Actor, request: DictRow | None, at: datetime) -> Refused | None:
    mine = request is not None and request["asked_by"] is not None and request["asked_by"] == actor.person_id
    if request is None or not (mine or may_decide(actor, request)):
        return "not_found", {}
    if not may_decide(actor, request):
        return "forbidden", {"action": "requests.decide"}
    if request["state"] != "open":
        return "request_decided", {"state": request["state"]}
    if request["lapses_at"] <= at:
        return "request_lapsed", {"lapsed_at": request["lapses_at"].isoformat()}
    return None


async def _read(conn: Conn, tenant_id: int, ids: Sequence[int]) -> dict[int, DictRow]:
    """What the locks are chosen by: who asked about which customer never changes."""
    found = await rows(
        conn,
        "SELECT r.id, r.kind, r.customer_id, r.asked_by, r.pool_id, r.decider_id FROM request r WHERE r.tenant_id = %s"
        " AND r.id = ANY (%s)",
        (tenant_id, list(ids)),
    )
    return {row["id"]: row for row in found}


async def _hold(conn: Conn, actor: Actor, asked: Sequence[DictRow]) -> tuple[dict[int, DictRow], dict[int, str]]:
    """Locks whoever may get a customer, then the pools these return to: before the customers, as every move does."""
    receivers = {r["asked_by"] for r in asked if r["kind"] in ("appeal", "claim", "duplicate")}
    mine = {actor.person_id, *actor.deputises}
    receivers |= {r["decider_id"] for r in asked if r["kind"] == "transfer" and r["decider_id"] in mine}
    pools = {r["pool_id"] for r in asked if r["kind"] == "appeal"}
    if not receivers:
        return {}, {}
    people = await rows(
        conn,
        "SELECT p.id, p.name, p.state FROM person p WHERE p.tenant_id = %s AND p.id = ANY (%s) ORDER BY p.id"
        " FOR NO KEY UPDATE",
        (actor.tenant_id, list(receivers)),
    )
    held = await rows(
        conn,
        "SELECT q.id, q.state FROM pool q WHERE q.tenant_id = %s AND q.id = ANY (%s) ORDER BY q.id FOR SHARE",
        (actor.tenant_id, list(pools)),
    )
    return {p["id"]: p for p in people}, {q["id"]: q["state"] for q in held}


def only_request(results: Sequence[Result]) -> Result:
    """The single result of a single decision; a refusal is raised with its code."""
    (result,) = results
    if result.code is None:
        return result
    if result.code == "not_found":
        raise NotFound("request", id=str(result.id))
    if result.code == "forbidden":
        raise Forbidden("requests.decide", id=str(result.id))
    raise Refusal(result.code, **result.data)


async def withdraw(conn: Conn, actor: Actor, request_id: int, *, note: str = "") -> None:
    """Takes one's own request back, while nobody has decided it. 403 for those who decide it."""
    found = await get_request(conn, actor, request_id, now=await instant(conn))
    # Asking somebody else holds the customer when it withdraws this request: the other order would be a deadlock.
    await lock_many(conn, actor.tenant_id, [found["customer_id"]])
    request = (await lock_requests(conn, actor.tenant_id, [request_id]))[request_id]
    if request["asked_by"] != actor.person_id:
        raise Forbidden("requests.ask")
    if request["state"] != "open":
        raise Refusal("request_decided", state=request["state"])
    at = await instant(conn)
    await close(conn, actor.tenant_id, [request], "withdrawn", decided_by=actor.person_id, answer=note, at=at)


async def comment(conn: Conn, actor: Actor, request_id: int, text: str) -> None:
    """Says something to the other side: asker and deciders, also once it is decided. 404 for others."""
    at = await instant(conn)
    await get_request(conn, actor, request_id, now=at)
    actor.need("requests.ask")
    said = await value(
        conn,
        "INSERT INTO request_comment (tenant_id, request_id, author_id, at, text) VALUES (%s, %s, %s, %s, %s) RETURNING id",
        (actor.tenant_id, request_id, actor.person_id, at, text),
    )
    await defer(conn, "notify", tenant_id=actor.tenant_id, comments=[said])
