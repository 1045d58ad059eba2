"""How a customer looks from outside: rows of lists, the full record, the countdown; masked for whom it must be."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, PlainSerializer

from gonghai.access.actor import Actor
from gonghai.customers.masking import masked_contact, masked_fields, masked_record
from gonghai.customers.may import allowed_moves, relation
from gonghai.http.shapes import Id, Named, Words
from gonghai.policy.countdown import Countdowns

# Decimal inside, text outside: JSON's numbers are binary.
Money = Annotated[Decimal, PlainSerializer(lambda d: format(d, "f"), return_type=str)]
State = Literal["pooled", "owned", "archived", "merged"]


class Countdown(BaseModel):
    """When an owned customer goes back, by which timer, and what (if anything) puts it off."""

    effective: datetime
    deadline: datetime
    timer: str
    segment: Words
    target: Named
    held_by: Literal["protected", "locked", "leave", "grace", "notice"] | None


class CustomerRow(BaseModel):
    """A customer in a list. `masked` names the fields shown in part only, `hidden` those never shown to the
    reader's roles. `shared`: its owner shares it with the reader."""

    id: Id
    name: str
    kind: Literal["company", "person"]
    level: str | None
    source: str | None
    industry: str | None
    region: str | None
    stage: str | None
    tags: list[str]
    amount: Money | None
    state: State
    owner: Named | None
    pool: Named
    phones: list[str]
    emails: list[str]
    masked: list[str]
    hidden: list[str]
    entered_pool_at: datetime | None
    recycle_count: int
    fresh: bool
    shared: bool
    last_activity_at: datetime | None
    locked_until: datetime | None
    protected_until: datetime | None
    created_at: datetime
    version: int
    countdown: Countdown | None


class Spell(BaseModel):
    """The present owner's unbroken period."""

    no: int
    started_at: datetime


class Contact(BaseModel):
    """Somebody to talk to at the customer."""

    id: Id
    name: str
    title: str | None
    phones: list[str]
    emails: list[str]
    wechat: str | None


class Customer(CustomerRow):
    """The full record."""

    external_id: str | None
    wechat: str | None
    website: str | None
    uscc: str | None
    address: str | None
    note: str | None
    contract_end: date | None
    clock_start: datetime | None
    first_contact_at: datetime | None
    last_follow_up_at: datetime | None
    last_win_at: datetime | None
    open_deals: int
    archived_reason: str | None
    last_return: str | None
    last_return_reason: str | None
    spell: Spell | None
    contacts: list[Contact]
    allowed: list[str]


def countdown_of(row: Mapping[str, Any], countdowns: Countdowns) -> Countdown | None:
    """The countdown of a row, None where nothing runs."""
    decision = countdowns.of(row)
    if decision is None or decision.effective is None or decision.deadline is None:
        return None
    return Countdown(
        effective=decision.effective,
        deadline=decision.deadline,
        timer=decision.running[0].timer,
        segment=Words(zh=decision.segment.zh, en=decision.segment.en),
        target=Named(id=decision.target, name=countdowns.names.get(decision.target, "")),
        held_by=decision.held_by,
    )


def _shown(actor: Actor, row: Mapping[str, Any], countdowns: Countdowns | None) -> dict[str, Any]:
    shown = {**masked_record(actor, row), "fresh": row["spell_no"] == 0, "shared": relation(actor, row).collaborator}
    shown["owner"] = Named(id=row["owner_id"], name=row["owner_name"]) if row["owner_id"] is not None else None
    shown["pool"] = Named(id=row["pool_id"], name=row["pool_name"])
    shown["countdown"] = countdown_of(row, countdowns) if countdowns is not None else None
    return shown


def customer_row(actor: Actor, row: Mapping[str, Any], countdowns: Countdowns | None = None) -> CustomerRow:
    """A list row, as this reader may see it."""
    return CustomerRow.model_validate(_shown(actor, row, countdowns))


def customer(
    actor: Actor, row: Mapping[str, Any], countdowns: Countdowns, contacts: list[Mapping[str, Any]]
) -> Customer:
    """The full record, as this reader may see it."""
    shown = _shown(actor, row, countdowns)
    cover = masked_fields(actor, row)
    told = [] if "contacts" in cover.dropped else contacts
    shown["contacts"] = [Contact.model_validate(masked_contact(contact, cover)) for contact in told]
    shown["allowed"] = allowed_moves(actor, row)
    owned = row["state"] == "owned"
    shown["spell"] = Spell(no=row["spell_no"], started_at=row["spell_started_at"]) if owned else None
    return Customer.model_validate(shown)
