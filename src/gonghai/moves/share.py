"""Sharing: an owner, or a manager of theirs, lets colleagues work on a customer too; and takes it back."""

from collections.abc import Callable, Sequence
from typing import Any

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.access.visibility import visible
from gonghai.base.database import Conn, rows
from gonghai.base.errors import NotFound, Refusal
from gonghai.customers.collaborators import MOST, Shared, collaborator_ids, share, sharing_now, unshare
from gonghai.customers.may import relation
from gonghai.customers.record import lock_many
from gonghai.events.log import By, new_batch
from gonghai.moves.batch import instant, state_refusal
from gonghai.moves.results import Result
from gonghai.moves.telling import tell

Refused = tuple[str, dict[str, Any]]
# A decision over one locked, visible customer and its collaborators: whom to add or remove, or why not.
Decide = Callable[[DictRow, set[int]], list[int] | Refused]


async def add_collaborators(
    conn: Conn, actor: Actor, customer_ids: Sequence[int], person_ids: Sequence[int]
) -> list[Result]:
    """Owned customers are shared with these persons while their spells last; those who are collaborators stay.

    By the owner or a manager of theirs. Refuses, per id, `collaborator_is_owner`, `already_collaborator` where it is
    shared with all of them, and `too_many_collaborators` {limit}; as a whole `person_not_active` {person}.
    """
    actor.need("customers.share")
    persons = list(dict.fromkeys(person_ids))
    await _lock_active(conn, actor.tenant_id, persons)

    def decide(row: DictRow, known: set[int]) -> list[int] | Refused:
        if row["owner_id"] in persons:
            return "collaborator_is_owner", {"person": {"id": str(row["owner_id"])}}
        new = [person for person in persons if person not in known]
        if not new:
            return "already_collaborator", {}
        if len(known) + len(new) > MOST:
            return "too_many_collaborators", {"limit": MOST}
        return new

    return await _decide_each(conn, actor, customer_ids, decide, kind="share")


async def remove_collaborator(conn: Conn, actor: Actor, customer_ids: Sequence[int], person_id: int) -> list[Result]:
    """Owned customers are no longer shared with this person. By owner or manager, or by the collaborator alone.

    Refuses `not_collaborator` per id.
    """
    actor.need("customers.share")

    def decide(row: DictRow, known: set[int]) -> list[int] | Refused:
        return [person_id] if person_id in known else ("not_collaborator", {})

    leaves = person_id == actor.person_id
    return await _decide_each(conn, actor, customer_ids, decide, kind="unshare", leaves=leaves)


async def _decide_each(
    conn: Conn, actor: Actor, customer_ids: Sequence[int], decide: Decide, *, kind: str, leaves: bool = False
) -> list[Result]:
    """Locks, decides each in the order given, writes in one statement."""
    locked = await lock_many(conn, actor.tenant_id, customer_ids)
    known = await collaborator_ids(conn, actor.tenant_id, list(locked))
    actor = sharing_now(actor, locked, known)
    decided: list[Shared] = []
    results: list[Result] = []
    for customer_id in dict.fromkeys(customer_ids):
        row = locked.get(customer_id)
        if row is None or not visible(actor, row):
            results.append(Result.refused(customer_id, "not_found"))
            continue
        outcome = _refusal(actor, row, leaves) or decide(row, known.get(customer_id, set()))
        if isinstance(outcome, list):
            decided.append(Shared(row, outcome))
            results.append(Result(customer_id, "moved"))
        else:
            results.append(Result.refused(customer_id, *outcome))
    if decided:
        at = await instant(conn)
        many = len(customer_ids) > 1
        batch = await new_batch(conn, actor.tenant_id, kind, actor.person_id, at) if many else None
        by = By.person(actor.person_id, batch)
        write = share if kind == "share" else unshare
        await tell(conn, actor.tenant_id, await write(conn, actor.tenant_id, decided, by=by, at=at), by)
    return results


def _refusal(actor: Actor, row: DictRow, leaves: bool) -> Refused | None:
    refusal = state_refusal(row, "owned")
    r = relation(actor, row)
    if refusal is None and not (r.owner or r.manager or (leaves and r.collaborator)):
        refusal = "forbidden", {"action": "customers.share"}
    return refusal


async def _lock_active(conn: Conn, tenant_id: int, person_ids: Sequence[int]) -> None:
    """Keeps the persons from being deactivated until the transaction ends. 404 and `person_not_active`."""
    found = await rows(
        conn,
        "SELECT p.id, p.name, p.state FROM person p WHERE p.tenant_id = %s AND p.id = ANY (%s) ORDER BY p.id FOR SHARE",
        (tenant_id, list(person_ids)),
    )
    known = {row["id"]: row for row in found}
    for person_id in person_ids:
        if person_id not in known:
            raise NotFound("person", id=str(person_id))
        if known[person_id]["state"] != "active":
            raise Refusal("person_not_active", person={"id": str(person_id), "name": known[person_id]["name"]})
