"""Extensions: an owner asks for more time, within a limit per spell; a manager's yes is a protection."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, one, rows
from gonghai.base.errors import Refusal
from gonghai.customers import queries
from gonghai.customers.floors import Kept, keep
from gonghai.customers.permitted import lock_permitted
from gonghai.events.log import By, new_batch
from gonghai.moves.batch import instant
from gonghai.moves.requests.effects import Answer, Pair, Refused, mark
from gonghai.moves.requests.table import Asking, ask
from gonghai.people.calendar import tenant_calendar
from gonghai.policy.countdown import countdowns
from gonghai.workdays import Calendar, Length, add


@dataclass(frozen=True, slots=True)
class Chance:
    """Whether an owner may ask now: `refused` says why not; `waiting`, that one is asked for already.

    `effective`: when the customer would go.
    """

    refused: Refused | None
    waiting: int | None
    used: int
    limit: int
    most_days: int
    effective: datetime | None


async def chance(conn: Conn, tenant_id: int, row: Mapping[str, Any], *, now: datetime) -> Chance:
    """What is left to ask for in the present spell of a customer (a row of customers/queries.py)."""
    pool = await one(
        conn,
        "SELECT q.extension_limit, q.extension_most_days FROM pool q WHERE q.tenant_id = %s AND q.id = %s",
        (tenant_id, row["pool_id"]),
    )
    assert pool is not None
    asked = await rows(
        conn,
        "SELECT r.id, r.state FROM request r WHERE r.tenant_id = %s AND r.kind = 'extension' AND r.customer_id = %s"
        " AND r.spell_no = %s AND (r.state = 'accepted' OR (r.state = 'open' AND r.lapses_at > %s))",
        (tenant_id, row["id"], row["spell_no"], now),
    )
    used, waiting = len(asked), [r["id"] for r in asked if r["state"] == "open"]
    decision = (await countdowns(conn, tenant_id, now)).of(row)
    effective = decision.effective if decision is not None else None
    limit: int = pool["extension_limit"]
    refused: Refused | None = None
    if effective is None:
        refused = "nothing_to_extend", {}
    elif used >= limit:
        refused = "extension_limit", {"used": used, "limit": limit}
    elif waiting:
        refused = "already_asked", {"request_id": str(waiting[0])}
    return Chance(refused, waiting[0] if waiting else None, used, limit, pool["extension_most_days"], effective)


async def ask_extension(conn: Conn, actor: Actor, customer_id: int, *, days: int, note: str = "") -> int:
    """Asks the owner's managers for `days` more; the request's id. The clock goes on until somebody says yes.

    Refuses `nothing_to_extend`, `extension_limit` {used, limit}, `already_asked`, `extension_too_long` {limit}.
    """
    customer = await lock_permitted(conn, actor, customer_id, "ask_extension")
    at = await instant(conn)
    row = await queries.get(conn, actor, customer_id)
    left = await chance(conn, actor.tenant_id, row, now=at)
    if left.refused is not None:
        code, data = left.refused
        raise Refusal(code, **data)
    if days > left.most_days:
        raise Refusal("extension_too_long", limit=left.most_days)
    assert left.effective is not None
    calendar = await tenant_calendar(conn, actor.tenant_id)
    deadline = max(left.effective, at)
    said = {"days": days, "deadline": deadline.isoformat(), "until": _until(deadline, days, calendar).isoformat()}
    made = await ask(
        conn, actor.tenant_id, [Asking("extension", customer, note, data=said)], asked_by=actor.person_id, at=at
    )
    return made[customer_id]


def _until(deadline: datetime, days: int, calendar: Calendar) -> datetime:
    """The end of the n-th local day after the deadline's. A deadline at midnight is the end of the day before."""
    return add(deadline - timedelta(microseconds=1), Length(days, "days"), calendar)


async def accept_extensions(conn: Conn, actor: Actor, pairs: Sequence[Pair], answer: Answer) -> dict[int, Refused]:
    """Protects as long as was asked for, or for `answer.days`; a longer protection stays."""
    calendar = await tenant_calendar(conn, actor.tenant_id)
    refused: dict[int, Refused] = {}
    kept: list[Kept] = []
    for request, customer in pairs:
        days = answer.days or request["data"]["days"]
        until = _until(datetime.fromisoformat(request["data"]["deadline"]), days, calendar)
        if until <= answer.at:
            refused[request["id"]] = "until_past", {}
            continue
        request["data"] |= {"granted_days": days, "granted_until": until.isoformat()}
        kept.append(_protected(customer, until, request))
    many = len(kept) > 1
    batch = await new_batch(conn, actor.tenant_id, "protect", actor.person_id, answer.at) if many else None
    by = By.person(actor.person_id, batch)
    written = await keep(conn, actor.tenant_id, kept, kind="protect", by=by, at=answer.at)
    assert len(written) == len(kept), "the rows are locked"
    return refused


def _protected(customer: DictRow, until: datetime, request: DictRow) -> Kept:
    before: datetime | None = customer["protected_until"]
    longest = until if before is None else max(before, until)
    return Kept(customer, {"protected_until": longest, "notice_until": None}, data=mark(request))
