"""Appeals against a recycle: the former owner asks the pool's admins; a yes re-opens the spell, if nobody claimed since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, one, rows
from gonghai.base.errors import NotFound, Refusal
from gonghai.customers.ownership import Mover, listed, reopen_spells
from gonghai.customers.record import lock
from gonghai.events.log import By, new_batch
from gonghai.moves.batch import instant
from gonghai.moves.inverse import inverse
from gonghai.moves.requests.effects import Answer, Pair, Refused, mark
from gonghai.moves.requests.table import Asking, ask
from gonghai.people.calendar import tenant_calendar
from gonghai.workdays import Length, add, end_of_working_day

PROTECTED_DAYS = 3  # working days, as after an undo
# What may befall a pooled customer; it may have been moved to another pool, but not been archived, since the recycle.
_SINCE = ("recycle", "archive", "restore", "undo")


@dataclass(frozen=True, slots=True)
class Ground:
    """The recycle that somebody may appeal against until `until`; `refused` says why not (any more)."""

    event: DictRow
    until: datetime
    refused: Refused | None


async def ground(conn: Conn, actor: Actor, customer: DictRow, *, at: datetime) -> Ground:
    """The newest recycle of the customer from the actor; 404 without one, whether or not the customer is visible."""
    event = await one(
        conn,
        "SELECT e.*, q.appeal_days FROM event e JOIN pool q ON q.tenant_id = e.tenant_id AND q.id = e.pool_from"
        " WHERE e.tenant_id = %s AND e.subject = 'customer' AND e.subject_id = %s AND e.kind = 'recycle'"
        " ORDER BY e.version DESC LIMIT 1",
        (actor.tenant_id, customer["id"]),
    )
    if event is None or event["owner_from"] != actor.person_id:
        raise NotFound("customer", id=str(customer["id"]))
    days = event["appeal_days"]
    until = (
        add(event["at"], Length(days, "days"), await tenant_calendar(conn, actor.tenant_id)) if days else event["at"]
    )
    refused = (await since(conn, actor.tenant_id, [(event, customer)])).get(customer["id"])
    if refused is not None and refused[0] == "already_theirs":
        refused = "already_yours", {}
    if refused is None and not days:
        refused = "no_appeals", {}
    if refused is None and until <= at:
        refused = "appeal_too_late", {"until": until.isoformat()}
    if refused is None:
        refused = await _asked_before(conn, actor.tenant_id, customer["id"], event["id"], at)
    return Ground(event, until, refused)


async def _asked_before(conn: Conn, tenant_id: int, customer_id: int, event_id: int, at: datetime) -> Refused | None:
    """One appeal per recycle, unless it was withdrawn or lapsed unread."""
    earlier = await one(
        conn,
        "SELECT r.id, r.state FROM request r WHERE r.tenant_id = %s AND r.customer_id = %s AND r.kind = 'appeal'"
        " AND r.event_id = %s AND (r.state IN ('accepted', 'declined') OR (r.state = 'open' AND r.lapses_at > %s))",
        (tenant_id, customer_id, event_id, at),
    )
    return ("already_asked", {"request_id": str(earlier["id"])}) if earlier is not None else None


async def ask_appeal(conn: Conn, actor: Actor, customer_id: int, *, note: str) -> int:
    """Asks the admins of the pool it was taken from to give it back; the request's id.

    Refuses `no_appeals`, `appeal_too_late` {until}, `already_asked`, `already_yours`, `claimed_since` {owner}, `archived`,
    `merged`.
    """
    actor.need("requests.ask")
    customer = await lock(conn, actor.tenant_id, customer_id)
    at = await instant(conn)
    found = await ground(conn, actor, customer, at=at)
    if found.refused is not None:
        code, data = found.refused
        raise Refusal(code, **data)
    asking = Asking("appeal", customer, note, pool_id=found.event["pool_from"], event_id=found.event["id"])
    made = await ask(conn, actor.tenant_id, [asking], asked_by=actor.person_id, at=at)
    return made[customer_id]


async def since(conn: Conn, tenant_id: int, found: Sequence[tuple[DictRow, DictRow]]) -> dict[int, Refused]:
    """Of (recycle, customer): what happened to the customer since that no appeal can take back, by customer."""
    newest = await rows(
        conn,
        "SELECT DISTINCT ON (e.subject_id) e.subject_id, e.id, e.kind FROM event e WHERE e.tenant_id = %s"
        " AND e.subject = 'customer' AND e.subject_id = ANY (%s) AND e.kind = ANY (%s)"
        " ORDER BY e.subject_id, e.version DESC",
        (tenant_id, [customer["id"] for _, customer in found], list(_SINCE)),
    )
    owners = await _names(conn, tenant_id, [c["owner_id"] for _, c in found if c["owner_id"] is not None])
    last = {row["subject_id"]: row for row in newest}
    refused: dict[int, Refused] = {}
    for event, customer in found:
        if (customer["spell_no"], customer["owner_id"]) == (event["spell_no"], event["owner_from"]):
            refused[customer["id"]] = "already_theirs", {}  # by an undo, or another's yes
        elif customer["spell_no"] != event["spell_no"] or customer["state"] == "owned":
            owner = customer["owner_id"]
            said = {"owner": {"id": str(owner), "name": owners[owner]}} if owner is not None else {}
            refused[customer["id"]] = "claimed_since", said
        elif customer["state"] == "merged":
            refused[customer["id"]] = "merged", {"into": str(customer["merged_into"])}
        elif last[customer["id"]]["id"] != event["id"]:
            refused[customer["id"]] = "archived", {}
    return refused


async def _names(conn: Conn, tenant_id: int, ids: Sequence[int]) -> dict[int, str]:
    if not ids:
        return {}
    found = await rows(
        conn, "SELECT p.id, p.name FROM person p WHERE p.tenant_id = %s AND p.id = ANY (%s)", (tenant_id, list(ids))
    )
    return {row["id"]: row["name"] for row in found}


async def accept_appeals(conn: Conn, actor: Actor, pairs: Sequence[Pair], answer: Answer) -> dict[int, Refused]:
    """Back to the former owners with their clocks, protected until the end of the next 3 working days."""
    events = await _events(conn, actor.tenant_id, [request["event_id"] for request, _ in pairs])
    late = await since(conn, actor.tenant_id, [(events[r["event_id"]], c) for r, c in pairs])
    refused: dict[int, Refused] = {}
    movers: list[Mover] = []
    for request, customer in pairs:
        event, owner = events[request["event_id"]], answer.people[request["asked_by"]]
        if customer["id"] in late:
            refused[request["id"]] = late[customer["id"]]
        elif owner["state"] != "active":
            refused[request["id"]] = "receiver_not_active", {"person": {"id": str(owner["id"]), "name": owner["name"]}}
        elif answer.pools.get(event["pool_from"]) != "open":
            refused[request["id"]] = "pool_not_open", {"pool_id": str(event["pool_from"])}
        else:
            mover = inverse(event, customer)
            assert mover.data is not None
            mover.data.update(mark(request))
            movers.append(mover)
    if movers:
        await _reopen(conn, actor, movers, answer.at)
    return refused


async def _reopen(conn: Conn, actor: Actor, movers: Sequence[Mover], at: datetime) -> None:
    until = end_of_working_day(at, PROTECTED_DAYS, await tenant_calendar(conn, actor.tenant_id))
    many = len(movers) > 1
    batch = await new_batch(conn, actor.tenant_id, "appeal", actor.person_id, at) if many else None
    by = By.person(actor.person_id, batch)
    moved = await reopen_spells(
        conn, actor.tenant_id, listed(movers), kind="appeal", by=by, at=at, protected_until=until
    )
    assert len(moved) == len(movers), "the rows are locked"


async def _events(conn: Conn, tenant_id: int, ids: Sequence[int]) -> dict[int, DictRow]:
    found = await rows(
        conn, "SELECT e.* FROM event e WHERE e.tenant_id = %s AND e.id = ANY (%s)", (tenant_id, list(ids))
    )
    return {row["id"]: row for row in found}
