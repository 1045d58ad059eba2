"""Opening, editing, winning, losing and adopting deals: the deal, its customer's columns and one event together.

Every writer locks the customer first, so a deal's row needs no lock of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, one
from gonghai.base.errors import ChangedMeanwhile, NotFound, Refusal
from gonghai.customers.fields import plain
from gonghai.customers.permitted import lock_permitted
from gonghai.customers.record import change
from gonghai.deals.clocks import after_adopt, after_loss, after_open, after_win, of_this_spell
from gonghai.deals.queries import COLUMNS
from gonghai.events.log import By

EDITABLE = frozenset({"name", "stage", "amount", "expected_date"})
# Text that people type stays out of events: they say that it changed, not from what to what.
_FREE_TEXT = frozenset({"name", "stage", "lost_reason"})


@dataclass(frozen=True, slots=True)
class NewDeal:
    """What a deal begins with; the amount in the tenant's currency, at most two decimals."""

    name: str
    amount: Decimal | None = None
    expected_date: date | None = None
    stage: str | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """New values of some of EDITABLE; `version` the one they were made against, None for whichever it is."""

    values: Mapping[str, Any] = field(default_factory=dict)
    version: int | None = None


async def open_deal(conn: Conn, actor: Actor, customer_id: int, new: NewDeal) -> DictRow:
    """Opens a deal in the customer's open spell; the stored row. Refuses as `lock_permitted` does."""
    customer = await lock_permitted(conn, actor, customer_id, "deal")
    deal = await one(
        conn,
        f"""INSERT INTO deal AS d (tenant_id, customer_id, spell_no, name, stage, amount, expected_date, opened_at,
                created_by) VALUES (%s, %s, %s, %s, %s, %s, %s, clock_timestamp(), %s) RETURNING {COLUMNS}""",
        (actor.tenant_id, customer_id, customer["spell_no"], new.name, new.stage, new.amount, new.expected_date,
         actor.person_id),
    )  # fmt: skip
    assert deal is not None
    changes = {"amount": [None, plain(new.amount)], "expected_date": [None, plain(new.expected_date)]}
    data = {**_about(deal), "changes": {name: pair for name, pair in changes.items() if pair[1] is not None}}
    by, at, columns = By.person(actor.person_id), deal["opened_at"], after_open(customer)
    await change(conn, customer, kind="open_deal", by=by, at=at, set_columns=columns, data=data)
    return {**deal, "adopted": True}


async def edit_deal(conn: Conn, actor: Actor, customer_id: int, deal_id: int, edit: Edit) -> DictRow:
    """Changes an open deal's fields; the row as it is now. No difference is no event."""
    customer, deal = await _open_deal(conn, actor, customer_id, deal_id, edit.version)
    if not _differing(deal, edit.values):
        return {**deal, "adopted": of_this_spell(customer, deal)}
    return await _write(conn, actor, customer, deal, "edit_deal", edit.values, {})


async def win_deal(conn: Conn, actor: Actor, customer_id: int, deal_id: int, edit: Edit) -> DictRow:
    """Closes an open deal as won, with what changed at the end. Whoever wins a deal of an earlier spell adopts it."""
    customer, deal = await _open_deal(conn, actor, customer_id, deal_id, edit.version)
    values = {**edit.values, "state": "won", "closed_at": deal["now"], "spell_no": customer["spell_no"]}
    return await _write(conn, actor, customer, deal, "win_deal", values, after_win(customer, deal, deal["now"]))


async def lose_deal(
    conn: Conn, actor: Actor, customer_id: int, deal_id: int, edit: Edit, *, reason: str | None = None
) -> DictRow:
    """Closes an open deal as lost."""
    customer, deal = await _open_deal(conn, actor, customer_id, deal_id, edit.version)
    values = {**edit.values, "state": "lost", "closed_at": deal["now"], "lost_reason": reason}
    return await _write(conn, actor, customer, deal, "lose_deal", values, after_loss(customer, deal, deal["now"]))


async def adopt_deal(conn: Conn, actor: Actor, customer_id: int, deal_id: int) -> DictRow:
    """Makes an open deal of an earlier spell one of this spell, so that it holds this spell's timer.

    Refuses with `already_adopted` where it is one.
    """
    customer, deal = await _open_deal(conn, actor, customer_id, deal_id, None)
    if of_this_spell(customer, deal):
        raise Refusal("already_adopted")
    values = {"spell_no": customer["spell_no"]}
    return await _write(conn, actor, customer, deal, "adopt_deal", values, after_adopt(customer))


async def _open_deal(
    conn: Conn, actor: Actor, customer_id: int, deal_id: int, version: int | None
) -> tuple[DictRow, DictRow]:
    """The locked customer and its open deal, with `now` read after the lock."""
    customer = await lock_permitted(conn, actor, customer_id, "deal")
    deal = await one(
        conn,
        f"""SELECT {COLUMNS}, clock_timestamp() AS now FROM deal d
            WHERE d.tenant_id = %s AND d.customer_id = %s AND d.id = %s""",
        (actor.tenant_id, customer_id, deal_id),
    )
    if deal is None:
        raise NotFound("deal", id=str(deal_id))
    if version is not None and version != deal["version"]:
        raise ChangedMeanwhile(deal["version"])
    if deal["state"] != "open":
        raise Refusal("deal_closed", state=deal["state"], closed_at=deal["closed_at"])
    return customer, deal


async def _write(
    conn: Conn,
    actor: Actor,
    customer: DictRow,
    deal: DictRow,
    kind: str,
    values: Mapping[str, Any],
    columns: Mapping[str, Any],
) -> DictRow:
    assignments = "".join(f"{name} = %({name})s, " for name in values)
    key = {"t": actor.tenant_id, "c": customer["id"], "d": deal["id"]}
    stored = await one(
        conn,
        f"""UPDATE deal d SET {assignments}version = d.version + 1
            WHERE d.tenant_id = %(t)s AND d.customer_id = %(c)s AND d.id = %(d)s RETURNING {COLUMNS}""",
        {**values, **key},
    )
    assert stored is not None
    differing = _differing(deal, {n: v for n, v in values.items() if n in EDITABLE or n == "lost_reason"})
    data = {
        **_about(stored),
        "changes": {n: pair for n, pair in differing.items() if n not in _FREE_TEXT},
        "private": sorted(differing.keys() & _FREE_TEXT),
    }
    at: datetime = deal["now"]
    await change(conn, customer, kind=kind, by=By.person(actor.person_id), at=at, set_columns=columns, data=data)
    return {**stored, "adopted": of_this_spell(customer, stored)}


def _differing(deal: DictRow, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Field → [old, new], for those that differ."""
    pairs = {name: [plain(deal[name]), plain(value)] for name, value in values.items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _about(deal: DictRow) -> dict[str, Any]:
    return {"deal": str(deal["id"]), "spell_no": deal["spell_no"]}
