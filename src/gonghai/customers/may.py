"""What an actor may do with one customer: the relation between the two, and the moves it allows. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gonghai.access.actor import Actor
from gonghai.access.visibility import visible
from gonghai.base.errors import Forbidden, NotFound

# A customer's row, or any part of it with these keys: id, state, owner_id, pool_id, spell_no.
Customer = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Relation:
    """What the actor is to a customer; several may hold at once.

    A manager who leads the own department is owner and manager of an own customer: where the two
    differ (whose follow-up counts, whose transfer keeps the clocks), ask `owner` first.
    """

    owner: bool
    deputy: bool  # of the owner, now
    collaborator: bool  # the owner, or a manager of theirs, shares it
    manager: bool  # of the owner; every admin. False while nobody owns the customer
    pool_admin: bool  # of the home pool; every admin
    viewer: bool  # may know that the customer exists
    unmasked: bool  # reads the masked fields in clear


def relation(actor: Actor, customer: Customer) -> Relation:
    """The actor's relation to this customer."""
    owner_id, pool_id = customer["owner_id"], customer["pool_id"]
    owner = owner_id is not None and owner_id == actor.person_id
    owned = customer["state"] == "owned"
    collaborator = owned and actor.collaborates(customer["id"], customer["spell_no"])
    manager = owner_id is not None and actor.manages_person(owner_id)
    pool_admin = actor.administers(pool_id)
    deputy = owned and actor.acts_for(owner_id)
    return Relation(
        owner=owner,
        deputy=deputy,
        collaborator=collaborator,
        manager=manager,
        pool_admin=pool_admin,
        viewer=visible(actor, customer),
        unmasked=owner or deputy or collaborator or manager or pool_admin or actor.sees_all,
    )


def allowed_moves(actor: Actor, customer: Customer) -> list[str]:
    """The moves and writes that this actor may make on this customer as it is now, in the order of the menus.

    Says who, not whether it will succeed: caps, the receiver and the target pool are the move's own to check.
    """
    r = relation(actor, customer)
    if not r.viewer:
        return []
    owned = {
        "release": ("customers.release", r.owner),
        "transfer": ("customers.transfer", r.owner or r.manager),
        "lock": ("customers.lock", r.owner or r.manager),
        "unlock": ("customers.lock", r.owner or r.manager),
        "protect": ("customers.protect", r.manager),
        "unprotect": ("customers.protect", r.manager),
        "archive": ("customers.archive", r.manager),
        "ask_extension": ("requests.ask", r.owner),
        "ask_archive": ("requests.ask", r.owner),
        "share": ("customers.share", r.owner or r.manager),
        "leave": ("customers.share", r.collaborator),
        "edit": ("customers.edit", r.owner or r.manager),
        "follow_up": ("customers.follow_up", r.owner or r.manager or r.collaborator or r.deputy),
        "void_follow_up": ("follow_ups.void", r.manager),
        "deal": ("deals.edit", r.owner or r.manager),
    }
    pooled = {
        "claim": ("customers.claim", actor.rights(customer["pool_id"]).claim),
        "assign": ("customers.assign", r.pool_admin or "manager" in actor.roles),
        "move_pool": ("customers.move_pool", r.pool_admin and _administers_another(actor, customer["pool_id"])),
        "archive": ("customers.archive", r.pool_admin),
        "edit": ("customers.edit", r.pool_admin),
        "reveal": ("customers.reveal", not r.unmasked and bool(actor.rights(customer["pool_id"]).masked_fields)),
        "follow_up": ("customers.follow_up", actor.rights(customer["pool_id"]).follow_up_unclaimed),
    }
    # Who sees an archived customer at all is its pool's admin or sees everything.
    archived = {"restore": ("customers.restore", True)}
    by_state = {"owned": owned, "pooled": pooled, "archived": archived}
    moves = by_state.get(customer["state"], {})
    return [move for move, (permission, related) in moves.items() if related and actor.may(permission)]


def _administers_another(actor: Actor, pool_id: int) -> bool:
    return any(actor.administers(other) for other in actor.pools if other != pool_id)


def need_visible(actor: Actor, customer: Customer) -> None:
    """404 unless the actor may know that this customer exists."""
    if not relation(actor, customer).viewer:
        raise NotFound("customer", id=str(customer["id"]))


def need_move(actor: Actor, customer: Customer, move: str) -> None:
    """404 where the customer is not visible, 403 where it is but the move is not this actor's to make."""
    need_visible(actor, customer)
    if move not in allowed_moves(actor, customer):
        raise Forbidden(move)
