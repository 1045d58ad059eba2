"""撞单 requests: whoever typed in a customer that is there already asks the admins of its pool to give it to them."""

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn
from gonghai.base.errors import NotFound, Refusal
from gonghai.customers.fields import clean
from gonghai.customers.ownership import Mover, listed, move_unowned, open_spells, pass_spells
from gonghai.customers.record import lock
from gonghai.events.log import By, new_batch
from gonghai.moves.batch import instant
from gonghai.moves.duplicates import Match, find
from gonghai.moves.receivers import Room
from gonghai.moves.requests.effects import Answer, Pair, Refused, mark
from gonghai.moves.requests.table import Asking, ask
from gonghai.moves.telling import tell


async def ask_duplicate(
    conn: Conn, actor: Actor, fields: Mapping[str, Any], *, note: str, customer_id: int | None = None
) -> int:
    """Asks for the customer that these fields match; the request's id.

    `customer_id` says which of those that were named; without it, it is the most alike of the others, found again from
    the fields, as the asker has no id of it. Refuses `no_duplicate`, `already_yours`, `duplicate_claimable`,
    `duplicate_kept` {until} and `already_asked`; 404 for an id that was not told.
    """
    actor.need("requests.ask")
    values = clean(fields)
    first = _meant(await find(conn, actor, values, now=await instant(conn)), customer_id)
    customer = await lock(conn, actor.tenant_id, first.id)
    at = await instant(conn)
    # What was found may have moved while its lock was waited for.
    meant = [match for match in await find(conn, actor, values, now=at) if match.id == first.id]
    if not meant or meant[0].level == "nothing":
        raise Refusal("no_duplicate")
    refusal = meant[0].refusal()
    if refusal is not None:
        raise refusal
    data = {"typed": values["name"], "named": meant[0].level == "named", "matched": meant[0].kinds}
    asking = Asking("duplicate", customer, note, pool_id=customer["pool_id"], data=data)
    made = await ask(conn, actor.tenant_id, [asking], asked_by=actor.person_id, at=at)
    if customer["id"] not in made:
        raise Refusal("already_asked")
    return made[customer["id"]]


def _meant(found: Sequence[Match], customer_id: int | None) -> Match:
    if customer_id is not None:
        for match in found:
            if match.id == customer_id and match.level == "named":
                return match
        raise NotFound("customer", id=str(customer_id))
    unnamed = [match for match in found if match.level in ("owner", "exists")]
    if not unnamed:
        raise Refusal("no_duplicate")
    return min(unnamed, key=lambda match: match.refusal() is not None)


async def accept_duplicates(conn: Conn, actor: Actor, pairs: Sequence[Pair], answer: Answer) -> dict[int, Refused]:
    """Gives each customer to whoever asked: from its pool, its owner (clocks anew) or the archive.

    Over the receiver's cap only with `answer.confirm_over_cap`, which is recorded.
    """
    refused: dict[int, Refused] = {}
    rooms: dict[int, Room] = {}
    movers: dict[str, list[Mover]] = {"pooled": [], "owned": [], "archived": []}
    given: set[int] = set()
    pools = {customer["pool_id"] for _, customer in pairs}
    for request, customer in pairs:
        person = answer.people[request["asked_by"]]
        refusal = _refusal(customer, person, given)
        if refusal is None and person["id"] not in rooms:
            zone, now = actor.zone, answer.at
            rooms[person["id"]] = await Room.of(conn, actor.tenant_id, person["id"], pools, zone=zone, now=now)
        over = rooms[person["id"]].over(customer["pool_id"]) if refusal is None else None
        if over is not None and not answer.confirm_over_cap:
            refusal = "over_cap", over
        if refusal is not None:
            refused[request["id"]] = refusal
            continue
        rooms[person["id"]].give(customer["pool_id"])
        given.add(customer["id"])
        data = {**mark(request), "duplicate": True, **({"over_cap": over} if over else {})}
        movers[customer["state"]].append(_mover(customer, person["id"], data))
    if given:
        await _give(conn, actor, movers, answer)
    return refused


def _refusal(customer: DictRow, person: DictRow, given: set[int]) -> Refused | None:
    if customer["state"] == "merged":
        return "merged", {"into": str(customer["merged_into"])}
    if customer["owner_id"] == person["id"]:
        return "already_theirs", {}
    if customer["id"] in given:
        return "request_lapsed", {}  # to somebody else, in this very batch
    if person["state"] != "active":
        return "receiver_not_active", {"person": {"id": str(person["id"]), "name": person["name"]}}
    return None


def _mover(customer: DictRow, receiver: int, data: dict[str, Any]) -> Mover:
    if customer["state"] == "owned":
        data = {**data, "carry": False}
    pool = customer["pool_id"]
    return Mover(customer["id"], customer["version"], customer["owner_id"], receiver, pool, pool, data=data)


async def _give(conn: Conn, actor: Actor, movers: Mapping[str, Sequence[Mover]], answer: Answer) -> None:
    tenant_id, at = actor.tenant_id, answer.at
    many = sum(map(len, movers.values())) > 1
    by = By.person(
        actor.person_id, await new_batch(conn, tenant_id, "duplicate", actor.person_id, at) if many else None
    )
    restored = await move_unowned(
        conn, tenant_id, listed([Mover(m.customer_id, m.version, None, None, m.pool_from, m.pool_to, data=m.data)
                                 for m in movers["archived"]]),
        kind="restore", by=by, at=at, state_from="archived", state_to="pooled",
    ) if movers["archived"] else []  # fmt: skip
    versions = {row["id"]: row["version"] for row in restored}
    opened = [*movers["pooled"], *(_again(m, versions[m.customer_id]) for m in movers["archived"])]
    if opened:
        moved = await open_spells(conn, tenant_id, listed(opened), kind="assign", by=by, at=at)
        assert len(moved) == len(opened), "the rows are locked"
    if movers["owned"]:
        passed = await pass_spells(conn, tenant_id, listed(movers["owned"]), kind="transfer", by=by, at=at, carry=False)
        assert len(passed) == len(movers["owned"]), "the rows are locked"
        await tell(conn, tenant_id, passed, by)


def _again(mover: Mover, version: int) -> Mover:
    return Mover(mover.customer_id, version, None, mover.owner_to, mover.pool_from, mover.pool_to, data=mover.data)
